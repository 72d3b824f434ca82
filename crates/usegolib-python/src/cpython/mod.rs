//! Direct use of the C API, for what pyo3 has no (equally fast) safe form of.
//!
//! Two things are here. Values: small safe functions around a few C calls, exact
//! types first, no allocation but for the object made ([`attribute`], [`buffer`], [`dict`],
//! [`instance`], [`integer`], [`key`], [`list`], [`string`]). And descriptors:
//! types made with data of their own, that lead a call of the interpreter's to a
//! [`Callee`] ([`function`]s, [`field`]s, the [`numbered`] methods of classes and
//! other [`method`]s), with [`Arguments`] in Python's convention. What is called
//! is for higher floors to say.

mod arguments;
pub(crate) mod attribute;
pub(crate) mod buffer;
mod callee;
pub(crate) mod dict;
pub(crate) mod entry;
pub(crate) mod field;
pub(crate) mod function;
pub(crate) mod instance;
pub(crate) mod integer;
pub(crate) mod key;
pub(crate) mod list;
pub(crate) mod method;
pub(crate) mod numbered;
pub(crate) mod string;

pub(crate) use arguments::Arguments;
pub(crate) use callee::{Callee, Lazy};
