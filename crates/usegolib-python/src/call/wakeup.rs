//! Python's wake-up descriptor: while the main thread waits for Go, Python's signal
//! handler, which runs on whatever thread the system chooses, writes to the bell
//! that it waits at.

use std::os::fd::{BorrowedFd, RawFd};

use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::bell::Bell;

/// Python's signals come to a bell until this is given back.
#[must_use]
pub(crate) struct Wakeup {
    bell: RawFd,
    /// Where they went before: an event loop, say; -1 for nowhere.
    before: RawFd,
}

impl Wakeup {
    /// Has Python's signals come to `bell`; `None` where there are none to come,
    /// on other threads than the main one.
    pub(crate) fn install(py: Python<'_>, bell: &Bell) -> PyResult<Option<Self>> {
        let bell = bell.writer();
        match set(py, bell) {
            Ok(before) => Ok(Some(Self { bell, before })),
            Err(error) if error.is_instance_of::<PyValueError>(py) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Tells of the signals where Python would have.
    pub(crate) fn pass_on(&self, signals: &[u8]) {
        if self.before < 0 || signals.is_empty() {
            return;
        }
        // SAFETY: the descriptor is the one that Python was told to write to. It is
        // used, not kept: should it have been closed meanwhile, this write fails
        // or goes where Python's own would.
        let before = unsafe { BorrowedFd::borrow_raw(self.before) };
        // Python only warns where that is full, or closed.
        let _ = rustix::io::write(before, signals);
    }

    /// Has them go where they went before, unless something else was chosen since.
    pub(crate) fn restore(self, py: Python<'_>) -> PyResult<()> {
        let found = match set(py, self.before) {
            Ok(found) => found,
            // It was closed while it was not in use (an OSError), or is one that
            // writers would have to wait for (a ValueError).
            Err(_) => set(py, -1)?,
        };
        if found != self.bell {
            set(py, found)?;
        }
        Ok(())
    }
}

/// Sets the descriptor and returns the one before. A pipe that is full has woken its
/// reader; whoever set one that Python should warn of can't be told from others.
fn set(py: Python<'_>, descriptor: RawFd) -> PyResult<RawFd> {
    let quietly = PyDict::new(py);
    quietly.set_item(intern!(py, "warn_on_full_buffer"), false)?;
    py.import(intern!(py, "signal"))?
        .call_method(intern!(py, "set_wakeup_fd"), (descriptor,), Some(&quietly))?
        .extract()
}
