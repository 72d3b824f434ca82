//! Which artifacts a command is about.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::artifact::{Artifact, Store};
use crate::error::Result;
use crate::manifest::{self, FILE_NAME};
use crate::module::{LocalModule, Target};

/// The artifact root.
#[derive(Debug, Args)]
pub(super) struct Root {
    /// The artifact root [default: `USEGOLIB_ARTIFACT_DIR`, else the platform's
    /// cache folder]
    #[arg(long, value_name = "DIR")]
    artifact_dir: Option<PathBuf>,
}

impl Root {
    pub(super) fn store(&self) -> Result<Store> {
        Ok(match &self.artifact_dir {
            Some(root) => Store::new(root)?,
            None => Store::default_root()?,
        })
    }
}

/// A module, the way `import_` takes it.
#[derive(Debug, Args)]
pub(super) struct Module {
    /// A module or package path, a standard-library package, or a local
    /// directory
    #[arg(long, value_name = "PATH[@VERSION]")]
    pub(super) module: String,
    /// The version, if it isn't in the path
    #[arg(long)]
    pub(super) version: Option<String>,
}

impl Module {
    pub(super) fn target(&self) -> Result<Target> {
        Ok(Target::parse(&self.module, self.version.as_deref())?)
    }
}

/// The artifact in the store that provides a target. What a query means can't
/// be asked of a store: it is looked for as it is written.
pub(super) fn find(store: &Store, target: &Target) -> Result<Artifact> {
    Ok(store
        .lookup(&import_path(target)?, target.wanted())?
        .artifact)
}

/// The import path that a target means.
pub(super) fn import_path(target: &Target) -> Result<String> {
    Ok(match target {
        Target::Local { directory } => LocalModule::find(directory)?.package,
        Target::Standard { package, .. } => package.clone(),
        Target::Remote { path, .. } => path.clone(),
    })
}

/// The artifact in a folder, given by the folder or its manifest.
pub(super) fn at(path: &Path) -> Result<Artifact> {
    let folder = if path.file_name().is_some_and(|name| name == FILE_NAME) {
        path.parent().unwrap_or(Path::new("")).to_owned()
    } else {
        path.to_owned()
    };
    let header = manifest::read_header(&folder.join(FILE_NAME))?;
    Ok(Artifact { folder, header })
}
