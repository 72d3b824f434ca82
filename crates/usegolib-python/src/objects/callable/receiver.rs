//! Receivers: what comes first in a method's arguments, by reference or by value.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyDict, PyList, PySlice, PyString};
use usegolib::schema::shape::TypeId;

use crate::codec::{Decoder, Encoder, HIDDEN_STATE};
use crate::wire::Handle;

/// What a method's receiver is, compiled.
pub(super) struct Receiver {
    pub(super) id: TypeId,
    pub(super) encoder: Encoder,
    /// Decodes the receiver as it is after the call; references have none.
    pub(super) decoder: Option<Decoder>,
}

/// What a method is called on.
#[derive(Clone, Copy)]
pub(crate) enum GivenReceiver<'a, 'py> {
    /// A reference to just its type.
    Reference(Handle),
    /// Anything else, to be encoded.
    Value(Borrowed<'a, 'py, PyAny>),
}

/// Gives a receiver that was passed by value the content it has after the
/// call: what a Go method changed, Python sees changed.
pub(super) fn replace_content(
    receiver: &Bound<'_, PyAny>,
    after: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let py = receiver.py();
    // What Go can't address can't be changed by its methods either: to Go they aren't there.
    if let Some(refuse) = receiver.get_type().getattr_opt(intern!(py, "_refuse"))? {
        if !receiver.eq(after)? {
            refuse.call1((receiver,))?;
        }
        return Ok(());
    }
    if let Ok(dict) = receiver.cast::<PyDict>() {
        dict.clear();
        dict.update(after.cast::<PyDict>()?.as_mapping())?;
        replace_state(receiver, after)?;
    } else if let Ok(list) = receiver.cast::<PyList>() {
        list.set_slice(0, list.len(), after)?;
    } else if let Some(fields) = receiver.getattr_opt("__dataclass_fields__")?
        && receiver.get_type().is(after.get_type())
    {
        for name in fields.try_iter()? {
            let name = name?.cast_into::<PyString>()?;
            receiver.setattr(&name, after.getattr(&name)?)?;
        }
        replace_state(receiver, after)?;
    } else if receiver.is_instance_of::<PyByteArray>() {
        receiver.set_item(PySlice::full(receiver.py()), after)?;
    }
    // Numbers, strings and bytes can't change in Python.
    Ok(())
}

fn replace_state(receiver: &Bound<'_, PyAny>, after: &Bound<'_, PyAny>) -> PyResult<()> {
    match after.getattr_opt(HIDDEN_STATE)? {
        Some(state) => receiver.setattr(HIDDEN_STATE, state),
        None => Ok(()),
    }
}
