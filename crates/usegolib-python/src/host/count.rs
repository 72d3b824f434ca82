//! Counts of bytes that methods as those of package io return: Go believes them, and cuts
//! its slices by them.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyInt, PyString, PyTuple};
use usegolib::schema::Signature;

use super::window::Shown;
use crate::codec::EncodeError;

/// Whether a method reads or writes bytes, or writes a string, and returns how many of
/// them: `Read`, `WriteAt`, `ReadFrom` of a connection.
pub(super) fn is_counting(name: &str, signature: &Signature) -> bool {
    let given = signature.params.first().map(|first| first.type_.as_str());
    let counts = match given {
        Some("[]uint8") => name.starts_with("Read") || name.starts_with("Write"),
        Some("string") => name == "WriteString",
        _ => false,
    };
    let [first, .., last] = signature.results.as_slice() else {
        return false;
    };
    counts && first == "int" && last == "error"
}

/// Checks the count that is returned against what was given: bytes, which are seen
/// through a window unless they are nil, or a string.
#[inline]
pub(super) fn check(
    returned: &Bound<'_, PyAny>,
    window: Option<&Shown<'_>>,
    given: Option<&Bound<'_, PyAny>>,
) -> Result<(), EncodeError> {
    let several = returned.cast::<PyTuple>().ok();
    let first = several.and_then(|several| several.get_item(0).ok());
    let count = first.as_ref().unwrap_or(returned);
    // What is no number is refused as any result of the wrong type.
    let Ok(number) = count.cast::<PyInt>() else {
        return Ok(());
    };
    let text = given.and_then(|given| given.cast::<PyString>().ok());
    let length = match text {
        Some(text) => text_length(text)?,
        None => window.map_or(0, Shown::length),
    };
    if number.extract().is_ok_and(|number: usize| number <= length) {
        return Ok(());
    }
    Err(refused(number, length))
}

/// How many bytes a string has in Go.
fn text_length(text: &Bound<'_, PyString>) -> PyResult<usize> {
    if let Ok(text) = text.to_str() {
        return Ok(text.len());
    }
    let py = text.py();
    let escape = intern!(py, "surrogateescape");
    let encoded = text.call_method1(intern!(py, "encode"), (intern!(py, "utf-8"), escape))?;
    Ok(encoded.cast::<PyBytes>()?.as_bytes().len())
}

#[cold]
fn refused(number: &Bound<'_, PyInt>, length: usize) -> EncodeError {
    EncodeError::new(format!(
        "expected a count from 0 to {length}, which is how many bytes there were, got {number}"
    ))
}
