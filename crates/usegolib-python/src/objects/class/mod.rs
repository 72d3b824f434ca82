//! Python classes of Go types, each made when it is first needed: [`define`]
//! makes them, [`origin`] knows what each was made for, [`construct`] makes
//! values with them.
//!
//! A type can have two: one whose instances are live references ([`object_class`],
//! a subclass of `GoObject`), and one whose instances are values that carry
//! their type ([`value_class`], a subclass of `int`, `dict`, ...).

mod annotation;
mod attribute;
mod construct;
mod dataclass;
mod define;
mod iteration;
mod origin;
mod undeclared;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyComplex, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple, PyType};
use usegolib::schema::TypeKind;
use usegolib::schema::adapter::{Adapter, Wire};
use usegolib::schema::shape::{Number, Shape, TypeId};

pub(crate) use self::annotation::field_annotations;
pub(crate) use self::attribute::constructor_fields;
pub(crate) use self::construct::{
    call_func, construct, fields_of, fill_record, new_object, read, record, snapshot,
};
pub(crate) use self::dataclass::{dataclass, typed_with};
pub(crate) use self::iteration::iterate;
pub(crate) use self::origin::{
    Origin, check_single_origin, is_of_type, origin, origin_of, register_value, type_argument_of,
};
pub(crate) use self::undeclared::{as_interfaces, field, fields};
use crate::codec::live::ContainerKind;
use crate::codec::{Container, HIDDEN_STATE, boolean_class};
use crate::exception::Exception;
use crate::objects::live::{MapReference, SliceReference};
use crate::objects::reference::GoObject;
use crate::objects::view::View;

/// What a package shows under the type's name.
pub(crate) fn exported<'py>(
    py: Python<'py>,
    view: &'static View,
    id: TypeId,
) -> PyResult<Bound<'py, PyAny>> {
    if !crosses_as_value(view, id) {
        return Ok(object_class(py, view, id)?.into_any());
    }
    Ok(match value_class(py, view, id)? {
        Some(class) => class.into_any(),
        None => base_of(py, view, id)?.into_any(),
    })
}

/// Whether a struct or named type crosses as a value, where it is not live.
pub(crate) fn crosses_as_value(view: &'static View, id: TypeId) -> bool {
    let declaration = view.types.declaration(id);
    match declaration.kind {
        TypeKind::Struct => !declaration.is_object() || view.types.adapter(id).is_some(),
        TypeKind::Value => true,
        _ => false,
    }
}

/// The class of references to values of the type.
pub(crate) fn object_class<'py>(
    py: Python<'py>,
    view: &'static View,
    id: TypeId,
) -> PyResult<Bound<'py, PyType>> {
    let make = || {
        let base = py.get_type::<GoObject>();
        let class = define::define(py, view, id, &base, PyTuple::empty(py))?;
        // References are made as plain ones and then become instances of it.
        assert!(
            same_layout(&class, &base),
            "a class without slots adds nothing to its base"
        );
        define::define_methods(&class, view, id)?;
        define::define_fields(&class, view, id)?;
        define::define_invocation(&class, view, id)?;
        let origin = Origin {
            view,
            id,
            is_value: false,
        };
        origin::register(&class, origin);
        Ok(class.unbind())
    };
    let class = view.classes[id.0 as usize].object.get_or_try_init(py, make);
    class.map(|class| class.bind(py).clone())
}

/// The class of live references to values of a container type.
pub(crate) fn live_class<'py>(
    py: Python<'py>,
    view: &'static View,
    container: &'static Container,
) -> PyResult<Bound<'py, PyType>> {
    let make = || {
        let (name, base) = match container.kind {
            ContainerKind::Map => ("GoMap", py.get_type::<MapReference>()),
            _ => ("GoSlice", py.get_type::<SliceReference>()),
        };
        let general = py.import("usegolib._live")?.getattr(name)?;
        let general = general.cast_into::<PyType>()?;
        let class = match container.id {
            Some(id) => {
                let class = define::define(py, view, id, &general, PyTuple::empty(py))?;
                origin::register_live(&class, view, id);
                class
            }
            None => general,
        };
        assert!(
            same_layout(&class, &base),
            "a class without slots adds nothing to its base"
        );
        Ok::<_, PyErr>(class.unbind())
    };
    let class = container.class.get_or_try_init(py, make)?;
    Ok(class.bind(py).clone())
}

