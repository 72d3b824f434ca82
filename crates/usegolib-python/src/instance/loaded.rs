//! What this process runs: at most one version of each module (spec: Module
//! Version Uniqueness Per Process), each in one library.

use std::sync::{Mutex, PoisonError};

use usegolib::artifact;

use super::{Instance, Member};

static LOADED: Mutex<Vec<&'static Instance>> = Mutex::new(Vec::new());

/// A module of the process, and the library that it is in.
#[derive(Clone, Copy)]
pub(crate) struct LoadedModule {
    pub(crate) instance: &'static Instance,
    pub(crate) member: &'static Member,
}

/// All loaded libraries, in the order of loading.
pub(crate) fn all() -> Vec<&'static Instance> {
    LOADED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}

/// All loaded modules, in the order of loading.
pub(crate) fn modules() -> Vec<LoadedModule> {
    let mut found = Vec::new();
    for instance in all() {
        let members = instance.members.iter();
        found.extend(members.map(|member| LoadedModule { instance, member }));
    }
    found
}

/// The modules as the store asks about them.
pub(crate) fn describe(modules: &[LoadedModule]) -> Vec<artifact::LoadedModule<'static>> {
    let describe = |loaded: &LoadedModule| artifact::LoadedModule {
        module: &loaded.member.module.module,
        version: &loaded.member.module.version,
        packages: &loaded.member.module.packages,
        excluded: &loaded.instance.schema.excluded,
        restricted: !loaded.member.module.package_patterns.is_empty(),
    };
    modules.iter().map(describe).collect()
}

/// Adds a library.
pub(crate) fn add(library: &'static Instance) {
    LOADED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(library);
}
