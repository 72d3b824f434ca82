//! `int`: the 64-bit value inside.

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyInt;

/// An int as far as Go can take it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wide {
    Signed(i64),
    /// Above `i64::MAX`.
    Unsigned(u64),
    /// Outside of 64 bits.
    Huge,
}

/// An int of one digit, which holds 30 bits, as `CPython` lays it out. (Digits of
/// 15 bits are only built for 32-bit platforms.)
#[cfg(target_pointer_width = "64")]
#[repr(C)]
struct Compact {
    #[cfg(Py_3_12)]
    header: ffi::PyObject,
    /// The number of digits above three bits: 0 in the lower two of them for
    /// positive numbers, 1 for zero, 2 for negative ones.
    #[cfg(Py_3_12)]
    tag: usize,
    /// Its size is the number of digits, negative for negative numbers.
    #[cfg(not(Py_3_12))]
    header: ffi::PyVarObject,
    digit: u32,
}

/// The value of an int if it has at most one digit.
///
/// # Safety
/// `int` must be an int.
#[inline]
#[cfg(target_pointer_width = "64")]
pub(super) unsafe fn compact(int: *mut ffi::PyObject) -> Option<i64> {
    let int = int.cast::<Compact>();
    // SAFETY: every int has room for one digit, set if there is one.
    unsafe {
        #[cfg(Py_3_12)]
        let sign = match (*int).tag {
            1 | 5 => return Some(0),
            8 | 12 => 1,
            10 | 14 => -1,
            _ => return None,
        };
        #[cfg(not(Py_3_12))]
        let sign = match (*int).header.ob_size {
            0 => return Some(0),
            1 => 1,
            -1 => -1,
            _ => return None,
        };
        Some(sign * i64::from((*int).digit))
    }
}

#[cfg(not(target_pointer_width = "64"))]
pub(super) unsafe fn compact(_: *mut ffi::PyObject) -> Option<i64> {
    None
}

/// The value of an int.
#[inline]
pub(crate) fn wide(value: &Bound<'_, PyInt>) -> Wide {
    // SAFETY: `value` is an int.
    if let Some(value) = unsafe { compact(value.as_ptr()) } {
        return Wide::Signed(value);
    }
    let mut overflow = 0;
    // SAFETY: `value` is an int, so that the call cannot raise.
    let signed = unsafe { ffi::PyLong_AsLongLongAndOverflow(value.as_ptr(), &raw mut overflow) };
    match overflow {
        0 => Wide::Signed(signed),
        1 => unsigned(value),
        _ => Wide::Huge,
    }
}

#[cold]
fn unsigned(value: &Bound<'_, PyInt>) -> Wide {
    // SAFETY: `value` is an int; the only exception is OverflowError.
    unsafe {
        let unsigned = ffi::PyLong_AsUnsignedLongLong(value.as_ptr());
        if unsigned == u64::MAX && !ffi::PyErr_Occurred().is_null() {
            ffi::PyErr_Clear();
            return Wide::Huge;
        }
        Wide::Unsigned(unsigned)
    }
}

/// A new int.
#[inline]
pub(crate) fn from_signed(py: Python<'_>, value: i64) -> PyResult<Bound<'_, PyAny>> {
    // SAFETY: returns a new reference, or null with MemoryError set.
    unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyLong_FromLongLong(value)) }
}

/// A new int.
#[inline]
pub(crate) fn from_unsigned(py: Python<'_>, value: u64) -> PyResult<Bound<'_, PyAny>> {
    // SAFETY: returns a new reference, or null with MemoryError set.
    unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyLong_FromUnsignedLongLong(value)) }
}
