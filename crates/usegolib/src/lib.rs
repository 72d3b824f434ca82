//! Everything of usegolib that needs no Python: it builds Go modules into
//! shared libraries, stores them, and loads and calls them.
//!
//! A build flows through [`module`] (which version of which module),
//! [`toolchain`] (which Go, which C compiler), [`builder`] (scan, generate,
//! compile, install), [`schema`] (what the module exports), [`bridge`] (the
//! generated Go source) and [`manifest`]; an import flows through [`artifact`]
//! (lookup and integrity) and [`engine`] (dlopen and the C ABI). What a [`project`]
//! declares comes before both.
pub mod artifact;
pub mod bridge;
pub mod builder;
pub mod cli;
pub mod coverage;
pub mod engine;
pub mod environment;
pub mod error;
pub mod manifest;
pub mod module;
pub mod project;
pub mod python;
pub mod schema;
pub mod toolchain;

pub use error::{Category, Diagnostic, Error, Result};
