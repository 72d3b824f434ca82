//! A way of seeing a module from Python: which classes its types have, and what
//! records become. Each module has a plain view, where a struct by value is a
//! dict, and a typed one, where it is a dataclass instance (spec: Python Typed
//! Struct Wrappers).

use std::borrow::Cow;
use std::sync::OnceLock;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyTuple, PyType};
use usegolib::schema::TypeKind;
use usegolib::schema::shape::TypeId;

use crate::class::{self, Classes, Origin};
use crate::codec::{Context, Types};
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
                        attribute(&field.name),
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
            Ok::<_, PyErr>(made.cast_into::<PyType>()?.unbind())
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
                values.set_item(attribute(&field.name).as_ref(), self.convert(value)?)?;
            }
        }
        class.call((), Some(&values))
    }
}

/// A field's name in Python: Go's own, unless that is a keyword.
fn attribute(name: &str) -> Cow<'_, str> {
    if matches!(name, "None" | "True" | "False") {
        return format!("{name}_").into();
    }
    name.into()
}
