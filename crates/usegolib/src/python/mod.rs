//! Go in Python's terms: what a package's names, parameters, types and docs are
//! called and read like in Python.
//!
//! A schema flows through here on its way to people and type checkers:
//! [`Parameters`] are the names that signatures and errors share, [`docs`] the
//! doc strings, [`annotation`] the types that a checker sees. [`bindings`] prints a
//! package of an artifact as a Python module.

pub mod annotation;
pub mod bindings;
mod callable;
mod class_names;
pub mod docs;
pub mod names;
mod parameters;

pub use parameters::Parameters;
