//! Finding a C compiler for cgo.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::search::{first_word, named_by_variable, quoted};
use super::zig;
use super::{Fact, Go, Origin, Search, ToolchainError, absolute};
use crate::environment;
use crate::manifest::Platform;

const WHEEL: &str = "ziglang";
/// What is tried on `PATH`, with the C++ compiler of the same make.
const COMPILERS: [(&str, &str); 3] = [("gcc", "g++"), ("clang", "clang++"), ("cc", "c++")];

/// A C compiler that cgo can use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CCompiler {
    /// The command that Go's own settings (`CC`, `go env -w CC=...`, Go's
    /// default) name: nothing has to be set.
    OfGo {
        /// The command.
        command: String,
        /// Where it was found.
        origin: Origin,
    },
    /// A compiler on `PATH` that Go would not try.
    OnPath {
        /// The C compiler.
        c: PathBuf,
        /// The C++ compiler, for packages that have C++ files.
        cxx: Option<PathBuf>,
    },
    /// Zig, as `zig cc`.
    Zig {
        /// The `zig` executable.
        path: PathBuf,
        /// Where it was found.
        origin: Origin,
    },
}

impl CCompiler {
    /// Finds a compiler: what Go is set to use, gcc or clang on `PATH`,
    /// `USEGOLIB_ZIG`, the `ziglang` wheel, `zig` on `PATH`, a downloaded Zig.
    pub fn find(search: &Search, go: &Go) -> Result<Option<Self>, ToolchainError> {
        Self::locate(search, go.setting("CC"))
    }

    /// The same when there is no Go to ask, as far as that goes.
    pub(super) fn find_without_go(search: &Search) -> Result<Option<Self>, ToolchainError> {
        let set = search.cc.as_deref().and_then(OsStr::to_str);
        Self::locate(search, set.unwrap_or("gcc"))
    }

    fn locate(search: &Search, command_of_go: &str) -> Result<Option<Self>, ToolchainError> {
        let word = first_word(OsStr::new(command_of_go));
        let is_default = search.cc.is_none() && matches!(command_of_go, "gcc" | "clang" | "cc");
        if word
            .as_deref()
            .is_some_and(|word| is_runnable(search, word))
        {
            return Ok(Some(Self::OfGo {
                command: command_of_go.to_owned(),
                origin: if is_default {
                    Origin::Path
                } else {
                    Origin::Variable("CC")
                },
            }));
        }
        if !is_default && word.is_some() {
            return Err(ToolchainError::NotExecutable {
                variable: "CC",
                value: command_of_go.to_owned(),
            });
        }
        for (c, cxx) in COMPILERS {
            if let Some(c) = search.on_path(c) {
                let cxx = search.on_path(cxx);
                return Ok(Some(Self::OnPath { c, cxx }));
            }
        }
        locate_zig(search)
    }

    /// The variables that make Go use this compiler.
    pub(super) fn environment(
        &self,
        search: &Search,
    ) -> Result<Vec<(OsString, OsString)>, ToolchainError> {
        Ok(match self {
            Self::OfGo { .. } => Vec::new(),
            Self::OnPath { c, cxx } => {
                let mut variables = vec![("CC".into(), quoted(c)?.into())];
                if let Some(cxx) = cxx {
                    variables.push(("CXX".into(), quoted(cxx)?.into()));
                }
                variables
            }
            Self::Zig { path, .. } => {
                let zig = quoted(path)?;
                let target = zig_target(&Platform::host())
                    .map(|target| format!(" -target {target}"))
                    .unwrap_or_default();
                let mut variables = vec![
                    ("CC".into(), format!("{zig} cc{target}").into()),
                    ("CXX".into(), format!("{zig} c++{target}").into()),
                ];
                // Compiling its own C library takes Zig several seconds, once.
                for name in ["ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"] {
                    if std::env::var_os(name).is_none() {
                        let cache = search.cache_folder.join("zig-cache");
                        variables.push((name.into(), cache.into()));
                    }
                }
                variables
            }
        })
    }

    pub(super) fn describe(&self) -> Fact {
        Fact {
            name: "C compiler",
            value: match self {
                Self::OfGo { command, origin } => format!("{command} ({origin})"),
                Self::OnPath { c, .. } => format!("{} ({})", c.display(), Origin::Path),
                Self::Zig { path, origin } => format!("{} cc ({origin})", path.display()),
            },
        }
    }
}

fn locate_zig(search: &Search) -> Result<Option<CCompiler>, ToolchainError> {
    let variable = environment::ZIG.name;
    let (path, origin) = if let Some(value) = &search.zig {
        let path = named_by_variable(variable, value, &[], "zig")?;
        (path, Origin::Variable(variable))
    } else if let Some(path) = search.in_wheel("ziglang", "zig") {
        (path, Origin::Wheel(WHEEL))
    } else if let Some(path) = search.on_path("zig") {
        (path, Origin::Path)
    } else if let Some(path) = zig::installed(&search.cache_folder) {
        (path, Origin::Downloaded)
    } else {
        return Ok(None);
    };
    let path = absolute(&path);
    Ok(Some(CCompiler::Zig { path, origin }))
}

fn is_runnable(search: &Search, word: &str) -> bool {
    if Path::new(word).components().count() > 1 {
        return Path::new(word).is_file();
    }
    search.on_path(word).is_some()
}

/// Zig's name of the platform to compile for. On Linux it names the oldest
/// glibc that can be asked for, so that libraries load on old systems too.
fn zig_target(platform: &Platform) -> Option<&'static str> {
    Some(match (platform.goos.as_ref(), platform.goarch.as_ref()) {
        ("linux", "amd64") => "x86_64-linux-gnu.2.17",
        ("linux", "arm64") => "aarch64-linux-gnu.2.17",
        ("windows", "amd64") => "x86_64-windows-gnu",
        ("windows", "arm64") => "aarch64-windows-gnu",
        _ => return None,
    })
}
