//! Locks between processes: one file per locked thing.
//!
//! The operating system lets go of a lock when its holder dies, however it
//! dies. The file's text says who holds it, for the message of those who wait.
//! The holder removes the file before letting go, so stores stay tidy; whoever
//! got hold of a removed file notices that and begins again.

use std::cell::RefCell;
use std::fmt;
use std::fs::TryLockError;
use std::io::{self, Seek, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fs_err as fs;

use super::StoreError;
use crate::engine::in_process::fork::ClosedInChildren;
use crate::manifest::regular;

const SHORTEST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

/// How often a lock's folder may disappear before its file is made.
const MOST_ATTEMPTS: u32 = 1000;

/// A lock held by this process until it is dropped.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    file: ClosedInChildren,
}

thread_local! {
    /// The locks that this thread holds: it can't wait for them.
    static MINE: RefCell<Vec<PathBuf>> = const { RefCell::new(Vec::new()) };
}

/// What is known while a lock is held by somebody else. Displays as a message.
#[derive(Debug)]
pub struct Waiting<'a> {
    /// The lock file.
    pub path: &'a Path,
    /// What the holder says about itself.
    pub holder: Option<String>,
    /// How long this has taken.
    pub elapsed: Duration,
}

impl fmt::Display for Waiting<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let holder = self.holder.as_deref().unwrap_or("another process");
        write!(f, "waiting for {holder} (lock {})", self.path.display())
    }
}

/// Called again and again while a lock is held by somebody else, at least five
/// times a second; breaking ends the wait with [`StoreError::Interrupted`].
pub type OnWait<'a> = dyn FnMut(&Waiting<'_>) -> ControlFlow<()> + 'a;

impl Lock {
    /// Waits for the lock at `path` and takes it. `purpose` says what for
    /// (`usegolib build example.com/mod@v1.2.3`), to those who wait for us.
    pub fn acquire(path: &Path, purpose: &str, on_wait: &mut OnWait) -> Result<Self, StoreError> {
        let start = Instant::now();
        let mut pause = SHORTEST_PAUSE;
        loop {
            if let Some(lock) = Self::try_acquire(path, purpose)? {
                return Ok(lock);
            }
            let waiting = Waiting {
                path,
                holder: holder(path),
                elapsed: start.elapsed(),
            };
            if MINE.with_borrow(|mine| mine.iter().any(|held| held == path)) {
                return Err(StoreError::OwnLock {
                    holder: waiting.holder.unwrap_or_default(),
                    path: path.to_owned(),
                });
            }
            if on_wait(&waiting).is_break() {
                return Err(StoreError::Interrupted {
                    path: path.to_owned(),
                });
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Takes the lock if nobody holds it.
    pub fn try_acquire(path: &Path, purpose: &str) -> Result<Option<Self>, StoreError> {
        loop {
            let file = open(path)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(source)) => return Err(StoreError::write(path)(source)),
            }
            if is_at(&file, path) {
                MINE.with_borrow_mut(|mine| mine.push(path.to_owned()));
                let mut lock = Self {
                    path: path.to_owned(),
                    file: ClosedInChildren::new(file),
                };
                // Without the text, those who wait learn less; the lock is as good.
                let _ = lock.describe(purpose);
                return Ok(Some(lock));
            }
        }
    }

    fn describe(&mut self, purpose: &str) -> io::Result<()> {
        let Some(file) = self.file.get() else {
            return Ok(());
        };
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "process {}: {purpose}", std::process::id())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        MINE.with_borrow_mut(|mine| mine.retain(|held| *held != self.path));
        let Some(file) = self.file.get() else {
            return;
        };
        // Elsewhere an open file can't be told from its successor at the same
        // path, so it has to stay.
        #[cfg(unix)]
        if is_at(file, &self.path) {
            let _ = fs::remove_file(&self.path);
        }
        // Not left to closing: a program that was just started may have the file
        // open as well.
        let _ = file.unlock();
    }
}

fn open(path: &Path) -> Result<fs::File, StoreError> {
    let mut attempts = 0;
    loop {
        attempts += 1;
        match open_once(path) {
            // The folder was empty and somebody removed it in between.
            Err(error)
                if attempts < MOST_ATTEMPTS
                    && matches!(
                        error.kind(),
                        io::ErrorKind::NotFound | io::ErrorKind::AlreadyExists
                    ) =>
            {
                std::thread::yield_now();
            }
            outcome => return outcome.map_err(StoreError::write(path)),
        }
    }
}

fn open_once(path: &Path) -> io::Result<fs::File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
}

/// Whether the open file is the one at `path`, not a removed predecessor.
#[cfg(unix)]
fn is_at(file: &fs::File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(held), Ok(current)) = (file.metadata(), fs::metadata(path)) else {
        return false;
    };
    held.dev() == current.dev() && held.ino() == current.ino()
}

#[cfg(not(unix))]
fn is_at(_file: &fs::File, _path: &Path) -> bool {
    true
}

fn holder(path: &Path) -> Option<String> {
    let text = regular::read_text(path, 512).ok()?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn never(_: &Waiting<'_>) -> ControlFlow<()> {
        panic!("nobody else holds the lock");
    }

    #[test]
    fn a_held_lock_is_not_taken_and_says_who_holds_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/er/.lock");
        let held = Lock::acquire(&path, "building a thing", &mut never).unwrap();
        assert!(Lock::try_acquire(&path, "other").unwrap().is_none());

        let mut messages = Vec::new();
        let outcome = std::thread::scope(|scope| {
            let other = scope.spawn(|| {
                Lock::acquire(&path, "other", &mut |waiting| {
                    messages.push(waiting.to_string());
                    if messages.len() == 3 {
                        ControlFlow::Break(())
                    } else {
                        ControlFlow::Continue(())
                    }
                })
            });
            other.join().unwrap()
        });
        assert!(matches!(outcome, Err(StoreError::Interrupted { .. })));
        let expected = format!("process {}: building a thing", std::process::id());
        assert!(messages[0].contains(&expected), "{messages:?}");
        drop(held);
        assert!(Lock::try_acquire(&path, "other").unwrap().is_some());
    }

    #[cfg(unix)]
    #[test]
    fn a_released_lock_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".lock");
        drop(Lock::acquire(&path, "x", &mut never).unwrap());
        assert!(!path.exists());
    }

    #[test]
    fn a_thread_does_not_wait_for_itself() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".lock");
        let held = Lock::acquire(&path, "building a thing", &mut never).unwrap();
        let error = Lock::acquire(&path, "other", &mut never).unwrap_err();
        assert!(error.to_string().contains("building a thing"), "{error}");
        drop(held);
        drop(Lock::acquire(&path, "other", &mut never).unwrap());
    }

    #[test]
    fn only_one_thread_is_inside_at_a_time_although_the_file_comes_and_goes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sub/.lock");
        let inside = AtomicU32::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..30 {
                        let lock =
                            Lock::acquire(&path, "x", &mut |_| ControlFlow::Continue(())).unwrap();
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                        std::thread::yield_now();
                        assert_eq!(inside.fetch_sub(1, Ordering::SeqCst), 1);
                        drop(lock);
                        let _ = fs::remove_dir(folder.path().join("sub"));
                    }
                });
            }
        });
    }
}
