//! Python classes of Go types, each made when it is first needed.
//!
//! A type can have two: one whose instances are live references ([`object_class`],
//! a subclass of `GoObject`), and one whose instances are values that carry
//! their type ([`value_class`], a subclass of `int`, `dict`, ...).

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{
    PyBool, PyBytes, PyComplex, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple, PyType,
};
use usegolib::schema::shape::{Number, Shape, TypeId};
use usegolib::schema::{Field, Function, TypeDeclaration, TypeKind, signature};

use crate::builtin;
use crate::call::{self, Target};
use crate::callable::{Accessor, Callable};
use crate::codec::{Decoder, Encoder, HIDDEN_STATE, Handle};
use crate::errors::Exception;
use crate::native::field::{self, Access, Property};
use crate::native::method::{self, Description};
use crate::native::object_method::{self, Method};
use crate::object::GoObject;
use crate::view::View;

/// The classes of one module's types.
pub(crate) struct Classes {
    objects: Vec<PyOnceLock<Py<PyType>>>,
    values: Vec<PyOnceLock<Py<PyType>>>,
    /// The methods of the classes of references.
    methods: Vec<OnceLock<Box<[Method]>>>,
}

impl Classes {
    /// No class yet, for so many types.
    pub(crate) fn new(types: usize) -> Self {
        let locks = || (0..types).map(|_| PyOnceLock::new()).collect();
        Self {
            objects: locks(),
            values: locks(),
            methods: (0..types).map(|_| OnceLock::new()).collect(),
        }
    }

    /// The methods that the class of references to values of the type has by
    /// number; none if there is no such class yet.
    #[inline]
    pub(crate) fn methods(&'static self, id: TypeId) -> &'static [Method] {
        let found = self.methods.get(id.0 as usize).and_then(OnceLock::get);
        found.map_or(&[], |found| found)
    }

    /// Whether `class` is the one of references to values of the type.
    pub(crate) fn is_of_references(
        &self,
        py: Python<'_>,
        id: TypeId,
        class: *mut ffi::PyTypeObject,
    ) -> bool {
        let known = self.objects[id.0 as usize].get(py);
        known.is_some_and(|known| known.as_ptr() == class.cast())
    }
}

/// The Go type that a class was made for.
#[derive(Clone, Copy)]
pub(crate) struct Origin {
    pub(crate) view: &'static View,
    pub(crate) id: TypeId,
    /// Whether its instances are values rather than references.
    pub(crate) is_value: bool,
}

/// All classes, by their address: they are never freed.
static ORIGINS: Mutex<Option<HashMap<usize, Origin>>> = Mutex::new(None);

fn register(class: &Bound<'_, PyType>, origin: Origin) {
    let mut origins = ORIGINS.lock().unwrap_or_else(PoisonError::into_inner);
    origins
        .get_or_insert_with(HashMap::new)
        .insert(class.as_ptr().addr(), origin);
}

/// Notes that instances of `class` are values of a Go type.
pub(crate) fn register_value(class: &Bound<'_, PyType>, view: &'static View, id: TypeId) {
    let is_value = true;
    register(class, Origin { view, id, is_value });
}

/// The Go type of a class or of the class it derives from.
pub(crate) fn origin(class: &Bound<'_, PyType>) -> Option<Origin> {
    let origins = ORIGINS.lock().unwrap_or_else(PoisonError::into_inner);
    let origins = origins.as_ref()?;
    let found = origins.get(&class.as_ptr().addr()).copied();
    found.or_else(|| {
        let bases = class.mro();
        bases
            .iter()
            .find_map(|base| origins.get(&base.as_ptr().addr()).copied())
    })
}

/// An error if a class derives from those of several Go types.
pub(crate) fn check_single_origin(class: &Bound<'_, PyType>) -> PyResult<()> {
    let origins = ORIGINS.lock().unwrap_or_else(PoisonError::into_inner);
    let known = |base: &Bound<'_, PyAny>| {
        let found = origins.as_ref()?.get(&base.as_ptr().addr())?;
        Some(found.view.types.name(found.id))
    };
    let types: Vec<_> = class.mro().iter().filter_map(|base| known(&base)).collect();
    if types.len() < 2 {
        return Ok(());
    }
    Err(PyTypeError::new_err(format!(
        "'{}' is a class of several Go types: {}",
        class.qualname()?,
        types.join(", ")
    )))
}

