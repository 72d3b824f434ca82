//! The extension module `usegolib._core`: Python's view of the usegolib crate.
//!
//! The floors of the house, each of which uses only those before it (a test of
//! the usegolib crate sees to that):
//!
//! - [`exception`]: which error becomes which exception
//! - [`cpython`]: what touches the insides of the C API
//! - [`wire`]: `MessagePack`, read and written
//! - [`codec`]: Python values to messages and back, by the types of a schema
//! - [`instance`]: a running library and what it exports
//! - [`call`]: requests and responses
//! - [`host`]: Python values that Go holds, and what it asks of them
//! - [`objects`]: Go's values, types and callables in Python
//! - [`package`]: importing, and what a package's names are bound to
//! - [`command_line`]: the command line, run inside Python

mod call;
mod codec;
mod command_line;
mod cpython;
mod exception;
mod host;
mod instance;
mod objects;
mod package;
mod wire;

use pyo3::pymodule;

/// Native part of usegolib; use the names re-exported by the `usegolib` package.
// The buffers of calls are kept under the interpreter's lock (`call::exchange`),
// which PyO3 would otherwise declare unused.
#[pymodule(gil_used = true)]
mod _core {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::command_line::command_line;
    #[pymodule_export]
    use super::host::close;
    #[pymodule_export]
    use super::objects::class::{
        as_interfaces, call_func, constructor_fields, field, field_annotations, fields,
        fill_record, is_of_type, iterate, new_object, origin_of, read, type_argument_of,
    };
    #[pymodule_export]
    use super::objects::{GoIterator, GoObject, MapReference, Ref, SliceReference};
    #[pymodule_export]
    use super::package::{
        Binding, absolute_path, declared_modules, declared_packages, import_bundle, import_package,
        repair_signal_handlers, stats, sync_env,
    };

    #[pymodule_init]
    fn init(m: &Bound<'_, PyModule>) -> PyResult<()> {
        crate::exception::refuse_subinterpreter(m.py())?;
        crate::exception::refuse_without_lock(m.py())?;
        m.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
