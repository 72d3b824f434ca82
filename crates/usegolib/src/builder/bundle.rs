//! Bundles: several modules in one library, with one Go runtime.
//!
//! A bundle is named after what is asked for, so that one that is there already
//! is found without asking Go. From there on it is a build like any other: its
//! [workspace](super::workspace::bundle) requires all members, and their packages
//! are listed, scanned and linked as those of one module.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::fingerprint::Fingerprint;
use super::go::Settings;
use super::list::{Listing, list};
use super::modules::Sums;
use super::pipeline::{finish, manifest};
use super::reuse::{Existing, Options, check_package};
use super::workshop::{Linked, Session, Workshop, check_standard, refuse_internal};
use super::workspace::Workspace;
use super::workspace::bundle::{Member as Resolved, Selected, Selection, Settled, check_listed};
use super::{BuildError, Built, Interrupt, ModuleCache, Progress};
use crate::artifact::Store;
use crate::manifest::{BUNDLES, GoOptions, Instantiation, Manifest, Member};
use crate::module::{LOCAL_VERSION, LocalModule, Target};
use crate::toolchain::{self, Search};

/// A module that a bundle is to have.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What it is, and at which version.
    pub target: Target,
    /// Package patterns to restrict it to; empty for the whole module.
    pub packages: Vec<String>,
}

/// A bundle, as an import or a project asks for it.
#[derive(Clone, Debug, Default)]
pub struct Bundle {
    /// Its members.
    pub members: Vec<Wanted>,
    /// Which generic functions to instantiate.
    pub generics: Vec<Instantiation>,
    /// Build tags, flags and variables.
    pub go_options: GoOptions,
    /// Versions that are settled, so that nobody is asked for them.
    pub settled: Option<Settled>,
    /// Lines of a `go.sum` that are known already; what is downloaded has to fit them.
    pub sums: String,
    /// Build even if the store has it.
    pub force: bool,
    /// Build if the library that the store has is not the one that was built.
    pub verify: bool,
    /// Where modules are downloaded to and read from.
    pub module_cache: ModuleCache,
    /// Leave out loading the library once before it is installed.
    pub untried: bool,
}

/// What the members of a bundle are, and what they need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// The Go release that builds.
    pub go: String,
    /// The members, in the order they were asked for: module path and version.
    pub members: Vec<(String, String)>,
    /// The version and the hashes of every module, by its path.
    pub modules: BTreeMap<String, SelectedModule>,
}

/// The version of a module that was selected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SelectedModule {
    /// Concrete version.
    pub version: String,
    /// The hash of its content, where that was needed.
    pub sum: Option<String>,
    /// The hash of its `go.mod`, where that was needed.
    pub go_mod_sum: Option<String>,
}

impl Wanted {
    /// A whole module.
    pub fn new(target: Target) -> Self {
        Self {
            target,
            packages: Vec::new(),
        }
    }

    /// Whether it is a remote module or package with this path.
    pub(super) fn is_of(&self, remote: &str) -> bool {
        matches!(&self.target, Target::Remote { path, .. } if path == remote)
    }

    /// The import path of the package that it stands for.
    pub fn import_path(&self) -> Result<String, crate::module::ModuleError> {
        Ok(match &self.target {
            Target::Local { directory } => LocalModule::find(directory)?.package,
            Target::Standard { package, .. } => package.clone(),
            Target::Remote { path, .. } => path.clone(),
        })
    }
}

impl Bundle {
    /// The name of the bundle in the store: the same whatever the order of its
    /// members.
    pub fn digest(&self) -> crate::error::Result<String> {
        Ok(self.digest_of_request()?)
    }

    fn digest_of_request(&self) -> Result<String, BuildError> {
        let mut members = Vec::new();
        for one in &self.members {
            // Not the directory: a project may be moved.
            let path = match &one.target {
                Target::Local { directory } => LocalModule::find(directory)?.path,
                _ => one.import_path()?,
            };
            let mut packages = one.packages.clone();
            packages.sort();
            members.push((path, one.target.wanted().unwrap_or_default(), packages));
        }
        members.sort();
        members.dedup();
        let mut generics: Vec<_> = self
            .generics
            .iter()
            .map(|one| (&one.pkg, &one.name, &one.type_args))
            .collect();
        generics.sort();
        let settled = self
            .settled
            .as_ref()
            .map(|one| (&one.release, &one.versions));
        let request = serde_json::to_vec(&(members, generics, &self.go_options, settled)).map_err(
            |source| BuildError::Output {
                what: "the request for a bundle",
                source,
            },
        )?;
        let digest = Sha256::digest(request);
        Ok(digest.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }))
    }

    /// What to call it in messages.
    pub fn title(&self) -> String {
        let members = self.members.iter().map(|one| one.target.to_string());
        members.collect::<Vec<_>>().join(" + ")
    }
}

