//! A function's results when they aren't exactly one.

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::mismatch;
use crate::codec::{DecodeError, Decoder, Input};
use crate::wire::Token;

/// No result: None.
pub(crate) fn decode_nothing<'py>(
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    match input.token()? {
        Token::Nil => Ok(input.py.None().into_bound(input.py)),
        other => Err(mismatch::token("None", other)),
    }
}

/// Several results: a tuple.
pub(crate) fn decode_tuple<'py>(
    results: &[Decoder],
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    match input.token()? {
        Token::Array(length) if length == results.len() => {}
        Token::Array(length) => {
            return Err(DecodeError::new(format!(
                "expected {} results, got {length}",
                results.len()
            )));
        }
        other => {
            return Err(mismatch::token(
                &format!("{} results", results.len()),
                other,
            ));
        }
    }
    let mut values = Vec::with_capacity(results.len());
    for (at, result) in results.iter().enumerate() {
        values.push(result.decode(input).map_err(|error| error.at_index(at))?);
    }
    Ok(PyTuple::new(input.py, values)?.into_any())
}
