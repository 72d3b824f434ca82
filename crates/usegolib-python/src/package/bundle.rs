//! `bundle`: several modules in one library, so that their values meet.
//!
//! What is loaded answers if it is one library that has all of them; then the
//! store is asked; then, if that is allowed, the bundle is built.

use std::path::PathBuf;

use pyo3::prelude::*;
use usegolib::artifact::{self, Artifact, Decision, LoadedError, NotFound, Store, StoreError};
use usegolib::artifact::{TagsError, Verify};
use usegolib::builder::{self, Bundle, Wanted, progress};
use usegolib::engine::{LibraryError, in_process};
use usegolib::manifest::{BUNDLES, GoOptions, Instantiation, Platform};
use usegolib::module::{LOCAL_VERSION, LocalModule, Target};
use usegolib::project::{Declaration, Library, Lock, SharedStore, Strictness, Supply};
use usegolib::toolchain;

use super::binding::Binding;
use super::interrupt::Signals;
use super::{importing, interpreter, project, source};
use crate::exception;
use crate::host;
use crate::instance::Instance;
use crate::instance::loaded::{self, LoadedModule};
use crate::objects::View;

/// The generic functions to instantiate: a file that says which, or a list.
#[derive(FromPyObject)]
pub(crate) enum Generics {
    List(Vec<(String, String, Vec<String>)>),
    File(PathBuf),
}

/// Imports several packages into one library: finds, builds if that is wanted and
/// needed, and loads the bundle of their modules.
#[pyfunction]
#[pyo3(signature = (paths, artifact_dir, build_if_missing, tags, generics))]
pub(crate) fn import_bundle(
    py: Python<'_>,
    paths: Vec<String>,
    artifact_dir: Option<PathBuf>,
    build_if_missing: Option<bool>,
    tags: Vec<String>,
    generics: Option<Generics>,
) -> PyResult<Vec<Binding>> {
    let build = build_if_missing.unwrap_or(artifact_dir.is_none());
    if artifact_dir.is_none() {
        let own = !tags.is_empty() || generics.is_some();
        if let Some(bindings) = project::bundle(py, &paths, own, build)? {
            return Ok(bindings);
        }
    }
    let request = (move || -> usegolib::Result<Request> {
        let store = match artifact_dir {
            Some(directory) => Store::new(&directory)?,
            None => Store::default_root()?,
        };
        let members = paths.into_iter().map(|path| Target::parse(&path, None));
        let bundle = Bundle {
            members: members
                .map(|target| target.map(Wanted::new))
                .collect::<Result<_, _>>()?,
            generics: instantiations(generics)?,
            go_options: GoOptions::of_tags(tags),
            ..Bundle::default()
        };
        Request::new(bundle, store, build)
    })()
    .map_err(|error| exception::raise(py, error))?;
    let instance = request.instance(py)?;
    Ok(request.bindings(instance))
}

fn instantiations(generics: Option<Generics>) -> usegolib::Result<Vec<Instantiation>> {
    Ok(match generics {
        None => Vec::new(),
        Some(Generics::File(file)) => builder::read_generics(&file)?,
        Some(Generics::List(list)) => list
            .into_iter()
            .map(|(pkg, name, type_args)| Instantiation {
                pkg,
                name,
                type_args,
            })
            .collect(),
    })
}

/// A bundle that is to be loaded.
pub(crate) struct Request {
    bundle: Bundle,
    /// The import paths of its members, in their order.
    packages: Vec<String>,
    /// The local modules among the members.
    locals: Vec<LocalModule>,
    store: Store,
    build: bool,
    /// The library of a project's lock that it has to be.
    pub(super) locked: Option<Locked>,
}

/// A library of a project's lock.
pub(crate) struct Locked {
    pub(super) project: Declaration,
    pub(super) lock: Lock,
    pub(super) library: Library,
}

