//! The way of one build.

use super::fingerprint::Fingerprint;
use super::go::{Go, Settings};
use super::list::list;
use super::options::go_environment;
use super::reuse::{Existing, Options, check_package, go_options};
use super::workshop::{Linked, Workshop, check_release, check_standard, refuse_internal};
use super::workspace::{Resolved, Workspace};
use super::{BuildError, GENERATION, Interrupt, Progress, Request};
use crate::artifact::{Artifact, ArtifactLock, Place, Store};
use crate::builder::Phase;
use crate::manifest::{ABI_VERSION, Library, MANIFEST_VERSION, Manifest};
use crate::module::{LOCAL_VERSION, LocalModule, ModuleError, Target, patterns};
use crate::toolchain::{self, Search};

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
    let outcome = Build::new(request, store, search, progress, interrupt).run();
    finish(progress, outcome)
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
    let outcome = Build::new(request, store, search, progress, interrupt).resolve();
    progress.finish(None);
    Ok(outcome?)
}

/// Tells what was built.
pub(super) fn finish(
    progress: &dyn Progress,
    outcome: Result<Built, BuildError>,
) -> crate::error::Result<Built> {
    match &outcome {
        Ok(built) if !built.reused => {
            progress.finish(Some(&format!("built {}", built.manifest.title())));
        }
        _ => progress.finish(None),
    }
    Ok(outcome?)
}

struct Build<'a> {
    request: &'a Request,
    store: &'a Store,
    search: &'a Search,
    workshop: Workshop<'a>,
}

impl<'a> Build<'a> {
    fn new(
        request: &'a Request,
        store: &'a Store,
        search: &'a Search,
        progress: &'a dyn Progress,
        interrupt: &'a dyn Interrupt,
    ) -> Self {
        let workshop = Workshop {
            store,
            search,
            progress,
            interrupt,
            module_cache: &request.module_cache,
            trial: request.trial,
        };
        Self {
            request,
            store,
            search,
            workshop,
        }
    }

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
        let session = self.workshop.open()?;
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
        let options = go_options(self.request, self.workshop.existing(&place).as_ref());
        let fingerprint = Fingerprint::of(
            module,
            toolchain::Go::locate(self.search)?.as_deref(),
            &options.environment(),
        )?;
        if let Some(built) = self.reuse(&place, &module.package, Some(&fingerprint)) {
            return built;
        }
        let session = self.workshop.open()?;
        let lock = self.lock(&session.go, place)?;
        if let Some(built) = self.reuse(lock.place(), &module.package, Some(&fingerprint)) {
            return built;
        }
        self.workshop.progress.phase(Phase::Resolve);
        let settings = Settings::read(&session.go, &module.root)?;
        let mut workspace = Workspace::local(module, &settings, fingerprint.cgo())?;
        // A package in testdata, say, is importable when asked for.
        if module.package != module.path && !workspace.packages.contains(&module.package) {
            workspace.packages.push(module.package.clone());
        }
        self.make(&session.go, &lock, workspace, &settings, Some(&fingerprint))
    }

    fn standard(&self, package: &str, version: Option<&str>) -> Result<Built, BuildError> {
        check_standard(package, version)?;
        if let Some(version) = version
            && let Some(built) = self.reuse(&self.store.place(package, version)?, package, None)
        {
            return built;
        }
        let session = self.workshop.open()?;
        let workspace = Workspace::standard(package)?;
        let settings = Settings::read(&session.go, &workspace.directory)?;
        check_release(package, version, &settings)?;
        let place = self.store.place(package, settings.release())?;
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
        let session = self.workshop.open()?;
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
        self.satisfied(self.workshop.existing(place)?, package, fingerprint)
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

    fn lock(&self, go: &Go, place: Place) -> Result<ArtifactLock<'a>, BuildError> {
        let title = format!("{}@{}", place.module, place.version);
        self.workshop.lock(go, place, &title)
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
        let existing = self.workshop.existing(lock.place());
        let package = workspace.requested.concat();
        let options = Options::new(self.request, &workspace.module, &package, existing.as_ref());
        workspace.set_options(&options.go, settings);
        let all = std::mem::take(&mut workspace.packages);
        workspace.packages = patterns::select(all, &options.patterns, &workspace.module)?;
        if workspace.packages.is_empty() {
            return Err(BuildError::NoPackages {
                module: workspace.module,
            });
        }
        let kept = existing
            .as_ref()
            .map_or(&[][..], |existing| &existing.manifest.packages);
        let mut listing = list(go, &workspace)?;
        let linked = self.workshop.link(
            go,
            &mut workspace,
            settings,
            options.instances(),
            kept,
            &mut listing,
        )?;
        let library = linked.file.clone();
        let manifest = manifest(lock.place(), settings, options, linked, fingerprint);
        let built = self
            .workshop
            .install(lock, &library, manifest, package.clone())?;
        check_package(&built.manifest, &package)?;
        Ok(built)
    }
}

/// The manifest of what was linked, for a place.
pub(super) fn manifest(
    place: &Place,
    settings: &Settings,
    options: Options,
    linked: Linked,
    fingerprint: Option<&Fingerprint>,
) -> Manifest {
    let Linked {
        schema,
        tried,
        modules,
        ..
    } = linked;
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
        members: Vec::new(),
        package_patterns: options.patterns,
        instantiations: options.generics,
        missed: options.missed,
        go_options: options.go,
        go_environment: go_environment(),
        symbols: Vec::new(),
        schema,
        modules,
        library: Library::default(),
        tried,
        input_fingerprint: fingerprint.map(Fingerprint::record),
    }
}
