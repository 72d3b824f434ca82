//! The entries of a zip archive.

use std::io::{self, Read};
use std::path::Path;

use fs_err as fs;
use zip::ZipArchive;

use super::extraction::{Entry, Extraction};
use crate::toolchain::zig::ZigError;

const FILE_TYPE: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;
const FOLDER: u32 = 0o040_000;
const LINK: u32 = 0o120_000;
/// No path is longer.
const LONGEST_LINK: u64 = 4096;

pub(super) fn unpack(archive: &Path, mut extraction: Extraction<'_, '_>) -> Result<(), ZigError> {
    let file = fs::File::open(archive).map_err(|error| extraction.damaged(error))?;
    let mut archive =
        ZipArchive::new(file).map_err(|error| extraction.damaged(io::Error::other(error)))?;
    for at in 0..archive.len() {
        let mut entry = archive
            .by_index(at)
            .map_err(|error| extraction.damaged(io::Error::other(error)))?;
        let name = entry.name_raw().to_vec();
        let mode = entry.unix_mode().unwrap_or(0);
        match mode & FILE_TYPE {
            _ if name.ends_with(b"/") => extraction.add(&name, Entry::Folder)?,
            FOLDER => extraction.add(&name, Entry::Folder)?,
            0 | REGULAR => {
                let new = Entry::File {
                    executable: mode & 0o100 != 0,
                    content: &mut entry,
                };
                extraction.add(&name, new)?;
            }
            LINK => {
                let mut target = Vec::new();
                (&mut entry)
                    .take(LONGEST_LINK)
                    .read_to_end(&mut target)
                    .map_err(|error| extraction.damaged(error))?;
                extraction.add(&name, Entry::SymbolicLink { target: &target })?;
            }
            _ => return Err(extraction.refuse(&name, "is a device, a pipe or unknown")),
        }
    }
    Ok(())
}
