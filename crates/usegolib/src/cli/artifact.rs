//! `usegolib artifact`: what is in an artifact root.

// Writing to a string doesn't fail, so those results are dropped.
use std::fmt::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::locate::{self, Module, Root};
use super::{Context, output};
use crate::artifact::{Artifact, Listed, NotFound, Store, StoreError};
use crate::builder::{self, ModuleCache, Request, progress};
use crate::error::Result;
use crate::manifest::{self, BUNDLES};
use crate::module::{LOCAL_VERSION, ModuleError, Target};
use crate::project::{self, Lock};

/// List, remove and rebuild artifacts.
#[derive(Debug, Args)]
pub(super) struct Artifacts {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(List),
    Rm(Remove),
    Rebuild(Rebuild),
    Push(Push),
}

impl Artifacts {
    pub(super) fn run(self, context: &Context<'_>) -> Result<()> {
        match self.command {
            Command::List(command) => command.run(),
            Command::Rm(command) => command.run(context),
            Command::Rebuild(command) => command.run(context),
            Command::Push(command) => command.run(context),
        }
    }
}

/// List the artifacts of all platforms.
#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    root: Root,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Row {
    module: String,
    version: String,
    /// The modules of a bundle, with their versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    members: Option<String>,
    platform: String,
    packages: usize,
    bytes: u64,
    folder: std::path::PathBuf,
}

impl List {
    fn run(self) -> Result<()> {
        let mut rows = Vec::new();
        for listed in self.root.store()?.list()?.artifacts {
            match &listed.header {
                Ok(header) => rows.push(Row {
                    members: members(&listed)?,
                    module: header.module.clone(),
                    version: header.version.clone(),
                    platform: format!("{}/{}", header.goos, header.goarch),
                    packages: header.packages.len(),
                    bytes: listed.size()?,
                    folder: listed.folder,
                }),
                Err(error) => eprintln!("warning: {error}"),
            }
        }
        if self.json {
            return output::json(&rows);
        }
        let mut text = String::new();
        for row in rows {
            let name = row
                .members
                .unwrap_or_else(|| format!("{}@{}", row.module, row.version));
            let _ = writeln!(
                text,
                "{name}  {}  {}  {}",
                row.platform,
                packages(row.packages),
                size(row.bytes)
            );
        }
        output::text(&text)
    }
}

/// Remove the artifacts of a module on this platform.
#[derive(Debug, Args)]
struct Remove {
    #[command(flatten)]
    root: Root,
    #[command(flatten)]
    module: Module,
    /// Remove every version of the module
    #[arg(long, conflicts_with = "version")]
    all_versions: bool,
    /// Remove them; without it they are only shown
    #[arg(long)]
    yes: bool,
}

impl Remove {
    fn run(self, context: &Context<'_>) -> Result<()> {
        let store = self.root.store()?;
        let target = self.module.target()?;
        let artifacts = if self.all_versions {
            all_versions(&store, &target)?
        } else {
            vec![locate::find(&store, &target)?]
        };
        let mut text = String::new();
        for artifact in &artifacts {
            if self.yes {
                remove(&store, artifact, context)?;
            }
            let done = if self.yes { "removed" } else { "would remove" };
            let _ = writeln!(text, "{done} {}", artifact.folder.display());
        }
        output::text(&text)?;
        if !self.yes {
            eprintln!("nothing was removed; add --yes to do it");
        }
        Ok(())
    }
}

/// Build a module's artifact again.
#[derive(Debug, Args)]
struct Rebuild {
    #[command(flatten)]
    root: Root,
    #[command(flatten)]
    module: Module,
    /// Download all modules anew, into a module cache of this build only
    #[arg(long)]
    redownload: bool,
    /// Remove the artifact before it is built again, so that nothing of it is
    /// kept: neither its package patterns nor its instantiations
    #[arg(long)]
    clean: bool,
}

