//! Live slices and arrays.

use std::ffi::c_int;

use pyo3::exceptions::PyIndexError;
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PySlice;
use usegolib::schema::dispatch::Editing;

use super::{Reference, buffer};
use crate::codec::Decoder;
use crate::codec::live::{ContainerKind, Parts};

/// A live reference to a slice or array in Go's memory: what `usegolib.GoSlice` is
/// made of.
#[pyclass(module = "usegolib._core", subclass, frozen, weakref)]
pub(crate) struct SliceReference(pub(super) Reference);

impl SliceReference {
    /// Takes a reference over.
    pub(in crate::objects) fn new(reference: Reference) -> Self {
        Self(reference)
    }

    /// What it refers to.
    pub(in crate::objects) fn reference(&self) -> &Reference {
        &self.0
    }
}

#[cold]
fn out_of_range() -> PyErr {
    PyIndexError::new_err("index out of range")
}

#[pymethods]
impl SliceReference {
    /// The Go type of the slice.
    #[getter]
    fn type_name<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.type_name(py)
    }

    fn __getitem__<'py>(
        slf: &Bound<'py, Self>,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if key.is_instance_of::<PySlice>() {
            return slf.call_method1(intern!(slf.py(), "_get_slice"), (key,));
        }
        slf.get().0.item(key)?.ok_or_else(out_of_range)
    }

    fn __setitem__(
        slf: &Bound<'_, Self>,
        key: &Bound<'_, PyAny>,
        value: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        if key.is_instance_of::<PySlice>() {
            let assign = intern!(slf.py(), "_set_slice");
            return slf.call_method1(assign, (key, value)).map(drop);
        }
        if slf.get().0.set_item(key, value)? {
            return Ok(());
        }
        Err(out_of_range())
    }

    fn __delitem__(slf: &Bound<'_, Self>, key: &Bound<'_, PyAny>) -> PyResult<()> {
        slf.call_method1(intern!(slf.py(), "_delete"), (key,))
            .map(drop)
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        self.0.length(py)
    }

    /// Everything below as plain values.
    fn copy<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.copy(py)
    }

    /// Everything below as copies, but for objects that pointers refer to.
    fn _content<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.content(py, &mut false)
    }

    /// Whether it is an array, which has the length that it has.
    #[getter]
    fn _is_array(&self) -> bool {
        self.0.container().kind == ContainerKind::Array
    }

    /// Whether an item is a struct that is live where it is.
    #[getter]
    fn _holds_structs(&self, py: Python<'_>) -> bool {
        matches!(self.0.parts(py).live, Decoder::Struct(_))
    }

    /// So many items from the given one on.
    fn _batch<'py>(&self, py: Python<'py>, first: i64, count: i64) -> PyResult<Bound<'py, PyAny>> {
        let handle = self.0.handle(py)?;
        self.0
            .batch(py, handle, (first, count), Parts::decode_items)
    }

    /// Puts items in the place of those from `start` up to `stop`.
    fn _splice(
        &self,
        py: Python<'_>,
        start: i64,
        stop: i64,
        items: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let parts = self.0.parts(py);
        let spliced = self.0.edit(
            py,
            Editing::Splice,
            |output| {
                output.signed(start);
                output.signed(stop);
                parts.whole.encode(output, items)
            },
            |input| Decoder::Nothing.decode(input),
        );
        spliced.map(drop)
    }

    unsafe fn __getbuffer__(
        slf: &Bound<'_, Self>,
        view: *mut ffi::Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        // SAFETY: the interpreter's: a view to be filled.
        unsafe { buffer::fill(slf, view, flags) }
    }

    #[allow(clippy::unused_self, reason = "Python calls it on instances")]
    unsafe fn __releasebuffer__(&self, view: *mut ffi::Py_buffer) {
        // SAFETY: the interpreter's: a view that was filled here.
        unsafe { buffer::release(view) }
    }
}
