//! Where a build takes place: a folder to run the go command in, from which the
//! modules' packages and the bridge can be imported.
//!
//! The bridge's constant packages (`usegolib.build/cabi`, `usegolib.build/bridge`)
//! are a module of their own in a temporary folder, so that Go compiles them
//! once and for all. A [`remote`] module is required
//! by a work module in a temporary folder, which holds the generated main
//! package. A [`local`] one is built in place, with an overlay that adds the
//! main package and the requirement of the bridge's module: nothing is written
//! to the user's folder, and its replacements, `go.work`, vendored packages and
//! build tags hold. A [`bundle`] requires all of its modules in one work module.

pub(super) mod bundle;
mod local;
mod remote;
pub(super) mod source;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use fs_err as fs;

pub use bundle::Settled;
pub use remote::Resolved;

use super::BuildError;
use super::go::Settings;
use super::scratch::Scratch;
use crate::bridge::SourceFile;
use crate::manifest::GoOptions;

/// The module of the bridge's constant packages; also the prefix of their
/// import paths.
pub(crate) const RUNTIME_MODULE: &str = "usegolib.build";
/// The folder of the generated main package.
pub(crate) const MAIN_FOLDER: &str = "usegolib-library";
/// The module of the main package, where that is not the user's.
const WORK_MODULE: &str = "usegolib-library.work";
/// The folder of the bridge's module, where it is shown inside a local module.
const RUNTIME_FOLDER: &str = "usegolib-runtime";

/// A place to build one module, or those of a bundle.
#[derive(Debug)]
pub(crate) struct Workspace {
    temporary: Scratch,
    /// Where go commands run.
    pub(crate) directory: PathBuf,
    /// What is built, for messages: the module's path.
    pub(crate) module: String,
    /// The import paths that were asked for.
    pub(crate) requested: Vec<String>,
    /// The modules whose packages are offered; a package of the standard library
    /// is in none.
    pub(crate) own: Vec<String>,
    /// The importable packages.
    pub(crate) packages: Vec<String>,
    /// Flags for every go command that loads packages.
    flags: Vec<OsString>,
    /// What the build is asked to tell Go.
    options: GoOptions,
    /// What to call the main package on Go's command line.
    main_pattern: String,
    /// The import path of the main package.
    pub(crate) main: String,
    /// The files that Go is to see elsewhere than they are.
    overlay: Option<local::Overlay>,
}

impl Workspace {
    /// A go command that loads packages here.
    pub(crate) fn invocation<A: AsRef<OsStr>>(
        &self,
        verb: &str,
        arguments: impl IntoIterator<Item = A>,
    ) -> super::go::Invocation {
        let mut invocation = super::go::Invocation::new(&self.directory, [verb])
            .arguments(&self.flags)
            .arguments(arguments);
        for (name, value) in self.options.environment() {
            invocation = invocation.variable(&name, value);
        }
        if std::env::var_os("GOTMPDIR").is_some() {
            return invocation;
        }
        // A killed go command leaves its files; here they go with the rest.
        invocation.variable("GOTMPDIR", self.temporary_files())
    }

    /// A go command that compiles the C entry points into Go's cache, if the build
    /// can't do so by itself.
    ///
    /// In a local module the bridge's module is in a folder that only the overlay
    /// has, and cgo runs in the folder of its package. What it makes there doesn't
    /// depend on where that is, so it can be made in a folder that is real.
    pub(crate) fn entry_points(
        &self,
        flags: &[&str],
    ) -> Result<Option<super::go::Invocation>, BuildError> {
        if self.overlay.is_none() {
            return Ok(None);
        }
        let folder = self.file("entry-points");
        fs::create_dir_all(&folder)?;
        let go_mod = runtime_requirement("../runtime");
        fs::write(
            folder.join("go.mod"),
            format!("module usegolib-entry-points\n{go_mod}"),
        )?;
        let package = format!("{RUNTIME_MODULE}/cabi");
        let mut invocation = super::go::Invocation::new(&folder, ["list", "-mod=mod", "-export"])
            .arguments(flags)
            .arguments([package])
            .variable("GOFLAGS", remote::flags())
            .variable("GOWORK", "off")
            .variable("GOTMPDIR", self.temporary_files());
        for (name, value) in self.options.environment() {
            invocation = invocation.variable(&name, value);
        }
        Ok(Some(invocation))
    }

