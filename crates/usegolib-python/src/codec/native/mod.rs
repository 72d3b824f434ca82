//! Direct use of the C API, for what pyo3 has no equally fast safe form of.
//!
//! Everything here is a small safe function around a few C calls: exact types
//! first, no allocation but for the object made. Values flow in from `kind/`
//! and out as Rust numbers, bytes or new Python objects.

pub(super) mod buffer;
pub(super) mod copy;
pub(super) mod dict;
pub(super) mod instance;
pub(super) mod integer;
pub(super) mod key;
pub(super) mod list;
pub(super) mod string;
