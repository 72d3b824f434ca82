//! What can go wrong in the artifact store.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use super::Store;
use crate::error::{Category, Diagnostic};
use crate::manifest::{ManifestError, Platform};
use crate::module::LOCAL_VERSION;

/// Why an artifact can't be found, read, verified, installed or removed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No artifact matches.
    #[error(transparent)]
    NotFound(Box<NotFound>),
    /// Several versions match and none was asked for.
    #[error(transparent)]
    Ambiguous(Box<Ambiguous>),
    /// The text can't be an import path.
    #[error("{path:?} is not an import path: it {problem}")]
    ImportPath {
        /// The text.
        path: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The text can't be a version.
    #[error("{version:?} is not a module version: it {problem}")]
    Version {
        /// The text.
        version: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The manifest is refused.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The library isn't the one the manifest describes.
    #[error("the library {} has sha256 {actual}, but its manifest says {expected}", path.display())]
    Sha256Mismatch {
        /// The library.
        path: PathBuf,
        /// The manifest's digest.
        expected: String,
        /// The file's digest.
        actual: String,
    },
    /// A pipe, a device or a folder where a library should be.
    #[error("the library {} is not a regular file", path.display())]
    NotAFile {
        /// What is there.
        path: PathBuf,
    },
    /// A file or folder of the store can't be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file or folder of the store can't be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Waiting for another process was given up.
    #[error("interrupted while waiting for the lock {}", path.display())]
    Interrupted {
        /// The lock file.
        path: PathBuf,
    },
    /// Waiting for what this thread itself is at would take for ever.
    #[error("this thread is at it already and can't wait for itself ({holder}, lock {})", path.display())]
    OwnLock {
        /// What the holder says about itself.
        holder: String,
        /// The lock file.
        path: PathBuf,
    },
    /// There is no home folder to put the cache in.
    #[error("this user has no home folder, so there is no default cache folder")]
    NoCacheFolder,
}

/// A request that no artifact matches.
#[derive(Debug, thiserror::Error)]
#[error("no artifact for {} on {platform} under {}{}{}", request(path, version.as_deref()), root.display(), instead(versions), because(left_out.as_deref()))]
pub struct NotFound {
    /// The import path that was asked for.
    pub path: String,
    /// The version that was asked for.
    pub version: Option<String>,
    /// The platform whose artifacts were looked at.
    pub platform: Platform,
    /// The artifact root.
    pub root: PathBuf,
    /// The versions that are there in place of the one that was asked for, in
    /// order.
    pub versions: Vec<String>,
    /// Folders below the root that couldn't be searched.
    pub unreadable: Vec<PathBuf>,
    /// Why the package is not in the artifact of its module, which is there.
    pub left_out: Option<String>,
    /// Whether several modules in one library are what was asked for.
    pub bundle: bool,
}

/// A request without a version that artifacts of several versions match.
#[derive(Debug, thiserror::Error)]
#[error("several versions of {module} provide {path} on {platform} under {}: {}", root.display(), some_of(versions))]
pub struct Ambiguous {
    /// The import path that was asked for.
    pub path: String,
    /// The module that provides it.
    pub module: String,
    /// The matching versions, in order.
    pub versions: Vec<String>,
    /// The platform whose artifacts were looked at.
    pub platform: Platform,
    /// The artifact root.
    pub root: PathBuf,
}

impl StoreError {
    pub(super) fn read(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Read { path, source }
    }

    pub(super) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Write { path, source }
    }
}

fn request(path: &str, version: Option<&str>) -> String {
    match version {
        Some(version) => format!("{path}@{version}"),
        None => path.to_owned(),
    }
}

/// How many versions a message lists.
const LISTED: usize = 8;

/// The versions as a message lists them: the last ones, if there are many.
fn some_of(versions: &[String]) -> String {
    let (more, listed) = versions.split_at(versions.len().saturating_sub(LISTED));
    let listed = listed.join(", ");
    match more.len() {
        0 => listed,
        count => format!("{listed} and {count} more"),
    }
}

fn instead(versions: &[String]) -> String {
    if versions.is_empty() {
        return String::new();
    }
    format!("; what is there: {}", some_of(versions))
}

