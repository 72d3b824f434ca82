//! Whether an artifact that is there already will do (spec: Build Reuse And
//! Locking).

use super::fingerprint::Fingerprint;
use super::options::go_environment;
use super::scan::Instances;
use super::{BuildError, Request};
use crate::artifact::{Artifact, missed};
use crate::manifest::{self, GoOptions, Instantiation, Manifest, Platform};
use crate::module::patterns;

/// An artifact in the store, and what is to be known of it for a build.
pub(super) struct Existing {
    pub(super) artifact: Artifact,
    pub(super) manifest: Manifest,
}

impl Existing {
    /// The artifact, if it can be read and is for this host. One that can't is
    /// as good as none: a build replaces it.
    pub(super) fn read(artifact: Artifact) -> Option<Self> {
        let path = artifact.manifest_path();
        let manifest = manifest::read(&path).ok()?;
        manifest.validate(&path, &Platform::host()).ok()?;
        let library = manifest.library_path(&artifact.folder);
        library.is_file().then_some(Self { artifact, manifest })
    }

    /// Whether a build would give the same.
    pub(super) fn satisfies(
        &self,
        request: &Request,
        package: &str,
        fingerprint: Option<&Fingerprint>,
    ) -> bool {
        let manifest = &self.manifest;
        !request.force
            && request
                .packages
                .as_ref()
                .is_none_or(|wanted| same_set(wanted, &manifest.package_patterns))
            && request
                .generics
                .as_ref()
                .is_none_or(|wanted| same_set(wanted, &manifest.instantiations))
            && request.go_options.as_ref().is_none_or(|wanted| {
                *wanted == manifest.go_options
                    // A fingerprint has the environment.
                    && (fingerprint.is_some() || go_environment() == manifest.go_environment)
            })
            && self.missed().is_empty()
            && self.answers(package)
            && (!request.verify || self.artifact.is_whole(manifest))
            && fingerprint.is_none_or(|fingerprint| {
                manifest
                    .input_fingerprint
                    .as_deref()
                    .is_some_and(|recorded| fingerprint.matches(recorded))
            })
    }

    /// What Python asked this artifact for in vain, and no build has tried.
    pub(super) fn missed(&self) -> Vec<Instantiation> {
        let mut missed = missed::read(&self.artifact.folder);
        missed.retain(|one| !self.manifest.missed.contains(one));
        missed
    }

    /// The same with what builds have tried before.
    pub(super) fn all_missed(&self) -> Vec<Instantiation> {
        [self.manifest.missed.clone(), self.missed()].concat()
    }

    /// Whether the artifact has the package, or knows why it can't.
    fn answers(&self, package: &str) -> bool {
        let manifest = &self.manifest;
        package == manifest.module
            || manifest.packages.iter().any(|known| known == package)
            || manifest
                .schema
                .excluded
                .iter()
                .any(|known| known.path == package && !known.compiles)
    }
}

/// What a build is restricted to, instantiates and tells Go: what was asked for,
/// else what the artifact had that it replaces.
pub(super) struct Options {
    pub(super) patterns: Vec<String>,
    pub(super) generics: Vec<Instantiation>,
    pub(super) missed: Vec<Instantiation>,
    pub(super) go: GoOptions,
}

impl Options {
    /// Which generic functions are instantiated.
    pub(super) fn instances(&self) -> Instances<'_> {
        Instances {
            named: &self.generics,
            missed: &self.missed,
        }
    }

    pub(super) fn new(
        request: &Request,
        module: &str,
        package: &str,
        existing: Option<&Existing>,
    ) -> Self {
        let previous = existing.map(|existing| &existing.manifest);
        let patterns = request.packages.clone().unwrap_or_else(|| {
            previous
                .map(|previous| previous.package_patterns.clone())
                .filter(|kept| package == module || patterns::covers(kept, module, package))
                .unwrap_or_default()
        });
        let generics = request.generics.clone().unwrap_or_else(|| {
            previous.map_or_else(Vec::new, |previous| previous.instantiations.clone())
        });
        let missed = existing.map_or_else(Vec::new, Existing::all_missed);
        Self {
            patterns,
            generics,
            missed,
            go: go_options(request, existing),
        }
    }
}

/// What Go is told.
pub(super) fn go_options(request: &Request, existing: Option<&Existing>) -> GoOptions {
    request.go_options.clone().unwrap_or_else(|| {
        existing.map_or_else(GoOptions::default, |existing| {
            existing.manifest.go_options.clone()
        })
    })
}

/// An error if the artifact lacks the package that was asked for.
pub(super) fn check_package(manifest: &Manifest, package: &str) -> Result<(), BuildError> {
    if manifest.packages.iter().any(|known| known == package) {
        return Ok(());
    }
    match manifest
        .schema
        .excluded
        .iter()
        .find(|known| known.path == package)
    {
        Some(excluded) => Err(BuildError::excluded(excluded)),
        None => Ok(()),
    }
}

fn same_set<T: PartialEq>(a: &[T], b: &[T]) -> bool {
    a.iter().all(|item| b.contains(item)) && b.iter().all(|item| a.contains(item))
}

/// The name of the library before the store names it.
pub(super) fn library_file() -> &'static str {
    if cfg!(target_os = "windows") {
        "library.dll"
    } else if cfg!(target_os = "macos") {
        "library.dylib"
    } else {
        "library.so"
    }
}
