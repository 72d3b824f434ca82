//! Handles whose objects Python has collected. A finalizer may run at any
//! moment, in the middle of a call even, so it only queues the handle; the next
//! call to the library gives the queue back to Go.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;
use usegolib::schema::shape::Number;

use crate::builtin;
use crate::codec::{EncodeError, Handle, Request};
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
        self.lock().push(pack(handle));
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

    /// Moves the queue into a request, as packed numbers.
    fn write(&self, request: &mut Request<'_>) -> Result<(), EncodeError> {
        let mut handles = self.lock();
        self.pending.store(false, Ordering::Relaxed);
        write(request, &handles)?;
        handles.clear();
        Ok(())
    }
}

fn write(request: &mut Request<'_>, handles: &[u64]) -> Result<(), EncodeError> {
    request.numbers_header(Number::Uint64 as u8, size_of_val(handles))?;
    for handle in handles {
        request.raw(&handle.to_le_bytes());
    }
    Ok(())
}

fn pack(handle: Handle) -> u64 {
    u64::from(handle.slot) | u64::from(handle.generation) << 32
}

/// Gives the queued handles of `module` back to Go.
#[cold]
pub(crate) fn release(py: Python<'_>, module: &'static LoadedModule) -> PyResult<()> {
    // The call looks at the queue, too, and must find nothing to do.
    module.released.pending.store(false, Ordering::Relaxed);
    builtin::release(py, module, |request| module.released.write(request))
}

/// Gives one handle back to Go.
pub(crate) fn release_one(
    py: Python<'_>,
    module: &'static LoadedModule,
    handle: Handle,
) -> PyResult<()> {
    builtin::release(py, module, |request| write(request, &[pack(handle)]))
}
