//! Buffers: the bytes and the items of objects with the buffer protocol.

use std::ptr;
use std::slice;

use pyo3::buffer::PyUntypedBuffer;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyMemoryView};

/// Whether the object has the buffer protocol.
pub(crate) fn is_buffer(value: &Bound<'_, PyAny>) -> bool {
    // SAFETY: a live object.
    unsafe { ffi::PyObject_CheckBuffer(value.as_ptr()) != 0 }
}

/// Exports the buffer of an object that has one.
pub(crate) fn export(value: &Bound<'_, PyAny>) -> PyResult<PyUntypedBuffer> {
    PyUntypedBuffer::get(value).or_else(|error| {
        // Some exporters (ctypes) leave out strides; a memoryview fills them in.
        let view = PyMemoryView::from(value).map_err(|_| error)?;
        PyUntypedBuffer::get(&view)
    })
}

/// The content of a C-contiguous buffer. It may change while Python code runs,
/// and goes when the buffer does.
pub(crate) fn contiguous(buffer: &PyUntypedBuffer) -> Option<&[u8]> {
    if !buffer.is_c_contiguous() {
        return None;
    }
    if buffer.len_bytes() == 0 {
        // The pointer of an empty buffer may be null.
        return Some(&[]);
    }
    // SAFETY: a C-contiguous buffer is `len_bytes` bytes from `buf_ptr`, for
    // as long as it is exported. The interpreter is attached while the slice
    // is used and no Python code runs in between.
    Some(unsafe { slice::from_raw_parts(buffer.buf_ptr().cast(), buffer.len_bytes()) })
}

/// Calls `visit` with each item of a one-dimensional buffer in order.
pub(crate) fn items<const SIZE: usize>(
    buffer: &PyUntypedBuffer,
    mut visit: impl FnMut([u8; SIZE]),
) {
    assert!(buffer.dimensions() == 1 && buffer.item_size() == SIZE);
    assert!(buffer.suboffsets().is_none());
    let (count, stride) = (buffer.shape()[0], buffer.strides()[0]);
    let mut item = buffer.buf_ptr().cast::<u8>().cast_const();
    for _ in 0..count {
        let mut bytes = [0; SIZE];
        // SAFETY: an exported buffer has `count` items of SIZE bytes, `stride`
        // bytes apart; the items need not be aligned.
        unsafe { ptr::copy_nonoverlapping(item, bytes.as_mut_ptr(), SIZE) };
        visit(bytes);
        item = item.wrapping_offset(stride);
    }
}

/// The content of a bytearray, valid until Python code runs.
pub(crate) fn bytearray<'a>(value: &'a Bound<'_, PyByteArray>) -> &'a [u8] {
    // SAFETY: the interpreter stays attached and the caller copies at once.
    unsafe { value.as_bytes() }
}

/// A new bytes object.
#[inline]
pub(crate) fn bytes<'py>(py: Python<'py>, content: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    // SAFETY: pointer and length are those of a live slice.
    unsafe {
        let object =
            ffi::PyBytes_FromStringAndSize(content.as_ptr().cast(), content.len().cast_signed());
        Ok(Bound::from_owned_ptr_or_err(py, object)?.cast_into_unchecked())
    }
}
