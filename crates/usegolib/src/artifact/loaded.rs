//! What a module that is already loaded in this process means for an import.
//!
//! A process holds at most one version of a module (spec: Module Version
//! Uniqueness Per Process), and one artifact of it; an import without a version
//! follows it. The functions here only decide; the runtime keeps the list of
//! what is loaded.

use std::borrow::Cow;
use std::path::PathBuf;

use super::lookup::is_within;
use crate::error::{Category, Diagnostic};
use crate::schema::ExcludedPackage;

/// One module loaded in this process.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LoadedModule<'a> {
    /// Module path.
    pub module: &'a str,
    /// The loaded version.
    pub version: &'a str,
    /// The packages its artifact has.
    pub packages: &'a [String],
    /// Those that were left out of it, each with its reason.
    pub excluded: &'a [ExcludedPackage],
    /// Whether its artifact was built for some packages only.
    pub restricted: bool,
}

/// What to do for an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Use the loaded module with this position in the list.
    Follow(usize),
    /// No loaded module answers: look the path up, and ask [`admit`] before
    /// building or loading what was found.
    Lookup,
}

/// What is loaded is in the way of an import.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadedError {
    /// The process has another version of the module.
    #[error(
        "cannot import {path} at version {requested}: {module} is already loaded at version {loaded} in this process"
    )]
    Version {
        /// The import path that was asked for.
        path: String,
        /// The module that provides it.
        module: String,
        /// The version that is loaded.
        loaded: String,
        /// The version that was asked for or found.
        requested: String,
    },
    /// The process has the module from another local directory.
    #[error(
        "cannot import {module} from {}: in this process it is already loaded from {}", requested.display(), loaded.display()
    )]
    Directory {
        /// The module.
        module: String,
        /// The directory it was loaded from, or the folder of its artifact.
        loaded: PathBuf,
        /// The directory that was asked for.
        requested: PathBuf,
    },
    /// A module is loaded in another library than the one that is to have it.
    #[error(
        "cannot bundle {bundle}: {module} is already loaded at version {loaded} in this process, in another library"
    )]
    Apart {
        /// What was to be bundled.
        bundle: String,
        /// The module that is loaded.
        module: String,
        /// The version that is loaded.
        loaded: String,
    },
    /// The artifact that is loaded lacks the package, and a second one of the
    /// same module can't be loaded beside it.
    #[error(
        "cannot import {path}: {module} is already loaded at version {loaded} in this process, from an artifact without that package{}", because(left_out.as_deref())
    )]
    Package {
        /// The import path that was asked for.
        path: String,
        /// The loaded module.
        module: String,
        /// The version that is loaded.
        loaded: String,
        /// Whether its artifact was built for some packages only.
        restricted: bool,
        /// Why the package is not in the artifact, where that is known.
        left_out: Option<String>,
    },
}

fn because(left_out: Option<&str>) -> String {
    left_out.map_or_else(String::new, |reason| {
        format!("; it was left out:\n{reason}")
    })
}

impl Diagnostic for LoadedError {
    fn category(&self) -> Category {
        match self {
            Self::Version { .. } | Self::Directory { .. } | Self::Apart { .. } => {
                Category::VersionConflict
            }
            Self::Package { .. } => Category::ArtifactNotFound,
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some(
            match self {
                Self::Version {
                    path,
                    loaded,
                    requested,
                    ..
                } => format!(
                    "a process holds one version of a Go module: import {path} without a version \
                     to use {loaded}, or use another process for {requested}"
                ),
                Self::Directory { requested, .. } => format!(
                    "a process holds one version of a Go module: use another process for {}",
                    requested.display()
                ),
                Self::Apart { module, .. } => format!(
                    "a process holds one library with a Go module: bundle first, before {module} \
                     is imported by itself or in another bundle"
                ),
                Self::Package {
                    path,
                    module,
                    loaded,
                    restricted,
                    ..
                } => {
                    let whole = if *restricted {
                        format!(
                            "the loaded artifact was built for some packages only; build one that \
                             has them all (`usegolib build --force`, without --package, of \
                             {module}@{loaded}) and import from it"
                        )
                    } else {
                        format!(
                            "a process holds one artifact of a Go module; to have both, build one \
                             of {module} at a version that has {path}, and import that"
                        )
                    };
                    format!("{whole} in a new process")
                }
            }
            .into(),
        )
    }
}

impl LoadedModule<'_> {
    fn has(&self, path: &str) -> bool {
        self.packages.iter().any(|package| package == path)
            // A module without a package at its root can be imported as well.
            || path == self.module && !self.restricted && self.left_out(path).is_none()
    }

