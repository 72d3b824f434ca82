//! Maps: dicts, and other mappings whose entries can be set.

use std::collections::HashMap;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping};

use super::Changed;
use crate::codec::kind::map::decode_key;
use crate::codec::{DecodeError, Decoder, Input};
use crate::wire::{Reader, Token, WireError};

/// A key and its value.
type Entry<'c> = (&'c [u8], &'c [u8]);

/// The entries of a map, which nil has none of.
pub(in crate::codec) fn entries(
    mut reader: Reader<'_>,
) -> Result<Option<Vec<Entry<'_>>>, WireError> {
    Ok(match reader.token()? {
        Token::Map(length) => Some(
            (0..length)
                .map(|_| Ok((reader.value()?, reader.value()?)))
                .collect::<Result<_, WireError>>()?,
        ),
        Token::Nil => Some(Vec::new()),
        _ => None,
    })
}

pub(super) fn bring<'c, 'py>(
    key_decoder: &Decoder,
    value_decoder: &Decoder,
    changed: &Changed<'c, 'py>,
    value: &Bound<'py, PyAny>,
    given: &'c [u8],
    after: &'c [u8],
) -> Result<bool, DecodeError> {
    let (Some(old), Some(new)) = (
        entries(Reader::new(given))?,
        entries(changed.reader(after))?,
    ) else {
        return Ok(false);
    };
    let py = changed.py;
    let is_mapping = value.is_instance_of::<PyDict>() || value.is_instance_of::<PyMapping>();
    if !is_mapping {
        return Ok(false);
    }
    let is_mutable =
        value.is_instance_of::<PyDict>() || value.get_type().hasattr(intern!(py, "__setitem__"))?;
    // They were written in this order.
    let keys: Vec<_> = value.try_iter()?.collect::<PyResult<_>>()?;
    if keys.len() != old.len() {
        // Another thread has made it something else meanwhile.
        return Ok(true);
    }
    let mut left: HashMap<_, _> = old
        .iter()
        .zip(&keys)
        .map(|((key, value), object)| (*key, (*value, object)))
        .collect();
    let mut whole = true;
    for (key, item) in new {
        let (key, made) = match left.remove(key) {
            Some((before, _)) if before == item => continue,
            Some((before, key)) => {
                let old = value.get_item(key)?;
                match value_decoder.bring_or_make(changed, &old, before, item)? {
                    Some(made) => (key.clone(), made),
                    None => continue,
                }
            }
            None => {
                let reader = changed.reader(key);
                let mut input = Input::of_given(py, changed.context, reader, changed.objects);
                (
                    decode_key(key_decoder, &mut input)?,
                    value_decoder.made(changed, item)?,
                )
            }
        };
        whole &= is_mutable;
        if is_mutable {
            value.set_item(key, made)?;
        }
    }
    for (_, key) in left.into_values() {
        whole &= is_mutable;
        if is_mutable {
            value.del_item(key)?;
        }
    }
    Ok(whole)
}
