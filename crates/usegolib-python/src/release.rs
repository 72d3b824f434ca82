//! Handles whose objects Python has collected. A finalizer may run at any
//! moment, in the middle of a call even, so it only queues the handle; the next
//! call to the library gives the queue back to Go.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;

use crate::builtin;
use crate::codec::Handle;
use crate::module::LoadedModule;

/// The queue of one library.
#[derive(Debug, Default)]
pub(crate) struct Released {
    pending: AtomicBool,
    handles: Mutex<Vec<u64>>,
}

impl Released {
    /// Queues a handle.
    pub(crate) fn push(&self, handle: Handle) {
        let packed = u64::from(handle.slot) | u64::from(handle.generation) << 32;
        self.lock().push(packed);
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

    fn drain(&self) -> Vec<u64> {
        self.pending.store(false, Ordering::Relaxed);
        std::mem::take(&mut *self.lock())
    }
}

/// Gives the queued handles of `module` back to Go.
#[cold]
pub(crate) fn release(py: Python<'_>, module: &'static LoadedModule) -> PyResult<()> {
    let handles = module.released.drain();
    if handles.is_empty() {
        return Ok(());
    }
    builtin::release(py, module, &handles)
}
