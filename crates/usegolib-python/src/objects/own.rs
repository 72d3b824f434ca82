//! Functions of Go's among Python's callables: those of packages, and the methods of
//! objects.

use pyo3::prelude::*;

use super::callable::Callable;
use super::entry::ReferenceMethods;
use super::reference::GoObject;
use super::view::View;
use crate::codec::OwnFunction;
use crate::cpython::{function, numbered};

/// The function of this library that a callable of Python's is, if it is one.
pub(super) fn function_of(view: &View, value: &Bound<'_, PyAny>) -> PyResult<Option<OwnFunction>> {
    let py = value.py();
    if let Some(callable) = function::callee::<Callable>(value) {
        return Ok(
            std::ptr::eq(callable.scope().instance, view.instance).then(|| OwnFunction {
                index: callable.index(),
                receiver: None,
            }),
        );
    }
    let Some((receiver, number)) = numbered::bound::<ReferenceMethods>(value) else {
        return Ok(None);
    };
    let Some(reference) = GoObject::of(&receiver) else {
        return Ok(None);
    };
    if !std::ptr::eq(reference.instance(), view.instance) {
        return Ok(None);
    }
    let class = receiver.get_type();
    let found = reference
        .methods()
        .and_then(|methods| methods.find(class.as_type_ptr(), number));
    Ok(match (found, reference.open_handle()) {
        (Some(method), Some(handle)) => Some(OwnFunction {
            index: method.get(py)?.index(),
            receiver: Some(handle),
        }),
        _ => None,
    })
}
