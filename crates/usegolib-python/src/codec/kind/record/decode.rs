//! Records out: dicts with canonical keys.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use usegolib::schema::shape::TypeId;

use super::super::mismatch;
use crate::codec::native::{dict, instance};
use crate::codec::request::extension;
use crate::codec::response::Token;
use crate::codec::runtime::HIDDEN_STATE;
use crate::codec::wire_key::WireKey;
use crate::codec::{DecodeError, Decoder, Handle, Response, Types};

/// An array of two: a handle to the hidden state, and the fields.
const PAIR: u8 = 0x92;

/// The fields of a struct, ready to be read.
#[derive(Debug)]
pub(crate) struct RecordDecoder {
    fields: Box<[FieldDecoder]>,
    /// A dict with every key, to start from: copying one is faster than
    /// filling one. None if some fields may be left out.
    template: Option<Py<PyDict>>,
    /// Whether records of this type are instances of a class of their own.
    class: bool,
    /// Whether the struct has state that the fields don't show.
    hidden: bool,
}

#[derive(Debug)]
struct FieldDecoder {
    name: &'static str,
    /// The canonical key, interned.
    key: Py<PyString>,
    /// The canonical key on the wire.
    wire: WireKey,
    /// Whether the field is there even when empty.
    required: bool,
    decoder: Decoder,
}

impl RecordDecoder {
    pub(crate) fn compile(py: Python<'_>, types: &Types, id: TypeId) -> Result<Self, DecodeError> {
        let declaration = types.declaration(id);
        let fields = declaration
            .fields
            .iter()
            .map(|field| {
                let decoder = types
                    .decoder(&field.type_)
                    .map_err(|error| DecodeError::from(error).in_field(&field.key))?;
                Ok(FieldDecoder {
                    name: &field.key,
                    key: PyString::intern(py, &field.key).unbind(),
                    wire: WireKey::new(&field.key),
                    required: !field.omitempty,
                    decoder,
                })
            })
            .collect::<Result<Box<[FieldDecoder]>, DecodeError>>()?;
        let template = if fields.iter().all(|field| field.required) {
            let template = PyDict::new(py);
            for field in &fields {
                dict::set(&template, field.key.bind(py), py.None().bind(py))?;
            }
            Some(template.unbind())
        } else {
            None
        };
        Ok(Self {
            fields,
            template,
            class: declaration.has_methods() || declaration.hidden || types.tags_records(),
            hidden: declaration.hidden,
        })
    }
}

pub(crate) fn decode<'py>(
    id: TypeId,
    input: &mut Response<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    let types = input.context.types;
    let record = types.record_decoder(input.py, id)?;
    input.enter()?;
    let state = if record.hidden && input.skip(&[PAIR]) {
        Some(read_state(input)?)
    } else {
        None
    };
    let length = match input.token()? {
        Token::Map(length) => length,
        other => return Err(mismatch::token(&types.name(id), other)),
    };
    let class = if record.class {
        input.context.runtime.value_class(input.py, id)
    } else {
        None
    };
    let result = match (&class, &record.template) {
        (Some(class), _) => instance::dict(class)?,
        (None, Some(template)) => template.bind(input.py).copy()?,
        (None, None) => PyDict::new(input.py),
    };
    record.fields_into(&result, length, input)?;
    if let (Some(handle), Some(_)) = (state, &class) {
        let state = input.context.runtime.object(input.py, handle)?;
        result.setattr(PyString::intern(input.py, HIDDEN_STATE), state)?;
    }
    input.leave();
    Ok(result.into_any())
}

fn read_state(input: &mut Response<'_, '_>) -> Result<Handle, DecodeError> {
    match input.token()? {
        Token::Extension(extension::HANDLE, payload) => Handle::parse(payload),
        other => Err(mismatch::token("a handle to hidden state", other)),
    }
}

impl RecordDecoder {
    fn fields_into<'py>(
        &self,
        result: &Bound<'py, PyDict>,
        length: usize,
        input: &mut Response<'_, 'py>,
    ) -> Result<(), DecodeError> {
        let mut left = length;
        for (at, field) in self.fields.iter().enumerate() {
            if left > 0 && input.skip_key(&field.wire) {
                field.decode(result, input)?;
                left -= 1;
            } else if field.required {
                return self.fields_in_any_order(result, at, left, input);
            }
        }
        if left > 0 {
            return self.fields_in_any_order(result, self.fields.len(), left, input);
        }
        Ok(())
    }

    /// The rest of the fields, however they come; the required ones of the
    /// first `done` are there.
    #[cold]
    fn fields_in_any_order<'py>(
        &self,
        result: &Bound<'py, PyDict>,
        done: usize,
        left: usize,
        input: &mut Response<'_, 'py>,
    ) -> Result<(), DecodeError> {
        let py = input.py;
        let mut seen = Vec::with_capacity(self.fields.len());
        for (at, field) in self.fields.iter().enumerate() {
            let set = field.required || result.contains(field.key.bind(py))?;
            seen.push(at < done && set);
        }
        for _ in 0..left {
            let key = match input.token()? {
                Token::Str(key) => key,
                other => return Err(mismatch::token("a field's key", other)),
            };
            let found = self
                .fields
                .iter()
                .position(|field| field.name.as_bytes() == key);
            let Some(at) = found else {
                return Err(DecodeError::new(format!(
                    "unknown field {:?}",
                    String::from_utf8_lossy(key)
                )));
            };
            let field = &self.fields[at];
            if std::mem::replace(&mut seen[at], true) {
                return Err(DecodeError::new(format!(
                    "field {:?} is there twice",
                    field.name
                )));
            }
            field.decode(result, input)?;
        }
        match self
            .fields
            .iter()
            .zip(seen)
            .find(|(f, seen)| f.required && !seen)
        {
            Some((field, _)) => Err(DecodeError::new(format!("missing field {:?}", field.name))),
            None => Ok(()),
        }
    }
}

impl FieldDecoder {
    /// Reads the field's value into a record.
    #[inline]
    fn decode<'py>(
        &self,
        record: &Bound<'py, PyDict>,
        input: &mut Response<'_, 'py>,
    ) -> Result<(), DecodeError> {
        let value = self
            .decoder
            .decode(input)
            .map_err(|error| error.in_field(self.name))?;
        dict::set(record, self.key.bind(input.py), &value)?;
        Ok(())
    }
}
