//! Where things are in an artifact root.

use std::path::{Path, PathBuf};
use std::time::Duration;

use etcetera::BaseStrategy;
use fs_err as fs;

use super::StoreError;
use super::identity::SETTLING_TIME;
use crate::environment;
use crate::manifest::{self, BUNDLES, Platform};

/// An artifact root (spec: Artifact Directory Layout).
///
/// ```text
/// <root>/
///   .usegolib-index.json                  which versions of which modules there are (a cache)
///   .usegolib-snapshot                    what is not in its place, as of the last miss (a cache)
///   example.com/mod@v1.2.3/               one per module and version; the elements of the
///                                         module path are folders
///     linux-amd64/                        one per platform: the artifact's folder
///       manifest.json                     present exactly when the artifact is whole
///       libmod-1f0c8a2b9d3e.so            the library, named after its content
///       .manifest-map                     where the entries of a large manifest are (a cache)
///       .verified                         when the library was last hashed (USEGOLIB_VERIFY=changed)
///     .linux-amd64.lock                   held while the artifact is built or removed
///     .linux-amd64.new-x7Kd2a/            a build at work; left over if it was killed
///   _bundles/
///     9f86d081884c7d65.../                one per bundle, named after what was asked for
///       linux-amd64/                      as above
/// ```
///
/// Names that begin with a dot are never artifacts. A manifest whose module,
/// version and platform are those of its place is *in place*; one that is
/// anywhere else (copied by hand, say) is *displaced*: it is found only when
/// nothing in place matches.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
    platform: Platform,
    /// How old a folder's last change must be for its listing to be remembered.
    pub(super) settling_time: Duration,
}

/// The place of one artifact in a root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    version_folder: PathBuf,
    /// Module path.
    pub module: String,
    /// Concrete version, or `local`.
    pub version: String,
    /// The platform.
    pub platform: Platform,
}

impl Store {
    /// The root at `path`, which need not exist, with the host's platform.
    /// A relative path is relative to the current folder of this moment.
    pub fn new(path: &Path) -> Result<Self, StoreError> {
        Self::for_platform(path, Platform::host())
    }

    /// The same for another platform's artifacts.
    pub fn for_platform(path: &Path, platform: Platform) -> Result<Self, StoreError> {
        let root = std::path::absolute(path).map_err(StoreError::read(path))?;
        Ok(Self {
            root,
            platform,
            settling_time: SETTLING_TIME,
        })
    }

    /// The default root: `USEGOLIB_ARTIFACT_DIR`, else `artifacts` in
    /// [`cache_folder`].
    pub fn default_root() -> Result<Self, StoreError> {
        match environment::ARTIFACT_DIR.path() {
            Some(path) => Self::new(&path),
            None => Self::new(&cache_folder()?.join("artifacts")),
        }
    }

    /// The root's absolute path.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The platform whose artifacts are looked up.
    pub fn platform(&self) -> &Platform {
        &self.platform
    }

    /// The place of the artifact of `module` at `version` on this platform; for
    /// [`BUNDLES`] that of the bundle with this digest.
    pub fn place(&self, module: &str, version: &str) -> Result<Place, StoreError> {
        check_module_path(module)?;
        check_version(version)?;
        let folder = if module == BUNDLES {
            format!("{module}/{version}")
        } else {
            format!("{module}@{version}")
        };
        Ok(Place {
            version_folder: self.root.join(folder),
            module: module.to_owned(),
            version: version.to_owned(),
            platform: self.platform.clone(),
        })
    }
}

impl Place {
    /// The folder that holds the artifacts of all platforms.
    pub fn version_folder(&self) -> &Path {
        &self.version_folder
    }

    /// The artifact's folder.
    pub fn folder(&self) -> PathBuf {
        self.version_folder.join(self.platform.folder())
    }

    /// The artifact's manifest.
    pub fn manifest(&self) -> PathBuf {
        self.folder().join(manifest::FILE_NAME)
    }

    /// The lock that whoever builds or removes the artifact holds.
    pub fn lock(&self) -> PathBuf {
        self.version_folder
            .join(format!(".{}.lock", self.platform.folder()))
    }

