//! `dict`: entries in order, lookups by interned key, and new ones.

use std::ptr;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

unsafe extern "C" {
    /// Exported by every `CPython` from 3.10 on, though not declared in its
    /// public headers.
    fn _PyDict_NewPresized(entries: ffi::Py_ssize_t) -> *mut ffi::PyObject;
}

/// A new dict with room for so many entries.
#[inline]
pub(crate) fn with_capacity(py: Python<'_>, entries: usize) -> PyResult<Bound<'_, PyDict>> {
    // Up to five fit into what PyDict_New makes.
    // SAFETY: both return a new dict, or null with an exception set.
    unsafe {
        let dict = if entries > 5 {
            _PyDict_NewPresized(entries.cast_signed())
        } else {
            ffi::PyDict_New()
        };
        Ok(Bound::from_owned_ptr_or_err(py, dict)?.cast_into_unchecked())
    }
}

/// Sets one entry.
#[inline]
pub(crate) fn set(
    dict: &Bound<'_, PyDict>,
    key: &Bound<'_, PyAny>,
    value: &Bound<'_, PyAny>,
) -> PyResult<()> {
    // SAFETY: three live objects, the first a dict.
    let status = unsafe { ffi::PyDict_SetItem(dict.as_ptr(), key.as_ptr(), value.as_ptr()) };
    if status == 0 {
        return Ok(());
    }
    Err(PyErr::fetch(dict.py()))
}

/// The value of a string key.
#[inline]
pub(crate) fn get<'py>(
    dict: &Bound<'py, PyDict>,
    key: &Bound<'py, PyString>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    // SAFETY: a dict and a str; the result is borrowed, and null with an
    // exception set only if comparing keys raised.
    unsafe {
        let value = ffi::PyDict_GetItemWithError(dict.as_ptr(), key.as_ptr());
        if value.is_null() && !ffi::PyErr_Occurred().is_null() {
            return Err(PyErr::fetch(dict.py()));
        }
        Ok(Bound::from_borrowed_ptr_or_opt(dict.py(), value))
    }
}

/// The entries of a dict in order. The dict may change meanwhile: then entries
/// are missed or repeated, but each that comes is one the dict had.
pub(crate) struct Entries<'a, 'py> {
    dict: &'a Bound<'py, PyDict>,
    position: ffi::Py_ssize_t,
}

impl<'a, 'py> Entries<'a, 'py> {
    #[inline]
    pub(crate) fn new(dict: &'a Bound<'py, PyDict>) -> Self {
        Self { dict, position: 0 }
    }
}

impl<'py> Iterator for Entries<'_, 'py> {
    type Item = (Bound<'py, PyAny>, Bound<'py, PyAny>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let mut key = ptr::null_mut();
        let mut value = ptr::null_mut();
        // SAFETY: PyDict_Next checks the position against the dict's current
        // table; what it hands out is borrowed, and referenced here at once.
        unsafe {
            if ffi::PyDict_Next(
                self.dict.as_ptr(),
                &raw mut self.position,
                &raw mut key,
                &raw mut value,
            ) == 0
            {
                return None;
            }
            let py = self.dict.py();
            Some((
                Bound::from_borrowed_ptr(py, key),
                Bound::from_borrowed_ptr(py, value),
            ))
        }
    }
}
