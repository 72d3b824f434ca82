//! `import_`: from a path to a package of a loaded module.
//!
//! A module that is loaded answers first; then the store is asked; then, if
//! that is allowed, the module is built. What was found is verified and loaded,
//! once for each process.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use usegolib::artifact::{self, Artifact, Decision, Found, Store, StoreError, Verify};
use usegolib::builder::{self, progress};
use usegolib::library::{self, LibraryError};
use usegolib::manifest::Platform;
use usegolib::module::{LocalModule, Target};
use usegolib::toolchain;

use crate::errors;
use crate::interpreter;
use crate::interrupt::Signals;
use crate::module::LoadedModule;
use crate::package::Binding;
use crate::registry;

/// One import at a time: the second of two of the same module finds it loaded.
static IMPORTING: Mutex<()> = Mutex::new(());

/// What is asked for.
struct Request {
    target: Target,
    /// The import path of the package, once known.
    package: String,
    store: Store,
    build: bool,
    packages: Option<Vec<String>>,
}

/// Imports a package: finds, builds if that is wanted and needed, and loads the
/// module that has it.
#[pyfunction]
#[pyo3(signature = (path, version, artifact_dir, build_if_missing, packages))]
pub(crate) fn import_package(
    py: Python<'_>,
    path: &str,
    version: Option<&str>,
    artifact_dir: Option<&Bound<'_, PyAny>>,
    build_if_missing: Option<bool>,
    packages: Option<Vec<String>>,
) -> PyResult<Binding> {
    // The lock guards nothing that a panic could leave half done.
    let _importing = IMPORTING
        .lock_py_attached(py)
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let artifact_dir: Option<PathBuf> = match artifact_dir {
        Some(path) => Some(path.extract()?),
        None => None,
    };
    let build = build_if_missing.unwrap_or(artifact_dir.is_none());
    let request = Request::new(path, version, artifact_dir.as_deref(), build, packages)
        .map_err(|error| errors::raise(py, error))?;
    let module = request.module(py)?;
    // Python may have enabled its fault handler since the last load.
    library::repair_signal_handlers();
    Ok(Binding::new(module.plain(), &request.package))
}

impl Request {
    fn new(
        path: &str,
        version: Option<&str>,
        artifact_dir: Option<&Path>,
        build: bool,
        packages: Option<Vec<String>>,
    ) -> usegolib::Result<Self> {
        let target = Target::parse(path, version)?;
        let package = match &target {
            Target::Local { directory } => LocalModule::find(directory)?.package,
            Target::Standard { package, .. } => package.clone(),
            Target::Remote { path, .. } => path.clone(),
        };
        let store = match artifact_dir {
            Some(directory) => Store::new(directory)?,
            None => Store::default_root()?,
        };
        Ok(Self {
            target,
            package,
            store,
            build,
            packages,
        })
    }

    /// The loaded module that has the package.
    fn module(&self, py: Python<'_>) -> PyResult<&'static LoadedModule> {
        let raise = |error: usegolib::Error| errors::raise(py, error);
        let loaded = registry::all();
        let decision = artifact::decide(
            &registry::describe(&loaded),
            &self.package,
            self.target.pinned(),
        );
        if let Decision::Follow(at) = decision.map_err(|error| raise(error.into()))? {
            loaded[at].check_fork(py)?;
            return Ok(loaded[at]);
        }
        let signals = Signals::default();
        let python = interpreter::describe(py)?;
        let found = match py.detach(|| self.find(&signals, python.clone())) {
            Ok(found) => found,
            Err(error) => return Err(signals.raised().unwrap_or_else(|| raise(error))),
        };
        let header = &found.header;
        let decision = artifact::admit(
            &registry::describe(&loaded),
            &self.package,
            &header.module,
            &header.version,
        );
        if let Decision::Follow(at) = decision.map_err(|error| raise(error.into()))? {
            loaded[at].check_fork(py)?;
            return Ok(loaded[at]);
        }
        let load = |artifact: &Artifact| {
            let loadable = py
                .detach(|| artifact.load(self.store.platform(), Verify::from_environment()))
                .map_err(|error| raise(error.into()))?;
            Ok::<_, PyErr>(LoadedModule::load(py, loadable))
        };
        let module = match load(&found)? {
            // Built by a usegolib that encoded values in another way.
            Err(LibraryError::Digest { .. }) if self.build => {
                let rebuilt = match py.detach(|| self.rebuild(&found, &signals, python)) {
                    Ok(rebuilt) => rebuilt,
                    Err(error) => return Err(signals.raised().unwrap_or_else(|| raise(error))),
                };
                load(&rebuilt)?
            }
            loaded => loaded,
        }
        .map_err(|error| raise(error.into()))?;
        registry::add(module);
        Ok(module)
    }

    /// Builds the module of an artifact once more, at the same version.
    fn rebuild(
        &self,
        stale: &Artifact,
        signals: &Signals,
        python: toolchain::Python,
    ) -> usegolib::Result<Artifact> {
        let target = match &self.target {
            Target::Local { .. } => self.target.clone(),
            _ => Target::parse(&stale.header.module, Some(&stale.header.version))?,
        };
        let mut request = builder::Request::new(target);
        request.force = true;
        self.build_artifact(&request, signals, python)
    }

    fn build_artifact(
        &self,
        request: &builder::Request,
        signals: &Signals,
        python: toolchain::Python,
    ) -> usegolib::Result<Artifact> {
        let progress = progress::for_stderr(&request.target.to_string());
        let search = toolchain::Search::from_environment(python)?;
        let built = builder::build(request, &self.store, &search, progress.as_ref(), signals)?;
        Ok(built.artifact)
    }

    /// The artifact in the store, or a new one.
    fn find(&self, signals: &Signals, python: toolchain::Python) -> usegolib::Result<Artifact> {
        Platform::loadable_host()?;
        if !self.build {
            return Ok(self.look_up()?.artifact);
        }
        // Whether an artifact is what is wanted is for the builder to say when
        // it depends on more than path and version.
        let exact = self.packages.is_none() && !self.is_query();
        if exact && !matches!(self.target, Target::Local { .. }) {
            match self.look_up() {
                Ok(found) => return Ok(found.artifact),
                Err(StoreError::NotFound(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let mut request = builder::Request::new(self.target.clone());
        request.packages.clone_from(&self.packages);
        self.build_artifact(&request, signals, python)
    }

    fn look_up(&self) -> Result<Found, StoreError> {
        self.store.lookup(&self.package, self.target.pinned())
    }

    /// Whether the version is something that only Go can resolve.
    fn is_query(&self) -> bool {
        matches!(&self.target, Target::Remote { query: Some(_), .. })
            && self.target.pinned().is_none()
    }
}
