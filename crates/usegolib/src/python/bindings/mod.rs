//! The bindings generator: a package of an artifact as a static Python module
//! (spec: Python Bindings Generator).
//!
//! A schema flows through [`lower`], which walks what the package exports and
//! says it in Python's terms, the [`model`]: dataclasses, classes for the type
//! checker, the methods of the API. every Go type gets one Python name and
//! its annotations, and [`print`] turns the model into text
//! without deciding anything. What the module does when it runs is in the Python
//! package, `usegolib.bindings`.

mod error;
mod lower;
mod model;
mod print;
mod source;

pub use error::BindingsError;

use crate::schema::Schema;

/// A version of a module, and what it exports.
#[derive(Clone, Copy, Debug)]
pub struct Release<'a> {
    /// Module path.
    pub module: &'a str,
    /// Concrete version, or `local`.
    pub version: &'a str,
    /// Its schema.
    pub schema: &'a Schema,
}

/// The source of a Python module for one package of an artifact.
///
/// # Errors
/// [`BindingsError::NoSuchPackage`] if the artifact hasn't got the package, and
/// [`BindingsError::Type`] if its schema mentions a type that isn't there.
pub fn generate(release: Release<'_>, package: &str) -> Result<String, BindingsError> {
    Ok(print::module(&lower::module(release, package)?))
}