/// The class of references to funcs of no declared type.
pub(crate) fn func_class(py: Python<'_>) -> PyResult<Bound<'_, PyType>> {
    static FUNC: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let class = FUNC.import(py, "usegolib._values", "Func")?;
    assert!(
        same_layout(class, &py.get_type::<GoObject>()),
        "a class without slots adds nothing to its base"
    );
    Ok(class.clone())
}

/// The class of references to values whose type the schema doesn't have.
pub(crate) fn undeclared_class(py: Python<'_>) -> PyResult<Bound<'_, PyType>> {
    static UNDECLARED: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let class = UNDECLARED.import(py, "usegolib._values", "Undeclared")?;
    assert!(
        same_layout(class, &py.get_type::<GoObject>()),
        "a class without slots adds nothing to its base"
    );
    Ok(class.clone())
}

/// Whether instances of both classes are laid out and collected alike.
fn same_layout(one: &Bound<'_, PyType>, other: &Bound<'_, PyType>) -> bool {
    let layout = |class: &Bound<'_, PyType>| {
        let class = class.as_type_ptr();
        // SAFETY: it is a type.
        unsafe { ((*class).tp_basicsize, ffi::PyType_IS_GC(class)) }
    };
    layout(one) == layout(other)
}

/// The class of values of the type; `None` where values have none of Python's
/// types as their own.
pub(crate) fn value_class<'py>(
    py: Python<'py>,
    view: &'static View,
    id: TypeId,
) -> PyResult<Option<Bound<'py, PyType>>> {
    if let Some(made) = view.classes[id.0 as usize].value.get(py) {
        return Ok(Some(made.bind(py).clone()));
    }
    let base = base_of(py, view, id)?;
    if base.is(py.get_type::<PyAny>()) {
        return Ok(None);
    }
    let make = || {
        let declaration = view.types.declaration(id);
        let hidden = match view.types.adapter(id) {
            Some(adapter) => adapter == Adapter::Time,
            None => declaration.hidden,
        };
        let slots = if hidden {
            PyTuple::new(py, [HIDDEN_STATE])?
        } else {
            PyTuple::empty(py)
        };
        let class = define::define(py, view, id, &base, slots)?;
        if declaration.kind == TypeKind::Struct && class.is_subclass_of::<PyDict>()? {
            attribute::define(&class, view, id)?;
        }
        let origin = Origin {
            view,
            id,
            is_value: true,
        };
        origin::register(&class, origin);
        Ok::<_, PyErr>(class.unbind())
    };
    let class = view.classes[id.0 as usize]
        .value
        .get_or_try_init(py, make)?;
    Ok(Some(class.bind(py).clone()))
}

/// The built-in type (or, for structs, `Record`) that values of the type are.
fn base_of<'py>(py: Python<'py>, view: &'static View, id: TypeId) -> PyResult<Bound<'py, PyType>> {
    static RECORD: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let declaration = view.types.declaration(id);
    let shape = view
        .types
        .shape(&declaration.name)
        .and_then(|shape| match shape {
            Shape::Named(_) => view.types.shape(&declaration.underlying),
            other => Ok(other),
        })
        .map_err(|error| Exception::UnsupportedSignature.error(py, &error.to_string()))?;
    Ok(match shape {
        Shape::Bool => boolean_class(py)?.clone(),
        Shape::Number(Number::Float32 | Number::Float64) => py.get_type::<PyFloat>(),
        Shape::Number(_) => py.get_type::<PyInt>(),
        Shape::Complex { .. } => py.get_type::<PyComplex>(),
        Shape::String => py.get_type::<PyString>(),
        Shape::Adapter(adapter) => match adapter.descriptor().wire {
            Wire::Number(_) => py.get_type::<PyInt>(),
            Wire::Text { .. } => py.get_type::<PyString>(),
        },
        Shape::Bytes | Shape::ByteArray(_) => py.get_type::<PyBytes>(),
        Shape::Numbers(_) | Shape::Slice(_) | Shape::Array(..) => py.get_type::<PyList>(),
        Shape::Map(..) => py.get_type::<PyDict>(),
        Shape::Record(_) | Shape::Opaque(_) => {
            RECORD.import(py, "usegolib._values", "Record")?.clone()
        }
        _ => py.get_type::<PyAny>(),
    })
}
