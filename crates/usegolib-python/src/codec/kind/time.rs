//! `time.Time`: RFC 3339 text. What the text can't say (a place, a monotonic
//! reading, seconds in an offset, a year of five digits) stays in Go: the str has
//! a reference to the time, as a record has one to its hidden state.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDate, PyDateTime, PyDelta, PyDeltaAccess, PyString, PyTzInfo};
use usegolib::schema::adapter::Adapter;

use super::{mismatch, named, rfc3339};
use crate::codec::{DecodeError, EncodeError, HIDDEN_STATE, Input, Output};
use crate::cpython::string as text;
use crate::wire::format::FIX_ARRAY;
use crate::wire::{Handle, Token, extension};

/// An array of two: a handle to the time, and its text.
const PAIR: u8 = FIX_ARRAY | 2;

pub(super) fn decode<'py>(input: &mut Input<'_, 'py>) -> Result<Bound<'py, PyAny>, DecodeError> {
    let py = input.py;
    let whole = if input.skip(&[PAIR]) {
        match input.token()? {
            Token::Extension(extension::HANDLE, payload) => Some(Handle::parse(payload)?),
            other => return Err(mismatch::token("a handle to a time", other)),
        }
    } else {
        None
    };
    let time = match input.token()? {
        Token::Str(time) if whole.is_some() || rfc3339::is_written(time) => text::new(py, time)?,
        Token::Str(other) => {
            return Err(DecodeError::new(format!(
                "expected time.Time (as 2006-01-02T15:04:05.999999999Z), got {:?}",
                String::from_utf8_lossy(other)
            )));
        }
        other => return Err(mismatch::token("time.Time (str)", other)),
    };
    let runtime = input.context.runtime;
    let Some(id) = input.context.types.adapted(Adapter::Time) else {
        return Ok(time.into_any());
    };
    let value = named::with_methods(runtime, id, time.into_any())?;
    if let Some(handle) = whole
        && !value.is_exact_instance_of::<PyString>()
    {
        let state = runtime.object(py, handle)?;
        value.setattr(PyString::intern(py, HIDDEN_STATE), state)?;
    }
    Ok(value)
}

/// The reference to the time that a str of this library stands for. A time of
/// another library is its text: they have no locations in common.
fn state_of<'py>(
    out: &Output<'_>,
    value: &Bound<'py, PyAny>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    if value.is_exact_instance_of::<PyString>()
        || out.context.runtime.go_type(&value.get_type()).is_none()
    {
        return Ok(None);
    }
    value.getattr_opt(PyString::intern(value.py(), HIDDEN_STATE))
}

/// A str of RFC 3339, or an aware datetime.
pub(super) fn encode(out: &mut Output<'_>, value: &Bound<'_, PyAny>) -> Result<(), EncodeError> {
    if let Ok(time) = value.cast::<PyString>() {
        if let Some(state) = state_of(out, value)? {
            let handle = out.context.runtime.handle(&state)?;
            if let Some(handle) = handle {
                out.handle(handle);
                out.keep(&state);
                return Ok(());
            }
        }
        return match text::utf8(time) {
            Some(time) if rfc3339::is_valid(time) => Ok(out.str(time)?),
            _ => Err(EncodeError::new(format!(
                "expected time.Time (as 2006-01-02T15:04:05.999999999Z), got {}",
                mismatch::shown(value)
            ))),
        };
    }
    if let Ok(time) = value.cast::<PyDateTime>() {
        return encode_datetime(out, time);
    }
    Err(refused("time.Time (str or datetime)", value))
}

/// The error for what is neither a time nor a duration, with the way to make it one.
pub(super) fn refused(expected: &str, value: &Bound<'_, PyAny>) -> EncodeError {
    match way(value) {
        Some(way) => EncodeError::new(format!(
            "expected {expected}, got {}: {way}",
            mismatch::type_name(value)
        )),
        None => mismatch::value(expected, value),
    }
}

/// How a value that looks like a time or a duration is made one: it doesn't say which.
pub(super) fn way(value: &Bound<'_, PyAny>) -> Option<&'static str> {
    if value.is_instance_of::<PyDate>() && !value.is_instance_of::<PyDateTime>() {
        return Some(
            "a date is no instant: give a time and a zone, as with \
             datetime.combine(date, time(), tzinfo=timezone.utc)",
        );
    }
    match &*mismatch::type_name(value) {
        "numpy.datetime64" => Some(
            "it has no zone: give a datetime, as with \
             value.astype(\"M8[us]\").item().replace(tzinfo=timezone.utc)",
        ),
        "numpy.timedelta64" => Some(
            "it may be of years, and of ints: give a timedelta, as with \
             value.astype(\"m8[us]\").item()",
        ),
        _ => None,
    }
}

/// A datetime in Go's form: its own, with Z where the offset is none.
fn encode_datetime(out: &mut Output<'_>, time: &Bound<'_, PyDateTime>) -> Result<(), EncodeError> {
    let py = time.py();
    let offset = time.call_method0(intern!(py, "utcoffset"))?;
    let Ok(offset) = offset.cast::<PyDelta>() else {
        return Err(EncodeError::new(
            "the datetime is naive: give it a time zone, as with .astimezone() or \
             .replace(tzinfo=datetime.timezone.utc)",
        ));
    };
    // RFC 3339 has no seconds in an offset; the instant stays the same.
    let time = if offset.get_seconds() % 60 != 0 || offset.get_microseconds() != 0 {
        time.call_method1(intern!(py, "astimezone"), (PyTzInfo::utc(py)?,))?
    } else {
        time.clone().into_any()
    };
    let time = time.call_method0(intern!(py, "isoformat"))?;
    let time = time.cast::<PyString>().map_err(PyErr::from)?.to_cow()?;
    let utc = time.strip_suffix("+00:00").map(|time| format!("{time}Z"));
    let time = utc.as_deref().unwrap_or(&time);
    if !rfc3339::is_valid(time.as_bytes()) {
        return Err(EncodeError::new(format!(
            "the datetime's isoformat() is not RFC 3339: {time:?}"
        )));
    }
    Ok(out.str(time.as_bytes())?)
}
