//! Windows: byte slices of Go's that a callable may read and write while it runs.

use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyMemoryView};

use crate::codec::{DecodeError, Input};
use crate::wire::{Token, extension};

/// Memory of Go's, and how many look at it.
///
/// A memoryview of the memory itself would do but for this: it can be released
/// while slices of it go on.
#[pyclass(module = "usegolib", frozen)]
struct Window {
    address: usize,
    length: isize,
    viewers: AtomicUsize,
}

#[pymethods]
impl Window {
    unsafe fn __getbuffer__(
        slf: &Bound<'_, Self>,
        view: *mut ffi::Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        let this = slf.get();
        let start = std::ptr::with_exposed_provenance_mut::<c_void>(this.address);
        // SAFETY: Go keeps the memory, at that place, as long as there are viewers
        // (`end`); the view is the interpreter's to fill.
        let status =
            unsafe { ffi::PyBuffer_FillInfo(view, slf.as_ptr(), start, this.length, 0, flags) };
        if status != 0 {
            return Err(PyErr::fetch(slf.py()));
        }
        this.viewers.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    #[allow(clippy::unused_self, reason = "the protocol's signature")]
    unsafe fn __releasebuffer__(&self, _view: *mut ffi::Py_buffer) {
        self.viewers.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A window that is open, and the view that was given of it.
pub(super) struct Shown<'py>(Bound<'py, Window>, Bound<'py, PyMemoryView>);

impl Shown<'_> {
    /// How many bytes are seen through it.
    pub(super) fn length(&self) -> usize {
        self.0.get().length.cast_unsigned()
    }
}

/// Opens the window that comes next. That of a nil slice is empty.
pub(super) fn decode<'py>(
    input: &mut Input<'_, 'py>,
    windows: &mut Vec<Shown<'py>>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    let malformed = || DecodeError::malformed("malformed bytes");
    let payload = match input.token()? {
        Token::Nil => {
            let nothing = PyByteArray::new(input.py, &[]);
            return Ok(PyMemoryView::from(nothing.as_any())?.into_any());
        }
        Token::Extension(extension::WINDOW, payload) => payload,
        _ => return Err(malformed()),
    };
    let (&[address, length], []) = payload.as_chunks::<8>() else {
        return Err(malformed());
    };
    let window = Window {
        address: usize::try_from(u64::from_le_bytes(address)).map_err(|_| malformed())?,
        length: isize::try_from(u64::from_le_bytes(length)).map_err(|_| malformed())?,
        viewers: AtomicUsize::new(0),
    };
    let window = Bound::new(input.py, window)?;
    let view = PyMemoryView::from(window.as_any())?;
    windows.push(Shown(window, view.clone()));
    Ok(view.into_any())
}

/// Closes windows. False if something still looks through one, so that Go has to
/// keep the memory.
pub(super) fn end(py: Python<'_>, windows: Vec<Shown<'_>>) -> bool {
    let mut all = true;
    for Shown(window, view) in windows {
        // It fails where the view itself is looked at; the window knows.
        let _ = view.call_method0(intern!(py, "release"));
        all &= window.get().viewers.load(Ordering::Relaxed) == 0;
    }
    all
}
