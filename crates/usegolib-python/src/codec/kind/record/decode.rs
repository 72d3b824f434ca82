//! Records out: dicts with canonical keys, or dataclass instances.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use usegolib::schema::shape::TypeId;

use super::super::{mismatch, zero};
use super::dataclass::DataclassForm;
use crate::codec::{Context, DecodeError, Decoder, HIDDEN_STATE, Input, Runtime, Structs, Types};
use crate::cpython::dict;
use crate::cpython::instance::DictClass;
use crate::wire::format::FIX_ARRAY;
use crate::wire::{Handle, Token, WireKey, extension};

/// An array of two: a handle to the hidden state, and the fields.
const PAIR: u8 = FIX_ARRAY | 2;

/// The fields of a struct, ready to be read.
#[derive(Debug)]
pub(crate) struct RecordDecoder {
    pub(super) fields: Box<[FieldDecoder]>,
    form: Form,
    /// Whether the struct has state that the fields don't show.
    hidden: bool,
}

/// What a record becomes.
#[derive(Debug)]
enum Form {
    /// A dict.
    Dict {
        /// One with every key, to start from: copying it is faster than filling
        /// an empty one. None if some fields may be left out.
        template: Option<Py<PyDict>>,
        /// The class that it is an instance of.
        class: Option<DictClass>,
    },
    /// A dataclass instance.
    Dataclass(DataclassForm),
}

/// What a record is decoded for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// To be the struct in Python.
    Value,
    /// To have the fields of a struct by key, whatever structs are in Python.
    Fields,
}

#[derive(Debug)]
pub(super) struct FieldDecoder {
    pub(super) name: &'static str,
    /// The canonical key, interned.
    key: Py<PyString>,
    /// The canonical key on the wire.
    wire: WireKey,
    /// Whether the field is there even when empty.
    required: bool,
    pub(super) decoder: Decoder,
}

impl RecordDecoder {
    pub(crate) fn compile(
        py: Python<'_>,
        types: &Types,
        runtime: &dyn Runtime,
        id: TypeId,
        use_: Use,
    ) -> Result<Self, DecodeError> {
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
                    decoder: decoder.of_field(),
                })
            })
            .collect::<Result<Box<[FieldDecoder]>, DecodeError>>()?;
        let dataclass = match (use_, types.options().structs) {
            (Use::Value, Structs::Dataclasses) => runtime.dataclass(py, id)?,
            _ => None,
        };
        let form = match dataclass {
            Some(class) => {
                let keys = fields.iter().map(|field| (field.name, field.required));
                Form::Dataclass(DataclassForm::new(&class, keys)?)
            }
            None => Form::Dict {
                template: template(py, &fields)?,
                class: match use_ {
                    Use::Value => {
                        let class = runtime.value_class(py, id);
                        class.map(|class| DictClass::new(&class)).transpose()?
                    }
                    Use::Fields => None,
                },
            },
        };
        Ok(Self {
            fields,
            form,
            hidden: declaration.hidden,
        })
    }
}

/// A dict with every key, if every record has them all.
fn template(py: Python<'_>, fields: &[FieldDecoder]) -> PyResult<Option<Py<PyDict>>> {
    if !fields.iter().all(|field| field.required) {
        return Ok(None);
    }
    let template = PyDict::new(py);
    for field in fields {
        dict::set(&template, field.key.bind(py), py.None().bind(py))?;
    }
    Ok(Some(template.unbind()))
}

pub(crate) fn decode<'py>(
    id: TypeId,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    let Context { types, runtime, .. } = *input.context;
    let record = types.record_decoder(input.py, runtime, id)?;
    record.decode(id, input)
}

/// The fields of a struct as a dict.
pub(crate) fn decode_fields<'py>(
    id: TypeId,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    let Context { types, runtime, .. } = *input.context;
    let record = types.fields_decoder(input.py, runtime, id)?;
    record.decode(id, input)
}

/// An empty record, or one in which every field is still to be set.
#[inline(always)]
fn begin<'py>(
    py: Python<'py>,
    template: Option<&Py<PyDict>>,
    class: Option<&DictClass>,
) -> PyResult<Bound<'py, PyDict>> {
    let plain = || match template {
        Some(template) => template.bind(py).copy(),
        None => Ok(PyDict::new(py)),
    };
    match class {
        Some(class) => class.of(py, plain),
        None => plain(),
    }
}

