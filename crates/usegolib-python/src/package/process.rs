//! What concerns all libraries of the process at once.

use std::ffi::OsString;
use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use usegolib::engine::{environment_entries, in_process};

use crate::call::builtin;
use crate::instance::loaded;
use crate::objects::View;

/// Live Go objects per module path, collected ones not among them: the call that
/// asks gives them back.
#[pyfunction]
pub(crate) fn stats(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let counts = PyDict::new(py);
    for instance in loaded::all() {
        if !instance.engine.is_forked() {
            let live = builtin::live_handles(py, View::plain(instance).scope())?;
            counts.set_item(&instance.path, live)?;
        }
    }
    Ok(counts)
}

/// A path seen from the root: what another process finds from wherever it is. Raises
/// `OSError` if the working directory is no more.
#[pyfunction]
pub(crate) fn absolute_path(path: PathBuf) -> PyResult<OsString> {
    Ok(std::path::absolute(path)?.into_os_string())
}

/// Gives all loaded libraries the environment of this process, which they
/// otherwise know as it was when they were loaded; and takes back the
/// signals that Go needs, should others have taken them since.
#[pyfunction]
pub(crate) fn sync_env(py: Python<'_>) -> PyResult<()> {
    let entries = environment_entries(std::env::vars_os());
    for instance in loaded::all() {
        if !instance.engine.is_forked() {
            builtin::set_environment(py, View::plain(instance).scope(), &entries)?;
        }
    }
    in_process::repair_signal_handlers();
    Ok(())
}

/// Takes back the signals that Go needs, should others have taken them.
#[pyfunction]
pub(crate) fn repair_signal_handlers() {
    in_process::repair_signal_handlers();
}
