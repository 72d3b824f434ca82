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

/// A thread's buffers.
///
/// They are taken from the thread and put back when dropped. A call inside
/// a call (Python code that runs while arguments are encoded) gets fresh ones.
#[derive(Debug)]
pub struct Exchange {
    /// Where the request is written; a caller that moves it out puts it back.
    pub request: Vec<u8>,
    pub(super) response: Vec<u8>,
}

thread_local! {
    static KEPT: Cell<(Vec<u8>, Vec<u8>)> = const { Cell::new((Vec::new(), Vec::new())) };
}

impl Exchange {
    /// The thread's buffers, the request empty.
    #[inline]
    pub fn take() -> Self {
        // No thread-local storage any more: the thread is ending.
        let (mut request, response) = KEPT.try_with(Cell::take).unwrap_or_default();
        request.clear();
        Self { request, response }
    }

    #[inline]
    pub(super) fn response_space(&mut self) -> (*mut u8, usize) {
        if self.response.capacity() == 0 {
            self.response.reserve_exact(FIRST_RESPONSE);
        }
        (self.response.as_mut_ptr(), self.response.capacity())
    }
}

impl Drop for Exchange {
    #[inline]
    fn drop(&mut self) {
        let mut kept = (
            std::mem::take(&mut self.request),
            std::mem::take(&mut self.response),
        );
        if kept.0.capacity() > LARGEST_KEPT {
            kept.0 = Vec::new();
        }
        // The thread may be ending, which frees them.
        let _ = KEPT.try_with(|cell| cell.set(kept));
    }
}

/// The response to a call: bytes in the exchange's buffer, or an overflow that
/// is freed when this is dropped.
#[derive(Debug)]
pub struct Reply<'a> {
    exchange: &'a mut Exchange,
    length: usize,
    overflow: u64,
    free: FreeFunction,
}

impl<'a> Reply<'a> {
    #[inline]
    pub(super) fn new(
        exchange: &'a mut Exchange,
        length: u64,
        overflow: u64,
        free: FreeFunction,
    ) -> Self {
        // A library that claims more than its buffer without an overflow lies;
        // what is there is then an empty message, refused by the decoder.
        let fits = usize::try_from(length)
            .ok()
            .filter(|&length| overflow != 0 || length <= exchange.response.capacity());
        Self {
            exchange,
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
            self.exchange.response.as_ptr()
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
            if wanted > self.exchange.response.capacity() {
                self.exchange.response = Vec::with_capacity(wanted);
            }
        }
    }
}
