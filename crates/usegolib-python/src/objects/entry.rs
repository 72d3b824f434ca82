//! The entry points of references: their methods by number, their fields, and
//! the variables of packages as properties.

use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;

use super::callable::{Callable, GivenReceiver};
use super::reference::GoObject;
use crate::cpython::entry::{announced, run, run_unannounced};
use crate::cpython::field::Property;
use crate::cpython::numbered::Numbered;
use crate::cpython::{Arguments, Lazy};
use crate::wire::Handle;

/// What `object` is as the receiver of `callable`.
#[inline(always)]
fn receiver<'a, 'py>(
    callable: &Callable,
    reference: &GoObject,
    object: Borrowed<'a, 'py, PyAny>,
) -> GivenReceiver<'a, 'py> {
    match reference.receiver(callable) {
        Some(handle) => GivenReceiver::Reference(handle),
        None => GivenReceiver::Value(object),
    }
}

/// The methods of references.
pub(super) struct ReferenceMethods;

impl Numbered for ReferenceMethods {
    #[inline(never)]
    unsafe extern "C" fn call(
        object: *mut ffi::PyObject,
        values: *const *mut ffi::PyObject,
        positional: ffi::Py_ssize_t,
        keywords: *mut ffi::PyObject,
        number: usize,
    ) -> *mut ffi::PyObject {
        // SAFETY: the interpreter's calling convention; only classes of
        // references have these descriptors.
        unsafe {
            let py = Python::assume_attached();
            let receiver_object = Borrowed::from_ptr(py, object);
            let reference = receiver_object.cast_unchecked::<GoObject>().get();
            let class = ffi::Py_TYPE(object);
            let found = reference
                .methods()
                .and_then(|methods| methods.find(class, number));
            let Some(method) = found else {
                return not_its_method();
            };
            let positional = positional.cast_unsigned();
            if keywords.is_null()
                && let Some(callable) = method.made(py)
                && callable.is_plain(positional)
                && let Some(handle) = reference.receiver(callable)
            {
                return run_unannounced(values, positional, keywords, |py, arguments| {
                    callable.call_plainly(py, Some(handle), arguments)
                });
            }
            run(values, positional, keywords, |py, arguments| {
                let callable = method.get(py)?;
                let receiver = receiver(callable, reference, Borrowed::from_ptr(py, object));
                callable.call(py, Some(receiver), arguments)
            })
        }
    }
}

/// A reference has become an instance of a class that it was not made for
/// (`object.__dict__["__class__"].__set__` asks no one).
#[cold]
fn not_its_method() -> *mut ffi::PyObject {
    let error = |py: Python<'_>| {
        PyTypeError::new_err("the object is not of the Go type that the method is of").restore(py);
    };
    // SAFETY: the method was called by the interpreter.
    unsafe { announced(error) };
    std::ptr::null_mut()
}

/// A variable of Go's: what reads it and what assigns it.
pub(crate) struct Accessors {
    /// Reads it.
    pub(crate) read: Lazy<Callable>,
    /// Assigns it.
    pub(crate) write: Lazy<Callable>,
}

/// A field of what a reference is of.
pub(super) struct FieldProperty(pub(super) Accessors);

impl FieldProperty {
    /// # Safety
    /// `object` must be a reference.
    #[inline(always)]
    unsafe fn reference<'a>(object: &'a Borrowed<'_, '_, PyAny>) -> &'a GoObject {
        // SAFETY: as the caller says.
        unsafe { object.cast_unchecked::<GoObject>() }.get()
    }
}

impl Property for FieldProperty {
    type Plain<'a> = (&'a Callable, Handle);

    #[inline(always)]
    unsafe fn plain<'a>(&'a self, object: Borrowed<'_, '_, PyAny>) -> Option<Self::Plain<'a>> {
        let callable = self.0.read.made(object.py())?;
        // SAFETY: only classes of references have fields.
        let reference = unsafe { Self::reference(&object) };
        let handle = reference.receiver(callable)?;
        callable.is_plain(0).then_some((callable, handle))
    }

    #[inline(always)]
    fn get_plainly<'py>(
        py: Python<'py>,
        (callable, handle): Self::Plain<'_>,
    ) -> PyResult<Bound<'py, PyAny>> {
        callable.call_plainly(py, Some(handle), Arguments::none(py))
    }

    unsafe fn get<'py>(&self, object: Borrowed<'_, 'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = object.py();
        let callable = self.0.read.get(py)?;
        // SAFETY: only classes of references have fields.
        let reference = unsafe { Self::reference(&object) };
        let receiver = receiver(callable, reference, object);
        callable.call(py, Some(receiver), Arguments::none(py))
    }

    unsafe fn set<'py>(
        &self,
        object: Borrowed<'_, 'py, PyAny>,
        value: Arguments<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = object.py();
        let callable = self.0.write.get(py)?;
        // SAFETY: only classes of references have fields.
        let reference = unsafe { Self::reference(&object) };
        callable.call(py, Some(receiver(callable, reference, object)), value)
    }
}

/// A package variable: a property of the package's class.
pub(crate) struct VariableProperty(pub(crate) Accessors);

impl Property for VariableProperty {
    type Plain<'a> = &'a Callable;

    unsafe fn plain<'a>(&'a self, object: Borrowed<'_, '_, PyAny>) -> Option<Self::Plain<'a>> {
        let callable = self.0.read.made(object.py())?;
        callable.is_plain(0).then_some(callable)
    }

    fn get_plainly<'py>(py: Python<'py>, callable: Self::Plain<'_>) -> PyResult<Bound<'py, PyAny>> {
        callable.call_plainly(py, None, Arguments::none(py))
    }

    unsafe fn get<'py>(&self, object: Borrowed<'_, 'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = object.py();
        self.0.read.get(py)?.call(py, None, Arguments::none(py))
    }

    unsafe fn set<'py>(
        &self,
        object: Borrowed<'_, 'py, PyAny>,
        value: Arguments<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.0
            .write
            .get(object.py())?
            .call(object.py(), None, value)
    }
}
