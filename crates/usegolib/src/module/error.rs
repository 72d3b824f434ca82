//! What can be wrong with the name of a module.

use std::borrow::Cow;
use std::path::PathBuf;

use thiserror::Error;

use crate::error::{Category, Diagnostic};

/// A module that can't be named, found or read.
#[derive(Debug, Error)]
pub enum ModuleError {
    /// The empty string, or `@version` alone.
    #[error("no module given")]
    Empty,
    /// `path@a` together with another version.
    #[error("{path}: asked for version {inline} in the path and for version {separate} beside it")]
    TwoVersions {
        /// The path, without its version.
        path: String,
        /// The version in the path.
        inline: String,
        /// The version given apart.
        separate: String,
    },
    /// A version for a local directory.
    #[error("{}: a local directory has no version {version}", directory.display())]
    VersionOfDirectory {
        /// The directory.
        directory: PathBuf,
        /// The version asked for.
        version: String,
    },
    /// Something no version, branch or commit can be called.
    #[error("{path}: {version:?} is not a version: it has a blank")]
    MalformedVersion {
        /// The path, without its version.
        path: String,
        /// The version asked for.
        version: String,
    },
    /// A module path where only its directory tells what to build.
    #[error("{path} was built from a local directory")]
    BuiltFromDirectory {
        /// The path.
        path: String,
    },
    /// Something no module or package can be called.
    #[error("{path:?} is not a module path, a package path or a local directory: {reason}")]
    Malformed {
        /// What was given.
        path: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A local path that isn't a directory.
    #[error("{}: no such directory", directory.display())]
    NoDirectory {
        /// The path.
        directory: PathBuf,
    },
    /// A directory outside any module.
    #[error("{}: no go.mod here or in a parent directory", directory.display())]
    NoModule {
        /// The directory.
        directory: PathBuf,
    },
    /// A `go.mod` that names no module.
    #[error("{}: no module line", file.display())]
    NoModuleLine {
        /// The file.
        file: PathBuf,
    },
    /// A package pattern that can't match.
    #[error("package pattern {pattern:?} is not inside module {module}")]
    ForeignPattern {
        /// The pattern.
        pattern: String,
        /// The module's path.
        module: String,
    },
    /// Package patterns that match nothing.
    #[error("no importable package of {module} matches {}", patterns.join(", "))]
    NoMatch {
        /// The module's path.
        module: String,
        /// The patterns.
        patterns: Vec<String>,
    },
    /// A file that can't be read; the message names it.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl Diagnostic for ModuleError {
    fn category(&self) -> Category {
        match self {
            Self::Empty
            | Self::TwoVersions { .. }
            | Self::VersionOfDirectory { .. }
            | Self::Malformed { .. }
            | Self::MalformedVersion { .. }
            | Self::BuiltFromDirectory { .. }
            | Self::ForeignPattern { .. } => Category::Usage,
            _ => Category::Build,
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::TwoVersions { .. } => "give the version once".into(),
            Self::VersionOfDirectory { directory, .. } => format!(
                "leave the version out: what is in {} is what is built",
                directory.display()
            )
            .into(),
            Self::MalformedVersion { .. } => {
                "a version is like v1.2.3, v1.2, latest, a branch or a commit".into()
            }
            Self::BuiltFromDirectory { .. } => "give the directory in place of the path".into(),
            Self::Malformed { .. } => {
                "a local directory starts with ./ or ../ or is an absolute path".into()
            }
            Self::NoDirectory { directory }
                if directory.is_relative() && std::env::current_dir().is_err() =>
            {
                "the working directory has been removed; relative paths lead nowhere from it".into()
            }
            Self::NoModule { directory } => format!(
                "run `go mod init <module path>` in {}, or give the directory of a module",
                directory.display()
            )
            .into(),
            Self::NoModuleLine { .. } => {
                "a go.mod starts with a line `module <module path>`".into()
            }
            Self::ForeignPattern { .. } => {
                "patterns are relative (./a, ./a/...) or import paths of the module".into()
            }
            Self::NoMatch { .. } => {
                "internal, main and test packages can't be imported; `go list ./...` shows all"
                    .into()
            }
            _ => return None,
        })
    }
}
