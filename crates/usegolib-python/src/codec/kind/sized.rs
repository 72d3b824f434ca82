//! Numbers in an `any` that carry their width: those of numpy and of ctypes are of
//! Go's types of the same width, not of its default ones.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyComplex, PyComplexMethods, PyDict, PyString, PyType};
use usegolib::schema::shape::Number;

use super::{boolean, integer};
use crate::codec::{EncodeError, Output};
use crate::cpython::integer::{self as int, Wide};

/// The kind of a complex64, behind those of the numbers: its bits are two float32.
const COMPLEX64: u8 = 13;

/// A float that is one of 32 bits.
#[expect(
    clippy::cast_possible_truncation,
    reason = "it came from a float of 32 bits"
)]
fn narrowed(value: f64) -> f32 {
    value as f32
}

/// Writes a number whose type says its width. False if it is none.
pub(super) fn encode(out: &mut Output<'_>, value: &Bound<'_, PyAny>) -> Result<bool, EncodeError> {
    if let Some((kind, size)) = of_numpy(value)? {
        let item = value.call_method0(intern!(value.py(), "item"))?;
        return encode_item(out, &kind, size, &item);
    }
    if let Some((kind, size)) = of_ctypes(value)? {
        let item = value.getattr(intern!(value.py(), "value"))?;
        return encode_item(out, kind, size, &item);
    }
    Ok(false)
}

/// The kind (as in `dtype.kind`) and the size of an array library's scalar.
fn of_numpy(value: &Bound<'_, PyAny>) -> PyResult<Option<(String, usize)>> {
    let py = value.py();
    let Some(dtype) = value.getattr_opt(intern!(py, "dtype"))? else {
        return Ok(None);
    };
    let shape = value.getattr_opt(intern!(py, "shape"))?;
    let scalar = shape.is_some_and(|shape| shape.len().is_ok_and(|length| length == 0));
    if !scalar || !value.hasattr(intern!(py, "item"))? {
        return Ok(None);
    }
    let kind = dtype.getattr_opt(intern!(py, "kind"))?;
    let size = dtype.getattr_opt(intern!(py, "itemsize"))?;
    match (kind, size) {
        (Some(kind), Some(size)) => Ok(kind.extract().ok().zip(size.extract().ok())),
        _ => Ok(None),
    }
}

/// The same of a simple value of ctypes.
fn of_ctypes(value: &Bound<'_, PyAny>) -> PyResult<Option<(&'static str, usize)>> {
    let py = value.py();
    let modules = py.import("sys")?.getattr(intern!(py, "modules"))?;
    // Nobody has such a value who hasn't imported it.
    let Some(ctypes) = modules.cast::<PyDict>()?.get_item("_ctypes")? else {
        return Ok(None);
    };
    let base = ctypes.getattr(intern!(py, "_SimpleCData"))?;
    if !value.is_instance(base.cast::<PyType>()?)? {
        return Ok(None);
    }
    let code = value.getattr(intern!(py, "_type_"))?;
    let kind = match code.cast::<PyString>()?.to_str()? {
        "b" | "h" | "i" | "l" | "q" => "i",
        "B" | "H" | "I" | "L" | "Q" => "u",
        "f" | "d" | "g" => "f",
        "?" => "b",
        _ => return Ok(None),
    };
    let size = ctypes.call_method1(intern!(py, "sizeof"), (value,))?;
    Ok(Some((kind, size.extract()?)))
}

fn encode_item(
    out: &mut Output<'_>,
    kind: &str,
    size: usize,
    item: &Bound<'_, PyAny>,
) -> Result<bool, EncodeError> {
    let number = match (kind, size) {
        ("b", _) => {
            boolean::encode(out, item)?;
            return Ok(true);
        }
        ("i", 1) => Number::Int8,
        ("i", 2) => Number::Int16,
        ("i", 4) => Number::Int32,
        ("i", 8) => Number::Int64,
        ("u", 1) => Number::Uint8,
        ("u", 2) => Number::Uint16,
        ("u", 4) => Number::Uint32,
        ("u", 8) => Number::Uint64,
        ("f", 4) => Number::Float32,
        // Go has none of 2 bytes and none that are wider.
        ("f", _) => Number::Float64,
        ("c", 8) => {
            let complex = item.cast::<PyComplex>().map_err(PyErr::from)?;
            let [real, imaginary] = [complex.real(), complex.imag()].map(narrowed);
            let mut bits = [0; 8];
            bits[..4].copy_from_slice(&real.to_le_bytes());
            bits[4..].copy_from_slice(&imaginary.to_le_bytes());
            out.sized(COMPLEX64, bits);
            return Ok(true);
        }
        _ => return Ok(false),
    };
    let bits = if number.is_float() {
        // One that Python has no type for is its own item.
        let float: f64 = item
            .call_method0(intern!(item.py(), "__float__"))?
            .extract()?;
        if number == Number::Float64 {
            out.float(float);
            return Ok(true);
        }
        float.to_bits()
    } else {
        let Some(index) = integer::index(item)? else {
            return Ok(false);
        };
        match int::wide(&index) {
            Wide::Signed(value) => value.cast_unsigned(),
            Wide::Unsigned(value) => value,
            Wide::Huge => return Ok(false),
        }
    };
    out.sized(number as u8, bits.to_le_bytes());
    Ok(true)
}