/// What a package shows under the type's name.
pub(crate) fn exported<'py>(
    py: Python<'py>,
    view: &'static View,
    id: TypeId,
) -> PyResult<Bound<'py, PyAny>> {
    let declaration = view.types.declaration(id);
    let crosses_as_value = match declaration.kind {
        TypeKind::Struct => !declaration.is_object() || is_adapter(view, id),
        TypeKind::Value => true,
        _ => false,
    };
    if !crosses_as_value {
        return Ok(object_class(py, view, id)?.into_any());
    }
    Ok(match value_class(py, view, id)? {
        Some(class) => class.into_any(),
        None => base_of(py, view, id)?.into_any(),
    })
}

fn is_adapter(view: &View, id: TypeId) -> bool {
    let adapters = view.types.adapters();
    [adapters.time, adapters.duration, adapters.uuid].contains(&Some(id))
}

/// The class of references to values of the type.
pub(crate) fn object_class<'py>(
    py: Python<'py>,
    view: &'static View,
    id: TypeId,
) -> PyResult<Bound<'py, PyType>> {
    let make = || {
        let base = py.get_type::<GoObject>();
        let class = define(py, view, id, &base, PyTuple::empty(py))?;
        // References are made as plain ones and then become instances of it.
        assert!(
            same_layout(&class, &base),
            "a class without slots adds nothing to its base"
        );
        define_methods(&class, view, id)?;
        define_fields(&class, view, id)?;
        define_invocation(&class, view, id)?;
        let origin = Origin {
            view,
            id,
            is_value: false,
        };
        register(&class, origin);
        Ok(class.unbind())
    };
    let class = view.classes.objects[id.0 as usize].get_or_try_init(py, make);
    class.map(|class| class.bind(py).clone())
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

/// Whether instances of both classes are laid out and collected alike.
fn same_layout(one: &Bound<'_, PyType>, other: &Bound<'_, PyType>) -> bool {
    let layout = |class: &Bound<'_, PyType>| {
        let class = class.as_type_ptr();
        // SAFETY: it is a type.
        unsafe { ((*class).tp_basicsize, ffi::PyType_IS_GC(class)) }
    };
    layout(one) == layout(other)
}

/// The class of values of the type; `None` where Python has no such classes
/// (subclasses of `bool`).
pub(crate) fn value_class<'py>(
    py: Python<'py>,
    view: &'static View,
    id: TypeId,
) -> PyResult<Option<Bound<'py, PyType>>> {
    let base = base_of(py, view, id)?;
    if base.is(py.get_type::<PyBool>()) || base.is(py.get_type::<PyAny>()) {
        return Ok(None);
    }
    let make = || {
        let hidden = view.types.declaration(id).hidden && !is_adapter(view, id);
        let slots = if hidden {
            PyTuple::new(py, [HIDDEN_STATE])?
        } else {
            PyTuple::empty(py)
        };
        let class = define(py, view, id, &base, slots)?;
        let origin = Origin {
            view,
            id,
            is_value: true,
        };
        register(&class, origin);
        Ok::<_, PyErr>(class.unbind())
    };
    let class = view.classes.values[id.0 as usize].get_or_try_init(py, make)?;
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
        Shape::Bool => py.get_type::<PyBool>(),
        Shape::Number(Number::Float32 | Number::Float64) => py.get_type::<PyFloat>(),
        Shape::Number(_) | Shape::Duration => py.get_type::<PyInt>(),
        Shape::Complex { .. } => py.get_type::<PyComplex>(),
        Shape::String | Shape::Time | Shape::Uuid => py.get_type::<PyString>(),
        Shape::Bytes | Shape::ByteArray(_) => py.get_type::<PyBytes>(),
        Shape::Numbers(_) | Shape::Slice(_) | Shape::Array(..) => py.get_type::<PyList>(),
        Shape::Map(..) => py.get_type::<PyDict>(),
        Shape::Record(_) | Shape::Opaque(_) => {
            RECORD.import(py, "usegolib._values", "Record")?.clone()
        }
        _ => py.get_type::<PyAny>(),
    })
}

