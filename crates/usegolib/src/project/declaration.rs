//! What a project declares: the table `[tool.usegolib]` of its `pyproject.toml`.

use std::path::{Path, PathBuf};

use fs_err as fs;
use toml_edit::{DocumentMut, Item, TableLike};

use super::ProjectError;
use crate::environment;
use crate::module::{LocalModule, Target};

/// The file that declares modules.
pub const PROJECT_FILE: &str = "pyproject.toml";
/// The file beside it with what they were resolved to.
pub const LOCK_FILE: &str = "usegolib.lock";

/// The version of packages of the standard library.
const STANDARD: &str = "std";

/// The Go modules that a project declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The project's folder.
    pub root: PathBuf,
    /// Whether all modules are one library.
    pub bundle: bool,
    /// The modules, in order of their paths.
    pub modules: Vec<Declared>,
}

/// A declared module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// Module or package path.
    pub path: String,
    /// Where it is from.
    pub source: Source,
    /// Package patterns to restrict it to.
    pub packages: Vec<String>,
    /// Build tags.
    pub tags: Vec<String>,
    /// A file that says which generic functions to instantiate, relative to the
    /// project.
    pub generics: Option<PathBuf>,
}

/// Where a declared module is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Go's standard library.
    Standard,
    /// A directory, relative to the project.
    Directory(PathBuf),
    /// A version, or a query that Go resolves when it is locked.
    Version(String),
}

/// The project that imports in this process are in: that of `USEGOLIB_PROJECT`,
/// else the nearest one upwards of the working directory.
pub fn current() -> Result<Option<Declaration>, ProjectError> {
    match std::env::var_os(environment::PROJECT.name) {
        Some(folder) if folder.is_empty() => Ok(None),
        Some(folder) => {
            let root = std::path::absolute(&folder)?;
            match Declaration::read(&root)? {
                Some(found) => Ok(Some(found)),
                None => Err(ProjectError::None { folder: root }),
            }
        }
        None => match std::env::current_dir() {
            Ok(folder) => Declaration::find(&folder),
            // A working directory that was removed is in no project.
            Err(_) => Ok(None),
        },
    }
}

impl Declaration {
    /// The nearest project upwards of a folder that declares Go modules.
    pub fn find(folder: &Path) -> Result<Option<Self>, ProjectError> {
        for folder in folder.ancestors() {
            if let Some(found) = Self::read(folder)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// What the project in a folder declares; `None` if it declares nothing.
    pub fn read(root: &Path) -> Result<Option<Self>, ProjectError> {
        let file = root.join(PROJECT_FILE);
        if !file.is_file() {
            return Ok(None);
        }
        let text = fs::read_to_string(&file)?;
        // Most projects have nothing to do with Go: they need not even be parsed.
        if !text.contains("usegolib") {
            return Ok(None);
        }
        let document = parse(&file, &text)?;
        let table = document
            .get("tool")
            .and_then(Item::as_table_like)
            .and_then(|tool| tool.get("usegolib"));
        let Some(table) = table else {
            return Ok(None);
        };
        let reading = Reading { file: &file };
        reading.declaration(root, table).map(Some)
    }

    /// The project file.
    pub fn file(&self) -> PathBuf {
        self.root.join(PROJECT_FILE)
    }

    /// The lock file.
    pub fn lock_file(&self) -> PathBuf {
        self.root.join(LOCK_FILE)
    }
}

impl Declared {
    /// What it is for Go, at `version` if that is settled.
    pub fn target(&self, root: &Path, version: Option<&str>) -> Target {
        match &self.source {
            Source::Standard => Target::Standard {
                package: self.path.clone(),
                version: version.map(str::to_owned),
            },
            Source::Directory(directory) => Target::Local {
                directory: root.join(directory),
            },
            Source::Version(declared) => Target::Remote {
                path: self.path.clone(),
                query: version.or(Some(declared)).map(str::to_owned),
            },
        }
    }

    /// As the lock file notes it, to tell whether it has changed.
    pub(super) fn text(&self) -> String {
        format!(
            "{} {:?} {:?} {:?} {:?}",
            self.path, self.source, self.packages, self.tags, self.generics
        )
    }
}

/// The document in a file.
pub(super) fn parse(file: &Path, text: &str) -> Result<DocumentMut, ProjectError> {
    text.parse()
        .map_err(|error: toml_edit::TomlError| ProjectError::Malformed {
            file: file.to_owned(),
            problem: error.to_string().trim_end().to_owned(),
        })
}

/// Reading one file, for messages.
struct Reading<'a> {
    file: &'a Path,
}

impl Reading<'_> {
    fn malformed(&self, key: &str, problem: &str) -> ProjectError {
        ProjectError::Malformed {
            file: self.file.to_owned(),
            problem: format!("{key} {problem}"),
        }
    }

