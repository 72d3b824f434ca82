//! Methods of references: the interpreter's own method descriptors, calls of
//! which it specialises.
//!
//! Such a descriptor has a C function and no data. So there are as many
//! functions as a class is given methods this way: the nth looks the callable
//! up in the table of the instance's type, at n.

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

use super::leaked_c_string;
use crate::callable::Callable;
use crate::object::GoObject;

/// How many methods of a class can be made this way.
pub(crate) const LIMIT: usize = 256;

type Entry = unsafe extern "C" fn(
    *mut ffi::PyObject,
    *const *mut ffi::PyObject,
    ffi::Py_ssize_t,
    *mut ffi::PyObject,
) -> *mut ffi::PyObject;

macro_rules! sixteen {
    ($row:literal: $($column:literal)*) => {
        [$(entry::<{ 16 * $row + $column }> as Entry),*]
    };
}

macro_rules! entries {
    ($($row:literal)*) => {
        [$(sixteen!($row: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)),*]
    };
}

static ENTRIES: [[Entry; 16]; LIMIT / 16] = entries!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);

/// A method of a type, compiled at its first call.
pub(crate) struct Method {
    bind: Box<dyn Fn(Python<'_>) -> PyResult<Callable> + Send + Sync>,
    callable: PyOnceLock<Callable>,
}

impl Method {
    /// A method that `bind` compiles.
    pub(crate) fn new(
        bind: impl Fn(Python<'_>) -> PyResult<Callable> + Send + Sync + 'static,
    ) -> Self {
        Self {
            bind: Box::new(bind),
            callable: PyOnceLock::new(),
        }
    }
}

/// Makes the method with that number an attribute of `class`, a class of
/// references. `doc` begins with the text signature (`name($self, ...)\n--\n\n`).
pub(crate) fn define(
    class: &Bound<'_, PyType>,
    number: usize,
    name: &str,
    doc: &str,
) -> PyResult<()> {
    let definition = Box::leak(Box::new(ffi::PyMethodDef {
        ml_name: leaked_c_string(name),
        ml_meth: ffi::PyMethodDefPointer {
            PyCFunctionFastWithKeywords: ENTRIES[number / 16][number % 16],
        },
        ml_flags: ffi::METH_FASTCALL | ffi::METH_KEYWORDS,
        ml_doc: leaked_c_string(doc),
    }));
    // SAFETY: the definition lives for ever; the class is a type.
    let descriptor = unsafe {
        let made = ffi::PyDescr_NewMethod(class.as_type_ptr(), definition);
        Bound::from_owned_ptr_or_err(class.py(), made)?
    };
    class.setattr(name, descriptor)
}

unsafe extern "C" fn entry<const N: usize>(
    object: *mut ffi::PyObject,
    values: *const *mut ffi::PyObject,
    positional: ffi::Py_ssize_t,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the interpreter's calling convention.
    unsafe { call(object, values, positional, keywords, N) }
}

/// What all entries jump to: a function that can't unwind, so that they have
/// nothing left to do.
///
/// # Safety
/// The interpreter's calling convention, by which `object` is an instance of
/// the class that the descriptor was made for.
#[inline(never)]
unsafe extern "C" fn call(
    object: *mut ffi::PyObject,
    values: *const *mut ffi::PyObject,
    positional: ffi::Py_ssize_t,
    keywords: *mut ffi::PyObject,
    number: usize,
) -> *mut ffi::PyObject {
    // SAFETY: as the caller says; only classes of references have these
    // descriptors.
    unsafe {
        let py = Python::assume_attached();
        let receiver = Borrowed::from_ptr(py, object);
        let method = receiver.cast_unchecked::<GoObject>().get().method(number);
        let positional = positional.cast_unsigned();
        match method.callable.get(py) {
            Some(callable) if keywords.is_null() && callable.is_plain(positional) => {
                super::run_unannounced(values, positional, keywords, |py, arguments| {
                    callable.call_plainly(py, Some(Borrowed::from_ptr(py, object)), arguments)
                })
            }
            _ => super::run(values, positional, keywords, |py, arguments| {
                let callable = method.callable.get_or_try_init(py, || (method.bind)(py))?;
                callable.call(py, Some(Borrowed::from_ptr(py, object)), arguments)
            }),
        }
    }
}
