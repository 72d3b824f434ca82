//! Whether what is loaded is the code of the directory that an import names.
//!
//! All directories of a module are its version `local`, so the version doesn't
//! tell one from another, nor a directory from what it was before it was edited.

use pyo3::prelude::*;
use usegolib::artifact::{Artifact, LoadedError};
use usegolib::builder;
use usegolib::manifest::Manifest;
use usegolib::module::LocalModule;

use crate::exception;
use crate::instance::loaded::LoadedModule;

/// Refuses a directory that is not the one that was loaded, and warns if it
/// has been edited since.
pub(crate) fn compare(
    py: Python<'_>,
    loaded: LoadedModule,
    directory: &LocalModule,
) -> PyResult<()> {
    let refused = |loaded| {
        let error = LoadedError::Directory {
            module: directory.path.clone(),
            loaded,
            requested: directory.root.clone(),
        };
        Err(exception::raise(py, error))
    };
    let LoadedModule { instance, member } = loaded;
    let manifest = &instance.manifest;
    match member.built_from.get() {
        Some(known) if *known != directory.root => refused(known.clone()),
        Some(_) if is_built_from(py, manifest, directory)? => Ok(()),
        Some(_) => {
            let message = format!(
                "{} was edited after it was imported: this process goes on with the code it has \
                 loaded, for a Go library can't be unloaded; a new process has the new code",
                directory.root.display()
            );
            exception::warn(py, &message)
        }
        // Loaded by its path: of this directory if it was built from what is in it.
        None if is_built_from(py, manifest, directory)? => {
            let _ = member.built_from.set(directory.root.clone());
            Ok(())
        }
        None => {
            let library = instance.engine.path();
            refused(library.parent().unwrap_or(library).to_owned())
        }
    }
}

/// Warns of an artifact that is loaded for a directory whose code it isn't,
/// where it could not be built again.
pub(crate) fn warn_of_another(
    py: Python<'_>,
    artifact: &Artifact,
    directory: &LocalModule,
) -> PyResult<()> {
    let message = format!(
        "the artifact {} was not built from what is in {} now; build it again with \
         `usegolib build`, or let the import do it (build_if_missing=True)",
        artifact.folder.display(),
        directory.root.display()
    );
    exception::warn(py, &message)
}

/// Whether an artifact is of what is in a directory.
pub(crate) fn is_built_from(
    py: Python<'_>,
    manifest: &Manifest,
    directory: &LocalModule,
) -> PyResult<bool> {
    py.detach(|| builder::is_built_from(manifest, directory))
        .map_err(|error| exception::raise(py, error))
}
