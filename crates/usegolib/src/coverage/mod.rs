//! Coverage: what of a module Python can call, and why not the rest.
//!
//! The schema says what has a way to cross and what was refused. [`Supply`] goes
//! on from there: it follows which values Python can have, from what it makes
//! itself to what one function hands out to another. [`Survey`] counts, package
//! by package.

mod supply;
mod survey;

pub use supply::Supply;
pub use survey::{Package, Survey};
