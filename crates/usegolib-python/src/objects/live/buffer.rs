//! The buffer protocol of live slices and arrays of numbers: the memory is Go's, and
//! stays where it is as long as the buffer is held.

use std::ffi::{CStr, c_int, c_void};
use std::ptr;

use pyo3::exceptions::PyBufferError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use usegolib::schema::dispatch::Editing;
use usegolib::schema::shape::Number;

use super::slice::SliceReference;
use crate::codec::{Decoder, Encoder};

/// What a filled view refers to.
struct Exported {
    /// The object that keeps the memory: freed, it gives it up.
    #[expect(dead_code, reason = "kept alive, never read")]
    pinned: Py<PyAny>,
    shape: [ffi::Py_ssize_t; 1],
    strides: [ffi::Py_ssize_t; 1],
}

/// The items' format by the struct module.
fn format(number: Number) -> &'static CStr {
    match number {
        Number::Int8 => c"b",
        Number::Int16 => c"h",
        Number::Int32 => c"i",
        Number::Uint8 => c"B",
        Number::Uint16 => c"H",
        Number::Uint32 => c"I",
        Number::Float32 => c"f",
        Number::Float64 => c"d",
        // What C calls long is what arrays of 64 bits are called where it has as many.
        Number::Int64 | Number::Int if size_of::<std::ffi::c_long>() == 8 => c"l",
        Number::Int64 | Number::Int => c"q",
        Number::Uint64 | Number::Uint | Number::Uintptr if size_of::<std::ffi::c_long>() == 8 => {
            c"L"
        }
        Number::Uint64 | Number::Uint | Number::Uintptr => c"Q",
    }
}

/// Fills a view of the items.
///
/// # Safety
/// `view` must be one that the interpreter wants filled.
pub(super) unsafe fn fill(
    slice: &Bound<'_, SliceReference>,
    view: *mut ffi::Py_buffer,
    flags: c_int,
) -> PyResult<()> {
    let py = slice.py();
    let reference = &slice.get().0;
    // SAFETY: as the caller says; no object until there is a buffer.
    unsafe { (*view).obj = ptr::null_mut() };
    let (Encoder::Integer(number) | Encoder::Float(number)) = &reference.parts(py).item else {
        let name = &reference.container().name;
        return Err(PyBufferError::new_err(format!(
            "the items of a {name} are no numbers"
        )));
    };
    let answer = Decoder::Tuple(Box::new([
        Decoder::Any,
        Decoder::Integer(Number::Uint64),
        Decoder::Integer(Number::Int64),
    ]));
    let read = reference.edit(py, Editing::Pin, |_| Ok(()), |input| answer.decode(input))?;
    let read = read.cast_into::<PyTuple>()?;
    let address: usize = read.get_item(1)?.extract()?;
    let length: ffi::Py_ssize_t = read.get_item(2)?.extract()?;
    let size = number.size().cast_signed();
    let exported = Box::into_raw(Box::new(Exported {
        pinned: read.get_item(0)?.unbind(),
        shape: [length],
        strides: [size],
    }));
    let asks = |flag: c_int| flags & flag == flag;
    // SAFETY: as the caller says. The shape and the strides are there until the view
    // is released, and so is the memory, which Go keeps where it is.
    unsafe {
        (*view).buf = ptr::with_exposed_provenance_mut::<c_void>(address);
        (*view).len = length * size;
        (*view).itemsize = size;
        (*view).readonly = 0;
        (*view).ndim = 1;
        (*view).format = if asks(ffi::PyBUF_FORMAT) {
            format(*number).as_ptr().cast_mut()
        } else {
            ptr::null_mut()
        };
        (*view).shape = if asks(ffi::PyBUF_ND) {
            (*exported).shape.as_mut_ptr()
        } else {
            ptr::null_mut()
        };
        (*view).strides = if asks(ffi::PyBUF_STRIDES) {
            (*exported).strides.as_mut_ptr()
        } else {
            ptr::null_mut()
        };
        (*view).suboffsets = ptr::null_mut();
        (*view).internal = exported.cast();
        (*view).obj = slice.clone().into_any().into_ptr();
    }
    Ok(())
}

/// Gives up what [`fill`] has made.
///
/// # Safety
/// `view` must have been filled by it.
pub(super) unsafe fn release(view: *mut ffi::Py_buffer) {
    // SAFETY: as the caller says: the view's own, released once.
    drop(unsafe { Box::from_raw((*view).internal.cast::<Exported>()) });
}
