//! `usegolib add`, `remove`, `lock`, `sync` and `tree`: the Go modules of a
//! Python project.

// Writing to a string doesn't fail, so those results are dropped.
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Context, output};
use crate::artifact::Store;
use crate::builder::{self, Request, progress};
use crate::error::Result;
use crate::module::{LocalModule, Target};
use crate::project::{
    self, Declaration, Declared, Lock, PROJECT_FILE, ProjectError, SharedStore, Source, Supply,
    edit::Editor,
};

/// Declare Go modules in pyproject.toml, and lock them.
#[derive(Debug, Args)]
pub(super) struct Add {
    /// Modules, packages of modules or of the standard library, or directories
    #[arg(required = true, value_name = "PATH[@VERSION]")]
    paths: Vec<String>,
    /// Only declare them
    #[arg(long)]
    no_lock: bool,
}

/// Take Go modules out of pyproject.toml, and lock the rest.
#[derive(Debug, Args)]
pub(super) struct Remove {
    /// The paths that are declared
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
    /// Only take them out
    #[arg(long)]
    no_lock: bool,
}

/// Resolve what pyproject.toml declares, and write usegolib.lock.
#[derive(Debug, Args)]
pub(super) struct LockCommand {
    /// Resolve anew what is declared by a query such as latest or a branch
    #[arg(long)]
    upgrade: bool,
}

/// Bring the libraries of usegolib.lock into the artifact root.
#[derive(Debug, Args)]
pub(super) struct Sync {
    /// Fail where the lock would have to be changed
    #[arg(long)]
    frozen: bool,
}

/// Show what the declared modules need.
#[derive(Debug, Args)]
pub(super) struct Tree {
    /// How deep to look
    #[arg(long, value_name = "LEVELS", default_value_t = usize::MAX, hide_default_value = true)]
    depth: usize,
}

impl Add {
    pub(super) fn run(self, context: &Context<'_>) -> Result<()> {
        let root = root()?;
        let mut editor = Editor::open(&root)?;
        let mut text = String::new();
        for path in &self.paths {
            let module = declared(&root, path, context)?;
            let _ = match &module.source {
                Source::Standard => writeln!(text, "added {} std", module.path),
                Source::Directory(folder) => {
                    writeln!(text, "added {} {}", module.path, folder.display())
                }
                Source::Version(version) => writeln!(text, "added {} {version}", module.path),
            };
            editor.add(&module)?;
        }
        save(&editor, &root, self.no_lock, context)?;
        output::text(&text)
    }
}

impl Remove {
    pub(super) fn run(self, context: &Context<'_>) -> Result<()> {
        let root = root()?;
        let mut editor = Editor::open(&root)?;
        let mut text = String::new();
        for path in &self.paths {
            editor.remove(path)?;
            let _ = writeln!(text, "removed {path}");
        }
        save(&editor, &root, self.no_lock, context)?;
        output::text(&text)
    }
}

impl LockCommand {
    pub(super) fn run(self, context: &Context<'_>) -> Result<()> {
        let project = project()?;
        let lock = lock(&project, self.upgrade, context)?;
        let changed = lock.write(&project)?;
        let modules: usize = lock.libraries.iter().map(|one| one.modules.len()).sum();
        let done = if changed { "locked" } else { "unchanged:" };
        output::text(&format!("{done} {modules} modules, {}\n", lock.go))
    }
}

impl Sync {
    pub(super) fn run(self, context: &Context<'_>) -> Result<()> {
        let project = project()?;
        let store = Store::default_root()?;
        let shared = SharedStore::from_environment()?;
        let search = context.search()?;
        let progress = progress::for_stderr("project");
        let synced = project::sync(
            &project,
            self.frozen,
            &Supply {
                store: &store,
                shared: shared.as_ref(),
                search: Some(&search),
                progress: progress.as_ref(),
                interrupt: context.interrupt,
            },
        )?;
        let mut text = String::new();
        for artifact in &synced.artifacts {
            let _ = writeln!(text, "{}", artifact.manifest_path().display());
        }
        output::text(&text)
    }
}

impl Tree {
    pub(super) fn run(self, context: &Context<'_>) -> Result<()> {
        let project = project()?;
        let lock = Lock::current(&project)?;
        let store = Store::default_root()?;
        let search = context.search()?;
        let mut text = String::new();
        for library in &lock.libraries {
            let request = project::library_request(&project, &lock, library)?;
            let progress = progress::for_stderr(&request.title());
            let graph = builder::module_graph(
                &request,
                &store,
                &search,
                progress.as_ref(),
                context.interrupt,
            )?;
            let mut branches = Branches {
                graph: &graph,
                deepest: self.depth,
                shown: BTreeSet::new(),
                text: &mut text,
            };
            for member in &library.members {
                let _ = writeln!(branches.text, "{} {}", member.path, member.version);
                branches.grow(&member.module, 1);
            }
        }
        output::text(&text)
    }
}

