//! The command line, run inside Python.

use std::ffi::OsString;

use pyo3::prelude::*;
use usegolib::cli;

use crate::package::interpreter;
use crate::package::interrupt::Signals;

/// Runs the command line (without the program's name) and returns the exit
/// status.
#[pyfunction]
pub(crate) fn command_line(py: Python<'_>, arguments: Vec<OsString>) -> PyResult<i32> {
    let signals = Signals::default();
    let python = interpreter::describe(py)?;
    let status = py.detach(|| {
        let context = cli::Context {
            interrupt: &signals,
            python: &python,
            program: None,
        };
        cli::main(arguments, &context)
    });
    match signals.raised() {
        Some(error) => Err(error),
        None => Ok(status),
    }
}