impl RecordDecoder {
    /// The struct with all its fields zero; None if only Go can make it.
    pub(crate) fn zero<'py>(
        &self,
        py: Python<'py>,
        context: &Context<'_>,
    ) -> Result<Option<Bound<'py, PyAny>>, DecodeError> {
        let zeros = self.fields.iter().map(|field| {
            if field.required {
                zero::zero(&field.decoder, py, context)
            } else {
                Ok(None)
            }
        });
        let zeros = zeros.collect::<Result<Vec<_>, _>>()?;
        if self
            .fields
            .iter()
            .zip(&zeros)
            .any(|(field, zero)| field.required && zero.is_none())
        {
            return Ok(None);
        }
        let zeros = || {
            zeros
                .iter()
                .enumerate()
                .filter_map(|(at, zero)| Some((at, zero.as_ref()?)))
        };
        Ok(Some(match &self.form {
            Form::Dict { class, .. } => {
                let dict = begin(py, None, class.as_ref())?;
                let filling = DictFilling {
                    fields: &self.fields,
                    dict: &dict,
                };
                for (at, value) in zeros() {
                    filling.set(at, value)?;
                }
                dict.into_any()
            }
            Form::Dataclass(form) => {
                let filling = form.begin(py)?;
                for (at, field) in self.fields.iter().enumerate() {
                    if !field.required {
                        filling.absent(at)?;
                    }
                }
                for (at, value) in zeros() {
                    filling.set(at, value)?;
                }
                filling.finish()?
            }
        }))
    }

    #[inline(always)]
    fn decode<'py>(
        &self,
        id: TypeId,
        input: &mut Input<'_, 'py>,
    ) -> Result<Bound<'py, PyAny>, DecodeError> {
        let (record, py, Context { types, runtime, .. }) = (self, input.py, *input.context);
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
        let (result, keeps_state) = match &record.form {
            Form::Dict { template, class } => {
                let result = begin(py, template.as_ref(), class.as_ref())?;
                let filling = DictFilling {
                    fields: &record.fields,
                    dict: &result,
                };
                record.fields_into(length, input, &filling)?;
                (result.into_any(), class.is_some())
            }
            Form::Dataclass(form) => {
                let filling = form.begin(py)?;
                record.fields_into(length, input, &filling)?;
                (filling.finish()?, true)
            }
        };
        if let (Some(handle), true) = (state, keeps_state) {
            let state = runtime.object(py, handle)?;
            result.setattr(PyString::intern(py, HIDDEN_STATE), state)?;
        }
        input.leave();
        Ok(result)
    }
}

fn read_state(input: &mut Input<'_, '_>) -> Result<Handle, DecodeError> {
    match input.token()? {
        Token::Extension(extension::HANDLE, payload) => Ok(Handle::parse(payload)?),
        other => Err(mismatch::token("a handle to hidden state", other)),
    }
}

/// A record while its fields are read.
pub(super) trait Filling<'py> {
    /// Sets the field at that place.
    fn set(&self, at: usize, value: &Bound<'py, PyAny>) -> PyResult<()>;

    /// Makes the field at that place, one that was left out, what it then is.
    fn absent(&self, at: usize) -> PyResult<()>;

    /// Whether the field at that place, one that may be left out, has been set
    /// to something else.
    fn has(&self, at: usize) -> PyResult<bool>;
}

struct DictFilling<'a, 'py> {
    fields: &'a [FieldDecoder],
    dict: &'a Bound<'py, PyDict>,
}

impl<'py> Filling<'py> for DictFilling<'_, 'py> {
    #[inline(always)]
    fn set(&self, at: usize, value: &Bound<'py, PyAny>) -> PyResult<()> {
        dict::set(self.dict, self.fields[at].key.bind(self.dict.py()), value)
    }

    #[inline(always)]
    fn absent(&self, _at: usize) -> PyResult<()> {
        Ok(())
    }

    fn has(&self, at: usize) -> PyResult<bool> {
        self.dict.contains(self.fields[at].key.bind(self.dict.py()))
    }
}

impl RecordDecoder {
    /// Reads the fields, of which there are `length`, into a record.
    #[inline(always)]
    fn fields_into<'py>(
        &self,
        length: usize,
        input: &mut Input<'_, 'py>,
        filling: &impl Filling<'py>,
    ) -> Result<(), DecodeError> {
        let mut left = length;
        for (at, field) in self.fields.iter().enumerate() {
            if left > 0 && input.skip_key(&field.wire) {
                filling.set(at, &field.decode(input)?)?;
                left -= 1;
            } else if field.required {
                return self.fields_in_any_order(at, left, input, filling);
            } else {
                filling.absent(at)?;
            }
        }
        if left > 0 {
            return self.fields_in_any_order(self.fields.len(), left, input, filling);
        }
        Ok(())
    }

    /// The rest of the fields, however they come; the required ones of the
    /// first `done` are there.
    #[cold]
    fn fields_in_any_order<'py>(
        &self,
        done: usize,
        left: usize,
        input: &mut Input<'_, 'py>,
        filling: &dyn Filling<'py>,
    ) -> Result<(), DecodeError> {
        let mut seen = Vec::with_capacity(self.fields.len());
        for (at, field) in self.fields.iter().enumerate() {
            seen.push(at < done && (field.required || filling.has(at)?));
            if at >= done && !field.required {
                filling.absent(at)?;
            }
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
            filling.set(at, &field.decode(input)?)?;
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
    /// Reads the field's value.
    #[inline]
    fn decode<'py>(&self, input: &mut Input<'_, 'py>) -> Result<Bound<'py, PyAny>, DecodeError> {
        let value = self.decoder.decode(input);
        value.map_err(|error| error.in_field(self.name))
    }
}
