//! Maps: dicts and other mappings. A key that Python can't hash is made of
//! tuples: an array is one, a record is one of its key and value pairs.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyMapping, PyTuple};

use super::{mismatch, nil};
use crate::codec::live::{self, ContainerKind, Parts};
use crate::codec::{DecodeError, Decoder, EncodeError, Encoder, Input, Output, Types};
use crate::cpython::dict::{self, Entries};
use crate::cpython::key;
use crate::wire::Token;

/// The encoders of a map's parts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct MapEncoder {
    pub(crate) key: Encoder,
    pub(crate) value: Encoder,
}

/// The decoders of a map's parts.
#[derive(Debug)]
pub(crate) struct MapDecoder {
    pub(crate) key: Decoder,
    pub(crate) value: Decoder,
}

impl MapEncoder {
    pub(crate) fn encode(
        &self,
        out: &mut Output<'_>,
        value: &Bound<'_, PyAny>,
    ) -> Result<(), EncodeError> {
        match value.cast_exact::<PyDict>() {
            Ok(dict) => encode_entries(&self.key, &self.value, out, dict),
            Err(_) => self.encode_other(out, value),
        }
    }

    #[inline(never)]
    fn encode_other(
        &self,
        out: &mut Output<'_>,
        value: &Bound<'_, PyAny>,
    ) -> Result<(), EncodeError> {
        if value.is_none() || nil::is_nil(value)? {
            out.nil();
            return Ok(());
        }
        let fits = |kind, parts: &Parts| {
            kind == ContainerKind::Map && parts.key.0 == self.key && parts.item == self.value
        };
        if live::encode(out, value, fits)? {
            return Ok(());
        }
        let Some(dict) = to_dict(value)? else {
            return Err(mismatch::value(&self.describe(out.context.types), value));
        };
        encode_entries(&self.key, &self.value, out, &dict)
    }

    pub(crate) fn describe(&self, types: &Types) -> String {
        format!(
            "map[{}]{}",
            self.key.describe(types),
            self.value.describe(types)
        )
    }
}

/// A mapping as a dict (the dict itself, where it is one). None for what is no
/// mapping.
pub(super) fn to_dict<'py>(
    value: &Bound<'py, PyAny>,
) -> Result<Option<Bound<'py, PyDict>>, EncodeError> {
    if let Ok(dict) = value.cast::<PyDict>() {
        return Ok(Some(dict.clone()));
    }
    let Ok(mapping) = value.cast::<PyMapping>() else {
        return Ok(None);
    };
    let dict = PyDict::new(value.py());
    dict.update(mapping)?;
    Ok(Some(dict))
}

/// Writes a map of a dict's entries.
pub(super) fn encode_entries(
    key_encoder: &Encoder,
    value_encoder: &Encoder,
    out: &mut Output<'_>,
    dict: &Bound<'_, PyDict>,
) -> Result<(), EncodeError> {
    let length = dict.len();
    out.enter()?;
    out.map(length)?;
    let mut written = 0;
    for (key, value) in Entries::new(dict) {
        if written == length {
            return Err(changed());
        }
        key_encoder
            .encode(out, &key)
            .map_err(|error| error.in_key(&mismatch::shown(&key)))?;
        value_encoder
            .encode(out, &value)
            .map_err(|error| error.at_key(mismatch::shown(&key)))?;
        written += 1;
    }
    if written != length {
        return Err(changed());
    }
    out.leave();
    Ok(())
}

#[cold]
pub(super) fn changed() -> EncodeError {
    EncodeError::new("the dict changed while it was encoded")
}

impl MapDecoder {
    pub(crate) fn decode<'py>(
        &self,
        input: &mut Input<'_, 'py>,
    ) -> Result<Bound<'py, PyAny>, DecodeError> {
        match input.token()? {
            Token::Map(length) => decode_entries(length, &self.key, &self.value, input),
            Token::Nil => Ok(PyDict::new(input.py).into_any()),
            other => Err(mismatch::token("dict", other)),
        }
    }
}

/// Reads the entries of a map whose header has been read.
pub(super) fn decode_entries<'py>(
    length: usize,
    key_decoder: &Decoder,
    value_decoder: &Decoder,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    input.enter()?;
    let entries = dict::with_capacity(input.py, length)?;
    for at in 0..length {
        let key = decode_key(key_decoder, input)
            .map_err(|error| error.in_key(&format!("number {at}")))?;
        let value = value_decoder
            .decode(input)
            .map_err(|error| error.at_key(mismatch::shown(&key)))?;
        dict::set(&entries, &key, &value)?;
    }
    if entries.len() != length {
        // Go's 1, 1.0 and true are three keys of a map[any]any.
        return Err(DecodeError::new(
            "two keys of the map are equal in Python, so that a dict can't hold both",
        ));
    }
    input.leave();
    Ok(entries.into_any())
}

/// Reads a key, as Python can hash it.
#[inline]
pub(in crate::codec) fn decode_key<'py>(
    decoder: &Decoder,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    if matches!(decoder, Decoder::String | Decoder::Any)
        && let Some(text) = input.short_str()
    {
        return Ok(key::new(input.py, text)?.into_any());
    }
    let key = decoder.decode(input)?;
    match decoder {
        Decoder::String | Decoder::Integer(_) => Ok(key),
        _ => Ok(hashable(key)?),
    }
}

/// A key as Python can hash it.
fn hashable(key: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyAny>> {
    let py = key.py();
    if let Ok(items) = key.cast::<PyList>() {
        let items: Vec<_> = items.iter().map(hashable).collect::<PyResult<_>>()?;
        return Ok(PyTuple::new(py, items)?.into_any());
    }
    if let Ok(entries) = key.cast::<PyDict>() {
        let pairs: Vec<_> = entries
            .iter()
            .map(|(key, value)| Ok((key, hashable(value)?)))
            .collect::<PyResult<_>>()?;
        return Ok(PyTuple::new(py, pairs)?.into_any());
    }
    Ok(key)
}
