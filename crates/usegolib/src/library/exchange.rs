//! The buffers of one call: each thread keeps a pair, so that a call allocates
//! nothing.

use std::cell::Cell;
use std::ops::Deref;

use super::FreeFunction;

/// The response buffer a thread starts with, in bytes.
const FIRST_RESPONSE: usize = 4 << 10;
/// The most a thread keeps between calls, in bytes; what is larger is
/// allocated by the library and freed after the call.
const LARGEST_KEPT: usize = 16 << 20;

/// The buffers of one call.
#[derive(Debug, Default)]
pub struct Buffers {
    /// Where the request is written.
    pub request: Vec<u8>,
    /// Where the response goes.
    pub response: ResponseBuffer,
}

/// Space for a response. It grows to what was needed before.
#[derive(Debug, Default)]
pub struct ResponseBuffer(Vec<u8>);

impl ResponseBuffer {
    #[inline]
    pub(super) fn space(&mut self) -> (*mut u8, usize) {
        if self.0.capacity() == 0 {
            self.0.reserve_exact(FIRST_RESPONSE);
        }
        (self.0.as_mut_ptr(), self.0.capacity())
    }
}

/// A thread's buffers, taken from it and put back when this is dropped.
///
/// A call inside a call (Python code that runs while arguments are encoded)
/// gets fresh ones.
#[derive(Debug)]
pub struct Exchange(Option<Box<Buffers>>);

thread_local! {
    // A pointer to the buffers is moved in and out, not the buffers.
    static KEPT: Cell<Option<Box<Buffers>>> = const { Cell::new(None) };
}

impl Exchange {
    /// The thread's buffers.
    #[inline(always)]
    pub fn take() -> Self {
        // No thread-local storage any more: the thread is ending.
        Self(KEPT.try_with(Cell::take).ok().flatten())
    }

    /// The buffers; the request may hold an earlier one.
    #[inline(always)]
    pub fn buffers(&mut self) -> &mut Buffers {
        self.0.get_or_insert_default()
    }
}

impl Drop for Exchange {
    #[inline(always)]
    fn drop(&mut self) {
        let Some(mut buffers) = self.0.take() else {
            return;
        };
        if buffers.request.capacity() > LARGEST_KEPT {
            buffers.request = Vec::new();
        }
        // The thread may be ending, which frees them.
        let _ = KEPT.try_with(|kept| kept.set(Some(buffers)));
    }
}

/// The response to a call: bytes in the buffer, or an overflow that
/// is freed when this is dropped.
#[derive(Debug)]
pub struct Reply<'a> {
    buffer: &'a mut ResponseBuffer,
    length: usize,
    overflow: u64,
    free: FreeFunction,
}

impl<'a> Reply<'a> {
    #[inline]
    pub(super) fn new(
        buffer: &'a mut ResponseBuffer,
        length: u64,
        overflow: u64,
        free: FreeFunction,
    ) -> Self {
        // A library that claims more than its buffer without an overflow lies;
        // what is there is then an empty message, refused by the decoder.
        let fits = usize::try_from(length)
            .ok()
            .filter(|&length| overflow != 0 || length <= buffer.0.capacity());
        Self {
            buffer,
            length: fits.unwrap_or(0),
            overflow,
            free,
        }
    }
}

impl Deref for Reply<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        let start = if self.overflow == 0 {
            self.buffer.0.as_ptr()
        } else {
            std::ptr::with_exposed_provenance(usize::try_from(self.overflow).unwrap_or_default())
        };
        // SAFETY: the library wrote `length` bytes, to our buffer, which has
        // that capacity, or to the overflow it allocated for them.
        unsafe { std::slice::from_raw_parts(start, self.length) }
    }
}

impl Drop for Reply<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.overflow != 0 {
            // SAFETY: the library handed the overflow over, to be freed once.
            unsafe { (self.free)(self.overflow) };
            // The next response of this size has room.
            let wanted = self.length.next_power_of_two().min(LARGEST_KEPT);
            if wanted > self.buffer.0.capacity() {
                self.buffer.0 = Vec::with_capacity(wanted);
            }
        }
    }
}
