//! Local modules in a bundle: the work module replaces them by their
//! directories.
//!
//! In a module of its own a `replace` directive holds; in one that is required
//! it doesn't. So the directives of all local members, and those of their
//! `go.work`, are the work module's too. Directories are linked into the
//! workspace, for what Go notes of a replacement in the library is to be the
//! same wherever the module is.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::builder::BuildError;
use crate::builder::bundle::Wanted;
use crate::builder::workspace::remote::language;
use crate::module::{LocalModule, Target, gomod};

/// The local members, and what their module files say.
#[derive(Debug, Default)]
pub(super) struct Locals {
    members: Vec<LocalModule>,
    /// What stands for a module (and a version of it): a linked directory or
    /// another module.
    replacements: BTreeMap<(String, Option<String>), String>,
    /// Modules and versions that are not to be used.
    exclusions: Vec<(String, String)>,
    /// The `go.mod` texts of the members.
    texts: Vec<String>,
    links: Vec<PathBuf>,
}

impl Locals {
    /// Reads the modules of the directories among the members.
    pub(super) fn find(wanted: &[Wanted], temporary: &Path) -> Result<Self, BuildError> {
        let mut found = Self::default();
        for one in wanted {
            if let Target::Local { directory } = &one.target {
                let module = LocalModule::find(directory)?;
                if !found.members.iter().any(|known| known.root == module.root) {
                    found.members.push(module);
                }
            }
        }
        for module in found.members.clone() {
            let link = found.link(&module.root, temporary)?;
            found.replace(&module.path, None, link)?;
        }
        for module in found.members.clone() {
            let text = fs::read_to_string(module.root.join("go.mod"))?;
            found.read(&text, &module.root, temporary)?;
            found.texts.push(text);
            if let Some(work) = module.work_file() {
                found.read_work(&work, temporary)?;
            }
        }
        Ok(found)
    }

    /// The modules that a `go.work` lists are there for those that use it.
    fn read_work(&mut self, work: &Path, temporary: &Path) -> Result<(), BuildError> {
        let folder = work.parent().unwrap_or(Path::new("")).to_owned();
        let text = fs::read_to_string(work)?;
        let directives = gomod::directives(&text);
        let mut uses = directives.clone();
        uses.retain(|directive| directive[0] == "use");
        for used in gomod::local_directories(&uses, &folder) {
            let Ok(module) = LocalModule::find(&used) else {
                // What isn't there is not needed, or Go says so.
                continue;
            };
            let link = self.link(&module.root, temporary)?;
            self.replace(&module.path, None, link)?;
            let text = fs::read_to_string(module.root.join("go.mod"))?;
            self.read(&text, &module.root, temporary)?;
        }
        self.read(&text, &folder, temporary)
    }

    /// Takes over what a `go.mod` or `go.work` in a folder replaces and excludes.
    fn read(&mut self, text: &str, folder: &Path, temporary: &Path) -> Result<(), BuildError> {
        for directive in gomod::directives(text) {
            let words: Vec<_> = directive.iter().map(String::as_str).collect();
            let (path, version, target, of) = match words.as_slice() {
                ["replace", path, "=>", target] => (*path, None, *target, None),
                ["replace", path, "=>", target, of] => (*path, None, *target, Some(*of)),
                ["replace", path, version, "=>", target] => (*path, Some(*version), *target, None),
                ["replace", path, version, "=>", target, of] => {
                    (*path, Some(*version), *target, Some(*of))
                }
                ["exclude", path, version] => {
                    let exclusion = ((*path).to_owned(), (*version).to_owned());
                    if !self.exclusions.contains(&exclusion) {
                        self.exclusions.push(exclusion);
                    }
                    continue;
                }
                _ => continue,
            };
            let target = if let Some(of) = of {
                format!("{target} {of}")
            } else {
                let directory = folder.join(target);
                // What isn't there is Go's to complain about.
                let directory = fs::canonicalize(&directory).unwrap_or(directory);
                self.link(&directory, temporary)?
            };
            self.replace(path, version, target)?;
        }
        Ok(())
    }