    fn left_out(&self, path: &str) -> Option<&str> {
        let found = self
            .excluded
            .iter()
            .find(|excluded| excluded.path == path)?;
        Some(found.reason.trim())
    }

    fn at_another_version(&self, path: &str, requested: &str) -> LoadedError {
        LoadedError::Version {
            path: path.to_owned(),
            module: self.module.to_owned(),
            loaded: self.version.to_owned(),
            requested: requested.to_owned(),
        }
    }

    fn lacks(&self, path: &str) -> LoadedError {
        LoadedError::Package {
            path: path.to_owned(),
            module: self.module.to_owned(),
            loaded: self.version.to_owned(),
            restricted: self.restricted,
            left_out: self.left_out(path).map(str::to_owned),
        }
    }
}

/// Decides about an import of `path` before any lookup. `version` is concrete,
/// or a query that nobody can resolve; one that can be has to be resolved first.
///
/// A module is asked only for what it has: `example.com/mod/sub` may be a package
/// of `example.com/mod` or a module of its own, and the second one does not
/// have to follow the first one's version.
pub fn decide(
    loaded: &[LoadedModule<'_>],
    path: &str,
    version: Option<&str>,
) -> Result<Decision, LoadedError> {
    let provider = loaded
        .iter()
        .enumerate()
        .filter(|(_, module)| {
            module.module == path || is_within(path, module.module) && module.has(path)
        })
        .max_by_key(|(_, module)| module.module.len());
    let Some((at, module)) = provider else {
        return Ok(Decision::Lookup);
    };
    match version {
        Some(version) if version != module.version => Err(module.at_another_version(path, version)),
        _ if module.has(path) => Ok(Decision::Follow(at)),
        _ => Err(module.lacks(path)),
    }
}

/// The loaded module that `path` may be a package of, although its artifact
/// lacks it: what is found for `path` may not be admitted, so it is to be found
/// out what that is before it is built.
pub fn in_the_way(loaded: &[LoadedModule<'_>], path: &str) -> Option<usize> {
    loaded
        .iter()
        .enumerate()
        .filter(|(_, module)| is_within(path, module.module))
        .max_by_key(|(_, module)| module.module.len())
        .map(|(at, _)| at)
}

/// The error for a package that is nowhere, or in several versions of a loaded
/// module whose artifact lacks it.
pub fn lacking(loaded: &LoadedModule<'_>, path: &str) -> LoadedError {
    loaded.lacks(path)
}

/// Decides about the module that an import of `path` was resolved to, before
/// it is built or loaded: the loaded one may be it, or be in the way.
/// `asked` says whether the import named a version: if not, it follows the
/// loaded one, wherever it finds another.
pub fn admit(
    loaded: &[LoadedModule<'_>],
    path: &str,
    module: &str,
    version: &str,
    asked: bool,
) -> Result<Decision, LoadedError> {
    match loaded.iter().position(|loaded| loaded.module == module) {
        None => Ok(Decision::Lookup),
        Some(at) if asked && loaded[at].version != version => {
            Err(loaded[at].at_another_version(path, version))
        }
        Some(at) if loaded[at].has(path) => Ok(Decision::Follow(at)),
        Some(at) => Err(loaded[at].lacks(path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_loaded<T>(check: impl FnOnce(&[LoadedModule<'_>]) -> T) -> T {
        let packages = [
            "example.com/mod".to_owned(),
            "example.com/mod/sub".to_owned(),
        ];
        let nested = ["example.com/mod/nested/x".to_owned()];
        let excluded = [ExcludedPackage {
            path: "example.com/mod/broken".to_owned(),
            reason: "broken.go:3: no\n".to_owned(),
            compiles: false,
        }];
        let part = ["example.com/part/a".to_owned()];
        let module = |module, version, packages| LoadedModule {
            module,
            version,
            packages,
            excluded: &[],
            restricted: false,
        };
        check(&[
            LoadedModule {
                excluded: &excluded,
                ..module("example.com/mod", "v1.2.0", &packages)
            },
            module("example.com/mod/nested", "v0.3.0", &nested),
            LoadedModule {
                restricted: true,
                ..module("example.com/part", "v1.0.0", &part)
            },
        ])
    }

    #[test]
    fn imports_without_version_follow_the_loaded_module() {
        with_loaded(|loaded| {
            for (path, at) in [
                ("example.com/mod", 0),
                ("example.com/mod/sub", 0),
                ("example.com/mod/nested/x", 1),
                ("example.com/mod/nested", 1),
            ] {
                assert_eq!(
                    decide(loaded, path, None),
                    Ok(Decision::Follow(at)),
                    "{path}"
                );
            }
            assert_eq!(
                decide(loaded, "example.com/mod/sub", Some("v1.2.0")),
                Ok(Decision::Follow(0))
            );
        });
    }

    #[test]
    fn another_version_of_a_loaded_module_is_a_conflict() {
        with_loaded(|loaded| {
            for version in ["v1.3.0", "1.2.0", "v1.2", "main", "local", "latest"] {
                let error = decide(loaded, "example.com/mod/sub", Some(version)).unwrap_err();
                assert_eq!(error.category(), Category::VersionConflict);
                assert_eq!(
                    error.to_string(),
                    format!(
                        "cannot import example.com/mod/sub at version {version}: example.com/mod \
                         is already loaded at version v1.2.0 in this process"
                    )
                );
            }
        });
    }

    #[test]
    fn what_no_loaded_module_has_is_looked_up() {
        with_loaded(|loaded| {
            for path in [
                "example.com/module",
                "example.com",
                "example.com/mod/other",
                "example.com/mod/nested/y",
            ] {
                assert_eq!(decide(loaded, path, Some("v9.0.0")), Ok(Decision::Lookup));
            }
            assert_eq!(in_the_way(loaded, "example.com/mod/other"), Some(0));
            assert_eq!(in_the_way(loaded, "example.com/mod/nested/y"), Some(1));
            assert_eq!(in_the_way(loaded, "example.com/module"), None);
        });
    }

    #[test]
    fn what_was_found_must_not_be_another_version_of_a_loaded_module() {
        with_loaded(|loaded| {
            let path = "example.com/mod/other";
            let error = admit(loaded, path, "example.com/mod", "v1.3.0", true).unwrap_err();
            assert_eq!(error.category(), Category::VersionConflict);
            assert_eq!(
                admit(
                    loaded,
                    "example.com/mod/sub",
                    "example.com/mod",
                    "v1.2.0",
                    true
                ),
                Ok(Decision::Follow(0))
            );
            assert_eq!(
                admit(loaded, path, "example.com/mod/other", "v1.3.0", true),
                Ok(Decision::Lookup)
            );
        });
    }

    #[test]
    fn what_the_loaded_artifact_lacks_is_said_to_be_lacking() {
        with_loaded(|loaded| {
            // Whatever version of it is found: the loaded one is followed.
            for (path, version) in [
                ("example.com/mod/other", "v1.2.0"),
                ("example.com/mod/other", "v1.9.0"),
                ("example.com/mod/broken", "v1.2.0"),
            ] {
                let error = admit(loaded, path, "example.com/mod", version, false).unwrap_err();
                assert_eq!(error.category(), Category::ArtifactNotFound);
                assert!(error.to_string().contains("v1.2.0"), "{error}");
                assert!(error.hint().unwrap().contains("new process"));
                assert_eq!(
                    error.to_string().contains("broken.go:3"),
                    path.ends_with("broken")
                );
            }
            let error = decide(loaded, "example.com/part", None).unwrap_err();
            assert_eq!(error.category(), Category::ArtifactNotFound);
            assert!(error.hint().unwrap().contains("--package"));
        });
    }
}
