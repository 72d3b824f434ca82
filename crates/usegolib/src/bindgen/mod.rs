//! The bindings generator: a package of an artifact as a static Python module
//! (spec: Python Bindings Generator).
//!
//! A schema flows through [`lower`], which walks what the package exports and
//! says it in Python's terms, the [`model`]: dataclasses, classes for the type
//! checker, the methods of the API. [`names`] gives every Go type one Python
//! name, [`annotation`] writes types, and [`print`] turns the model into text
//! without deciding anything. What the module does when it runs is in the Python
//! package, `usegolib.bindings`.

mod annotation;
mod error;
mod lower;
mod model;
mod names;
mod print;
mod source;

pub use error::BindgenError;

use crate::manifest::Manifest;

/// The source of a Python module for one package of an artifact.
///
/// # Errors
/// [`BindgenError::NoSuchPackage`] if the artifact hasn't got the package, and
/// [`BindgenError::Type`] if its schema mentions a type that isn't there.
pub fn generate(manifest: &Manifest, package: &str) -> Result<String, BindgenError> {
    Ok(print::module(&lower::module(manifest, package)?))
}
