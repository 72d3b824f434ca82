//! Buffers: the bytes and the items of objects with the buffer protocol.
//!
//! Their memory is Python's and may change whenever Python code runs, so no
//! slice of it leaves this file: a [`Span`] is an address to pass on or to copy
//! from.

use std::marker::PhantomData;
use std::ptr;

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

/// The bytes of a C-contiguous buffer: there as long as it is exported, of
/// whatever value at the moment.
#[derive(Clone, Copy)]
pub(crate) struct Span<'a> {
    start: *const u8,
    length: usize,
    exported: PhantomData<&'a PyUntypedBuffer>,
}

impl<'a> Span<'a> {
    /// The bytes of `buffer`; `None` if they are apart.
    pub(crate) fn of(buffer: &'a PyUntypedBuffer) -> Option<Self> {
        buffer.is_c_contiguous().then(|| Self {
            start: buffer.buf_ptr().cast_const().cast(),
            length: buffer.len_bytes(),
            exported: PhantomData,
        })
    }

    /// Where they are; may be null if there are none.
    pub(crate) fn start(self) -> *const u8 {
        self.start
    }

    /// How many there are.
    pub(crate) fn len(self) -> usize {
        self.length
    }

    /// Appends a copy of them.
    pub(crate) fn append_to(self, target: &mut Vec<u8>) {
        // SAFETY: a C-contiguous buffer is `length` bytes from `start` as long as
        // it is exported.
        unsafe { append(self.start, self.length, target) }
    }
}

/// # Safety
/// `start` must have `length` bytes to read.
unsafe fn append(start: *const u8, length: usize, target: &mut Vec<u8>) {
    if length == 0 {
        // The pointer of an empty buffer may be null.
        return;
    }
    target.reserve(length);
    // SAFETY: the caller's bytes are initialised, there is room for them behind
    // what the vector holds, and its memory is nobody else's.
    unsafe {
        ptr::copy_nonoverlapping(start, target.as_mut_ptr().add(target.len()), length);
        target.set_len(target.len() + length);
    }
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

/// Appends a copy of a bytearray's content, which has `length` bytes.
pub(crate) fn append_bytearray(value: &Bound<'_, PyByteArray>, target: &mut Vec<u8>) {
    // SAFETY: a bytearray has `len` bytes at `data`, and no Python code runs
    // before they are copied.
    unsafe { append(value.data(), value.len(), target) }
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
