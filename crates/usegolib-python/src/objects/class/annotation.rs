//! What the fields of dataclasses are, as classes of Python's: what
//! `typing.get_type_hints` gives for those that are made when a library is loaded.

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyComplex, PyDict, PyFloat, PyInt, PyList, PyString, PyType};
use usegolib::python::names;
use usegolib::schema::adapter::{Adapter, Wire};
use usegolib::schema::shape::{Number, Shape, TypeId};

use super::origin::{Origin, origin};
use super::{dataclass, object_class, value_class};
use crate::codec::{Arrays, Times};
use crate::exception::Exception;
use crate::objects::view::View;

/// The annotations of a dataclass's fields by their names, resolved: the classes
/// of nested structs and of named types are made for it.
#[pyfunction]
pub(crate) fn field_annotations<'py>(class: &Bound<'py, PyType>) -> PyResult<Bound<'py, PyDict>> {
    let py = class.py();
    let found = PyDict::new(py);
    let Some(Origin { view, id, .. }) = origin(class) else {
        return Ok(found);
    };
    for field in &view.types.declaration(id).fields {
        let shape = view.types.shape(&field.type_);
        let shape =
            shape.map_err(|error| Exception::UnsupportedSignature.error(py, &error.to_string()))?;
        found.set_item(names::attribute(&field.name), of(py, view, &shape)?)?;
    }
    Ok(found)
}

/// The annotation of what comes from Go.
fn of<'py>(py: Python<'py>, view: &'static View, shape: &Shape) -> PyResult<Bound<'py, PyAny>> {
    let class = match shape {
        Shape::Bool => py.get_type::<PyBool>(),
        Shape::Number(number) => number_of(py, *number),
        Shape::Complex { .. } => py.get_type::<PyComplex>(),
        Shape::String => py.get_type::<PyString>(),
        Shape::Bytes | Shape::ByteArray(_) => py.get_type::<PyBytes>(),
        Shape::Numbers(number) => {
            if view.types.options().arrays == Arrays::Numpy {
                return py.import("numpy")?.getattr("ndarray");
            }
            let item = number_of(py, *number);
            return py.get_type::<PyList>().get_item(item);
        }
        Shape::Slice(element) | Shape::Array(_, element) => {
            return py.get_type::<PyList>().get_item(of(py, view, element)?);
        }
        Shape::Map(key, value) => {
            let entry = (of(py, view, key)?, of(py, view, value)?);
            return py.get_type::<PyDict>().get_item(entry);
        }
        Shape::Pointer(element) => return of(py, view, element)?.bitor(py.None()),
        Shape::Error => {
            let error = py.import("usegolib.errors")?.getattr("GoError")?;
            return error.bitor(py.None());
        }
        Shape::Adapter(adapter) => return adapted(py, view, *adapter),
        Shape::Named(id) => return named(py, view, *id),
        Shape::Record(id) => match dataclass(py, view, *id)? {
            Some(class) => class,
            None => return any(py),
        },
        Shape::Object(id) => return object_class(py, view, *id)?.bitor(py.None()),
        Shape::Opaque(_) | Shape::Interface(_) | Shape::Any => return any(py),
    };
    Ok(class.into_any())
}

/// A named type: its class, where it has one, else what it is made of.
fn named<'py>(py: Python<'py>, view: &'static View, id: TypeId) -> PyResult<Bound<'py, PyAny>> {
    let declaration = view.types.declaration(id);
    if declaration.has_methods()
        && let Some(class) = value_class(py, view, id)?
    {
        return Ok(class.into_any());
    }
    // A type made of itself (`type List []List`) has no finite annotation.
    if declaration.recursive {
        return any(py);
    }
    let underlying = view.types.shape(&declaration.underlying);
    let underlying = underlying
        .map_err(|error| Exception::UnsupportedSignature.error(py, &error.to_string()))?;
    of(py, view, &underlying)
}

fn adapted<'py>(
    py: Python<'py>,
    view: &'static View,
    adapter: Adapter,
) -> PyResult<Bound<'py, PyAny>> {
    let descriptor = adapter.descriptor();
    if view.types.options().times == Times::Python
        && let Some((module, name)) = descriptor.given.first()
    {
        return py.import(*module)?.getattr(*name);
    }
    if let Some(id) = view.types.find(descriptor.go_name)
        && view.types.declaration(id).has_methods()
        && let Some(class) = value_class(py, view, id)?
    {
        return Ok(class.into_any());
    }
    Ok(match descriptor.wire {
        Wire::Number(number) => number_of(py, number),
        Wire::Text { .. } => py.get_type::<PyString>(),
    }
    .into_any())
}

fn number_of(py: Python<'_>, number: Number) -> Bound<'_, PyType> {
    if number.is_float() {
        py.get_type::<PyFloat>()
    } else {
        py.get_type::<PyInt>()
    }
}

fn any(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    py.import("typing")?.getattr("Any")
}
