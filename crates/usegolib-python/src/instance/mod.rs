//! An instance: a Go module whose library runs, for the rest of the process.
//!
//! It has what a call needs of it: the [`Engine`] that takes requests, the
//! schema and where its callables are ([`Exports`]), and the handles that nobody
//! in Python holds any more ([`Released`]). It knows nothing of what Python
//! makes of all that; the floors above do. [`loaded`] lists the instances there
//! are.

pub(crate) mod loaded;
mod released;

use std::path::PathBuf;
use std::sync::OnceLock;

use pyo3::prelude::*;
use usegolib::artifact::Loadable;
use usegolib::engine::{Engine, LibraryError};
use usegolib::manifest::Manifest;
use usegolib::schema::catalog::{Catalog, Exports};

use crate::exception::Exception;

pub(crate) use released::Released;

/// A loaded module. There is one for each module of the process, for ever:
/// Go's runtime can't be unloaded.
pub(crate) struct Instance {
    /// Module path.
    pub(crate) path: String,
    /// Concrete version, or `local`.
    pub(crate) version: String,
    /// Import paths of its packages.
    pub(crate) packages: Vec<String>,
    /// Whether its artifact was built for some packages only.
    pub(crate) restricted: bool,
    /// Its manifest, without what of it is in the other fields.
    pub(crate) manifest: Manifest,
    /// The root of the local module it was built from, where that is known.
    pub(crate) built_from: OnceLock<PathBuf>,
    /// What it exports, the functions included.
    pub(crate) schema: &'static Catalog,
    /// The same by name.
    pub(crate) exports: &'static Exports,
    /// The running library.
    pub(crate) engine: Engine,
    /// Handles that nothing in Python holds any more.
    pub(crate) released: Released,
}

impl Instance {
    /// Loads the library of an artifact that passed every check.
    pub(crate) fn load(
        py: Python<'_>,
        loadable: Loadable,
        built_from: Option<PathBuf>,
    ) -> Result<&'static Self, LibraryError> {
        let Loadable {
            mut manifest,
            catalog,
            library,
        } = loadable;
        // A library outlives everything that could own its schema.
        let schema: &'static Catalog = Box::leak(Box::new(catalog));
        let engine =
            py.detach(|| Engine::load_opened(library.file(), library.path(), schema.digest))?;
        Ok(Box::leak(Box::new(Self {
            path: std::mem::take(&mut manifest.module),
            version: std::mem::take(&mut manifest.version),
            packages: std::mem::take(&mut manifest.packages),
            restricted: !manifest.package_patterns.is_empty(),
            manifest,
            built_from: built_from.map_or_else(OnceLock::new, OnceLock::from),
            schema,
            exports: &schema.exports,
            engine,
            released: Released::default(),
        })))
    }

    /// Refuses to go on in a child of the process that loaded the library.
    #[inline]
    pub(crate) fn check_fork(&self, py: Python<'_>) -> PyResult<()> {
        if self.engine.is_forked() {
            return Err(self.forked(py));
        }
        Ok(())
    }

    #[cold]
    fn forked(&self, py: Python<'_>) -> PyErr {
        Exception::Forked.with_hint(
            py,
            &format!(
                "the process was forked after {} was loaded: its Go runtime has no threads here",
                self.path
            ),
            Some(
                "start processes with the `spawn` or `forkserver` method \
                 (multiprocessing.set_start_method), or import the module in the child only",
            ),
        )
    }
}
