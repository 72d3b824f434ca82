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

/// The value of an int.
#[inline]
pub(crate) fn wide(value: &Bound<'_, PyInt>) -> Wide {
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
