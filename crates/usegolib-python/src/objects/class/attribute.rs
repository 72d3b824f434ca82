//! The fields of a struct as its class shows them: attributes of records by
//! their Go names, and what the constructor takes.
//!
//! Go's exported names begin with an upper-case letter, the methods of dict and
//! Python's own names with a lower-case one or an underscore: they never meet.

use pyo3::exceptions::PyAttributeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyType};
use usegolib::python::{annotation, docs, names};
use usegolib::schema::shape::{Shape, TypeId};
use usegolib::schema::{Field, expression};

use super::origin::{Origin, origin};
use crate::call;
use crate::codec::{Decoder, zero};
use crate::cpython::field::{self, Property};
use crate::cpython::{Arguments, dict};
use crate::exception::Exception;
use crate::objects::view::View;

/// Gives the class of a struct's records an attribute for each field, promoted
/// ones included.
pub(super) fn define(class: &Bound<'_, PyType>, view: &'static View, id: TypeId) -> PyResult<()> {
    let py = class.py();
    let declaration = view.types.declaration(id);
    for one in &declaration.fields {
        for name in names::spellings(&one.name) {
            let key = PyString::intern(py, &one.key).unbind();
            let item = Item {
                view,
                field: one,
                key,
            };
            field::define(class, &name, &field_doc(one), item)?;
        }
    }
    define_promoted(class, view, id)
}

/// Gives a class the fields that embedding makes the struct's own.
pub(super) fn define_promoted(
    class: &Bound<'_, PyType>,
    view: &'static View,
    id: TypeId,
) -> PyResult<()> {
    let py = class.py();
    for one in &view.types.declaration(id).promoted {
        let Some(through) = embedding(view, id, &one.name) else {
            continue;
        };
        let through = names::attribute(&through);
        for name in names::spellings(&one.name) {
            let promoted = Promoted {
                through: PyString::intern(py, &through).unbind(),
                name: PyString::intern(py, &one.name).unbind(),
            };
            field::define(class, &name, &field_doc(one), promoted)?;
        }
    }
    Ok(())
}

/// The doc string of a field: `Name string`, then the `GoDoc`.
pub(super) fn field_doc(field: &Field) -> String {
    let declared = format!("{} {}", field.name, expression::short(&field.type_));
    docs::doc(&declared, &field.doc)
}

/// The embedded field that a promoted one is reached through, the one nearest
/// to it.
fn embedding(view: &View, id: TypeId, promoted: &str) -> Option<String> {
    let embedded = view.types.declaration(id).fields.iter();
    let has = |field: &Field, own: bool| {
        let inner = match view.types.shape(&field.type_) {
            Ok(Shape::Record(inner) | Shape::Object(inner)) => Some(inner),
            Ok(Shape::Pointer(shape)) => match *shape {
                Shape::Record(inner) => Some(inner),
                _ => None,
            },
            _ => None,
        };
        inner.is_some_and(|inner| {
            let inner = view.types.declaration(inner);
            let fields = if own { &inner.fields } else { &inner.promoted };
            fields.iter().any(|one| one.name == promoted)
        })
    };
    let mut embedded: Vec<_> = embedded.filter(|field| field.embedded).collect();
    embedded.sort_by_key(|field| !has(field, true));
    let found = embedded
        .into_iter()
        .find(|field| has(field, true) || has(field, false))?;
    Some(found.name.clone())
}

/// A field of a record: the entry under its canonical key.
struct Item {
    view: &'static View,
    field: &'static Field,
    key: Py<PyString>,
}

impl Item {
    /// What the field is that is not there: Go's zero. A new list or dict becomes
    /// the record's, so that what is put into it is not lost.
    #[cold]
    fn absent<'py>(&self, record: &Bound<'py, PyDict>) -> PyResult<Bound<'py, PyAny>> {
        let py = record.py();
        let (_, _, zero) = field(py, self.view, self.field)?;
        let Some(zero) = zero else {
            return Err(PyAttributeError::new_err(format!(
                "the record has no {}, and only Go can make its zero value",
                self.field.name
            )));
        };
        if zero.is_instance_of::<PyList>() || zero.is_instance_of::<PyDict>() {
            record.set_item(&self.key, &zero)?;
        }
        Ok(zero)
    }
}

