//! Slices of plain numbers.

use pyo3::prelude::*;
use usegolib::schema::shape::Number;

use super::Changed;
use super::sequence::Target;
use crate::codec::DecodeError;
use crate::codec::kind::numbers::{parse, unpack_one};
use crate::wire::{Reader, Token, extension};

/// The items of packed numbers, which nil has none of.
fn items(number: Number, token: Token<'_>) -> Result<Option<&[u8]>, DecodeError> {
    Ok(match token {
        Token::Extension(extension::NUMBERS, _) | Token::Numbers(..) => {
            let (found, items) = parse(token)?;
            (found == number).then_some(items)
        }
        Token::Nil => Some(&[]),
        _ => None,
    })
}

pub(super) fn bring<'c, 'py>(
    number: Number,
    changed: &Changed<'c, 'py>,
    value: &Bound<'py, PyAny>,
    given: &'c [u8],
    after: &'c [u8],
) -> Result<bool, DecodeError> {
    let given = Reader::new(given).token()?;
    if matches!(given, Token::Extension(extension::CHANGED, _)) {
        // Go has written to the buffer itself.
        return Ok(true);
    }
    let after = items(number, changed.reader(after).token()?)?;
    let (Some(given), Some(after)) = (items(number, given)?, after) else {
        return Ok(false);
    };
    if given == after {
        return Ok(true);
    }
    let Some(target) = Target::of(value)?.filter(Target::is_mutable) else {
        return Ok(false);
    };
    let size = number.size();
    if given.len() != after.len() && target.keeps_length()? {
        return Ok(false);
    }
    let (mut old, mut at) = (given.chunks_exact(size), 0);
    for item in after.chunks_exact(size) {
        let before = old.next();
        if before != Some(item) {
            let item = unpack_one(changed.py, number, item)?;
            if before.is_some() {
                target.set(at, &item)?;
            } else {
                target.append(&item)?;
            }
        }
        at += 1;
    }
    target.shorten(old.len())?;
    Ok(true)
}
