//! What concerns all libraries of the process at once.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use usegolib::library;

use crate::builtin;
use crate::registry;

/// Live Go objects per module path, collected ones not among them: the call that
/// asks gives them back.
#[pyfunction]
pub(crate) fn stats(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let counts = PyDict::new(py);
    for module in registry::all() {
        if !module.library.is_forked() {
            counts.set_item(&module.path, builtin::live_handles(py, module)?)?;
        }
    }
    Ok(counts)
}

/// Gives all loaded libraries the environment of this process, which they
/// otherwise know as it was when they were loaded; and takes back the fault
/// signals that Go needs, should `faulthandler` have been enabled since.
#[pyfunction]
pub(crate) fn sync_env(py: Python<'_>) -> PyResult<()> {
    let entries = library::environment_entries(std::env::vars_os());
    for module in registry::all() {
        if !module.library.is_forked() {
            builtin::set_environment(py, module, &entries)?;
        }
    }
    library::repair_signal_handlers();
    Ok(())
}
