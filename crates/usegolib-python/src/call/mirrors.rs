//! Dicts that methods of Python's returned where Go wants a map, on this thread.
//!
//! A method that returns the same dict again returns the same Go map again, and what Go
//! makes of that is in the dict when Python goes on (`usegolib._mirror`). A dict has
//! its map until the call ends in which it was returned: the one whose frame is next
//! above on the stack, as with exceptions (`travelling`).

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::intern;
use pyo3::prelude::*;

use super::travelling::place;

struct Mirror {
    place: usize,
    original: Py<PyAny>,
    /// The dict and the map.
    pair: Py<PyAny>,
}

thread_local! {
    static HERE: RefCell<Vec<Mirror>> = const { RefCell::new(Vec::new()) };
    /// Whether dicts and maps are being compared, which takes calls.
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

/// How many there are on all threads.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Whether there are any, on whatever thread.
#[inline(always)]
pub(crate) fn any() -> bool {
    COUNT.load(Ordering::Relaxed) != 0
}

/// The reference to the Go map of a dict that is returned to Go; `make` makes one with
/// its content.
#[cold]
pub(crate) fn live<'py>(
    original: &Bound<'py, PyAny>,
    make: impl FnOnce() -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = original.py();
    let found = HERE.with_borrow(|here| {
        let mut mirrors = here.iter();
        let found = mirrors.find(|one| one.original.is(original))?;
        Some(found.pair.bind(py).clone())
    });
    if let Some(pair) = found {
        return pair.getattr(intern!(py, "live"));
    }
    let outcome = alone(|| {
        let mirrors = py.import("usegolib._mirror")?;
        mirrors.getattr("Mirror")?.call1((original, make()?))
    });
    let pair = outcome.unwrap_or_else(|| Err(nested()))?;
    COUNT.fetch_add(1, Ordering::Relaxed);
    HERE.with_borrow_mut(|here| {
        here.push(Mirror {
            place: place(),
            original: original.clone().unbind(),
            pair: pair.clone().unbind(),
        });
    });
    pair.getattr(intern!(py, "live"))
}

/// Runs what takes calls of its own; `None` within itself.
fn alone<T>(body: impl FnOnce() -> T) -> Option<T> {
    if BUSY.replace(true) {
        return None;
    }
    let done = body();
    BUSY.set(false);
    Some(done)
}

#[cold]
fn nested() -> PyErr {
    pyo3::exceptions::PyRuntimeError::new_err("a map's content calls for a map")
}

/// Has the dicts of this thread hold what Go made of them: Python goes on.
#[cold]
#[inline(never)]
pub(crate) fn pull(py: Python<'_>) -> PyResult<()> {
    each(py, "pull")
}

/// Has Go's maps hold what Python made of the dicts of this thread: Go goes on.
#[cold]
#[inline(never)]
pub(crate) fn push(py: Python<'_>) -> PyResult<()> {
    each(py, "push")
}

/// Does what has to be done when a call has ended on this thread: the dicts hold what
/// Go made of them, and those that were returned in it have no map any more.
#[cold]
#[inline(never)]
pub(super) fn settle(py: Python<'_>) -> PyResult<()> {
    let end = place();
    if BUSY.get() {
        return Ok(());
    }
    let outcome = pull(py);
    let over = HERE.with_borrow_mut(|here| {
        let (over, open): (Vec<_>, _) = here.drain(..).partition(|one| one.place < end);
        *here = open;
        over
    });
    COUNT.fetch_sub(over.len(), Ordering::Relaxed);
    outcome
}

fn each(py: Python<'_>, what: &str) -> PyResult<()> {
    let pairs: Vec<_> = HERE.with_borrow(|here| {
        let mirrors = here.iter();
        mirrors.map(|one| one.pair.bind(py).clone()).collect()
    });
    if pairs.is_empty() {
        return Ok(());
    }
    let body = || {
        pairs
            .iter()
            .try_for_each(|pair| pair.call_method0(what).map(drop))
    };
    alone(body).unwrap_or(Ok(()))
}
