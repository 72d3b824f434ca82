//! Dataclasses: what records are in typed views (spec: Python Typed Struct
//! Wrappers), made here or brought by a module that `usegolib gen` wrote.

use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyType};
use usegolib::python::names;
use usegolib::schema::shape::TypeId;
use usegolib::schema::{Field, TypeKind, expression};

use super::{attribute, register_value, value_class};
use crate::codec::{Arrays, Options, Structs, Times};
use crate::exception::Exception;
use crate::instance::Instance;
use crate::objects::view::View;

/// The options of typed views.
const TYPED: Options = Options {
    structs: Structs::Dataclasses,
    times: Times::Go,
    arrays: Arrays::List,
};

/// A typed view where some structs are instances of these dataclasses, given
/// by the types' keys in the schema; it is there for ever.
pub(crate) fn typed_with(
    instance: &'static Instance,
    given: &Bound<'_, PyDict>,
) -> PyResult<&'static View> {
    let py = given.py();
    let view = View::new(instance, TYPED);
    for (name, class) in given {
        let (name, class): (String, Bound<'_, PyType>) = (name.extract()?, class.extract()?);
        let found = view
            .types
            .find(&name)
            .map(|id| (id, view.types.declaration(id)));
        let Some((id, declaration)) = found else {
            return Err(outdated(
                py,
                instance,
                &format!("there is no struct {name}"),
            ));
        };
        let mut wanted: Vec<_> = declaration.fields.iter().map(|f| f.key.clone()).collect();
        let mut keys = dataclass_keys(&class)?;
        wanted.sort_unstable();
        keys.sort_unstable();
        if keys != wanted {
            let has = format!("{name} has the fields {}", wanted.join(", "));
            return Err(outdated(py, instance, &has));
        }
        adopt(&class, view, id)?;
        // It is the first one: the keys of a dict are unique.
        let _ = view.classes[id.0 as usize]
            .dataclass
            .set(py, class.unbind());
    }
    Ok(view)
}

#[cold]
fn outdated(py: Python<'_>, instance: &Instance, what: &str) -> PyErr {
    let title = instance.manifest.title();
    Exception::Load.with_hint(
        py,
        &format!("the bindings are not those of {title}: {what}"),
        Some("generate them again: usegolib gen"),
    )
}

/// Makes a dataclass one of Go's types: its instances have the type's
/// methods, and keep the type where Go takes any.
fn adopt(class: &Bound<'_, PyType>, view: &'static View, id: TypeId) -> PyResult<()> {
    if let Some(values) = value_class(class.py(), view, id)? {
        let entries = view.instance.exports.of_type(id);
        let schema = view.instance.schema;
        let methods = entries.methods.iter();
        let methods = methods.map(|&at| &schema.methods[at as usize].name);
        let refused = entries.unsupported.iter();
        let refused = refused.map(|&at| &schema.unsupported[at as usize].name);
        let members = values.getattr("__dict__")?;
        for name in methods.chain(refused) {
            for name in names::spellings(name) {
                class.setattr(&*name, members.get_item(&*name)?)?;
            }
        }
    }
    attribute::define_promoted(class, view, id)?;
    register_value(class, view, id);
    Ok(())
}

/// The dataclass of a struct type; `None` for other types and in the plain
/// view.
pub(crate) fn dataclass<'py>(
    py: Python<'py>,
    view: &'static View,
    id: TypeId,
) -> PyResult<Option<Bound<'py, PyType>>> {
    let declaration = view.types.declaration(id);
    let structs = view.types.options().structs;
    if structs != Structs::Dataclasses
        || declaration.kind != TypeKind::Struct
        || declaration.is_opaque()
    {
        return Ok(None);
    }
    let make = || {
        let fields: Vec<_> = declaration
            .fields
            .iter()
            .map(|field| {
                let (name, annotation, _) = attribute::field(py, view, field)?;
                Ok((name, &field.key, annotation, zero_factory(py, view, field)?))
            })
            .collect::<PyResult<_>>()?;
        let made = py
            .import("usegolib._typed")?
            .getattr("make_dataclass")?
            .call1((
                names::identifier(&expression::short(&declaration.ident)),
                &declaration.pkg,
                &declaration.doc,
                fields,
            ))?;
        let made = made.cast_into::<PyType>()?;
        adopt(&made, view, id)?;
        Ok::<_, PyErr>(made.unbind())
    };
    let class = view.classes[id.0 as usize]
        .dataclass
        .get_or_try_init(py, make)?;
    Ok(Some(class.bind(py).clone()))
}

/// What makes a field's zero value, in Python.
fn zero_factory<'py>(
    py: Python<'py>,
    view: &'static View,
    field: &'static Field,
) -> PyResult<Bound<'py, PyCFunction>> {
    PyCFunction::new_closure(py, None, None, move |arguments, _| {
        let (_, _, zero) = attribute::field(arguments.py(), view, field)?;
        Ok::<_, PyErr>(zero.map(Bound::unbind))
    })
}

/// The canonical keys of a dataclass's fields.
fn dataclass_keys(class: &Bound<'_, PyType>) -> PyResult<Vec<String>> {
    let fields = class.getattr("__dataclass_fields__")?;
    let fields = fields.cast::<PyDict>()?;
    fields
        .iter()
        .map(|(name, field)| {
            let metadata = field.getattr("metadata")?;
            metadata.call_method1("get", ("go", name))?.extract()
        })
        .collect()
}
