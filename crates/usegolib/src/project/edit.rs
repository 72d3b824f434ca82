//! Editing `pyproject.toml`: modules are added and removed, and everything else
//! in the file stays as somebody wrote it.

use std::path::{Path, PathBuf};

use fs_err as fs;
use toml_edit::{DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::declaration::parse;
use super::lock::write;
use super::{Declared, PROJECT_FILE, ProjectError, Source};

/// A project file that is being edited.
#[derive(Debug)]
pub struct Editor {
    file: PathBuf,
    document: DocumentMut,
    text: String,
}

impl Editor {
    /// Opens the project file of a folder; a new one if there is none.
    pub fn open(root: &Path) -> Result<Self, ProjectError> {
        let file = root.join(PROJECT_FILE);
        let text = if file.is_file() {
            fs::read_to_string(&file)?
        } else {
            String::new()
        };
        let document = parse(&file, &text)?;
        Ok(Self {
            file,
            document,
            text,
        })
    }

    /// Declares a module, in place of what was declared of it.
    pub fn add(&mut self, module: &Declared) -> Result<(), ProjectError> {
        let version = match &module.source {
            Source::Standard => "std",
            Source::Directory(directory) => {
                let mut table = InlineTable::new();
                table.insert("path", directory.display().to_string().into());
                self.modules()?.insert(&module.path, value(table.into()));
                return Ok(());
            }
            Source::Version(version) => version,
        };
        let modules = self.modules()?;
        match modules
            .get_mut(&module.path)
            .and_then(Item::as_table_like_mut)
        {
            // What else is declared of it stays.
            Some(table) if !table.contains_key("path") => {
                table.insert("version", value(version.into()));
            }
            _ => {
                modules.insert(&module.path, value(version.into()));
            }
        }
        Ok(())
    }

    /// Removes a module.
    pub fn remove(&mut self, path: &str) -> Result<(), ProjectError> {
        if self.modules()?.remove(path).is_none() {
            return Err(ProjectError::NotDeclared {
                file: self.file.clone(),
                module: path.to_owned(),
            });
        }
        Ok(())
    }

    /// Writes the file.
    pub fn save(&self) -> Result<(), ProjectError> {
        write(&self.file, &self.document.to_string())
    }

    /// Writes the file as it was.
    pub fn undo(&self) -> Result<(), ProjectError> {
        write(&self.file, &self.text)
    }

    fn modules(&mut self) -> Result<&mut dyn TableLike, ProjectError> {
        let file = &self.file;
        let mut item = self.document.as_item_mut();
        for (key, implicit) in [("tool", true), ("usegolib", true), ("modules", false)] {
            let malformed = || ProjectError::Malformed {
                file: file.clone(),
                problem: format!("{key} is not in a table"),
            };
            let table = item.as_table_like_mut().ok_or_else(malformed)?;
            if !table.contains_key(key) {
                let mut new = Table::new();
                new.set_implicit(implicit);
                table.insert(key, Item::Table(new));
            }
            item = table.get_mut(key).ok_or_else(malformed)?;
        }
        item.as_table_like_mut()
            .ok_or_else(|| ProjectError::Malformed {
                file: file.clone(),
                problem: "tool.usegolib.modules is not a table".to_owned(),
            })
    }
}

fn value(value: Value) -> Item {
    Item::Value(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(path: &str, source: Source) -> Declared {
        Declared {
            path: path.to_owned(),
            source,
            packages: Vec::new(),
            tags: Vec::new(),
            generics: None,
        }
    }

    #[test]
    fn the_rest_of_the_file_stays() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(PROJECT_FILE);
        let before = "# mine\n[project]\nname = 'x'   # the name\n\n[tool.usegolib.modules]\n\"a.b/c\" = {version = \"v1\", tags = [\"t\"]}\n";
        fs::write(&file, before).unwrap();
        let mut editor = Editor::open(folder.path()).unwrap();
        editor
            .add(&declared("a.b/c", Source::Version("v2.0.0".to_owned())))
            .unwrap();
        editor.add(&declared("fmt", Source::Standard)).unwrap();
        editor
            .add(&declared("e.c/m", Source::Directory("m".into())))
            .unwrap();
        editor.save().unwrap();
        let after = fs::read_to_string(&file).unwrap();
        assert!(
            after.starts_with(&before[..before.find("\"a.b/c\"").unwrap()]),
            "{after}"
        );
        for line in [
            "version = \"v2.0.0\"",
            "tags = [\"t\"]",
            "fmt = \"std\"",
            "\"e.c/m\" = { path = \"m\" }",
        ] {
            assert!(after.contains(line), "{line} in {after}");
        }
        for path in ["a.b/c", "fmt", "e.c/m"] {
            editor.remove(path).unwrap();
        }
        assert!(matches!(
            editor.remove("fmt"),
            Err(ProjectError::NotDeclared { .. })
        ));
        editor.undo().unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), before);
    }

    #[test]
    fn a_project_file_is_made_where_there_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let mut editor = Editor::open(folder.path()).unwrap();
        editor.add(&declared("fmt", Source::Standard)).unwrap();
        editor.save().unwrap();
        let text = fs::read_to_string(folder.path().join(PROJECT_FILE)).unwrap();
        assert_eq!(text, "[tool.usegolib.modules]\nfmt = \"std\"\n");
    }
}
