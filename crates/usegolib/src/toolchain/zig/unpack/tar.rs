//! The entries of a tar archive compressed with xz.

use std::io::BufReader;
use std::path::Path;

use fs_err as fs;
use lzma_rust2::XzReader;
use tar::{Archive, EntryType};

use super::extraction::{Entry, Extraction};
use crate::toolchain::zig::ZigError;

/// The largest dictionary of xz's presets is 64 MiB.
const DICTIONARY_LIMIT_KIB: u32 = 512 << 10;

pub(super) fn unpack(archive: &Path, mut extraction: Extraction<'_, '_>) -> Result<(), ZigError> {
    let file = fs::File::open(archive).map_err(|error| extraction.damaged(error))?;
    let decompressed = XzReader::new_mem_limit(BufReader::new(file), true, DICTIONARY_LIMIT_KIB);
    let mut archive = Archive::new(decompressed);
    let entries = archive
        .entries()
        .map_err(|error| extraction.damaged(error))?;
    for entry in entries {
        let mut entry = entry.map_err(|error| extraction.damaged(error))?;
        let name = entry.path_bytes().into_owned();
        let target = entry.link_name_bytes().unwrap_or_default().into_owned();
        let executable = entry.header().mode().is_ok_and(|mode| mode & 0o100 != 0);
        let kind = entry.header().entry_type();
        let new = match kind {
            EntryType::Directory => Entry::Folder,
            EntryType::Regular | EntryType::Continuous => Entry::File {
                executable,
                content: &mut entry,
            },
            EntryType::Symlink => Entry::SymbolicLink { target: &target },
            EntryType::Link => Entry::HardLink { target: &target },
            // Remarks about the archive, not content.
            EntryType::XGlobalHeader => continue,
            _ => return Err(extraction.refuse(&name, "is a device, a pipe or unknown")),
        };
        extraction.add(&name, new)?;
    }
    Ok(())
}
