//! Pointers to what crosses as a value: None or that value.

use pyo3::prelude::*;
use usegolib::schema::shape::Shape;

use crate::codec::{DecodeError, Decoder, EncodeError, Encoder, Input, Output};
use crate::wire::format::NIL;

/// The encoder of what a pointer points to, and what that is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PointerEncoder {
    pub(crate) element: Encoder,
    pub(crate) target: Shape,
}

impl PointerEncoder {
    pub(crate) fn encode(
        &self,
        out: &mut Output<'_>,
        value: &Bound<'_, PyAny>,
    ) -> Result<(), EncodeError> {
        if value.is_none() {
            out.nil();
            return Ok(());
        }
        if encode_variable(&self.target, out, value)? {
            return Ok(());
        }
        let outer = out.set_pointed_to(true);
        let written = self.element.encode(out, value);
        out.set_pointed_to(outer);
        written
    }
}

/// Writes a variable that is given for a pointer to what `target` is. False if the
/// value is no variable.
pub(super) fn encode_variable(
    target: &Shape,
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<bool, EncodeError> {
    let Some(handle) = out.context.runtime.variable(value, target)? else {
        return Ok(false);
    };
    out.handle(handle);
    out.keep(value);
    Ok(true)
}

pub(crate) fn decode<'py>(
    element: &Decoder,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    if input.skip(&[NIL]) {
        return Ok(input.py.None().into_bound(input.py));
    }
    element.decode(input)
}