/// Builds a bundle into the store, unless the store has it. `search` says where
/// the toolchain is looked for.
///
/// # Errors
/// [`BuildError`], or those of the modules, the store and the toolchain.
pub fn bundle(
    request: &Bundle,
    store: &Store,
    search: &Search,
    progress: &dyn Progress,
    interrupt: &dyn Interrupt,
) -> crate::error::Result<Built> {
    let workshop = request.workshop(store, search, progress, interrupt);
    let outcome = Bundling { request, workshop }.run();
    finish(progress, outcome)
}

/// Which versions a bundle is made of.
///
/// # Errors
/// As for [`bundle`].
pub fn resolve_bundle(
    request: &Bundle,
    store: &Store,
    search: &Search,
    progress: &dyn Progress,
    interrupt: &dyn Interrupt,
) -> crate::error::Result<Resolution> {
    let workshop = request.workshop(store, search, progress, interrupt);
    let outcome = Bundling { request, workshop }.resolve();
    progress.finish(None);
    Ok(outcome?)
}

/// Which modules need which others, at the versions that a bundle is made of.
///
/// # Errors
/// As for [`bundle`].
pub fn module_graph(
    request: &Bundle,
    store: &Store,
    search: &Search,
    progress: &dyn Progress,
    interrupt: &dyn Interrupt,
) -> crate::error::Result<ModuleGraph> {
    let workshop = request.workshop(store, search, progress, interrupt);
    let outcome = Bundling { request, workshop }.graph();
    progress.finish(None);
    Ok(outcome?)
}

/// Which modules need which others.
#[derive(Clone, Debug, Default)]
pub struct ModuleGraph {
    versions: Selection,
    needed: BTreeMap<String, BTreeSet<String>>,
}

impl ModuleGraph {
    /// What a module needs, each at the version that was selected.
    pub fn needed_by<'a>(&'a self, module: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let needed = self.needed.get(module).into_iter().flatten();
        needed.filter_map(|path| Some((path.as_str(), self.versions.get(path)?.as_str())))
    }
}

impl Bundle {
    fn workshop<'a>(
        &'a self,
        store: &'a Store,
        search: &'a Search,
        progress: &'a dyn Progress,
        interrupt: &'a dyn Interrupt,
    ) -> Workshop<'a> {
        Workshop {
            store,
            search,
            progress,
            interrupt,
            module_cache: &self.module_cache,
            trial: !self.untried,
        }
    }
}

struct Bundling<'a> {
    request: &'a Bundle,
    workshop: Workshop<'a>,
}

/// The fingerprints of the local members, by their module's path.
type Fingerprints = BTreeMap<String, Fingerprint>;