/// Makes the class itself, with the type's methods.
fn define<'py>(
    py: Python<'py>,
    view: &'static View,
    id: TypeId,
    base: &Bound<'py, PyType>,
    slots: Bound<'py, PyTuple>,
) -> PyResult<Bound<'py, PyType>> {
    let declaration = view.types.declaration(id);
    let namespace = PyDict::new(py);
    namespace.set_item("__module__", &declaration.pkg)?;
    namespace.set_item("__qualname__", &declaration.ident)?;
    namespace.set_item("__doc__", signature::type_doc(declaration))?;
    namespace.set_item("__slots__", slots)?;
    if !base.is(py.get_type::<GoObject>()) {
        namespace.set_item("type_name", &declaration.name)?;
        let values = py.import("usegolib._values")?;
        for (name, function) in [
            ("__reduce__", "reduce_to_plain"),
            ("__copy__", "copy_value"),
            ("__deepcopy__", "deepcopy_value"),
        ] {
            namespace.set_item(name, values.getattr(function)?)?;
        }
        if base.is_subclass_of::<PyDict>()? || base.is_subclass_of::<PyList>()? {
            namespace.set_item("copy", values.getattr("copy_value")?)?;
        }
    }
    let entries = view.module.directory.of_type(id);
    let numbered = if base.is(py.get_type::<GoObject>()) {
        object_method::LIMIT
    } else {
        0
    };
    for &at in entries.methods.iter().skip(numbered) {
        let function = &view.module.schema.methods[at as usize];
        let index = view.module.directory.method(at);
        let method = method_of(py, view, declaration, function, &function.name, index)?;
        namespace.set_item(&function.name, method)?;
    }
    for &at in &entries.unsupported {
        let unsupported = &view.module.schema.unsupported[at as usize];
        let refusal = py.import("usegolib._values")?.getattr("Unsupported")?;
        let message = format!(
            "{}.{}: {}",
            declaration.ident, unsupported.name, unsupported.reason
        );
        namespace.set_item(&unsupported.name, refusal.call1((message,))?)?;
    }
    let class = py
        .get_type::<PyType>()
        .call1((&declaration.ident, (base,), namespace))?;
    Ok(class.cast_into::<PyType>()?)
}

fn method_of<'py>(
    py: Python<'py>,
    view: &'static View,
    declaration: &'static TypeDeclaration,
    function: &Function,
    name: &str,
    index: u32,
) -> PyResult<Bound<'py, PyAny>> {
    let names = signature::parameter_names(&function.params);
    let variadic = function
        .params
        .last()
        .is_some_and(usegolib::schema::Parameter::is_variadic);
    let description = Description {
        name: name.to_owned(),
        qualified_name: format!("{}.{name}", declaration.ident),
        package: declaration.pkg.clone(),
        text_signature: signature::text_signature(&names, variadic, true),
        doc: signature::doc(&signature::go_signature(function), &function.doc),
    };
    let function = function.clone();
    method::make(py, description, move |py| {
        Callable::function(py, view, &function, index)
    })
}

/// Gives a class of references its first methods, in the way that is called
/// fastest.
fn define_methods(class: &Bound<'_, PyType>, view: &'static View, id: TypeId) -> PyResult<()> {
    let methods = &view.module.schema.methods;
    let mut table = Vec::new();
    let entries = &view.module.directory.of_type(id).methods;
    for &at in entries.iter().take(object_method::LIMIT) {
        let function = &methods[at as usize];
        let index = view.module.directory.method(at);
        let names = signature::parameter_names(&function.params);
        let variadic = function
            .params
            .last()
            .is_some_and(usegolib::schema::Parameter::is_variadic);
        let doc = format!(
            "{}{}\n--\n\n{}",
            function.name,
            signature::text_signature(&names, variadic, true),
            signature::doc(&signature::go_signature(function), &function.doc)
        );
        object_method::define(class, table.len(), &function.name, &doc)?;
        table.push(Method::new(move |py| {
            Callable::function(py, view, function, index)
        }));
    }
    // Should two threads make the class at once, their tables are alike.
    let _ = view.classes.methods[id.0 as usize].set(table.into());
    Ok(())
}

