//! The lock file: what the declared modules were resolved to.
//!
//! It is TOML, written in one order and with one thing to a line, so that the
//! same resolution is the same file and a change is a small difference.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use fs_err as fs;
use toml_edit::{Item, TableLike};

use super::declaration::parse;
use super::{Declaration, ProjectError};
use crate::manifest;

/// The format of the file.
const FORMAT: i64 = 1;
const HEADING: &str = "# Written by `usegolib lock`; it belongs into version control.\n";

/// What a project's modules were resolved to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// What was declared, as [`Declared::text`](super::Declared) has it.
    pub declared: Vec<String>,
    /// The Go release that builds.
    pub go: String,
    /// The libraries: one, or one for each module.
    pub libraries: Vec<Library>,
}

/// A library of the project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Library {
    /// Its name in the store.
    pub digest: String,
    /// The declared modules that it has.
    pub members: Vec<Member>,
    /// Every module that it is selected from.
    pub modules: Vec<LockedModule>,
    /// What was built, by platform.
    pub artifacts: BTreeMap<String, ArtifactDigests>,
}

/// A declared module as it was resolved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Member {
    /// The path that is declared.
    pub path: String,
    /// The module that has it.
    pub module: String,
    /// Its version, `local`, or the Go release.
    pub version: String,
}

/// The version of a module, with the hashes of `go.sum`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockedModule {
    /// Module path.
    pub path: String,
    /// Concrete version.
    pub version: String,
    /// The hash of its content, where that is needed.
    pub sum: Option<String>,
    /// The hash of its `go.mod`, where that is needed.
    pub go_mod_sum: Option<String>,
}

/// The sha256 digests of an artifact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArtifactDigests {
    /// Of the manifest.
    pub manifest: String,
    /// Of the library.
    pub library: String,
}

impl Lock {
    /// The lock of a project. `None` if there is none yet.
    pub fn read(project: &Declaration) -> Result<Option<Self>, ProjectError> {
        let file = project.lock_file();
        if !file.is_file() {
            return Ok(None);
        }
        let text = fs::read_to_string(&file)?;
        Self::parse(&file, &text).map(Some)
    }

    /// The lock of a project, which has to be of what it declares now.
    pub fn current(project: &Declaration) -> Result<Self, ProjectError> {
        let lock = project.lock_file();
        match Self::read(project)? {
            None => Err(ProjectError::NoLock { lock }),
            Some(found) if !found.is_of(project) => Err(ProjectError::Outdated { lock }),
            Some(found) => Ok(found),
        }
    }

    /// Whether it is the lock of what is declared now.
    pub fn is_of(&self, project: &Declaration) -> bool {
        self.declared == declared(project)
    }

    /// Writes the lock of a project, unless it is there already; whether anything
    /// has changed.
    pub fn write(&self, project: &Declaration) -> Result<bool, ProjectError> {
        let file = project.lock_file();
        let text = self.text();
        if fs::read_to_string(&file).is_ok_and(|there| there == text) {
            return Ok(false);
        }
        write(&file, &text)?;
        Ok(true)
    }

    /// The library that has a package, and the member that it is of.
    pub fn library_of(&self, package: &str) -> Option<(&Library, &Member)> {
        let around = |module: &str| {
            package
                .strip_prefix(module)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let members = self
            .libraries
            .iter()
            .flat_map(|library| library.members.iter().map(move |member| (library, member)));
        members
            .filter(|(_, member)| match member.version.as_str() {
                // Each package of the standard library is a module of its own.
                version if version.starts_with("go1.") => member.module == package,
                _ => around(&member.module),
            })
            .max_by_key(|(_, member)| (member.path == package, member.module.len()))
    }

    fn text(&self) -> String {
        let mut text = HEADING.to_owned();
        let _ = writeln!(text, "version = {FORMAT}\ngo = {:?}\ndeclared = [", self.go);
        for declared in &self.declared {
            let _ = writeln!(text, "    {},", quoted(declared));
        }
        text.push_str("]\n");
        for library in &self.libraries {
            let _ = writeln!(text, "\n[[library]]\ndigest = {:?}", library.digest);
            for (platform, artifact) in &library.artifacts {
                let _ = writeln!(
                    text,
                    "\n[library.artifact.{platform}]\nmanifest = {:?}\nlibrary = {:?}",
                    artifact.manifest, artifact.library
                );
            }
            for member in &library.members {
                let _ = writeln!(
                    text,
                    "\n[[library.member]]\npath = {:?}\nmodule = {:?}\nversion = {:?}",
                    member.path, member.module, member.version
                );
            }
            for module in &library.modules {
                let _ = writeln!(
                    text,
                    "\n[[library.module]]\npath = {:?}\nversion = {:?}",
                    module.path, module.version
                );
                if let Some(sum) = &module.sum {
                    let _ = writeln!(text, "sum = {sum:?}");
                }
                if let Some(sum) = &module.go_mod_sum {
                    let _ = writeln!(text, "go_mod_sum = {sum:?}");
                }
            }
        }
        text
    }

    fn parse(file: &Path, text: &str) -> Result<Self, ProjectError> {
        let document = parse(file, text)?;
        let reading = Reading { file };
        match document.get("version").and_then(Item::as_integer) {
            Some(FORMAT) => {}
            Some(other) => {
                return Err(reading.malformed(&format!(
                    "it has the format {other}; this usegolib reads {FORMAT}"
                )));
            }
            None => return Err(reading.malformed("it has no version")),
        }
        let declared = document.get("declared").and_then(Item::as_array);
        let declared = declared.and_then(|array| {
            let texts = array.iter().map(|one| one.as_str().map(str::to_owned));
            texts.collect::<Option<Vec<_>>>()
        });
        Ok(Self {
            declared: declared
                .ok_or_else(|| reading.malformed("it doesn't say what was declared"))?,
            go: reading.text(document.as_table(), "go")?,
            libraries: reading.list(document.as_table(), "library", |table| {
                reading.library(table)
            })?,
        })
    }
}

/// What a project declares, as its lock notes it.
pub(super) fn declared(project: &Declaration) -> Vec<String> {
    let bundle = (!project.bundle).then(|| "bundle = false".to_owned());
    let modules = project.modules.iter().map(super::Declared::text);
    bundle.into_iter().chain(modules).collect()
}

/// A string as TOML has it. What it is made of is printable.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Replaces a file in one step.
pub(super) fn write(file: &Path, text: &str) -> Result<(), ProjectError> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut new = manifest::new_file_in(folder)?;
    std::io::Write::write_all(&mut new, text.as_bytes())?;
    new.persist(file).map_err(|error| error.error)?;
    Ok(())
}

