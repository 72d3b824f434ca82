use crate::codec::{DecodeError, EncodeError, Request, Response};
use pyo3::prelude::*;
pub(in crate::codec) fn encode(
    _out: &mut Request<'_>,
    _value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    Err(EncodeError::new("not supported yet"))
}
pub(in crate::codec) fn decode<'py>(
    _input: &mut Response<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    Err(DecodeError::new("not supported yet"))
}
