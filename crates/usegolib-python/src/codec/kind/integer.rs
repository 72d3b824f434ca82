//! Integers: int or `__index__`, never bool, within the range of the Go type.
//!
//! What every call with a number passes is part of its caller where the code is
//! optimised; where it isn't, deep values would run out of stack.

use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyInt};
use usegolib::schema::shape::Number;

use super::{boolean, enumeration, mismatch};
use crate::codec::{DecodeError, EncodeError, Input, Output};
use crate::cpython::integer::{self, Wide};
use crate::wire::Token;

#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn encode(
    number: Number,
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    let bits = to_bits(number, value)?;
    write(number, out, bits);
    Ok(())
}

/// Writes what [`to_bits`] returned.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn write(number: Number, out: &mut Output<'_>, bits: u64) {
    if number.is_signed() {
        out.signed(bits.cast_signed());
    } else {
        out.unsigned(bits);
    }
}

/// The value as 64 bits (two's complement), checked against the range.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn to_bits(number: Number, value: &Bound<'_, PyAny>) -> Result<u64, EncodeError> {
    match value.cast_exact::<PyInt>() {
        Ok(int) => in_range(number, int),
        Err(_) => index_to_bits(number, value),
    }
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn in_range(number: Number, int: &Bound<'_, PyInt>) -> Result<u64, EncodeError> {
    let wide = integer::wide(int);
    match wide {
        Wide::Signed(value) if fits_signed(number, value) => Ok(value.cast_unsigned()),
        Wide::Unsigned(value) if fits_unsigned(number, value) => Ok(value),
        _ => Err(out_of_range(number, int)),
    }
}

/// Anything but an exact int: an int subclass or an object with `__index__`.
#[inline(never)]
fn index_to_bits(number: Number, value: &Bound<'_, PyAny>) -> Result<u64, EncodeError> {
    match index(value)? {
        Some(int) => in_range(number, &int),
        None => match enumeration::value_of(value)? {
            Some(member) => to_bits(number, &member),
            None => Err(mismatch::value(number.go_name(), value)),
        },
    }
}

/// The value as an int, if it is one or has `__index__`, and is no bool.
pub(super) fn index<'py>(
    value: &Bound<'py, PyAny>,
) -> Result<Option<Bound<'py, PyInt>>, EncodeError> {
    if value.is_exact_instance_of::<PyBool>() || boolean::is_named(value)? {
        return Ok(None);
    }
    if let Ok(int) = value.cast::<PyInt>() {
        return Ok(Some(int.clone()));
    }
    let py = value.py();
    // SAFETY: a live object; the call returns a new int or raises.
    let result = unsafe {
        if ffi::PyIndex_Check(value.as_ptr()) == 0 {
            return Ok(None);
        }
        Bound::from_owned_ptr_or_err(py, ffi::PyNumber_Index(value.as_ptr()))
    };
    match result {
        Ok(int) => Ok(int.cast_into::<PyInt>().ok()),
        // How numpy's bool says that it is no integer after all.
        Err(error) if error.is_instance_of::<PyTypeError>(py) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The largest value of an integer type.
#[inline]
const fn maximum(number: Number) -> u64 {
    let bits = 8 * number.size() - number.is_signed() as usize;
    u64::MAX >> (64 - bits)
}

#[inline]
pub(super) fn fits_signed(number: Number, value: i64) -> bool {
    match u64::try_from(value) {
        Ok(value) => value <= maximum(number),
        // The complement of a negative number is how far it is below -1.
        Err(_) => number.is_signed() && (!value).cast_unsigned() <= maximum(number),
    }
}

#[inline]
pub(super) fn fits_unsigned(number: Number, value: u64) -> bool {
    value <= maximum(number)
}

#[cold]
#[inline(never)]
fn out_of_range(number: Number, int: &Bound<'_, PyInt>) -> EncodeError {
    // Very long ints have no repr (and nobody would read it).
    let shown = match int.call_method0("bit_length").and_then(|n| n.extract()) {
        Ok(0..=256_u64) => mismatch::shown(int),
        Ok(bits) => format!("an int of {bits} bits"),
        Err(_) => "the int".to_owned(),
    };
    EncodeError::new(format!("{shown} is out of range for {}", number.go_name()))
}

#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn decode<'py>(
    number: Number,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    if let Some(value) = input.small_int() {
        return Ok(integer::from_signed(input.py, i64::from(value))?);
    }
    match input.token()? {
        Token::Unsigned(value) if fits_unsigned(number, value) => {
            Ok(integer::from_unsigned(input.py, value)?)
        }
        Token::Signed(value) if fits_signed(number, value) => {
            Ok(integer::from_signed(input.py, value)?)
        }
        other => Err(wrong(number, other)),
    }
}

#[cold]
#[inline(never)]
fn wrong(number: Number, token: Token<'_>) -> DecodeError {
    let name = number.go_name();
    match token {
        Token::Unsigned(value) => DecodeError::new(format!("{value} is out of range for {name}")),
        Token::Signed(value) => DecodeError::new(format!("{value} is out of range for {name}")),
        other => mismatch::token(name, other),
    }
}
