//! Responses, and the space for them, which callers keep from one call for the
//! next.

use std::ops::Deref;

use super::in_process::FreeFunction;
use crate::schema::protocol::{OVERFLOW_LOAN_HEAD, OverflowMark};

/// The response buffer to start with, in bytes.
const FIRST_RESPONSE: usize = 4 << 10;
/// The most that is kept between calls, in bytes; what is larger is
/// allocated by the library and freed after the call.
const LARGEST_KEPT: usize = 16 << 20;

/// Space for a response. It grows to what was needed before.
#[derive(Debug, Default)]
pub struct ResponseBuffer(Vec<u8>);

impl ResponseBuffer {
    /// How much it holds, in bytes.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.0.capacity()
    }

    #[inline]
    pub(super) fn space(&mut self) -> (*mut u8, usize) {
        if self.0.capacity() == 0 {
            self.0.reserve_exact(FIRST_RESPONSE);
        }
        (self.0.as_mut_ptr(), self.0.capacity())
    }
}

/// The bits of an overflow that mark what it is (docs/abi.md).
const MARKS: u64 = 3;
/// The mark of an overflow that stands for a loan alone.
const LOAN: u64 = OverflowMark::Loan.number() as u64;
/// The mark of an overflow with a loan in front of it.
const RESPONSE_AND_LOAN: u64 = OverflowMark::ResponseAndLoan.number() as u64;

/// The response to a call: bytes in the buffer, or an overflow, and memory of
/// Go's that the bytes refer to. Both are given back when this is dropped.
#[derive(Debug)]
pub struct Reply<'a> {
    buffer: &'a mut ResponseBuffer,
    start: *const u8,
    length: usize,
    overflow: u64,
    free: FreeFunction,
}

impl<'a> Reply<'a> {
    #[inline(always)]
    pub(super) fn new(
        buffer: &'a mut ResponseBuffer,
        length: u64,
        overflow: u64,
        free: FreeFunction,
    ) -> Self {
        let mut reply = Self {
            start: buffer.0.as_ptr(),
            // A library that claims more than its buffer without an overflow
            // lies; what is there is then an empty message, refused by the
            // decoder.
            length: usize::try_from(length)
                .ok()
                .filter(|&length| length <= buffer.0.capacity())
                .unwrap_or(0),
            buffer,
            overflow,
            free,
        };
        if overflow != 0 {
            reply.overflown(length);
        }
        reply
    }

    #[cold]
    fn overflown(&mut self, length: u64) {
        let address = match self.overflow & MARKS {
            LOAN => return,
            RESPONSE_AND_LOAN => (self.overflow ^ RESPONSE_AND_LOAN) + OVERFLOW_LOAN_HEAD,
            _ => self.overflow,
        };
        self.start =
            std::ptr::with_exposed_provenance(usize::try_from(address).unwrap_or_default());
        self.length = usize::try_from(length).unwrap_or_default();
    }

    /// Whether the response may refer to memory of Go's, which is there until
    /// this is dropped.
    #[inline]
    pub fn has_loan(&self) -> bool {
        self.overflow & LOAN != 0
    }

    #[cold]
    fn give_back(&mut self) {
        // SAFETY: the library handed the overflow over, to be given back once.
        unsafe { (self.free)(self.overflow) };
        if self.overflow & MARKS == LOAN {
            return;
        }
        // The next response of this size has room.
        let wanted = self.length.next_power_of_two().min(LARGEST_KEPT);
        if wanted > self.buffer.0.capacity() {
            self.buffer.0 = Vec::with_capacity(wanted);
        }
    }
}

impl Deref for Reply<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        // SAFETY: the library wrote `length` bytes, to our buffer, which has
        // that capacity, or to the overflow it allocated for them.
        unsafe { std::slice::from_raw_parts(self.start, self.length) }
    }
}

impl Drop for Reply<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.overflow != 0 {
            self.give_back();
        }
    }
}
