//! What the go command says about itself in a folder.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{Go, Invocation};
use crate::builder::BuildError;
use crate::toolchain::{self, Search};

/// The settings of Go that a build needs to know.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Settings {
    /// The release, after Go's own toolchain switching (`go1.26.8`).
    #[serde(rename = "GOVERSION")]
    pub(crate) version: String,
    /// Where modules are downloaded to.
    #[serde(rename = "GOMODCACHE")]
    module_cache: PathBuf,
    #[serde(rename = "GOWORK")]
    work: String,
    #[serde(rename = "GOFLAGS")]
    flags: String,
    #[serde(rename = "GOTOOLDIR")]
    tools: PathBuf,
    #[serde(rename = "GOOS")]
    goos: String,
    #[serde(rename = "GOARCH")]
    goarch: String,
    #[serde(rename = "GOEXPERIMENT")]
    experiment: String,
    #[serde(rename = "GOROOT")]
    root: PathBuf,
}

impl Settings {
    /// Asks the go command in `directory`, which may download another release
    /// for the module there.
    pub(crate) fn read(go: &Go, directory: &Path) -> Result<Self, BuildError> {
        let names = [
            "GOVERSION",
            "GOMODCACHE",
            "GOWORK",
            "GOFLAGS",
            "GOTOOLDIR",
            "GOOS",
            "GOARCH",
            "GOEXPERIMENT",
            "GOROOT",
        ];
        let ask = Invocation::new(directory, ["env", "-json"]).arguments(names);
        let output = go.fetch(&ask)?;
        let settings: Self =
            serde_json::from_slice(&output.stdout).map_err(|source| BuildError::Output {
                what: "go env",
                source,
            })?;
        if settings.module_cache.as_os_str().is_empty() {
            // What Go would say of the next command in other words.
            return Err(BuildError::Go {
                command: "go env".to_owned(),
                output: "module cache not found: neither GOMODCACHE nor GOPATH is set".to_owned(),
            });
        }
        Ok(settings)
    }

    /// The folder of the release that builds.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The compiler itself, which the go command runs.
    pub(crate) fn compiler(&self) -> PathBuf {
        self.tools
            .join(format!("compile{}", std::env::consts::EXE_SUFFIX))
    }

    /// The variables by which the compiler knows what it compiles for.
    pub(crate) fn target(&self) -> [(&'static str, &str); 3] {
        [
            ("GOOS", &self.goos),
            ("GOARCH", &self.goarch),
            ("GOEXPERIMENT", &self.experiment),
        ]
    }

    /// The `go.work` that is in effect.
    pub(crate) fn work_file(&self) -> Option<&Path> {
        Some(Path::new(&self.work)).filter(|_| !matches!(self.work.as_str(), "" | "off"))
    }

    /// The release, without what else the version says.
    pub(crate) fn release(&self) -> &str {
        self.version.split_whitespace().next().unwrap_or_default()
    }

    /// Whether this exact version of a module has been downloaded.
    pub(crate) fn has_module(&self, module: &str, version: &str) -> bool {
        // Where case doesn't matter, `!a` is told from `a`.
        let escape = |text: &str| -> String {
            text.chars()
                .flat_map(|c| {
                    let mark = c.is_ascii_uppercase().then_some('!');
                    mark.into_iter().chain([c.to_ascii_lowercase()])
                })
                .collect()
        };
        self.module_cache
            .join("cache/download")
            .join(escape(module))
            .join("@v")
            .join(escape(version) + ".zip")
            .is_file()
    }

    /// The `-mod` that the user set in `GOFLAGS`.
    pub(crate) fn module_mode(&self) -> Option<&str> {
        self.flag("mod")
    }

    /// The build tags that the user set in `GOFLAGS`.
    pub(crate) fn tags(&self) -> Vec<String> {
        let tags = self
            .flag("tags")
            .into_iter()
            .flat_map(|tags| tags.split(','));
        tags.map(str::to_owned).collect()
    }

    /// The overlay that the user set in `GOFLAGS`.
    pub(crate) fn overlay(&self) -> Option<&Path> {
        self.flag("overlay").map(Path::new)
    }

    /// What stands in for `go.mod` by the user's `GOFLAGS`.
    pub(crate) fn mod_file(&self) -> Option<&Path> {
        self.flag("modfile").map(Path::new)
    }

    /// What a flag in `GOFLAGS` is set to; the last one holds.
    fn flag(&self, name: &str) -> Option<&str> {
        self.flags.split_whitespace().rev().find_map(|flag| {
            let flag = flag.trim_start_matches('-').strip_prefix(name)?;
            flag.strip_prefix('=')
        })
    }

    /// The release as a value of `GOTOOLCHAIN`, if it can be one.
    pub(crate) fn toolchain(&self) -> Option<&str> {
        let name = self.version.split_whitespace().next()?;
        (name.starts_with("go1.") && !self.version.contains("devel")).then_some(name)
    }
}

/// The folder that holds the running release's own files: where `go` was found,
/// without the release that it may switch to.
pub(crate) fn release_file(program: &Path) -> Option<PathBuf> {
    let program = program.canonicalize().ok()?;
    let file = program.parent()?.parent()?.join("VERSION");
    file.is_file().then_some(file)
}

/// The release that builds, where that can be told without running Go: the one that
/// is installed, unless the environment names another.
pub(crate) fn installed_release(search: &Search) -> Option<String> {
    let written = || {
        let text = fs_err::read_to_string(settings_file()?).ok()?;
        let mut lines = text.lines();
        lines.find_map(|line| line.strip_prefix("GOTOOLCHAIN=").map(str::to_owned))
    };
    let given = std::env::var("GOTOOLCHAIN").ok();
    let named = given.filter(|value| !value.is_empty()).or_else(written);
    if !matches!(named.as_deref(), None | Some("" | "auto" | "local")) {
        return None;
    }
    let program = toolchain::Go::locate(search).ok()??;
    let text = fs_err::read_to_string(release_file(&program)?).ok()?;
    let release = text.lines().next()?.trim();
    release.starts_with("go1.").then(|| release.to_owned())
}

/// The file that `go env -w` writes.
pub(crate) fn settings_file() -> Option<PathBuf> {
    use etcetera::BaseStrategy;
    match std::env::var_os("GOENV") {
        Some(value) if value == "off" => None,
        Some(value) if !value.is_empty() => Some(PathBuf::from(value)),
        _ => {
            let folders = etcetera::base_strategy::choose_native_strategy().ok()?;
            Some(folders.config_dir().join("go/env"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(version: &str, work: &str, flags: &str) -> Settings {
        Settings {
            version: version.to_owned(),
            module_cache: PathBuf::new(),
            work: work.to_owned(),
            flags: flags.to_owned(),
            tools: PathBuf::new(),
            goos: String::new(),
            goarch: String::new(),
            experiment: String::new(),
            root: PathBuf::new(),
        }
    }

    #[test]
    fn settings_are_understood() {
        let s = settings("go1.26.8", "", "-buildvcs=false -mod=vendor");
        assert_eq!(s.work_file(), None);
        assert_eq!(s.module_mode(), Some("vendor"));
        assert_eq!(s.toolchain(), Some("go1.26.8"));
        let s = settings("devel go1.27-abc", "/w/go.work", "-modcacherw");
        assert_eq!(s.work_file(), Some(Path::new("/w/go.work")));
        assert_eq!(s.module_mode(), None);
        assert_eq!(s.toolchain(), None);
        assert_eq!(
            settings("go1.26.8 X:nojsonv2", "off", "").toolchain(),
            Some("go1.26.8")
        );
    }
}