    fn declaration(&self, root: &Path, item: &Item) -> Result<Declaration, ProjectError> {
        let name = "tool.usegolib";
        let table = self.table(name, item)?;
        let mut found = Declaration {
            root: root.to_owned(),
            bundle: true,
            modules: Vec::new(),
        };
        for (key, item) in table.iter() {
            match key {
                "bundle" => {
                    found.bundle = item.as_bool().ok_or_else(|| {
                        self.malformed("tool.usegolib.bundle", "is neither true nor false")
                    })?;
                }
                "modules" => {
                    for (path, item) in self.table("tool.usegolib.modules", item)?.iter() {
                        found.modules.push(self.declared(root, path, item)?);
                    }
                }
                other => {
                    let key = format!("tool.usegolib.{other}");
                    return Err(self.malformed(&key, "is not a setting"));
                }
            }
        }
        found
            .modules
            .sort_by(|one, other| one.path.cmp(&other.path));
        Ok(found)
    }

    fn declared(&self, root: &Path, path: &str, item: &Item) -> Result<Declared, ProjectError> {
        let name = format!("tool.usegolib.modules.{path:?}");
        let malformed = |problem: &str| self.malformed(&name, problem);
        let mut found = Declared {
            path: path.to_owned(),
            source: Source::Version("latest".to_owned()),
            packages: Vec::new(),
            tags: Vec::new(),
            generics: None,
        };
        if let Some(version) = item.as_str() {
            found.source = source(version);
        } else {
            let table = item
                .as_table_like()
                .ok_or_else(|| malformed("is neither a version nor a table"))?;
            if table.contains_key("version") && table.contains_key("path") {
                return Err(malformed("has a version and a path"));
            }
            for (key, item) in table.iter() {
                let key_name = format!("{name}.{key}");
                match key {
                    "version" => found.source = source(self.text(&key_name, item)?),
                    "path" => {
                        found.source = Source::Directory(self.text(&key_name, item)?.into());
                    }
                    "packages" => found.packages = self.texts(&key_name, item)?,
                    "tags" => found.tags = self.texts(&key_name, item)?,
                    "generics" => found.generics = Some(self.text(&key_name, item)?.into()),
                    _ => return Err(self.malformed(&key_name, "is not a setting of a module")),
                }
            }
        }
        self.check(root, &name, &found)?;
        Ok(found)
    }

    /// A path that is what its source says.
    fn check(&self, root: &Path, name: &str, found: &Declared) -> Result<(), ProjectError> {
        if let Source::Directory(directory) = &found.source {
            let module = LocalModule::find(&root.join(directory))
                .map_err(|error| self.malformed(name, &format!("has a path: {error}")))?;
            if module.path != found.path && module.package != found.path {
                let problem = format!("has the path of the module {}", module.path);
                return Err(self.malformed(name, &problem));
            }
            return Ok(());
        }
        let is_standard = match Target::parse(&found.path, None) {
            Ok(Target::Standard { .. }) => true,
            Ok(Target::Remote { .. }) if !found.path.contains('@') => false,
            _ => return Err(self.malformed(name, "is not a module path")),
        };
        match (is_standard, found.source == Source::Standard) {
            (true, false) => {
                Err(self.malformed(name, "is of the standard library: its version is \"std\""))
            }
            (false, true) => Err(self.malformed(name, "is not of the standard library")),
            _ => Ok(()),
        }
    }

