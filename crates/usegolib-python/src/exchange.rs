//! The buffers that calls use, kept between them so that a call allocates
//! nothing.

use std::cell::UnsafeCell;
use std::mem::ManuallyDrop;

use pyo3::prelude::*;
use usegolib::library::Buffers;

use crate::module::LoadedModule;

/// More than this are not kept: so many threads rarely call at once.
const MOST_KEPT: usize = 64;

/// The buffers that no call uses. Thread-local ones would take longer to find
/// than the interpreter's lock, which is held anyway, takes to rely on.
#[expect(
    clippy::vec_box,
    reason = "pointers are moved in and out, not the buffers"
)]
struct Spare(UnsafeCell<Vec<Box<Parts>>>);

// SAFETY: only touched by threads attached to the interpreter, that is one at a
// time: the extension module declares that it uses the interpreter's lock.
unsafe impl Sync for Spare {}

static SPARE: Spare = Spare(UnsafeCell::new(Vec::new()));

/// What an exchange consists of.
#[derive(Default)]
pub(crate) struct Parts {
    /// The request's and the response's memory.
    pub(crate) buffers: Buffers,
    /// Handles that the request takes along, to be closed.
    pub(crate) closed: Vec<u64>,
}

/// The buffers of one call. They are put back when this is dropped, which is to
/// be on an attached thread.
///
/// A call inside a call (Python code that runs while arguments are encoded)
/// gets others.
pub(crate) struct Exchange {
    parts: ManuallyDrop<Box<Parts>>,
    module: &'static LoadedModule,
}

impl Exchange {
    /// Buffers that are not in use, for a call to `module`, and the handles that
    /// are to be closed there.
    #[inline(always)]
    pub(crate) fn begin(_attached: Python<'_>, module: &'static LoadedModule) -> Self {
        // SAFETY: the thread is attached, and nothing of Python's is called here.
        let spare = unsafe { &mut *SPARE.0.get() };
        let mut parts = ManuallyDrop::new(spare.pop().unwrap_or_else(fresh));
        if module.released.is_pending() {
            module.released.take(&mut parts.closed);
        }
        Self { parts, module }
    }

    /// The parts; the request may hold an earlier one.
    #[inline(always)]
    pub(crate) fn parts(&mut self) -> &mut Parts {
        &mut self.parts
    }
}

#[cold]
#[expect(clippy::unnecessary_box_returns, reason = "see Spare")]
fn fresh() -> Box<Parts> {
    Box::default()
}

impl Drop for Exchange {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: dropped once.
        let mut parts = unsafe { ManuallyDrop::take(&mut self.parts) };
        if !parts.closed.is_empty() {
            // Nothing was sent: an argument was refused.
            self.module.released.put_back(&mut parts.closed);
        }
        parts.buffers.trim();
        // SAFETY: as for `begin`; a call ends on the attached thread that made it.
        let spare = unsafe { &mut *SPARE.0.get() };
        if spare.len() < MOST_KEPT {
            spare.push(parts);
        }
    }
}
