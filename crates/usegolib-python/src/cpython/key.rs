//! Keys of string maps, of which few occur again and again: a small cache
//! spares making the str and hashing it.

use pyo3::prelude::*;
use pyo3::types::PyString;

use super::string;

#[cfg(not(Py_GIL_DISABLED))]
pub(crate) use cached::new;
#[cfg(Py_GIL_DISABLED)]
pub(crate) use string::new;

#[cfg(not(Py_GIL_DISABLED))]
mod cached {
    use std::cell::UnsafeCell;

    use super::{Bound, Py, PyResult, PyString, Python, string};

    const SLOTS: usize = 512;

    /// Longer keys are not kept.
    const LONGEST: usize = 32;

    struct Cache(UnsafeCell<[Option<Py<PyString>>; SLOTS]>);

    // SAFETY: it is only used by threads that hold the interpreter's lock, and
    // not across anything that could release it.
    unsafe impl Sync for Cache {}

    static CACHE: Cache = Cache(UnsafeCell::new([const { None }; SLOTS]));

    /// A string from UTF-8: perhaps one that was made before.
    #[inline]
    pub(crate) fn new<'py>(py: Python<'py>, text: &[u8]) -> PyResult<Bound<'py, PyString>> {
        if text.len() > LONGEST {
            return string::new(py, text);
        }
        let at = slot(text);
        // SAFETY: `py` shows that the lock is held, and the reference is gone
        // before the call returns. Meanwhile strs are compared, made and freed:
        // none of that runs Python code. (Asking a str with surrogates for its
        // UTF-8 would: the exception can set off a garbage collection. So none
        // is kept.)
        let slot = unsafe { &mut (*CACHE.0.get())[at] };
        if let Some(known) = slot {
            let known = known.bind(py);
            if string::utf8(known) == Some(text) {
                return Ok(known.clone());
            }
        }
        let key = string::new(py, text)?;
        if std::str::from_utf8(text).is_ok() {
            *slot = Some(key.clone().unbind());
        }
        Ok(key)
    }

    /// A multiplicative hash of the length and both ends.
    #[inline]
    fn slot(text: &[u8]) -> usize {
        const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
        let ends = match (text.first_chunk(), text.last_chunk()) {
            (Some(head), Some(tail)) => {
                u64::from_le_bytes(*head) ^ u64::from_le_bytes(*tail).rotate_left(32)
            }
            _ => text
                .iter()
                .fold(0, |ends, byte| ends << 8 | u64::from(*byte)),
        };
        let mixed = (ends ^ text.len() as u64).wrapping_mul(FACTOR);
        // The highest bits are mixed best.
        let [.., low, high] = mixed.to_le_bytes();
        usize::from(u16::from_le_bytes([low, high])) % SLOTS
    }
}
