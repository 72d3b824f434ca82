//! `go list`: one run that resolves, downloads and compiles what the module's
//! packages need, and says where the export data is.
//!
//! It gets the flags of the later `go build`, so that nothing is compiled twice.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::Deserialize;

use super::BuildError;
use super::go::network::{self, Failure};
use super::go::{self, Go, Output, Settings, transient_failure};
use super::modules::{self, ListedModule, Sums};
use super::workspace::Workspace;
use crate::manifest::Module;

/// Flags that decide what the compiler makes of a package.
pub(super) const COMPILE_FLAGS: &[&str] = &["-buildmode=c-shared", "-trimpath", "-buildvcs=false"];

/// The package of the adapted types that any module's values can be of, if it is
/// only in an `any`. Every library has it.
const ADAPTED: &str = "time";

/// The fields the scanner reads.
const FIELDS: &str = "-json=ImportPath,Name,Dir,GoFiles,CgoFiles,Export,Standard,DepOnly,Module,\
                      ImportMap,Imports,Error,DepsErrors,Incomplete";

/// What `go list` found.
#[derive(Debug)]
pub(super) struct Listing {
    /// The file with its output, for the scanner.
    pub(super) file: PathBuf,
    /// The packages to scan: those listed that aren't commands.
    pub(super) packages: Vec<String>,
    /// Those of them whose functions need goroutines of their own: see [`leaving`].
    pub(super) leaving: BTreeSet<String>,
    /// What each package imports, dependencies before what imports them.
    imports: Vec<(String, Vec<String>)>,
    /// The module of each package that is in one.
    modules: BTreeMap<String, ListedModule>,
}

impl Listing {
    /// The packages to scan that import a package, however indirectly, or are it.
    pub(super) fn importing(&self, package: &str) -> Vec<String> {
        let mut reach = BTreeSet::from([package]);
        for (path, imports) in &self.imports {
            if imports.iter().any(|import| reach.contains(import.as_str())) {
                reach.insert(path);
            }
        }
        let mut found = self.packages.clone();
        found.retain(|path| reach.contains(path.as_str()));
        found
    }

    /// The path of the module that a package is in.
    pub(super) fn module_of(&self, package: &str) -> Option<&str> {
        let module = self.modules.get(package)?;
        Some(&module.path)
    }

    /// The version of the module that a package is in.
    pub(super) fn version_of(&self, package: &str) -> Option<&str> {
        let module = self.modules.get(package)?;
        Some(&module.version)
    }

    /// The modules of these packages and of all that they import, given the folder
    /// with the `go.sum`.
    pub(super) fn modules<'a>(
        &'a self,
        packages: impl IntoIterator<Item = &'a str>,
        directory: &Path,
        settings: &Settings,
    ) -> Vec<Module> {
        let mut reached: BTreeSet<&str> = packages.into_iter().collect();
        // What imports comes after what it imports.
        for (path, imports) in self.imports.iter().rev() {
            if reached.contains(path.as_str()) {
                reached.extend(imports.iter().map(String::as_str));
            }
        }
        let listed = reached.iter().filter_map(|path| self.modules.get(*path));
        modules::describe(listed, &Sums::read(directory), settings)
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Package {
    import_path: String,
    #[serde(default)]
    name: String,
    dir: Option<PathBuf>,
    #[serde(default)]
    go_files: Vec<String>,
    #[serde(default)]
    imports: Vec<String>,
    #[serde(default)]
    standard: bool,
    #[serde(default)]
    dep_only: bool,
    module: Option<ListedModule>,
    error: Option<Trouble>,
    #[serde(default)]
    deps_errors: Vec<Trouble>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Trouble {
    err: String,
}

/// Lists the workspace's packages and all they import.
pub(super) fn list(go: &Go, workspace: &Workspace) -> Result<Listing, BuildError> {
    let invocation = workspace
        .invocation("list", ["-e", "-export", "-deps", "-v", FIELDS])
        .arguments(COMPILE_FLAGS)
        .arguments(["--"])
        .arguments(&workspace.packages)
        .arguments([ADAPTED]);
    let output = go.attempt(&invocation, transient)?;
    let output = go::check(&invocation, output)?;
    let packages = parse(&output.stdout)?;
    let file = workspace.file("list.json");
    fs::write(&file, &output.stdout)?;
    let importable: Vec<_> = packages
        .iter()
        .filter(|package| !package.dep_only && package.name != "main")
        .filter(|package| {
            package.import_path != ADAPTED || workspace.packages.iter().any(|one| one == ADAPTED)
        })
        .map(|package| package.import_path.clone())
        .collect();
    let mut leaving = leaving(&packages);
    leaving.retain(|package| importable.contains(package));
    if let Some(requested) = packages.iter().find(|package| {
        package.name == "main" && workspace.requested.contains(&package.import_path)
    }) {
        return Err(BuildError::NotImportable {
            package: requested.import_path.clone(),
            reason: "it is a command (package main)",
        });
    }
    Ok(Listing {
        file,
        packages: importable,
        leaving,
        modules: packages
            .iter()
            .filter_map(|package| Some((package.import_path.clone(), package.module.clone()?)))
            .collect(),
        imports: packages
            .into_iter()
            .map(|package| (package.import_path, package.imports))
            .collect(),
    })
}

fn parse(stdout: &[u8]) -> Result<Vec<Package>, BuildError> {
    serde_json::Deserializer::from_slice(stdout)
        .into_iter()
        .collect::<Result<_, _>>()
        .map_err(|source| BuildError::Output {
            what: "go list",
            source,
        })
}

/// The packages that may call `runtime.Goexit` or `iter.Pull`, by themselves or through
/// what they import.
///
/// The goroutine that a C thread's call runs on can't end, and is bound to the thread:
/// what was pulled from there can be pulled from nowhere else. Of the standard library
/// only `testing` does the one to its callers, and nothing the other. Elsewhere the names
/// in the source are what there is to go by; to be wrong about it costs some
/// microseconds a call.
fn leaving(packages: &[Package]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    // Dependencies are listed before what imports them.
    for package in packages {
        let leaves = match package.import_path.as_str() {
            "testing" | "runtime" => true,
            _ => {
                package
                    .imports
                    .iter()
                    .any(|import| found.contains(import) && import != "runtime")
                    || !package.standard && package.mentions(&["runtime.Goexit", "iter.Pull"])
            }
        };
        if leaves {
            found.insert(package.import_path.clone());
        }
    }
    found
}

impl Package {
    fn mentions(&self, names: &[&str]) -> bool {
        let Some(folder) = &self.dir else {
            return false;
        };
        self.go_files
            .iter()
            .filter_map(|name| fs::read(folder.join(name)).ok())
            .any(|source| {
                let source = String::from_utf8_lossy(&source);
                names.iter().any(|name| source.contains(name))
            })
    }
}

/// With `-e`, a package that could not be downloaded is no failure of the
/// command; it would silently be missing from the artifact.
fn transient(output: &Output) -> Option<String> {
    if !output.success {
        return transient_failure(output);
    }
    parse(&output.stdout)
        .ok()?
        .into_iter()
        .flat_map(|package| package.error.into_iter().chain(package.deps_errors))
        .map(|trouble| trouble.err)
        .find(|text| network::classify(text) == Failure::Transient)
}
