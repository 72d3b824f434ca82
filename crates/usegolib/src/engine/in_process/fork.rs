//! Forks: a child has Go's memory but none of its threads, so anything that
//! needs the scheduler would hang there, silently. A child is told apart by its
//! generation, which a fork handler counts.
//!
//! Locks have the same trouble: what another thread held when the process was
//! forked is held for ever in the child. A [`Lock`] knows the generation of
//! its holder, and one that is of another process holds nothing.

use std::convert::Infallible;
use std::mem::ManuallyDrop;
use std::os::fd::AsRawFd;
use std::sync::Once;
use std::sync::atomic::{AtomicI32, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

/// How long one who waits for a lock sleeps before looking again.
const PAUSE: Duration = Duration::from_millis(1);

static GENERATION: AtomicU32 = AtomicU32::new(0);

/// How many forks lie between this process and the one that started watching.
#[inline]
pub fn generation() -> u32 {
    GENERATION.load(Ordering::Relaxed)
}

/// Starts counting forks; once is enough.
pub(super) fn watch() {
    static WATCH: Once = Once::new();
    WATCH.call_once(|| {
        // SAFETY: the handler only adds to an atomic, which is
        // async-signal-safe, and lives as long as the process.
        let status = unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
        // It fails for want of memory only, where a Rust program aborts.
        assert_eq!(status, 0, "pthread_atfork failed");
    });
}

unsafe extern "C" fn in_child() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
    for slot in &CLOSED_IN_CHILDREN {
        let file = slot.swap(NO_FILE, Ordering::Relaxed);
        if file != NO_FILE {
            // SAFETY: async-signal-safe; who has the file open as a `File` looks at
            // the generation before using or closing it (`ClosedInChildren`).
            unsafe { libc::close(file) };
        }
    }
}

/// The descriptors that children close. A fixed number: a fork handler can
/// neither wait for a lock nor read a list that is being changed.
static CLOSED_IN_CHILDREN: [AtomicI32; 64] = [const { AtomicI32::new(NO_FILE) }; 64];
const NO_FILE: i32 = -1;

/// An open file that children of this process don't have: what it locks is not
/// locked by them, too, when this process ends. (One of more than 64 files at
/// once is as usual.)
#[derive(Debug)]
pub struct ClosedInChildren {
    /// Only taken when this is dropped.
    file: ManuallyDrop<fs_err::File>,
    slot: Option<&'static AtomicI32>,
    generation: u32,
}

impl ClosedInChildren {
    /// Has children close the file, from now on.
    pub fn new(file: fs_err::File) -> Self {
        watch();
        let descriptor = file.as_raw_fd();
        let free = |slot: &&AtomicI32| {
            let taken =
                slot.compare_exchange(NO_FILE, descriptor, Ordering::Relaxed, Ordering::Relaxed);
            taken.is_ok()
        };
        Self {
            slot: CLOSED_IN_CHILDREN.iter().find(free),
            file: ManuallyDrop::new(file),
            generation: generation(),
        }
    }

    /// The file, but in a child.
    pub fn get(&mut self) -> Option<&mut fs_err::File> {
        (self.generation == generation()).then_some(&mut *self.file)
    }
}

impl Drop for ClosedInChildren {
    fn drop(&mut self) {
        if self.generation != generation() {
            // The descriptor is closed, and may be another file's by now.
            return;
        }
        if let Some(slot) = self.slot {
            slot.store(NO_FILE, Ordering::Relaxed);
        }
        // SAFETY: taken here only, and never used again.
        drop(unsafe { ManuallyDrop::take(&mut self.file) });
    }
}

/// A thread of a process: told from every other one, also from the thread of
/// the parent process that it continues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thread(u64);

impl Thread {
    /// The calling one.
    pub fn current() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(1);
        thread_local! {
            static NUMBER: u32 = COUNT.fetch_add(1, Ordering::Relaxed);
        }
        watch();
        Self((u64::from(generation()) << 32) | NUMBER.with(|number| u64::from(*number)))
    }

    /// Whether it is of this process.
    pub fn is_here(self) -> bool {
        self.0 >> 32 == u64::from(generation())
    }
}

/// A lock among the threads of a process, which a fork lets go of in the child.
/// It is for what happens seldom: those who wait look again from time to time.
#[derive(Debug, Default)]
pub struct Lock(AtomicU64);

