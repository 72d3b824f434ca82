use crate::codec::{DecodeError, Decoder, EncodeError, Encoder, Request, Response, Types};
use pyo3::prelude::*;
use usegolib::schema::shape::{Number, TypeId};

pub(in crate::codec) fn encode(
    _: Number,
    out: &mut Request<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    let _ = (out, value);
    Err(EncodeError::new("not supported yet"))
}
pub(in crate::codec) fn decode<'py>(
    _: Number,
    input: &mut Response<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    let _ = input;
    Err(DecodeError::new("not supported yet"))
}
