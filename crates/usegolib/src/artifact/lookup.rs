//! Finding the artifact that provides an import path.

use std::io;
use std::path::{Path, PathBuf};

use super::layout::{check_import_path, check_version};
use super::snapshot::Displaced;
use super::{Ambiguous, NotFound, Store, StoreError};
use crate::manifest::{self, BUNDLES, Header, ManifestError};

/// An artifact on disk whose header has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// The folder with the manifest.
    pub folder: PathBuf,
    /// What the manifest says the artifact is.
    pub header: Header,
}

/// What a lookup found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The artifact.
    pub artifact: Artifact,
    /// Whether it has the package that was asked for.
    pub provides: Provides,
}

/// What an artifact has of an import path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provides {
    /// A package.
    Package,
    /// The path is that of the module, which has no package at its root.
    ModuleOnly,
}

/// An artifact at a place where one could be, readable or not.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) version: String,
    pub(super) outcome: Result<Artifact, ManifestError>,
}

/// How a lookup learns what is in the tree.
pub(super) struct Ways<'w> {
    /// Which versions of a module have a folder.
    pub(super) versions: &'w dyn Fn(&str) -> Result<Vec<String>, StoreError>,
    /// What is not in place.
    pub(super) displaced: &'w dyn Fn() -> Result<Displaced, StoreError>,
}

/// What is where the layout says.
enum InPlace {
    Found(Found),
    /// Artifacts of modules that would have the package, and don't.
    Lacking(Vec<Candidate>),
}

impl Artifact {
    /// The artifact's manifest.
    pub fn manifest_path(&self) -> PathBuf {
        self.folder.join(manifest::FILE_NAME)
    }

    /// The artifact in `folder`, if there is one.
    pub(super) fn open(folder: PathBuf) -> Option<Result<Self, ManifestError>> {
        let path = folder.join(manifest::FILE_NAME);
        match manifest::read_header(&path) {
            Ok(header) => Some(Ok(Self { folder, header })),
            Err(ManifestError::Read { source, .. }) if is_absent(&source) => None,
            // A manifest of an unknown version may have an unknown header: the
            // whole reading knows which of the two it is.
            Err(error) => Some(Err(manifest::read(&path).err().unwrap_or(error))),
        }
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Why a package is not in an artifact that would have it.
fn reason(candidate: &Candidate, package: &str) -> Option<String> {
    let artifact = candidate.outcome.as_ref().ok()?;
    let manifest = manifest::read(&artifact.manifest_path()).ok()?;
    let excluded = &manifest.schema.excluded;
    let found = excluded.iter().find(|excluded| excluded.path == package)?;
    Some(found.reason.trim().to_owned())
}

/// `a/b/c`, `a/b`, `a`.
fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| {
        path.rsplit_once('/').map(|(parent, _)| parent)
    })
}