impl<'a> Bundling<'a> {
    fn run(&self) -> Result<Built, BuildError> {
        let request = self.request;
        self.check()?;
        let place = self
            .workshop
            .store
            .place(BUNDLES, &request.digest_of_request()?)?;
        let fingerprints = self.fingerprints()?;
        if let Some(built) = self.reuse(self.workshop.existing(&place), &fingerprints) {
            return built;
        }
        let session = self.open()?;
        let lock = self.workshop.lock(&session.go, place, &request.title())?;
        let existing = self.workshop.existing(lock.place());
        let kept = existing
            .as_ref()
            .map_or_else(Vec::new, |one| one.manifest.packages.clone());
        let missed = existing
            .as_ref()
            .map_or_else(Vec::new, Existing::all_missed);
        if let Some(built) = self.reuse(existing, &fingerprints) {
            return built;
        }
        let go = &session.go;
        let (mut workspace, mut members) = Workspace::bundle(
            go,
            &request.members,
            request.settled.as_ref(),
            &request.sums,
        )?;
        let settings = Settings::read(go, &workspace.directory)?;
        workspace.show_inputs(fingerprints.values().flat_map(Fingerprint::cgo))?;
        workspace.set_options(&request.go_options, &settings);
        let mut listing = list(go, &workspace)?;
        check_listed(go, &workspace, &mut members, &listing)?;
        let options = Options {
            patterns: Vec::new(),
            generics: request.generics.clone(),
            missed,
            go: request.go_options.clone(),
        };
        let linked = self.workshop.link(
            go,
            &mut workspace,
            &settings,
            options.instances(),
            &kept,
            &mut listing,
        )?;
        let members = manifest_members(members, &linked, &listing, &fingerprints);
        let library = linked.file.clone();
        let manifest = Manifest {
            members,
            ..manifest(lock.place(), &settings, options, linked, None)
        };
        let first = workspace.requested.first().cloned().unwrap_or_default();
        let built = self.workshop.install(&lock, &library, manifest, first)?;
        for package in &workspace.requested {
            check_package(&built.manifest, package)?;
        }
        Ok(built)
    }

    fn resolve(&self) -> Result<Resolution, BuildError> {
        self.check()?;
        let session = self.open()?;
        let go = &session.go;
        let request = self.request;
        let Selected {
            workspace,
            members,
            selection,
            settings,
        } = Workspace::select(
            go,
            &request.members,
            request.settled.as_ref(),
            &request.sums,
        )?;
        Ok(Resolution {
            go: settings.release().to_owned(),
            modules: hashed(&selection, &members, &Sums::read(&workspace.directory)),
            members: members
                .into_iter()
                .map(|member| (member.module, member.version))
                .collect(),
        })
    }

    fn graph(&self) -> Result<ModuleGraph, BuildError> {
        self.check()?;
        let session = self.open()?;
        let Selected {
            workspace,
            selection: versions,
            ..
        } = Workspace::select(
            &session.go,
            &self.request.members,
            self.request.settled.as_ref(),
            &self.request.sums,
        )?;
        let mut needed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (from, to) in workspace.requirements(&session.go)? {
            let (from, version) = from.split_once('@').unwrap_or((&from, ""));
            let to = to.split_once('@').map_or(to.as_str(), |(path, _)| path);
            // Of the versions that were not selected nothing is needed.
            if versions
                .get(from)
                .is_some_and(|selected| selected == version)
            {
                needed
                    .entry(from.to_owned())
                    .or_default()
                    .insert(to.to_owned());
            }
        }
        Ok(ModuleGraph { versions, needed })
    }

    /// The go command, of the release that is settled.
    fn open(&self) -> Result<Session<'a>, BuildError> {
        let mut session = self.workshop.open()?;
        let release = self
            .request
            .settled
            .as_ref()
            .map(|one| one.release.as_str());
        if let Some(release) = release.filter(|release| !release.is_empty())
            && std::env::var_os("GOTOOLCHAIN").is_none_or(|value| value.is_empty())
        {
            session.go.set("GOTOOLCHAIN", release);
        }
        Ok(session)
    }

    /// Refuses what can't be a member.
    fn check(&self) -> Result<(), BuildError> {
        if self.request.members.is_empty() {
            return Err(BuildError::EmptyBundle);
        }
        for one in &self.request.members {
            match &one.target {
                Target::Standard { package, .. } => {
                    check_standard(package, one.target.pinned())?;
                }
                Target::Remote { path, .. } => refuse_internal(path)?,
                Target::Local { directory } => {
                    refuse_internal(&LocalModule::find(directory)?.package)?;
                }
            }
        }
        Ok(())
    }

    fn fingerprints(&self) -> Result<Fingerprints, BuildError> {
        let mut found = Fingerprints::new();
        let mut program = None;
        for one in &self.request.members {
            let Target::Local { directory } = &one.target else {
                continue;
            };
            let module = LocalModule::find(directory)?;
            if found.contains_key(&module.path) {
                continue;
            }
            if program.is_none() {
                program = Some(toolchain::Go::locate(self.workshop.search)?);
            }
            let program = program.as_ref().and_then(Option::as_deref);
            let variables = self.request.go_options.environment();
            found.insert(
                module.path.clone(),
                Fingerprint::of(&module, program, &variables)?,
            );
        }
        Ok(found)
    }

    /// The artifact that is there, if it will do.
    fn reuse(
        &self,
        existing: Option<Existing>,
        fingerprints: &Fingerprints,
    ) -> Option<Result<Built, BuildError>> {
        let existing = existing?;
        let missed = existing.missed();
        let Existing { artifact, manifest } = existing;
        let is_of = |(path, fingerprint): (&String, &Fingerprint)| {
            manifest
                .members
                .iter()
                .find(|member| member.module == *path)
                .and_then(|member| member.input_fingerprint.as_deref())
                .is_some_and(|recorded| fingerprint.matches(recorded))
        };
        if self.request.force
            || !missed.is_empty()
            || !fingerprints.iter().all(is_of)
            || self.request.verify && !artifact.is_whole(&manifest)
        {
            return None;
        }
        let requested: Result<Vec<_>, _> = self
            .request
            .members
            .iter()
            .map(Wanted::import_path)
            .collect();
        let requested = match requested {
            Ok(requested) => requested,
            Err(error) => return Some(Err(error.into())),
        };
        // What doesn't compile stays as it is; what can't be loaded is tried again.
        let again = |package: &String| {
            let mut excluded = manifest.schema.excluded.iter();
            excluded.any(|one| one.path == *package && one.compiles)
        };
        if requested.iter().any(again) {
            return None;
        }
        for package in &requested {
            if let Err(error) = check_package(&manifest, package) {
                return Some(Err(error));
            }
        }
        Some(Ok(Built {
            artifact,
            manifest,
            package: requested.into_iter().next().unwrap_or_default(),
            reused: true,
        }))
    }
}

