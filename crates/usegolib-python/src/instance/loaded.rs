//! The modules that this process runs: at most one version of each (spec: Module
//! Version Uniqueness Per Process).

use std::sync::{Mutex, PoisonError};

use usegolib::artifact;

use super::Instance;

static LOADED: Mutex<Vec<&'static Instance>> = Mutex::new(Vec::new());

/// All loaded modules, in the order of loading.
pub(crate) fn all() -> Vec<&'static Instance> {
    LOADED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}

/// The modules as the store asks about them.
pub(crate) fn describe(modules: &[&'static Instance]) -> Vec<artifact::LoadedModule<'static>> {
    let describe = |module: &&'static Instance| artifact::LoadedModule {
        module: &module.path,
        version: &module.version,
        packages: &module.packages,
        excluded: &module.schema.excluded,
        restricted: module.restricted,
    };
    modules.iter().map(describe).collect()
}

/// Adds a module.
pub(crate) fn add(module: &'static Instance) {
    LOADED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(module);
}