impl Property for Item {
    type Plain<'a> = std::ptr::NonNull<ffi::PyObject>;

    #[inline(always)]
    unsafe fn plain<'a>(&'a self, object: Borrowed<'_, '_, PyAny>) -> Option<Self::Plain<'a>> {
        // SAFETY: only classes of records, which are dicts, have these; what is
        // found is borrowed from the record, and referenced by `get_plainly`
        // before anything else happens.
        unsafe {
            let found = ffi::PyDict_GetItemWithError(object.as_ptr(), self.key.as_ptr());
            if found.is_null() {
                ffi::PyErr_Clear();
            }
            std::ptr::NonNull::new(found)
        }
    }

    #[inline(always)]
    fn get_plainly<'py>(py: Python<'py>, found: Self::Plain<'_>) -> PyResult<Bound<'py, PyAny>> {
        // SAFETY: a live object, as `plain` says.
        Ok(unsafe { Bound::from_borrowed_ptr(py, found.as_ptr()) })
    }

    unsafe fn get<'py>(&self, object: Borrowed<'_, 'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let record = object.cast::<PyDict>()?;
        match dict::get(&record, self.key.bind(object.py()))? {
            Some(value) => Ok(value),
            None => self.absent(&record),
        }
    }

    unsafe fn set<'py>(
        &self,
        object: Borrowed<'_, 'py, PyAny>,
        value: Arguments<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = object.py();
        dict::set(
            &*object.cast::<PyDict>()?,
            self.key.bind(py),
            &value.value(0),
        )?;
        Ok(py.None().into_bound(py))
    }
}

/// A field that embedding makes one of the struct's own.
struct Promoted {
    through: Py<PyString>,
    name: Py<PyString>,
}

impl Property for Promoted {
    type Plain<'a> = ();

    unsafe fn plain<'a>(&'a self, _object: Borrowed<'_, '_, PyAny>) -> Option<Self::Plain<'a>> {
        None
    }

    fn get_plainly<'py>(py: Python<'py>, (): Self::Plain<'_>) -> PyResult<Bound<'py, PyAny>> {
        Ok(py.None().into_bound(py))
    }

    unsafe fn get<'py>(&self, object: Borrowed<'_, 'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        object.getattr(&self.through)?.getattr(&self.name)
    }

    unsafe fn set<'py>(
        &self,
        object: Borrowed<'_, 'py, PyAny>,
        value: Arguments<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = object.py();
        object
            .getattr(&self.through)?
            .setattr(&self.name, value.value(0))?;
        Ok(py.None().into_bound(py))
    }
}

/// What the constructor of a struct's class takes: name, annotation and zero
/// value of each field. A zero value that only Go can make is an Ellipsis.
#[pyfunction]
pub(crate) fn constructor_fields<'py>(
    class: &Bound<'py, PyType>,
) -> PyResult<Vec<(String, String, Bound<'py, PyAny>)>> {
    let py = class.py();
    let Some(Origin { view, id, .. }) = origin(class) else {
        return Ok(Vec::new());
    };
    let fields = view.types.declaration(id).fields.iter().map(|one| {
        let (name, annotation, zero) = field(py, view, one)?;
        let unknown = || py.Ellipsis().into_bound(py);
        Ok((name, annotation, zero.unwrap_or_else(unknown)))
    });
    fields.collect()
}

/// What a field is called, its annotation, and its zero value if Python can make
/// that.
pub(super) fn field<'py>(
    py: Python<'py>,
    view: &'static View,
    field: &'static Field,
) -> PyResult<(String, String, Option<Bound<'py, PyAny>>)> {
    let shape = view.types.shape(&field.type_);
    let shape =
        shape.map_err(|error| Exception::UnsupportedSignature.error(py, &error.to_string()))?;
    let zero = zero(
        &Decoder::compile(&view.types, &shape).of_field(),
        py,
        view.scope().context,
    )
    .map_err(|error| call::decode_error(py, error, &field.name))?;
    let name = names::attribute(&field.name).into_owned();
    Ok((name, annotation::anonymous(&shape), zero))
}
