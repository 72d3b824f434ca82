//! The extension module `usegolib._core`: Python's view of the usegolib crate.
//!
//! [`import`] finds and loads a [`module`]; a [`package`] binds its names one by
//! one to functions ([`native`]), classes ([`class`]), constants ([`constant`])
//! and variables. Each of them holds a compiled [`callable`], and every call goes
//! through [`call`], with [`arguments`] in Python's convention converted by the
//! [`codec`], as the [`view`] of the module wants them. Live Go values are [`object`]s, whose handles are given back
//! through [`release`].

mod arguments;
mod bell;
mod builtin;
mod call;
mod callable;
mod class;
mod codec;
mod command_line;
mod constant;
mod context;
mod directory;
mod errors;
mod exchange;
mod import;
mod importing;
mod interpreter;
mod interrupt;
mod module;
mod native;
mod object;
mod package;
mod pending;
mod process;
mod registry;
mod release;
mod runtime;
mod source;
mod variadic;
mod view;
mod wakeup;

use pyo3::pymodule;

/// Native part of usegolib; use the names re-exported by the `usegolib` package.
// The buffers of calls are kept under the interpreter's lock (`exchange`), which
// PyO3 would otherwise declare unused.
#[pymodule(gil_used = true)]
mod _core {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::class::{call_func, fill_record, read};
    #[pymodule_export]
    use super::command_line::command_line;
    #[pymodule_export]
    use super::import::import_package;
    #[pymodule_export]
    use super::object::GoObject;
    #[pymodule_export]
    use super::package::Binding;
    #[pymodule_export]
    use super::process::{stats, sync_env};

    #[pymodule_init]
    fn init(m: &Bound<'_, PyModule>) -> PyResult<()> {
        m.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
