//! Whether two values on the wire say the same, whoever wrote them.

use std::collections::HashMap;

use crate::wire::{Reader, Token, WireError, extension};

/// Whether the values that come next are the same but for the order of maps; what
/// is nil and what is empty are.
pub(in crate::codec) fn is_same(
    one: &mut Reader<'_>,
    other: &mut Reader<'_>,
) -> Result<bool, WireError> {
    let (one_start, other_start) = (one.rest(), other.rest());
    Ok(match (one.token()?, other.token()?) {
        (Token::Nil, Token::Nil) => true,
        (Token::Bool(one), Token::Bool(other)) => one == other,
        (Token::Signed(one), Token::Signed(other)) => one == other,
        (Token::Unsigned(one), Token::Unsigned(other)) => one == other,
        (Token::Float(one), Token::Float(other)) => {
            one.to_bits() == other.to_bits() || one.is_nan() && other.is_nan()
        }
        (Token::Str(one), Token::Str(other)) | (Token::Bin(one), Token::Bin(other)) => one == other,
        (Token::Extension(extension::NUMBERS, [kind, items @ ..]), Token::Numbers(of, with)) => {
            *kind == of && items == with
        }
        (Token::Extension(one, content), Token::Extension(other, with)) => {
            one == other && content == with
        }
        (Token::Array(one_length), Token::Array(other_length)) => {
            if one_length != other_length {
                return Ok(false);
            }
            for _ in 0..one_length {
                if !is_same(one, other)? {
                    return Ok(false);
                }
            }
            true
        }
        (Token::Map(one_length), Token::Map(other_length)) => {
            one_length == other_length && is_same_map(one_length, one, other)?
        }
        _ => is_empty(one_start)? && is_empty(other_start)?,
    })
}

fn is_same_map(
    length: usize,
    one: &mut Reader<'_>,
    other: &mut Reader<'_>,
) -> Result<bool, WireError> {
    let mut entries = HashMap::with_capacity(length);
    for _ in 0..length {
        let key = one.value()?;
        entries.insert(key, one.value()?);
    }
    for _ in 0..length {
        let key = other.value()?;
        let Some(value) = entries.get(key) else {
            return Ok(false);
        };
        let mut with = Reader::new(value);
        if !is_same(&mut with, other)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a value is what Go has where nothing is: nil, zero, or without content.
pub(in crate::codec) fn is_empty(value: &[u8]) -> Result<bool, WireError> {
    Ok(match Reader::new(value).token()? {
        Token::Nil | Token::Bool(false) | Token::Unsigned(0) | Token::Array(0) | Token::Map(0) => {
            true
        }
        Token::Float(value) => value == 0.0,
        Token::Str(content) | Token::Bin(content) => content.is_empty(),
        // The kind of packed numbers is one byte.
        Token::Extension(extension::NUMBERS, content) => content.len() == 1,
        _ => false,
    })
}
