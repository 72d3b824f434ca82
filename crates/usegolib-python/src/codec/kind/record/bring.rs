//! Records that a call has changed: dicts, other mappings and dataclass instances.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use usegolib::schema::shape::TypeId;

use super::super::zero;
use crate::codec::change::{Changed, entries, is_empty};
use crate::codec::runtime::HIDDEN_STATE;
use crate::codec::{DecodeError, Decoder};
use crate::wire::{Reader, Token, WireError};

/// A record on the wire.
struct Fields<'c> {
    /// The handle to its hidden state.
    state: Option<&'c [u8]>,
    /// Canonical keys and values.
    entries: Vec<(&'c [u8], &'c [u8])>,
}

impl<'c> Fields<'c> {
    /// The fields of a record; `None` if it is a handle, or nil.
    fn of(mut reader: Reader<'c>) -> Result<Option<Self>, WireError> {
        let mut state = None;
        let mut start = reader.rest();
        match reader.token()? {
            Token::Array(2) if reader.at_handle() => {
                state = Some(reader.value()?);
                start = reader.rest();
            }
            Token::Map(_) => {}
            _ => return Ok(None),
        }
        let found = entries(reader.of_part(start))?;
        Ok(found.map(|entries| Self { state, entries }))
    }

    fn get(&self, key: &str) -> Option<&'c [u8]> {
        let found = self.entries.iter().find(|(found, _)| {
            matches!(Reader::new(found).token(), Ok(Token::Str(text)) if text == key.as_bytes())
        });
        found.map(|(_, value)| *value)
    }
}

/// Brings what a call made of a record into the Python value that was given.
pub(crate) fn bring<'c, 'py>(
    id: TypeId,
    changed: &Changed<'c, 'py>,
    value: &Bound<'py, PyAny>,
    given: &'c [u8],
    after: &'c [u8],
) -> Result<bool, DecodeError> {
    let (Some(old), Some(new)) = (
        Fields::of(Reader::new(given))?,
        Fields::of(changed.reader(after))?,
    ) else {
        // A handle stands for the struct itself, which is what Go made of it; another
        // one, or one where nil was, is another struct.
        let is_reference = |token| matches!(token, Token::Nil | Token::Extension(..));
        let is_other = is_reference(Reader::new(given).token()?)
            && is_reference(changed.reader(after).token()?);
        return Ok(!is_other || given == after);
    };
    let py = changed.py;
    let types = changed.types();
    let encoder = types.record_encoder(py, id)?;
    let decoder = types.fields_decoder(py, changed.library().runtime, id)?;
    let Some(target) = Target::of(value)? else {
        return Ok(false);
    };
    for (field, names) in decoder.fields.iter().zip(&encoder.fields) {
        let (before, now) = (old.get(field.name), new.get(field.name));
        let at_fault = |error: DecodeError| error.in_field(field.name);
        match (before, now) {
            (Some(before), Some(now)) => {
                let Some(old) = target.get(&names.names)? else {
                    continue;
                };
                let made = field.decoder.bring_or_make(changed, &old, before, now);
                if let Some(made) = made.map_err(at_fault)? {
                    target.set(&names.names, &made)?;
                }
            }
            (Some(before), None) if !is_empty(before)? => {
                let zero = zero::zero(&field.decoder, py, changed.library())?;
                target.remove(&names.names, zero)?;
            }
            (None, Some(now)) if !is_empty(now)? => {
                let made = field.decoder.made(changed, now).map_err(at_fault)?;
                target.set(&names.names, &made)?;
            }
            _ => {}
        }
    }
    if let Some(state) = new.state
        && value.hasattr(HIDDEN_STATE)?
    {
        value.setattr(HIDDEN_STATE, Decoder::Any.made(changed, state)?)?;
    }
    Ok(true)
}

/// What a record was given as.
enum Target<'a, 'py> {
    Mapping(&'a Bound<'py, PyAny>),
    /// A dataclass instance, and its class's fields.
    Dataclass(&'a Bound<'py, PyAny>, Bound<'py, PyAny>),
}

impl<'a, 'py> Target<'a, 'py> {
    fn of(value: &'a Bound<'py, PyAny>) -> PyResult<Option<Self>> {
        let py = value.py();
        if value.is_instance_of::<PyDict>() {
            return Ok(Some(Self::Mapping(value)));
        }
        if let Some(fields) = value.getattr_opt(intern!(py, "__dataclass_fields__"))? {
            return Ok(Some(Self::Dataclass(value, fields)));
        }
        let class = value.get_type();
        let is_mapping =
            class.hasattr(intern!(py, "keys"))? && class.hasattr(intern!(py, "__setitem__"))?;
        Ok(is_mapping.then_some(Self::Mapping(value)))
    }

    /// The key or attribute that has the field of one of these names.
    fn place(&self, names: &[&str]) -> PyResult<Option<Bound<'py, PyString>>> {
        match self {
            Self::Mapping(value) => {
                for name in names {
                    if value.contains(*name)? {
                        return Ok(Some(PyString::new(value.py(), name)));
                    }
                }
                Ok(None)
            }
            Self::Dataclass(value, fields) => {
                let py = value.py();
                for entry in fields.call_method0(intern!(py, "items"))?.try_iter()? {
                    let (name, field): (Bound<'_, PyString>, Bound<'_, PyAny>) =
                        entry?.extract()?;
                    let metadata = field.getattr(intern!(py, "metadata"))?;
                    let key =
                        metadata.call_method1(intern!(py, "get"), (intern!(py, "go"), &name))?;
                    if key
                        .cast::<PyString>()
                        .is_ok_and(|key| names.iter().any(|name| key == name))
                    {
                        return Ok(Some(name));
                    }
                }
                Ok(None)
            }
        }
    }

    fn get(&self, names: &[&str]) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(place) = self.place(names)? else {
            return Ok(None);
        };
        match self {
            Self::Mapping(value) => value.get_item(place).map(Some),
            Self::Dataclass(value, _) => value.getattr(place).map(Some),
        }
    }

    fn set(&self, names: &[&str], made: &Bound<'py, PyAny>) -> PyResult<()> {
        match (self, self.place(names)?) {
            (Self::Mapping(value), Some(place)) => value.set_item(place, made),
            (Self::Mapping(value), None) => value.set_item(names[0], made),
            (Self::Dataclass(value, _), Some(place)) => value.setattr(place, made),
            (Self::Dataclass(..), None) => Ok(()),
        }
    }

    /// The field is left out now: empty.
    fn remove(&self, names: &[&str], zero: Option<Bound<'py, PyAny>>) -> PyResult<()> {
        match (self, self.place(names)?) {
            (Self::Mapping(value), Some(place)) => value.del_item(place),
            (Self::Dataclass(value, _), Some(place)) => value.setattr(place, zero),
            (_, None) => Ok(()),
        }
    }
}
