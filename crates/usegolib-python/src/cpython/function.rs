//! Package functions: `PyCFunction` objects, which the interpreter calls in
//! the cheapest way it has.
//!
//! A `PyCFunction` gets its data through `__self__`. With anything but a module
//! there Python shows a bound method of that thing, so the data is in a
//! subclass of the module type.

use std::ffi::c_int;
use std::sync::atomic::{AtomicIsize, Ordering};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyString, PyType};

use super::Callee;
use super::entry::{leaked_c_string, run, run_unannounced};

/// Where in a [`carrier`] the callee is, in bytes.
static OFFSET: AtomicIsize = AtomicIsize::new(0);

/// The module subclass whose instances hold a pointer to a callee.
fn carrier(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static TYPE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    TYPE.get_or_try_init(py, || {
        // SAFETY: the base's size is read from the running interpreter; the
        // spec and its slots outlive the call, which copies them.
        unsafe {
            let base = &raw mut ffi::PyModule_Type;
            let offset = (*base).tp_basicsize;
            OFFSET.store(offset, Ordering::Relaxed);
            let mut slots = [
                ffi::PyType_Slot {
                    slot: ffi::Py_tp_base,
                    pfunc: base.cast(),
                },
                ffi::PyType_Slot {
                    slot: 0,
                    pfunc: std::ptr::null_mut(),
                },
            ];
            let size = offset.cast_unsigned() + size_of::<*const ()>();
            let mut spec = ffi::PyType_Spec {
                name: c"usegolib._core.Function".as_ptr(),
                basicsize: c_int::try_from(size)?,
                itemsize: 0,
                flags: ffi::Py_TPFLAGS_DEFAULT.try_into()?,
                slots: slots.as_mut_ptr(),
            };
            let made = ffi::PyType_FromSpec(&raw mut spec);
            Ok(Bound::from_owned_ptr_or_err(py, made)?
                .cast_into_unchecked::<PyType>()
                .unbind())
        }
    })
    .map(|class| class.bind(py))
}

/// A Python function that calls `callee`; `package` becomes its `__module__`
/// and `doc` begins with the text signature (`name(...)\n--\n\n`).
pub(crate) fn make<'py, C: Callee>(
    py: Python<'py>,
    callee: &'static C,
    package: &Bound<'py, PyString>,
    name: &str,
    doc: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let data = carrier(py)?.call1((package,))?;
    let definition = Box::leak(Box::new(ffi::PyMethodDef {
        ml_name: leaked_c_string(name),
        ml_meth: ffi::PyMethodDefPointer {
            PyCFunctionFastWithKeywords: call::<C>,
        },
        ml_flags: ffi::METH_FASTCALL | ffi::METH_KEYWORDS,
        ml_doc: leaked_c_string(doc),
    }));
    // SAFETY: the instance has room for the pointer behind the base's part;
    // the definition lives for ever.
    unsafe {
        let place = data.as_ptr().byte_offset(OFFSET.load(Ordering::Relaxed));
        place.cast::<*const C>().write(callee);
        let made = ffi::PyCFunction_NewEx(definition, data.as_ptr(), package.as_ptr());
        Bound::from_owned_ptr_or_err(py, made)
    }
}

/// What a function of Python's calls, if it was made by [`make`] for that kind of
/// callee.
pub(crate) fn callee<C: Callee>(function: &Bound<'_, PyAny>) -> Option<&'static C> {
    let object = function.as_ptr();
    // SAFETY: looks at a live object; what follows only at one that `make` made, as
    // its entry point shows.
    unsafe {
        if ffi::PyCFunction_CheckExact(object) == 0
            || ffi::PyCFunction_GetFunction(object).map(|found| found as usize)
                != Some(call::<C> as *const () as usize)
        {
            return None;
        }
        let carrier = ffi::PyCFunction_GetSelf(object);
        let place = carrier.byte_offset(OFFSET.load(Ordering::Relaxed));
        Some(&**place.cast::<*const C>())
    }
}

unsafe extern "C" fn call<C: Callee>(
    carrier: *mut ffi::PyObject,
    values: *const *mut ffi::PyObject,
    positional: ffi::Py_ssize_t,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: only functions made by `make` for this kind of callee have this
    // entry point, and their `self` holds one that lives for ever.
    let callee: &'static C = unsafe {
        let place = carrier.byte_offset(OFFSET.load(Ordering::Relaxed));
        &**place.cast::<*const C>()
    };
    let positional = positional.cast_unsigned();
    // SAFETY: the interpreter's calling convention.
    unsafe {
        if keywords.is_null() && callee.is_plain(positional) {
            run_unannounced(values, positional, keywords, |py, arguments| {
                callee.call_plainly(py, arguments)
            })
        } else {
            run(values, positional, keywords, |py, arguments| {
                callee.call(py, arguments)
            })
        }
    }
}
