//! Ctrl-C while Rust works: Python's signal handlers run when a build asks
//! whether to stop, and what they raise is kept for afterwards.

use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;
use usegolib::builder::Interrupt;
use usegolib::engine::in_process::fork::Thread;

use crate::exception::Exception;

/// Python's signals as the reason to stop.
#[derive(Debug)]
pub(crate) struct Signals {
    raised: Mutex<Option<PyErr>>,
    thread: Thread,
}

impl Default for Signals {
    fn default() -> Self {
        Self {
            raised: Mutex::default(),
            thread: Thread::current(),
        }
    }
}

impl Signals {
    /// What a signal handler raised, if one did.
    pub(crate) fn raised(&self) -> Option<PyErr> {
        self.raised
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

impl Interrupt for Signals {
    fn requested(&self) -> bool {
        let mut raised = self.raised.lock().unwrap_or_else(PoisonError::into_inner);
        if raised.is_none() {
            *raised = Python::attach(|py| {
                py.check_signals().err().or_else(|| {
                    // A signal handler forked: the build is the parent's.
                    let forked = !self.thread.is_here();
                    let message = "the process was forked while it was building";
                    forked.then(|| Exception::Forked.error(py, message))
                })
            });
        }
        raised.is_some()
    }
}
