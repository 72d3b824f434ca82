//! Why bindings can't be generated.

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::error::{Category, Diagnostic};
use crate::schema::shape::ShapeError;

/// Bindings that can't be generated or written.
#[derive(Debug, Error)]
pub enum BindingsError {
    /// The artifact has other packages only.
    #[error("{module} {version} has no package {package} in its artifact")]
    NoSuchPackage {
        /// The package asked for.
        package: String,
        /// The artifact's module.
        module: String,
        /// The artifact's version.
        version: String,
        /// What it has.
        packages: Vec<String>,
    },
    /// A broken schema.
    #[error("{name}: {source}")]
    Type {
        /// Whose type it is.
        name: String,
        /// What is wrong with it.
        source: ShapeError,
    },
    /// The file can't be written.
    #[error("{}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl Diagnostic for BindingsError {
    fn category(&self) -> Category {
        match self {
            Self::NoSuchPackage { .. } => Category::ArtifactNotFound,
            Self::Type { .. } => Category::Load,
            Self::Write { .. } => Category::Build,
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::NoSuchPackage { packages, .. } => {
                Some(format!("it has {}", packages.join(", ")).into())
            }
            Self::Type { .. } => Some("build the artifact again: usegolib build --force".into()),
            Self::Write { .. } => None,
        }
    }
}