impl Library {
    /// What to call it in messages.
    pub fn title(&self) -> String {
        let members = self.members.iter();
        let names = members.map(|member| format!("{}@{}", member.path, member.version));
        names.collect::<Vec<_>>().join(" + ")
    }
}

struct Reading<'a> {
    file: &'a Path,
}

impl Reading<'_> {
    fn malformed(&self, problem: &str) -> ProjectError {
        ProjectError::Malformed {
            file: PathBuf::from(self.file),
            problem: problem.to_owned(),
        }
    }

    fn text(&self, table: &dyn TableLike, key: &str) -> Result<String, ProjectError> {
        let text = table.get(key).and_then(Item::as_str);
        let text = text.ok_or_else(|| self.malformed(&format!("a {key} is missing")))?;
        Ok(text.to_owned())
    }

    fn optional(table: &dyn TableLike, key: &str) -> Option<String> {
        table.get(key).and_then(Item::as_str).map(str::to_owned)
    }

    fn list<T>(
        &self,
        table: &dyn TableLike,
        key: &str,
        read: impl Fn(&dyn TableLike) -> Result<T, ProjectError>,
    ) -> Result<Vec<T>, ProjectError> {
        let Some(item) = table.get(key) else {
            return Ok(Vec::new());
        };
        let tables = item
            .as_array_of_tables()
            .ok_or_else(|| self.malformed(&format!("{key} is not a list of tables")))?;
        tables.iter().map(|table| read(table)).collect()
    }

    fn library(&self, table: &dyn TableLike) -> Result<Library, ProjectError> {
        let mut artifacts = BTreeMap::new();
        if let Some(found) = table.get("artifact").and_then(Item::as_table_like) {
            for (platform, item) in found.iter() {
                let digests = item
                    .as_table_like()
                    .ok_or_else(|| self.malformed("an artifact is not a table"))?;
                let digests = ArtifactDigests {
                    manifest: self.text(digests, "manifest")?,
                    library: self.text(digests, "library")?,
                };
                artifacts.insert(platform.to_owned(), digests);
            }
        }
        Ok(Library {
            digest: self.text(table, "digest")?,
            members: self.list(table, "member", |table| {
                Ok(Member {
                    path: self.text(table, "path")?,
                    module: self.text(table, "module")?,
                    version: self.text(table, "version")?,
                })
            })?,
            modules: self.list(table, "module", |table| {
                Ok(LockedModule {
                    path: self.text(table, "path")?,
                    version: self.text(table, "version")?,
                    sum: Self::optional(table, "sum"),
                    go_mod_sum: Self::optional(table, "go_mod_sum"),
                })
            })?,
            artifacts,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let member = |path: &str, module: &str, version: &str| Member {
            path: path.to_owned(),
            module: module.to_owned(),
            version: version.to_owned(),
        };
        let lock = Lock {
            declared: vec!["a.b/c Version(\"v1.0.0\") [] [] None".to_owned()],
            go: "go1.26.8".to_owned(),
            libraries: vec![Library {
                digest: "0f".to_owned(),
                members: vec![
                    member("a.b/c/d", "a.b/c", "v1.0.0"),
                    member("fmt", "fmt", "go1.26.8"),
                ],
                modules: vec![LockedModule {
                    path: "a.b/c".to_owned(),
                    version: "v1.0.0".to_owned(),
                    sum: None,
                    go_mod_sum: Some("h1:x=".to_owned()),
                }],
                artifacts: BTreeMap::from([(
                    "linux-amd64".to_owned(),
                    ArtifactDigests {
                        manifest: "01".to_owned(),
                        library: "02".to_owned(),
                    },
                )]),
            }],
        };
        let file = Path::new("usegolib.lock");
        let text = lock.text();
        assert_eq!(Lock::parse(file, &text).unwrap(), lock, "{text}");
        let (_, found) = lock.library_of("a.b/c/e").unwrap();
        assert_eq!(found.path, "a.b/c/d");
        assert!(lock.library_of("a.b/cd").is_none());
        for (from, to) in [
            ("version = 1", "version = 2"),
            ("digest = ", "digset = "),
            ("[[library]]", "[library]"),
        ] {
            let broken = text.replacen(from, to, 1);
            assert!(Lock::parse(file, &broken).is_err(), "{broken}");
        }
    }
}
