//! A directory of a local module: where its module is and what the package in
//! it is called.

use std::path::{Path, PathBuf};

use fs_err as fs;

use super::{ModuleError, gomod};

/// A module on the local disk, and the package of it that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalModule {
    /// The folder with the `go.mod`, absolute.
    pub root: PathBuf,
    /// The module path.
    pub path: String,
    /// The import path of the directory that was given.
    pub package: String,
}

impl LocalModule {
    /// Finds the module of a directory: the nearest `go.mod` upward.
    pub fn find(directory: &Path) -> Result<Self, ModuleError> {
        if !directory.is_dir() {
            return Err(ModuleError::NoDirectory {
                directory: directory.to_owned(),
            });
        }
        // Canonical, so that one module has one lock and Go sees one path.
        let directory = fs::canonicalize(directory)?;
        let root = directory
            .ancestors()
            .find(|folder| folder.join("go.mod").is_file())
            .ok_or_else(|| ModuleError::NoModule {
                directory: directory.clone(),
            })?
            .to_owned();
        let file = root.join("go.mod");
        let directives = gomod::directives(&fs::read_to_string(&file)?);
        let path = gomod::first_argument(&directives, "module")
            .ok_or(ModuleError::NoModuleLine { file })?;
        let package = directory
            .strip_prefix(&root)
            .unwrap_or(Path::new(""))
            .components()
            .fold(path.clone(), |package, element| {
                format!("{package}/{}", element.as_os_str().to_string_lossy())
            });
        Ok(Self {
            root,
            path,
            package,
        })
    }

    /// The `go.work` that applies to the module, by the rules of `GOWORK`.
    pub fn work_file(&self) -> Option<PathBuf> {
        match std::env::var_os("GOWORK") {
            Some(value) if value == "off" => None,
            Some(value) if !value.is_empty() => Some(PathBuf::from(value)),
            _ => self
                .root
                .ancestors()
                .map(|folder| folder.join("go.work"))
                .find(|file| file.is_file()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subdirectory_is_a_package() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a/b");
        fs::create_dir_all(&deep).unwrap();
        assert!(matches!(
            LocalModule::find(&deep),
            Err(ModuleError::NoModule { .. })
        ));
        fs::write(folder.path().join("go.mod"), "module example.com/m\n").unwrap();
        let found = LocalModule::find(&deep).unwrap();
        assert_eq!(found.path, "example.com/m");
        assert_eq!(found.package, "example.com/m/a/b");
        assert_eq!(found.root, folder.path().canonicalize().unwrap());
        assert!(matches!(
            LocalModule::find(&folder.path().join("nothere")),
            Err(ModuleError::NoDirectory { .. })
        ));
    }
}
