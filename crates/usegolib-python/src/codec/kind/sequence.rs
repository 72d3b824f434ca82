//! What counts as a sequence: list, tuple, and whatever else has a length and
//! items by position. Not text, bytes or mappings, whose items are rarely what
//! was meant. Where Go says that a slice is wanted, sets, generators and other
//! iterables are as good.

use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyList, PyMapping, PyMemoryView, PyString, PyTuple};

use crate::codec::EncodeError;
use crate::cpython::buffer;

/// The items of a sequence as a list (the list itself, where it is one). None
/// for what is no sequence.
pub(super) fn to_list<'py>(
    value: &Bound<'py, PyAny>,
) -> Result<Option<Bound<'py, PyList>>, EncodeError> {
    if let Ok(list) = value.cast::<PyList>() {
        return Ok(Some(list.clone()));
    }
    if let Ok(tuple) = value.cast::<PyTuple>() {
        return Ok(Some(tuple.to_list()));
    }
    if !is_sequence(value) {
        return Ok(None);
    }
    if buffer::is_buffer(value)
        && let Some(list) = buffer_items(value)?
    {
        return Ok(Some(list));
    }
    let length = match value.len() {
        Ok(length) => length,
        Err(error) if error.is_instance_of::<PyTypeError>(value.py()) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let list = PyList::empty(value.py());
    for item in value.try_iter()? {
        // Nothing says that a sequence's iterator ends.
        if list.len() == length {
            return Err(wrong_length(length));
        }
        list.append(item?)?;
    }
    if list.len() < length {
        return Err(wrong_length(length));
    }
    Ok(Some(list))
}

/// The items of a sequence or of any other iterable. None for what is neither, and for
/// text, bytes and mappings.
pub(super) fn iterable_to_list<'py>(
    value: &Bound<'py, PyAny>,
) -> Result<Option<Bound<'py, PyList>>, EncodeError> {
    if let Some(list) = to_list(value)? {
        return Ok(Some(list));
    }
    let is_iterable = value
        .get_type()
        .getattr_opt(intern!(value.py(), "__iter__"))?
        .is_some_and(|method| !method.is_none());
    if !is_iterable || is_excluded(value) {
        return Ok(None);
    }
    let list = PyList::empty(value.py());
    for item in value.try_iter()? {
        list.append(item?)?;
    }
    Ok(Some(list))
}

fn is_sequence(value: &Bound<'_, PyAny>) -> bool {
    // SAFETY: a live object.
    !is_excluded(value) && unsafe { ffi::PySequence_Check(value.as_ptr()) != 0 }
}

fn is_excluded(value: &Bound<'_, PyAny>) -> bool {
    value.is_instance_of::<PyString>()
        || value.is_instance_of::<PyBytes>()
        || value.is_instance_of::<PyByteArray>()
        || value.is_instance_of::<PyMapping>()
}

/// The items of a one-dimensional array as Python numbers, not as the array's
/// own scalars. Arrays of more dimensions are sequences of arrays.
fn buffer_items<'py>(value: &Bound<'py, PyAny>) -> Result<Option<Bound<'py, PyList>>, EncodeError> {
    let py = value.py();
    // The items of a view of several dimensions can't be had one by one.
    if !value.is_instance_of::<PyMemoryView>()
        && let Some(dimensions) = value.getattr_opt(intern!(py, "ndim"))?
        && !dimensions.eq(1)?
    {
        return Ok(None);
    }
    // Items of arrays of dates say what they are, a list of them may be of ints.
    if let Some(dtype) = value.getattr_opt(intern!(py, "dtype"))?
        && let Some(kind) = dtype.getattr_opt(intern!(py, "kind"))?
        && (kind.eq("m")? || kind.eq("M")?)
    {
        return Ok(None);
    }
    let Some(to_list) = value.getattr_opt(intern!(py, "tolist"))? else {
        return Ok(None);
    };
    Ok(to_list.call0()?.cast_into::<PyList>().ok())
}

#[cold]
fn wrong_length(length: usize) -> EncodeError {
    EncodeError::new(format!(
        "the sequence doesn't have the {length} items that its len() says"
    ))
}
