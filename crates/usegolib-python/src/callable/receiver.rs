//! Receivers: what comes first in a method's arguments, by reference or by value.

use std::sync::atomic::{AtomicPtr, Ordering};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyDict, PyList};
use usegolib::schema::shape::TypeId;

use crate::codec::{Decoder, Encoder};
use crate::object::GoObject;
use crate::view::View;

/// What comes first in a method's arguments.
pub(super) struct Receiver {
    pub(super) id: TypeId,
    pub(super) encoder: Encoder,
    /// Decodes the receiver as it is after the call; references have none.
    pub(super) decoder: Option<Decoder>,
    /// The class of references to the type, once there was one: it is never
    /// freed.
    class: AtomicPtr<ffi::PyTypeObject>,
}

impl Receiver {
    pub(super) fn new(id: TypeId, encoder: Encoder, decoder: Option<Decoder>) -> Self {
        Self {
            id,
            encoder,
            decoder,
            class: AtomicPtr::default(),
        }
    }

    /// The reference that `value` is, if it is one.
    #[inline(always)]
    pub(super) fn reference<'a>(
        &self,
        view: &View,
        value: &'a Bound<'_, PyAny>,
    ) -> Option<&'a GoObject> {
        if self.class.load(Ordering::Relaxed) == value.get_type_ptr() {
            // SAFETY: the class is a subclass of `GoObject`, as one of its
            // instances was one.
            return Some(unsafe { value.cast_unchecked::<GoObject>() }.get());
        }
        self.other_reference(view, value)
    }

    #[inline(never)]
    fn other_reference<'a>(
        &self,
        view: &View,
        value: &'a Bound<'_, PyAny>,
    ) -> Option<&'a GoObject> {
        let object = GoObject::of(value)?;
        let class = value.get_type_ptr();
        if view.classes.is_of_references(value.py(), self.id, class) {
            self.class.store(class, Ordering::Relaxed);
        }
        Some(object)
    }
}

/// Gives a receiver that was passed by value the content it has after the
/// call: what a Go method changed, Python sees changed.
pub(super) fn replace_content(
    receiver: &Bound<'_, PyAny>,
    after: &Bound<'_, PyAny>,
) -> PyResult<()> {
    if let Ok(dict) = receiver.cast::<PyDict>() {
        dict.clear();
        dict.update(after.cast::<PyDict>()?.as_mapping())?;
        if let Ok(state) = after.getattr(crate::codec::HIDDEN_STATE) {
            dict.setattr(crate::codec::HIDDEN_STATE, state)?;
        }
    } else if let Ok(list) = receiver.cast::<PyList>() {
        list.set_slice(0, list.len(), after)?;
    } else if receiver.hasattr("__dataclass_fields__")? && receiver.get_type().is(after.get_type())
    {
        let fields = receiver.getattr("__dict__")?;
        fields.call_method1("update", (after.getattr("__dict__")?,))?;
    } else if receiver.is_instance_of::<PyByteArray>() {
        receiver.set_item(pyo3::types::PySlice::full(receiver.py()), after)?;
    }
    // Numbers, strings and bytes can't change in Python.
    Ok(())
}
