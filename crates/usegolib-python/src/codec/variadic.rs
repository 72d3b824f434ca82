//! How the last parameter of a variadic function takes its values: naturally,
//! or as one list of them (spec: Variadic Parameters).

use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyList, PyTuple};
use usegolib::schema::shape::{Number, Shape, ShapeError};

use super::kind::bytes;
use super::{EncodeError, Encoder, Output, Types};
use crate::cpython::buffer::is_buffer;

/// What the values of a variadic parameter are.
#[derive(Clone, Copy)]
pub(crate) enum Variadic {
    /// Bytes, which a single bytes-like value holds several of.
    Bytes,
    /// Something that a Python list can be: a single list is ambiguous.
    Lists,
    /// Anything else.
    Items,
}

impl Variadic {
    /// The kind for a type of values.
    pub(crate) fn of(types: &Types, element: &str) -> Result<Self, ShapeError> {
        let shape = types.shape(element)?;
        Ok(if matches!(shape, Shape::Number(Number::Uint8)) {
            Self::Bytes
        } else if is_list(types, &shape)? {
            Self::Lists
        } else {
            Self::Items
        })
    }

    /// Writes the values that were given, `rest`. One list stands for the
    /// values, unless it can be a value itself. Returns what was written: `rest`,
    /// or the one list in it.
    pub(crate) fn encode<'py>(
        self,
        encoder: &Encoder,
        out: &mut Output<'_>,
        rest: &Bound<'py, PyAny>,
    ) -> Result<Bound<'py, PyAny>, EncodeError> {
        let single = single_list(rest)?;
        let written = single.as_ref().unwrap_or(rest);
        match self {
            Self::Bytes => match single_buffer(rest)? {
                Some(buffer) => {
                    encoder.encode(out, &buffer)?;
                    return Ok(buffer);
                }
                None => bytes::encode_items(out, written)?,
            },
            Self::Items => encoder.encode(out, written)?,
            Self::Lists => {
                let start = out.bytes().len();
                let Err(error) = encoder.encode(out, rest) else {
                    return Ok(rest.clone());
                };
                let Some(list) = &single else {
                    return Err(error);
                };
                out.truncate(start);
                encoder.encode(out, list).map_err(|_| error)?;
            }
        }
        Ok(written.clone())
    }
}

/// The only value, if it is something that can hold several.
fn single_list<'py>(rest: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    if rest.len()? != 1 {
        return Ok(None);
    }
    let only = rest.get_item(0)?;
    let holds_several = only.is_instance_of::<PyList>()
        || only.is_instance_of::<PyTuple>()
        || (is_buffer(&only) && !is_bytes(&only));
    Ok(holds_several.then_some(only))
}

/// The only value, if it is a buffer of bytes.
fn single_buffer<'py>(rest: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    if rest.len()? != 1 {
        return Ok(None);
    }
    let only = rest.get_item(0)?;
    // Numpy's numbers are buffers of no dimension.
    Ok((is_buffer(&only) && only.len().is_ok()).then_some(only))
}

fn is_bytes(value: &Bound<'_, PyAny>) -> bool {
    value.is_instance_of::<PyBytes>() || value.is_instance_of::<PyByteArray>()
}

/// Whether a value of the shape can be a Python list.
fn is_list(types: &Types, shape: &Shape) -> Result<bool, ShapeError> {
    Ok(match shape {
        Shape::Bytes
        | Shape::ByteArray(_)
        | Shape::Numbers(_)
        | Shape::Slice(_)
        | Shape::Array(..)
        | Shape::Any => true,
        Shape::Pointer(element) => is_list(types, element)?,
        Shape::Named(id) => is_list(types, &types.shape(&types.declaration(*id).underlying)?)?,
        _ => false,
    })
}
