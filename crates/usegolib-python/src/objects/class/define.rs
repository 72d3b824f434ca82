//! Making a class: the type object, with the Go type's methods and fields.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyString, PyTuple, PyType};
use usegolib::python::{Parameters, docs, names};
use usegolib::schema::dispatch::has_accessors;
use usegolib::schema::protocols::Protocols;
use usegolib::schema::readers::FileMethods;
use usegolib::schema::shape::TypeId;
use usegolib::schema::slots::AccessorSlots;
use usegolib::schema::{Field, Function, TypeDeclaration, TypeKind};

use super::{attribute, iteration};
use crate::cpython::field;
use crate::cpython::method::{self, Body, Description};
use crate::cpython::{Arguments, Lazy, numbered};
use crate::objects::callable::{Accessor, Callable, GivenReceiver};
use crate::objects::entry::{Accessors, FieldProperty, ReferenceMethods};
use crate::objects::live::{MapReference, SliceReference};
use crate::objects::methods::MethodTable;
use crate::objects::reference::GoObject;
use crate::objects::view::View;

/// Makes the class itself, with the type's methods.
pub(super) fn define<'py>(
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
    namespace.set_item("__doc__", docs::type_doc(declaration))?;
    namespace.set_item("__slots__", slots)?;
    if has_accessors(declaration) && view.types.adapter(id).is_none() {
        let signature = py
            .import("usegolib._values")?
            .getattr("ConstructorSignature")?;
        namespace.set_item("__signature__", signature.call0()?)?;
    }
    let is_object = base.is(py.get_type::<GoObject>());
    let is_reference = is_object
        || base.is_subclass_of::<MapReference>()?
        || base.is_subclass_of::<SliceReference>()?;
    if !is_reference {
        namespace.set_item("type_name", &declaration.name)?;
        let values = py.import("usegolib._values")?;
        if declaration.kind == TypeKind::Value || view.types.adapter(id).is_some() {
            let signature = values.getattr("ValueSignature")?.call0()?;
            namespace.set_item("__signature__", signature)?;
        }
        for (name, function) in [
            ("__reduce__", "reduce_value"),
            ("__copy__", "copy_value"),
            ("__deepcopy__", "deepcopy_value"),
        ] {
            namespace.set_item(name, values.getattr(function)?)?;
        }
        if base.is_subclass_of::<PyDict>()? || base.is_subclass_of::<PyList>()? {
            namespace.set_item("copy", values.getattr("copy_value")?)?;
        }
    }
    if !is_object && !base.is_subclass_of::<PyString>()? && prints(view, id) {
        let text_of = py.import("usegolib._values")?.getattr("text_of")?;
        namespace.set_item("__str__", text_of)?;
    }
    let entries = view.instance.exports.of_type(id);
    let numbered = if is_object {
        add_file(&namespace, view, id, "members")?;
        add_value(&namespace, view, id)?;
        add_protocols(&namespace, view, id)?;
        iteration::add(&namespace, view, id)?;
        numbered::LIMIT
    } else {
        if !is_reference {
            add_file(&namespace, view, id, "value_members")?;
        }
        0
    };
    for &at in entries.methods.iter().skip(numbered) {
        let function = &view.instance.schema.methods[at as usize];
        let index = view.instance.exports.method(at);
        let method = method_of(py, view, declaration, function, &function.name, index)?;
        for name in names::spellings(&function.name) {
            namespace.set_item(name, &method)?;
        }
    }
    for &at in entries.unsupported {
        let unsupported = &view.instance.schema.unsupported[at as usize];
        let refusal = py.import("usegolib._values")?.getattr("Unsupported")?;
        let message = format!(
            "{}.{}: {}",
            declaration.ident, unsupported.name, unsupported.reason
        );
        let refusal = refusal.call1((message,))?;
        for name in names::spellings(&unsupported.name) {
            namespace.set_item(name, &refusal)?;
        }
    }
    if is_reference && declaration.kind == TypeKind::Interface {
        // The type of what is in it may have more.
        let member = py
            .import("usegolib._values")?
            .getattr("undeclared_member")?;
        namespace.set_item("__getattr__", member)?;
    }
    if declaration.is_beyond() {
        let beyond = py.import("usegolib._values")?.getattr("beyond")?;
        namespace.set_item("__getattr__", beyond)?;
    }
    let class = py.import("usegolib._pickling")?.getattr("GoType")?.call1((
        &declaration.ident,
        (base,),
        namespace,
    ))?;
    Ok(class.cast_into::<PyType>()?)
}

