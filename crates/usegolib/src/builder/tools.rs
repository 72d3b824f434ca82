//! The joint to the toolchains: which go command, in which environment.

use std::ffi::OsString;
use std::path::PathBuf;

use super::BuildError;
use crate::manifest::Platform;

/// The go command and the environment to run it in.
#[derive(Clone, Debug)]
pub(super) struct Tools {
    pub(super) go: PathBuf,
    pub(super) environment: Vec<(OsString, OsString)>,
}

impl Tools {
    /// Where the go command is, if there is one.
    pub(super) fn go() -> Option<PathBuf> {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path)
            .map(|folder| folder.join("go"))
            .find(|program| program.is_file())
    }

    /// Finds everything that a build needs.
    pub(super) fn find() -> Result<Self, BuildError> {
        let go = Self::go().ok_or(BuildError::NoGo)?;
        let host = Platform::host();
        let environment = [
            ("CGO_ENABLED", "1"),
            ("GO111MODULE", "on"),
            ("GOOS", &host.goos),
            ("GOARCH", &host.goarch),
        ]
        .into_iter()
        .map(|(name, value)| (name.into(), value.into()))
        .collect();
        Ok(Self { go, environment })
    }
}
