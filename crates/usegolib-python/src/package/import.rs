//! `import_`: from a path to a package of a loaded module.
//!
//! A module that is loaded answers first; then the store is asked; then, if
//! that is allowed, the module is built. What was found is verified and loaded,
//! once for each process.

use std::path::{Path, PathBuf};

use pyo3::prelude::*;
use usegolib::artifact::{self, Artifact, Decision, Store, StoreError, TagsError, Verify, missed};
use usegolib::builder::{self, progress};
use usegolib::engine::{LibraryError, in_process};
use usegolib::manifest::{GoOptions, Manifest, Platform};
use usegolib::module::{LOCAL_VERSION, LocalModule, Target};
use usegolib::project::SharedStore;
use usegolib::toolchain;

use super::binding::Binding;
use super::interrupt::Signals;
use super::{importing, interpreter, project, source};
use crate::exception;
use crate::host;
use crate::instance::Instance;
use crate::instance::loaded::{self, LoadedModule};
use crate::objects::View;

/// What is asked for.
struct Request {
    target: Target,
    /// The module of the directory, if a directory was given.
    local: Option<LocalModule>,
    /// The import path of the package.
    package: String,
    store: Store,
    build: bool,
    packages: Option<Vec<String>>,
    /// The build tags that are asked for; empty if any will do.
    tags: GoOptions,
}

/// What answers an import.
enum Answer {
    Loaded(&'static Instance),
    Artifact(Artifact),
    /// One that should have been built again, but could not be.
    Incomplete(Artifact, usegolib::Error),
}

/// Imports a package: finds, builds if that is wanted and needed, and loads the
/// module that has it.
#[pyfunction]
#[pyo3(signature = (path, version, artifact_dir, build_if_missing, packages, tags))]
pub(crate) fn import_package(
    py: Python<'_>,
    path: &str,
    version: Option<&str>,
    artifact_dir: Option<&Bound<'_, PyAny>>,
    build_if_missing: Option<bool>,
    packages: Option<Vec<String>>,
    tags: Vec<String>,
) -> PyResult<Binding> {
    let tags = GoOptions::of_tags(tags);
    let artifact_dir: Option<PathBuf> = match artifact_dir {
        Some(path) => Some(path.extract()?),
        None => None,
    };
    let build = build_if_missing.unwrap_or(artifact_dir.is_none());
    let artifact_dir = artifact_dir.as_deref();
    // An explicit artifact root is asked for what is in it, whatever the project says.
    if artifact_dir.is_none()
        && let Some(binding) = project::import(py, path, version, build)?
    {
        return Ok(binding);
    }
    let request = Request::new(path, version, artifact_dir, build, packages, tags)
        .map_err(|error| exception::raise(py, error))?;
    // An import of what is loaded waits for nobody.
    let module = if let Some(module) = request.loaded(py)? {
        module
    } else {
        let _importing = importing::begin(py)?;
        request.module(py)?
    };
    // Python may have enabled its fault handler since the last load.
    in_process::repair_signal_handlers();
    Ok(Binding::new(
        View::plain(module),
        &request.package,
        request.local.is_some(),
    ))
}

impl Request {
    fn new(
        path: &str,
        version: Option<&str>,
        artifact_dir: Option<&Path>,
        build: bool,
        packages: Option<Vec<String>>,
        tags: GoOptions,
    ) -> usegolib::Result<Self> {
        let target = Target::parse(path, version)?;
        let (package, local) = match &target {
            Target::Local { directory } => {
                let module = LocalModule::find(directory)?;
                (module.package.clone(), Some(module))
            }
            Target::Standard { package, .. } => (package.clone(), None),
            Target::Remote { path, .. } => (path.clone(), None),
        };
        let store = match artifact_dir {
            Some(directory) => Store::new(directory)?,
            None => Store::default_root()?,
        };
        // Only a directory can be built as `local`.
        let build = build && (local.is_some() || target.wanted() != Some(LOCAL_VERSION));
        Ok(Self {
            target,
            local,
            package,
            store,
            build,
            packages,
            tags,
        })
    }

