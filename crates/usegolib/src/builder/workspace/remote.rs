//! Workspaces for modules that Go downloads, and for the standard library.

use std::path::PathBuf;

use fs_err as fs;
use serde::Deserialize;

use super::{MAIN_FOLDER, WORK_MODULE, Workspace, main_of, runtime_requirement, temporary};
use crate::builder::go::{Go, Invocation, Settings};
use crate::builder::{BuildError, Phase};
use crate::manifest::GoOptions;
use crate::module::{gomod, packages};

/// The work module's `go` line, raised by Go where the module needs more.
pub(super) const LANGUAGE: &str = "1.24";

/// What a path and a version query mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// Module path.
    pub module: String,
    /// Concrete version, or `local`.
    pub version: String,
}

/// What `go mod download -json` says about a module.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Download {
    pub(super) path: String,
    pub(super) version: String,
    go_mod: PathBuf,
    pub(super) dir: PathBuf,
}

impl Workspace {
    /// Finds out which module provides `path`, and which of its versions
    /// `query` means; Go's own search for the module with the longest path.
    pub(crate) fn remote(
        go: &Go,
        path: &str,
        query: Option<&str>,
        pinned: Option<&str>,
    ) -> Result<(Self, Resolved), BuildError> {
        go.progress.phase(Phase::Resolve);
        let temporary = temporary()?;
        let directory = temporary.path().join("work");
        fs::create_dir_all(&directory)?;
        let mut workspace = Self {
            directory,
            temporary,
            module: path.to_owned(),
            requested: vec![path.to_owned()],
            own: vec![path.to_owned()],
            packages: Vec::new(),
            flags: vec!["-mod=mod".into()],
            options: GoOptions::default(),
            main_pattern: format!("./{MAIN_FOLDER}"),
            main: main_of(WORK_MODULE),
            overlay: None,
        };
        workspace.write_work_module(LANGUAGE, None)?;
        if let Some(version) = pinned
            && Settings::read(go, &workspace.directory)?.has_module(path, version)
        {
            // The module cache has the answer: nobody has to be asked.
            let output = go.fetch(&workspace.download(path, version))?;
            let download = parse_download(&output.stdout)?;
            let resolved = Resolved {
                module: path.to_owned(),
                version: download.version.clone(),
            };
            let needed = language(&fs::read_to_string(&download.go_mod)?);
            workspace.write_work_module(&needed, Some(&resolved))?;
            workspace.packages = packages::importable(&download.dir, path)?;
            return Ok((workspace, resolved));
        }
        let wanted = format!("{path}@{}", query.unwrap_or("latest"));
        let get =
            Invocation::new(&workspace.directory, ["get", &wanted]).variable("GOFLAGS", flags());
        go.fetch(&get)?;
        let resolved = workspace.selected(path)?;
        if let Some(wanted) = pinned
            && resolved.version != wanted
            && resolved.version != format!("{wanted}+incompatible")
        {
            return Err(BuildError::PinnedVersion {
                module: resolved.module,
                wanted: wanted.to_owned(),
                found: resolved.version,
            });
        }
        let output = go.fetch(&workspace.download(&resolved.module, &resolved.version))?;
        let download = parse_download(&output.stdout)?;
        workspace.packages = packages::importable(&download.dir, &resolved.module)?;
        workspace.module.clone_from(&resolved.module);
        workspace.own = vec![resolved.module.clone()];
        Ok((workspace, resolved))
    }

    /// A workspace for one package of the standard library.
    pub(crate) fn standard(package: &str) -> Result<Self, BuildError> {
        let temporary = temporary()?;
        let directory = temporary.path().join("work");
        fs::create_dir_all(&directory)?;
        let workspace = Self {
            directory,
            temporary,
            module: package.to_owned(),
            requested: vec![package.to_owned()],
            own: Vec::new(),
            packages: vec![package.to_owned()],
            flags: vec!["-mod=mod".into()],
            options: GoOptions::default(),
            main_pattern: format!("./{MAIN_FOLDER}"),
            main: main_of(WORK_MODULE),
            overlay: None,
        };
        workspace.write_work_module(LANGUAGE, None)?;
        Ok(workspace)
    }

    fn download(&self, module: &str, version: &str) -> Invocation {
        let module = format!("{module}@{version}");
        Invocation::new(&self.directory, ["mod", "download", "-json", &module])
    }

    fn write_work_module(
        &self,
        language: &str,
        required: Option<&Resolved>,
    ) -> Result<(), BuildError> {
        let requirement = required.map_or_else(String::new, |required| {
            format!("\nrequire {} {}\n", required.module, required.version)
        });
        let text = format!(
            "module {WORK_MODULE}\n\ngo {language}\n{requirement}{}",
            runtime_requirement("../runtime")
        );
        Ok(fs::write(self.directory.join("go.mod"), text)?)
    }

    /// The module that `go get` found for a path: of those now required, the
    /// one with the longest path that the path is inside of.
    fn selected(&self, path: &str) -> Result<Resolved, BuildError> {
        let text = fs::read_to_string(self.directory.join("go.mod"))?;
        gomod::directives(&text)
            .into_iter()
            .filter(|directive| directive[0] == "require" && directive.len() >= 3)
            .filter(|directive| {
                path.strip_prefix(directive[1].as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
            .max_by_key(|directive| directive[1].len())
            .map(|directive| Resolved {
                module: directive[1].clone(),
                version: directive[2].clone(),
            })
            .ok_or_else(|| BuildError::Go {
                command: "go get".to_owned(),
                output: format!("no module was found for {path}"),
            })
    }
}

/// The user's `GOFLAGS` without a `-mod` that `go get` refuses.
pub(super) fn flags() -> String {
    std::env::var("GOFLAGS")
        .unwrap_or_default()
        .split_whitespace()
        .filter(|flag| !flag.trim_start_matches('-').starts_with("mod"))
        .collect::<Vec<_>>()
        .join(" ")
}

pub(super) fn parse_download(bytes: &[u8]) -> Result<Download, BuildError> {
    serde_json::from_slice(bytes).map_err(|source| BuildError::Output {
        what: "go mod download",
        source,
    })
}

/// The work module's language version for a module with this `go.mod`.
pub(super) fn language(text: &str) -> String {
    let needed = gomod::first_argument(&gomod::directives(text), "go").unwrap_or_default();
    let number = |version: &str| -> Vec<u32> {
        version
            .split(|c: char| !c.is_ascii_digit())
            .map_while(|part| part.parse().ok())
            .collect()
    };
    if number(&needed) > number(LANGUAGE) {
        needed
    } else {
        LANGUAGE.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_raised_to_what_the_module_needs() {
        assert_eq!(language("module m\n"), "1.24");
        assert_eq!(language("module m\ngo 1.9\n"), "1.24");
        assert_eq!(language("module m\ngo 1.25.1\n"), "1.25.1");
        assert_eq!(language("module m\ngo 1.26rc1\n"), "1.26rc1");
    }
}