fn define_fields(class: &Bound<'_, PyType>, view: &'static View, id: TypeId) -> PyResult<()> {
    let Some(first) = view.module.directory.of_type(id).fields else {
        return Ok(());
    };
    let declaration = view.types.declaration(id);
    let fields = declaration.fields.iter().chain(&declaration.promoted);
    for (at, field) in (0..).zip(fields) {
        let getter = first + 2 * at;
        let accessor = move |index: u32, write: bool| {
            Access::new(move |py| field_accessor(py, view, id, field, index, write))
        };
        let property = Property {
            read: accessor(getter, false),
            write: accessor(getter + 1, true),
            of_instance: true,
        };
        let declared = format!(
            "{} {}",
            field.name,
            usegolib::schema::expression::short(&field.type_)
        );
        field::define(
            class,
            &field.name,
            &signature::doc(&declared, &field.doc),
            property,
        )?;
    }
    Ok(())
}

fn field_accessor(
    py: Python<'_>,
    view: &'static View,
    id: TypeId,
    field: &Field,
    index: u32,
    write: bool,
) -> PyResult<Callable> {
    let accessor = Accessor {
        view,
        index,
        name: format!("{}.{}", view.types.declaration(id).ident, field.name),
        receiver: Some(id),
    };
    accessor.of_variable(py, &field.type_, write)
}

/// A func value is called like a method named `__call__`.
fn define_invocation(class: &Bound<'_, PyType>, view: &'static View, id: TypeId) -> PyResult<()> {
    let declaration = view.types.declaration(id);
    let invoke = view.module.directory.of_type(id).invoke;
    let (Some(signature), Some(index)) = (&declaration.signature, invoke) else {
        return Ok(());
    };
    let function = Function {
        pkg: declaration.pkg.clone(),
        name: String::new(),
        recv: Some(declaration.name.clone()),
        params: signature.params.clone(),
        results: signature.results.clone(),
        ..Function::default()
    };
    let py = class.py();
    class.setattr(
        "__call__",
        method_of(py, view, declaration, &function, "__call__", index)?,
    )
}

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
    let name = &view.types.declaration(id).ident;
    let Some(index) = view.module.directory.of_type(id).construct else {
        return Err(PyTypeError::new_err(format!(
            "cannot create '{name}' instances"
        )));
    };
    let target = Target::new(view, index, 1, name.as_str());
    let encoder = Encoder::fields(id);
    call::call(
        py,
        &target,
        |request| {
            encoder
                .encode(request, fields)
                .map_err(|error| call::encode_error(py, error, name, "fields"))
        },
        |response, _| Decoder::Object(id).decode(response),
    )
}

/// The exported fields of a struct behind a handle, as a record.
pub(crate) fn snapshot<'py>(
    py: Python<'py>,
    view: &'static View,
    id: TypeId,
    handle: Handle,
) -> PyResult<Bound<'py, PyDict>> {
    let name = &view.types.declaration(id).ident;
    let Some(construct) = view.module.directory.of_type(id).construct else {
        return Ok(PyDict::new(py));
    };
    let target = Target::new(view, construct + 1, 1, name.as_str());
    let record = call::call(
        py,
        &target,
        |request| {
            request.handle(handle);
            Ok(())
        },
        |response, _| Decoder::Record(id).decode(response),
    )?;
    Ok(record.cast_into::<PyDict>()?)
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
    builtin::invoke(py, object.module(), handle, arguments)
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
    record.update(complete.as_mapping())?;
    if let Ok(state) = complete.getattr(HIDDEN_STATE) {
        record.setattr(HIDDEN_STATE, state)?;
    }
    Ok(())
}
