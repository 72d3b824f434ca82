//! Fixture modules, a module proxy in a folder, and the command line.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use fs_err as fs;
use serde_json::Value;

/// A temporary folder of fixtures, with an artifact root in it.
pub(crate) struct Sandbox {
    folder: tempfile::TempDir,
    environment: Vec<(OsString, OsString)>,
}

/// What a command said.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        let sandbox = Self {
            folder: tempfile::tempdir().unwrap(),
            environment: Vec::new(),
        };
        let root = sandbox.path("root");
        sandbox
            .with("USEGOLIB_ARTIFACT_DIR", root)
            .with("USEGOLIB_RETRY_DELAYS", "1,1")
    }

    /// Sets a variable for the commands.
    pub(crate) fn with(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.environment.push((name.into(), value.as_ref().into()));
        self
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    pub(crate) fn write(&self, relative: &str, text: &str) {
        let file = self.path(relative);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    /// An executable script.
    pub(crate) fn script(&self, relative: &str, text: &str) -> PathBuf {
        let file = self.path(relative);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        // Written by a process of its own: a file that this process has open is
        // open in what other threads start too, and can't be executed then.
        let written = Command::new("/bin/sh")
            .args(["-c", r#"printf %s "$2" >"$1" && chmod 755 "$1""#, "sh"])
            .args([file.as_os_str(), text.as_ref()])
            .status();
        assert!(written.unwrap().success());
        file
    }

    /// The command, not yet run.
    pub(crate) fn command<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Command {
        self.command_of(env!("CARGO_BIN_EXE_usegolib").as_ref(), arguments)
    }

    /// The same by a program of one's own.
    pub(crate) fn command_of<A: AsRef<OsStr>>(
        &self,
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
    ) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("USEGOLIB_") {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .current_dir(self.folder.path())
            // Of the settings only what a test sets.
            .env_remove("GOPROXY")
            .env_remove("GOFLAGS")
            .env_remove("GOWORK")
            .envs(self.environment.iter().map(|(k, v)| (k, v)));
        command
    }

    pub(crate) fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Done {
        let output = self.command(arguments).output().unwrap();
        Done {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// `usegolib build --module ...`, which must succeed; whether it built.
    pub(crate) fn build<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> bool {
        let done = self.try_build(arguments);
        assert_eq!(done.status, 0, "{}", done.stderr);
        done.stderr.contains(": built ")
    }

    pub(crate) fn try_build<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Done {
        let mut all: Vec<OsString> = vec!["build".into(), "--module".into()];
        all.extend(
            arguments
                .into_iter()
                .map(|argument| argument.as_ref().into()),
        );
        self.run(all)
    }

    /// The manifest of an artifact in the root.
    pub(crate) fn manifest(&self, module: &str, version: &str) -> Value {
        let file = self.artifact(module, version).join("manifest.json");
        serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
    }

    pub(crate) fn artifact(&self, module: &str, version: &str) -> PathBuf {
        let platform = usegolib::manifest::Platform::host().folder();
        self.path(&format!("root/{module}@{version}/{platform}"))
    }

    /// Every file below a folder with its contents.
    pub(crate) fn snapshot(&self, relative: &str) -> Vec<(PathBuf, Vec<u8>)> {
        fn walk(folder: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, found);
                } else {
                    let contents = fs::read(&path).unwrap();
                    found.push((path, contents));
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.path(relative), &mut found);
        found.sort();
        found
    }
}

/// The strings in a JSON array.
pub(crate) fn strings(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item.as_str().unwrap())
        .collect()
}

/// The names of the objects in a JSON array.
pub(crate) fn names(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["name"].as_str().unwrap())
        .collect()
}

/// A module proxy that is a folder, as `GOPROXY=file://...` reads it.
pub(crate) struct Proxy {
    folder: tempfile::TempDir,
}

impl Proxy {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Publishes a version of a module; the `go.mod` is among the files.
    pub(crate) fn publish(&self, module: &str, version: &str, files: &[(&str, &str)]) {
        let folder = self.folder.path().join(module).join("@v");
        fs::create_dir_all(&folder).unwrap();
        let list = folder.join("list");
        let known = fs::read_to_string(&list).unwrap_or_default();
        fs::write(&list, format!("{known}{version}\n")).unwrap();
        let info = format!(r#"{{"Version": "{version}", "Time": "2024-01-01T00:00:00Z"}}"#);
        fs::write(folder.join(format!("{version}.info")), info).unwrap();
        let (_, go_mod) = files.iter().find(|(path, _)| *path == "go.mod").unwrap();
        fs::write(folder.join(format!("{version}.mod")), go_mod).unwrap();
        let archive = fs_err::File::create(folder.join(format!("{version}.zip"))).unwrap();
        let mut archive = zip::ZipWriter::new(archive);
        let options = zip::write::SimpleFileOptions::default();
        for (path, text) in files {
            archive
                .start_file(format!("{module}@{version}/{path}"), options)
                .unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        archive.finish().unwrap();
    }

    /// A sandbox whose Go knows this proxy only, with a module cache of its own.
    pub(crate) fn sandbox(&self) -> Sandbox {
        let sandbox = Sandbox::new();
        let cache = sandbox.path("modules");
        sandbox
            .with(
                "GOPROXY",
                format!("file://{}", self.folder.path().display()),
            )
            .with("GOSUMDB", "off")
            .with("GOFLAGS", "-modcacherw")
            .with("GOMODCACHE", cache)
    }
}