/// Whether `path` is `module` or below it.
pub(super) fn is_within(path: &str, module: &str) -> bool {
    path.strip_prefix(module)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Store {
    /// The artifact of exactly this module and version, if there is one in place.
    pub fn find(&self, module: &str, version: &str) -> Result<Option<Artifact>, StoreError> {
        match self.candidate(module, version)? {
            Some(Candidate {
                outcome: Ok(artifact),
                ..
            }) => Ok(Some(artifact)),
            Some(Candidate {
                outcome: Err(error),
                ..
            }) => Err(error.into()),
            None => Ok(None),
        }
    }

    /// The artifact that provides the import path `path`, at `version` if one
    /// is given (spec: Python Import API).
    ///
    /// The module with the longest path wins. Of several versions of it, one
    /// must be asked for. An artifact that can't be read may provide anything
    /// under its module: it counts as a version, and as the only one it is an
    /// error. If there is no such package but `path` is a module's, the module's
    /// artifact is found as [`Provides::ModuleOnly`].
    pub fn lookup(&self, path: &str, version: Option<&str>) -> Result<Found, StoreError> {
        let ways = Ways {
            versions: &|module| self.versions(module),
            displaced: &|| self.displaced(),
        };
        let found = self.lookup_with(path, version, &ways)?;
        self.ensure_index();
        Ok(found)
    }

    /// The lookup, by given ways to learn what is in the tree.
    pub(super) fn lookup_with(
        &self,
        path: &str,
        version: Option<&str>,
        ways: &Ways<'_>,
    ) -> Result<Found, StoreError> {
        check_import_path(path)?;
        if let Some(version) = version
            && let Err(error) = check_version(version)
        {
            // A branch may have a slash in its name; no artifact's version has.
            if version.split('/').any(|part| check_version(part).is_err()) {
                return Err(error);
            }
            return Err(self.not_found(path, Some(version), Vec::new(), None));
        }
        match self.lookup_in_place(path, version, ways.versions)? {
            InPlace::Found(found) => Ok(found),
            InPlace::Lacking(lacking) => {
                self.lookup_displaced(path, version, &lacking, (ways.displaced)()?)
            }
        }
    }

    /// Looks only where the layout says that artifacts with `path` are.
    fn lookup_in_place(
        &self,
        path: &str,
        version: Option<&str>,
        versions: &dyn Fn(&str) -> Result<Vec<String>, StoreError>,
    ) -> Result<InPlace, StoreError> {
        let mut module_only = Vec::new();
        let mut lacking = Vec::new();
        for module in prefixes(path) {
            // Bundles are found by what they are of, not by a path.
            if module == BUNDLES || module.split('/').any(|element| element.starts_with('.')) {
                continue;
            }
            let mut candidates = Vec::new();
            match version {
                Some(version) => candidates.extend(self.candidate(module, version)?),
                None => {
                    for version in versions(module)? {
                        candidates.extend(self.candidate(module, &version)?);
                    }
                }
            }
            let (providing, rest) = split(candidates, path);
            if !providing.is_empty() {
                let found = self.choose(path, module, providing, Provides::Package);
                return found.map(InPlace::Found);
            }
            if module == path {
                module_only = rest;
            } else {
                lacking.extend(rest);
            }
        }
        if !module_only.is_empty() {
            let found = self.choose(path, path, module_only, Provides::ModuleOnly);
            return found.map(InPlace::Found);
        }
        Ok(InPlace::Lacking(lacking))
    }

    /// What is at the place of a module and version: nothing if its manifest
    /// says that it belongs elsewhere.
    fn candidate(&self, module: &str, version: &str) -> Result<Option<Candidate>, StoreError> {
        let place = self.place(module, version)?;
        let Some(outcome) = Artifact::open(place.folder()) else {
            return Ok(None);
        };
        if let Ok(artifact) = &outcome
            && (artifact.header.module != module || artifact.header.version != version)
        {
            return Ok(None);
        }
        Ok(Some(Candidate {
            version: version.to_owned(),
            outcome,
        }))
    }

    /// Looks at every manifest that is not in place; `lacking` are those in place
    /// whose modules would have the package.
    fn lookup_displaced(
        &self,
        path: &str,
        version: Option<&str>,
        lacking: &[Candidate],
        displaced: Displaced,
    ) -> Result<Found, StoreError> {
        let candidates = displaced.artifacts.into_iter().filter_map(|artifact| {
            let header = &artifact.header;
            let wanted = !header.is_bundle()
                && header.goos == self.platform().goos
                && header.goarch == self.platform().goarch
                && version.is_none_or(|version| version == header.version)
                && is_within(path, &header.module);
            let version = header.version.clone();
            wanted.then_some(Candidate {
                version,
                outcome: Ok(artifact),
            })
        });
        let (providing, rest) = split(candidates.collect(), path);
        let mut left_out = None;
        let (mut matching, provides) = if providing.is_empty() {
            let all = lacking.iter().chain(&rest);
            left_out = all
                .into_iter()
                .find_map(|candidate| reason(candidate, path));
            let is_module = |candidate: &Candidate| module_of(candidate) == path;
            let modules = rest.into_iter().filter(is_module).collect();
            (modules, Provides::ModuleOnly)
        } else {
            (providing, Provides::Package)
        };
        let Some(module) = matching
            .iter()
            .map(module_of)
            .max_by_key(|module| module.len())
            .map(str::to_owned)
        else {
            return Err(self.not_found(path, version, displaced.unreadable, left_out));
        };
        matching.retain(|candidate| module_of(candidate) == module);
        // Two copies of one version are not two versions: the first is taken.
        matching.sort_by(|one, other| one.version.cmp(&other.version));
        matching.dedup_by(|second, first| second.version == first.version);
        self.choose(path, &module, matching, provides)
    }

    fn not_found(
        &self,
        path: &str,
        version: Option<&str>,
        unreadable: Vec<PathBuf>,
        left_out: Option<String>,
    ) -> StoreError {
        StoreError::NotFound(Box::new(NotFound {
            path: path.to_owned(),
            version: version.map(str::to_owned),
            platform: self.platform().clone(),
            root: self.root().to_owned(),
            versions: version.map_or_else(Vec::new, |_| self.versions_with(path)),
            unreadable,
            left_out,
            bundle: false,
        }))
    }

    /// The versions in place that have a package, as far as they can be read.
    fn versions_with(&self, path: &str) -> Vec<String> {
        match self.lookup_in_place(path, None, &|module| self.versions(module)) {
            Ok(InPlace::Found(found)) => vec![found.artifact.header.version],
            Err(StoreError::Ambiguous(ambiguous)) => ambiguous.versions,
            _ => Vec::new(),
        }
    }

    fn choose(
        &self,
        path: &str,
        module: &str,
        mut candidates: Vec<Candidate>,
        provides: Provides,
    ) -> Result<Found, StoreError> {
        if candidates.len() > 1 {
            let mut versions: Vec<String> = candidates
                .into_iter()
                .map(|candidate| candidate.version)
                .collect();
            sort_versions(&mut versions);
            return Err(StoreError::Ambiguous(Box::new(Ambiguous {
                path: path.to_owned(),
                module: module.to_owned(),
                versions,
                platform: self.platform().clone(),
                root: self.root().to_owned(),
            })));
        }
        let artifact = candidates
            .pop()
            .expect("callers have a candidate")
            .outcome?;
        Ok(Found { artifact, provides })
    }
}

/// Splits into those that provide `path`, or may, and those that don't.
fn split(candidates: Vec<Candidate>, path: &str) -> (Vec<Candidate>, Vec<Candidate>) {
    candidates
        .into_iter()
        .partition(|candidate| match &candidate.outcome {
            Ok(artifact) => artifact
                .header
                .packages
                .iter()
                .any(|package| package == path),
            Err(_) => true,
        })
}

fn module_of(candidate: &Candidate) -> &str {
    match &candidate.outcome {
        Ok(artifact) => &artifact.header.module,
        Err(_) => "",
    }
}

/// Sorts by precedence where versions are semantic, by text otherwise.
pub(super) fn sort_versions(versions: &mut [String]) {
    versions.sort_by_cached_key(|version| {
        let semantic = version
            .strip_prefix('v')
            .and_then(|text| semver::Version::parse(text).ok());
        (semantic, version.clone())
    });
}

/// The folder whose listing shows the versions of a module, and the module's
/// last element.
pub(super) fn listed_in<'a>(root: &Path, module: &'a str) -> (PathBuf, &'a str) {
    match module.rsplit_once('/') {
        Some((parent, last)) => (root.join(parent), last),
        None => (root.to_owned(), module),
    }
}
