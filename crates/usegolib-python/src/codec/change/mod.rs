//! Arguments changed in place: what a call made of an argument is brought into
//! the Python value that was given for it.
//!
//! The request has the argument as it was, the response as it is. Both are walked
//! together, by the decoder of its type; what has the same bytes is left alone, so
//! that it stays the Python object that it is. What differs is changed where it is
//! (a list's items, a dict's entries, a record's fields) or, if it can't be, is made
//! anew and put in its place.

mod any;
mod mapping;
mod numbers;
mod same;
mod sequence;

use std::collections::HashMap;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyComplex, PyDict, PyFloat, PyInt, PyList, PySlice, PyString,
    PyTuple,
};
use usegolib::schema::shape::Number;

use super::output::Kept;
use super::{Context, DecodeError, Decoder, EncodeError, Input, Output, Types};
use crate::cpython::buffer;
use crate::wire::{Reader, Token, WireError, extension};

pub(super) use mapping::entries;
pub(super) use same::{is_empty, is_same};

/// A request that was sent, and what it refers to.
#[derive(Clone, Copy)]
pub(crate) struct Sent<'a> {
    pub(super) request: &'a [u8],
    pub(super) kept: &'a [Kept],
}

impl<'a> Sent<'a> {
    /// A request and what was kept for it.
    pub(crate) fn new(request: &'a [u8], kept: &'a [Kept]) -> Self {
        Self { request, kept }
    }

    /// The bytes of the argument at a position.
    pub(crate) fn argument(&self, position: u64) -> Result<&'a [u8], WireError> {
        let mut reader = Reader::new(self.request);
        while reader.at_extension(extension::CLOSED) || reader.at_extension(extension::CHANGED) {
            reader.value()?;
        }
        reader.token()?;
        for _ in 0..=position {
            reader.value()?;
        }
        reader.value()
    }

    /// The objects whose handles the request has.
    pub(crate) fn objects<'py>(
        &self,
        py: Python<'py>,
        context: &Context<'_>,
    ) -> HashMap<u64, Bound<'py, PyAny>> {
        let objects = self.kept.iter().filter_map(Kept::object);
        objects
            .filter_map(|object| {
                let object = object.bind(py);
                let handle = context.runtime.handle(object).ok()??;
                Some((handle.packed(), object.clone()))
            })
            .collect()
    }
}

/// Where a response is read from to bring it into what was given.
pub(crate) struct Changed<'c, 'py> {
    pub(crate) py: Python<'py>,
    context: &'c Context<'c>,
    has_loan: bool,
    objects: &'c HashMap<u64, Bound<'py, PyAny>>,
}

impl<'c, 'py> Changed<'c, 'py> {
    /// What comes from `input`; `objects` are those that the request had.
    pub(crate) fn new(
        input: &Input<'c, 'py>,
        objects: &'c HashMap<u64, Bound<'py, PyAny>>,
    ) -> Self {
        Self {
            py: input.py,
            context: input.context,
            has_loan: input.has_loan(),
            objects,
        }
    }

    /// Whether a call has left a value as it was.
    pub(crate) fn is_unchanged(&self, given: &[u8], after: &'c [u8]) -> Result<bool, WireError> {
        Ok(given == after || is_same(&mut Reader::new(given), &mut self.reader(after))?)
    }

