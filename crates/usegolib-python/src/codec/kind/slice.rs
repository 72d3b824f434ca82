//! Slices of anything but plain numbers.

use pyo3::prelude::*;
use pyo3::types::PyList;

use super::{mismatch, nil, sequence};
use crate::codec::live::{self, ContainerKind, Parts};
use crate::codec::{DecodeError, Decoder, EncodeError, Encoder, Input, Output};
use crate::cpython::list;
use crate::wire::Token;

pub(crate) fn encode(
    element: &Encoder,
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    match value.cast_exact::<PyList>() {
        Ok(list) => encode_items(element, out, list),
        Err(_) => encode_other(element, out, value),
    }
}

#[inline(never)]
fn encode_other(
    element: &Encoder,
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    if value.is_none() || nil::is_nil(value)? {
        out.nil();
        return Ok(());
    }
    let fits = |kind, parts: &Parts| kind == ContainerKind::Slice && parts.item == *element;
    if live::encode(out, value, fits)? {
        return Ok(());
    }
    match sequence::iterable_to_list(value)? {
        Some(list) => encode_items(element, out, &list),
        None => Err(mismatch::value(
            &format!("[]{}", element.describe(out.context.types)),
            value,
        )),
    }
}

/// Writes an array of a list's items.
pub(super) fn encode_items(
    element: &Encoder,
    out: &mut Output<'_>,
    list: &Bound<'_, PyList>,
) -> Result<(), EncodeError> {
    let length = list.len();
    out.enter()?;
    out.array(length)?;
    for at in 0..length {
        // Python code run for one item may change the list.
        let Some(item) = list::get(list, at) else {
            return Err(shrunk());
        };
        element
            .encode(out, &item)
            .map_err(|error| error.at_index(at))?;
    }
    out.leave();
    Ok(())
}

#[cold]
pub(super) fn shrunk() -> EncodeError {
    EncodeError::new("the list became shorter while it was encoded")
}

pub(crate) fn decode<'py>(
    element: &Decoder,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    match input.token()? {
        Token::Array(length) => decode_items(length, element, input),
        Token::Nil => Ok(PyList::empty(input.py).into_any()),
        other => Err(mismatch::token("list", other)),
    }
}

/// Reads the elements of an array whose header has been read.
pub(super) fn decode_items<'py>(
    length: usize,
    element: &Decoder,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    input.enter()?;
    let mut items = list::Builder::new(input.py, length)?;
    for at in 0..length {
        items.push(element.decode(input).map_err(|error| error.at_index(at))?);
    }
    input.leave();
    Ok(items.finish())
}
