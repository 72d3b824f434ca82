//! How deep values may be nested: as deep as the protocol says, and as the stack
//! of the thread is long, which Python's own limit on recursion knows nothing of.

use std::cell::Cell;

use usegolib::engine::in_process;
use usegolib::schema::protocol::DEPTH_LIMIT;

use super::error::ConversionError;

/// Up to this depth there is nothing to check: what a thread has left that can
/// run Python at all is enough.
pub(super) const SHALLOW: u32 = 16;

/// What must be left of the stack, in bytes: for the values inside, and for the
/// Python code that runs while they are converted.
const RESERVE: usize = 64 << 10;

/// Why a container can't be entered.
#[derive(Clone, Copy, Debug)]
pub(super) enum Problem {
    TooDeep,
    StackFull(u32),
}

impl Problem {
    /// The error about an argument, which may contain itself.
    pub(super) fn of_argument(self) -> ConversionError {
        match self {
            Self::TooDeep => ConversionError::new(format!(
                "nested deeper than {} levels (does the value contain itself?)",
                DEPTH_LIMIT - 1
            )),
            Self::StackFull(_) => self.into(),
        }
    }
}

impl From<Problem> for ConversionError {
    fn from(problem: Problem) -> Self {
        Self::new(match problem {
            Problem::TooDeep => format!("nested deeper than {DEPTH_LIMIT} levels"),
            Problem::StackFull(depth) => format!(
                "nested deeper than the {depth} levels that this thread's stack is long enough for \
                 (threading.stack_size)"
            ),
        })
    }
}

/// Whether one more container can be entered at this depth.
#[inline(never)]
pub(super) fn check(depth: u32) -> Result<(), Problem> {
    if depth >= DEPTH_LIMIT {
        return Err(Problem::TooDeep);
    }
    let here = 0_u8;
    if (&raw const here).addr() < lowest() {
        return Err(Problem::StackFull(depth));
    }
    Ok(())
}

/// The address below which the stack of this thread is kept free.
fn lowest() -> usize {
    thread_local! {
        static LOWEST: Cell<Option<usize>> = const { Cell::new(None) };
    }
    LOWEST.with(|lowest| {
        lowest.get().unwrap_or_else(|| {
            let found = in_process::stack_start().map_or(0, |start| start.saturating_add(RESERVE));
            lowest.set(Some(found));
            found
        })
    })
}