    /// The types of the library.
    pub(super) fn types(&self) -> &'c Types {
        self.context.types
    }

    /// The library.
    pub(super) fn library(&self) -> &'c Context<'c> {
        self.context
    }

    /// A reader of a value of the response.
    pub(super) fn reader(&self, value: &'c [u8]) -> Reader<'c> {
        // SAFETY: the value is part of a response, and its loans are that one's.
        unsafe { Reader::lending(value, self.has_loan) }
    }

    /// Makes a value of the response.
    fn decode(&self, decoder: &Decoder, value: &'c [u8]) -> Result<Bound<'py, PyAny>, DecodeError> {
        let reader = self.reader(value);
        decoder.decode(&mut Input::of_given(
            self.py,
            self.context,
            reader,
            self.objects,
        ))
    }
}

impl Decoder {
    /// Brings `after`, which a call has made of `given`, into the value that
    /// `given` was written for. False if that can't be changed so.
    pub(crate) fn bring<'c, 'py>(
        &self,
        changed: &Changed<'c, 'py>,
        value: &Bound<'py, PyAny>,
        given: &'c [u8],
        after: &'c [u8],
    ) -> Result<bool, DecodeError> {
        if given == after {
            return Ok(true);
        }
        match self {
            Self::Numbers(number) => numbers::bring(*number, changed, value, given, after),
            Self::Bytes | Self::ByteArray(_) => bring_bytes(changed, value, given, after),
            Self::Slice(element) | Self::Array(_, element) => {
                sequence::bring(element, changed, value, given, after)
            }
            Self::Map(map) => mapping::bring(&map.key, &map.value, changed, value, given, after),
            Self::Pointer(element) => {
                if matches!(Reader::new(given).token()?, Token::Nil)
                    || matches!(changed.reader(after).token()?, Token::Nil)
                {
                    return Ok(false);
                }
                element.bring(changed, value, given, after)
            }
            Self::Named(id) => {
                let types = changed.context.types;
                let named = types.named_decoder(changed.py, *id)?;
                named.underlying().bring(changed, value, given, after)
            }
            Self::Record(id) | Self::Fields(id) | Self::Object(id) => {
                super::kind::record::bring(*id, changed, value, given, after)
            }
            Self::Any | Self::Interface(_) => any::bring(changed, value, given, after),
            Self::Nillable(inner) => {
                // What others hold is emptied too, but only a new value says nil.
                let whole = inner.bring(changed, value, given, after)?;
                let is_nil = matches!(changed.reader(after).token()?, Token::Nil);
                let was_nil = matches!(Reader::new(given).token()?, Token::Nil);
                Ok(whole && (was_nil || !is_nil))
            }
            Self::Float(Number::Float32) => {
                let (given, after) = (Reader::new(given).token()?, changed.reader(after).token()?);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::float_cmp,
                    reason = "Go rounds the same way, and what it left alone is the same"
                )]
                Ok(
                    matches!((given, after), (Token::Float(given), Token::Float(after))
                    if given as f32 == after as f32),
                )
            }
            _ => Ok(is_same(
                &mut Reader::new(given),
                &mut changed.reader(after),
            )?),
        }
    }

    /// Like [`Self::bring`]; what is to stand in the value's place, if it can't be
    /// changed.
    pub(super) fn bring_or_make<'c, 'py>(
        &self,
        changed: &Changed<'c, 'py>,
        value: &Bound<'py, PyAny>,
        given: &'c [u8],
        after: &'c [u8],
    ) -> Result<Option<Bound<'py, PyAny>>, DecodeError> {
        if self.bring(changed, value, given, after)? {
            return Ok(None);
        }
        changed.decode(self, after).map(Some)
    }

    /// What a value of the response is.
    pub(super) fn made<'c, 'py>(
        &self,
        changed: &Changed<'c, 'py>,
        after: &'c [u8],
    ) -> Result<Bound<'py, PyAny>, DecodeError> {
        changed.decode(self, after)
    }
}

