//! Who may import: one thread at a time, so that the second of two imports of
//! the same module finds it loaded.

use std::time::Duration;

use pyo3::prelude::*;
use usegolib::engine::in_process::fork;

/// How long a thread that waits sleeps before it looks again, and a signal
/// waits for its handler at most.
const PAUSE: Duration = Duration::from_millis(10);

static IMPORTING: fork::Lock = fork::Lock::new();

/// The right to import, until this is dropped.
pub(crate) type Importing = fork::Held<'static>;

/// Waits until no other thread imports. Python's signal handlers run meanwhile,
/// and what they raise ends the wait; one that runs while this thread is
/// building may import, too.
pub(crate) fn begin(py: Python<'_>) -> PyResult<Importing> {
    IMPORTING.acquire(|| {
        py.detach(|| std::thread::sleep(PAUSE));
        py.check_signals()
    })
}