/// The members as the manifest has them: which packages of which module are in
/// the library.
fn manifest_members(
    members: Vec<Resolved>,
    linked: &Linked,
    listing: &Listing,
    fingerprints: &Fingerprints,
) -> Vec<Member> {
    let packages = &linked.schema.packages;
    let of = |module: &str| {
        let is_of = |path: &str| match listing.module_of(path) {
            Some(found) => found == module,
            None => path == module,
        };
        let paths = packages.iter().map(|package| &package.path);
        paths.filter(|path| is_of(path)).cloned().collect()
    };
    members
        .into_iter()
        .map(|member| Member {
            packages: of(&member.module),
            input_fingerprint: fingerprints.get(&member.module).map(Fingerprint::record),
            package_patterns: member.patterns,
            module: member.module,
            version: member.version,
        })
        .collect()
}

/// What was selected, with the hashes that are known; local members are not
/// among it.
fn hashed(
    selection: &Selection,
    members: &[Resolved],
    sums: &Sums,
) -> BTreeMap<String, SelectedModule> {
    let is_local = |path: &str| {
        members
            .iter()
            .any(|member| member.module == path && member.version == LOCAL_VERSION)
    };
    selection
        .iter()
        .filter(|(path, _)| !is_local(path))
        .map(|(path, version)| {
            let found = SelectedModule {
                version: version.clone(),
                sum: sums.content(path, version).map(str::to_owned),
                go_mod_sum: sums.go_mod(path, version).map(str::to_owned),
            };
            (path.clone(), found)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(members: &[&str], tags: &[&str]) -> String {
        let wanted = |path: &&str| Wanted::new(Target::parse(path, None).unwrap());
        let request = Bundle {
            members: members.iter().map(wanted).collect(),
            go_options: GoOptions::of_tags(tags.iter().map(|&tag| tag.to_owned())),
            ..Bundle::default()
        };
        request.digest().unwrap()
    }

    #[test]
    fn a_bundle_is_named_after_what_is_in_it() {
        let one = digest(&["a.b/c@v1.0.0", "fmt"], &[]);
        assert_eq!(one.len(), 64);
        assert_eq!(one, digest(&["fmt", "a.b/c@v1.0.0", "fmt"], &[]));
        for (members, tags) in [
            (&["a.b/c@v1.0.1", "fmt"][..], &[][..]),
            (&["a.b/c", "fmt"], &[]),
            (&["a.b/c@v1.0.0"], &[]),
            (&["a.b/c@v1.0.0", "fmt"], &["x"]),
        ] {
            assert_ne!(one, digest(members, tags), "{members:?} {tags:?}");
        }
    }
}
