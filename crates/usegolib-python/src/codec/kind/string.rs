//! Strings. Bytes that aren't UTF-8 cross as escaped surrogates (PEP 383), so
//! that nothing is lost in either direction.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use super::{enumeration, mismatch};
use crate::codec::{DecodeError, EncodeError, Input, Output};
use crate::cpython::string;
use crate::wire::Token;

#[inline]
pub(crate) fn encode(out: &mut Output<'_>, value: &Bound<'_, PyAny>) -> Result<(), EncodeError> {
    if let Ok(text) = value.cast_exact::<PyString>()
        && let Some(utf8) = string::utf8(text)
    {
        return Ok(out.str(utf8)?);
    }
    encode_other(out, value)
}

/// A str subclass, or a str with surrogates.
#[inline(never)]
fn encode_other(out: &mut Output<'_>, value: &Bound<'_, PyAny>) -> Result<(), EncodeError> {
    let Ok(text) = value.cast::<PyString>() else {
        let given = match path_of(value)? {
            Some(path) => Some(path),
            None => enumeration::value_of(value)?,
        };
        return match given {
            Some(given) => encode(out, &given),
            None => Err(mismatch::value("string", value)),
        };
    };
    if let Some(utf8) = string::utf8(text) {
        return Ok(out.str(utf8)?);
    }
    match string::escaped(text) {
        Ok(bytes) => Ok(out.str(bytes.cast::<PyBytes>().map_err(PyErr::from)?.as_bytes())?),
        Err(_) => Err(EncodeError::new(
            "the str holds a surrogate that is no escaped byte (U+DC80 to U+DCFF)",
        )),
    }
}

/// The text of a path (`os.PathLike`); none for anything else.
pub(super) fn path_of<'py>(value: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = value.py();
    if !value.get_type().hasattr(intern!(py, "__fspath__"))? {
        return Ok(None);
    }
    // Bytes are decoded as the file system's, with escaped surrogates.
    let path = py.import("os")?.call_method1("fsdecode", (value,))?;
    Ok(Some(path))
}

#[inline]
pub(crate) fn decode<'py>(input: &mut Input<'_, 'py>) -> Result<Bound<'py, PyAny>, DecodeError> {
    if let Some(text) = input.short_str() {
        return Ok(string::new(input.py, text)?.into_any());
    }
    match input.token()? {
        Token::Str(text) => Ok(string::new(input.py, text)?.into_any()),
        other => Err(mismatch::token("string", other)),
    }
}
