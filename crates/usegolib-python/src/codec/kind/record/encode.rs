//! Records in: from dicts, mappings, dataclass instances and objects.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple, PyType};
use usegolib::python::names;
use usegolib::schema::shape::TypeId;

use super::super::{handle, map, mismatch};
use super::{changed, expected, problems};
use crate::codec::runtime::HIDDEN_STATE;
use crate::codec::{EncodeError, Encoder, Output, Types};
use crate::cpython::dict::{self, Entries};
use crate::wire::WireKey;

/// The fields of a struct, ready to be written.
#[derive(Debug)]
pub(crate) struct RecordEncoder {
    pub(super) fields: Box<[FieldEncoder]>,
    /// Whether the struct has state that the fields don't show.
    hidden: bool,
}

/// One field, ready to be written.
#[derive(Debug)]
pub(super) struct FieldEncoder {
    /// The canonical key.
    pub(super) name: &'static str,
    /// The canonical key, interned.
    key: Py<PyString>,
    /// Other keys that are accepted, interned.
    aliases: Box<[Py<PyString>]>,
    /// All that are accepted, for messages.
    pub(super) names: Box<[&'static str]>,
    /// The canonical key on the wire.
    wire: WireKey,
    pub(super) required: bool,
    encoder: Encoder,
}

impl RecordEncoder {
    fn is_optional(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        for field in &self.fields {
            if !field.required && key.eq(field.key.bind(key.py()))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(crate) fn compile(py: Python<'_>, types: &Types, id: TypeId) -> Result<Self, EncodeError> {
        let declaration = types.declaration(id);
        let mut taken: Vec<&str> = declaration.fields.iter().map(|f| f.key.as_str()).collect();
        let mut fields = Vec::with_capacity(declaration.fields.len());
        for field in &declaration.fields {
            // A key stands for one field: canonical keys first.
            let mut names = vec![field.key.as_str()];
            for alias in &field.aliases {
                if !taken.contains(&alias.as_str()) {
                    taken.push(alias);
                    names.push(alias);
                }
            }
            // Keywords come as Python's source can write them.
            for at in 0..names.len() {
                let written = names::attribute(names[at]);
                if written != names[at] && !taken.contains(&&*written) {
                    let written: &'static str = String::leak(written.into_owned());
                    taken.push(written);
                    names.push(written);
                }
            }
            let interned = |name: &str| PyString::intern(py, name).unbind();
            fields.push(FieldEncoder {
                name: &field.key,
                key: interned(&field.key),
                aliases: names[1..].iter().map(|name| interned(name)).collect(),
                names: names.into(),
                wire: WireKey::new(&field.key),
                required: field.required,
                encoder: types
                    .encoder(&field.type_)
                    .map_err(|error| EncodeError::from(error).in_field(&field.key))?,
            });
        }
        Ok(Self {
            fields: fields.into(),
            hidden: declaration.hidden,
        })
    }
}

/// Writes a record; `partial` if any field may be missing.
pub(crate) fn encode(
    id: TypeId,
    partial: bool,
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    let types = out.context.types;
    let record = types.record_encoder(value.py(), id)?;
    match value.cast::<PyDict>() {
        Ok(dict) if !record.hidden || dict.is_exact_instance_of::<PyDict>() => {
            encode_fields(record, partial, out, dict)
        }
        _ => encode_other(id, record, partial, out, value),
    }
}

#[inline(never)]
fn encode_other(
    id: TypeId,
    record: &RecordEncoder,
    partial: bool,
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    let runtime = out.context.runtime;
    if let Ok(dict) = value.cast::<PyDict>() {
        if record.hidden {
            if runtime.go_type(&value.get_type()) == Some(id) {
                return encode_with_state(record, partial, out, value, dict);
            }
            // Its state can't come along, and would be lost silently.
            if let Some(error) = runtime.foreign(value) {
                return Err(error);
            }
        }
        return encode_fields(record, partial, out, dict);
    }
    if let Some(handle) = runtime.handle(value)? {
        return handle::encode(id, "", handle, out, value);
    }
    if let Some(dict) = fields_of(record, value)? {
        if record.hidden && runtime.go_type(&value.get_type()) == Some(id) {
            return encode_with_state(record, partial, out, value, &dict);
        }
        if record.hidden
            && let Some(error) = runtime.foreign(value)
        {
            return Err(error);
        }
        return encode_fields(record, partial, out, &dict);
    }
    Err(mismatch::value(
        &expected(&out.context.types.name(id)),
        value,
    ))
}

/// Writes a record that came from Go along with its hidden state.
fn encode_with_state(
    record: &RecordEncoder,
    partial: bool,
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
    dict: &Bound<'_, PyDict>,
) -> Result<(), EncodeError> {
    let state = value.getattr_opt(PyString::intern(dict.py(), HIDDEN_STATE))?;
    if let Some(state) = state
        && let Some(handle) = out.context.runtime.handle(&state)?
    {
        out.array(2)?;
        out.handle(handle);
        out.keep(&state);
    }
    encode_fields(record, partial, out, dict)
}

/// What else can stand for a record, as a dict: a mapping, a dataclass
/// instance, or the pairs that a record is as a map's key.
#[inline(never)] // Its variables would be on the stack once per level of a deep value.
fn fields_of<'py>(
    record: &RecordEncoder,
    value: &Bound<'py, PyAny>,
) -> Result<Option<Bound<'py, PyDict>>, EncodeError> {
    let py = value.py();
    if let Some(dict) = map::to_dict(value)? {
        return Ok(Some(dict));
    }
    if let Ok(pairs) = value.cast::<PyTuple>() {
        let dict = PyDict::new(py);
        for pair in pairs {
            let Ok((key, value)) = pair.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>() else {
                return Ok(None);
            };
            if !key.is_instance_of::<PyString>() {
                return Ok(None);
            }
            dict.set_item(key, value)?;
        }
        return Ok(Some(dict));
    }
    if value.is_instance_of::<PyType>() {
        return Ok(None);
    }
    let Some(fields) = value.getattr_opt(intern!(py, "__dataclass_fields__"))? else {
        return Ok(None);
    };
    dataclass_fields(record, value, &fields).map(Some)
}

/// A dataclass instance's fields, by the key in a field's metadata (`"go"`),
/// else by its name.
fn dataclass_fields<'py>(
    record: &RecordEncoder,
    value: &Bound<'py, PyAny>,
    fields: &Bound<'py, PyAny>,
) -> Result<Bound<'py, PyDict>, EncodeError> {
    let py = value.py();
    let dict = PyDict::new(py);
    for entry in fields.call_method0(intern!(py, "items"))?.try_iter()? {
        let (name, field): (Bound<'_, PyString>, Bound<'_, PyAny>) = entry?.extract()?;
        let metadata = field.getattr(intern!(py, "metadata"))?;
        let key = metadata.call_method1(intern!(py, "get"), (intern!(py, "go"), &name))?;
        let value = value.getattr(&name)?;
        // An optional field without a value isn't given.
        if value.is_none() && record.is_optional(&key)? {
            continue;
        }
        dict.set_item(key, value)?;
    }
    Ok(dict)
}

