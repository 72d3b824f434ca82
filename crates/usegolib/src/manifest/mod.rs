//! The manifest: `manifest.json` beside every built library.
//!
//! It says what the artifact is (module, version, platform), what it exports
//! (the schema) and which file holds the library (path and sha256). [`Header`]
//! is the part that lookup needs; [`Manifest`] the whole, refused unless this
//! version of usegolib understands it (spec: Manifest Version And Platform
//! Validation).
//!
//! A manifest is untrusted input: [`read()`] turns whatever the file holds into a
//! [`Manifest`] or a [`ManifestError`] that names the file, [`Manifest::validate`]
//! compares it with the host, [`write()`] replaces it atomically.

mod bounds;
mod error;
mod member;
mod module;
mod platform;
mod read;
pub(crate) mod regular;
mod validate;
mod write;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use error::ManifestError;
pub use member::{BUNDLES, Member, member_of};
pub use module::{License, Module, STANDARD_LIBRARY};
pub use platform::{Platform, PlatformError};
pub use read::{SIZE_LIMIT, parse, parse_header, read, read_bytes, read_header};
pub(crate) use write::new_file_in;
pub use write::write;

/// The ABI this version speaks.
pub use crate::schema::protocol::ABI_VERSION;
use crate::schema::{Function, Schema};

/// The manifest format this version writes and reads.
pub const MANIFEST_VERSION: u32 = 1;
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

/// A generic function and the type arguments to build it for, as a generics
/// file asks for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instantiation {
    /// Import path of the function's package.
    pub pkg: String,
    /// The function's name.
    pub name: String,
    /// Type arguments, as type expressions in the scope of the package.
    pub type_args: Vec<String>,
}

/// What Go is told to build with, besides its own settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GoOptions {
    /// Build tags, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Build flags, as `go build` takes them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// `CGO_CFLAGS` and the like.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, String>,
}

impl GoOptions {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The whole of `manifest.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`MANIFEST_VERSION`].
    pub manifest_version: u32,
    /// [`ABI_VERSION`].
    pub abi_version: u32,
    /// Module path; [`BUNDLES`] for a bundle.
    pub module: String,
    /// Concrete version, or `local`; the digest of a bundle.
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
    /// The modules that a bundle is of; their packages are those above. Any other
    /// artifact is of the module above alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Member>,
    /// The package patterns the build was restricted to; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub package_patterns: Vec<String>,
    /// The instantiations of generic functions that were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instantiations: Vec<Instantiation>,
    /// The instantiations that Python asked for before there were any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<Instantiation>,
    /// What Go was told to build with.
    #[serde(default, skip_serializing_if = "GoOptions::is_empty")]
    pub go_options: GoOptions,
    /// What the environment told Go to build with.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub go_environment: BTreeMap<String, String>,
    /// The package-level functions as the file has them. In memory they are in
    /// `schema.symbols`: [`read()`] moves them there and [`write()`] back.
    #[serde(default)]
    pub symbols: Vec<Function>,
    /// Everything else that is exported.
    #[serde(default)]
    pub schema: Schema,
    /// The modules that were compiled in, the standard library among them, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modules: Vec<Module>,
    /// The library's file.
    #[serde(default)]
    pub library: Library,
    /// Whether the library was loaded once, in a process of its own, before it
    /// was installed.
    #[serde(default)]
    pub tried: bool,
    /// What a local module's artifact was built from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_fingerprint: Option<String>,
}

impl Manifest {
    /// The path of the library, given the folder the manifest is in.
    pub fn library_path(&self, folder: &Path) -> PathBuf {
        folder.join(&self.library.path)
    }

    /// The part that lookup needs.
    pub fn header(&self) -> Header {
        Header {
            module: self.module.clone(),
            version: self.version.clone(),
            goos: self.goos.clone(),
            goarch: self.goarch.clone(),
            packages: self.packages.clone(),
        }
    }
}
