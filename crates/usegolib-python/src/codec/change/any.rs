//! Dynamic values.

use pyo3::prelude::*;
use usegolib::schema::shape::TypeId;

use super::{Changed, is_same, mapping, sequence};
use crate::codec::kind::any::declared_decoder;
use crate::codec::{DecodeError, Decoder};
use crate::wire::{Reader, Token, extension};

/// The type of a value that carries one, and the value itself, as they are written.
type Typed<'c> = (&'c [u8], &'c [u8]);

fn typed(mut reader: Reader<'_>) -> Result<Option<Typed<'_>>, DecodeError> {
    if !matches!(reader.token()?, Token::Array(2)) || !reader.at_type() {
        return Ok(None);
    }
    match reader.token()? {
        Token::Extension(extension::TYPE, payload) => Ok(Some((payload, reader.value()?))),
        _ => Ok(None),
    }
}

pub(super) fn bring<'c, 'py>(
    changed: &Changed<'c, 'py>,
    value: &Bound<'py, PyAny>,
    given: &'c [u8],
    after: &'c [u8],
) -> Result<bool, DecodeError> {
    if is_same(&mut Reader::new(given), &mut changed.reader(after))? {
        return Ok(true);
    }
    let types = (typed(Reader::new(given))?, typed(changed.reader(after))?);
    match types {
        (Some((given_type, given)), Some((after_type, after))) if given_type == after_type => {
            let number = given_type.first_chunk::<4>().copied().unwrap_or_default();
            let id = TypeId(u32::from_le_bytes(number));
            if !changed.context.types.has(id) {
                return Ok(false);
            }
            let decoder = declared_decoder(changed.context.types, id)?;
            return decoder.bring(changed, value, given, after);
        }
        (None, None) => {}
        _ => return Ok(false),
    }
    match (Reader::new(given).token()?, changed.reader(after).token()?) {
        (Token::Array(_), Token::Array(_)) => {
            sequence::bring(&Decoder::Any, changed, value, given, after)
        }
        (Token::Map(_), Token::Map(_)) => {
            mapping::bring(&Decoder::Any, &Decoder::Any, changed, value, given, after)
        }
        (Token::Extension(extension::CHANGED, _) | Token::Bin(_), Token::Bin(_)) => {
            super::bring_bytes(changed, value, given, after)
        }
        _ => Ok(false),
    }
}