    /// How the names of folders of builds at work begin.
    pub(super) fn staging_prefix(&self) -> String {
        format!(".{}.new-", self.platform.folder())
    }
}

/// The folder for everything usegolib keeps between runs: `USEGOLIB_CACHE_DIR`,
/// else `usegolib` in the platform's cache folder (`~/.cache`,
/// `~/Library/Caches`, `%LOCALAPPDATA%`).
pub fn cache_folder() -> Result<PathBuf, StoreError> {
    if let Some(path) = environment::CACHE_DIR.path() {
        return std::path::absolute(&path).map_err(StoreError::read(&path));
    }
    let strategy =
        etcetera::base_strategy::choose_native_strategy().map_err(|_| StoreError::NoCacheFolder)?;
    Ok(strategy.cache_dir().join("usegolib"))
}

/// Refuses what could not be an import path, or would be looked for outside
/// of the root.
pub(super) fn check_import_path(path: &str) -> Result<(), StoreError> {
    let problem = if path.is_empty() {
        Some("is empty")
    } else if path.contains(|c: char| c.is_control() || matches!(c, '\\' | ':' | '@')) {
        Some("contains a character that no import path has")
    } else {
        path.split('/').find_map(|element| match element {
            "" => Some("has an empty element"),
            "." | ".." => Some("has a dot as an element"),
            _ => None,
        })
    };
    match problem {
        Some(problem) => Err(StoreError::ImportPath {
            path: path.to_owned(),
            problem,
        }),
        None => Ok(()),
    }
}

fn check_module_path(module: &str) -> Result<(), StoreError> {
    check_import_path(module)?;
    if module.split('/').any(|element| element.starts_with('.')) {
        return Err(StoreError::ImportPath {
            path: module.to_owned(),
            problem: "has an element that begins with a dot",
        });
    }
    Ok(())
}

pub(super) fn check_version(version: &str) -> Result<(), StoreError> {
    let problem = if version.is_empty() {
        "is empty"
    } else if version.starts_with('.') {
        "begins with a dot"
    } else if version.contains(|c: char| c.is_control() || matches!(c, '/' | '\\' | ':' | '@')) {
        "contains a character that no version has"
    } else {
        return Ok(());
    };
    Err(StoreError::Version {
        version: version.to_owned(),
        problem,
    })
}

/// Removes `folder` and the folders above it up to `root` as far as they are
/// empty. That something else appears in one of them meanwhile ends it.
pub(super) fn prune_empty(folder: &Path, root: &Path) {
    let mut folder = folder;
    while folder != root && folder.starts_with(root) && fs::remove_dir(folder).is_ok() {
        match folder.parent() {
            Some(parent) => folder = parent,
            None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_follow_the_spec_layout() {
        let store =
            Store::for_platform(Path::new("/out"), Platform::new("linux", "amd64")).unwrap();
        let place = store.place("example.com/mod", "v1.2.3").unwrap();
        assert_eq!(
            place.manifest(),
            Path::new("/out/example.com/mod@v1.2.3/linux-amd64/manifest.json")
        );
        assert_eq!(
            place.lock(),
            Path::new("/out/example.com/mod@v1.2.3/.linux-amd64.lock")
        );
        let bundle = store.place(BUNDLES, "9f86d081").unwrap();
        assert_eq!(
            bundle.manifest(),
            Path::new("/out/_bundles/9f86d081/linux-amd64/manifest.json")
        );
    }

    #[test]
    fn paths_that_would_leave_the_root_are_refused() {
        let store = Store::new(Path::new("/out")).unwrap();
        for module in [
            "", "/etc", "a/../b", "a//b", ".", "..", "a\\b", "c:/x", "a@b", ".git/x",
        ] {
            assert!(
                matches!(
                    store.place(module, "v1.0.0"),
                    Err(StoreError::ImportPath { .. })
                ),
                "{module}"
            );
        }
        for version in ["", "..", "../v1", "a/b", "v1@v2", "v1\0"] {
            assert!(
                matches!(store.place("a", version), Err(StoreError::Version { .. })),
                "{version}"
            );
        }
    }
}
