//! `error` as a value: in a struct, a slice, or as a parameter.

use pyo3::exceptions::PyBaseException;
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::{mismatch, string};
use crate::codec::{DecodeError, EncodeError, Fault, Input, Output};
use crate::wire::Token;

/// None, an error that came from Go (as itself), or the text of a new one: a
/// str or any exception.
pub(crate) fn encode(out: &mut Output<'_>, value: &Bound<'_, PyAny>) -> Result<(), EncodeError> {
    if value.is_none() {
        out.nil();
        return Ok(());
    }
    if let Some(handle) = out.context.runtime.handle(value)? {
        out.handle(handle);
        out.keep(value);
        return Ok(());
    }
    if value.is_instance_of::<PyString>() {
        return string::encode(out, value);
    }
    if value.is_instance_of::<PyBaseException>() {
        return string::encode(out, value.str()?.as_any());
    }
    Err(mismatch::value("error (GoError or str)", value))
}

pub(crate) fn decode<'py>(input: &mut Input<'_, 'py>) -> Result<Bound<'py, PyAny>, DecodeError> {
    match input.token()? {
        Token::Nil => Ok(input.py.None().into_bound(input.py)),
        Token::Array(Fault::PARTS) => {
            let fault = Fault::read(input)?;
            if !fault.kind.is_error() {
                return Err(DecodeError::new(format!(
                    "an error value of kind {}",
                    fault.kind.name()
                )));
            }
            Ok(input.context.runtime.error(input.py, fault)?)
        }
        other => Err(mismatch::token("error", other)),
    }
}
