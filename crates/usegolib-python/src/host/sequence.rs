//! What Python can iterate over as Go's sequences: Go begins a loop, and asks for the
//! next items.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString};
use usegolib::schema::protocol::EnvelopeTag;
use usegolib::schema::shape::TypeId;

use super::signature::Callee;
use super::table::{self, Held, Slot};
use crate::call::{Scope, encode_error};
use crate::codec::{Context, EncodeError, Encoder, Kept, Offer, Output, mismatch};
use crate::wire::Writer;
use crate::wire::format::FIX_ARRAY;

const HEAD: [u8; 2] = [FIX_ARRAY | 2, EnvelopeTag::Result.number()];

/// A type of sequence: how its items are encoded.
pub(super) struct Sequence {
    pub(super) scope: Scope,
    /// Of each value that an item has: of a list of them.
    columns: Box<[Encoder]>,
    /// An item with several values, for messages.
    item: String,
}

/// Offers what can be iterated over, which was given at a place, as a sequence.
pub(crate) fn offer_sequence(
    scope: Scope,
    id: TypeId,
    value: &Bound<'_, PyAny>,
    place: (&str, &str),
) -> Result<Offer, EncodeError> {
    let sequence = sequence(scope, id)?;
    let given = value.py().import("usegolib._iteration")?;
    let given = given
        .getattr("Sequence")?
        .call1((value, sequence.columns.len(), place))?;
    Ok(table::offer_stand_in(
        &given,
        value,
        Callee::Iterable(sequence),
    ))
}

/// Begins a loop over what is in a slot, and writes the answer: nothing for a callable,
/// which is a sequence itself.
pub(super) fn iterate(py: Python<'_>, slot: Slot, answer: &mut Vec<u8>) -> PyResult<()> {
    let begun = match table::callee(py, slot) {
        Some((given, Callee::Iterable(sequence))) => {
            let iterator = given.call_method0(intern!(py, "begin"))?;
            Some(Held::Callee(iterator.unbind(), Callee::Iterator(sequence)))
        }
        _ => None,
    };
    answer.extend(HEAD);
    let mut writer = Writer::new(answer);
    match begun {
        Some(iterator) => writer.host(table::hold(iterator).0),
        None => writer.nil(),
    }
    Ok(())
}

/// Writes the next items of a loop: nothing at the end. Of an item that doesn't fit,
/// Go is told when it comes to that.
pub(super) fn next(
    iterator: &Bound<'_, PyAny>,
    sequence: &Sequence,
    answer: &mut Vec<u8>,
) -> PyResult<()> {
    let py = iterator.py();
    loop {
        let items = iterator.call_method0(intern!(py, "take"))?;
        let items = items.cast_into::<PyList>()?;
        answer.clear();
        answer.extend(HEAD);
        if items.is_empty() {
            Writer::new(answer).nil();
            return Ok(());
        }
        match sequence.write(&items, answer) {
            Ok(kept) => {
                super::answer::finish(kept, answer);
                return Ok(());
            }
            Err(_) if items.len() > 1 => {
                iterator.call_method1(intern!(py, "give_back"), (items,))?;
            }
            Err(error) => {
                let at: usize = iterator.getattr(intern!(py, "last"))?.extract()?;
                let place = iterator.getattr(intern!(py, "place"))?;
                let (callable, parameter): (String, String) = place.extract()?;
                let error = error.at_index_instead(at);
                return Err(match callable.as_str() {
                    "" => encode_error_of_type(py, error, &parameter),
                    _ => encode_error(py, error, &callable, &parameter),
                });
            }
        }
    }
}

/// The error about an item of what was given where nothing has a name.
#[cold]
fn encode_error_of_type(py: Python<'_>, error: EncodeError, type_: &str) -> PyErr {
    crate::call::encode_result_error(py, error, type_)
}

impl Sequence {
    /// Writes items: how many there are, and their values in columns.
    fn write(
        &self,
        items: &Bound<'_, PyList>,
        answer: &mut Vec<u8>,
    ) -> Result<Vec<Kept>, EncodeError> {
        let mut kept = Vec::new();
        let mut output = Output::new(self.scope.answers, Writer::new(answer), &mut kept);
        output.enter()?;
        output.array(1 + self.columns.len())?;
        output.unsigned(items.len() as u64);
        match &*self.columns {
            [] => {}
            [one] => one.encode(&mut output, items)?,
            columns => {
                let values = self.transpose(items)?;
                for (at, (encoder, column)) in columns.iter().zip(&values).enumerate() {
                    encoder
                        .encode(&mut output, column)
                        .map_err(|error| error.at_index_instead(at).at_index(0))?;
                }
            }
        }
        output.leave();
        Ok(kept)
    }

    /// The values of items that have several, in columns.
    fn transpose<'py>(
        &self,
        items: &Bound<'py, PyList>,
    ) -> Result<Vec<Bound<'py, PyList>>, EncodeError> {
        let py = items.py();
        let count = self.columns.len();
        let columns: Vec<_> = (0..count).map(|_| PyList::empty(py)).collect();
        for (at, item) in items.iter().enumerate() {
            let is_text = item.is_instance_of::<PyString>() || item.is_instance_of::<PyBytes>();
            let values: Vec<_> = match item.try_iter() {
                Ok(values) if !is_text => values.collect::<PyResult<_>>()?,
                Err(error) if !error.is_instance_of::<PyTypeError>(py) => return Err(error.into()),
                _ => Vec::new(),
            };
            if values.len() != count {
                return Err(mismatch(&self.item, &item).at_index(at));
            }
            for (column, value) in columns.iter().zip(values) {
                column.append(value)?;
            }
        }
        Ok(columns)
    }
}

/// The types that have been met, by where they are: like a library, for ever.
static KNOWN: Mutex<Option<HashMap<(usize, TypeId), &'static Sequence>>> = Mutex::new(None);

fn sequence(scope: Scope, id: TypeId) -> Result<&'static Sequence, EncodeError> {
    let key = (std::ptr::from_ref::<Context<'_>>(scope.context).addr(), id);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    if let Some(found) = known.get(&key) {
        return Ok(found);
    }
    let types = scope.context.types;
    let items = types.yielded(id).ok_or_else(|| {
        EncodeError::new(format!(
            "Python can't stand for {}: its items can't cross",
            types.name(id)
        ))
    })?;
    let columns = items
        .iter()
        .map(|item| types.encoder(&format!("[]{item}")))
        .collect::<Result<_, _>>()?;
    let described = items
        .iter()
        .map(|item| Ok(types.encoder(item)?.describe(types)))
        .collect::<Result<Vec<_>, EncodeError>>()?;
    let sequence = Box::leak(Box::new(Sequence {
        scope,
        columns,
        item: format!("{} values ({})", items.len(), described.join(", ")),
    }));
    known.insert(key, sequence);
    Ok(sequence)
}