/// What modules need, each with what it needs itself where it is met first.
struct Branches<'a> {
    graph: &'a builder::ModuleGraph,
    deepest: usize,
    shown: BTreeSet<&'a str>,
    text: &'a mut String,
}

impl<'a> Branches<'a> {
    fn grow(&mut self, module: &str, depth: usize) {
        if depth > self.deepest {
            return;
        }
        let graph: &'a builder::ModuleGraph = self.graph;
        for (needed, version) in graph.needed_by(module) {
            let is_new = self.shown.insert(needed);
            let is_leaf = graph.needed_by(needed).next().is_none();
            let more = if is_new || is_leaf { "" } else { " ..." };
            let indent = "    ".repeat(depth);
            let _ = writeln!(self.text, "{indent}{needed} {version}{more}");
            if is_new {
                self.grow(needed, depth + 1);
            }
        }
    }
}

/// The project, which has to be one that declares something.
fn project() -> Result<Declaration> {
    match project::current()? {
        Some(found) => Ok(found),
        None => Err(ProjectError::None {
            folder: std::env::current_dir().map_err(ProjectError::Io)?,
        }
        .into()),
    }
}

/// The folder whose project file is edited: the project's, else the nearest one
/// with a project file, else the working directory.
fn root() -> Result<PathBuf> {
    if let Some(found) = project::current()? {
        return Ok(found.root);
    }
    let folder = std::env::current_dir().map_err(ProjectError::Io)?;
    let mut folders = folder.ancestors();
    let found = folders.find(|folder| folder.join(PROJECT_FILE).is_file());
    Ok(found.unwrap_or(&folder).to_owned())
}

/// What to declare of a path; a module without a version, or with a query for
/// one, at the version that this is now.
fn declared(root: &Path, path: &str, context: &Context<'_>) -> Result<Declared> {
    let target = Target::parse(path, None)?;
    let (path, source) = match &target {
        Target::Standard { package, .. } => (package.clone(), Source::Standard),
        Target::Local { directory } => {
            let module = LocalModule::find(directory)?;
            let root = fs_err::canonicalize(root).map_err(ProjectError::Io)?;
            let folder = relative(&module.root, &root);
            (module.path, Source::Directory(folder))
        }
        Target::Remote { path, .. } => {
            let version = if let Some(version) = target.pinned() {
                version.to_owned()
            } else {
                let request = Request::new(target.clone());
                let progress = progress::for_stderr(path);
                let resolved = builder::resolve(
                    &request,
                    &Store::default_root()?,
                    &context.search()?,
                    progress.as_ref(),
                    context.interrupt,
                )?;
                resolved.version
            };
            (path.clone(), Source::Version(version))
        }
    };
    Ok(Declared {
        path,
        source,
        packages: Vec::new(),
        tags: Vec::new(),
        generics: None,
    })
}

/// The way from one folder to another.
fn relative(folder: &Path, from: &Path) -> PathBuf {
    let mut ups = PathBuf::new();
    for ancestor in from.ancestors() {
        if let Ok(rest) = folder.strip_prefix(ancestor) {
            let way = ups.join(rest);
            return if way.as_os_str().is_empty() {
                PathBuf::from(".")
            } else {
                way
            };
        }
        ups.push("..");
    }
    folder.to_owned()
}

/// Saves what was edited and locks it; what can't be locked is not kept.
fn save(editor: &Editor, root: &Path, no_lock: bool, context: &Context<'_>) -> Result<()> {
    editor.save()?;
    if no_lock {
        return Ok(());
    }
    let locked = (|| {
        let Some(project) = Declaration::read(root)? else {
            return Ok(());
        };
        lock(&project, false, context)?.write(&project)?;
        Ok(())
    })();
    if locked.is_err() {
        editor.undo()?;
    }
    locked
}

fn lock(project: &Declaration, upgrade: bool, context: &Context<'_>) -> Result<Lock> {
    let previous = Lock::read(project)?;
    let progress = progress::for_stderr("project");
    let mut lock = project::lock(
        project,
        previous.as_ref().filter(|_| !upgrade),
        &Store::default_root()?,
        &context.search()?,
        progress.as_ref(),
        context.interrupt,
    )?;
    if upgrade && let Some(previous) = &previous {
        lock.keep(previous);
    }
    Ok(lock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_written_from_the_project() {
        for (folder, from, way) in [
            ("/a/b", "/a/b", "."),
            ("/a/b/c", "/a/b", "c"),
            ("/a/c", "/a/b", "../c"),
            ("/x", "/a/b", "../../x"),
        ] {
            assert_eq!(relative(Path::new(folder), Path::new(from)), Path::new(way));
        }
    }
}
