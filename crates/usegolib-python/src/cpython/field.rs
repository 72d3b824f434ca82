//! Properties with data of their own: the interpreter's getset descriptors.

use std::ffi::{c_int, c_void};

use pyo3::exceptions::PyAttributeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyType;

use super::Arguments;
use super::entry::{leaked_c_string, run, run_unannounced};

/// What a property does.
pub(crate) trait Property: Send + Sync + 'static {
    /// What a plain read has to know.
    type Plain<'a>;

    /// How to read it in the shortest way, where there is one for this object.
    ///
    /// # Safety
    /// `object` must be an instance of the class that the property is of.
    unsafe fn plain<'a>(&'a self, object: Borrowed<'_, '_, PyAny>) -> Option<Self::Plain<'a>>;

    /// Reads it so. `PyO3` does not know that the thread is attached
    /// (`entry::run_unannounced`).
    fn get_plainly<'py>(py: Python<'py>, plain: Self::Plain<'_>) -> PyResult<Bound<'py, PyAny>>;

    /// Reads it.
    ///
    /// # Safety
    /// As for [`Property::plain`].
    unsafe fn get<'py>(&self, object: Borrowed<'_, 'py, PyAny>) -> PyResult<Bound<'py, PyAny>>;

    /// Assigns it: the value is the one argument.
    ///
    /// # Safety
    /// As for [`Property::plain`].
    unsafe fn set<'py>(
        &self,
        object: Borrowed<'_, 'py, PyAny>,
        value: Arguments<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>>;
}

/// Makes `property` an attribute of `class`.
pub(crate) fn define<P: Property>(
    class: &Bound<'_, PyType>,
    name: &str,
    doc: &str,
    property: P,
) -> PyResult<()> {
    let property: &'static P = Box::leak(Box::new(property));
    let definition = Box::leak(Box::new(ffi::PyGetSetDef {
        name: leaked_c_string(name),
        get: Some(get::<P>),
        set: Some(set::<P>),
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

unsafe extern "C" fn get<P: Property>(
    object: *mut ffi::PyObject,
    closure: *mut c_void,
) -> *mut ffi::PyObject {
    // SAFETY: the closure is the one of `define`.
    let property: &'static P = unsafe { &*closure.cast() };
    let none = std::ptr::null_mut();
    // SAFETY: there are no arguments, and the interpreter passes a live
    // instance of the class that the descriptor was made for.
    unsafe {
        let py = Python::assume_attached();
        if let Some(plain) = property.plain(Borrowed::from_ptr(py, object)) {
            run_unannounced(std::ptr::null(), 0, none, |py, _| P::get_plainly(py, plain))
        } else {
            run(std::ptr::null(), 0, none, |py, _| {
                property.get(Borrowed::from_ptr(py, object))
            })
        }
    }
}

unsafe extern "C" fn set<P: Property>(
    object: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
    closure: *mut c_void,
) -> c_int {
    // SAFETY: the closure is the one of `define`.
    let property: &'static P = unsafe { &*closure.cast() };
    // SAFETY: one argument, or none for `del`, which is refused; the interpreter
    // passes a live instance of the class that the descriptor was made for.
    let outcome = unsafe {
        let count = usize::from(!value.is_null());
        let none = std::ptr::null_mut();
        run(&raw const value, count, none, |py, arguments| {
            if count == 0 {
                return Err(PyAttributeError::new_err(
                    "cannot delete a Go variable or field",
                ));
            }
            property.set(Borrowed::from_ptr(py, object), arguments)
        })
    };
    if outcome.is_null() {
        return -1;
    }
    // SAFETY: the result, None, is ours.
    unsafe { ffi::Py_DECREF(outcome) };
    0
}
