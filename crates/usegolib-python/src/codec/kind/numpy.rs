//! Numbers as arrays of numpy, in views that say so.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyList};
use usegolib::schema::shape::Number;

/// An array of packed numbers, which are copied once.
pub(super) fn of_items<'py>(
    py: Python<'py>,
    number: Number,
    items: &[u8],
) -> PyResult<Bound<'py, PyAny>> {
    let memory = PyByteArray::new(py, items);
    py.import(intern!(py, "numpy"))?
        .call_method1(intern!(py, "frombuffer"), (memory, dtype(number)))
}

/// An array of the numbers in a list.
pub(super) fn of_list<'py>(
    number: Number,
    list: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = list.py();
    py.import(intern!(py, "numpy"))?
        .call_method1(intern!(py, "array"), (list, dtype(number)))
}

/// An array of no numbers.
pub(super) fn empty(py: Python<'_>, number: Number) -> PyResult<Bound<'_, PyAny>> {
    of_list(number, PyList::empty(py).as_any())
}

/// An array for a nil slice of numbers.
pub(super) fn nil(py: Python<'_>, number: Number) -> PyResult<Bound<'_, PyAny>> {
    py.import(intern!(py, "usegolib._numpy"))?
        .call_method1(intern!(py, "nil_array"), (dtype(number),))
}

/// Whether an array is one that [`nil`] made.
pub(super) fn is_nil(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    let (py, class) = (value.py(), value.get_type());
    if class.name()? != "NilArray" {
        return Ok(false);
    }
    let nil = py.import(intern!(py, "usegolib._numpy"))?;
    Ok(class.is(nil.getattr(intern!(py, "NilArray"))?) && value.len()? == 0)
}

const fn dtype(number: Number) -> &'static str {
    match number {
        Number::Int8 => "int8",
        Number::Int16 => "int16",
        Number::Int32 => "int32",
        Number::Int64 | Number::Int => "int64",
        Number::Uint8 => "uint8",
        Number::Uint16 => "uint16",
        Number::Uint32 => "uint32",
        Number::Uint64 | Number::Uint | Number::Uintptr => "uint64",
        Number::Float32 => "float32",
        Number::Float64 => "float64",
    }
}
