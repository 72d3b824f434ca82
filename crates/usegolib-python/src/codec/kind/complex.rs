//! Complex numbers: complex, float or int, never bool.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyComplex, PyComplexMethods};

use super::{float, mismatch};
use crate::codec::{DecodeError, EncodeError, Input, Output};
use crate::wire::Token;
use crate::wire::extension;

pub(crate) fn encode(
    wide: bool,
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    let (mut real, mut imaginary) = match to_complex(value)? {
        Some(complex) => (complex.real(), complex.imag()),
        None => (float::convert(name(wide), value)?, 0.0),
    };
    if !wide {
        real = float::check_narrow(real)?;
        imaginary = float::check_narrow(imaginary)?;
    }
    out.complex(real, imaginary);
    Ok(())
}

/// The value as a complex, if it is one or has `__complex__`.
fn to_complex<'py>(value: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyComplex>>> {
    if let Ok(complex) = value.cast::<PyComplex>() {
        return Ok(Some(complex.clone()));
    }
    let py = value.py();
    if !value.get_type().hasattr(intern!(py, "__complex__"))? {
        return Ok(None);
    }
    let complex = py.get_type::<PyComplex>().call1((value,))?;
    Ok(Some(complex.cast_into::<PyComplex>()?))
}

pub(crate) fn decode<'py>(
    wide: bool,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    match input.token()? {
        Token::Extension(extension::COMPLEX, payload) => new(input.py, payload),
        other => Err(mismatch::token(name(wide), other)),
    }
}

/// A complex from the payload of its extension.
pub(super) fn new<'py>(py: Python<'py>, payload: &[u8]) -> Result<Bound<'py, PyAny>, DecodeError> {
    let Some((real, imaginary)) = payload
        .split_first_chunk::<8>()
        .and_then(|(real, rest)| Some((real, <&[u8; 8]>::try_from(rest).ok()?)))
    else {
        return Err(DecodeError::new("malformed complex number"));
    };
    let (real, imaginary) = (f64::from_le_bytes(*real), f64::from_le_bytes(*imaginary));
    Ok(PyComplex::from_doubles(py, real, imaginary).into_any())
}

const fn name(wide: bool) -> &'static str {
    if wide { "complex128" } else { "complex64" }
}
