//! Errors as they cross: in an envelope, and as values.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};
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
    /// Where the host holds the exception that it is.
    pub(crate) raised: Option<u64>,
    /// What else is known of it.
    pub(crate) findings: Option<Box<Findings<'py>>>,
    /// Whether what was returned beside it follows.
    pub(crate) has_results: bool,
}

/// What `errors.Is`, `errors.As` and `Unwrap` say of an error.
#[derive(Debug)]
pub(crate) struct Findings<'py> {
    /// The system's number of it; 0 if it has none.
    pub(crate) errno: u64,
    /// The package variables that it is, by their positions in the schema.
    pub(crate) variables: Vec<u32>,
    /// The numbers of its type and of those that it wraps.
    pub(crate) types: Vec<u32>,
    /// The errors that it wraps.
    pub(crate) wrapped: Vec<Bound<'py, PyAny>>,
    /// Whether it is of the kind that wraps any number of errors.
    pub(crate) joins: bool,
}

impl<'py> Fault<'py> {
    /// How many parts an error is an array of.
    pub(crate) const PARTS: std::ops::RangeInclusive<usize> = 5..=7;

    /// Reads the parts of an error whose array header, of so many, has been read; if
    /// results follow, up to these.
    pub(crate) fn read(input: &mut Input<'_, 'py>, parts: usize) -> Result<Self, DecodeError> {
        let Token::Unsigned(kind) = input.token()? else {
            return Err(malformed());
        };
        let kind = FaultKind::from_number(kind).ok_or_else(malformed)?;
        let message = text(input)?;
        let go_type = text(input)?;
        let stack = text(input)?;
        let (value, raised) = match input.token()? {
            Token::Nil => (None, None),
            Token::Extension(extension::HANDLE, payload) => (Some(Handle::parse(payload)?), None),
            Token::Extension(extension::HOST, payload) => {
                let (handle, slot) = Handle::parse_hosted(payload)?;
                (Some(handle), Some(slot))
            }
            _ => return Err(malformed()),
        };
        let findings = if parts > 5 {
            Findings::read(input)?
        } else {
            None
        };
        if raised.is_none() && kind == FaultKind::Host {
            return Err(malformed());
        }
        Ok(Self {
            kind,
            message,
            go_type,
            stack,
            value,
            findings,
            has_results: parts > 6,
            raised,
        })
    }
}

impl<'py> Findings<'py> {
    /// Tells an exception what its error wraps.
    pub(crate) fn tell(&self, error: &Bound<'py, PyAny>) -> PyResult<()> {
        let py = error.py();
        if self.joins {
            return error.setattr(intern!(py, "errors"), PyTuple::new(py, &self.wrapped)?);
        }
        match self.wrapped.first() {
            Some(cause) => error.setattr(intern!(py, "__cause__"), cause),
            None => Ok(()),
        }
    }

    #[inline(never)]
    fn read(input: &mut Input<'_, 'py>) -> Result<Option<Box<Self>>, DecodeError> {
        match input.token()? {
            Token::Nil => return Ok(None),
            Token::Array(5) => {}
            _ => return Err(malformed()),
        }
        input.enter()?;
        let Token::Unsigned(errno) = input.token()? else {
            return Err(malformed());
        };
        let variables = positions(input)?;
        let types = positions(input)?;
        let mut wrapped = Vec::new();
        match input.token()? {
            Token::Nil => {}
            Token::Array(length) => {
                for _ in 0..length {
                    let one = super::kind::fault::decode(input)?;
                    if !one.is_none() {
                        wrapped.push(one);
                    }
                }
            }
            _ => return Err(malformed()),
        }
        let Token::Bool(joins) = input.token()? else {
            return Err(malformed());
        };
        input.leave();
        Ok(Some(Box::new(Self {
            errno,
            variables,
            types,
            wrapped,
            joins,
        })))
    }
}

fn positions(input: &mut Input<'_, '_>) -> Result<Vec<u32>, DecodeError> {
    let Token::Array(length) = input.token()? else {
        return Err(malformed());
    };
    let mut all = Vec::new();
    for _ in 0..length {
        match input.token()? {
            Token::Unsigned(one) => all.push(u32::try_from(one).map_err(|_| malformed())?),
            _ => return Err(malformed()),
        }
    }
    Ok(all)
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
