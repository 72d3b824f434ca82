//! Python values that Go holds: callables on their way to Go, and what Go gives back.

use pyo3::prelude::*;
use usegolib::schema::shape::TypeId;

use super::mismatch;
use crate::codec::{DecodeError, EncodeError, Input, Output};
use crate::wire::Handle;

/// Offers a callable to Go, where messages say that `expected` is wanted.
pub(super) fn encode(
    id: Option<TypeId>,
    expected: &str,
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    let Some(offer) = out.context.runtime.offer(id, value)? else {
        return Err(mismatch::value(expected, value));
    };
    out.offer(offer);
    Ok(())
}

/// What Go gives back is what it was given.
pub(super) fn decode<'py>(
    payload: &[u8],
    input: &Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    let (handle, slot) = Handle::parse_hosted(payload)?;
    Ok(input.context.runtime.hosted(input.py, slot, handle)?)
}