fn because(left_out: Option<&str>) -> String {
    left_out.map_or_else(String::new, |reason| {
        format!(": the package was left out of its module's artifact:\n{reason}")
    })
}

impl Diagnostic for StoreError {
    fn category(&self) -> Category {
        match self {
            Self::NotFound(_) => Category::ArtifactNotFound,
            Self::Ambiguous(_) => Category::AmbiguousArtifact,
            Self::ImportPath { .. } | Self::Version { .. } => Category::Usage,
            Self::Manifest(error) => error.category(),
            Self::Sha256Mismatch { .. } | Self::NotAFile { .. } | Self::Read { .. } => {
                Category::Load
            }
            Self::Write { .. }
            | Self::Interrupted { .. }
            | Self::OwnLock { .. }
            | Self::NoCacheFolder => Category::Build,
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::NotFound(error) => error.hint().into(),
            Self::Ambiguous(error) => {
                let last = error.versions.last()?;
                format!("say which one, for example version={last:?}").into()
            }
            Self::Manifest(error) => return error.hint(),
            Self::Sha256Mismatch { .. } | Self::NotAFile { .. } => {
                "the library was changed after it was built: rebuild \
                                            it with `usegolib build --force`"
                    .into()
            }
            Self::Write { source, .. } => write_hint(source)?.into(),
            Self::OwnLock { .. } => "a signal handler that runs during a build can't import what \
                                     is being built: import it before, or in the handler only \
                                     note that it is wanted"
                .into(),
            Self::NoCacheFolder => {
                "set USEGOLIB_ARTIFACT_DIR and USEGOLIB_CACHE_DIR, or HOME".into()
            }
            Self::ImportPath { .. }
            | Self::Version { .. }
            | Self::Read { .. }
            | Self::Interrupted { .. } => return None,
        })
    }
}

impl NotFound {
    /// The error for a bundle, by what it is of.
    pub fn of_bundle(title: String, store: &Store) -> Self {
        Self {
            path: title,
            version: None,
            platform: store.platform().clone(),
            root: store.root().to_owned(),
            versions: Vec::new(),
            unreadable: Vec::new(),
            left_out: None,
            bundle: true,
        }
    }

    fn hint(&self) -> String {
        if self.bundle {
            return format!(
                "build it with `usegolib build --bundle {}`, or let the import build it \
                 (build_if_missing=True)",
                self.path.replace(" + ", " ")
            );
        }
        if self.version.as_deref() == Some(LOCAL_VERSION) {
            return "version \"local\" is what was built from a directory: give the directory, or \
                    `usegolib build --module DIRECTORY`"
                .to_owned();
        }
        let mut hint = format!(
            "build it with `usegolib build --module {} --out DIR`, or let the import build it \
             (build_if_missing=True)",
            request(&self.path, self.version.as_deref())
        );
        if let Some(first) = self.unreadable.first() {
            let _ = write!(
                hint,
                "; {} folders could not be searched, the first is {}",
                self.unreadable.len(),
                first.display()
            );
        }
        hint
    }
}

fn write_hint(error: &io::Error) -> Option<&'static str> {
    Some(match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "there is no room: free some space (`usegolib artifact rm` removes artifacts), or \
             choose another artifact root with USEGOLIB_ARTIFACT_DIR or artifact_dir"
        }
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
            "the artifact root cannot be written to: choose another one with \
             USEGOLIB_ARTIFACT_DIR or artifact_dir"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_and_a_read_only_root_are_build_errors_with_a_remedy() {
        for (kind, part) in [
            (io::ErrorKind::StorageFull, "artifact rm"),
            (io::ErrorKind::QuotaExceeded, "artifact rm"),
            (io::ErrorKind::ReadOnlyFilesystem, "USEGOLIB_ARTIFACT_DIR"),
            (io::ErrorKind::PermissionDenied, "USEGOLIB_ARTIFACT_DIR"),
        ] {
            let error = StoreError::write(Path::new("/root/x"))(kind.into());
            assert_eq!(error.category(), Category::Build);
            assert!(
                error.hint().is_some_and(|hint| hint.contains(part)),
                "{kind}"
            );
        }
    }
}
