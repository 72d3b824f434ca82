//! Adapted types: what each is made from and what it becomes. What else there
//! is to know of them is in their descriptors.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDelta, PyDeltaAccess, PyString, PyType};
use usegolib::schema::adapter::Adapter;
use usegolib::schema::shape::Number;

use super::{chronology, integer, mismatch, named, string, time};
use crate::codec::{DecodeError, EncodeError, Input, Output, Times};
use crate::cpython::string as text;
use crate::wire::Token;

pub(crate) fn encode(
    adapter: Adapter,
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    match adapter {
        Adapter::Time => time::encode(out, value),
        Adapter::Duration => encode_duration(out, value),
        Adapter::Uuid => encode_uuid(out, value),
    }
}

pub(crate) fn decode<'py>(
    adapter: Adapter,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    if input.context.types.options().times == Times::Python {
        let value = match adapter {
            Adapter::Time => time::decode(input)?,
            Adapter::Uuid => decode_uuid(input)?,
            Adapter::Duration => integer::decode(Number::Int64, input)?,
        };
        return chronology::of(adapter, &value);
    }
    let value = match adapter {
        Adapter::Time => return time::decode(input),
        Adapter::Uuid => decode_uuid(input)?,
        Adapter::Duration => integer::decode(Number::Int64, input)?,
    };
    match input.context.types.adapted(adapter) {
        Some(id) => Ok(named::with_methods(input.context.runtime, id, value)?),
        None => Ok(value),
    }
}

/// The adapter of the Python class that a value is of, if there is one.
pub(super) fn of_value(value: &Bound<'_, PyAny>) -> PyResult<Option<Adapter>> {
    static CLASSES: PyOnceLock<Vec<(Adapter, Py<PyType>)>> = PyOnceLock::new();
    let py = value.py();
    let import = || -> PyResult<_> {
        let mut classes = Vec::new();
        for adapter in Adapter::ALL {
            for (module, name) in adapter.descriptor().given {
                let class = py.import(*module)?.getattr(*name)?;
                classes.push((adapter, class.cast_into::<PyType>()?.unbind()));
            }
        }
        Ok(classes)
    };
    for (adapter, class) in CLASSES.get_or_try_init(py, import)? {
        if value.is_instance(class.bind(py))? {
            return Ok(Some(*adapter));
        }
    }
    Ok(None)
}

/// Nanoseconds as an int, or a timedelta.
fn encode_duration(out: &mut Output<'_>, value: &Bound<'_, PyAny>) -> Result<(), EncodeError> {
    if let Ok(delta) = value.cast::<PyDelta>() {
        return encode_timedelta(out, delta);
    }
    match integer::index(value)? {
        Some(int) => integer::encode(Number::Int64, out, &int),
        None => Err(time::refused(
            "time.Duration (int nanoseconds or timedelta)",
            value,
        )),
    }
}

fn encode_timedelta(out: &mut Output<'_>, delta: &Bound<'_, PyDelta>) -> Result<(), EncodeError> {
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

/// What `uuid.Parse` takes as a str, or a UUID of Python.
fn encode_uuid(out: &mut Output<'_>, value: &Bound<'_, PyAny>) -> Result<(), EncodeError> {
    if let Ok(uuid) = value.cast::<PyString>() {
        return match text::utf8(uuid) {
            Some(uuid) if parses(uuid) => Ok(out.str(uuid)?),
            _ => Err(EncodeError::new(format!(
                "expected uuid.UUID, got {}",
                mismatch::shown(value)
            ))),
        };
    }
    if of_value(value)? == Some(Adapter::Uuid) {
        return string::encode(out, value.str()?.as_any());
    }
    Err(mismatch::value("uuid.UUID (str or UUID)", value))
}

/// A UUID in the form that Go writes.
fn decode_uuid<'py>(input: &mut Input<'_, 'py>) -> Result<Bound<'py, PyAny>, DecodeError> {
    match input.token()? {
        Token::Str(uuid) if is_canonical(uuid) => Ok(text::new(input.py, uuid)?.into_any()),
        Token::Str(other) => Err(DecodeError::new(format!(
            "expected uuid.UUID in its canonical form, got {:?}",
            String::from_utf8_lossy(other)
        ))),
        other => Err(mismatch::token("uuid.UUID (str)", other)),
    }
}

/// Whether it is the canonical form, in lower case.
fn is_canonical(text: &[u8]) -> bool {
    text.len() == 36 && parses(text) && !text.iter().any(u8::is_ascii_uppercase)
}

/// Whether `uuid.Parse` takes it: the canonical form, also as a URN, in braces
/// or without hyphens.
fn parses(text: &[u8]) -> bool {
    let canonical = match text.len() {
        32 => return text.iter().all(u8::is_ascii_hexdigit),
        36 => text,
        38 => match text {
            [b'{', inner @ .., b'}'] => inner,
            _ => return false,
        },
        45 if text[..9].eq_ignore_ascii_case(b"urn:uuid:") => &text[9..],
        _ => return false,
    };
    canonical.iter().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    })
}
