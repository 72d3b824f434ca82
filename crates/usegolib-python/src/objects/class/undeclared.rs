//! Objects of types that the schema doesn't have: their fields, and the methods of the
//! interfaces that they implement, are found when they are asked for.

use pyo3::prelude::*;
use pyo3::types::PyString;

use usegolib::schema::shape::TypeId;

use crate::call::builtin;
use crate::objects::reference::GoObject;

/// The names of the exported fields of an object whose type the schema doesn't have.
#[pyfunction]
pub(crate) fn fields<'py>(object: &Bound<'py, GoObject>) -> PyResult<Bound<'py, PyAny>> {
    let (py, object) = (object.py(), object.get());
    builtin::fields(py, object.view().scope(), object.handle(py)?)
}

/// The object as a value of each interface of its library that it implements and that
/// has a method of the name; of all that it implements without a name.
#[pyfunction]
#[pyo3(signature = (object, name=None))]
pub(crate) fn as_interfaces<'py>(
    object: &Bound<'py, GoObject>,
    name: Option<&str>,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let py = object.py();
    let view = object.get().view();
    let methods = &view.instance.schema.methods;
    let has_method = |id: TypeId| {
        let mut entries = view.instance.exports.of_type(id).methods.iter();
        name.is_none_or(|name| entries.any(|&at| methods[at as usize].name == name))
    };
    let found = builtin::interfaces(py, view.scope(), object.get().handle(py)?)?;
    let found = found
        .into_iter()
        .filter(|id| view.types.has(*id) && has_method(*id));
    found
        .map(|id| builtin::convert(py, view.scope(), id, object.as_any()))
        .collect()
}

/// A list of the value of such a field or conventional method; an empty one if there is
/// none of that name.
#[pyfunction]
pub(crate) fn field<'py>(
    object: &Bound<'py, GoObject>,
    name: &Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyAny>> {
    let (py, object) = (object.py(), object.get());
    builtin::field(py, object.view().scope(), object.handle(py)?, name)
}
