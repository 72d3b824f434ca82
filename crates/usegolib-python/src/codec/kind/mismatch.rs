//! "expected ..., got ...": the message of nearly every error.

use pyo3::prelude::*;

use crate::codec::{DecodeError, EncodeError, Output};
use crate::wire::Token;

/// A Python value of the wrong type.
#[cold]
#[inline(never)]
pub(crate) fn value(expected: &str, value: &Bound<'_, PyAny>) -> EncodeError {
    EncodeError::new(format!("expected {expected}, got {}", type_name(value)))
}

/// A value that should carry a Go type, or be an object: one of another library
/// is told as such.
#[cold]
pub(crate) fn carried(out: &Output<'_>, expected: &str, given: &Bound<'_, PyAny>) -> EncodeError {
    let foreign = out.context.runtime.foreign(given);
    foreign.unwrap_or_else(|| value(expected, given))
}

/// A value whose buffer can't be read: a released memoryview, numpy's dates.
#[cold]
pub(crate) fn no_buffer(expected: &str, value: &Bound<'_, PyAny>, error: &PyErr) -> EncodeError {
    let (name, reason) = (type_name(value), error.value(value.py()));
    EncodeError::new(format!("expected {expected}, got {name} ({reason})"))
}

/// A value of the wrong kind in a response.
#[cold]
#[inline(never)]
pub(crate) fn token(expected: &str, token: Token<'_>) -> DecodeError {
    DecodeError::new(format!("expected {expected}, got {}", token.name()))
}

/// A value's type for messages: None itself, built-in types by their name, the
/// others with their module.
pub(crate) fn type_name(value: &Bound<'_, PyAny>) -> String {
    if value.is_none() {
        return "None".to_owned();
    }
    let class = value.get_type();
    class
        .fully_qualified_name()
        .or_else(|_| class.name())
        .map_or_else(|_| "an object".to_owned(), |name| name.to_string())
}

/// A value as Python shows it, cut down to a length that fits a message.
pub(crate) fn shown(value: &Bound<'_, PyAny>) -> String {
    const LIMIT: usize = 80;
    let Ok(text) = value.repr() else {
        return type_name(value);
    };
    let text = text.to_string_lossy();
    match text.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.into_owned(),
    }
}
