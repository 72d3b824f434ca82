//! Telling what kind of thing a path names.

use std::fmt;
use std::path::{Path, PathBuf};

use super::ModuleError;

/// The version of every local module (spec: Module And Version Resolution).
pub const LOCAL_VERSION: &str = "local";

/// The query that means the highest release there is.
const LATEST: &str = "latest";

/// What the user asked for, by its spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A directory of a local module.
    Local {
        /// The directory as given.
        directory: PathBuf,
    },
    /// A package of the standard library, which is a module of its own here.
    Standard {
        /// Its import path.
        package: String,
        /// The Go release asked for (`go1.26.8`), or `latest`: the one that builds.
        version: Option<String>,
    },
    /// A module, or a package inside one.
    Remote {
        /// The module path or package path.
        path: String,
        /// A version, or a query that Go understands (`latest`, a branch, a
        /// commit); `None` is `latest`.
        query: Option<String>,
    },
}

impl Target {
    /// Understands `PATH[@VERSION]`, with the version possibly given apart.
    ///
    /// A path is a local directory if it is absolute, starts with `.`, or has
    /// no dot in its first element and is a directory that holds a `go.mod`. Any other path
    /// without a dot in its first element is of the standard library, as for
    /// the go command.
    pub fn parse(path: &str, version: Option<&str>) -> Result<Self, ModuleError> {
        let version = version.filter(|version| !version.is_empty());
        if is_local_spelling(path) || is_bare_module_directory(path) {
            return local(PathBuf::from(path), version);
        }
        let (path, inline) = match path.split_once('@') {
            Some((path, inline)) => (path, Some(inline).filter(|inline| !inline.is_empty())),
            None => (path, None),
        };
        let version = match (inline, version) {
            (Some(inline), Some(separate)) if inline != separate => {
                return Err(ModuleError::TwoVersions {
                    path: path.to_owned(),
                    inline: inline.to_owned(),
                    separate: separate.to_owned(),
                });
            }
            (inline, separate) => inline.or(separate).map(str::to_owned),
        };
        let path = path.strip_suffix('/').unwrap_or(path);
        check(path)?;
        if let Some(version) = &version
            && version.contains(|c: char| c.is_whitespace() || c.is_control())
        {
            return Err(ModuleError::MalformedVersion {
                path: path.to_owned(),
                version: version.clone(),
            });
        }
        if is_standard_spelling(path) {
            return Ok(Self::Standard {
                package: path.to_owned(),
                version: version.map(release),
            });
        }
        Ok(Self::Remote {
            path: path.to_owned(),
            query: version,
        })
    }

    /// The version asked for, as it was written. Where nothing can tell what a
    /// query means, an artifact of exactly this version is what is wanted.
    pub fn wanted(&self) -> Option<&str> {
        match self {
            Self::Local { .. } => Some(LOCAL_VERSION),
            Self::Standard { version, .. } => version.as_deref(),
            Self::Remote { query, .. } => query.as_deref(),
        }
    }

    /// The exact version asked for: what an artifact's version must equal. A
    /// query (`latest`, a branch, `v1`) is none; only Go can tell what it means.
    pub fn pinned(&self) -> Option<&str> {
        self.wanted().filter(|wanted| match self {
            Self::Local { .. } => true,
            Self::Standard { .. } => *wanted != LATEST,
            Self::Remote { .. } => *wanted == LOCAL_VERSION || is_exact(wanted),
        })
    }

    /// Whether the version asked for is one that has to be resolved.
    pub fn is_query(&self) -> bool {
        self.wanted().is_some() && self.pinned().is_none()
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local { directory } => directory.display().fmt(f),
            Self::Standard { package, .. } => package.fmt(f),
            Self::Remote { path, query: None } => path.fmt(f),
            Self::Remote {
                path,
                query: Some(query),
            } => write!(f, "{path}@{query}"),
        }
    }
}

fn local(directory: PathBuf, version: Option<&str>) -> Result<Target, ModuleError> {
    match version {
        None | Some(LOCAL_VERSION) => Ok(Target::Local { directory }),
        Some(version) => Err(ModuleError::VersionOfDirectory {
            directory,
            version: version.to_owned(),
        }),
    }
}

/// A Go release as Go itself calls it: `1.26.8` is `go1.26.8`.
fn release(version: String) -> String {
    if version.starts_with(|c: char| c.is_ascii_digit()) {
        format!("go{version}")
    } else {
        version
    }
}

fn is_local_spelling(path: &str) -> bool {
    path.starts_with('.') || Path::new(path).is_absolute()
}

/// `mymodule` in the current directory, when it can't be meant as a package
/// path that needs a host.
fn is_bare_module_directory(path: &str) -> bool {
    !path.is_empty() && is_standard_spelling(path) && Path::new(path).join("go.mod").is_file()
}

