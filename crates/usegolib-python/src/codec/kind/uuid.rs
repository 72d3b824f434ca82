//! `uuid.UUID`: what `uuid.Parse` takes as a str, or Python's UUID in; a str
//! out.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyString, PyType};

use super::{mismatch, named, string};
use crate::codec::native::string as text;
use crate::codec::{DecodeError, EncodeError, Request, Response};

pub(crate) fn encode(out: &mut Request<'_>, value: &Bound<'_, PyAny>) -> Result<(), EncodeError> {
    if let Ok(uuid) = value.cast::<PyString>() {
        return match text::utf8(uuid) {
            Some(uuid) if parses(uuid) => out.str(uuid),
            _ => Err(EncodeError::new(format!(
                "expected uuid.UUID, got {}",
                mismatch::shown(value)
            ))),
        };
    }
    if is_uuid(value)? {
        return string::encode(out, value.str()?.as_any());
    }
    Err(mismatch::value("uuid.UUID (str or UUID)", value))
}

/// Whether the value is a `uuid.UUID` of Python.
pub(super) fn is_uuid(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    value.is_instance(CLASS.import(value.py(), "uuid", "UUID")?)
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

pub(crate) fn decode<'py>(input: &mut Response<'_, 'py>) -> Result<Bound<'py, PyAny>, DecodeError> {
    let uuid = string::decode(input)?;
    match input.context.types.adapters().uuid {
        Some(id) => named::with_methods(input, id, uuid),
        None => Ok(uuid),
    }
}
