//! Methods by number: the interpreter's own method descriptors, calls of which
//! it specialises.
//!
//! Such a descriptor has a C function and no data. So there are as many
//! functions as a class is given methods this way: the nth passes n on, to be
//! looked up in what the instance knows.

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyType;

use super::entry::leaked_c_string;

/// How many methods of a class can be made this way.
pub(crate) const LIMIT: usize = 256;

/// What the methods of a kind of instances lead to.
pub(crate) trait Numbered: 'static {
    /// Calls the method with that number; it must not unwind.
    ///
    /// # Safety
    /// The interpreter's calling convention, by which `object` is an instance of
    /// a class that [`define`] was given.
    unsafe extern "C" fn call(
        object: *mut ffi::PyObject,
        values: *const *mut ffi::PyObject,
        positional: ffi::Py_ssize_t,
        keywords: *mut ffi::PyObject,
        number: usize,
    ) -> *mut ffi::PyObject;
}

type Entry = unsafe extern "C" fn(
    *mut ffi::PyObject,
    *const *mut ffi::PyObject,
    ffi::Py_ssize_t,
    *mut ffi::PyObject,
) -> *mut ffi::PyObject;

macro_rules! sixteen {
    ($kind:ident $row:literal: $($column:literal)*) => {
        [$(entry::<$kind, { 16 * $row + $column }> as Entry),*]
    };
}

macro_rules! entries {
    ($kind:ident: $($row:literal)*) => {
        [$(sixteen!($kind $row: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)),*]
    };
}

const fn entries<T: Numbered>() -> [[Entry; 16]; LIMIT / 16] {
    entries!(T: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
}

/// Makes the method with that number an attribute of `class`. `doc` begins with the text signature (`name($self, ...)\n--\n\n`).
pub(crate) fn define<T: Numbered>(
    class: &Bound<'_, PyType>,
    number: usize,
    name: &str,
    doc: &str,
) -> PyResult<()> {
    let definition = Box::leak(Box::new(ffi::PyMethodDef {
        ml_name: leaked_c_string(name),
        ml_meth: ffi::PyMethodDefPointer {
            PyCFunctionFastWithKeywords: const { entries::<T>() }[number / 16][number % 16],
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

/// The object that a bound method belongs to, and the method's number, if it was made by
/// [`define`] for that kind of instances.
pub(crate) fn bound<'py, T: Numbered>(
    method: &Bound<'py, PyAny>,
) -> Option<(Bound<'py, PyAny>, usize)> {
    let object = method.as_ptr();
    // SAFETY: looks at a live object, of the type that it is checked to be.
    unsafe {
        if ffi::PyCFunction_CheckExact(object) == 0 {
            return None;
        }
        let found = ffi::PyCFunction_GetFunction(object)? as usize;
        let mut entries = const { entries::<T>() }.into_iter().flatten();
        let number = entries.position(|entry| entry as usize == found)?;
        let receiver = ffi::PyCFunction_GetSelf(object);
        Some((
            Bound::from_borrowed_ptr_or_opt(method.py(), receiver)?,
            number,
        ))
    }
}

unsafe extern "C" fn entry<T: Numbered, const N: usize>(
    object: *mut ffi::PyObject,
    values: *const *mut ffi::PyObject,
    positional: ffi::Py_ssize_t,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the interpreter's calling convention. The callee can't unwind, so
    // that there is nothing left to do here.
    unsafe { T::call(object, values, positional, keywords, N) }
}
