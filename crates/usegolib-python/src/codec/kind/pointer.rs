//! Pointers to what crosses as a value: None or that value.

use pyo3::prelude::*;

use crate::codec::{DecodeError, Decoder, EncodeError, Encoder, Input, Output};

/// The `MessagePack` nil.
const NIL: u8 = 0xc0;

pub(crate) fn encode(
    element: &Encoder,
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    if value.is_none() {
        out.nil();
        return Ok(());
    }
    element.encode(out, value)
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
