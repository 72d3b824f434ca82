//! Instances of subclasses of the built-in types, made by the built-in type's
//! own `__new__`, past whatever constructor the subclass shows to users.

use std::ptr;

use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyBytes, PyComplex, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple, PyType,
};

/// A new empty instance of a subclass of dict.
pub(crate) fn dict<'py>(class: &Bound<'py, PyType>) -> PyResult<Bound<'py, PyDict>> {
    let base = class.py().get_type::<PyDict>();
    let instance = make(&base, class, &PyTuple::empty(class.py()))?;
    Ok(instance.cast_into::<PyDict>()?)
}

/// A subclass of dict whose instances are made in the shortest way.
#[derive(Debug)]
pub(crate) struct DictClass {
    class: Py<PyType>,
    /// Whether instances are laid out as dicts are.
    alike: bool,
}

impl DictClass {
    /// The class, which must be a subclass of dict.
    pub(crate) fn new(class: &Bound<'_, PyType>) -> PyResult<Self> {
        let py = class.py();
        if !class.is_subclass_of::<PyDict>()? {
            return Err(PyTypeError::new_err(format!(
                "{} is no subclass of dict",
                class.name()?
            )));
        }
        let (this, dict) = (class.as_type_ptr(), py.get_type::<PyDict>().as_type_ptr());
        // SAFETY: both are types. A subclass of the same size adds nothing to a
        // dict; only a class that a program makes is counted by its instances.
        let alike = unsafe {
            (*this).tp_basicsize == (*dict).tp_basicsize
                && ffi::PyType_HasFeature(this, ffi::Py_TPFLAGS_HEAPTYPE) != 0
        };
        let class = class.clone().unbind();
        Ok(Self { class, alike })
    }

    /// An instance with what `plain` makes. Where both are laid out alike it is
    /// that dict itself, which nobody else has seen: this costs less than filling
    /// an empty instance.
    #[inline]
    pub(crate) fn of<'py>(
        &self,
        py: Python<'py>,
        plain: impl FnOnce() -> PyResult<Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        if !self.alike {
            return dict(self.class.bind(py));
        }
        let plain = plain()?;
        debug_assert!(plain.is_exact_instance_of::<PyDict>());
        // SAFETY: a dict can be an instance of the class, as `new` has seen. The
        // type of dicts is static and not counted by them, the class is.
        unsafe {
            let class = self.class.clone_ref(py).into_ptr();
            (*plain.as_ptr()).ob_type = class.cast();
        }
        Ok(plain)
    }
}

/// A new instance of a class of Python's own making, on which no `__init__` has
/// run.
pub(crate) fn bare<'py>(class: &Bound<'py, PyType>) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    // SAFETY: both are types; a class whose `tp_new` is that of object adds
    // nothing to it that would have to be set up.
    unsafe {
        let new = (*class.as_type_ptr()).tp_new;
        let plain = ffi::PyBaseObject_Type.tp_new;
        if let (Some(new), Some(plain)) = (new, plain)
            && std::ptr::fn_addr_eq(new, plain)
        {
            let none = PyTuple::empty(py);
            let made = new(class.as_type_ptr(), none.as_ptr(), ptr::null_mut());
            return Bound::from_owned_ptr_or_err(py, made);
        }
    }
    class.call_method1("__new__", (class,))
}

/// An instance of `class` equal to `value`, whose type is exactly a built-in
/// one that `class` derives from, a bool where that is int. What can't be derived
/// from (None) stays as it is.
pub(crate) fn of<'py>(
    class: &Bound<'py, PyType>,
    value: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    if let Ok(items) = value.cast_exact::<PyList>() {
        let empty = PyTuple::empty(py);
        let instance = make(&py.get_type::<PyList>(), class, &empty)?;
        instance.cast::<PyList>()?.set_slice(0, 0, items)?;
        return Ok(instance);
    }
    if let Ok(entries) = value.cast_exact::<PyDict>() {
        let instance = dict(class)?;
        instance.update(entries.as_mapping())?;
        return Ok(instance.into_any());
    }
    if value.is_exact_instance_of::<PyBool>() {
        // A class of named bools derives from int.
        return make(&py.get_type::<PyInt>(), class, &PyTuple::new(py, [value])?);
    }
    let immutable = value.is_exact_instance_of::<PyInt>()
        || value.is_exact_instance_of::<PyString>()
        || value.is_exact_instance_of::<PyFloat>()
        || value.is_exact_instance_of::<PyBytes>()
        || value.is_exact_instance_of::<PyComplex>();
    if !immutable {
        return Ok(value);
    }
    let base = value.get_type();
    make(&base, class, &PyTuple::new(py, [value])?)
}

/// `base.__new__(class, *arguments)`
fn make<'py>(
    base: &Bound<'py, PyType>,
    class: &Bound<'py, PyType>,
    arguments: &Bound<'py, PyTuple>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    if !class.is_subclass(base)? {
        return Err(PyTypeError::new_err(format!(
            "{} is not a subclass of {}",
            class.name()?,
            base.name()?
        )));
    }
    // SAFETY: `base` is a built-in type with a `tp_new`, and `class` derives
    // from it, which is all that a built-in `tp_new` asks for.
    unsafe {
        let new = (*base.as_type_ptr())
            .tp_new
            .ok_or_else(|| PyTypeError::new_err("a built-in type without __new__"))?;
        let instance = new(class.as_type_ptr(), arguments.as_ptr(), ptr::null_mut());
        Bound::from_owned_ptr_or_err(py, instance)
    }
}
