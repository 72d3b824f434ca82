use crate::codec::{DecodeError, Decoder, EncodeError, Encoder, Request, Response, Types};
use pyo3::prelude::*;
use usegolib::schema::shape::{Number, TypeId};

#[derive(Debug)]
pub(crate) struct NamedEncoder {}
#[derive(Debug)]
pub(crate) struct NamedDecoder {}
impl NamedEncoder {
    pub(in crate::codec) fn compile(_: &Types, _: TypeId) -> Result<Self, EncodeError> {
        Ok(Self {})
    }
}
impl NamedDecoder {
    pub(in crate::codec) fn compile(_: &Types, _: TypeId) -> Result<Self, EncodeError> {
        Ok(Self {})
    }
}
pub(in crate::codec) fn encode(
    _: TypeId,
    out: &mut Request<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    let _ = (out, value);
    Err(EncodeError::new("not supported yet"))
}
pub(in crate::codec) fn decode<'py>(
    _: TypeId,
    input: &mut Response<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    let _ = input;
    Err(DecodeError::new("not supported yet"))
}