/// Whether Go prints values of the type in a way of their own.
fn prints(view: &'static View, id: TypeId) -> bool {
    let methods = &view.instance.schema.methods;
    let entries = view.instance.exports.of_type(id);
    let methods = entries.methods.iter().map(|&at| &methods[at as usize]);
    Protocols::of(&view.types.name(id), methods).text.is_some()
}

/// What makes an object of a type whose values are lists, dicts or numbers do as these.
fn add_value(namespace: &Bound<'_, PyDict>, view: &'static View, id: TypeId) -> PyResult<()> {
    let py = namespace.py();
    if view.types.declaration(id).kind != TypeKind::Value {
        return Ok(());
    }
    let base = super::base_of(py, view, id)?;
    let protocols = py.import("usegolib._protocols")?;
    let members = protocols.call_method1("value_members", (base,))?;
    namespace.update(members.cast::<PyDict>()?.as_mapping())
}

/// What makes an object answer `len`, `in`, `iter`, `str` and comparisons by Go's
/// methods, and a mapping of its fields, if it has any and is no container by methods.
fn add_protocols(namespace: &Bound<'_, PyDict>, view: &'static View, id: TypeId) -> PyResult<()> {
    let entries = view.instance.exports.of_type(id);
    let declaration = view.types.declaration(id);
    let methods = &view.instance.schema.methods;
    let methods = entries.methods.iter().map(|&at| &methods[at as usize]);
    let found = Protocols::of(&declaration.name, methods);
    let has_fields = entries.slots.construct().is_some() && !declaration.fields.is_empty();
    let is_mapping = has_fields && !found.is_container();
    let given = PyDict::new(namespace.py());
    for (protocol, method) in [
        ("length", found.length),
        ("contains", found.contains),
        ("iterate", found.iterate),
        ("equal", found.equal),
        ("compare", found.compare),
        ("less", found.less),
        ("text", found.text),
    ] {
        if let Some(method) = method {
            given.set_item(protocol, method)?;
        }
    }
    if given.is_empty() && !is_mapping {
        return Ok(());
    }
    let protocols = namespace.py().import("usegolib._protocols")?;
    let members = protocols.call_method1("members", (given, is_mapping))?;
    namespace.update(members.cast::<PyDict>()?.as_mapping())
}

/// What makes a reader or writer a binary file in Python: these members.
fn add_file(
    namespace: &Bound<'_, PyDict>,
    view: &'static View,
    id: TypeId,
    members: &str,
) -> PyResult<()> {
    let schema = view.instance.schema;
    let entries = &view.instance.exports.of_type(id).methods;
    let methods = entries.iter().map(|&at| &schema.methods[at as usize]);
    let found = FileMethods::of(methods);
    if !found.is_file() {
        return Ok(());
    }
    let file = namespace.py().import("usegolib._file")?;
    let members = file.call_method1(members, (found.reads, found.writes, found.seeks))?;
    namespace.update(members.cast::<PyDict>()?.as_mapping())
}