impl Rebuild {
    fn run(self, context: &Context<'_>) -> Result<()> {
        let store = self.root.store()?;
        let target = self.pinned(&store)?;
        if self.clean
            && let Ok(artifact) = locate::find(&store, &target)
        {
            remove(&store, &artifact, context)?;
        }
        let mut request = Request::new(target);
        request.force = true;
        if self.redownload {
            request.module_cache = ModuleCache::Fresh;
        }
        let progress = progress::for_stderr(&request.target.to_string());
        let built = builder::build(
            &request,
            &store,
            &context.search()?,
            progress.as_ref(),
            context.interrupt,
        )?;
        output::text(&format!("{}\n", built.artifact.manifest_path().display()))
    }

    /// The target at the version that is in the store, where none was asked
    /// for: to rebuild is not to upgrade.
    fn pinned(&self, store: &Store) -> Result<Target> {
        let mut target = self.module.target()?;
        if let Target::Remote {
            path,
            query: query @ None,
        } = &mut target
        {
            match store.lookup(path, None) {
                Ok(found) if found.artifact.header.version == LOCAL_VERSION => {
                    return Err(ModuleError::BuiltFromDirectory { path: path.clone() }.into());
                }
                Ok(found) => *query = Some(found.artifact.header.version),
                Err(StoreError::NotFound(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(target)
    }
}

/// Lay artifacts out in a folder, as a shared store has them: those of the
/// project's lock, or all of the root.
#[derive(Debug, Args)]
struct Push {
    #[command(flatten)]
    root: Root,
    /// The folder of the shared store
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Push all artifacts of the root, also in a project
    #[arg(long)]
    all: bool,
}

impl Push {
    fn run(self, context: &Context<'_>) -> Result<()> {
        let store = self.root.store()?;
        let project = if self.all { None } else { project::current()? };
        let mut artifacts = Vec::new();
        if let Some(project) = project {
            for library in Lock::current(&project)?.libraries {
                let found = store.find(BUNDLES, &library.digest)?;
                let title = library.title();
                artifacts.push(found.ok_or_else(|| {
                    StoreError::NotFound(Box::new(NotFound::of_bundle(title, &store)))
                })?);
            }
        } else {
            for listed in store.list()?.artifacts {
                let header = listed.header?;
                artifacts.push(Artifact {
                    folder: listed.folder,
                    header,
                });
            }
        }
        let pushed = project::push(&artifacts, &self.folder, context.interrupt)?;
        let there = artifacts.len() - pushed;
        output::text(&format!("pushed {pushed}, {there} were there\n"))
    }
}

/// What a bundle is of.
fn members(listed: &Listed) -> Result<Option<String>> {
    match &listed.header {
        Ok(header) if header.is_bundle() => {
            let manifest = manifest::read(&listed.folder.join(manifest::FILE_NAME))?;
            Ok(Some(manifest.title()))
        }
        _ => Ok(None),
    }
}

/// All versions of the module that provides a target, on this platform.
fn all_versions(store: &Store, target: &Target) -> Result<Vec<Artifact>> {
    let path = locate::import_path(target)?;
    let platform = store.platform();
    let listing = store.list()?;
    let found: Vec<_> = listing
        .artifacts
        .into_iter()
        .filter_map(|listed| {
            let header = listed.header.ok()?;
            let here = header.goos == platform.goos && header.goarch == platform.goarch;
            let provides = header.module == path || header.packages.contains(&path);
            (here && provides && !header.is_bundle()).then_some(Artifact {
                folder: listed.folder,
                header,
            })
        })
        .collect();
    if found.is_empty() {
        // The lookup knows best how to say that there is none.
        return Ok(vec![store.lookup(&path, None)?.artifact]);
    }
    Ok(found)
}

fn remove(store: &Store, artifact: &Artifact, context: &Context<'_>) -> Result<()> {
    let header = &artifact.header;
    let place = store.place(&header.module, &header.version)?;
    let purpose = format!("removing {}@{}", header.module, header.version);
    let lock = store.lock(place, &purpose, &mut |_| context.interrupt.continuing())?;
    Ok(lock.remove()?)
}

fn packages(count: usize) -> String {
    match count {
        1 => "1 package".to_owned(),
        n => format!("{n} packages"),
    }
}

#[allow(clippy::cast_precision_loss, reason = "shown with one decimal")]
fn size(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
