//! Making values: `package.T(field=value)`, and the other calls that belong to
//! a class rather than to a name in Go.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};
use usegolib::schema::TypeKind;
use usegolib::schema::shape::TypeId;

use super::{Origin, origin};
use crate::call::{self, Target, builtin};
use crate::codec::{Decoder, Encoder};
use crate::objects::reference::GoObject;
use crate::objects::view::View;
use crate::wire::Handle;

/// The one dict or the keywords that a constructor was given.
pub(crate) fn fields_of<'py>(
    class: &Bound<'py, PyType>,
    args: &Bound<'py, PyTuple>,
    fields: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    match (args.len(), fields) {
        (0, None) => Ok(PyDict::new(py).into_any()),
        (0, Some(fields)) => Ok(fields.as_any().clone()),
        (1, None) => args.get_item(0),
        _ => Err(PyTypeError::new_err(format!(
            "{}() takes field keywords or one dict",
            class.name()?
        ))),
    }
}

/// Go's `&T{...}`: a reference to a new struct with these fields.
pub(crate) fn construct<'py>(
    py: Python<'py>,
    view: &'static View,
    id: TypeId,
    fields: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let declaration = view.types.declaration(id);
    let name = &declaration.ident;
    // As in Go, nobody else makes values of a type that can't be named.
    let slot = view.instance.exports.of_type(id).slots.construct();
    let Some(index) = slot.filter(|_| !declaration.unnameable) else {
        return Err(PyTypeError::new_err(format!(
            "cannot create '{name}' instances"
        )));
    };
    let target = Target::new(view.scope(), index, 1, name.as_str());
    let encoder = Encoder::fields(id);
    call::call(
        py,
        &target,
        |output| {
            encoder
                .encode(output, fields)
                .map_err(|error| call::encode_error(py, error, name, "fields"))
        },
        |input| Decoder::Object(id).decode(input),
    )
}

/// A reference to a new struct of the type that a class was made for, whatever
/// its values are in Python.
#[pyfunction]
#[pyo3(signature = (class, init = None, /))]
pub(crate) fn new_object<'py>(
    class: &Bound<'py, PyType>,
    init: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    let Some(Origin { view, id, .. }) = origin(class) else {
        return Err(PyTypeError::new_err(format!(
            "'{}' is no struct type of Go's",
            class.name()?
        )));
    };
    let init = init.unwrap_or_else(|| PyDict::new(py).into_any());
    construct(py, view, id, &init)
}

/// The exported fields of a struct behind a handle, as a record.
pub(crate) fn snapshot<'py>(
    py: Python<'py>,
    view: &'static View,
    id: TypeId,
    handle: Handle,
) -> PyResult<Bound<'py, PyDict>> {
    let name = &view.types.declaration(id).ident;
    let Some(index) = view.instance.exports.of_type(id).slots.snapshot() else {
        return Ok(PyDict::new(py));
    };
    let target = Target::new(view.scope(), index, 1, name.as_str());
    let record = call::call(
        py,
        &target,
        |output| {
            output.handle(handle);
            Ok(())
        },
        |input| Decoder::Fields(id).decode(input),
    )?;
    Ok(record.cast_into::<PyDict>()?)
}

/// A copy of the value behind a handle, as what a function returns that returns it by
/// value: a record, for a struct. None if that is an object.
pub(crate) fn record<'py>(
    py: Python<'py>,
    view: &'static View,
    handle: Handle,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let Some(id) = handle.type_id() else {
        return Ok(None);
    };
    if !super::crosses_as_value(view, id) {
        return Ok(None);
    }
    let decoder = match view.types.declaration(id).kind {
        TypeKind::Value => Decoder::Named(id),
        _ => Decoder::Record(id),
    };
    builtin::copy(py, view.scope(), handle, &decoder).map(Some)
}

/// Calls the func behind a reference with whatever it is given.
#[pyfunction]
pub(crate) fn call_func<'py>(
    func: &Bound<'py, GoObject>,
    arguments: &Bound<'py, PyTuple>,
) -> PyResult<Bound<'py, PyAny>> {
    let (py, object) = (func.py(), func.get());
    let Some(handle) = object.open_handle() else {
        return Err(object.closed_error(py));
    };
    builtin::invoke(py, object.view().scope(), handle, arguments)
}

/// Reads from the reader behind a reference.
#[pyfunction]
pub(crate) fn read<'py>(reader: &Bound<'py, GoObject>, size: i64) -> PyResult<Bound<'py, PyAny>> {
    let (py, object) = (reader.py(), reader.get());
    let Some(handle) = object.open_handle() else {
        return Err(object.closed_error(py));
    };
    builtin::read(py, object.view().scope(), handle, size)
}

/// Fills a new value record: the fields given, the others zero, as Go has it.
#[pyfunction]
pub(crate) fn fill_record(
    record: &Bound<'_, PyDict>,
    args: &Bound<'_, PyTuple>,
    fields: &Bound<'_, PyDict>,
) -> PyResult<()> {
    let (py, class) = (record.py(), record.get_type());
    let Some(Origin { view, id, .. }) = origin(&class) else {
        return Err(PyTypeError::new_err("not the record of a Go type"));
    };
    let fields = fields_of(&class, args, (!fields.is_empty()).then_some(fields))?;
    let made = construct(py, view, id, &fields)?;
    let Some(handle) = GoObject::of(&made).and_then(GoObject::open_handle) else {
        return Err(PyTypeError::new_err("the constructor gave no object"));
    };
    let complete = snapshot(py, view, id, handle)?;
    record.update(complete.as_mapping())
}
