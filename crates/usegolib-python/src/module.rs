//! A Go module loaded into this process: its library, its schema, its types
//! and what Python has of them.

use std::path::PathBuf;
use std::sync::OnceLock;

use pyo3::prelude::*;
use usegolib::artifact::Loadable;
use usegolib::library::{Library, LibraryError};
use usegolib::manifest::Manifest;
use usegolib::schema::Schema;
use usegolib::schema::dispatch;

use crate::directory::Directory;
use crate::errors::Exception;
use crate::release::Released;
use crate::view::View;

/// A loaded module. There is one for each module of the process, for ever:
/// Go's runtime can't be unloaded.
pub(crate) struct LoadedModule {
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
    pub(crate) schema: &'static Schema,
    /// The same by name.
    pub(crate) directory: Directory,
    /// The running library.
    pub(crate) library: Library,
    /// Handles that nothing in Python holds any more.
    pub(crate) released: Released,
    plain: OnceLock<View>,
    typed: OnceLock<View>,
}

impl LoadedModule {
    /// Loads the library of an artifact that passed every check.
    pub(crate) fn load(
        py: Python<'_>,
        loadable: Loadable,
        built_from: Option<PathBuf>,
    ) -> Result<&'static Self, LibraryError> {
        let Loadable {
            mut manifest,
            library,
        } = loadable;
        let schema = std::mem::take(&mut manifest.schema);
        // A library outlives everything that could own its schema.
        let schema: &'static Schema = Box::leak(Box::new(schema));
        let library = py.detach(|| {
            Library::load_opened(library.file(), library.path(), dispatch::digest(schema))
        })?;
        let module: &'static Self = Box::leak(Box::new(Self {
            path: std::mem::take(&mut manifest.module),
            version: std::mem::take(&mut manifest.version),
            packages: std::mem::take(&mut manifest.packages),
            restricted: !manifest.package_patterns.is_empty(),
            manifest,
            built_from: built_from.map_or_else(OnceLock::new, OnceLock::from),
            schema,
            directory: Directory::new(schema),
            library,
            released: Released::default(),
            plain: OnceLock::new(),
            typed: OnceLock::new(),
        }));
        Ok(module)
    }

    /// The module with structs as dicts.
    pub(crate) fn plain(&'static self) -> &'static View {
        self.plain.get_or_init(|| View::new(self, false))
    }

    /// The module with structs as dataclass instances.
    pub(crate) fn typed(&'static self) -> &'static View {
        self.typed.get_or_init(|| View::new(self, true))
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
