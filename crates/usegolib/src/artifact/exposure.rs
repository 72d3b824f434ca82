//! Whether others may put a library of theirs in place of an artifact's: its
//! manifest and its digest are in the same folder, so whoever may write there
//! decides what this process runs.

use std::fmt;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::{Artifact, Store};

/// A file or folder of the store that somebody else may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    path: PathBuf,
    to: &'static str,
}

impl fmt::Display for Exposure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} can be written to by {}, who can have this process run any code: \
             `chmod go-w` it, or choose an artifact root of your own",
            self.path.display(),
            self.to
        )
    }
}

impl Exposure {
    fn of(path: &Path, me: (u32, u32)) -> Option<Self> {
        let metadata = fs::symlink_metadata(path).ok()?;
        let to = exposed_to(&metadata, me)?;
        let path = path.to_owned();
        Some(Self { path, to })
    }
}

/// Who but this user, the administrator and the user's own group may write.
fn exposed_to(metadata: &Metadata, (user, group): (u32, u32)) -> Option<&'static str> {
    const OF_GROUP: u32 = 0o020;
    const OF_ALL: u32 = 0o002;
    /// In a folder: everyone may add entries, and change none but their own.
    const STICKY: u32 = 0o1000;
    if metadata.is_symlink() {
        return None;
    }
    let mode = metadata.mode();
    let is_sticky = metadata.is_dir() && mode & STICKY != 0;
    if mode & OF_ALL != 0 && !is_sticky {
        return Some("everyone");
    }
    let is_foreign_group = metadata.gid() != 0 && metadata.gid() != group;
    if mode & OF_GROUP != 0 && !is_sticky && is_foreign_group {
        return Some("its group");
    }
    // The administrator of a container is not that of the files it is given.
    if user != 0 && metadata.uid() != user && metadata.uid() != 0 {
        return Some("its owner");
    }
    None
}

impl Store {
    /// What of an artifact others may write to: the folders from the root down
    /// to its own, and what is in there.
    pub fn exposure(&self, artifact: &Artifact, library: &Path) -> Option<Exposure> {
        let me = (
            rustix::process::geteuid().as_raw(),
            rustix::process::getegid().as_raw(),
        );
        let folders = artifact.folder.ancestors();
        let folders = folders.take_while(|folder| folder.starts_with(self.root()));
        let folders: Vec<_> = folders.collect();
        let manifest = artifact.manifest_path();
        folders
            .into_iter()
            .rev()
            .chain([manifest.as_path(), library])
            .find_map(|path| Exposure::of(path, me))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_everyone_may_write_to_is_exposed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let mode = |path: &Path, mode: u32| {
            fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
            let metadata = fs::metadata(path).unwrap();
            let me = (metadata.uid(), metadata.gid());
            exposed_to(&metadata, me)
        };
        for safe in [0o755, 0o700, 0o775, 0o1777] {
            assert_eq!(mode(folder.path(), safe), None, "{safe:o}");
        }
        assert_eq!(mode(folder.path(), 0o777), Some("everyone"));
        assert_eq!(mode(&file, 0o666), Some("everyone"));
        assert_eq!(mode(&file, 0o644), None);
    }

    #[test]
    fn other_owners_and_groups_are_others() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o775)).unwrap();
        let metadata = fs::metadata(folder.path()).unwrap();
        let (owner, group) = (metadata.uid(), metadata.gid());
        assert_eq!(exposed_to(&metadata, (owner, group)), None);
        if group != 0 {
            assert_eq!(exposed_to(&metadata, (owner, group + 1)), Some("its group"));
        }
        if owner != 0 {
            assert_eq!(exposed_to(&metadata, (owner + 1, group)), Some("its owner"));
        }
    }
}