    fn replace(
        &mut self,
        path: &str,
        version: Option<&str>,
        target: String,
    ) -> Result<(), BuildError> {
        let key = (path.to_owned(), version.map(str::to_owned));
        let Some(known) = self.replacements.get(&key) else {
            self.replacements.insert(key, target);
            return Ok(());
        };
        // A member is what was asked for, whatever else would stand for it.
        if *known == target || self.members.iter().any(|member| member.path == path) {
            return Ok(());
        }
        Err(BuildError::Replacements {
            module: path.to_owned(),
            one: self.shown(known),
            other: self.shown(&target),
        })
    }

    /// The target of a replacement, with the directory behind a link.
    fn shown(&self, target: &str) -> String {
        let number = target
            .strip_prefix("../local-")
            .and_then(|number| number.parse::<usize>().ok());
        match number.and_then(|number| self.links.get(number)) {
            Some(directory) => directory.display().to_string(),
            None => target.to_owned(),
        }
    }

    /// The path from the work module to a directory.
    fn link(&mut self, directory: &Path, temporary: &Path) -> Result<String, BuildError> {
        if let Some(number) = self.links.iter().position(|known| known == directory) {
            return Ok(format!("../local-{number}"));
        }
        let number = self.links.len();
        self.links.push(directory.to_owned());
        link(directory, &temporary.join(format!("local-{number}")))?;
        Ok(format!("../local-{number}"))
    }

    /// Whether the work module has its own idea of what a module is.
    pub(super) fn replaces(&self, path: &str) -> bool {
        self.members.iter().any(|member| member.path == path)
    }

    /// The lines of the `go.mod`.
    pub(super) fn directives(&self) -> String {
        let mut text = String::new();
        for member in &self.members {
            let _ = writeln!(
                text,
                "require {} {}",
                member.path,
                any_version(&member.path)
            );
        }
        for ((path, version), target) in &self.replacements {
            let version = version
                .as_ref()
                .map_or_else(String::new, |v| format!(" {v}"));
            let _ = writeln!(text, "replace {path}{version} => {target}");
        }
        for (path, version) in &self.exclusions {
            let _ = writeln!(text, "exclude {path} {version}");
        }
        text
    }

    /// The hashes that the members have checked already.
    pub(super) fn sums(&self) -> Result<String, BuildError> {
        let mut text = String::new();
        for member in &self.members {
            let file = member.root.join("go.sum");
            if file.is_file() {
                text += &fs::read_to_string(file)?;
                text.push('\n');
            }
        }
        Ok(text)
    }

    /// The language version that all of them can be built with.
    pub(super) fn language(&self, least: &str) -> String {
        let number = |version: &str| -> Vec<u32> {
            version
                .split(|c: char| !c.is_ascii_digit())
                .map_while(|part| part.parse().ok())
                .collect()
        };
        let needed = self.texts.iter().map(|text| language(text));
        needed
            .max_by_key(|version| number(version))
            .unwrap_or_else(|| least.to_owned())
    }
}

/// A version that a module with this path may have: a replaced module has none.
fn any_version(path: &str) -> String {
    let major = path.rsplit_once('/').and_then(|(_, last)| {
        let number = last.strip_prefix('v')?;
        number.parse::<u32>().ok().filter(|number| *number > 1)
    });
    let dotted = path
        .strip_prefix("gopkg.in/")
        .and_then(|rest| rest.rsplit_once(".v")?.1.parse::<u32>().ok());
    format!("v{}.0.0", major.or(dotted).unwrap_or(0))
}

#[cfg(unix)]
fn link(directory: &Path, at: &Path) -> Result<(), BuildError> {
    Ok(std::os::unix::fs::symlink(directory, at)?)
}

#[cfg(not(unix))]
fn link(directory: &Path, at: &Path) -> Result<(), BuildError> {
    Ok(std::os::windows::fs::symlink_dir(directory, at)?)
}

#[cfg(test)]
mod tests {
    use super::any_version;

    #[test]
    fn replaced_modules_are_required_at_a_version_that_fits_their_path() {
        for (path, version) in [
            ("e.c/m", "v0.0.0"),
            ("e.c/m/v2", "v2.0.0"),
            ("e.c/v1", "v0.0.0"),
            ("gopkg.in/yaml.v3", "v3.0.0"),
        ] {
            assert_eq!(any_version(path), version, "{path}");
        }
    }
}
