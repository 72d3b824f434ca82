//! Handles whose objects Python has collected. A finalizer may run at any
//! moment, in the middle of a call even, so it only queues the handle; the next
//! call to the library takes the queue along, in front of its request.

use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::wire::Handle;

/// The queue of one library.
#[derive(Debug, Default)]
pub(crate) struct Released {
    pending: AtomicBool,
    handles: Mutex<Vec<u64>>,
}

impl Released {
    /// Queues a handle.
    pub(crate) fn push(&self, handle: Handle) {
        self.lock().push(handle.packed());
        self.pending.store(true, Ordering::Release);
    }

    /// Whether there is something to give back.
    #[inline]
    pub(crate) fn is_pending(&self) -> bool {
        self.pending.load(Ordering::Relaxed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<u64>> {
        self.handles.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the queue into `closed`, which is empty.
    #[cold]
    pub(crate) fn take(&self, closed: &mut Vec<u64>) {
        let mut handles = self.lock();
        self.pending.store(false, Ordering::Relaxed);
        mem::swap(&mut *handles, closed);
    }

    /// Queues again what could not be sent.
    #[cold]
    pub(crate) fn put_back(&self, closed: &mut Vec<u64>) {
        self.lock().append(closed);
        self.pending.store(true, Ordering::Release);
    }
}
