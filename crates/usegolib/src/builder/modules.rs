//! Which modules are compiled into a library, and under which licences.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::Deserialize;

use super::go::Settings;
use super::licenses;
use crate::artifact::sha256_of;
use crate::manifest::{License, Module, STANDARD_LIBRARY};
use crate::module::LOCAL_VERSION;

/// A module as `go list` describes it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct ListedModule {
    pub(super) path: String,
    pub(super) version: String,
    pub(super) main: bool,
    pub(super) dir: Option<PathBuf>,
    pub(super) replace: Option<Box<ListedModule>>,
}

impl ListedModule {
    /// Whether its files are in a folder of the user's.
    pub(super) fn is_local(&self) -> bool {
        match &self.replace {
            Some(other) => other.version.is_empty(),
            None => self.main,
        }
    }
}

/// The modules with these descriptions, in order, and the standard library.
pub(super) fn describe<'a>(
    listed: impl IntoIterator<Item = &'a ListedModule>,
    sums: &Sums,
    settings: &Settings,
) -> Vec<Module> {
    let mut found: BTreeMap<&str, Module> = BTreeMap::new();
    for module in listed {
        found
            .entry(&module.path)
            .or_insert_with(|| one(module, sums));
    }
    let standard = Module {
        path: STANDARD_LIBRARY.to_owned(),
        version: settings.release().to_owned(),
        licenses: license_files(settings.root()),
        ..Module::default()
    };
    found.into_values().chain([standard]).collect()
}

fn one(module: &ListedModule, sums: &Sums) -> Module {
    let version = if module.is_local() {
        LOCAL_VERSION.to_owned()
    } else {
        module.version.clone()
    };
    let (from, replaced_by) = match &module.replace {
        None => ((&module.path, &module.version), String::new()),
        Some(other) if other.version.is_empty() => {
            ((&module.path, &module.version), LOCAL_VERSION.to_owned())
        }
        Some(other) => (
            (&other.path, &other.version),
            format!("{}@{}", other.path, other.version),
        ),
    };
    Module {
        path: module.path.clone(),
        version,
        sum: sums.content(from.0, from.1).unwrap_or_default().to_owned(),
        replaced_by,
        licenses: module.dir.as_deref().map(license_files).unwrap_or_default(),
    }
}

/// What a module's root has in the way of licences. What can't be read has none:
/// a library isn't the worse for it.
fn license_files(root: &Path) -> Vec<License> {
    let Ok(entries) = fs::read_dir(root) else {
        return Vec::new();
    };
    let names: BTreeSet<String> = entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| licenses::is_license_file(name))
        .collect();
    let read = |file: String| {
        let path = root.join(&file);
        let text = fs::read(&path).ok()?;
        Some(License {
            sha256: sha256_of(&path).ok()?,
            spdx: licenses::identify(&String::from_utf8_lossy(&text))
                .unwrap_or_default()
                .to_owned(),
            file,
        })
    };
    names.into_iter().filter_map(read).collect()
}

/// The hashes of a `go.sum`.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums(BTreeMap<(String, String), String>);

impl Sums {
    /// Those in a folder; none if there is no `go.sum`.
    pub(super) fn read(folder: &Path) -> Self {
        let text = fs::read_to_string(folder.join("go.sum")).unwrap_or_default();
        let line = |line: &str| {
            let mut words = line.split_whitespace();
            let (path, version, sum) = (words.next()?, words.next()?, words.next()?);
            Some(((path.to_owned(), version.to_owned()), sum.to_owned()))
        };
        Self(text.lines().filter_map(line).collect())
    }

    /// The hash of a module's content.
    pub(super) fn content(&self, path: &str, version: &str) -> Option<&str> {
        let key = (path.to_owned(), version.to_owned());
        self.0.get(&key).map(String::as_str)
    }

    /// The hash of a module's `go.mod`.
    pub(super) fn go_mod(&self, path: &str, version: &str) -> Option<&str> {
        self.content(path, &format!("{version}/go.mod"))
    }
}