    /// Has Go told what the build is asked to tell it.
    pub(crate) fn set_options(&mut self, options: &GoOptions, settings: &Settings) {
        self.flags.extend(options.arguments(&settings.tags()));
        self.options = options.clone();
    }

    /// The flags for the linker: small libraries, and what was asked for.
    pub(crate) fn linker_flags(&self) -> String {
        let asked = self.options.linker_flags();
        let flags: Vec<_> = ["-ldflags=-s -w"].into_iter().chain(asked).collect();
        flags.join(" ")
    }

    /// The main package, as an argument of `go build`.
    pub(crate) fn main_pattern(&self) -> &str {
        &self.main_pattern
    }

    /// A file of the build's own.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.temporary.path().join(name)
    }

    /// Where other programs may put temporary files.
    pub(crate) fn temporary_files(&self) -> PathBuf {
        self.file("tmp")
    }

    /// Puts the generated main package and the bridge's packages where Go
    /// finds them, in place of those of an earlier try.
    pub(crate) fn write_bridge(&mut self, files: &[SourceFile]) -> Result<(), BuildError> {
        let main = self.main_folder();
        if main.exists() {
            fs::remove_dir_all(&main)?;
        }
        fs::create_dir_all(&main)?;
        let mut shown = Vec::new();
        for file in files {
            let relative = Path::new(&file.path);
            let (folder, seen) = if is_runtime(relative) {
                (runtime_folder(&self.temporary), RUNTIME_FOLDER)
            } else {
                (main.clone(), MAIN_FOLDER)
            };
            let path = folder.join(relative);
            shown.push((self.directory.join(seen).join(relative), path.clone()));
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            let contents = source::for_any_module(relative, &file.contents);
            fs::write(path, contents.as_bytes())?;
        }
        if let Some(overlay) = &mut self.overlay {
            overlay.set_bridge(shown);
            overlay.write(&self.temporary.path().join(local::OVERLAY_FILE))?;
        }
        Ok(())
    }

    /// A folder of the user's as Go sees it, where directories are linked into the
    /// workspace.
    fn linked(&self, folder: &Path) -> Result<Vec<PathBuf>, BuildError> {
        let mut found = Vec::new();
        for entry in fs::read_dir(self.temporary.path())? {
            let link = entry?.path();
            if let Ok(target) = fs::read_link(&link)
                && let Ok(inside) = folder.strip_prefix(&target)
            {
                found.push(link.join(inside));
            }
        }
        Ok(found)
    }

    fn main_folder(&self) -> PathBuf {
        if self.overlay.is_some() {
            self.temporary.path().join("main")
        } else {
            self.directory.join(MAIN_FOLDER)
        }
    }
}

/// Whether an import path is of the generated source.
pub(crate) fn is_bridge(package: &str) -> bool {
    package.ends_with(MAIN_FOLDER)
        || package.contains(&format!("{MAIN_FOLDER}/"))
        || package
            .strip_prefix(RUNTIME_MODULE)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// Whether a file is of the packages that every library has; others are of the
/// main package and its parts.
fn is_runtime(path: &Path) -> bool {
    path.starts_with("bridge") || path.starts_with("cabi")
}

fn runtime_folder(temporary: &Scratch) -> PathBuf {
    temporary.path().join("runtime")
}

/// A temporary folder with the bridge's module, still without packages.
fn temporary() -> Result<Scratch, BuildError> {
    let temporary = Scratch::new()?;
    let runtime = runtime_folder(&temporary);
    fs::create_dir_all(&runtime)?;
    fs::create_dir_all(temporary.path().join("tmp"))?;
    fs::write(runtime.join("go.mod"), runtime_go_mod())?;
    Ok(temporary)
}

/// The lines of a `go.mod` that make the bridge's module available from a folder,
/// which is relative to the `go.mod`: its path becomes part of the library, and is
/// to be the same in every build.
fn runtime_requirement(folder: &str) -> String {
    format!("\nrequire {RUNTIME_MODULE} v0.0.0\n\nreplace {RUNTIME_MODULE} => {folder}\n")
}

/// The `go.mod` of the bridge's module. Without a go line it is allowed as a
/// requirement of any module.
fn runtime_go_mod() -> String {
    format!("module {RUNTIME_MODULE}\n")
}

/// The import path of the main package in a module.
fn main_of(module: &str) -> String {
    format!("{module}/{MAIN_FOLDER}")
}

fn quoted(path: &Path) -> String {
    crate::module::gomod::quote(&path.to_string_lossy())
}
