//! A manifest as it is needed to load its library: whole, or by the map of a
//! large one that is kept beside it.
//!
//! The manifest is what counts. Its text is read and hashed at each import, a map
//! is taken only if it was made of this very text, and what isn't there or
//! doesn't fit is made again.

use std::io::{self, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::manifest::{self, Manifest, ManifestError, SIZE_LIMIT, regular};
use crate::schema::catalog::{Catalog, Map};

/// The file beside the manifest.
const FILE_NAME: &str = ".manifest-map";

/// What was read of a manifest.
pub(super) struct Contents {
    /// The manifest, without its schema if there is a map.
    pub(super) manifest: Manifest,
    map: Option<Map>,
}

impl Contents {
    /// Reads the whole of a manifest.
    pub(super) fn whole(path: &Path, text: &[u8]) -> Result<Self, ManifestError> {
        Ok(Self {
            manifest: manifest::parse(path, text)?,
            map: None,
        })
    }

    /// Reads a large manifest: what its map doesn't have, or everything, and then
    /// makes a map for the next time.
    pub(super) fn read(path: &Path, text: &[u8]) -> Result<Self, ManifestError> {
        let file = file_beside(path);
        if let Ok(bytes) = read_map(&file, path)
            && let Ok(map) = Map::from_bytes(&bytes, text)
            && let Ok(manifest) = map.rest()
        {
            let map = Some(map);
            return Ok(Self { manifest, map });
        }
        let mut contents = Self::whole(path, text)?;
        let schema = std::mem::take(&mut contents.manifest.schema);
        match Map::new(text, &schema, &contents.manifest) {
            Ok(map) => {
                // Where the store can't be written to, it is made each time.
                let _ = write_file(&file, &map);
                contents.map = Some(map);
            }
            Err(_) => contents.manifest.schema = schema,
        }
        Ok(contents)
    }

    /// The manifest without its schema, and the catalog of that; `path` and `text`
    /// are the manifest's.
    pub(super) fn catalog(
        self,
        path: &Path,
        text: Vec<u8>,
    ) -> Result<(Manifest, Catalog), ManifestError> {
        let Self { mut manifest, map } = self;
        let catalog = match map {
            None => std::mem::take(&mut manifest.schema).into(),
            Some(map) => map.catalog(text).map_err(|error| ManifestError::Types {
                path: path.to_owned(),
                problem: error.to_string(),
            })?,
        };
        Ok((manifest, catalog))
    }
}

fn file_beside(manifest: &Path) -> PathBuf {
    manifest.with_file_name(FILE_NAME)
}

/// Reads the map of a manifest, if it is of the manifest's owner, or this user's.
fn read_map(path: &Path, manifest: &Path) -> io::Result<Vec<u8>> {
    let (file, metadata) = regular::open(path)?;
    let owner = metadata.uid();
    if owner != rustix::process::geteuid().as_raw() && owner != fs::metadata(manifest)?.uid() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    file.take(SIZE_LIMIT).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn write_file(path: &Path, map: &Map) -> io::Result<()> {
    let bytes = map.to_bytes().map_err(io::Error::other)?;
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let mut file = manifest::new_file_in(folder)?;
    file.write_all(&bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
