//! What Go's `for` ranges over: what Python can iterate over, or a func.

use pyo3::intern;
use pyo3::prelude::*;
use usegolib::schema::shape::TypeId;

use super::{mismatch, object};
use crate::codec::{EncodeError, Output};

/// A parameter that Go ranges over.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SequenceEncoder {
    pub(crate) id: TypeId,
    /// Whose parameter it is, for messages about items.
    pub(crate) callable: String,
    pub(crate) parameter: String,
}

impl SequenceEncoder {
    pub(crate) fn encode(
        &self,
        out: &mut Output<'_>,
        value: &Bound<'_, PyAny>,
    ) -> Result<(), EncodeError> {
        encode(self.id, (&self.callable, &self.parameter), out, value)
    }
}

/// Writes what Go ranges over, be it another library's. Messages about items say where
/// it was given: to which callable's parameter or, if there is none, for which type.
pub(super) fn encode(
    id: TypeId,
    place: (&str, &str),
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    let handle = out.context.runtime.handle(value);
    let is_go = handle.as_ref().is_ok_and(Option::is_some) || value.is_none();
    if is_go || handle.is_ok() && value.is_callable() {
        return object::encode_itself(id, out, value);
    }
    if !value.hasattr(intern!(value.py(), "__iter__"))? {
        // Another library's object that can't be iterated over is told as such.
        handle?;
        let name = out.context.types.name(id);
        return Err(mismatch::carried(
            out,
            &format!("{name} (an iterable)"),
            value,
        ));
    }
    let offer = out.context.runtime.offer_sequence(id, value, place)?;
    out.offer(offer);
    Ok(())
}
