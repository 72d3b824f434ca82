//! Attributes of instances that are just being made.

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyType};

/// Assigns one attribute of the instances of a class, past whatever
/// `__setattr__` the class shows to users.
#[derive(Debug)]
pub(crate) enum Setter {
    /// There is a slot for it.
    Slot {
        descriptor: Py<PyAny>,
        set: ffi::descrsetfunc,
    },
    /// It is in the instance's dict.
    Named(Py<PyString>),
}

impl Setter {
    /// What assigns `name`.
    pub(crate) fn new(class: &Bound<'_, PyType>, name: &Bound<'_, PyString>) -> PyResult<Self> {
        let found = class.getattr_opt(name)?;
        let slot = found.and_then(|descriptor| {
            // SAFETY: a static type of the interpreter's.
            let members = &raw mut ffi::PyMemberDescr_Type;
            if descriptor.get_type_ptr() != members {
                return None;
            }
            // SAFETY: as above; its slots don't change.
            let set = unsafe { (*members).tp_descr_set }?;
            Some((descriptor.unbind(), set))
        });
        Ok(match slot {
            Some((descriptor, set)) => Self::Slot { descriptor, set },
            None => Self::Named(PyString::intern(class.py(), name.to_str()?).unbind()),
        })
    }

    /// Assigns the attribute.
    #[inline]
    pub(crate) fn set(
        &self,
        instance: &Bound<'_, PyAny>,
        value: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let (instance_pointer, value) = (instance.as_ptr(), value.as_ptr());
        // SAFETY: live objects; both functions check that the instance is one of
        // the class the descriptor is of, and take their own reference.
        let status = unsafe {
            match self {
                Self::Slot { descriptor, set } => set(descriptor.as_ptr(), instance_pointer, value),
                Self::Named(name) => {
                    ffi::PyObject_GenericSetAttr(instance_pointer, name.as_ptr(), value)
                }
            }
        };
        if status == 0 {
            return Ok(());
        }
        Err(PyErr::fetch(instance.py()))
    }
}
