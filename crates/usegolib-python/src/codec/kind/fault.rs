//! `error` as a value: in a struct, a slice, or as a parameter.

use pyo3::exceptions::{PyBaseException, PyEOFError};
use pyo3::prelude::*;
use pyo3::types::PyString;
use usegolib::schema::protocol::{ERROR_TYPE, FaultKind};
use usegolib::schema::shape::TypeId;

use super::{any, mismatch, string};
use crate::codec::{DecodeError, EncodeError, Encoder, Fault, Input, Output};
use crate::cpython::string as text;
use crate::wire::{Handle, Token, extension};

/// None, an error that came from Go (as itself), a value that carries a Go type that
/// is an error, an exception, or the text of a new error.
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
    if is_error_value(out, value) {
        return Encoder::Any.encode(out, value);
    }
    if value.is_instance_of::<PyString>() {
        return string::encode(out, value);
    }
    if value.is_instance_of::<PyBaseException>() {
        return encode_exception(out, value);
    }
    Err(mismatch::carried(out, "error (GoError or str)", value))
}

/// An exception of Python's, which is one error in Go as long as Go has it.
fn encode_exception(out: &mut Output<'_>, value: &Bound<'_, PyAny>) -> Result<(), EncodeError> {
    let message = value.str()?;
    let message = if message.is_empty()? {
        value.get_type().qualname()?
    } else {
        message
    };
    let Some(offer) = out.context.runtime.offer_exception(value) else {
        return string::encode(out, message.as_any());
    };
    out.enter()?;
    out.array(4)?;
    string::encode(out, message.as_any())?;
    out.offer(offer);
    if value.is_instance_of::<PyEOFError>() {
        out.bool(true);
    } else {
        out.nil();
    }
    out.unsigned(u64::try_from(value.as_ptr().addr()).unwrap_or_default());
    out.leave();
    Ok(())
}

/// An exception as a dynamic value. False if it is none.
pub(super) fn encode_dynamic(
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<bool, EncodeError> {
    if !value.is_instance_of::<PyBaseException>() {
        return Ok(false);
    }
    out.enter()?;
    out.typed(ERROR_TYPE);
    encode_exception(out, value)?;
    out.leave();
    Ok(true)
}

/// Whether a value carries a Go type that is an error.
fn is_error_value(out: &Output<'_>, value: &Bound<'_, PyAny>) -> bool {
    let found = out.context.runtime.go_type(&value.get_type());
    found.is_some_and(|id| out.context.types.is_error(id))
}

pub(crate) fn decode<'py>(input: &mut Input<'_, 'py>) -> Result<Bound<'py, PyAny>, DecodeError> {
    match input.token()? {
        Token::Nil => Ok(input.py.None().into_bound(input.py)),
        Token::Array(parts) if Fault::PARTS.contains(&parts) => {
            let fault = Fault::read(input, parts)?;
            if fault.has_results {
                return Err(DecodeError::malformed("results beside an error value"));
            }
            if !fault.kind.is_error() && fault.kind != FaultKind::Host {
                return Err(DecodeError::new(format!(
                    "an error value of kind {}",
                    fault.kind.name()
                )));
            }
            Ok(input.context.runtime.error(input.py, fault)?)
        }
        // What was given, where it has come to be at another place.
        Token::Str(given) if input.is_of_given() => Ok(text::new(input.py, given)?.into_any()),
        Token::Extension(extension::HANDLE, payload) => {
            let given = input.given(Handle::parse(payload)?);
            given.ok_or_else(|| DecodeError::new("an error that was not given"))
        }
        Token::Array(2) if input.is_of_given() => any::decode_array(2, input),
        Token::Array(4) if input.is_of_given() => decode_given(input),
        other => Err(mismatch::token("error", other)),
    }
}

/// An error that is a value of an interface with other methods, too: an object that has
/// these.
pub(super) fn decode_object<'py>(
    id: TypeId,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    let fault = match input.token()? {
        Token::Array(parts) if Fault::PARTS.contains(&parts) => Fault::read(input, parts)?,
        other => return Err(mismatch::token("error", other)),
    };
    match fault.value {
        Some(mut handle) if fault.raised.is_none() => {
            if handle.type_number == Handle::FAR {
                handle.type_number = id.0;
            }
            Ok(input.object(handle)?)
        }
        _ => Ok(input.context.runtime.error(input.py, fault)?),
    }
}

/// An exception that was given.
fn decode_given<'py>(input: &mut Input<'_, 'py>) -> Result<Bound<'py, PyAny>, DecodeError> {
    input.value()?;
    let found = match input.token()? {
        Token::Extension(extension::HOST, payload) => {
            let slot = payload.try_into().map(u64::from_le_bytes);
            slot.ok()
                .and_then(|slot| input.context.runtime.offered(input.py, slot))
        }
        _ => None,
    };
    input.value()?;
    input.value()?;
    found.ok_or_else(|| DecodeError::new("an exception that was not given"))
}