fn bring_bytes<'py>(
    changed: &Changed<'_, 'py>,
    value: &Bound<'py, PyAny>,
    given: &[u8],
    after: &[u8],
) -> Result<bool, DecodeError> {
    let mut after = Reader::new(after);
    if changed.has_loan {
        // SAFETY: as in `Changed::reader`.
        after = unsafe { Reader::lending(after.rest(), true) };
    }
    let (given, after) = (Reader::new(given).token()?, after.token()?);
    let after = match (given, after) {
        // Go has written to the buffer itself.
        (Token::Extension(extension::CHANGED, _), _)
        | (Token::Nil | Token::Bin([]), Token::Nil) => return Ok(true),
        (Token::Bin(given), Token::Bin(after)) if given == after => return Ok(true),
        (Token::Bin(_), Token::Bin(after)) => after,
        (Token::Bin(_), Token::Nil) => &[],
        _ => return Ok(false),
    };
    if value.is_instance_of::<PyByteArray>() {
        let content = PyBytes::new(changed.py, after);
        value.set_item(PySlice::full(changed.py), content)?;
        return Ok(true);
    }
    let target = sequence::Target::of(value)?;
    let Some(target) = target.filter(sequence::Target::is_mutable) else {
        return Ok(false);
    };
    let before = value.len()?;
    if before != after.len() && target.keeps_length()? {
        return Ok(false);
    }
    for (at, byte) in after.iter().enumerate() {
        let byte = PyInt::new(changed.py, *byte).into_any();
        if at < before {
            target.set(at, &byte)?;
        } else {
            target.append(&byte)?;
        }
    }
    target.shorten(before.saturating_sub(after.len()))?;
    Ok(true)
}

/// Whether a value can be changed but for its length.
pub(crate) fn keeps_length(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    sequence::Target::of(value)?.map_or(Ok(false), |target| target.keeps_length())
}

/// Whether what a call makes of an argument can be brought into it: whether it is,
/// or holds, a list, a dict, a record, a buffer that can be written to.
pub(crate) fn is_changeable(
    context: &Context<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<bool, EncodeError> {
    if value.is_instance_of::<PyList>()
        || value.is_instance_of::<PyDict>()
        || value.is_instance_of::<PyByteArray>()
    {
        return Ok(true);
    }
    if let Ok(items) = value.cast::<PyTuple>() {
        for item in items.iter_borrowed() {
            if is_changeable(context, &item)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if value.is_none()
        || value.is_instance_of::<PyString>()
        || value.is_instance_of::<PyInt>()
        || value.is_instance_of::<PyFloat>()
        || value.is_instance_of::<PyBytes>()
        || value.is_instance_of::<PyComplex>()
    {
        return Ok(false);
    }
    if context.runtime.is_variable(value) {
        return Ok(false);
    }
    // One that is closed or of another library is refused when it is encoded.
    if !matches!(context.runtime.handle(value), Ok(None)) {
        return Ok(false);
    }
    if buffer::is_buffer(value) {
        // One that can't be read is refused when it is encoded; numpy's scalars never change.
        return Ok(buffer::export(value).is_ok_and(|exported| !exported.readonly()));
    }
    let py = value.py();
    match value.getattr_opt(intern!(py, "__dataclass_params__"))? {
        Some(parameters) => Ok(!parameters.getattr(intern!(py, "frozen"))?.is_truthy()?),
        None => Ok(true),
    }
}

/// Whether a value is of one of the usual types that carry no Go type.
#[inline]
pub(crate) fn is_plain(value: &Bound<'_, PyAny>) -> bool {
    value.is_exact_instance_of::<PyString>()
        || value.is_exact_instance_of::<PyInt>()
        || value.is_none()
        || value.is_exact_instance_of::<PyDict>()
        || value.is_exact_instance_of::<PyList>()
        || value.is_exact_instance_of::<PyFloat>()
        || value.is_exact_instance_of::<PyBool>()
        || value.is_exact_instance_of::<PyBytes>()
}

/// Whether a value can be changed and carries its Go type, so that an interface holds
/// what Go can change.
pub(crate) fn is_carried(
    context: &Context<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<bool, EncodeError> {
    if is_plain(value) || context.runtime.go_type(&value.get_type()).is_none() {
        return Ok(false);
    }
    is_changeable(context, value)
}

impl Output<'_> {
    /// What was sent.
    pub(crate) fn sent(&self) -> Sent<'_> {
        Sent::new(self.bytes(), self.kept())
    }
}
