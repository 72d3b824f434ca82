//! The buffers that calls use, kept between them so that a call allocates
//! nothing.

use std::cell::UnsafeCell;
use std::mem::ManuallyDrop;

use pyo3::prelude::*;
use usegolib::library::Buffers;

/// More pairs than this are not kept: so many threads rarely call at once.
const MOST_KEPT: usize = 64;

/// The buffers that no call uses. Thread-local ones would take longer to find
/// than the interpreter's lock, which is held anyway, takes to rely on.
#[expect(
    clippy::vec_box,
    reason = "pointers are moved in and out, not the buffers"
)]
struct Spare(UnsafeCell<Vec<Box<Buffers>>>);

// SAFETY: only touched by threads attached to the interpreter, that is one at a
// time: the extension module doesn't declare that it can do without the lock.
unsafe impl Sync for Spare {}

static SPARE: Spare = Spare(UnsafeCell::new(Vec::new()));

/// The buffers of one call. They are put back when this is dropped, which is to
/// be on an attached thread.
///
/// A call inside a call (Python code that runs while arguments are encoded)
/// gets others.
pub(crate) struct Exchange(ManuallyDrop<Box<Buffers>>);

impl Exchange {
    /// Buffers that are not in use.
    #[inline(always)]
    pub(crate) fn take(_attached: Python<'_>) -> Self {
        // SAFETY: the thread is attached, and nothing of Python's is called here.
        let spare = unsafe { &mut *SPARE.0.get() };
        Self(ManuallyDrop::new(spare.pop().unwrap_or_else(fresh)))
    }

    /// The buffers; the request may hold an earlier one.
    #[inline(always)]
    pub(crate) fn buffers(&mut self) -> &mut Buffers {
        &mut self.0
    }
}

#[cold]
#[expect(clippy::unnecessary_box_returns, reason = "see Spare")]
fn fresh() -> Box<Buffers> {
    Box::default()
}

impl Drop for Exchange {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: dropped once.
        let mut buffers = unsafe { ManuallyDrop::take(&mut self.0) };
        buffers.trim();
        // SAFETY: as for `take`; a call ends on the attached thread that made it.
        let spare = unsafe { &mut *SPARE.0.get() };
        if spare.len() < MOST_KEPT {
            spare.push(buffers);
        }
    }
}
