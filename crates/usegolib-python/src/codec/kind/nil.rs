//! Nil slices and maps in the fields of records: empty lists, dicts and bytes of
//! classes of their own, so that a record goes back to Go as it was.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyAnyMethods, PyType};

use crate::codec::{DecodeError, Decoder, Input};
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
        return Ok(new(input.py, decoder)?);
    }
    decoder.decode(input)
}

/// The nil that `decoder` would make.
pub(super) fn new<'py>(py: Python<'py>, decoder: &Decoder) -> PyResult<Bound<'py, PyAny>> {
    let class = match decoder {
        Decoder::Map(_) => map(py)?,
        Decoder::Bytes => bytes(py)?,
        _ => list(py)?,
    };
    class.call0()
}

/// Whether a list, dict or bytes is one that came as nil, and is still empty.
#[inline]
pub(super) fn is_nil(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    let (py, class) = (value.py(), value.get_type());
    Ok((class.is(list(py)?) || class.is(map(py)?) || class.is(bytes(py)?)) && value.len()? == 0)
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
