//! The end of the interpreter: once that has begun, threads that are not Python's own
//! would wait for it for ever, or be ended in the middle of Go. So nothing new is let
//! in, and what is inside gets some time to leave.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use pyo3::prelude::*;

static CLOSED: AtomicBool = AtomicBool::new(false);
/// How many threads of others are inside, or about to be.
static INSIDE: AtomicUsize = AtomicUsize::new(0);

/// How long those inside are waited for.
const PATIENCE: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(1);

/// Whether nobody is let in any more.
pub(super) fn is_closed() -> bool {
    CLOSED.load(Ordering::SeqCst)
}

/// Being inside.
pub(super) struct Pass(());

/// Lets a thread in; `None` at the end of the interpreter.
pub(super) fn enter() -> Option<Pass> {
    INSIDE.fetch_add(1, Ordering::SeqCst);
    let pass = Pass(());
    (!is_closed()).then_some(pass)
}

impl Drop for Pass {
    fn drop(&mut self) {
        INSIDE.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Lets nobody in any more, and waits for those inside.
#[pyfunction(name = "end_callbacks")]
pub(crate) fn close(py: Python<'_>) {
    CLOSED.store(true, Ordering::SeqCst);
    py.detach(|| {
        let begun = Instant::now();
        while INSIDE.load(Ordering::SeqCst) > 0 && begun.elapsed() < PATIENCE {
            std::thread::sleep(PAUSE);
        }
    });
}
