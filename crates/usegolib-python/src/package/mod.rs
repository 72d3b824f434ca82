//! Packages: what `usegolib.import_` gives.
//!
//! [`import`] finds, builds if need be, and loads a module, [`bundle`] several in one
//! library, [`project`] asks what the project has locked; a [`Binding`] binds
//! the names of one of its packages, one by one, to functions, classes,
//! constants and variables. [`process`] is about all loaded libraries at once;
//! [`interpreter`] and [`interrupt`] are what a build must know of Python.

mod binding;
mod bundle;
mod constant;
mod import;
mod importing;
mod inference;
pub(crate) mod interpreter;
pub(crate) mod interrupt;
mod process;
mod project;
mod source;

pub(crate) use binding::Binding;
pub(crate) use bundle::import_bundle;
pub(crate) use import::import_package;
pub(crate) use process::{absolute_path, repair_signal_handlers, stats, sync_env};
pub(crate) use project::{declared_modules, declared_packages};
