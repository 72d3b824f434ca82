//! Temporary folders that are removed also when their owner was killed: by the
//! next build. The owner holds a lock on a file in its folder, which the
//! operating system takes back with the process.

use std::fs::TryLockError;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fs_err as fs;
use tempfile::TempDir;

/// How the names of all these folders begin.
const PREFIX: &str = "usegolib-scratch-";
const OWNER_FILE: &str = ".owner";
/// A folder younger than this may be of a process that is about to lock it.
const SETTLED: Duration = Duration::from_secs(60);

/// A temporary folder of this process, removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Scratch {
    // Dropped first: what is open can't be removed everywhere.
    #[cfg_attr(not(test), expect(dead_code, reason = "open, it holds the lock"))]
    owner: fs::File,
    folder: TempDir,
}

impl Scratch {
    /// A new folder in the system's temporary folder, from which those of killed
    /// processes are removed.
    pub(crate) fn new() -> io::Result<Self> {
        let parent = std::env::temp_dir();
        sweep(&parent, SETTLED);
        Self::new_in(&parent)
    }

    fn new_in(parent: &Path) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent)?;
        let owner = fs::File::create_new(folder.path().join(OWNER_FILE))?;
        owner.lock()?;
        Ok(Self { owner, folder })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes the folders that nobody owns any more. What can't be looked at or
/// removed is somebody else's.
fn sweep(parent: &Path, settled: Duration) {
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(PREFIX.as_bytes()) {
            let _ = remove_abandoned(entry.path(), settled);
        }
    }
}

fn remove_abandoned(folder: PathBuf, settled: Duration) -> io::Result<()> {
    let file = folder.join(OWNER_FILE);
    let age = |path: &Path| Ok::<_, io::Error>(fs::metadata(path)?.modified()?.elapsed().ok());
    // A folder that was never locked is as old as itself.
    let marker = if file.exists() { &file } else { &folder };
    if age(marker)?.is_none_or(|age| age < settled) {
        return Ok(());
    }
    if file.exists() {
        let owner = fs::File::open(&file)?;
        match owner.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    fs::remove_dir_all(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_abandoned_folders_are_removed() {
        let parent = tempfile::tempdir().unwrap();
        let owned = Scratch::new_in(parent.path()).unwrap();
        let abandoned = Scratch::new_in(parent.path()).unwrap();
        let left = abandoned.path().to_owned();
        fs::write(left.join("file"), "text").unwrap();
        // As a killed process leaves it: there, and not locked.
        let Scratch { owner, folder } = abandoned;
        drop(owner);
        let _ = folder.keep();
        let never_locked = parent.path().join(format!("{PREFIX}x"));
        fs::create_dir(&never_locked).unwrap();
        let other = parent.path().join("other");
        fs::create_dir(&other).unwrap();

        sweep(parent.path(), SETTLED);
        assert!(left.exists() && never_locked.exists());
        sweep(parent.path(), Duration::ZERO);
        assert!(!left.exists() && !never_locked.exists());
        assert!(owned.path().exists() && other.exists());
        let owned_path = owned.path().to_owned();
        drop(owned);
        assert!(!owned_path.exists());
    }
}
