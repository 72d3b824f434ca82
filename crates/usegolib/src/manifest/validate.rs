//! Whether a manifest describes something this process can load.

use std::path::{Component, Path};

use super::{Library, Manifest, ManifestError, Platform};

impl Manifest {
    /// Checks that the artifact is for `host` and says where its library is
    /// and what it hashes to; `path` is the manifest's, for messages (spec:
    /// Manifest Version And Platform Validation, Library SHA256 Verification).
    pub fn validate(&self, path: &Path, host: &Platform) -> Result<(), ManifestError> {
        if self.goos != host.goos || self.goarch != host.goarch {
            return Err(ManifestError::WrongPlatform {
                path: path.to_owned(),
                goos: self.goos.clone(),
                goarch: self.goarch.clone(),
                host: host.clone(),
            });
        }
        self.library.validate(path)
    }
}

impl Library {
    pub(super) fn validate(&self, path: &Path) -> Result<(), ManifestError> {
        let Some(sha256) = &self.sha256 else {
            return Err(ManifestError::MissingSha256 {
                path: path.to_owned(),
            });
        };
        if !is_sha256(sha256) {
            return Err(ManifestError::MalformedSha256 {
                path: path.to_owned(),
                found: sha256.chars().take(80).collect(),
            });
        }
        if let Some(problem) = library_path_problem(&self.path) {
            return Err(ManifestError::LibraryPath {
                path: path.to_owned(),
                library: self.path.clone(),
                problem,
            });
        }
        Ok(())
    }
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn library_path_problem(library: &Path) -> Option<&'static str> {
    if library.as_os_str().is_empty() {
        return Some("is empty");
    }
    if library.as_os_str().as_encoded_bytes().contains(&0) {
        return Some("contains a NUL character");
    }
    for component in library.components() {
        match component {
            Component::Normal(_) => {}
            Component::CurDir => return Some("is not a plain relative path"),
            Component::ParentDir => return Some("leaves the artifact's folder"),
            Component::RootDir | Component::Prefix(_) => return Some("is absolute"),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_must_stay_in_its_folder() {
        for good in ["lib.so", "lib/mod.so", "a..b.so"] {
            assert_eq!(library_path_problem(Path::new(good)), None, "{good}");
        }
        for bad in ["", "/lib.so", "../lib.so", "a/../../lib.so", ".", "a\0b"] {
            assert!(library_path_problem(Path::new(bad)).is_some(), "{bad}");
        }
    }

    #[test]
    fn a_digest_is_64_lower_case_hexadecimal_digits() {
        assert!(is_sha256(&"0f".repeat(32)));
        for bad in [
            "",
            "0f",
            &"0F".repeat(32),
            &"0g".repeat(32),
            &"0".repeat(65),
        ] {
            assert!(!is_sha256(bad), "{bad}");
        }
    }
}
