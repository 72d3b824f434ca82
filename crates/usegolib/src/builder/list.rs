//! `go list`: one run that resolves, downloads and compiles what the module's
//! packages need, and says where the export data is.
//!
//! It gets the flags of the later `go build`, so that nothing is compiled twice.

use std::path::PathBuf;

use fs_err as fs;
use serde::Deserialize;

use super::BuildError;
use super::go::network::{self, Failure};
use super::go::{self, Go, Output, transient_failure};
use super::site::Site;

/// Flags that decide what the compiler makes of a package.
pub(super) const COMPILE_FLAGS: &[&str] = &["-buildmode=c-shared", "-trimpath", "-buildvcs=false"];

/// The fields the scanner reads.
const FIELDS: &str = "-json=ImportPath,Name,Dir,GoFiles,CgoFiles,Export,Standard,DepOnly,Module,\
                      ImportMap,Error,DepsErrors,Incomplete";

/// What `go list` found.
#[derive(Debug)]
pub(super) struct Listing {
    /// The file with its output, for the scanner.
    pub(super) file: PathBuf,
    /// The packages to scan: those listed that aren't commands.
    pub(super) packages: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Package {
    import_path: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    dep_only: bool,
    error: Option<Trouble>,
    #[serde(default)]
    deps_errors: Vec<Trouble>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Trouble {
    err: String,
}

/// Lists the site's packages and all they import.
pub(super) fn list(go: &Go, site: &Site) -> Result<Listing, BuildError> {
    let invocation = site
        .invocation("list", ["-e", "-export", "-deps", "-v", FIELDS])
        .arguments(COMPILE_FLAGS)
        .arguments(["--"])
        .arguments(&site.packages);
    let output = go.attempt(&invocation, transient)?;
    let output = go::check(&invocation, output)?;
    let packages = parse(&output.stdout)?;
    let file = site.file("list.json");
    fs::write(&file, &output.stdout)?;
    let importable = packages
        .iter()
        .filter(|package| !package.dep_only && package.name != "main")
        .map(|package| package.import_path.clone())
        .collect();
    if let Some(requested) = packages
        .iter()
        .find(|package| package.import_path == site.requested)
        && requested.name == "main"
    {
        return Err(BuildError::NotImportable {
            package: requested.import_path.clone(),
            reason: "it is a command (package main)",
        });
    }
    Ok(Listing {
        file,
        packages: importable,
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
