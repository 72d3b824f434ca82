//! As which interface Go gave an object back: where nothing says as what Go will look at
//! it, in an `any`, it is that again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::types::{PyWeakref, PyWeakrefMethods, PyWeakrefReference};
use usegolib::schema::shape::TypeId;

use super::object::Interface;
use super::table;
use crate::call::Scope;

struct Known {
    object: Py<PyWeakref>,
    interface: &'static Interface,
}

#[derive(Default)]
struct Objects {
    /// By where they are: of what is gone there may be another one now.
    known: HashMap<usize, Known>,
    /// How many there may be until those that are gone are looked for.
    limit: usize,
}

static OBJECTS: Mutex<Option<Objects>> = Mutex::new(None);

/// The fewest that are looked through.
const FEW: usize = 64;

/// The value in a slot, which Go gives back.
pub(crate) fn given_back(py: Python<'_>, slot: u64) -> Option<Bound<'_, PyAny>> {
    let value = table::held(py, slot)?;
    if let Some(interface) = table::interface(slot) {
        note(&value, interface);
    }
    Some(value)
}

#[cold]
fn note(value: &Bound<'_, PyAny>, interface: &'static Interface) {
    let py = value.py();
    // What can't be referred to weakly needs to say what it implements.
    let Ok(object) = PyWeakrefReference::new(value) else {
        return;
    };
    let Ok(object) = object.into_any().cast_into::<PyWeakref>() else {
        return;
    };
    let known = Known {
        object: object.unbind(),
        interface,
    };
    let mut objects = OBJECTS.lock().unwrap_or_else(PoisonError::into_inner);
    let Objects { known: all, limit } = objects.get_or_insert_default();
    let before = all.insert(value.as_ptr().addr(), known);
    let mut gone = Vec::new();
    if all.len() > (*limit).max(FEW) {
        gone.extend(all.extract_if(|_, known| known.object.bind(py).upgrade().is_none()));
        *limit = 2 * all.len();
    }
    drop(objects);
    drop((before, gone));
}

/// The interface as which Go gave an object back last; `None` if it never did, or in
/// another library.
pub(crate) fn known_interface(scope: Scope, value: &Bound<'_, PyAny>) -> Option<TypeId> {
    let objects = OBJECTS.lock().unwrap_or_else(PoisonError::into_inner);
    let known = objects.as_ref()?.known.get(&value.as_ptr().addr())?;
    let (object, interface) = (known.object.clone_ref(value.py()), known.interface);
    drop(objects);
    let is_it = object
        .bind(value.py())
        .upgrade()
        .is_some_and(|object| object.is(value));
    (is_it && std::ptr::eq(interface.scope.instance, scope.instance)).then_some(interface.id)
}
