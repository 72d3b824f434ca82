//! Members of Python's enumerations: where a scalar is wanted, their value is.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

/// The value of a member of an enumeration; none for anything else.
#[inline(never)]
pub(super) fn value_of<'py>(value: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    static ENUM: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let py = value.py();
    if !value.is_instance(ENUM.import(py, "enum", "Enum")?)? {
        return Ok(None);
    }
    value.getattr(intern!(py, "_value_")).map(Some)
}
