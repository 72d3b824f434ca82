//! An instance: a library that runs, for the rest of the process. It has a Go
//! module, or the members of a bundle.
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
use usegolib::manifest::{self, Manifest};
use usegolib::module::LocalModule;
use usegolib::schema::catalog::{Catalog, Exports};

use crate::exception::Exception;

pub(crate) use released::Released;

/// A loaded library. It is there for ever: Go's runtime can't be unloaded.
pub(crate) struct Instance {
    /// What to call it: the paths of its modules.
    pub(crate) path: String,
    /// The modules it has; each is in one instance of the process at most.
    pub(crate) members: Vec<Member>,
    /// Its manifest, without what of it is in the other fields.
    pub(crate) manifest: Manifest,
    /// What it exports, the functions included.
    pub(crate) schema: &'static Catalog,
    /// The same by name.
    pub(crate) exports: &'static Exports,
    /// The running library.
    pub(crate) engine: Engine,
    /// Handles that nothing in Python holds any more.
    pub(crate) released: Released,
}

/// A module of a loaded library.
pub(crate) struct Member {
    /// What the manifest says of it.
    pub(crate) module: manifest::Member,
    /// The root of the local module it was built from, where that is known.
    pub(crate) built_from: OnceLock<PathBuf>,
}

impl Instance {
    /// Loads the library of an artifact that passed every check. `built_from` has
    /// the roots of local modules that are known to be what it was built from,
    /// and `host` is where it enters Python.
    pub(crate) fn load(
        py: Python<'_>,
        loadable: Loadable,
        built_from: &[LocalModule],
        host: usize,
    ) -> Result<&'static Self, LibraryError> {
        let Loadable {
            manifest,
            catalog,
            library,
        } = loadable;
        // A library outlives everything that could own its schema.
        let schema: &'static Catalog = Box::leak(Box::new(catalog));
        let engine =
            py.detach(|| Engine::load_opened(library.file(), library.path(), schema.digest, host))?;
        let root = |module: &str| {
            let found = built_from.iter().find(|local| local.path == module)?;
            Some(found.root.clone())
        };
        let members: Vec<_> = manifest
            .members()
            .into_iter()
            .map(|module| Member {
                built_from: root(&module.module).map_or_else(OnceLock::new, OnceLock::from),
                module,
            })
            .collect();
        let paths: Vec<_> = members
            .iter()
            .map(|one| one.module.module.as_str())
            .collect();
        Ok(Box::leak(Box::new(Self {
            path: paths.join(" + "),
            members,
            manifest,
            schema,
            exports: &schema.exports,
            engine,
            released: Released::default(),
        })))
    }

    /// The module that a package of the library is in.
    pub(crate) fn member_of(&self, package: &str) -> &Member {
        let has = |member: &&Member| member.module.packages.iter().any(|one| one == package);
        let around = || {
            let around = self
                .members
                .iter()
                .filter(|one| one.module.is_around(package));
            around.max_by_key(|one| one.module.module.len())
        };
        let found = self.members.iter().find(has).or_else(around);
        found.unwrap_or(&self.members[0])
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
