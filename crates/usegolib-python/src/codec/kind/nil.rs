//! Nil slices and maps in the fields of records: empty lists, dicts, bytes and arrays of
//! classes of their own, so that a record goes back to Go as it was.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyAnyMethods, PyType};

use super::numpy;
use crate::codec::{Arrays, DecodeError, Decoder, Input};
use crate::wire::format::NIL;

/// Whether values that `decoder` makes can be nil without being None.
pub(crate) fn can_be(decoder: &Decoder) -> bool {
    matches!(
        decoder,
        Decoder::Slice(_) | Decoder::Numbers(_) | Decoder::Bytes | Decoder::Map(_)
    )
}

/// Reads a value that may be nil.
pub(crate) fn decode<'py>(
    decoder: &Decoder,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    if input.skip(&[NIL]) {
        return Ok(new(
            input.py,
            decoder,
            input.context.types.options().arrays,
        )?);
    }
    decoder.decode(input)
}

/// The nil that `decoder` would make.
pub(super) fn new<'py>(
    py: Python<'py>,
    decoder: &Decoder,
    arrays: Arrays,
) -> PyResult<Bound<'py, PyAny>> {
    let class = match decoder {
        Decoder::Numbers(number) if arrays == Arrays::Numpy => return numpy::nil(py, *number),
        Decoder::Map(_) => map(py)?,
        Decoder::Bytes => bytes(py)?,
        _ => list(py)?,
    };
    class.call0()
}

/// Whether a list, dict, bytes or array is one that came as nil, and is still empty.
#[inline]
pub(super) fn is_nil(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    let (py, class) = (value.py(), value.get_type());
    if class.is(list(py)?) || class.is(map(py)?) || class.is(bytes(py)?) {
        return Ok(value.len()? == 0);
    }
    numpy::is_nil(value)
}

fn list(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS.import(py, "usegolib._values", "NilList")
}

fn map(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS.import(py, "usegolib._values", "NilDict")
}

fn bytes(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS.import(py, "usegolib._values", "NilBytes")
}
