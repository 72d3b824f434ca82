//! Errors as they cross: in an envelope, and as values.

use pyo3::prelude::*;
use pyo3::types::PyString;
use usegolib::schema::protocol::FaultKind;

use super::{DecodeError, Input};
use crate::cpython::string;
use crate::wire::{Handle, Token, extension};

/// An error (`docs/abi.md`, Envelope).
#[derive(Debug)]
pub(crate) struct Fault<'py> {
    /// How the call failed, or what kind of error a value is.
    pub(crate) kind: FaultKind,
    /// The message.
    pub(crate) message: Bound<'py, PyString>,
    /// The Go type of the error or panic value.
    pub(crate) go_type: Bound<'py, PyString>,
    /// Go's stack, for panics.
    pub(crate) stack: Bound<'py, PyString>,
    /// The error itself.
    pub(crate) value: Option<Handle>,
}

impl<'py> Fault<'py> {
    /// How many parts an error is an array of.
    pub(crate) const PARTS: usize = 5;

    /// Reads the parts of an error whose array header has been read.
    pub(crate) fn read(input: &mut Input<'_, 'py>) -> Result<Self, DecodeError> {
        let Token::Unsigned(kind) = input.token()? else {
            return Err(malformed());
        };
        let kind = FaultKind::from_number(kind).ok_or_else(malformed)?;
        let message = text(input)?;
        let go_type = text(input)?;
        let stack = text(input)?;
        let value = match input.token()? {
            Token::Nil => None,
            Token::Extension(extension::HANDLE, payload) => Some(Handle::parse(payload)?),
            _ => return Err(malformed()),
        };
        Ok(Self {
            kind,
            message,
            go_type,
            stack,
            value,
        })
    }
}

fn text<'py>(input: &mut Input<'_, 'py>) -> Result<Bound<'py, PyString>, DecodeError> {
    match input.token()? {
        Token::Str(text) => Ok(string::new(input.py, text)?),
        _ => Err(malformed()),
    }
}

#[cold]
fn malformed() -> DecodeError {
    DecodeError::malformed("malformed error in the response")
}