    /// The loaded module that answers by itself.
    fn loaded(&self, py: Python<'_>) -> PyResult<Option<&'static Instance>> {
        if self.build && self.target.is_query() {
            // Which version that is has to be found out first.
            return Ok(None);
        }
        let loaded = loaded::modules();
        if let Some(local) = &self.local {
            let of_directory = |loaded: &&LoadedModule| {
                let module = &loaded.member.module;
                module.module == local.path && module.version == LOCAL_VERSION
            };
            if let Some(module) = loaded.iter().find(of_directory) {
                source::compare(py, *module, local)?;
            }
        }
        let described = loaded::describe(&loaded);
        let decision = match &self.local {
            Some(local) => {
                artifact::admit(&described, &self.package, &local.path, LOCAL_VERSION, true)
            }
            None => artifact::decide(&described, &self.package, self.target.wanted()),
        };
        match decision.map_err(|error| exception::raise(py, error))? {
            Decision::Follow(at) => {
                let LoadedModule { instance, member } = loaded[at];
                instance.check_fork(py)?;
                self.check_tags(&member.module.module, &instance.manifest, true)
                    .map_err(|error| exception::raise(py, error))?;
                Ok(Some(instance))
            }
            Decision::Lookup => Ok(None),
        }
    }

    /// The loaded module that has the package, loaded now if need be.
    fn module(&self, py: Python<'_>) -> PyResult<&'static Instance> {
        // Another thread may just have loaded it.
        if let Some(module) = self.loaded(py)? {
            return Ok(module);
        }
        let signals = Signals::default();
        let search = self.search(py)?;
        let found = match py.detach(|| self.find(&signals, search.as_ref())) {
            Ok(Answer::Artifact(found)) => found,
            Ok(Answer::Incomplete(found, error)) => {
                if let Some(raised) = signals.raised() {
                    return Err(raised);
                }
                exception::warn(
                    py,
                    &format!("what was missed of generic functions can't be built: {error}"),
                )?;
                found
            }
            Ok(Answer::Loaded(module)) => {
                module.check_fork(py)?;
                return Ok(module);
            }
            Err(error) => {
                return Err(signals
                    .raised()
                    .unwrap_or_else(|| exception::raise(py, error)));
            }
        };
        match self.load(py, &found)? {
            // Built by a usegolib that encoded values in another way.
            Err(error @ LibraryError::Digest { .. }) => {
                let Some(search) = &search else {
                    return Err(exception::raise(py, error));
                };
                let rebuilt = match py.detach(|| self.rebuild(&found, &signals, search)) {
                    Ok(rebuilt) => rebuilt,
                    Err(error) => {
                        return Err(signals
                            .raised()
                            .unwrap_or_else(|| exception::raise(py, error)));
                    }
                };
                self.load(py, &rebuilt)?
            }
            loaded => loaded,
        }
        .map_err(|error| exception::raise(py, error))
    }

    /// Verifies an artifact and loads it, unless what is loaded has it already.
    fn load(
        &self,
        py: Python<'_>,
        found: &Artifact,
    ) -> PyResult<Result<&'static Instance, LibraryError>> {
        let loadable = py
            .detach(|| found.load(self.store.platform(), Verify::from_environment()))
            .map_err(|error| exception::raise(py, error))?;
        if let Some(exposure) = self.store.exposure(found, loadable.library.path()) {
            exception::warn(py, &exposure.to_string())?;
        }
        self.check_tags(&loadable.manifest.module, &loadable.manifest, false)
            .map_err(|error| exception::raise(py, error))?;
        let mut built_from = Vec::new();
        if let Some(local) = &self.local {
            let is_built = self.build || source::is_built_from(py, &loadable.manifest, local)?;
            if is_built {
                built_from.push(local.clone());
            } else {
                source::warn_of_another(py, found, local)?;
            }
        }
        // Asked last: a signal handler may have imported something meanwhile.
        let (module, version) = (&found.header.module, &found.header.version);
        match self.admit(module, version) {
            Ok(Some(module)) => {
                module.check_fork(py)?;
                return Ok(Ok(module));
            }
            Ok(None) => {}
            Err(error) => return Err(exception::raise(py, error)),
        }
        Ok(Instance::load(py, loadable, &built_from, host::address())
            .inspect(|module| loaded::add(module)))
    }

    /// The loaded module that answers for this one, if there is one.
    fn admit(&self, module: &str, version: &str) -> usegolib::Result<Option<&'static Instance>> {
        let loaded = loaded::modules();
        let described = loaded::describe(&loaded);
        let asked = self.target.wanted().is_some();
        match artifact::admit(&described, &self.package, module, version, asked)? {
            Decision::Follow(at) => {
                self.check_tags(module, &loaded[at].instance.manifest, true)?;
                Ok(Some(loaded[at].instance))
            }
            Decision::Lookup => Ok(None),
        }
    }

    /// An error if a module was built with other tags than are asked for.
    fn check_tags(&self, module: &str, found: &Manifest, loaded: bool) -> usegolib::Result<()> {
        let (found, wanted) = (&found.go_options.tags, &self.tags.tags);
        if wanted.is_empty() || wanted == found {
            return Ok(());
        }
        Err(TagsError {
            module: module.to_owned(),
            found: found.clone(),
            wanted: wanted.clone(),
            loaded,
        }
        .into())
    }

    /// What Go is to be told; nothing in particular if any tags will do.
    fn go_options(&self) -> Option<GoOptions> {
        (!self.tags.is_empty()).then(|| self.tags.clone())
    }

    /// Where to look for a toolchain, if there may be something to build.
    fn search(&self, py: Python<'_>) -> PyResult<Option<toolchain::Search>> {
        if !self.build {
            return Ok(None);
        }
        let search = toolchain::Search::from_environment(interpreter::describe(py)?);
        search
            .map(Some)
            .map_err(|error| exception::raise(py, error))
    }

