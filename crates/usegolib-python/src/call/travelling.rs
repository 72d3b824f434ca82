//! Exceptions that stand for an error of Go's, on their way through Go.
//!
//! Where a callable raises a `GoError`, or the end of a file, Go goes on with the very
//! error that it stands for, which callers compare with theirs. Nothing of Python's is
//! in that, so the exception waits here, and comes out of the call that ends with the
//! error, as others do that Go carries.
//!
//! An exception belongs to the calls that were in progress on its thread when it was
//! raised. Those are the ones with frames above it on the stack, which grows downwards:
//! the place of a frame tells whether a call had begun before, and nothing is counted on
//! the way of calls that have nothing to do with this.

use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::exceptions::PyEOFError;
use pyo3::intern;
use pyo3::prelude::*;

use crate::exception::Exception;

/// An exception, and where on the stack it was raised.
struct Traveller {
    place: usize,
    exception: Py<PyAny>,
}

/// How many there may be on a thread; Go mostly returns what it was given last.
const MOST: usize = 16;

thread_local! {
    static HERE: RefCell<Vec<Traveller>> = const { RefCell::new(Vec::new()) };
}

/// How many there are on all threads.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Where the caller's frame is, about.
#[inline(never)]
pub(super) fn place() -> usize {
    let here = 0_u8;
    (&raw const here).addr()
}

/// Notes an exception that was raised on this thread, which is in a call.
pub(crate) fn depart(exception: &Bound<'_, PyAny>) {
    let traveller = Traveller {
        place: place(),
        exception: exception.clone().unbind(),
    };
    let _ = HERE.try_with(|here| {
        let mut here = here.borrow_mut();
        COUNT.fetch_add(1, Ordering::Relaxed);
        let oldest = (here.len() >= MOST).then(|| here.remove(0));
        here.push(traveller);
        drop(here);
        if oldest.is_some() {
            COUNT.fetch_sub(1, Ordering::Relaxed);
        }
    });
}

/// Lets go of what was raised in a call that has ended well.
#[inline(always)]
pub(super) fn forget() {
    if COUNT.load(Ordering::Relaxed) != 0 {
        drop(arrivals());
    }
}

/// The exceptions that were raised during a call that has ended, the last one first.
#[cold]
#[inline(never)]
fn arrivals() -> Vec<Py<PyAny>> {
    let end = place();
    let arrived = HERE.try_with(|here| {
        let mut here = here.borrow_mut();
        let (within, before) = here.drain(..).partition(|one| one.place < end);
        *here = before;
        within
    });
    let arrived: Vec<Traveller> = arrived.unwrap_or_default();
    COUNT.fetch_sub(arrived.len(), Ordering::Relaxed);
    arrived.into_iter().rev().map(|one| one.exception).collect()
}

/// The exception that a call ends with: the one that was raised in it, if the error that
/// Go returned is, or wraps, what that stands for.
#[inline]
pub(super) fn arrive(py: Python<'_>, error: PyErr) -> PyErr {
    if COUNT.load(Ordering::Relaxed) == 0 {
        return error;
    }
    arrived(py, &error).unwrap_or(error)
}

#[cold]
fn arrived(py: Python<'_>, error: &PyErr) -> Option<PyErr> {
    let waiting = arrivals();
    let class = Exception::Go.class(py).ok()?;
    let found = error.value(py);
    if !found.is_instance(class).ok()? {
        return None;
    }
    let is_end = found.is_instance_of::<PyEOFError>();
    waiting.into_iter().find_map(|one| {
        let one = one.into_bound(py);
        let is_it = if one.is_instance(class).ok()? {
            found
                .call_method1(intern!(py, "is_"), (&one,))
                .and_then(|is| is.is_truthy())
                .ok()?
        } else {
            is_end && one.is_instance_of::<PyEOFError>()
        };
        is_it.then(|| PyErr::from_value(one))
    })
}