fn method_of<'py>(
    py: Python<'py>,
    view: &'static View,
    declaration: &'static TypeDeclaration,
    function: &Function,
    name: &str,
    index: u32,
) -> PyResult<Bound<'py, PyAny>> {
    let parameters = Parameters::new(&function.params);
    let description = Description {
        name: name.to_owned(),
        qualified_name: format!("{}.{name}", declaration.ident),
        package: declaration.pkg.clone(),
        text_signature: parameters.text_signature(true),
        doc: docs::function_doc(function),
    };
    let function = function.clone();
    let callable = Lazy::new(move |py| Callable::function(py, view.scope(), &function, index));
    let made = method::make(py, description, ValueMethod(callable))?;
    register_for_pickling(&made)?;
    Ok(made)
}

/// Tells how methods are pickled, once.
fn register_for_pickling(method: &Bound<'_, PyAny>) -> PyResult<()> {
    static REGISTERED: PyOnceLock<()> = PyOnceLock::new();
    let py = method.py();
    let register = || {
        let pickling = py.import("usegolib._pickling")?;
        pickling.call_method1("register_method_type", (method.get_type(),))?;
        Ok::<_, PyErr>(())
    };
    REGISTERED.get_or_try_init(py, register).copied()
}

/// A method that any value of its type can be the receiver of.
struct ValueMethod(Lazy<Callable>);

impl Body for ValueMethod {
    fn call<'py>(
        &self,
        receiver: Borrowed<'_, 'py, PyAny>,
        arguments: Arguments<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = receiver.py();
        let receiver = GivenReceiver::Value(receiver);
        self.0.get(py)?.call(py, Some(receiver), arguments)
    }
}

/// Gives a class of references its first methods, in the way that is called
/// fastest.
pub(super) fn define_methods(
    class: &Bound<'_, PyType>,
    view: &'static View,
    id: TypeId,
) -> PyResult<()> {
    let methods = &view.instance.schema.methods;
    let mut table = Vec::new();
    let entries = &view.instance.exports.of_type(id).methods;
    for &at in entries.iter().take(numbered::LIMIT) {
        let function = &methods[at as usize];
        let index = view.instance.exports.method(at);
        let doc = docs::signed_doc(function, true);
        numbered::define::<ReferenceMethods>(class, table.len(), &function.name, &doc)?;
        for name in names::spellings(&function.name).skip(1) {
            class.setattr(&*name, class.getattr(&function.name)?)?;
        }
        table.push(Lazy::new(move |py| {
            Callable::function(py, view.scope(), function, index)
        }));
    }
    // Should two threads make the class at once, their tables are alike.
    let _ = view.classes[id.0 as usize]
        .methods
        .set(MethodTable::new(class, table));
    Ok(())
}

pub(super) fn define_fields(
    class: &Bound<'_, PyType>,
    view: &'static View,
    id: TypeId,
) -> PyResult<()> {
    let slots = view.instance.exports.of_type(id).slots;
    let declaration = view.types.declaration(id);
    let fields = declaration.fields.iter().chain(&declaration.promoted);
    for (at, field) in (0..).zip(fields) {
        let Some(AccessorSlots { getter, setter }) = slots.field(at) else {
            break;
        };
        let accessor = move |index: u32, write: bool| {
            Lazy::new(move |py| field_accessor(py, view, id, field, index, write))
        };
        for name in names::spellings(&field.name) {
            let property = FieldProperty(Accessors {
                read: accessor(getter, false),
                write: accessor(setter, true),
            });
            field::define(class, &name, &attribute::field_doc(field), property)?;
        }
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
        scope: view.scope(),
        index,
        name: format!("{}.{}", view.types.declaration(id).ident, field.name),
        receiver: Some(id),
    };
    accessor.of_variable(py, &field.type_, write)
}

/// A func value is called like a method named `__call__`.
pub(super) fn define_invocation(
    class: &Bound<'_, PyType>,
    view: &'static View,
    id: TypeId,
) -> PyResult<()> {
    let declaration = view.types.declaration(id);
    let invoke = view.instance.exports.of_type(id).slots.invoke();
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
