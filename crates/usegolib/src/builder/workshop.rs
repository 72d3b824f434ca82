//! What every build has at hand, of one module or of several: the store, the
//! toolchain, whom to tell; and the steps from a workspace to an artifact.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fs_err as fs;

use super::go::{Go, Settings};
use super::linking::Linking;
use super::list::Listing;
use super::reuse::{Existing, library_file};
use super::scan::Instances;
use super::scratch::Scratch;
use super::tools::Tools;
use super::trial::Trial;
use super::workspace::Workspace;
use super::{BuildError, Built, Interrupt, ModuleCache, Phase, Progress};
use crate::artifact::{ArtifactLock, Place, Store};
use crate::manifest::{Manifest, Module};
use crate::module::packages;
use crate::schema::Schema;
use crate::toolchain::Search;

/// Waiting for a lock this long is worth a note.
const PATIENCE: Duration = Duration::from_secs(1);

/// Where builds take place, and for whom.
#[derive(Clone, Copy)]
pub(super) struct Workshop<'a> {
    pub(super) store: &'a Store,
    pub(super) search: &'a Search,
    pub(super) progress: &'a dyn Progress,
    pub(super) interrupt: &'a dyn Interrupt,
    pub(super) module_cache: &'a ModuleCache,
    /// Whether a new library is loaded once before it is installed.
    pub(super) trial: bool,
}

/// The go command for one build, and the module cache made for it.
pub(super) struct Session<'a> {
    pub(super) go: Go<'a>,
    // Only to be removed when the build is over.
    _module_cache: Option<Scratch>,
}

/// A library that was linked, and what is to be known of it.
pub(super) struct Linked {
    pub(super) file: PathBuf,
    pub(super) schema: Schema,
    /// Whether it was loaded once.
    pub(super) tried: bool,
    /// The modules that were compiled in.
    pub(super) modules: Vec<Module>,
}

impl<'a> Workshop<'a> {
    pub(super) fn open(&self) -> Result<Session<'a>, BuildError> {
        let tools = Tools::find(self.search, self.progress, self.interrupt)?;
        let mut go = Go::new(tools.go, tools.environment, self.interrupt, self.progress);
        let mut module_cache = None;
        match self.module_cache {
            ModuleCache::Default => {}
            ModuleCache::Folder(folder) => {
                go.set("GOMODCACHE", std::path::absolute(folder)?);
            }
            ModuleCache::Fresh => {
                let folder = Scratch::new()?;
                go.set("GOMODCACHE", folder.path());
                // Go makes its module cache read-only, which nobody could remove.
                go.set_flag("-modcacherw");
                module_cache = Some(folder);
            }
        }
        Ok(Session {
            go,
            _module_cache: module_cache,
        })
    }

    /// The artifact at a place, if there is one that can be used.
    pub(super) fn existing(&self, place: &Place) -> Option<Existing> {
        // What can't be read is built anew; installing says what is in the way.
        let artifact = self.store.find(&place.module, &place.version).ok()??;
        Existing::read(artifact)
    }

    /// Waits for whoever else is building there; `title` is what is built.
    pub(super) fn lock(
        &self,
        go: &Go,
        place: Place,
        title: &str,
    ) -> Result<ArtifactLock<'a>, BuildError> {
        let purpose = format!("building {title}");
        let noted = Cell::new(false);
        Ok(self.store.lock(place, &purpose, &mut |waiting| {
            if waiting.elapsed >= PATIENCE && !noted.replace(true) {
                self.progress.note(&waiting.to_string());
            }
            go.continuing()
        })?)
    }

    /// Scans, generates and links what was listed of the workspace's packages;
    /// those of `kept` are not left out for others.
    pub(super) fn link(
        &self,
        go: &Go,
        workspace: &mut Workspace,
        settings: &Settings,
        instances: Instances<'_>,
        kept: &[String],
        listing: &mut Listing,
    ) -> Result<Linked, BuildError> {
        // What can't be loaded beside these is left out, not they.
        let requested = workspace.requested.clone();
        let rank = |path: &String| (!kept.contains(path), !requested.contains(path));
        listing.packages.sort_by_key(rank);
        let preferred = listing.packages.iter().map(rank);
        let preferred = preferred.filter(|rank| *rank != (true, true)).count();
        // Not in the store: should this process be killed, Go may still write
        // its output, and make the folder for it anew.
        let file = workspace.file(library_file());
        let trial = self.trial.then(|| Trial::find(self.search)).flatten();
        if self.trial && trial.is_none() {
            self.progress.note(
                "the library is not loaded once to try it: this program is neither Python nor \
                 usegolib's command line, so there is none to start for that",
            );
        }
        let linking = Linking {
            go,
            settings,
            instances,
            library: &file,
            trial,
            listing,
            preferred,
            excluded: Vec::new(),
            refused: Vec::new(),
            mistaken: BTreeSet::new(),
            searches: 0,
            workspace,
        };
        let (schema, tried) = linking.run()?;
        let paths = schema.packages.iter().map(|package| package.path.as_str());
        let modules = listing.modules(paths, &workspace.directory, settings);
        Ok(Linked {
            file,
            schema,
            tried,
            modules,
        })
    }

    /// Puts a library into the store; `package` is what was asked for.
    pub(super) fn install(
        &self,
        lock: &ArtifactLock<'_>,
        library: &Path,
        manifest: Manifest,
        package: String,
    ) -> Result<Built, BuildError> {
        self.progress.phase(Phase::Install);
        let staging = lock.stage()?;
        fs::copy(library, staging.path().join(library_file()))?;
        let artifact = staging.install(Path::new(library_file()), manifest)?;
        let manifest = crate::manifest::read(&artifact.manifest_path())?;
        Ok(Built {
            artifact,
            manifest,
            package,
            reused: false,
        })
    }
}

pub(super) fn refuse_internal(package: &str) -> Result<(), BuildError> {
    if packages::is_internal(package) {
        return Err(BuildError::NotImportable {
            package: package.to_owned(),
            reason: "it is internal to its module",
        });
    }
    Ok(())
}

/// Refuses what of the standard library has nothing to call, and versions that
/// are no release.
pub(super) fn check_standard(package: &str, version: Option<&str>) -> Result<(), BuildError> {
    refuse_internal(package)?;
    if matches!(package, "unsafe" | "C" | "builtin") {
        return Err(BuildError::NotImportable {
            package: package.to_owned(),
            reason: "it is part of the compiler, there is nothing in it to call",
        });
    }
    match version {
        Some(version) if !version.starts_with("go1.") => Err(BuildError::NotARelease {
            package: package.to_owned(),
            version: version.to_owned(),
        }),
        _ => Ok(()),
    }
}

/// Refuses a package of another release than is asked for.
pub(super) fn check_release(
    package: &str,
    wanted: Option<&str>,
    settings: &Settings,
) -> Result<(), BuildError> {
    match wanted {
        Some(wanted) if wanted != settings.release() => Err(BuildError::StandardVersion {
            package: package.to_owned(),
            wanted: wanted.to_owned(),
            found: settings.release().to_owned(),
        }),
        _ => Ok(()),
    }
}
