//! Every artifact under a root, by walking the tree.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::lookup::listed_in;
use super::{Artifact, Store, StoreError};
use crate::manifest::{Header, ManifestError};

/// How deep below the root a folder is still looked into; no module path has
/// as many elements.
pub(super) const DEEPEST: usize = 64;

/// What is under a root.
#[derive(Debug, Default)]
pub struct Listing {
    /// Everything that has a manifest, sorted by folder.
    pub artifacts: Vec<Listed>,
    /// Folders that couldn't be looked into.
    pub unreadable: Vec<PathBuf>,
}

/// One folder with a manifest.
#[derive(Debug)]
pub struct Listed {
    /// The folder with the manifest.
    pub folder: PathBuf,
    /// What the manifest says, or why it can't be read.
    pub header: Result<Header, ManifestError>,
}

impl Listed {
    /// The size of everything in the folder, in bytes.
    pub fn size(&self) -> Result<u64, StoreError> {
        let mut size = 0;
        for entry in fs::read_dir(&self.folder).map_err(StoreError::read(&self.folder))? {
            let entry = entry.map_err(StoreError::read(&self.folder))?;
            let metadata = entry.metadata().map_err(StoreError::read(&entry.path()))?;
            size += metadata.len();
        }
        Ok(size)
    }
}

impl Store {
    /// All artifacts of all platforms, in place and displaced. A root that
    /// doesn't exist has none.
    pub fn list(&self) -> Result<Listing, StoreError> {
        let mut listing = Listing::default();
        walk(self.root(), 0, &mut listing);
        listing
            .artifacts
            .sort_by(|one, other| one.folder.cmp(&other.folder));
        // The root itself is another matter than a corner of it.
        match listing.unreadable.first() {
            Some(first) if first == self.root() => match fs::read_dir(first) {
                Err(source) => Err(StoreError::read(first)(source)),
                Ok(_) => Ok(listing),
            },
            _ => Ok(listing),
        }
    }

    /// The versions of a module that have a folder, by listing its parent.
    pub(super) fn versions_by_listing(&self, module: &str) -> Result<Vec<String>, StoreError> {
        let (folder, last) = listed_in(self.root(), module);
        Ok(versions_in(&folder)?.remove(last).unwrap_or_default())
    }
}

fn walk(folder: &Path, depth: usize, listing: &mut Listing) {
    match Artifact::open(folder.to_owned()) {
        Some(outcome) => {
            listing.artifacts.push(Listed {
                folder: folder.to_owned(),
                header: outcome.map(|artifact| artifact.header),
            });
            return;
        }
        None if depth == DEEPEST => return,
        None => {}
    }
    let names = match folders_in(folder) {
        Ok(names) => names,
        // Removed while we walk: it holds no artifact any more.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return,
        Err(_) => {
            listing.unreadable.push(folder.to_owned());
            return;
        }
    };
    for name in names {
        walk(&folder.join(name), depth + 1, listing);
    }
}

/// The names of the folders in a folder that may hold artifacts.
pub(super) fn folders_in(folder: &Path) -> io::Result<Vec<OsString>> {
    let entries = fs::read_dir(folder)?.flatten().filter(|entry| {
        // Links are not followed: they may lead in circles.
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        is_folder && !entry.file_name().as_encoded_bytes().starts_with(b".")
    });
    Ok(entries.map(|entry| entry.file_name()).collect())
}

/// The entries of a folder that are called `name@version`: versions by name,
/// sorted. A folder that doesn't exist has none.
pub(super) fn versions_in(folder: &Path) -> Result<BTreeMap<String, Vec<String>>, StoreError> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(found);
        }
        Err(error) => return Err(StoreError::read(folder)(error)),
    };
    for entry in entries {
        let entry = entry.map_err(StoreError::read(folder))?;
        let name = entry.file_name();
        if let Some((name, version)) = name.to_str().and_then(|name| name.rsplit_once('@'))
            && !name.starts_with('.')
        {
            found
                .entry(name.to_owned())
                .or_default()
                .push(version.to_owned());
        }
    }
    for versions in found.values_mut() {
        versions.sort();
    }
    Ok(found)
}