    fn table<'a>(&self, name: &str, item: &'a Item) -> Result<&'a dyn TableLike, ProjectError> {
        item.as_table_like()
            .ok_or_else(|| self.malformed(name, "is not a table"))
    }

    fn text<'a>(&self, name: &str, item: &'a Item) -> Result<&'a str, ProjectError> {
        item.as_str()
            .ok_or_else(|| self.malformed(name, "is not a string"))
    }

    fn texts(&self, name: &str, item: &Item) -> Result<Vec<String>, ProjectError> {
        let texts = item.as_array().and_then(|array| {
            array
                .iter()
                .map(|value| value.as_str().map(str::to_owned))
                .collect::<Option<Vec<_>>>()
        });
        texts.ok_or_else(|| self.malformed(name, "is not a list of strings"))
    }
}

fn source(version: &str) -> Source {
    match version {
        STANDARD => Source::Standard,
        "" => Source::Version("latest".to_owned()),
        version => Source::Version(version.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<Declaration>, ProjectError> {
        let folder = tempfile::tempdir().unwrap();
        let module = folder.path().join("mine");
        fs::create_dir(&module).unwrap();
        fs::write(module.join("go.mod"), "module example.com/mine\n").unwrap();
        fs::write(folder.path().join(PROJECT_FILE), text).unwrap();
        Declaration::read(folder.path())
    }

    #[test]
    fn modules_are_declared_by_versions_and_tables() {
        let found = read(
            r#"
[tool.usegolib]
bundle = false
[tool.usegolib.modules]
"net/http" = "std"
"example.com/mine" = { path = "mine", tags = ["x"] }
"a.b/c" = "v1.0.0"
[tool.usegolib.modules."a.b/d"]
version = "main"
packages = ["./e"]
generics = "generics.json"
"#,
        );
        let found = found.unwrap().unwrap();
        assert!(!found.bundle);
        let paths: Vec<_> = found.modules.iter().map(|one| one.path.as_str()).collect();
        assert_eq!(paths, ["a.b/c", "a.b/d", "example.com/mine", "net/http"]);
        assert_eq!(
            found.modules[0].source,
            Source::Version("v1.0.0".to_owned())
        );
        assert_eq!(found.modules[1].packages, ["./e"]);
        assert_eq!(found.modules[2].source, Source::Directory("mine".into()));
        assert_eq!(found.modules[3].source, Source::Standard);
    }

    #[test]
    fn what_declares_nothing_is_no_project() {
        for text in [
            "",
            "[project]\nname = \"usegolib\"\n",
            "[tool.other]\nx = \"usegolib\"\n",
        ] {
            assert_eq!(read(text).unwrap(), None, "{text}");
        }
    }

    #[test]
    fn mistakes_are_told_with_their_keys() {
        for (text, problem) in [
            (
                "[tool.usegolib]\nbundel = true\n",
                "tool.usegolib.bundel is not a setting",
            ),
            ("[tool.usegolib]\nbundle = 1\n", "neither true nor false"),
            (
                "[tool.usegolib.modules]\n\"fmt\" = \"v1.0.0\"\n",
                "its version is \"std\"",
            ),
            (
                "[tool.usegolib.modules]\n\"a.b/c\" = \"std\"\n",
                "not of the standard library",
            ),
            (
                "[tool.usegolib.modules]\n\"a.b/c\" = 1\n",
                "neither a version nor a table",
            ),
            (
                "[tool.usegolib.modules]\n\"a.b/c\" = {vesion = \"v1\"}\n",
                "vesion is not a setting",
            ),
            (
                "[tool.usegolib.modules]\n\"a.b/c\" = {path = \"mine\"}\n",
                "module example.com/mine",
            ),
            (
                "[tool.usegolib.modules]\n\"a.b/c\" = {path = \"x\"}\n",
                "no such directory",
            ),
            ("[tool.usegolib\n", "TOML parse error"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(problem), "{text}: {error}");
        }
    }
}
