//! The manifest: `manifest.json` beside every built library.
//!
//! It says what the artifact is (module, version, platform), what it exports
//! (the schema) and which file holds the library (path and sha256). [`Header`]
//! is the part that lookup needs; [`Manifest`] the whole, refused unless this
//! version of usegolib understands it (spec: Manifest Version And Platform
//! Validation).

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::schema::{Function, Schema};

/// The manifest format this version writes and reads.
pub const MANIFEST_VERSION: u32 = 1;
/// The ABI this version speaks.
pub const ABI_VERSION: u32 = 0;
/// The manifest's file name.
pub const FILE_NAME: &str = "manifest.json";

/// What lookup needs of a manifest; other fields may be anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Module path.
    pub module: String,
    /// Concrete version, or `local`.
    pub version: String,
    /// Go's name of the operating system.
    pub goos: String,
    /// Go's name of the architecture.
    pub goarch: String,
    /// Import paths of the packages in the artifact.
    pub packages: Vec<String>,
}

/// Where the library is and what it hashes to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Library {
    /// Relative to the manifest's folder.
    pub path: PathBuf,
    /// 64 lower-case hexadecimal digits. Optional so that its absence is
    /// reported as such (spec: Library SHA256 Verification).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// The whole of `manifest.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`MANIFEST_VERSION`].
    pub manifest_version: u32,
    /// [`ABI_VERSION`].
    pub abi_version: u32,
    /// Module path.
    pub module: String,
    /// Concrete version, or `local`.
    pub version: String,
    /// Go's name of the operating system.
    pub goos: String,
    /// Go's name of the architecture.
    pub goarch: String,
    /// The Go release that built the library (`go1.26.8`).
    #[serde(default)]
    pub go_version: String,
    /// The usegolib version that built the library.
    #[serde(default)]
    pub usegolib_version: String,
    /// Import paths of the packages in the artifact.
    pub packages: Vec<String>,
    /// The package patterns the build was restricted to; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub package_patterns: Vec<String>,
    /// The package-level functions.
    #[serde(default)]
    pub symbols: Vec<Function>,
    /// Everything else that is exported.
    #[serde(default)]
    pub schema: Schema,
    /// The library's file.
    #[serde(default)]
    pub library: Library,
    /// What a local module's artifact was built from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_fingerprint: Option<String>,
}

impl Manifest {
    /// The path of the library, given the folder the manifest is in.
    pub fn library_path(&self, folder: &Path) -> PathBuf {
        folder.join(&self.library.path)
    }
}
