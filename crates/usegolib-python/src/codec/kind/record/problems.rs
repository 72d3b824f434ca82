//! What is wrong with the keys of a dict that is no record.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use super::super::{mismatch, spelling};
use super::changed;
use super::encode::RecordEncoder;
use crate::codec::EncodeError;

/// All problems with a dict's keys in one message.
#[cold]
#[inline(never)]
pub(super) fn find(record: &RecordEncoder, partial: bool, dict: &Bound<'_, PyDict>) -> EncodeError {
    let mut given: Vec<Option<String>> = vec![None; record.fields.len()];
    let mut problems = Vec::new();
    for key in dict.keys() {
        let Ok(text) = key.cast::<PyString>() else {
            problems.push(format!(
                "a field's key must be str, got {}",
                mismatch::type_name(&key)
            ));
            continue;
        };
        let text = text.to_string_lossy();
        let found = record
            .fields
            .iter()
            .position(|field| field.names.contains(&&*text));
        let Some(at) = found else {
            problems.push(unknown(record, &text));
            continue;
        };
        match &given[at] {
            Some(before) => problems.push(format!(
                "field {:?} is given twice, as {before:?} and {text:?}",
                record.fields[at].name
            )),
            None => given[at] = Some(text.into_owned()),
        }
    }
    let missing = record
        .fields
        .iter()
        .zip(&given)
        .filter(|(field, given)| field.required && !partial && given.is_none())
        .map(|(field, _)| format!("missing field {:?}", field.name));
    problems.extend(missing);
    if problems.is_empty() {
        return changed();
    }
    EncodeError::new(problems.join("; "))
}

fn unknown(record: &RecordEncoder, key: &str) -> String {
    let names = record.fields.iter().flat_map(|field| &field.names).copied();
    match spelling::nearest(key, names) {
        Some(near) => format!("unknown field {key:?} (did you mean {near:?}?)"),
        None => format!("unknown field {key:?}"),
    }
}
