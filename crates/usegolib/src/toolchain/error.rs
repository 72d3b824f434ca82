//! What can be wrong with a toolchain.

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;

use super::version::{GoVersion, MINIMUM_GO};
use super::zig::ZigError;
use crate::error::{Category, Diagnostic};

/// Why there is nothing to build with.
#[derive(Debug, thiserror::Error)]
pub enum ToolchainError {
    /// No Go anywhere.
    #[error("the Go toolchain is needed to build, but no `go` executable was found")]
    GoNotFound,
    /// A variable names something that isn't an executable file.
    #[error("{variable} is set to {value:?}, which is not an executable file")]
    NotExecutable {
        /// The variable.
        variable: &'static str,
        /// Its value.
        value: String,
    },
    /// The Go that was found can't be run.
    #[error("cannot run {}", path.display())]
    Run {
        /// The executable.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The Go that was found doesn't work.
    #[error("{} env failed:\n{}", path.display(), output.trim_end())]
    Probe {
        /// The executable.
        path: PathBuf,
        /// What it printed.
        output: String,
    },
    /// Go's answer makes no sense.
    #[error("{} env printed what is not understood: {problem}", path.display())]
    Answer {
        /// The executable.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// Too old a Go.
    #[error("{} is {found}, but building needs {MINIMUM_GO} or newer", path.display())]
    GoTooOld {
        /// The executable.
        path: PathBuf,
        /// Its version.
        found: GoVersion,
    },
    /// The path can't be written in the `CC` variable.
    #[error("the path {} has both kinds of quotes, which Go's CC variable cannot express", path.display())]
    Unquotable {
        /// The executable.
        path: PathBuf,
    },
    /// Zig could not be downloaded.
    #[error(transparent)]
    Zig(#[from] ZigError),
}

impl Diagnostic for ToolchainError {
    fn category(&self) -> Category {
        Category::Build
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            // Spec: Missing Go Toolchain Hint.
            Self::GoNotFound => {
                "install Go (https://go.dev/dl/) and make sure `go` is on PATH, or \
                                 `pip install 'usegolib[toolchain]'`; or disable auto-build with \
                                 build_if_missing=False and use prebuilt artifacts or wheels"
                    .into()
            }
            Self::NotExecutable { variable, .. } => {
                format!("set {variable} to the path of the executable, or unset it").into()
            }
            Self::GoTooOld { .. } => format!(
                "install a newer Go (https://go.dev/dl/), `pip install 'usegolib[toolchain]'`, or \
                 let Go download one by setting GOTOOLCHAIN={MINIMUM_GO}.0+auto"
            )
            .into(),
            Self::Run { .. } | Self::Probe { .. } | Self::Answer { .. } => {
                "set USEGOLIB_GO to the path of a working `go`".into()
            }
            Self::Unquotable { .. } => return None,
            Self::Zig(error) => return error.hint(),
        })
    }
}
