//! Handles where the type says which: to objects, to opaque values, to the
//! struct that stands for its record.

use pyo3::prelude::*;
use usegolib::schema::shape::TypeId;

use super::{host, mismatch};
use crate::codec::{DecodeError, EncodeError, Input, Output, Types};
use crate::wire::{Handle, Token, extension};

/// Writes a handle after comparing its type with the expected one. A value of
/// a type outside the schema is left for Go to check.
pub(super) fn encode(
    id: TypeId,
    pointer: &str,
    handle: Handle,
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    if handle.type_id().is_some_and(|found| found != id) {
        return Err(wrong_type(out.context.types, id, pointer, handle));
    }
    out.handle(handle);
    out.keep(value);
    Ok(())
}

#[cold]
fn wrong_type(types: &Types, id: TypeId, pointer: &str, handle: Handle) -> EncodeError {
    let found = handle
        .type_id()
        .filter(|found| types.has(*found))
        .map_or_else(|| "unknown type".to_owned(), |found| types.name(found));
    EncodeError::new(format!(
        "expected {pointer}{}, got an object of {found}",
        types.name(id)
    ))
}

pub(in crate::codec) fn decode<'py>(
    id: TypeId,
    pointer: &str,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    match input.token()? {
        Token::Nil => Ok(input.py.None().into_bound(input.py)),
        Token::Extension(extension::HANDLE, payload) => {
            let handle = Handle::parse(payload)?;
            if handle.type_id().is_some_and(|found| found != id) {
                return Err(wrong_type(input.context.types, id, pointer, handle));
            }
            Ok(input.object(handle)?)
        }
        Token::Extension(extension::HOST, payload) => host::decode(payload, input),
        other => {
            let expected = format!("{pointer}{}", input.context.types.name(id));
            Err(mismatch::token(&expected, other))
        }
    }
}
