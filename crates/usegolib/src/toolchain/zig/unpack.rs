//! Extracting an archive whose content is not trusted.
//!
//! The `tar` crate writes; what is written is decided here: files and folders
//! below the folder, each once, and nothing else. Releases of Zig have no links,
//! so there are none to follow.

use std::io::BufReader;
use std::path::{Component, Path};

use fs_err as fs;
use lzma_rust2::XzReader;
use tar::{Archive, EntryType};

use super::download::go_on;
use super::{Event, OnEvent, ZigError};

/// The largest dictionary of xz's presets is 64 MiB.
const DICTIONARY_LIMIT_KIB: u32 = 512 << 10;
const EVENTS_EVERY: u64 = 64;

/// Extracts a `.tar.xz` into the existing, empty `folder`. Messages name the
/// archive by its address.
pub fn unpack(
    archive: &Path,
    url: &str,
    folder: &Path,
    on_event: &mut OnEvent,
) -> Result<(), ZigError> {
    let failed = |source| ZigError::Archive {
        url: url.to_owned(),
        source,
    };
    let file = fs::File::open(archive).map_err(failed)?;
    let decompressed = XzReader::new_mem_limit(BufReader::new(file), true, DICTIONARY_LIMIT_KIB);
    let mut archive = Archive::new(decompressed);
    archive.set_overwrite(false);
    for (count, entry) in (1_u64..).zip(archive.entries().map_err(failed)?) {
        if count.is_multiple_of(EVENTS_EVERY) {
            go_on(on_event(Event::Extracting { entries: count }))?;
        }
        let mut entry = entry.map_err(failed)?;
        // Remarks about the archive, not content.
        if entry.header().entry_type() == EntryType::XGlobalHeader {
            continue;
        }
        let name = entry.path_bytes().into_owned();
        if let Some(problem) = problem(&name, entry.header().entry_type()) {
            return Err(ZigError::UnsafeEntry {
                url: url.to_owned(),
                entry: String::from_utf8_lossy(&name).chars().take(200).collect(),
                problem,
            });
        }
        entry.unpack_in(folder).map_err(failed)?;
    }
    Ok(())
}

/// What is wrong with an entry, if anything is.
fn problem(name: &[u8], kind: EntryType) -> Option<&'static str> {
    let plain = matches!(
        kind,
        EntryType::Directory | EntryType::Regular | EntryType::Continuous
    );
    if !plain {
        return Some("is neither a file nor a folder");
    }
    let Ok(text) = std::str::from_utf8(name) else {
        return Some("has a name that is not UTF-8");
    };
    if text.contains(['\\', ':', '\0']) {
        return Some("has a character that is special on some system");
    }
    Path::new(text)
        .components()
        .find_map(|component| match component {
            Component::Normal(_) | Component::CurDir => None,
            Component::ParentDir => Some("leads out of the folder"),
            Component::RootDir | Component::Prefix(_) => Some("is absolute"),
        })
}
