//! What can be wrong with a manifest.

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;

use super::{ABI_VERSION, MANIFEST_VERSION, Platform};
use crate::error::{Category, Diagnostic};

/// Why a manifest can't be read, is refused, or can't be written.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The file can't be read.
    #[error("cannot read the manifest {}", path.display())]
    Read {
        /// The manifest.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The path is a folder, a pipe or a device.
    #[error("the manifest {} is not a regular file", path.display())]
    NotAFile {
        /// The manifest.
        path: PathBuf,
    },
    /// The file is larger than any manifest.
    #[error("the manifest {} has {size} bytes, more than the {limit} a manifest may have", path.display())]
    TooLarge {
        /// The manifest.
        path: PathBuf,
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// Not JSON, or not the JSON of a manifest.
    #[error("the manifest {} is malformed: {source}", path.display())]
    Malformed {
        /// The manifest.
        path: PathBuf,
        /// What the parser met, with line and column.
        source: serde_json::Error,
    },
    /// Types that nobody could follow to their end.
    #[error("the manifest {} is malformed: {problem}", path.display())]
    Types {
        /// The manifest.
        path: PathBuf,
        /// Which type, and what is wrong with it.
        problem: String,
    },
    /// A format this version of usegolib doesn't know.
    #[error("the manifest {} has manifest_version {found}; this usegolib reads {MANIFEST_VERSION}", path.display())]
    UnsupportedManifestVersion {
        /// The manifest.
        path: PathBuf,
        /// What the field holds, as JSON.
        found: String,
    },
    /// An ABI this version of usegolib doesn't speak.
    #[error("the manifest {} has abi_version {found}; this usegolib speaks {ABI_VERSION}", path.display())]
    UnsupportedAbiVersion {
        /// The manifest.
        path: PathBuf,
        /// What the field holds, as JSON.
        found: String,
    },
    /// Built for another operating system or architecture.
    #[error("the artifact {} was built for {goos}/{goarch}; this host is {host}", path.display())]
    WrongPlatform {
        /// The manifest.
        path: PathBuf,
        /// The manifest's `goos`.
        goos: String,
        /// The manifest's `goarch`.
        goarch: String,
        /// The host.
        host: Platform,
    },
    /// `library.sha256` is absent.
    #[error("the manifest {} has no library.sha256", path.display())]
    MissingSha256 {
        /// The manifest.
        path: PathBuf,
    },
    /// `library.sha256` is no digest.
    #[error("the manifest {} has library.sha256 {found:?}, which is not 64 lower-case hexadecimal digits", path.display())]
    MalformedSha256 {
        /// The manifest.
        path: PathBuf,
        /// What the field holds.
        found: String,
    },
    /// `library.path` is not a file name inside the artifact's folder.
    #[error("the manifest {} has library.path {:?}, which {problem}", path.display(), library.display().to_string())]
    LibraryPath {
        /// The manifest.
        path: PathBuf,
        /// What the field holds.
        library: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The file can't be written.
    #[error("cannot write the manifest {}", path.display())]
    Write {
        /// The manifest.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Diagnostic for ManifestError {
    fn category(&self) -> Category {
        match self {
            Self::Write { .. } => Category::Build,
            _ => Category::Load,
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(match self {
            Self::UnsupportedManifestVersion { .. } | Self::UnsupportedAbiVersion { .. } => {
                "the artifact was built by another version of usegolib: rebuild it with \
                 `usegolib build --force`, or install that version"
            }
            Self::WrongPlatform { .. } => {
                "build the artifact on this platform, or use the one under its own \
                 <GOOS>-<GOARCH> folder"
            }
            Self::NotAFile { .. }
            | Self::TooLarge { .. }
            | Self::Malformed { .. }
            | Self::Types { .. }
            | Self::MissingSha256 { .. }
            | Self::MalformedSha256 { .. }
            | Self::LibraryPath { .. } => {
                "the artifact is damaged or was changed by hand: rebuild it with \
                 `usegolib build --force`"
            }
            Self::Read { .. } | Self::Write { .. } => return None,
        }))
    }
}
