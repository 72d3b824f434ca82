//! `list` and `tuple`: items by position, and lists of a known length.

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyList;

use super::integer;

/// The item at `at`; `None` if the list has become too short for it.
#[inline]
pub(crate) fn get<'py>(list: &Bound<'py, PyList>, at: usize) -> Option<Bound<'py, PyAny>> {
    // SAFETY: the position is checked against the current size, and the new
    // reference keeps the item alive whatever happens to the list.
    unsafe {
        let item = item(list, at)?;
        Some(Bound::from_borrowed_ptr(list.py(), item))
    }
}

/// The number at `at` if it is exactly a float.
#[inline]
pub(crate) fn float_at(list: &Bound<'_, PyList>, at: usize) -> Option<f64> {
    // SAFETY: the type is checked before the value is read, and no Python code
    // runs that could free the item.
    unsafe {
        let item = item(list, at)?;
        (ffi::PyFloat_CheckExact(item) != 0).then(|| ffi::PyFloat_AS_DOUBLE(item))
    }
}

/// The number at `at` if it is exactly an int of 64 bits.
#[inline]
pub(crate) fn signed_at(list: &Bound<'_, PyList>, at: usize) -> Option<i64> {
    // SAFETY: as in `float_at`; the conversion cannot raise for an int.
    unsafe {
        let item = item(list, at)?;
        if ffi::PyLong_CheckExact(item) == 0 {
            return None;
        }
        if let Some(value) = integer::compact(item) {
            return Some(value);
        }
        let mut overflow = 0;
        let value = ffi::PyLong_AsLongLongAndOverflow(item, &raw mut overflow);
        (overflow == 0).then_some(value)
    }
}

/// A borrowed pointer to the item at `at`.
///
/// # Safety
/// It is valid until Python code runs.
#[inline]
unsafe fn item(list: &Bound<'_, PyList>, at: usize) -> Option<*mut ffi::PyObject> {
    let list = list.as_ptr();
    let at = at.cast_signed();
    // SAFETY: `list` is a list, and `at` is within its current size.
    unsafe { (at < ffi::PyList_GET_SIZE(list)).then(|| ffi::PyList_GET_ITEM(list, at)) }
}

/// A list under construction: so many items must be pushed.
pub(crate) struct Builder<'py> {
    list: Bound<'py, PyAny>,
    length: isize,
    filled: isize,
}

impl<'py> Builder<'py> {
    #[inline]
    pub(crate) fn new(py: Python<'py>, length: usize) -> PyResult<Self> {
        let length = length.cast_signed();
        // SAFETY: returns a new list whose items are null, or null.
        let list = unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyList_New(length))? };
        Ok(Self {
            list,
            length,
            filled: 0,
        })
    }

    /// Sets the next item.
    #[inline]
    pub(crate) fn push(&mut self, item: Bound<'py, PyAny>) {
        assert!(self.filled < self.length, "more items than announced");
        // SAFETY: the position is within the list and still null; the item's
        // reference goes to the list.
        unsafe { ffi::PyList_SET_ITEM(self.list.as_ptr(), self.filled, item.into_ptr()) };
        self.filled += 1;
    }

    /// The list, once all items are set.
    #[inline]
    pub(crate) fn finish(self) -> Bound<'py, PyAny> {
        assert!(self.filled == self.length, "fewer items than announced");
        self.list
    }
}
