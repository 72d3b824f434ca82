//! A Go module loaded into this process: its library, its schema, its types
//! and what Python has of them.

use std::sync::OnceLock;

use pyo3::prelude::*;
use usegolib::artifact::Loadable;
use usegolib::library::Library;
use usegolib::schema::Schema;
use usegolib::schema::dispatch;

use crate::class::Classes;
use crate::codec::{Context, Types};
use crate::directory::Directory;
use crate::errors::{self, Exception};
use crate::release::Released;

/// A loaded module. There is one for each module of the process, for ever:
/// Go's runtime can't be unloaded.
pub(crate) struct LoadedModule {
    /// Module path.
    pub(crate) path: String,
    /// Concrete version, or `local`.
    pub(crate) version: String,
    /// Import paths of its packages.
    pub(crate) packages: Vec<String>,
    /// What it exports, the functions included.
    pub(crate) schema: &'static Schema,
    /// The same by name.
    pub(crate) directory: Directory,
    /// The codec's view of the types.
    pub(crate) types: Types,
    /// The Python classes of the types.
    pub(crate) classes: Classes,
    /// The running library.
    pub(crate) library: &'static Library,
    /// Handles that nothing in Python holds any more.
    pub(crate) released: Released,
    context: OnceLock<Context<'static>>,
}

impl LoadedModule {
    /// Loads the library of an artifact that passed every check.
    pub(crate) fn load(py: Python<'_>, loadable: Loadable) -> PyResult<&'static Self> {
        let Loadable {
            mut manifest,
            library,
        } = loadable;
        let schema = std::mem::take(&mut manifest.schema);
        // A library outlives everything that could own its schema.
        let schema: &'static Schema = Box::leak(Box::new(schema));
        let library = py
            .detach(|| Library::load(&library, dispatch::digest(schema)))
            .map_err(|error| errors::raise(py, error))?;
        let module: &'static Self = Box::leak(Box::new(Self {
            path: manifest.module,
            version: manifest.version,
            packages: manifest.packages,
            schema,
            directory: Directory::new(schema),
            types: Types::new(schema),
            classes: Classes::new(schema.types.len()),
            library,
            released: Released::default(),
            context: OnceLock::new(),
        }));
        Ok(module)
    }

    /// What the codec needs to know of the module.
    #[inline]
    pub(crate) fn context(&'static self) -> Context<'static> {
        *self.context.get_or_init(|| Context {
            types: &self.types,
            runtime: Box::leak(Box::new(self)),
        })
    }

    /// Refuses to go on in a child of the process that loaded the library.
    #[inline]
    pub(crate) fn check_fork(&self, py: Python<'_>) -> PyResult<()> {
        if self.library.is_forked() {
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
