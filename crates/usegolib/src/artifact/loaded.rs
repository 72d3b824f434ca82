//! What a module that is already loaded in this process means for an import.
//!
//! A process holds at most one version of a module (spec: Module Version
//! Uniqueness Per Process), and an import without a version follows it. The
//! functions here only decide; the runtime keeps the list of what is loaded.

use std::borrow::Cow;

use super::lookup::is_within;
use crate::error::{Category, Diagnostic};

/// One module loaded in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadedModule<'a> {
    /// Module path.
    pub module: &'a str,
    /// The loaded version.
    pub version: &'a str,
    /// The packages its artifact has.
    pub packages: &'a [String],
}

/// What to do for an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Use the loaded module with this position in the list.
    Follow(usize),
    /// No loaded module answers: look the path up, and ask [`admit`] before
    /// loading what was found.
    Lookup,
}

/// The process has another version of the module.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "cannot import {path} at version {requested}: {module} is already loaded at version {loaded} in this process"
)]
pub struct VersionConflict {
    /// The import path that was asked for.
    pub path: String,
    /// The module that provides it.
    pub module: String,
    /// The version that is loaded.
    pub loaded: String,
    /// The version that was asked for or found.
    pub requested: String,
}

impl Diagnostic for VersionConflict {
    fn category(&self) -> Category {
        Category::VersionConflict
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some(
            format!(
                "a process holds one version of a Go module: import {} without a version to use \
                 {}, or use another process for {}",
                self.path, self.loaded, self.requested
            )
            .into(),
        )
    }
}

/// Decides about an import of `path` before any lookup. `version` is concrete
/// (a query such as `latest` has to be resolved first).
///
/// A module is asked only for what it has: `example.com/mod/sub` may be a package
/// of `example.com/mod` or a module of its own, and the second one does not
/// have to follow the first one's version.
pub fn decide(
    loaded: &[LoadedModule<'_>],
    path: &str,
    version: Option<&str>,
) -> Result<Decision, VersionConflict> {
    let provider = loaded
        .iter()
        .enumerate()
        .filter(|(_, module)| {
            module.module == path
                || is_within(path, module.module)
                    && module.packages.iter().any(|package| package == path)
        })
        .max_by_key(|(_, module)| module.module.len());
    let Some((at, module)) = provider else {
        return Ok(Decision::Lookup);
    };
    match version {
        Some(version) if version != module.version => Err(conflict(module, path, version)),
        _ => Ok(Decision::Follow(at)),
    }
}

/// Decides about the module that an import of `path` was resolved to, before
/// it is built or loaded: the loaded one may be it, or be in the way.
pub fn admit(
    loaded: &[LoadedModule<'_>],
    path: &str,
    module: &str,
    version: &str,
) -> Result<Decision, VersionConflict> {
    match loaded.iter().position(|loaded| loaded.module == module) {
        None => Ok(Decision::Lookup),
        Some(at) if loaded[at].version == version => Ok(Decision::Follow(at)),
        Some(at) => Err(conflict(&loaded[at], path, version)),
    }
}

fn conflict(loaded: &LoadedModule<'_>, path: &str, requested: &str) -> VersionConflict {
    VersionConflict {
        path: path.to_owned(),
        module: loaded.module.to_owned(),
        loaded: loaded.version.to_owned(),
        requested: requested.to_owned(),
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
        check(&[
            LoadedModule {
                module: "example.com/mod",
                version: "v1.2.0",
                packages: &packages,
            },
            LoadedModule {
                module: "example.com/mod/nested",
                version: "v0.3.0",
                packages: &nested,
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
            let error = decide(loaded, "example.com/mod/sub", Some("v1.3.0")).unwrap_err();
            assert_eq!(error.category(), Category::VersionConflict);
            assert_eq!(
                error.to_string(),
                "cannot import example.com/mod/sub at version v1.3.0: example.com/mod is already \
                 loaded at version v1.2.0 in this process"
            );
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
        });
    }

    #[test]
    fn what_was_found_must_not_be_another_version_of_a_loaded_module() {
        with_loaded(|loaded| {
            let path = "example.com/mod/other";
            assert!(admit(loaded, path, "example.com/mod", "v1.3.0").is_err());
            assert_eq!(
                admit(loaded, path, "example.com/mod", "v1.2.0"),
                Ok(Decision::Follow(0))
            );
            assert_eq!(
                admit(loaded, path, "example.com/mod/other", "v1.3.0"),
                Ok(Decision::Lookup)
            );
        });
    }
}
