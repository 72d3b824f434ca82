//! `bool`: True and False only.

use pyo3::prelude::*;
use pyo3::types::PyBool;

use super::{enumeration, mismatch};
use crate::codec::{DecodeError, EncodeError, Input, Output};
use crate::wire::Token;

#[inline]
pub(crate) fn encode(out: &mut Output<'_>, value: &Bound<'_, PyAny>) -> Result<(), EncodeError> {
    match value.cast_exact::<PyBool>() {
        Ok(value) => {
            out.bool(value.is_true());
            Ok(())
        }
        Err(_) => encode_member(out, value),
    }
}

#[cold]
fn encode_member(out: &mut Output<'_>, value: &Bound<'_, PyAny>) -> Result<(), EncodeError> {
    match enumeration::value_of(value)? {
        Some(member) => encode(out, &member),
        None => Err(mismatch::value("bool", value)),
    }
}

#[inline]
pub(crate) fn decode<'py>(input: &mut Input<'_, 'py>) -> Result<Bound<'py, PyAny>, DecodeError> {
    match input.token()? {
        Token::Bool(value) => Ok(new(input.py, value)),
        other => Err(mismatch::token("bool", other)),
    }
}

pub(super) fn new(py: Python<'_>, value: bool) -> Bound<'_, PyAny> {
    PyBool::new(py, value).to_owned().into_any()
}