fn encode_fields(
    record: &RecordEncoder,
    partial: bool,
    out: &mut Output<'_>,
    dict: &Bound<'_, PyDict>,
) -> Result<(), EncodeError> {
    let py = dict.py();
    let length = dict.len();
    out.enter()?;
    // Every entry is a field, or it is an error: so that many will follow.
    out.map(length)?;
    let mut written = 0;
    // Entries mostly come in schema order, with the very keys that were interned.
    let mut entries = Entries::new(dict);
    let mut ordered = true;
    for field in &record.fields {
        let key = field.key.bind(py);
        if ordered {
            match entries.next() {
                Some((found, value)) if found.is(key) => {
                    field.encode(out, &value)?;
                    written += 1;
                    continue;
                }
                _ => ordered = false,
            }
        }
        let mut value = dict::get(dict, key)?;
        for alias in &field.aliases {
            if value.is_some() {
                break;
            }
            value = dict::get(dict, alias.bind(py))?;
        }
        match value {
            Some(value) => {
                field.encode(out, &value)?;
                written += 1;
            }
            None if field.required && !partial => {
                return Err(problems::find(record, partial, dict));
            }
            None => {}
        }
    }
    if written != length {
        return Err(problems::find(record, partial, dict));
    }
    if dict.len() != length {
        return Err(changed());
    }
    out.leave();
    Ok(())
}

impl FieldEncoder {
    #[inline]
    fn encode(&self, out: &mut Output<'_>, value: &Bound<'_, PyAny>) -> Result<(), EncodeError> {
        out.key(&self.wire);
        self.encoder
            .encode(out, value)
            .map_err(|error| error.in_field(self.name))
    }
}
