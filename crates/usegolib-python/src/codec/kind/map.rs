use crate::codec::{DecodeError, Decoder, EncodeError, Encoder, Request, Response, Types};
use pyo3::prelude::*;
use usegolib::schema::shape::{Number, TypeId};

#[derive(Debug)]
pub(crate) struct MapEncoder {
    pub(crate) key: Encoder,
    pub(crate) value: Encoder,
}
#[derive(Debug)]
pub(crate) struct MapDecoder {
    pub(crate) key: Decoder,
    pub(crate) value: Decoder,
}
impl MapEncoder {
    pub(in crate::codec) fn encode(
        &self,
        out: &mut Request<'_>,
        value: &Bound<'_, PyAny>,
    ) -> Result<(), EncodeError> {
        let _ = (out, value);
        Err(EncodeError::new("not supported yet"))
    }
}
impl MapDecoder {
    pub(in crate::codec) fn decode<'py>(
        &self,
        input: &mut Response<'_, 'py>,
    ) -> Result<Bound<'py, PyAny>, DecodeError> {
        let _ = input;
        Err(DecodeError::new("not supported yet"))
    }
}
