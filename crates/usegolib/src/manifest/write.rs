//! Writing manifests.

use std::io::{self, Write};
use std::path::Path;

use super::{Manifest, ManifestError};

/// Writes the manifest, replacing the one at `path` in one step: a reader sees
/// the old one or the new one, whole. The folder must exist.
pub fn write(path: &Path, manifest: &Manifest) -> Result<(), ManifestError> {
    manifest.library.validate(path)?;
    write_file(path, manifest).map_err(|source| ManifestError::Write {
        path: path.to_owned(),
        source,
    })
}

fn write_file(path: &Path, manifest: &Manifest) -> io::Result<()> {
    let mut bytes = if manifest.schema.symbols.is_empty() {
        serde_json::to_vec(manifest)?
    } else {
        let mut manifest = manifest.clone();
        // What nobody named is no symbol (spec: Export Scan Correctness).
        let (instances, symbols) = std::mem::take(&mut manifest.schema.symbols)
            .into_iter()
            .partition(|function| function.implied);
        (manifest.symbols, manifest.schema.instances) = (symbols, instances);
        serde_json::to_vec(&manifest)?
    };
    bytes.push(b'\n');
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let mut file = new_file_in(folder)?;
    file.write_all(&bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// A temporary file that is to replace one in `folder`: hidden, deleted unless
/// persisted, and readable by whom the umask allows.
pub(crate) fn new_file_in(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".new-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The default is private to the user; a store may be shared.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}
