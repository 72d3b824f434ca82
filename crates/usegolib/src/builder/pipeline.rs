//! The way of one build.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use fs_err as fs;

use super::fingerprint::Fingerprint;
use super::go::{Go, Settings};
use super::linking::Linking;
use super::list::list;
use super::options::go_environment;
use super::reuse::{Existing, Options, check_package, go_options, library_file};
use super::scratch::Scratch;
use super::tools::Tools;
use super::trial::Trial;
use super::workspace::{Resolved, Workspace};
use super::{BuildError, GENERATION, Interrupt, ModuleCache, Phase, Progress, Request};
use crate::artifact::{Artifact, ArtifactLock, Place, Store};
use crate::manifest::{ABI_VERSION, Library, MANIFEST_VERSION, Manifest};
use crate::module::{LOCAL_VERSION, LocalModule, ModuleError, Target, packages, patterns};
use crate::schema::Schema;
use crate::toolchain::{self, Search};

/// Waiting for a lock this long is worth a note.
const PATIENCE: Duration = Duration::from_secs(1);

/// What a build gave.
#[derive(Clone, Debug)]
pub struct Built {
    /// The artifact in the store.
    pub artifact: Artifact,
    /// Its manifest.
    pub manifest: Manifest,
    /// The import path that was asked for. The artifact has it, unless it is
    /// that of a module without a package at its root.
    pub package: String,
    /// Whether the artifact was there already.
    pub reused: bool,
}

/// Builds what is asked for into the store, unless the store has it. `search`
/// says where the toolchain is looked for.
///
/// # Errors
/// [`BuildError`], or those of the module, the store and the toolchain.
pub fn build(
    request: &Request,
    store: &Store,
    search: &Search,
    progress: &dyn Progress,
    interrupt: &dyn Interrupt,
) -> crate::error::Result<Built> {
    let outcome = Build {
        request,
        store,
        search,
        progress,
        interrupt,
    }
    .run();
    match &outcome {
        Ok(built) if !built.reused => progress.finish(Some(&format!(
            "built {}@{}",
            built.manifest.module, built.manifest.version
        ))),
        _ => progress.finish(None),
    }
    Ok(outcome?)
}

/// Which version of which module a remote target means, as Go resolves it.
///
/// # Errors
/// As for [`build`].
pub fn resolve(
    request: &Request,
    store: &Store,
    search: &Search,
    progress: &dyn Progress,
    interrupt: &dyn Interrupt,
) -> crate::error::Result<Resolved> {
    let build = Build {
        request,
        store,
        search,
        progress,
        interrupt,
    };
    let outcome = build.resolve();
    progress.finish(None);
    Ok(outcome?)
}

struct Build<'a> {
    request: &'a Request,
    store: &'a Store,
    search: &'a Search,
    progress: &'a dyn Progress,
    interrupt: &'a dyn Interrupt,
}

