//! Go's conversions: `package.Interface(object)`.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use usegolib::schema::shape::TypeId;

use crate::call::builtin;
use crate::objects::view::View;

/// Go's conversion of an object, of Python's even, to an interface: an object of Go's
/// that implements it.
pub(crate) fn convert<'py>(
    py: Python<'py>,
    view: &'static View,
    id: TypeId,
    value: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    if value.is_none() {
        let name = &view.types.declaration(id).ident;
        return Err(PyTypeError::new_err(format!(
            "{name}() takes an object, not None"
        )));
    }
    builtin::convert(py, view.scope(), id, value)
}
