//! Bytes: slices from any contiguous buffer of bytes, arrays of exactly so
//! many. Large slices are borrowed for the call: Go copies them once.

use pyo3::buffer::PyUntypedBuffer;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes};
use usegolib::schema::shape::Number;

use super::{integer, mismatch, nil};
use crate::codec::output::not_contiguous;
use crate::codec::{DecodeError, EncodeError, Input, Output};
use crate::cpython::buffer::{self, Span};
use crate::wire::Token;

/// From this length on, keeping a buffer costs less than copying it.
pub(super) const BORROW_FROM: usize = 4 * 1024;

pub(crate) fn encode(out: &mut Output<'_>, value: &Bound<'_, PyAny>) -> Result<(), EncodeError> {
    if let Ok(bytes) = value.cast_exact::<PyBytes>() {
        return encode_bytes(out, bytes);
    }
    if value.is_none() || nil::is_nil(value)? {
        out.nil();
        return Ok(());
    }
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return encode_bytes(out, bytes);
    }
    if let Ok(bytes) = value.cast_exact::<PyByteArray>()
        && bytes.len() < BORROW_FROM
        && !out.goes_back()
    {
        out.bin_header(bytes.len())?;
        buffer::append_bytearray(bytes, out.reserve(bytes.len()));
        return Ok(());
    }
    let exported = export("[]byte", value)?;
    let content = contiguous(&exported)?;
    if out.lends() && !exported.readonly() {
        return out.lend_buffer(exported);
    }
    if content.len() < BORROW_FROM || !out.context.can_lend || out.goes_back() {
        return write_span(content, out);
    }
    out.borrow_buffer(exported)
}

#[inline]
pub(super) fn encode_bytes(
    out: &mut Output<'_>,
    bytes: &Bound<'_, PyBytes>,
) -> Result<(), EncodeError> {
    let content = bytes.as_bytes();
    if content.len() < BORROW_FROM || !out.context.can_lend || out.goes_back() {
        return Ok(out.bin(content)?);
    }
    out.borrow_from(bytes, content);
    Ok(())
}

fn write_span(content: Span<'_>, out: &mut Output<'_>) -> Result<(), EncodeError> {
    out.bin_header(content.len())?;
    content.append_to(out.reserve(content.len()));
    Ok(())
}

/// Bytes from the items of a list, one int each.
pub(crate) fn encode_items(
    out: &mut Output<'_>,
    items: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    let mut content = Vec::with_capacity(items.len()?);
    for (at, item) in items.try_iter()?.enumerate() {
        let bits = integer::to_bits(Number::Uint8, &item?).map_err(|error| error.at_index(at))?;
        // The range was checked: the others are zero.
        content.push(bits.to_le_bytes()[0]);
    }
    Ok(out.bin(&content)?)
}

pub(crate) fn encode_array(
    length: u64,
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    if let Ok(bytes) = value.cast::<PyBytes>() {
        check_length(length, bytes.as_bytes().len())?;
        return Ok(out.bin(bytes.as_bytes())?);
    }
    let exported = export(&format!("[{length}]byte"), value)?;
    let content = contiguous(&exported)?;
    check_length(length, content.len())?;
    write_span(content, out)
}

/// The buffer of a bytes-like value.
fn export(expected: &str, value: &Bound<'_, PyAny>) -> Result<PyUntypedBuffer, EncodeError> {
    if !buffer::is_buffer(value) {
        return Err(mismatch::value(expected, value));
    }
    let exported =
        buffer::export(value).map_err(|error| mismatch::no_buffer(expected, value, &error))?;
    match exported.format().to_bytes() {
        // Byte order means nothing for bytes.
        [b'B' | b'b' | b'c'] | [b'@' | b'=' | b'<' | b'>' | b'!', b'B' | b'b' | b'c'] => {
            Ok(exported)
        }
        other => Err(EncodeError::new(format!(
            "expected {expected}, got {} with items of format {:?}",
            mismatch::type_name(value),
            String::from_utf8_lossy(other)
        ))),
    }
}

fn contiguous(exported: &PyUntypedBuffer) -> Result<Span<'_>, EncodeError> {
    Span::of(exported).ok_or_else(not_contiguous)
}

pub(crate) fn decode<'py>(input: &mut Input<'_, 'py>) -> Result<Bound<'py, PyAny>, DecodeError> {
    match input.token()? {
        Token::Bin(content) => Ok(buffer::bytes(input.py, content)?.into_any()),
        Token::Nil => Ok(buffer::bytes(input.py, &[])?.into_any()),
        other => Err(mismatch::token("bytes", other)),
    }
}

pub(crate) fn decode_array<'py>(
    length: u64,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    match input.token()? {
        Token::Bin(content) => {
            check_length(length, content.len())?;
            Ok(buffer::bytes(input.py, content)?.into_any())
        }
        other => Err(mismatch::token("bytes", other)),
    }
}

fn check_length(expected: u64, length: usize) -> Result<(), EncodeError> {
    if length as u64 == expected {
        return Ok(());
    }
    Err(EncodeError::new(format!(
        "expected {expected} bytes, got {length}"
    )))
}
