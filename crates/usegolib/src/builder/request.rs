//! What a build is asked for.

use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::BuildError;
use crate::manifest::{GoOptions, Instantiation};
use crate::module::Target;

/// One build, as the command line or an import asks for it.
#[derive(Clone, Debug)]
pub struct Request {
    /// What to build.
    pub target: Target,
    /// Build even if the store has it.
    pub force: bool,
    /// Build if the library that the store has is not the one that was built.
    pub verify: bool,
    /// Package patterns to restrict the build to; empty for the whole module.
    /// `None` keeps what an artifact that is there already was built with.
    pub packages: Option<Vec<String>>,
    /// Which generic functions to instantiate; `None` keeps what an artifact
    /// that is there already was built with.
    pub generics: Option<Vec<Instantiation>>,
    /// Build tags, flags and variables; `None` keeps what an artifact that is
    /// there already was built with.
    pub go_options: Option<GoOptions>,
    /// Where modules are downloaded to and read from.
    pub module_cache: ModuleCache,
    /// Whether a new library is loaded once, in a process of its own, before it
    /// is installed.
    pub trial: bool,
}

/// Which module cache (`GOMODCACHE`) a build uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ModuleCache {
    /// Go's own.
    #[default]
    Default,
    /// This folder.
    Folder(PathBuf),
    /// A new one, which is gone after the build: everything is downloaded.
    Fresh,
}

impl Request {
    /// A request for a target with nothing special about it.
    pub fn new(target: Target) -> Self {
        Self {
            target,
            force: false,
            verify: false,
            packages: None,
            generics: None,
            go_options: None,
            module_cache: ModuleCache::Default,
            trial: true,
        }
    }
}

/// The generics file: `{"instantiations": [...]}`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GenericsFile {
    instantiations: Vec<Instantiation>,
}

/// Reads a generics file (spec: Generic Function Instantiation).
pub fn read_generics(file: &Path) -> Result<Vec<Instantiation>, BuildError> {
    let bytes = fs::read(file)?;
    let parsed: GenericsFile =
        serde_json::from_slice(&bytes).map_err(|error| BuildError::GenericsFile {
            file: file.to_owned(),
            problem: error.to_string(),
        })?;
    let empty = parsed
        .instantiations
        .iter()
        .find(|wanted| wanted.name.is_empty() || wanted.type_args.is_empty());
    match empty {
        Some(wanted) => Err(BuildError::GenericsFile {
            file: file.to_owned(),
            problem: format!(
                "an instantiation of {:?} in {:?} needs a name and type_args",
                wanted.name, wanted.pkg
            ),
        }),
        None => Ok(parsed.instantiations),
    }
}
