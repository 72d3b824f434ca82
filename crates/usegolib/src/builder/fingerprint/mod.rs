//! What a local module's artifact is built from, as one short text (spec: Local
//! Build Input Fingerprint).
//!
//! Two digests: of the files that Go would read ([`files`]), and of what turns
//! them into a library (Go, its settings, usegolib). No process is run, but for
//! pkg-config where a module names it ([`cgo`]), so that importing an unchanged
//! module costs little more than reading its files.
//! Where there is no Go to build with, the first digest decides alone.

mod cgo;
mod embed;
mod files;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use fs_err as fs;

use self::files::Files;
use super::BuildError;
use super::digest::Hasher;
use super::go::{release_file, settings_file};
use crate::bridge;
use crate::manifest::{Manifest, Platform};
use crate::module::LocalModule;
use crate::schema::dispatch::WIRE_REVISION;

/// The format of fingerprints; other formats never match.
const FORMAT: &str = "3";

/// Go's variables that decide what is built from the same files.
const SETTINGS: &[&str] = &[
    "GOFLAGS",
    "GOTOOLCHAIN",
    "GOEXPERIMENT",
    "GOROOT",
    "GOWORK",
    "GO386",
    "GOAMD64",
    "GOARM",
    "GOARM64",
    "GOMIPS",
    "GOMIPS64",
    "GOPPC64",
    "GORISCV64",
    "GOFIPS140",
    "AR",
    "CC",
    "CXX",
    crate::environment::STRAIGHT_LINE.name,
    crate::environment::PART_ROWS.name,
    "FC",
    "PKG_CONFIG",
    "PKG_CONFIG_PATH",
    "PKG_CONFIG_LIBDIR",
    "PKG_CONFIG_SYSROOT_DIR",
    "CPATH",
    "C_INCLUDE_PATH",
    "CPLUS_INCLUDE_PATH",
    "LIBRARY_PATH",
    "SDKROOT",
    "MACOSX_DEPLOYMENT_TARGET",
    "CGO_CFLAGS",
    "CGO_CPPFLAGS",
    "CGO_CXXFLAGS",
    "CGO_FFLAGS",
    "CGO_LDFLAGS",
    "CGO_CFLAGS_ALLOW",
    "CGO_CFLAGS_DISALLOW",
    "CGO_CPPFLAGS_ALLOW",
    "CGO_CPPFLAGS_DISALLOW",
    "CGO_CXXFLAGS_ALLOW",
    "CGO_CXXFLAGS_DISALLOW",
    "CGO_FFLAGS_ALLOW",
    "CGO_FFLAGS_DISALLOW",
    "CGO_LDFLAGS_ALLOW",
    "CGO_LDFLAGS_DISALLOW",
];

/// The fingerprint of a local module as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    files: Files,
    tools: Option<String>,
}

impl Fingerprint {
    /// Reads the module's files; `program` is the go command, if there is one,
    /// and `variables` are those that the build sets over the environment's.
    pub(crate) fn of(
        module: &LocalModule,
        program: Option<&Path>,
        variables: &[(String, OsString)],
    ) -> Result<Self, BuildError> {
        Ok(Self {
            files: files::read(module, variables)?,
            tools: program.map(tools).transpose()?,
        })
    }

    /// The folders of packages with C, each with a digest of what the package
    /// reads elsewhere.
    pub(crate) fn cgo(&self) -> &[(PathBuf, String)] {
        &self.files.cgo
    }

    /// Whether an artifact with this recorded fingerprint is still what a
    /// build would give.
    pub(crate) fn matches(&self, recorded: &str) -> bool {
        let mut parts = recorded.split(':');
        parts.next() == Some(FORMAT)
            && parts.next() == Some(&self.files.digest)
            && match (parts.next(), &self.tools) {
                (Some(recorded), Some(tools)) => recorded == tools,
                (Some(_), None) => true,
                (None, _) => false,
            }
            && parts.next().is_none()
    }

    /// As the manifest records it.
    pub(crate) fn record(&self) -> String {
        format!(
            "{FORMAT}:{}:{}",
            self.files.digest,
            self.tools.as_deref().unwrap_or("unknown")
        )
    }
}

/// Whether a manifest's artifact was built from these files, whatever built it.
///
/// # Errors
/// If a file of the module can't be read.
pub fn is_built_from(manifest: &Manifest, module: &LocalModule) -> crate::error::Result<bool> {
    let members = manifest.members();
    let member = members.iter().find(|member| member.module == module.path);
    let Some(recorded) = member.and_then(|member| member.input_fingerprint.as_deref()) else {
        return Ok(false);
    };
    let now = Fingerprint::of(module, None, &manifest.go_options.environment())?;
    Ok(now.matches(recorded))
}

/// The digest of everything but the module's files.
fn tools(program: &Path) -> Result<String, BuildError> {
    let mut hasher = Hasher::default();
    hasher.part(super::GENERATION.as_bytes());
    hasher.part(WIRE_REVISION.as_bytes());
    hasher.part(super::scan::digest().as_bytes());
    for file in bridge::runtime_files() {
        hasher.part(file.path.as_bytes());
        hasher.part(file.contents.as_bytes());
    }
    hasher.part(Platform::host().folder().as_bytes());
    match release_file(program) {
        Some(file) => hasher.part(&fs::read(file)?),
        // A wrapper of some kind: it stands for the release it runs.
        None => hasher.part(&fs::read(program)?),
    }
    for name in SETTINGS {
        let value = std::env::var_os(name).unwrap_or_default();
        hasher.part(name.as_bytes());
        hasher.part(value.as_encoded_bytes());
    }
    if let Some(file) = settings_file()
        && file.is_file()
    {
        hasher.part(&fs::read(file)?);
    }
    Ok(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_go_the_files_decide() {
        let now = |files: &str, tools: Option<&str>| Fingerprint {
            files: Files {
                digest: files.to_owned(),
                cgo: Vec::new(),
            },
            tools: tools.map(str::to_owned),
        };
        let recorded = now("aa", Some("bb")).record();
        assert!(now("aa", Some("bb")).matches(&recorded));
        assert!(now("aa", None).matches(&recorded));
        assert!(!now("aa", Some("cc")).matches(&recorded));
        assert!(!now("ab", None).matches(&recorded));
        assert!(!now("aa", Some("bb")).matches("1:aa:bb"));
        assert!(!now("aa", Some("bb")).matches("3:aa:bb:"));
        assert!(!now("aa", Some("bb")).matches(""));
    }
}
