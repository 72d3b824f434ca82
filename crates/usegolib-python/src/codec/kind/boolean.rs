//! `bool`: True and False only, and values of named bools.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyType};

use super::{enumeration, mismatch};
use crate::codec::{DecodeError, EncodeError, Input, Output};
use crate::wire::Token;

#[inline]
pub(crate) fn encode(out: &mut Output<'_>, value: &Bound<'_, PyAny>) -> Result<(), EncodeError> {
    match value.cast_exact::<PyBool>() {
        Ok(value) => {
            out.bool(value.is_true());
            Ok(())
        }
        Err(_) => encode_member(out, value),
    }
}

#[cold]
fn encode_member(out: &mut Output<'_>, value: &Bound<'_, PyAny>) -> Result<(), EncodeError> {
    if is_named(value)? {
        out.bool(value.is_truthy()?);
        return Ok(());
    }
    match enumeration::value_of(value)? {
        Some(member) => encode(out, &member),
        None => Err(mismatch::value("bool", value)),
    }
}

/// What [`named_class`] returns, once there is a class of a named bool.
static NAMED: PyOnceLock<Py<PyType>> = PyOnceLock::new();

/// The class that those of named bools derive from.
pub(crate) fn named_class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    NAMED.import(py, "usegolib._values", "Bool")
}

/// Whether a value is a named bool: an int for Python, but no number for Go.
#[inline(never)]
pub(super) fn is_named(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    match NAMED.get(value.py()) {
        Some(class) => value.is_instance(class.bind(value.py())),
        None => Ok(false),
    }
}

#[inline]
pub(crate) fn decode<'py>(input: &mut Input<'_, 'py>) -> Result<Bound<'py, PyAny>, DecodeError> {
    match input.token()? {
        Token::Bool(value) => Ok(new(input.py, value)),
        other => Err(mismatch::token("bool", other)),
    }
}

pub(super) fn new(py: Python<'_>, value: bool) -> Bound<'_, PyAny> {
    PyBool::new(py, value).to_owned().into_any()
}
