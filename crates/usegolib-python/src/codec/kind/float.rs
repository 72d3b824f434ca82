//! Floats: float, int or `__float__`, never bool.

use pyo3::exceptions::PyOverflowError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyFloat, PyInt, PyType};
use usegolib::schema::shape::Number;

use super::{boolean, enumeration, mismatch};
use crate::codec::{DecodeError, EncodeError, Input, Output};
use crate::wire::Token;

#[inline]
pub(crate) fn encode(
    number: Number,
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    let float = to_float(number, value)?;
    out.float(float);
    Ok(())
}

/// The value as a float that the Go type can take: rounding it to float32 is
/// what Go does, overflowing it is not.
#[inline]
pub(super) fn to_float(number: Number, value: &Bound<'_, PyAny>) -> Result<f64, EncodeError> {
    let float = match value.cast_exact::<PyFloat>() {
        Ok(float) => float.value(),
        Err(_) => convert(number.go_name(), value)?,
    };
    if number == Number::Float32 {
        return check_narrow(float);
    }
    Ok(float)
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "that is what is checked")]
pub(super) fn check_narrow(float: f64) -> Result<f64, EncodeError> {
    if float.is_finite() && !(float as f32).is_finite() {
        return Err(EncodeError::new(format!(
            "{float:e} is out of range for float32"
        )));
    }
    Ok(float)
}

/// Anything but an exact float.
#[inline(never)]
pub(super) fn convert(expected: &str, value: &Bound<'_, PyAny>) -> Result<f64, EncodeError> {
    let py = value.py();
    if value.is_exact_instance_of::<PyBool>() || boolean::is_named(value)? {
        return Err(mismatch::value(expected, value));
    }
    let numeric = value.is_instance_of::<PyFloat>()
        || value.is_instance_of::<PyInt>()
        || value.get_type().hasattr(intern!(py, "__float__"))?
        || value.get_type().hasattr(intern!(py, "__index__"))?;
    if !numeric || is_complex(value)? {
        return match enumeration::value_of(value)? {
            Some(member) => convert(expected, &member),
            None => Err(mismatch::value(expected, value)),
        };
    }
    value.extract::<f64>().map_err(|error| {
        if error.is_instance_of::<PyOverflowError>(py) {
            EncodeError::new(format!("the int is out of range for {expected}"))
        } else {
            error.into()
        }
    })
}

/// Whether the value is a complex number that is not a real one: such may have
/// a `__float__`, which drops the imaginary part.
fn is_complex(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    static COMPLEX: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    static REAL: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let py = value.py();
    Ok(
        value.is_instance(COMPLEX.import(py, "numbers", "Complex")?)?
            && !value.is_instance(REAL.import(py, "numbers", "Real")?)?,
    )
}

#[inline]
pub(crate) fn decode<'py>(
    number: Number,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    match input.token()? {
        Token::Float(value) => Ok(PyFloat::new(input.py, value).into_any()),
        other => Err(mismatch::token(number.go_name(), other)),
    }
}
