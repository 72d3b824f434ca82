//! Putting artifacts into a store and taking them out.
//!
//! Replacing the manifest is the one step that installs an artifact: everything
//! it refers to is in place before, under names no other build uses, and what
//! its predecessor referred to goes after. So whoever reads sees the old
//! artifact or the new one, a process that has loaded the old library keeps its
//! file, and a build killed at any moment changes nothing but to leave files
//! behind that the next build sweeps away. Nothing is flushed to the disk on the
//! way: after a power cut the sha256 tells a whole library from a torn one.

use std::io;
use std::path::Path;

use fs_err as fs;

use super::layout::prune_empty;
use super::verify::sha256_of;
use super::{Artifact, Lock, OnWait, Place, Store, StoreError};
use crate::manifest::{self, BUNDLES, Library, Manifest, ManifestError};

/// The right to build, replace or remove the artifact at one place.
#[derive(Debug)]
pub struct ArtifactLock<'store> {
    store: &'store Store,
    place: Place,
    // An option so that the folder can be pruned after the lock's file is gone.
    lock: Option<Lock>,
}

/// A folder to build an artifact in; gone when dropped without an install.
#[derive(Debug)]
pub struct Staging<'lock> {
    place: &'lock Place,
    folder: tempfile::TempDir,
}

impl Store {
    /// Waits until nobody else builds or removes the artifact at `place`. What
    /// is there has to be looked at again afterwards: the other one may just
    /// have built it.
    pub fn lock(
        &self,
        place: Place,
        purpose: &str,
        on_wait: &mut OnWait,
    ) -> Result<ArtifactLock<'_>, StoreError> {
        let lock = Lock::acquire(&place.lock(), purpose, on_wait)?;
        Ok(ArtifactLock {
            store: self,
            place,
            lock: Some(lock),
        })
    }
}

impl ArtifactLock<'_> {
    /// The locked place.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Makes a folder to build in, on the file system of the place. Folders of
    /// builds that were killed are removed: nobody else can be building here.
    pub fn stage(&self) -> Result<Staging<'_>, StoreError> {
        let parent = self.place.version_folder();
        let prefix = self.place.staging_prefix();
        for entry in fs::read_dir(parent).map_err(StoreError::read(parent))? {
            let entry = entry.map_err(StoreError::read(parent))?;
            if entry
                .file_name()
                .as_encoded_bytes()
                .starts_with(prefix.as_bytes())
            {
                let path = entry.path();
                fs::remove_dir_all(&path).map_err(StoreError::write(&path))?;
            }
        }
        let folder = tempfile::Builder::new()
            .prefix(&prefix)
            .tempdir_in(parent)
            .map_err(StoreError::write(parent))?;
        Ok(Staging {
            place: &self.place,
            folder,
        })
    }

    /// Removes the artifact, if there is one, and the folders that are empty
    /// then. A process that has loaded the library keeps it.
    pub fn remove(self) -> Result<(), StoreError> {
        let manifest = self.place.manifest();
        // First, so that nobody finds half an artifact.
        match fs::remove_file(&manifest) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(StoreError::write(&manifest)(error));
            }
            _ => {}
        }
        let folder = self.place.folder();
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(StoreError::write(&folder)(error))
            }
            _ => Ok(()),
        }
    }
}

impl Drop for ArtifactLock<'_> {
    fn drop(&mut self) {
        self.lock = None;
        prune_empty(self.place.version_folder(), self.store.root());
    }
}

impl Staging<'_> {
    /// The folder to build in.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Installs the library `library` (a path in the staging folder) with this
    /// manifest, whose `library` is filled in here, and whose module, version
    /// and platform become those of the place.
    pub fn install(self, library: &Path, mut manifest: Manifest) -> Result<Artifact, StoreError> {
        let source = self.path().join(library);
        let sha256 = sha256_of(&source).map_err(StoreError::read(&source))?;
        let name = library_name(self.place, &sha256);
        let folder = self.place.folder();
        fs::create_dir_all(&folder).map_err(StoreError::write(&folder))?;
        let target = folder.join(&name);
        if let Err(error) = fs::rename(&source, &target) {
            // Where a loaded library can't be replaced, an equal one may stay.
            if !sha256_of(&target).is_ok_and(|present| present == sha256) {
                return Err(StoreError::write(&target)(error));
            }
        }

        manifest.module.clone_from(&self.place.module);
        manifest.version.clone_from(&self.place.version);
        manifest.goos = self.place.platform.goos.to_string();
        manifest.goarch = self.place.platform.goarch.to_string();
        manifest.library = Library {
            path: name.clone().into(),
            sha256: Some(sha256),
        };
        manifest::write(&self.place.manifest(), &manifest).map_err(|error| match error {
            ManifestError::Write { path, source } => StoreError::Write { path, source },
            other => other.into(),
        })?;
        sweep(&folder, &name);
        Ok(Artifact {
            folder,
            header: manifest.header(),
        })
    }
}

impl Staging<'_> {
    /// Installs the library `library` (a path in the staging folder) with a manifest
    /// that is of another store, byte for byte: the library gets the name that it has
    /// there. Whether the two fit is for the caller to check.
    pub fn install_as_is(
        self,
        library: &Path,
        manifest: &Manifest,
        bytes: &[u8],
    ) -> Result<Artifact, StoreError> {
        let path = self.place.manifest();
        manifest.validate(&path, &self.place.platform)?;
        let folder = self.place.folder();
        let target = manifest.library_path(&folder);
        let parent = target.parent().unwrap_or(&folder).to_owned();
        fs::create_dir_all(&parent).map_err(StoreError::write(&parent))?;
        let source = self.path().join(library);
        fs::rename(&source, &target).map_err(StoreError::write(&target))?;
        let write = || -> io::Result<()> {
            let mut file = manifest::new_file_in(&folder)?;
            io::Write::write_all(&mut file, bytes)?;
            file.persist(&path).map_err(|error| error.error)?;
            Ok(())
        };
        write().map_err(StoreError::write(&path))?;
        if let Some(name) = manifest.library.path.to_str() {
            sweep(&folder, name);
        }
        Ok(Artifact {
            folder,
            header: manifest.header(),
        })
    }
}

/// The library's file name: for people the module, for the linker and the
/// debugger another name for other content.
fn library_name(place: &Place, sha256: &str) -> String {
    let last = if place.module == BUNDLES {
        "bundle"
    } else {
        place.module.rsplit('/').next().unwrap_or_default()
    };
    let last: String = last
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .take(64)
        .collect();
    let suffix = match place.platform.goos.as_ref() {
        "windows" => "dll",
        "darwin" => "dylib",
        _ => "so",
    };
    format!("lib{last}-{}.{suffix}", &sha256[..12])
}

/// Removes what former builds left in the artifact's folder. What can't be
/// removed (a library in use, on some systems) is left for the next time.
fn sweep(folder: &Path, library: &str) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if name != library && name != manifest::FILE_NAME {
            let _ = fs::remove_file(entry.path());
        }
    }
}
