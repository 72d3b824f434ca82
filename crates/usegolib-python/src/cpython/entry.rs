//! Entry points: what the interpreter calls, turned into Rust and back.

use std::ffi::CString;

use pyo3::exceptions::PyRuntimeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::Arguments;

/// A C string for the interpreter, for the rest of the process. NULs, which it
/// can't hold, are left out.
pub(super) fn leaked_c_string(text: &str) -> *const std::ffi::c_char {
    let bytes: Vec<u8> = text.bytes().filter(|&byte| byte != 0).collect();
    CString::new(bytes).unwrap_or_default().into_raw()
}

/// Runs the body of a call from the interpreter: Rust errors become Python
/// exceptions, and so do panics.
///
/// # Safety
/// The thread must be attached; `values`, `positional` and `keywords` are as in
/// [`Arguments::new`], with `keywords` null or a tuple. `PyO3` is not told that
/// the thread is attached, which is most of what it costs to be called: a
/// `Py` that is dropped in `body` is freed at some later time. So there must be
/// none that matters, or `body` uses [`announced`].
#[inline(always)]
pub(crate) unsafe fn run_unannounced(
    values: *const *mut ffi::PyObject,
    positional: usize,
    keywords: *mut ffi::PyObject,
    body: impl for<'a, 'py> FnOnce(Python<'py>, Arguments<'a, 'py>) -> PyResult<Bound<'py, PyAny>>,
) -> *mut ffi::PyObject {
    let body = move || {
        // SAFETY: the caller vouches for it.
        let py = unsafe { Python::assume_attached() };
        // SAFETY: the interpreter passes null or a tuple.
        let keywords = unsafe { Bound::from_borrowed_ptr_or_opt(py, keywords) };
        // SAFETY: as above.
        let keywords = keywords.map(|names| unsafe { names.cast_into_unchecked::<PyTuple>() });
        // SAFETY: as the caller says.
        let arguments = unsafe { Arguments::new(py, values, positional, keywords.as_ref()) };
        match body(py, arguments) {
            Ok(value) => value.into_ptr(),
            Err(error) => {
                error.restore(py);
                std::ptr::null_mut()
            }
        }
    };
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(body)).unwrap_or_else(|_| panicked())
}

/// The same with `PyO3` told that the thread is attached.
///
/// # Safety
/// As for [`run_unannounced`], without its restriction.
#[inline]
pub(crate) unsafe fn run(
    values: *const *mut ffi::PyObject,
    positional: usize,
    keywords: *mut ffi::PyObject,
    body: impl for<'a, 'py> FnOnce(Python<'py>, Arguments<'a, 'py>) -> PyResult<Bound<'py, PyAny>>,
) -> *mut ffi::PyObject {
    // SAFETY: as the caller says; `PyO3` knows within.
    unsafe { announced(|_| run_unannounced(values, positional, keywords, body)) }
}

/// Has `PyO3` know that this thread has the interpreter: also while that ends, when
/// finalizers are still called and `Python::attach` would panic.
///
/// # Safety
/// The thread must be attached.
#[inline]
pub(crate) unsafe fn announced<R>(body: impl for<'py> FnOnce(Python<'py>) -> R) -> R {
    // SAFETY: where a thread is attached already, nothing else is to be checked.
    unsafe { Python::attach_unchecked(body) }
}

#[cold]
fn panicked() -> *mut ffi::PyObject {
    let error = |py: Python<'_>| {
        PyRuntimeError::new_err("usegolib: internal error, see standard error").restore(py);
    };
    // SAFETY: what panicked was called by the interpreter.
    unsafe { announced(error) };
    std::ptr::null_mut()
}