/// Paths without a dot in the first element are reserved for the standard
/// library and for local use.
fn is_standard_spelling(path: &str) -> bool {
    !path.split('/').next().unwrap_or_default().contains('.')
}

/// Whether a version is a full semantic version (`v1.2.3`, `v1.2.3-pre`,
/// `v2.0.0+incompatible`), so that Go resolves it to itself.
fn is_exact(version: &str) -> bool {
    version
        .strip_prefix('v')
        .is_some_and(|rest| semver::Version::parse(rest).is_ok())
}

fn check(path: &str) -> Result<(), ModuleError> {
    let malformed = |reason| {
        Err(ModuleError::Malformed {
            path: path.to_owned(),
            reason,
        })
    };
    if path.is_empty() {
        return Err(ModuleError::Empty);
    }
    if path.contains("://") {
        return malformed("it is a URL");
    }
    if path.contains('\\') {
        return malformed("import paths have forward slashes");
    }
    if path
        .split('/')
        .any(|element| matches!(element, "" | "." | ".."))
    {
        return malformed("it has an empty, `.` or `..` element");
    }
    if !path
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "-._~/+".contains(c))
    {
        return malformed("it has a character that no import path has");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(path: &str, query: Option<&str>) -> Target {
        Target::Remote {
            path: path.to_owned(),
            query: query.map(str::to_owned),
        }
    }

    #[test]
    fn remote_paths_and_versions() {
        let parse = |path, version| Target::parse(path, version).unwrap();
        assert_eq!(
            parse("github.com/a/b", None),
            remote("github.com/a/b", None)
        );
        assert_eq!(
            parse("github.com/a/b/v2@v2.3.0", None),
            remote("github.com/a/b/v2", Some("v2.3.0"))
        );
        assert_eq!(
            parse("gopkg.in/yaml.v3", Some("v3.0.1")),
            remote("gopkg.in/yaml.v3", Some("v3.0.1"))
        );
        assert_eq!(
            parse("a.b/c@v1.0.0", Some("v1.0.0")),
            remote("a.b/c", Some("v1.0.0"))
        );
        assert!(matches!(
            Target::parse("a.b/c@v1.0.0", Some("v1.0.1")),
            Err(ModuleError::TwoVersions { .. })
        ));
    }

    #[test]
    fn no_version_has_a_blank() {
        for (path, version) in [
            ("a.b/c@1.x y", None),
            ("a.b/c@v1.0.0 ", None),
            ("a.b/c", Some("v1\n0")),
            ("fmt@1.2 3", None),
        ] {
            let error = Target::parse(path, version).unwrap_err();
            assert!(
                matches!(error, ModuleError::MalformedVersion { .. }),
                "{path}"
            );
        }
    }

    #[test]
    fn standard_packages() {
        assert_eq!(
            Target::parse("encoding/hex", None).unwrap(),
            Target::Standard {
                package: "encoding/hex".to_owned(),
                version: None
            }
        );
        assert_eq!(
            Target::parse("strings@go1.26.8", None).unwrap().pinned(),
            Some("go1.26.8")
        );
        assert_eq!(
            Target::parse("strings", Some("1.26.8")).unwrap().pinned(),
            Some("go1.26.8")
        );
        let latest = Target::parse("strings@latest", None).unwrap();
        assert_eq!(latest.pinned(), None);
        assert!(latest.is_query());
    }

    #[test]
    fn directories_have_no_version() {
        let target = Target::parse("./mod@v1", None).unwrap();
        assert_eq!(
            target,
            Target::Local {
                directory: PathBuf::from("./mod@v1")
            }
        );
        assert_eq!(target.pinned(), Some("local"));
        assert!(Target::parse("/abs", Some("local")).is_ok());
        assert!(matches!(
            Target::parse("/abs", Some("v1.0.0")),
            Err(ModuleError::VersionOfDirectory { .. })
        ));
    }

    #[test]
    fn only_full_versions_are_pinned() {
        for (query, pinned) in [
            ("v1.2.3", true),
            ("v0.0.0-20240101000000-abcdefabcdef", true),
            ("v2.0.0+incompatible", true),
            ("v1", false),
            ("v1.2", false),
            ("latest", false),
            ("main", false),
            ("1.2.3", false),
            ("0f3c5a2", false),
            ("local", true),
        ] {
            let target = remote("a.b/c", Some(query));
            assert_eq!(target.pinned().is_some(), pinned, "{query}");
            assert_eq!(target.is_query(), !pinned, "{query}");
            assert_eq!(target.wanted(), Some(query));
        }
        assert!(!remote("a.b/c", None).is_query());
    }

    #[test]
    fn nonsense_is_refused() {
        for path in [
            "",
            "@v1",
            "https://a.b/c",
            "a.b//c",
            "a.b/../c",
            "a.b\\c",
            "a.b/c d",
        ] {
            assert!(Target::parse(path, None).is_err(), "{path}");
        }
    }
}
