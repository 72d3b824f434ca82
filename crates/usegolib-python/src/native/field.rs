//! Properties that read and write Go's memory: fields of objects, variables of
//! packages. They are the interpreter's own getset descriptors, with the
//! callables as their data.

use std::ffi::{c_int, c_void};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

use super::leaked_c_string;
use crate::callable::Callable;

type Bind = Box<dyn Fn(Python<'_>) -> PyResult<Callable> + Send + Sync>;

/// One direction of a property, compiled when first used.
pub(crate) struct Access {
    bind: Bind,
    callable: PyOnceLock<Callable>,
}

impl Access {
    /// An access that `bind` compiles.
    pub(crate) fn new(
        bind: impl Fn(Python<'_>) -> PyResult<Callable> + Send + Sync + 'static,
    ) -> Self {
        Self {
            bind: Box::new(bind),
            callable: PyOnceLock::new(),
        }
    }

    #[inline]
    fn callable(&self, py: Python<'_>) -> PyResult<&Callable> {
        self.callable.get_or_try_init(py, || (self.bind)(py))
    }
}

/// What a property does, for the rest of the process.
pub(crate) struct Property {
    /// Reads it.
    pub(crate) read: Access,
    /// Assigns it.
    pub(crate) write: Access,
    /// Whether the instance is the first argument of both.
    pub(crate) of_instance: bool,
}

/// Makes `property` an attribute of `class`.
pub(crate) fn define(
    class: &Bound<'_, PyType>,
    name: &str,
    doc: &str,
    property: Property,
) -> PyResult<()> {
    let property: &'static Property = Box::leak(Box::new(property));
    let definition = Box::leak(Box::new(ffi::PyGetSetDef {
        name: leaked_c_string(name),
        get: Some(get),
        set: Some(set),
        doc: leaked_c_string(doc),
        closure: std::ptr::from_ref(property).cast_mut().cast(),
    }));
    // SAFETY: the definition lives for ever; the class is a type.
    let descriptor = unsafe {
        let made = ffi::PyDescr_NewGetSet(class.as_type_ptr(), definition);
        Bound::from_owned_ptr_or_err(class.py(), made)?
    };
    class.setattr(name, descriptor)
}

unsafe extern "C" fn get(object: *mut ffi::PyObject, closure: *mut c_void) -> *mut ffi::PyObject {
    // SAFETY: the closure is the one of `define`.
    let property: &'static Property = unsafe { &*closure.cast() };
    let none = std::ptr::null_mut();
    // SAFETY: there are no arguments, and the interpreter passes a live
    // instance.
    unsafe {
        let py = Python::assume_attached();
        match property.read.callable.get(py) {
            Some(callable) if callable.is_plain(0) => {
                super::run_unannounced(std::ptr::null(), 0, none, |py, arguments| {
                    let receiver = Borrowed::from_ptr(py, object);
                    callable.call_plainly(py, property.of_instance.then_some(receiver), arguments)
                })
            }
            _ => super::run(std::ptr::null(), 0, none, |py, arguments| {
                let receiver = property.of_instance.then(|| Borrowed::from_ptr(py, object));
                property.read.callable(py)?.call(py, receiver, arguments)
            }),
        }
    }
}

unsafe extern "C" fn set(
    object: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
    closure: *mut c_void,
) -> c_int {
    // SAFETY: the closure is the one of `define`.
    let property: &'static Property = unsafe { &*closure.cast() };
    // SAFETY: one argument, or none for `del`, which the callable refuses; the
    // interpreter passes a live instance.
    let outcome = unsafe {
        let count = usize::from(!value.is_null());
        super::run(
            &raw const value,
            count,
            std::ptr::null_mut(),
            |py, arguments| {
                if count == 0 {
                    return Err(pyo3::exceptions::PyAttributeError::new_err(
                        "cannot delete a Go variable or field",
                    ));
                }
                let receiver = property.of_instance.then(|| Borrowed::from_ptr(py, object));
                property.write.callable(py)?.call(py, receiver, arguments)
            },
        )
    };
    if outcome.is_null() {
        return -1;
    }
    // SAFETY: the result, None, is ours.
    unsafe { ffi::Py_DECREF(outcome) };
    0
}
