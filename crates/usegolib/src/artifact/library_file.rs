//! The library of an artifact as an open file: what is hashed is what is loaded.

use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::StoreError;
use super::identity::Identity;
use super::verify::sha256_of_reader;
use crate::manifest::{ManifestError, regular};

/// A library, open. Whatever is put at its path from now on, this is the file
/// that is hashed and loaded.
#[derive(Debug)]
pub struct LibraryFile {
    path: PathBuf,
    file: fs::File,
    pub(super) identity: Option<Identity>,
}

impl LibraryFile {
    /// Opens the file that a manifest names, `path` in `folder`. The manifest may
    /// say anything, so the path may lead through links: the file must be in the
    /// folder for all that.
    pub(super) fn open(folder: &Path, path: PathBuf) -> Result<Self, StoreError> {
        let (file, metadata) = regular::open(&path).map_err(|source| {
            let path = path.clone();
            if source.kind() == regular::KIND {
                return StoreError::NotAFile { path };
            }
            StoreError::Read { path, source }
        })?;
        let real = fs::canonicalize(&path).map_err(StoreError::read(&path))?;
        let folder = fs::canonicalize(folder).map_err(StoreError::read(folder))?;
        let identity = Identity::of(&metadata);
        // What is at the path by now need not be what was opened.
        let is_inside = real.starts_with(&folder)
            && fs::metadata(&real).is_ok_and(|metadata| Identity::of(&metadata) == identity);
        if !is_inside {
            let path = folder.join(crate::manifest::FILE_NAME);
            return Err(ManifestError::LibraryPath {
                path,
                library: real,
                problem: "is not in the artifact's folder",
            }
            .into());
        }
        Ok(Self {
            path,
            file,
            identity,
        })
    }

    /// The sha256 of the file, as 64 lower-case hexadecimal digits.
    pub(super) fn sha256(&mut self) -> io::Result<String> {
        sha256_of_reader(&mut self.file)
    }

    /// Where it was opened.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The open file.
    pub fn file(&self) -> &fs::File {
        &self.file
    }
}
