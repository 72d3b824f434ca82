//! What makes Python loop over the references of a class: those to sequences and
//! channels.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use usegolib::schema::shape::TypeId;

use crate::cpython::Arguments;
use crate::cpython::method::{self, Body, Description};
use crate::objects::iterator::{GoIterator, Items};
use crate::objects::reference::GoObject;
use crate::objects::view::View;

/// Adds what loops need, if one can loop over values of the type.
pub(super) fn add(namespace: &Bound<'_, PyDict>, view: &'static View, id: TypeId) -> PyResult<()> {
    let py = namespace.py();
    if let Some(items) = Items::of(view, id) {
        // Like the class, for ever.
        let items: &'static Items = Box::leak(Box::new(items));
        let iterate = method::make(py, described(view, id, "__iter__"), Iterate(items))?;
        namespace.set_item("__iter__", iterate)?;
        let advance = method::make(py, described(view, id, "__next__"), Advance(items))?;
        namespace.set_item("__next__", advance)?;
    }
    Ok(())
}

/// Loops over what is behind a reference of a type that the schema doesn't have.
/// Raises `UnsupportedTypeError` if one can't.
#[pyfunction]
pub(crate) fn iterate<'py>(sequence: &Bound<'py, GoObject>) -> PyResult<Bound<'py, GoIterator>> {
    GoIterator::over(sequence.py(), sequence.get(), &Items::Dynamic)
}

fn described(view: &'static View, id: TypeId, name: &str) -> Description {
    let declaration = view.types.declaration(id);
    Description {
        name: name.to_owned(),
        qualified_name: format!("{}.{name}", declaration.ident),
        package: declaration.pkg.clone(),
        text_signature: "($self, /)".to_owned(),
        doc: String::new(),
    }
}

fn reference<'a>(receiver: &'a Borrowed<'_, '_, PyAny>) -> PyResult<&'a GoObject> {
    GoObject::of(receiver).ok_or_else(|| PyTypeError::new_err("expected an object of Go's"))
}

/// A loop over the reference itself: a new one, unless `next()` has begun one.
struct Iterate(&'static Items);

impl Body for Iterate {
    fn call<'py>(
        &self,
        receiver: Borrowed<'_, 'py, PyAny>,
        _arguments: Arguments<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (py, object) = (receiver.py(), reference(&receiver)?);
        match object.iterator.get(py) {
            Some(begun) => Ok(begun.bind(py).clone().into_any()),
            None => Ok(GoIterator::over(py, object, self.0)?.into_any()),
        }
    }
}

/// The next item of the reference's own loop.
struct Advance(&'static Items);

impl Body for Advance {
    fn call<'py>(
        &self,
        receiver: Borrowed<'_, 'py, PyAny>,
        _arguments: Arguments<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (py, object) = (receiver.py(), reference(&receiver)?);
        let begun = object.iterator.get_or_try_init(py, || {
            Ok::<_, PyErr>(GoIterator::over(py, object, self.0)?.unbind())
        })?;
        begun.bind(py).call_method0(pyo3::intern!(py, "__next__"))
    }
}
