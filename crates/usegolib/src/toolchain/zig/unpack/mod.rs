//! Extracting archives whose content is not trusted.
//!
//! Both formats are turned into a stream of [`Entry`]s, and [`Extraction`] alone
//! writes: only into its folder, only files, folders and links that stay inside,
//! never through a link, never over something that is there, never more than a
//! limit.

mod extraction;
mod tar;
mod zip;

use std::ffi::OsStr;
use std::path::Path;

use self::extraction::Extraction;
use super::{OnEvent, ZigError};

/// Extracts `archive` into the existing, empty `folder`. The archive's kind
/// follows from its address (`.zip`, else `.tar.xz`), which is also what
/// messages name.
pub fn unpack(
    archive: &Path,
    url: &str,
    folder: &Path,
    on_event: &mut OnEvent,
) -> Result<(), ZigError> {
    let extraction = Extraction::new(url, folder, on_event);
    if Path::new(url).extension() == Some(OsStr::new("zip")) {
        zip::unpack(archive, extraction)
    } else {
        tar::unpack(archive, extraction)
    }
}
