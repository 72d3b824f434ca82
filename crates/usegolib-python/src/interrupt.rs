//! Ctrl-C while Rust works: Python's signal handlers run when a build asks
//! whether to stop, and what they raise is kept for afterwards.

use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;
use usegolib::builder::Interrupt;

/// Python's signals as the reason to stop.
#[derive(Debug, Default)]
pub(crate) struct Signals(Mutex<Option<PyErr>>);

impl Signals {
    /// What a signal handler raised, if one did.
    pub(crate) fn raised(self) -> Option<PyErr> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Interrupt for Signals {
    fn requested(&self) -> bool {
        let mut raised = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if raised.is_none() {
            *raised = Python::attach(|py| py.check_signals().err());
        }
        raised.is_some()
    }
}