/// The right to what a [`Lock`] guards, until this is dropped.
#[derive(Debug)]
#[must_use = "a lock is let go of at once"]
pub struct Held<'a> {
    lock: &'a Lock,
    /// `None` where an outer frame of the same thread lets go.
    thread: Option<Thread>,
}

impl Lock {
    /// A lock that nobody holds.
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Takes the lock, calling `wait` as long as another thread has it. A thread
    /// that has it already (in the frame that a signal handler interrupted) has it
    /// a second time: it could not wait for itself.
    pub fn acquire<E>(&self, mut wait: impl FnMut() -> Result<(), E>) -> Result<Held<'_>, E> {
        let me = Thread::current();
        loop {
            let holder = Thread(self.0.load(Ordering::Relaxed));
            if holder == me {
                return Ok(Held {
                    lock: self,
                    thread: None,
                });
            }
            if (holder == NOBODY || !holder.is_here()) && self.replace(holder, me) {
                return Ok(Held {
                    lock: self,
                    thread: Some(me),
                });
            }
            wait()?;
        }
    }

    /// Takes the lock, however long that takes.
    pub fn wait(&self) -> Held<'_> {
        let acquired = self.acquire(|| -> Result<(), Infallible> {
            std::thread::sleep(PAUSE);
            Ok(())
        });
        match acquired {
            Ok(held) => held,
            Err(never) => match never {},
        }
    }

    /// Takes the lock if no other thread has it.
    pub fn try_acquire(&self) -> Option<Held<'_>> {
        self.acquire(|| Err(())).ok()
    }

    fn replace(&self, from: Thread, to: Thread) -> bool {
        self.0
            .compare_exchange(from.0, to.0, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
    }
}

const NOBODY: Thread = Thread(0);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if let Some(thread) = self.thread {
            // Fails in a child, where the lock may be another thread's by now.
            let _ = self.lock.0.compare_exchange(
                thread.0,
                NOBODY.0,
                Ordering::Release,
                Ordering::Relaxed,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs `child` in a child process; whether it returned true.
    fn in_a_child(child: impl FnOnce() -> bool) -> bool {
        // SAFETY: the child only looks at atomics and exits.
        let status = unsafe {
            let process = libc::fork();
            if process == 0 {
                libc::_exit(i32::from(!child()));
            }
            let mut status = 0;
            libc::waitpid(process, &raw mut status, 0);
            status
        };
        libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0
    }

    #[test]
    fn a_child_is_of_another_generation() {
        watch();
        let before = generation();
        assert!(in_a_child(|| generation() != before));
        assert_eq!(generation(), before);
    }

    #[test]
    fn a_child_does_not_hold_the_locks_of_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let mut file = ClosedInChildren::new(fs_err::File::create(&path).unwrap());
        file.get().unwrap().lock().unwrap();
        let descriptor = file.get().unwrap().as_raw_fd();
        assert!(in_a_child(|| {
            // SAFETY: asks only.
            let closed = unsafe { libc::fcntl(descriptor, libc::F_GETFD) } == -1;
            closed && file.get().is_none()
        }));
        assert!(file.get().is_some());
    }

    #[test]
    fn one_thread_at_a_time_has_a_lock_and_that_one_twice() {
        static LOCK: Lock = Lock::new();
        let mine = LOCK.wait();
        let again = LOCK.wait();
        drop(again);
        let other = std::thread::spawn(|| {
            let mut waited = false;
            let taken = LOCK.acquire(|| {
                waited = true;
                Err(())
            });
            taken.is_err() && waited
        });
        assert!(other.join().unwrap(), "the second drop let go of it");
        drop(mine);
        let other = std::thread::spawn(|| LOCK.try_acquire().is_some());
        assert!(other.join().unwrap());
    }

    #[test]
    fn what_another_thread_held_at_a_fork_is_free_in_the_child() {
        static LOCK: Lock = Lock::new();
        let (locked, is_locked) = std::sync::mpsc::channel();
        let (done, is_done) = std::sync::mpsc::channel::<()>();
        let holder = std::thread::spawn(move || {
            let held = LOCK.wait();
            locked.send(()).unwrap();
            let _ = is_done.recv();
            drop(held);
        });
        is_locked.recv().unwrap();
        watch();
        assert!(LOCK.try_acquire().is_none());
        assert!(in_a_child(|| LOCK.try_acquire().is_some()));
        drop(done);
        holder.join().unwrap();
    }
}
