//! The artifact store, used from outside on stores made by hand.

mod concurrency;
mod contents;
mod install;
mod lookup;
mod verify;

use fs_err as fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use usegolib::artifact::{Store, Waiting};
use usegolib::manifest::Platform;

/// An artifact root in a temporary folder.
struct Root {
    folder: tempfile::TempDir,
}

impl Root {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn store(&self) -> Store {
        Store::new(self.path()).unwrap()
    }

    /// Puts an artifact in place by hand: its header and nothing else.
    fn add(&self, module: &str, version: &str, packages: &[&str]) -> PathBuf {
        self.add_manifest(module, version, &header(module, version, packages))
    }

    fn add_manifest(&self, module: &str, version: &str, content: &Value) -> PathBuf {
        let platform = Platform::host().folder();
        self.write(&format!("{module}@{version}/{platform}"), content)
    }

    /// Writes a manifest into any folder of the root.
    fn write(&self, folder: &str, content: &Value) -> PathBuf {
        let folder = self.path().join(folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("manifest.json"), content.to_string()).unwrap();
        folder
    }
}

fn header(module: &str, version: &str, packages: &[&str]) -> Value {
    let host = Platform::host();
    json!({
        "manifest_version": 1,
        "abi_version": 0,
        "module": module,
        "version": version,
        "goos": host.goos,
        "goarch": host.goarch,
        "packages": packages,
    })
}

fn patiently(_: &Waiting<'_>) -> ControlFlow<()> {
    ControlFlow::Continue(())
}
