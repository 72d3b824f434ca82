//! What can go wrong in a build.

use std::borrow::Cow;
use std::path::PathBuf;

use thiserror::Error;

pub use super::go::network::Refusal;
use crate::artifact::StoreError;
use crate::bridge::BridgeError;
use crate::error::{Category, Diagnostic};
use crate::manifest::ManifestError;
use crate::module::ModuleError;
use crate::schema::ExcludedPackage;
use crate::toolchain::ToolchainError;

/// A build that failed. All but [`Interrupted`](Self::Interrupted) become
/// `BuildError` in Python.
#[derive(Debug, Error)]
pub enum BuildError {
    /// The caller's [`Interrupt`](super::Interrupt) said so.
    #[error("the build was interrupted")]
    Interrupted,
    /// A program that could not be started.
    #[error("{}: could not be started: {source}", program.display())]
    Start {
        /// The program.
        program: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The network failed, also on further tries.
    #[error("downloading Go modules failed:\n{}", output.trim_end())]
    Network {
        /// What Go printed.
        output: String,
    },
    /// A download that no further try would bring.
    #[error("{refusal}: {}", output.trim_end())]
    Refused {
        /// What kind of refusal.
        refusal: Refusal,
        /// What Go printed.
        output: String,
    },
    /// A go command that failed, other than by the network.
    #[error("{command} failed:\n{}", output.trim_end())]
    Go {
        /// `go build`, `go list`, ...
        command: String,
        /// What Go printed.
        output: String,
    },
    /// The package that was asked for can't be built.
    #[error("package {package} can't be built:\n{}", reason.trim_end())]
    Package {
        /// Import path.
        package: String,
        /// Usually the compiler's own message, with file and line.
        reason: String,
    },
    /// The package that was asked for compiles, but can't be loaded.
    #[error("package {package} can't be loaded: {}", reason.trim_end())]
    Unloadable {
        /// Import path.
        package: String,
        /// What loading it said, or what it can't be together with.
        reason: String,
    },
    /// None of a module's packages can be built.
    #[error("no package of {module} can be built:\n{}", reasons.trim_end())]
    NothingToBuild {
        /// Module path.
        module: String,
        /// Each package's reason.
        reasons: String,
    },
    /// A module without any importable package.
    #[error("{module} has no package that can be imported")]
    NoPackages {
        /// Module path.
        module: String,
    },
    /// A package that nobody outside may import.
    #[error("{package} can't be imported: {reason}")]
    NotImportable {
        /// Import path.
        package: String,
        /// Why.
        reason: &'static str,
    },
    /// A local module that the `go.work` in effect doesn't list.
    #[error("{module}: {} doesn't list {}", work.display(), folder.display())]
    NotInWorkspace {
        /// Module path.
        module: String,
        /// The module's folder.
        folder: PathBuf,
        /// The `go.work`.
        work: PathBuf,
    },
    /// A version that no Go release has.
    #[error("{package}: {version} is not a release of Go")]
    NotARelease {
        /// Import path.
        package: String,
        /// The version asked for.
        version: String,
    },
    /// The Go release isn't the one asked for.
    #[error("{package} is of {found} here, asked for was {wanted}")]
    StandardVersion {
        /// Import path.
        package: String,
        /// The release asked for.
        wanted: String,
        /// The release that builds.
        found: String,
    },
    /// Go chose another version than the pinned one.
    #[error("{module}: Go's version selection gives {found}, asked for was {wanted}")]
    PinnedVersion {
        /// Module path.
        module: String,
        /// The version asked for.
        wanted: String,
        /// The version that some dependency requires.
        found: String,
    },
    /// Go's minimal version selection needs another version than the one that was
    /// asked for.
    #[error(
        "{module} is asked for at {asked}, but {}",
        needing(module, selected, needed_by, *twice)
    )]
    Selection {
        /// Module path.
        module: String,
        /// The version asked for.
        asked: String,
        /// The version that was selected.
        selected: String,
        /// Who requires that: a member, and those that lead from it to the
        /// module.
        needed_by: Vec<String>,
        /// Whether it was asked for at both versions.
        twice: bool,
    },
    /// Other versions than those that are locked.
    #[error("{module} is locked {}, but selected {}", at(settled.as_deref()), at(selected.as_deref()))]
    Unsettled {
        /// Module path.
        module: String,
        /// The locked version.
        settled: Option<String>,
        /// The version that Go selects now.
        selected: Option<String>,
    },
    /// Two local modules that replace one module by different ones.
    #[error("{module} is replaced by {one} and by {other}")]
    Replacements {
        /// Module path.
        module: String,
        /// What stands for it in one of them.
        one: String,
        /// And in the other.
        other: String,
    },
    /// A bundle of nothing.
    #[error("a bundle of no modules")]
    EmptyBundle,
    /// An option for Go that it can't be given.
    #[error("{option} {problem}")]
    Option {
        /// The option.
        option: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A generics file that can't be used.
    #[error("{}: {problem}", file.display())]
    GenericsFile {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// An instantiation that Go refuses.
    #[error("generic function can't be instantiated: {}", message.trim_end())]
    Generics {
        /// What the scanner says: function, type argument, constraint.
        message: String,
    },
    /// The scanner failed. A bug in usegolib or in the module's files.
    #[error("scanning {module} failed:\n{}", output.trim_end())]
    Scanner {
        /// Module path.
        module: String,
        /// What it printed.
        output: String,
    },
    /// The generated source doesn't compile: a bug.
    #[error("the generated bridge for {module} doesn't compile:\n{}", output.trim_end())]
    Bridge {
        /// Module path.
        module: String,
        /// What Go printed.
        output: String,
    },
    /// What a Go program printed isn't what was expected.
    #[error("{what}: unexpected output: {source}")]
    Output {
        /// Which program.
        what: &'static str,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// The module can't be named, found or read.
    #[error(transparent)]
    Module(#[from] ModuleError),
    /// The store can't be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is nothing to build with.
    #[error(transparent)]
    Toolchain(#[from] ToolchainError),
    /// No source can be generated for what was scanned.
    #[error(transparent)]
    Generate(#[from] BridgeError),
    /// An existing manifest can't be read.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A file that can't be read or written; the message names it.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl BuildError {
    /// The error for a package that was asked for and is left out.
    pub(super) fn excluded(excluded: &ExcludedPackage) -> Self {
        let package = excluded.path.clone();
        let reason = excluded.reason.clone();
        if excluded.compiles {
            Self::Unloadable { package, reason }
        } else {
            Self::Package { package, reason }
        }
    }
}

fn at(version: Option<&str>) -> String {
    version.map_or_else(
        || "not at all".to_owned(),
        |version| format!("at {version}"),
    )
}

fn needing(module: &str, selected: &str, needed_by: &[String], twice: bool) -> String {
    match needed_by.split_last() {
        None if twice => format!("at {selected} as well"),
        None => format!("what is built with it needs {module}@{selected}"),
        Some((last, [])) => format!("{last} requires {module}@{selected}"),
        Some((last, way)) => format!(
            "{last} requires {module}@{selected} (needed by {})",
            way.join(", which needs ")
        ),
    }
}

impl Diagnostic for BuildError {
    fn category(&self) -> Category {
        match self {
            Self::Module(error) => error.category(),
            Self::Store(error) => error.category(),
            Self::Manifest(error) => error.category(),
            Self::Generate(error) => error.category(),
            Self::Toolchain(error) => error.category(),
            Self::Option { .. } | Self::EmptyBundle => Category::Usage,
            Self::Selection { .. } | Self::Unsettled { .. } => Category::VersionConflict,
            _ => Category::Build,
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Module(error) => return error.hint(),
            Self::Store(error) => return error.hint(),
            Self::Manifest(error) => return error.hint(),
            Self::Generate(error) => return error.hint(),
            Self::Toolchain(error) => return error.hint(),
            Self::Network { .. } => {
                "check the network connection; if the module proxy can't be reached, set \
                 GOPROXY=direct, or the proxy of your site"
                    .into()
            }
            Self::Refused { refusal, .. } => refusal.remedy().into(),
            Self::Go { output, .. }
            | Self::Package { reason: output, .. }
            | Self::NothingToBuild { reasons: output, .. } => {
                return moved(output).or_else(|| go_remedy(output).map(Cow::Borrowed));
            }
            Self::Unloadable { package, .. } => format!(
                "a package that can't be in one library with others can be built by itself, with \
                 packages=[\"{package}\"] or --package {package}"
            )
            .into(),
            Self::NotInWorkspace { folder, .. } => format!(
                "run `go work use {}`, or set GOWORK=off to build the module by itself",
                folder.display()
            )
            .into(),
            Self::NotARelease { .. } => {
                "a package of the standard library has the version of its Go release, like \
                 go1.26.8; leave it out to take the Go that is installed"
                    .into()
            }
            Self::StandardVersion { wanted, .. } => {
                format!("set GOTOOLCHAIN={wanted}, or leave the version out").into()
            }
            Self::PinnedVersion { found, .. } => format!("ask for {found}").into(),
            Self::Selection {
                module, selected, ..
            } => format!(
                "one library has one version of a module: ask for {module}@{selected}, for none \
                 in particular, or for an older version of what requires it"
            )
            .into(),
            Self::Unsettled { .. } => {
                "a local module's go.mod or the lock file was changed: run `usegolib lock`".into()
            }
            Self::Replacements { module, .. } => format!(
                "one library has one {module}: let both `replace` directives name the same"
            )
            .into(),
            Self::GenericsFile { .. } => {
                r#"the file has the form {"instantiations": [{"pkg": "example.com/mod", "name": "Id", "type_args": ["int64"]}]}"#.into()
            }
            Self::Bridge { .. } | Self::Scanner { .. } => {
                "this is a bug in usegolib; please report it with the module's path and version"
                    .into()
            }
            _ => return None,
        })
    }
}

/// The remedy where a module is asked for by a path that it has no longer, or never had.
fn moved(output: &str) -> Option<Cow<'static, str>> {
    let after = |words: &str| {
        let rest = output.split_once(words)?.1;
        rest.split_whitespace().next()
    };
    let now = after("declares its path as:")?;
    let asked = after("was required as:")?;
    Some(
        format!(
            "the module calls itself {now}: import it by that path, or a version of {asked} \
             that still has the old one"
        )
        .into(),
    )
}

/// Remedies for what Go says in its own words.
fn go_remedy(output: &str) -> Option<&'static str> {
    let has = |text: &str| output.contains(text);
    if has("GOTOOLCHAIN=local") {
        Some("install the Go release named above, or set GOTOOLCHAIN=auto to let Go download it")
    } else if has("missing go.sum entry")
        || has("updates to go.mod needed")
        || has("cannot find module providing package")
    {
        Some("run `go mod tidy` in the module")
    } else if has("not one of the workspace modules") {
        Some("run `go work use` for the module, or set GOWORK=off")
    } else if has("GOMODCACHE nor GOPATH is set") || has("GOCACHE is not defined") {
        Some("set HOME, or GOPATH and GOCACHE, so that Go has folders to keep files in")
    } else if has("inconsistent vendoring") {
        Some("run `go mod vendor` in the module")
    } else if has("is not in std") {
        Some("a local directory starts with ./ or ../ or is an absolute path")
    } else if has("C compiler") || has("\"gcc\"") || has("\"cc\"") {
        Some(
            "install gcc or clang, set CC, or install the ziglang wheel; `usegolib doctor` tells more",
        )
    } else {
        None
    }
}