impl Build<'_> {
    fn run(&self) -> Result<Built, BuildError> {
        match &self.request.target {
            Target::Local { directory } => self.local(&LocalModule::find(directory)?),
            Target::Standard { package, .. } => {
                self.standard(package, self.request.target.pinned())
            }
            Target::Remote { path, query } => self.remote(path, query.as_deref()),
        }
    }

    fn resolve(&self) -> Result<Resolved, BuildError> {
        let target = &self.request.target;
        let session = Session::open(self)?;
        match target {
            Target::Remote { path, query } => {
                let query = query.as_deref();
                let (_, resolved) = Workspace::remote(&session.go, path, query, target.pinned())?;
                Ok(resolved)
            }
            Target::Standard { package, .. } => {
                let workspace = Workspace::standard(package)?;
                let settings = Settings::read(&session.go, &workspace.directory)?;
                Ok(Resolved {
                    module: package.clone(),
                    version: settings.release().to_owned(),
                })
            }
            Target::Local { directory } => Ok(Resolved {
                module: LocalModule::find(directory)?.path,
                version: LOCAL_VERSION.to_owned(),
            }),
        }
    }

    fn local(&self, module: &LocalModule) -> Result<Built, BuildError> {
        refuse_internal(&module.package)?;
        let place = self.store.place(&module.path, LOCAL_VERSION)?;
        let options = go_options(self.request, self.existing(&place).as_ref());
        let fingerprint = Fingerprint::of(
            module,
            toolchain::Go::locate(self.search)?.as_deref(),
            &options.environment(),
        )?;
        if let Some(built) = self.reuse(&place, &module.package, Some(&fingerprint)) {
            return built;
        }
        let session = Session::open(self)?;
        let lock = self.lock(&session.go, place)?;
        if let Some(built) = self.reuse(lock.place(), &module.package, Some(&fingerprint)) {
            return built;
        }
        self.progress.phase(Phase::Resolve);
        let settings = Settings::read(&session.go, &module.root)?;
        let mut workspace = Workspace::local(module, &settings, fingerprint.cgo())?;
        // A package in testdata, say, is importable when asked for.
        if module.package != module.path && !workspace.packages.contains(&module.package) {
            workspace.packages.push(module.package.clone());
        }
        self.make(&session.go, &lock, workspace, &settings, Some(&fingerprint))
    }

    fn standard(&self, package: &str, version: Option<&str>) -> Result<Built, BuildError> {
        refuse_internal(package)?;
        if matches!(package, "unsafe" | "C" | "builtin") {
            return Err(BuildError::NotImportable {
                package: package.to_owned(),
                reason: "it is part of the compiler, there is nothing in it to call",
            });
        }
        if let Some(version) = version
            && !version.starts_with("go1.")
        {
            return Err(BuildError::NotARelease {
                package: package.to_owned(),
                version: version.to_owned(),
            });
        }
        if let Some(version) = version
            && let Some(built) = self.reuse(&self.store.place(package, version)?, package, None)
        {
            return built;
        }
        let session = Session::open(self)?;
        let workspace = Workspace::standard(package)?;
        let settings = Settings::read(&session.go, &workspace.directory)?;
        let found = settings.release();
        if let Some(wanted) = version
            && wanted != found
        {
            return Err(BuildError::StandardVersion {
                package: package.to_owned(),
                wanted: wanted.to_owned(),
                found: found.to_owned(),
            });
        }
        let place = self.store.place(package, found)?;
        if let Some(built) = self.reuse(&place, package, None) {
            return built;
        }
        let lock = self.lock(&session.go, place)?;
        if let Some(built) = self.reuse(lock.place(), package, None) {
            return built;
        }
        self.make(&session.go, &lock, workspace, &settings, None)
    }

    fn remote(&self, path: &str, query: Option<&str>) -> Result<Built, BuildError> {
        refuse_internal(path)?;
        let pinned = self.request.target.pinned();
        if pinned == Some(LOCAL_VERSION) {
            return Err(ModuleError::BuiltFromDirectory {
                path: path.to_owned(),
            }
            .into());
        }
        if let Some(version) = pinned
            && let Some(built) = self.find(path, version)
        {
            return built;
        }
        let session = Session::open(self)?;
        let (workspace, resolved) = Workspace::remote(&session.go, path, query, pinned)?;
        let place = self.store.place(&resolved.module, &resolved.version)?;
        if let Some(built) = self.reuse(&place, path, None) {
            return built;
        }
        let lock = self.lock(&session.go, place)?;
        if let Some(built) = self.reuse(lock.place(), path, None) {
            return built;
        }
        let settings = Settings::read(&session.go, &workspace.directory)?;
        self.make(&session.go, &lock, workspace, &settings, None)
    }

    /// The artifact of this exact version that provides an import path, if it
    /// will do.
    fn find(&self, path: &str, version: &str) -> Option<Result<Built, BuildError>> {
        let found = self.store.lookup(path, Some(version)).ok()?;
        self.satisfied(Existing::read(found.artifact)?, path, None)
    }

    /// The artifact at a place, if it will do.
    fn reuse(
        &self,
        place: &Place,
        package: &str,
        fingerprint: Option<&Fingerprint>,
    ) -> Option<Result<Built, BuildError>> {
        self.satisfied(self.existing(place)?, package, fingerprint)
    }

    fn satisfied(
        &self,
        existing: Existing,
        package: &str,
        fingerprint: Option<&Fingerprint>,
    ) -> Option<Result<Built, BuildError>> {
        if !existing.satisfies(self.request, package, fingerprint) {
            return None;
        }
        Some(check_package(&existing.manifest, package).map(|()| Built {
            artifact: existing.artifact,
            manifest: existing.manifest,
            package: package.to_owned(),
            reused: true,
        }))
    }

    fn existing(&self, place: &Place) -> Option<Existing> {
        // What can't be read is built anew; installing says what is in the way.
        let artifact = self.store.find(&place.module, &place.version).ok()??;
        Existing::read(artifact)
    }

    fn lock(&self, go: &Go, place: Place) -> Result<ArtifactLock<'_>, BuildError> {
        let purpose = format!("building {}@{}", place.module, place.version);
        let noted = Cell::new(false);
        Ok(self.store.lock(place, &purpose, &mut |waiting| {
            if waiting.elapsed >= PATIENCE && !noted.replace(true) {
                self.progress.note(&waiting.to_string());
            }
            go.continuing()
        })?)
    }

    /// Lists, scans, generates, compiles and installs.
    fn make(
        &self,
        go: &Go,
        lock: &ArtifactLock<'_>,
        mut workspace: Workspace,
        settings: &Settings,
        fingerprint: Option<&Fingerprint>,
    ) -> Result<Built, BuildError> {
        let existing = self.existing(lock.place());
        let package = workspace.requested.clone();
        let options = Options::new(self.request, &workspace.module, &package, existing.as_ref());
        workspace.set_options(&options.go, settings);
        let all = std::mem::take(&mut workspace.packages);
        workspace.packages = patterns::select(all, &options.patterns, &workspace.module)?;
        if workspace.packages.is_empty() {
            return Err(BuildError::NoPackages {
                module: workspace.module,
            });
        }
        let mut listing = list(go, &workspace)?;
        let kept = existing
            .as_ref()
            .map_or(&[][..], |existing| &existing.manifest.packages);
        // What can't be loaded beside these is left out, not they.
        let rank = |path: &String| (!kept.contains(path), *path != package);
        listing.packages.sort_by_key(rank);
        let preferred = listing.packages.iter().map(rank);
        let preferred = preferred.filter(|rank| *rank != (true, true)).count();
        // Not in the store: should this process be killed, Go may still write
        // its output, and make the folder for it anew.
        let library = workspace.file(library_file());
        let trial = self.request.trial.then(|| Trial::find(self.search));
        let linking = Linking {
            go,
            settings,
            generics: &options.generics,
            library: &library,
            trial: trial.flatten(),
            listing,
            preferred,
            excluded: Vec::new(),
            refused: Vec::new(),
            mistaken: BTreeSet::new(),
            searches: 0,
            workspace: &mut workspace,
        };
        let (schema, tried) = linking.run()?;
        self.progress.phase(Phase::Install);
        let staging = lock.stage()?;
        fs::copy(&library, staging.path().join(library_file()))?;
        let manifest = manifest(lock.place(), settings, options, schema, tried, fingerprint);
        let artifact = staging.install(Path::new(library_file()), manifest)?;
        let manifest = crate::manifest::read(&artifact.manifest_path())?;
        check_package(&manifest, &package)?;
        Ok(Built {
            artifact,
            manifest,
            package,
            reused: false,
        })
    }
}