impl Request {
    pub(crate) fn new(bundle: Bundle, store: Store, build: bool) -> usegolib::Result<Self> {
        let mut packages = Vec::new();
        let mut locals = Vec::new();
        for member in &bundle.members {
            packages.push(member.import_path()?);
            if let Target::Local { directory } = &member.target {
                locals.push(LocalModule::find(directory)?);
            }
        }
        Ok(Self {
            bundle,
            packages,
            locals,
            store,
            build,
            locked: None,
        })
    }

    /// The library with all members, loaded now if need be.
    pub(crate) fn instance(&self, py: Python<'_>) -> PyResult<&'static Instance> {
        let instance = if let Some(instance) = self.loaded(py)? {
            instance
        } else {
            let _importing = importing::begin(py)?;
            // Another thread may just have loaded it.
            match self.loaded(py)? {
                Some(instance) => instance,
                None => self.load(py)?,
            }
        };
        // Python may have enabled its fault handler since the last load.
        in_process::repair_signal_handlers();
        Ok(instance)
    }

    fn bindings(&self, instance: &'static Instance) -> Vec<Binding> {
        let members = self.bundle.members.iter().zip(&self.packages);
        members
            .map(|(member, package)| {
                let is_local = matches!(member.target, Target::Local { .. });
                Binding::new(View::plain(instance), package, is_local)
            })
            .collect()
    }

    /// The loaded library that has all members. An error if some are loaded, but
    /// not together.
    fn loaded(&self, py: Python<'_>) -> PyResult<Option<&'static Instance>> {
        let loaded = loaded::modules();
        if loaded.is_empty() {
            return Ok(None);
        }
        let described = loaded::describe(&loaded);
        let mut found: Vec<Option<LoadedModule>> = Vec::new();
        for (member, package) in self.bundle.members.iter().zip(&self.packages) {
            let decision = match &member.target {
                Target::Local { directory } => {
                    let local = LocalModule::find(directory);
                    let local = local.map_err(|error| exception::raise(py, error))?;
                    let of_directory = |loaded: &&LoadedModule| {
                        let module = &loaded.member.module;
                        module.module == local.path && module.version == LOCAL_VERSION
                    };
                    if let Some(module) = loaded.iter().find(of_directory) {
                        source::compare(py, *module, &local)?;
                    }
                    artifact::admit(&described, package, &local.path, LOCAL_VERSION, true)
                }
                target => artifact::decide(&described, package, target.pinned()),
            };
            match decision.map_err(|error| exception::raise(py, error))? {
                Decision::Follow(at) => found.push(Some(loaded[at])),
                Decision::Lookup => found.push(None),
            }
        }
        let Some(first) = found.iter().flatten().next() else {
            return Ok(None);
        };
        let instance = first.instance;
        let is_there = |one: &Option<LoadedModule>| {
            one.is_some_and(|one| std::ptr::eq(one.instance, instance))
        };
        if !found.iter().all(is_there) {
            return Err(exception::raise(py, self.apart(first)));
        }
        instance.check_fork(py)?;
        self.check_tags(&instance.path, instance)
            .map_err(|error| exception::raise(py, error))?;
        Ok(Some(instance))
    }

    /// The error for a module that is loaded in another library.
    fn apart(&self, loaded: &LoadedModule) -> LoadedError {
        LoadedError::Apart {
            bundle: self.bundle.title(),
            module: loaded.member.module.module.clone(),
            loaded: loaded.member.module.version.clone(),
        }
    }

    fn check_tags(&self, path: &str, instance: &Instance) -> Result<(), TagsError> {
        let (found, wanted) = (
            &instance.manifest.go_options.tags,
            &self.bundle.go_options.tags,
        );
        if wanted.is_empty() || wanted == found {
            return Ok(());
        }
        Err(TagsError {
            module: path.to_owned(),
            found: found.clone(),
            wanted: wanted.clone(),
            loaded: true,
        })
    }

    fn load(&self, py: Python<'_>) -> PyResult<&'static Instance> {
        let signals = Signals::default();
        let failed = |signals: Signals, error| {
            let raised = signals.raised();
            Err(raised.unwrap_or_else(|| exception::raise(py, error)))
        };
        let search = if self.build {
            let search = toolchain::Search::from_environment(interpreter::describe(py)?);
            Some(search.map_err(|error| exception::raise(py, error))?)
        } else {
            None
        };
        let search = search.as_ref();
        let found = match py.detach(|| self.find(&signals, search)) {
            Ok(found) => found,
            Err(error) => return failed(signals, error),
        };
        match (self.load_artifact(py, &found)?, search) {
            // Built by a usegolib that encoded values in another way.
            (Err(LibraryError::Digest { .. }), Some(search)) if self.locked.is_none() => {
                match py.detach(|| self.build(&signals, search, true)) {
                    Ok(rebuilt) => self.load_artifact(py, &rebuilt)?,
                    Err(error) => return failed(signals, error),
                }
            }
            (loaded, _) => loaded,
        }
        .map_err(|error| exception::raise(py, error))
    }

    /// The artifact in the store, or a new one.
    fn find(
        &self,
        signals: &Signals,
        search: Option<&toolchain::Search>,
    ) -> usegolib::Result<Artifact> {
        Platform::loadable_host()?;
        if let Some(Locked {
            project,
            lock,
            library,
        }) = &self.locked
        {
            let progress = progress::for_stderr(&library.title());
            let shared = SharedStore::from_environment()?;
            let supply = Supply {
                store: &self.store,
                shared: shared.as_ref(),
                search,
                progress: progress.as_ref(),
                interrupt: signals,
            };
            return usegolib::project::obtain(project, lock, library, Strictness::Locked, &supply);
        }
        if self.locals.is_empty() || search.is_none() {
            let digest = self.bundle.digest()?;
            if let Some(found) = self.store.find(BUNDLES, &digest)? {
                return Ok(found);
            }
            if search.is_some()
                && let Some(shared) = SharedStore::from_environment()?
            {
                let place = self.store.place(BUNDLES, &digest)?;
                let title = self.bundle.title();
                let fetched = shared.fetch(&self.store, place, &title, signals, |_| Ok(()))?;
                if let Some(found) = fetched {
                    return Ok(found);
                }
            }
        }
        match search {
            Some(search) => self.build(signals, search, false),
            None => Err(StoreError::NotFound(Box::new(NotFound::of_bundle(
                self.bundle.title(),
                &self.store,
            )))
            .into()),
        }
    }

    fn build(
        &self,
        signals: &Signals,
        search: &toolchain::Search,
        force: bool,
    ) -> usegolib::Result<Artifact> {
        let request = Bundle {
            force,
            ..self.bundle.clone()
        };
        let progress = progress::for_stderr(&request.title());
        let built = builder::bundle(&request, &self.store, search, progress.as_ref(), signals)?;
        Ok(built.artifact)
    }

    /// Verifies an artifact and loads it.
    fn load_artifact(
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
        let mut built_from = Vec::new();
        for local in &self.locals {
            if self.build || source::is_built_from(py, &loadable.manifest, local)? {
                built_from.push(local.clone());
            } else {
                source::warn_of_another(py, found, local)?;
            }
        }
        // Asked last: a signal handler may have imported something meanwhile.
        let members = loadable.manifest.members();
        let others = loaded::modules();
        let there = |one: &&LoadedModule| {
            let mut members = members.iter();
            members.any(|member| member.module == one.member.module.module)
        };
        if let Some(other) = others.iter().find(there) {
            return match self.loaded(py)? {
                Some(instance) => Ok(Ok(instance)),
                None => Err(exception::raise(py, self.apart(other))),
            };
        }
        Ok(Instance::load(py, loadable, &built_from, host::address())
            .inspect(|library| loaded::add(library)))
    }
}
