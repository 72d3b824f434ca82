//! A way of seeing a module from Python: which classes its types have, and what
//! records become. Each module has a plain view, where a struct by value is a
//! dict, and a typed one, where it is a dataclass instance (spec: Python Typed
//! Struct Wrappers).

use std::sync::OnceLock;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyTuple, PyType};
use usegolib::schema::shape::TypeId;
use usegolib::schema::{TypeKind, signature};

use crate::class::{self, Classes, Origin};
use crate::codec::{Context, HIDDEN_STATE, Types};
use crate::errors::Exception;
use crate::module::LoadedModule;

/// One view of a loaded module; like the module, it is there for ever.
pub(crate) struct View {
    /// The module.
    pub(crate) module: &'static LoadedModule,
    /// The codec's tables of its types.
    pub(crate) types: Types,
    /// The Python classes of its types.
    pub(crate) classes: Classes,
    dataclasses: Option<Vec<PyOnceLock<Py<PyType>>>>,
    context: OnceLock<Context<'static>>,
}

impl View {
    /// A view of a module, plain or typed.
    pub(crate) fn new(module: &'static LoadedModule, typed: bool) -> Self {
        let count = module.schema.types.len();
        let tables = Types::new(module.schema);
        Self {
            module,
            types: if typed {
                tables.tagging_records()
            } else {
                tables
            },
            classes: Classes::new(count),
            dataclasses: typed.then(|| (0..count).map(|_| PyOnceLock::new()).collect()),
            context: OnceLock::new(),
        }
    }

    /// A typed view where some structs are instances of these dataclasses, given
    /// by the types' keys in the schema; it is there for ever.
    pub(crate) fn with_dataclasses(
        module: &'static LoadedModule,
        given: &Bound<'_, PyDict>,
    ) -> PyResult<&'static Self> {
        let py = given.py();
        let view: &'static Self = Box::leak(Box::new(Self::new(module, true)));
        for (name, class) in given {
            let (name, class): (String, Bound<'_, PyType>) = (name.extract()?, class.extract()?);
            let found = view
                .types
                .find(&name)
                .map(|id| (id, view.types.declaration(id)));
            let Some((id, declaration)) = found else {
                return Err(view.outdated(py, &format!("there is no struct {name}")));
            };
            let mut wanted: Vec<_> = declaration.fields.iter().map(|f| f.key.clone()).collect();
            let mut keys = dataclass_keys(&class)?;
            wanted.sort_unstable();
            keys.sort_unstable();
            if keys != wanted {
                let has = format!("{name} has the fields {}", wanted.join(", "));
                return Err(view.outdated(py, &has));
            }
            view.adopt(&class, id)?;
            if let Some(classes) = &view.dataclasses {
                // It is the first one: the keys of a dict are unique.
                let _ = classes[id.0 as usize].set(py, class.unbind());
            }
        }
        Ok(view)
    }

    #[cold]
    fn outdated(&self, py: Python<'_>, what: &str) -> PyErr {
        let LoadedModule { path, version, .. } = self.module;
        Exception::Load.with_hint(
            py,
            &format!("the bindings are not those of {path} {version}: {what}"),
            Some("generate them again: usegolib gen"),
        )
    }

    /// Makes a dataclass one of Go's types: its instances have the type's
    /// methods, and keep the type where Go takes any.
    fn adopt(&'static self, class: &Bound<'_, PyType>, id: TypeId) -> PyResult<()> {
        if let Some(values) = class::value_class(class.py(), self, id)? {
            let entries = self.module.directory.of_type(id);
            let schema = self.module.schema;
            let methods = entries.methods.iter();
            let methods = methods.map(|&at| &schema.methods[at as usize].name);
            let refused = entries.unsupported.iter();
            let refused = refused.map(|&at| &schema.unsupported[at as usize].name);
            let members = values.getattr("__dict__")?;
            for name in methods.chain(refused) {
                class.setattr(name, members.get_item(name)?)?;
            }
        }
        class::register_value(class, self, id);
        Ok(())
    }

    /// The codec's view of it.
    #[inline]
    pub(crate) fn context(&'static self) -> Context<'static> {
        *self.context.get_or_init(|| Context {
            types: &self.types,
            // The codec borrows the reference itself.
            runtime: Box::leak(Box::new(self)),
        })
    }

    /// Whether records become dataclass instances.
    #[inline]
    pub(crate) fn is_typed(&self) -> bool {
        self.dataclasses.is_some()
    }

    /// The dataclass of a struct type; `None` for other types and in the plain
    /// view.
    pub(crate) fn dataclass<'py>(
        &'static self,
        py: Python<'py>,
        id: TypeId,
    ) -> PyResult<Option<Bound<'py, PyType>>> {
        let declaration = self.types.declaration(id);
        let Some(classes) = &self.dataclasses else {
            return Ok(None);
        };
        if declaration.kind != TypeKind::Struct || declaration.is_opaque() {
            return Ok(None);
        }
        let make = || {
            let fields: Vec<_> = declaration
                .fields
                .iter()
                .map(|field| {
                    (
                        signature::attribute(&field.name),
                        &field.key,
                        &field.type_,
                        field.required,
                    )
                })
                .collect();
            let made = py
                .import("usegolib._typed")?
                .getattr("make_dataclass")?
                .call1((
                    &declaration.ident,
                    &declaration.pkg,
                    &declaration.doc,
                    fields,
                ))?;
            let made = made.cast_into::<PyType>()?;
            self.adopt(&made, id)?;
            Ok::<_, PyErr>(made.unbind())
        };
        let class = classes[id.0 as usize].get_or_try_init(py, make)?;
        Ok(Some(class.bind(py).clone()))
    }

    /// Turns the records in a decoded value into dataclass instances.
    pub(crate) fn convert<'py>(
        &'static self,
        value: Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = value.py();
        if let Ok(dict) = value.cast::<PyDict>() {
            if let Some(Origin { view, id, .. }) = class::origin(&value.get_type())
                && std::ptr::eq(view, self)
                && let Some(class) = self.dataclass(py, id)?
            {
                return self.instance(&class, id, dict);
            }
            for (key, item) in dict.copy()? {
                dict.set_item(key, self.convert(item)?)?;
            }
        } else if let Ok(list) = value.cast::<PyList>() {
            for at in 0..list.len() {
                list.set_item(at, self.convert(list.get_item(at)?)?)?;
            }
        } else if let Ok(tuple) = value.cast::<PyTuple>() {
            let items: Vec<_> = tuple
                .iter()
                .map(|item| self.convert(item))
                .collect::<PyResult<_>>()?;
            return Ok(PyTuple::new(py, items)?.into_any());
        }
        Ok(value)
    }

    fn instance<'py>(
        &'static self,
        class: &Bound<'py, PyType>,
        id: TypeId,
        record: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let values = PyDict::new(class.py());
        for field in &self.types.declaration(id).fields {
            if let Some(value) = record.get_item(&field.key)? {
                values.set_item(
                    signature::attribute(&field.name).as_ref(),
                    self.convert(value)?,
                )?;
            }
        }
        let made = class.call((), Some(&values))?;
        if let Some(state) = record.getattr_opt(HIDDEN_STATE)? {
            made.setattr(HIDDEN_STATE, state)?;
        }
        Ok(made)
    }
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
