//! Bytes: slices from any contiguous buffer of bytes, arrays of exactly so
//! many. Large slices are borrowed for the call: Go copies them once.

use pyo3::buffer::PyUntypedBuffer;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes};
use usegolib::schema::shape::Number;

use super::{integer, mismatch};
use crate::codec::native::buffer;
use crate::codec::response::Token;
use crate::codec::{DecodeError, EncodeError, Request, Response};

/// From this length on, keeping a buffer costs less than copying it.
pub(super) const BORROW_FROM: usize = 4 * 1024;

pub(crate) fn encode(out: &mut Request<'_>, value: &Bound<'_, PyAny>) -> Result<(), EncodeError> {
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return encode_bytes(out, bytes);
    }
    if value.is_none() {
        out.nil();
        return Ok(());
    }
    if let Ok(bytes) = value.cast_exact::<PyByteArray>()
        && bytes.len() < BORROW_FROM
    {
        return out.bin(buffer::bytearray(bytes));
    }
    let exported = export("[]byte", value)?;
    let content = contiguous(&exported)?;
    if content.len() < BORROW_FROM {
        return out.bin(content);
    }
    out.borrowed(content);
    out.keep_buffer(exported);
    Ok(())
}

#[inline]
pub(super) fn encode_bytes(
    out: &mut Request<'_>,
    bytes: &Bound<'_, PyBytes>,
) -> Result<(), EncodeError> {
    let content = bytes.as_bytes();
    if content.len() < BORROW_FROM {
        return out.bin(content);
    }
    out.borrowed(content);
    out.keep(bytes);
    Ok(())
}

/// Bytes from the items of a list, one int each.
pub(crate) fn encode_items(
    out: &mut Request<'_>,
    items: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    let mut content = Vec::with_capacity(items.len()?);
    for (at, item) in items.try_iter()?.enumerate() {
        let bits = integer::to_bits(Number::Uint8, &item?).map_err(|error| error.at_index(at))?;
        // The range was checked: the others are zero.
        content.push(bits.to_le_bytes()[0]);
    }
    out.bin(&content)
}

pub(crate) fn encode_array(
    length: u64,
    out: &mut Request<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    if let Ok(bytes) = value.cast::<PyBytes>() {
        check_length(length, bytes.as_bytes())?;
        return out.bin(bytes.as_bytes());
    }
    let exported = export(&format!("[{length}]byte"), value)?;
    let content = contiguous(&exported)?;
    check_length(length, content)?;
    out.bin(content)
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

fn contiguous(exported: &PyUntypedBuffer) -> Result<&[u8], EncodeError> {
    buffer::contiguous(exported).ok_or_else(|| {
        EncodeError::new("the buffer is not contiguous (bytes(...) copies it into one that is)")
    })
}

pub(crate) fn decode<'py>(input: &mut Response<'_, 'py>) -> Result<Bound<'py, PyAny>, DecodeError> {
    match input.token()? {
        Token::Bin(content) => Ok(buffer::bytes(input.py, content)?.into_any()),
        Token::Nil => Ok(buffer::bytes(input.py, &[])?.into_any()),
        other => Err(mismatch::token("bytes", other)),
    }
}

pub(crate) fn decode_array<'py>(
    length: u64,
    input: &mut Response<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    match input.token()? {
        Token::Bin(content) => {
            check_length(length, content)?;
            Ok(buffer::bytes(input.py, content)?.into_any())
        }
        other => Err(mismatch::token("bytes", other)),
    }
}

fn check_length(expected: u64, content: &[u8]) -> Result<(), EncodeError> {
    if content.len() as u64 == expected {
        return Ok(());
    }
    Err(EncodeError::new(format!(
        "expected {expected} bytes, got {}",
        content.len()
    )))
}
