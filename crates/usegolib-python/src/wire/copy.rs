//! Copies of a few bytes, where calling `memcpy` would take longer than the
//! copy.

use std::ptr;

/// The longest that [`append_short`] and [`short`] take.
pub(crate) const SHORT: usize = 31;

/// Appends a byte and up to [`SHORT`] more.
#[inline]
pub(crate) fn append_short(buffer: &mut Vec<u8>, first: u8, rest: &[u8]) {
    assert!(rest.len() <= SHORT);
    buffer.reserve(1 + SHORT);
    let length = buffer.len();
    // SAFETY: there is room for 1 + SHORT bytes behind `length`, of which
    // 1 + rest.len() get written.
    unsafe {
        let end = buffer.as_mut_ptr().add(length);
        *end = first;
        short(rest, end.add(1));
        buffer.set_len(length + 1 + rest.len());
    }
}

/// Copies up to [`SHORT`] bytes: both ends, overlapping in the middle.
///
/// # Safety
/// `to` must have room for `from.len()` bytes and be elsewhere.
#[inline]
pub(crate) unsafe fn short(from: &[u8], to: *mut u8) {
    let length = from.len();
    let source = from.as_ptr();
    // SAFETY: in each arm both copies end within `length` bytes of either side,
    // which for the source are the slice and for `to` the caller's promise.
    unsafe {
        let ends = |size: usize| {
            ptr::copy_nonoverlapping(source, to, size);
            ptr::copy_nonoverlapping(source.add(length - size), to.add(length - size), size);
        };
        match length {
            16..=SHORT => ends(16),
            8..16 => ends(8),
            4..8 => ends(4),
            2..4 => ends(2),
            1 => *to = *source,
            _ => {}
        }
    }
}
