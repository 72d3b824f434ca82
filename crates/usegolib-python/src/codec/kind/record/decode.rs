//! Records out: dicts with canonical keys.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use usegolib::schema::shape::TypeId;

use super::super::mismatch;
use super::wire_key;
use crate::codec::native::{dict, instance};
use crate::codec::request::extension;
use crate::codec::response::Token;
use crate::codec::runtime::HIDDEN_STATE;
use crate::codec::{DecodeError, Decoder, Handle, Response, Types};

/// An array of two: a handle to the hidden state, and the fields.
const PAIR: u8 = 0x92;

/// The fields of a struct, ready to be read.
#[derive(Debug)]
pub(crate) struct RecordDecoder {
    fields: Box<[FieldDecoder]>,
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
    wire: Box<[u8]>,
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
                    wire: wire_key(&field.key),
                    required: !field.omitempty,
                    decoder,
                })
            })
            .collect::<Result<_, DecodeError>>()?;
        Ok(Self {
            fields,
            class: declaration.has_methods() || declaration.hidden,
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
    let result = match &class {
        Some(class) => instance::dict(class)?,
        None => dict::with_capacity(input.py, length.min(record.fields.len()))?,
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
        Token::Extension(extension::HANDLE, payload) => input.handle(payload),
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
        let py = input.py;
        let mut left = length;
        for field in &self.fields {
            if left > 0 && input.skip(&field.wire) {
                let value = field
                    .decoder
                    .decode(input)
                    .map_err(|error| error.in_field(field.name))?;
                dict::set(result, field.key.bind(py), &value)?;
                left -= 1;
            } else if field.required {
                return self.fields_in_any_order(result, left, input);
            }
        }
        if left > 0 {
            return self.fields_in_any_order(result, left, input);
        }
        Ok(())
    }

    /// The rest of the fields, however they come.
    #[cold]
    fn fields_in_any_order<'py>(
        &self,
        result: &Bound<'py, PyDict>,
        left: usize,
        input: &mut Response<'_, 'py>,
    ) -> Result<(), DecodeError> {
        let py = input.py;
        for _ in 0..left {
            let key = match input.token()? {
                Token::Str(key) => key,
                other => return Err(mismatch::token("a field's key", other)),
            };
            let Some(field) = self.fields.iter().find(|f| f.name.as_bytes() == key) else {
                return Err(DecodeError::new(format!(
                    "unknown field {:?}",
                    String::from_utf8_lossy(key)
                )));
            };
            if result.contains(field.key.bind(py))? {
                return Err(DecodeError::new(format!(
                    "field {:?} is there twice",
                    field.name
                )));
            }
            let value = field
                .decoder
                .decode(input)
                .map_err(|error| error.in_field(field.name))?;
            dict::set(result, field.key.bind(py), &value)?;
        }
        for field in &self.fields {
            if field.required && !result.contains(field.key.bind(py))? {
                return Err(DecodeError::new(format!("missing field {:?}", field.name)));
            }
        }
        Ok(())
    }
}