    /// The artifact in the store, or a new one.
    fn find(
        &self,
        signals: &Signals,
        search: Option<&toolchain::Search>,
    ) -> usegolib::Result<Answer> {
        Platform::loadable_host()?;
        let Some(search) = search else {
            let found = self.look_up().map_err(|error| self.refused(error))?;
            return Ok(Answer::Artifact(found));
        };
        if self.local.is_some() {
            return self.build(&self.target, signals, search);
        }
        // Whether an artifact is what is wanted is for the builder to say when
        // it depends on more than path and version.
        if self.packages.is_none() && self.tags.is_empty() && !self.target.is_query() {
            match self.look_up() {
                Ok(found) if missed::read(&found.folder).is_empty() => {
                    return Ok(Answer::Artifact(found));
                }
                Ok(found) => return Ok(self.completed(found, signals, search)),
                Err(StoreError::NotFound(_)) => {
                    if let Some(found) = self.fetch(signals)? {
                        return Ok(Answer::Artifact(found));
                    }
                }
                Err(error) => return Err(self.refused(error)),
            }
        }
        let loaded = loaded::modules();
        let in_the_way = artifact::in_the_way(&loaded::describe(&loaded), &self.package);
        if in_the_way.is_none() {
            return self.build(&self.target, signals, search);
        }
        // Built for nothing, if what is loaded doesn't let it in.
        let request = builder::Request::new(self.target.clone());
        let progress = progress::for_stderr(&request.target.to_string());
        let resolved = builder::resolve(&request, &self.store, search, progress.as_ref(), signals)?;
        if let Some(module) = self.admit(&resolved.module, &resolved.version)? {
            return Ok(Answer::Loaded(module));
        }
        let target = Target::parse(&self.package, Some(&resolved.version))?;
        self.build(&target, signals, search)
    }

    /// The artifact of the shared store, for a version that nobody has to resolve.
    fn fetch(&self, signals: &Signals) -> usegolib::Result<Option<Artifact>> {
        let (Some(version), Some(shared)) =
            (self.target.pinned(), SharedStore::from_environment()?)
        else {
            return Ok(None);
        };
        let path = self.package.as_str();
        // The module may have any path that the package's begins with.
        let modules = std::iter::successors(Some(path), |path| {
            path.rsplit_once('/').map(|(parent, _)| parent)
        });
        for module in modules {
            let place = self.store.place(module, version)?;
            let fetched = shared.fetch(&self.store, place, path, signals, |_| Ok(()))?;
            if let Some(found) = fetched
                && (module == path || found.header.packages.iter().any(|one| one == path))
            {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The artifact in the store. Where nothing may be built, nothing can be
    /// resolved either, and a version is what it is written as.
    fn look_up(&self) -> Result<Artifact, StoreError> {
        let found = self.store.lookup(&self.package, self.target.wanted())?;
        Ok(found.artifact)
    }

    /// What it means that the store has no answer: the version that is loaded
    /// would be followed, had it the package.
    fn refused(&self, error: StoreError) -> usegolib::Error {
        let loaded = loaded::modules();
        let loaded = loaded::describe(&loaded);
        let in_the_way = artifact::in_the_way(&loaded, &self.package);
        let Some(module) = in_the_way.map(|at| &loaded[at]) else {
            return error.into();
        };
        let followed = self.target.wanted().is_none()
            && match &error {
                StoreError::Ambiguous(several) => several.module == module.module,
                StoreError::NotFound(_) => true,
                _ => false,
            };
        if followed {
            return artifact::lacking(module, &self.package).into();
        }
        error.into()
    }

    fn build(
        &self,
        target: &Target,
        signals: &Signals,
        search: &toolchain::Search,
    ) -> usegolib::Result<Answer> {
        let mut request = builder::Request::new(target.clone());
        request.packages.clone_from(&self.packages);
        request.go_options = self.go_options();
        self.run(&request, signals, search).map(Answer::Artifact)
    }

    /// Builds the module of an artifact once more, at the same version.
    fn rebuild(
        &self,
        stale: &Artifact,
        signals: &Signals,
        search: &toolchain::Search,
    ) -> usegolib::Result<Artifact> {
        let target = match &self.target {
            Target::Local { .. } => self.target.clone(),
            _ => Target::parse(&stale.header.module, Some(&stale.header.version))?,
        };
        let mut request = builder::Request::new(target);
        request.force = true;
        request.go_options = self.go_options();
        self.run(&request, signals, search)
    }

    /// The artifact with the instantiations that were missed in it. What is there
    /// will do where nothing can be built.
    fn completed(&self, found: Artifact, signals: &Signals, search: &toolchain::Search) -> Answer {
        let target = Target::parse(&self.package, Some(&found.header.version));
        let request = target.map(builder::Request::new);
        match request
            .map_err(Into::into)
            .and_then(|request| self.run(&request, signals, search))
        {
            Ok(built) => Answer::Artifact(built),
            Err(error) => Answer::Incomplete(found, error),
        }
    }

    fn run(
        &self,
        request: &builder::Request,
        signals: &Signals,
        search: &toolchain::Search,
    ) -> usegolib::Result<Artifact> {
        let progress = progress::for_stderr(&request.target.to_string());
        let built = builder::build(request, &self.store, search, progress.as_ref(), signals)?;
        Ok(built.artifact)
    }
}
