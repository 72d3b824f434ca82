//! `time.Duration`: nanoseconds as an int, or a timedelta in; an int out.

use pyo3::prelude::*;
use pyo3::types::{PyDelta, PyDeltaAccess};
use usegolib::schema::shape::Number;

use super::{integer, mismatch, named};
use crate::codec::{DecodeError, EncodeError, Request, Response};

pub(crate) fn encode(out: &mut Request<'_>, value: &Bound<'_, PyAny>) -> Result<(), EncodeError> {
    if let Ok(delta) = value.cast::<PyDelta>() {
        return encode_timedelta(out, delta);
    }
    match integer::index(value)? {
        Some(int) => integer::encode(Number::Int64, out, &int),
        None => Err(mismatch::value(
            "time.Duration (int nanoseconds or timedelta)",
            value,
        )),
    }
}

fn encode_timedelta(out: &mut Request<'_>, delta: &Bound<'_, PyDelta>) -> Result<(), EncodeError> {
    let seconds = i64::from(delta.get_days()) * 86_400 + i64::from(delta.get_seconds());
    let nanoseconds = seconds
        .checked_mul(1_000_000_000)
        .and_then(|ns| ns.checked_add(i64::from(delta.get_microseconds()) * 1000));
    let Some(nanoseconds) = nanoseconds else {
        return Err(EncodeError::new(
            "the timedelta is out of range for time.Duration (about 292 years)",
        ));
    };
    out.signed(nanoseconds);
    Ok(())
}

pub(crate) fn decode<'py>(input: &mut Response<'_, 'py>) -> Result<Bound<'py, PyAny>, DecodeError> {
    let duration = integer::decode(Number::Int64, input)?;
    match input.context.types.adapters().duration {
        Some(id) => named::with_methods(input, id, duration),
        None => Ok(duration),
    }
}
