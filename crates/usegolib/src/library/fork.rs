//! Forks: a child has Go's memory but none of its threads, so anything that
//! needs the scheduler would hang there, silently. A child is told apart by its
//! generation, which a fork handler counts.

use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

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
}

#[cfg(test)]
mod tests {
    use super::{generation, watch};

    #[test]
    fn a_child_is_of_another_generation() {
        watch();
        let before = generation();
        // SAFETY: the child only compares two numbers and exits.
        let status = unsafe {
            let child = libc::fork();
            if child == 0 {
                libc::_exit(i32::from(generation() == before));
            }
            let mut status = 0;
            libc::waitpid(child, &raw mut status, 0);
            status
        };
        assert_eq!(libc::WEXITSTATUS(status), 0);
        assert_eq!(generation(), before);
    }
}
