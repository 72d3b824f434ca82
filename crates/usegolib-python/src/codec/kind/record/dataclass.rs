//! Records out as dataclass instances, which are filled as they are decoded.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyType};
use pyo3::{intern, sync::PyOnceLock};

use super::decode::Filling;
use crate::cpython::attribute::Setter;
use crate::cpython::instance;

/// A dataclass, ready to be instantiated.
#[derive(Debug)]
pub(super) struct DataclassForm {
    class: Py<PyType>,
    /// What assigns each field, in the order of the schema.
    fields: Box<[Field]>,
    /// Whether instances want to know when they are filled.
    has_post_init: bool,
}

#[derive(Debug)]
struct Field {
    name: Py<PyString>,
    setter: Setter,
    /// What it is where Go leaves it out; None if it never does.
    default: Option<Default>,
}

/// The default of a field.
#[derive(Debug)]
enum Default {
    Value(Py<PyAny>),
    /// What makes a new one each time.
    Factory(Py<PyAny>),
}

impl Default {
    fn get<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Self::Value(value) => Ok(value.bind(py).clone()),
            Self::Factory(make) => make.bind(py).call0(),
        }
    }
}

impl DataclassForm {
    /// The form of `class`, whose fields have these canonical keys; each with
    /// whether Go never leaves it out.
    pub(super) fn new<'k>(
        class: &Bound<'_, PyType>,
        keys: impl Iterator<Item = (&'k str, bool)>,
    ) -> PyResult<Self> {
        let py = class.py();
        let mut by_key = std::collections::HashMap::new();
        let declared = class.getattr("__dataclass_fields__")?;
        for (name, field) in declared.cast::<PyDict>()? {
            let key = field
                .getattr("metadata")?
                .call_method1("get", ("go", &name))?;
            by_key.insert(key.extract::<String>()?, (name, field));
        }
        let fields = keys.map(|(key, required)| {
            let (name, field) = by_key.get(key).ok_or_else(|| {
                pyo3::exceptions::PyKeyError::new_err(format!("no field has the key {key:?}"))
            })?;
            let name = name.cast::<PyString>()?;
            Ok(Field {
                name: name.clone().unbind(),
                setter: Setter::new(class, name)?,
                default: if required { None } else { default(field)? },
            })
        });
        Ok(Self {
            fields: fields.collect::<PyResult<_>>()?,
            class: class.clone().unbind(),
            has_post_init: class.hasattr(intern!(py, "__post_init__"))?,
        })
    }

    /// A new instance without fields.
    #[inline]
    pub(super) fn begin<'a, 'py>(&'a self, py: Python<'py>) -> PyResult<DataclassFilling<'a, 'py>> {
        Ok(DataclassFilling {
            form: self,
            instance: instance::bare(self.class.bind(py))?,
        })
    }
}

/// The default of a dataclass's field.
fn default(field: &Bound<'_, PyAny>) -> PyResult<Option<Default>> {
    static MISSING: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let missing = MISSING.import(field.py(), "dataclasses", "MISSING")?;
    let default = field.getattr("default")?;
    if !default.is(missing) {
        return Ok(Some(Default::Value(default.unbind())));
    }
    let factory = field.getattr("default_factory")?;
    Ok((!factory.is(missing)).then(|| Default::Factory(factory.unbind())))
}

/// An instance while its fields are decoded.
pub(super) struct DataclassFilling<'a, 'py> {
    form: &'a DataclassForm,
    instance: Bound<'py, PyAny>,
}

impl<'py> DataclassFilling<'_, 'py> {
    /// The instance with all its fields.
    #[inline]
    pub(super) fn finish(self) -> PyResult<Bound<'py, PyAny>> {
        if self.form.has_post_init {
            self.instance
                .call_method0(intern!(self.instance.py(), "__post_init__"))?;
        }
        Ok(self.instance)
    }
}

impl<'py> Filling<'py> for DataclassFilling<'_, 'py> {
    #[inline(always)]
    fn set(&self, at: usize, value: &Bound<'py, PyAny>) -> PyResult<()> {
        self.form.fields[at].setter.set(&self.instance, value)
    }

    #[inline]
    fn absent(&self, at: usize) -> PyResult<()> {
        let field = &self.form.fields[at];
        match &field.default {
            Some(default) => {
                let default = default.get(self.instance.py())?;
                field.setter.set(&self.instance, &default)
            }
            None => Ok(()),
        }
    }

    fn has(&self, at: usize) -> PyResult<bool> {
        let (py, field) = (self.instance.py(), &self.form.fields[at]);
        let Some(value) = self.instance.getattr_opt(field.name.bind(py))? else {
            return Ok(false);
        };
        match &field.default {
            Some(default) => Ok(!value.eq(default.get(py)?)?),
            None => Ok(true),
        }
    }
}
