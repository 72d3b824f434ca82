//! Objects of types that the schema doesn't have: their fields are found when they are
//! asked for.

use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::call::builtin;
use crate::objects::reference::GoObject;

/// The names of the exported fields of an object whose type the schema doesn't have.
#[pyfunction]
pub(crate) fn fields<'py>(object: &Bound<'py, GoObject>) -> PyResult<Bound<'py, PyAny>> {
    let (py, object) = (object.py(), object.get());
    builtin::fields(py, object.view().scope(), object.handle(py)?)
}

/// A list of the value of such a field; an empty one if there is none of that name.
#[pyfunction]
pub(crate) fn field<'py>(
    object: &Bound<'py, GoObject>,
    name: &Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyAny>> {
    let (py, object) = (object.py(), object.get());
    builtin::field(py, object.view().scope(), object.handle(py)?, name)
}