/// The go command for one build, and the module cache made for it.
struct Session<'a> {
    go: Go<'a>,
    // Only to be removed when the build is over.
    _module_cache: Option<Scratch>,
}

impl<'a> Session<'a> {
    fn open(build: &Build<'a>) -> Result<Self, BuildError> {
        let tools = Tools::find(build.search, build.progress, build.interrupt)?;
        let mut go = Go::new(tools.go, tools.environment, build.interrupt, build.progress);
        let mut module_cache = None;
        match &build.request.module_cache {
            ModuleCache::Default => {}
            ModuleCache::Folder(folder) => {
                go.set("GOMODCACHE", std::path::absolute(folder)?);
            }
            ModuleCache::Fresh => {
                let folder = Scratch::new()?;
                go.set("GOMODCACHE", folder.path());
                // Go makes its module cache read-only, which nobody could remove.
                go.set_flag("-modcacherw");
                module_cache = Some(folder);
            }
        }
        Ok(Self {
            go,
            _module_cache: module_cache,
        })
    }
}

fn refuse_internal(package: &str) -> Result<(), BuildError> {
    if packages::is_internal(package) {
        return Err(BuildError::NotImportable {
            package: package.to_owned(),
            reason: "it is internal to its module",
        });
    }
    Ok(())
}

fn manifest(
    place: &Place,
    settings: &Settings,
    options: Options,
    schema: Schema,
    tried: bool,
    fingerprint: Option<&Fingerprint>,
) -> Manifest {
    Manifest {
        manifest_version: MANIFEST_VERSION,
        abi_version: ABI_VERSION,
        module: place.module.clone(),
        version: place.version.clone(),
        goos: place.platform.goos.to_string(),
        goarch: place.platform.goarch.to_string(),
        go_version: settings.version.clone(),
        usegolib_version: GENERATION.to_owned(),
        packages: schema
            .packages
            .iter()
            .map(|package| package.path.clone())
            .collect(),
        package_patterns: options.patterns,
        instantiations: options.generics,
        go_options: options.go,
        go_environment: go_environment(),
        symbols: Vec::new(),
        schema,
        library: Library::default(),
        tried,
        input_fingerprint: fingerprint.map(Fingerprint::record),
    }
}
