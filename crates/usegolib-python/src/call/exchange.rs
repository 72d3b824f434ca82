//! The buffers that calls use, kept between them so that a call allocates
//! nothing.

use std::cell::UnsafeCell;
use std::mem::ManuallyDrop;

use pyo3::prelude::*;
use usegolib::engine::ResponseBuffer;

use super::Target;
use crate::codec::{Kept, Output, Sent};
use crate::instance::Instance;
use crate::wire::Writer;

/// More than this are not kept: so many threads rarely call at once.
const MOST_KEPT: usize = 64;
/// What all that are kept may hold, in bytes; a few large ones, or many small.
const MOST_BYTES: usize = 64 << 20;
/// A request of more than this is not kept, in bytes.
const LARGEST_REQUEST: usize = 16 << 20;
/// Buffers of up to this size, in bytes, are kept without being counted: with
/// [`MOST_KEPT`] of them they are next to nothing.
const SMALL: usize = 64 << 10;

/// The buffers that no call uses. Thread-local ones would take longer to find
/// than the interpreter's lock, which is held anyway, takes to rely on.
#[expect(
    clippy::vec_box,
    reason = "pointers are moved in and out, not the parts"
)]
struct Spare(UnsafeCell<Vec<Box<Parts>>>);

// SAFETY: only touched by threads attached to the interpreter, that is one at a
// time: an interpreter without its lock does not get the extension (`_core`).
unsafe impl Sync for Spare {}

static SPARE: Spare = Spare(UnsafeCell::new(Vec::new()));

/// What an exchange consists of.
#[derive(Default)]
pub(crate) struct Parts {
    /// The request's memory.
    pub(super) request: Vec<u8>,
    /// The response's.
    pub(super) response: ResponseBuffer,
    /// Handles that the request takes along, to be closed.
    pub(super) closed: Vec<u64>,
    /// What the request points at.
    pub(super) kept: Vec<Kept>,
}

impl Parts {
    fn bytes(&self) -> usize {
        self.request.capacity() + self.response.capacity()
    }
}

/// The parts of one call. They are put back when this is dropped, which is to
/// be on an attached thread.
///
/// A call inside a call (Python code that runs while arguments are encoded)
/// gets others.
pub(crate) struct Exchange {
    parts: ManuallyDrop<Box<Parts>>,
    instance: &'static Instance,
}

/// A request that has begun: its arguments are to follow.
pub(super) struct Opened<'e> {
    pub(super) output: Output<'e>,
    /// The handles that it takes along.
    pub(super) closed: &'e mut Vec<u64>,
    /// The space for the response.
    pub(super) response: &'e mut ResponseBuffer,
}

impl Exchange {
    /// Buffers that are not in use, for a call to `instance`, and the handles that
    /// are to be closed there.
    #[inline(always)]
    pub(super) fn begin(_attached: Python<'_>, instance: &'static Instance) -> Self {
        // SAFETY: the thread is attached, and nothing of Python's is called here.
        let spare = unsafe { &mut *SPARE.0.get() };
        let mut parts = ManuallyDrop::new(spare.pop().unwrap_or_else(fresh));
        if instance.released.is_pending() {
            instance.released.take(&mut parts.closed);
        }
        Self { parts, instance }
    }

    /// Begins the request of a call of `target`, whatever was in the buffers; `back`
    /// has a bit for each argument that is to come back.
    #[inline(always)]
    pub(super) fn open(&mut self, target: &Target, back: u64) -> Opened<'_> {
        let Parts {
            request,
            response,
            closed,
            kept,
        } = &mut **self.parts;
        let back_at = target.header.begin(request, closed, back);
        let mut output = Output::new(target.scope.context, Writer::new(request), kept);
        if back != 0 {
            output.set_back_at(back_at);
        }
        Opened {
            output,
            closed,
            response,
        }
    }

    /// The request that it was used for.
    pub(super) fn sent(&self) -> Sent<'_> {
        Sent::new(&self.parts.request, &self.parts.kept)
    }

    /// The parts.
    #[inline(always)]
    pub(super) fn parts(&mut self) -> &mut Parts {
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
            self.instance.released.put_back(&mut parts.closed);
        }
        if !parts.kept.is_empty() {
            release(&mut parts.kept);
        }
        if parts.bytes() > SMALL {
            limit(&mut parts);
        }
        // SAFETY: as for `begin`; a call ends on the attached thread that made it.
        let spare = unsafe { &mut *SPARE.0.get() };
        if spare.len() < MOST_KEPT {
            spare.push(parts);
        }
    }
}

/// Lets go of what a request pointed at. That may run Python code, which may
/// make calls: so this comes before the parts are put back.
#[cold]
#[inline(never)]
fn release(kept: &mut Vec<Kept>) {
    kept.clear();
    kept.shrink_to(64);
}

/// Gives up large buffers, if those that are kept already are enough.
#[cold]
#[inline(never)]
fn limit(parts: &mut Parts) {
    if parts.request.capacity() > LARGEST_REQUEST {
        parts.request = Vec::new();
    }
    // SAFETY: as for `Exchange::begin`.
    let spare = unsafe { &*SPARE.0.get() };
    let kept: usize = spare.iter().map(|parts| parts.bytes()).sum();
    if kept + parts.bytes() > MOST_BYTES {
        parts.request = Vec::new();
        parts.response = ResponseBuffer::default();
    }
}
