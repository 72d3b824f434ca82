//! Go's names of operating systems and architectures, and the host's.

use std::borrow::Cow;
use std::env::consts;
use std::fmt;

use crate::error::{Category, Diagnostic};

/// An operating system and an architecture, as Go names them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Platform {
    /// `linux`, `darwin`, `windows`, ...
    pub goos: Cow<'static, str>,
    /// `amd64`, `arm64`, ...
    pub goarch: Cow<'static, str>,
}

/// The host can't load Go libraries.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlatformError {
    /// Go's c-shared libraries need static TLS that musl's loader refuses.
    #[error("this Python is built for musl, which cannot load Go shared libraries")]
    Musl,
}

impl Diagnostic for PlatformError {
    fn category(&self) -> Category {
        Category::Load
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some("use a Python built for glibc (for containers, a Debian-based image)".into())
    }
}

impl Platform {
    /// A platform by Go's names.
    pub fn new(goos: impl Into<String>, goarch: impl Into<String>) -> Self {
        Self {
            goos: Cow::Owned(goos.into()),
            goarch: Cow::Owned(goarch.into()),
        }
    }

    /// The platform this code was compiled for, hence the one whose libraries
    /// this process can load.
    pub fn host() -> Self {
        let goos = match consts::OS {
            "macos" => "darwin",
            other => other,
        };
        let goarch = match consts::ARCH {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            "x86" => "386",
            "powerpc64" if cfg!(target_endian = "little") => "ppc64le",
            "powerpc64" => "ppc64",
            "loongarch64" => "loong64",
            other => other,
        };
        Self {
            goos: Cow::Borrowed(goos),
            goarch: Cow::Borrowed(goarch),
        }
    }

    /// The host, if it can load Go libraries at all. To be asked before any
    /// build or load, so that nobody waits for a library that can't be used.
    pub fn loadable_host() -> Result<Self, PlatformError> {
        if cfg!(target_env = "musl") {
            return Err(PlatformError::Musl);
        }
        Ok(Self::host())
    }

    /// The name of the platform's folder in an artifact root (`linux-amd64`).
    pub fn folder(&self) -> String {
        format!("{}-{}", self.goos, self.goarch)
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.goos, self.goarch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_has_gos_names() {
        let host = Platform::host();
        assert!(
            ["linux", "darwin", "windows", "freebsd"].contains(&host.goos.as_ref()),
            "{host}"
        );
        assert!(["amd64", "arm64"].contains(&host.goarch.as_ref()), "{host}");
        assert_eq!(host.folder(), format!("{}-{}", host.goos, host.goarch));
    }

    #[test]
    fn a_glibc_host_is_loadable_and_musl_is_refused_with_a_remedy() {
        if cfg!(target_env = "musl") {
            assert_eq!(Platform::loadable_host(), Err(PlatformError::Musl));
        } else {
            assert_eq!(Platform::loadable_host(), Ok(Platform::host()));
        }
        let hint = PlatformError::Musl.hint().map(Cow::into_owned);
        assert!(hint.is_some_and(|hint| hint.contains("glibc")));
    }
}
