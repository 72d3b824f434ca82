//! Arrays of anything but bytes: as slices, of exactly so many elements.

use pyo3::prelude::*;

use super::{mismatch, numpy, sequence, slice};
use crate::codec::{Arrays, DecodeError, Decoder, EncodeError, Encoder, Input, Output, Types};
use crate::wire::Token;

pub(crate) fn encode(
    length: u64,
    element: &Encoder,
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    let Some(list) = sequence::iterable_to_list(value)? else {
        return Err(mismatch::value(
            &format!("[{length}]{}", element.describe(out.context.types)),
            value,
        ));
    };
    if list.len() as u64 != length {
        return Err(wrong_length(length, list.len()));
    }
    slice::encode_items(element, out, &list)
}

pub(crate) fn decode<'py>(
    length: u64,
    element: &Decoder,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    match input.token()? {
        Token::Array(found) if found as u64 == length => {
            let items = slice::decode_items(found, element, input)?;
            Ok(of_items(input.context.types, element, items)?)
        }
        Token::Array(found) => Err(wrong_length(length, found)),
        other => Err(mismatch::token("list", other)),
    }
}

/// What the view says that an array of these items is.
pub(super) fn of_items<'py>(
    types: &Types,
    element: &Decoder,
    items: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    match element {
        Decoder::Integer(number) | Decoder::Float(number)
            if types.options().arrays == Arrays::Numpy =>
        {
            numpy::of_list(*number, &items)
        }
        _ => Ok(items),
    }
}

#[cold]
fn wrong_length(expected: u64, found: usize) -> EncodeError {
    EncodeError::new(format!("expected {expected} elements, got {found}"))
}
