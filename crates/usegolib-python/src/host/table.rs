//! The table of what Go holds of Python: slots with generations, as Go has them for
//! its own values.
//!
//! Go's collector gives slots back on threads of its own, which never wait for the
//! interpreter: what was in a slot is only put aside, and let go by whoever next
//! has the interpreter. The main thread is asked to, in case nobody comes by.

use std::ffi::{c_int, c_void};
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::ffi;
use pyo3::prelude::*;

use super::signature::Callee;
use crate::codec::{Kept, Offer};

/// A slot's number and generation, as Go knows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot(pub(crate) u64);

impl Slot {
    fn new(at: usize, generation: u32) -> Self {
        // There are never so many: `Table::free_place` sees to that.
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        Self(u64::from(at) | u64::from(generation) << 32)
    }

    fn at(self) -> usize {
        usize::try_from(self.0 & u64::from(u32::MAX)).unwrap_or(usize::MAX)
    }

    fn generation(self) -> u32 {
        u32::try_from(self.0 >> 32).unwrap_or_default()
    }
}

/// What is in a slot.
pub(super) enum Held {
    /// Something that Go calls.
    Callee(Py<PyAny>, Callee),
    /// An exception on its way through Go.
    Exception(Py<PyAny>),
    /// What an answer refers to.
    Answer(#[expect(dead_code, reason = "kept alive, never read")] Vec<Kept>),
}

/// A slot of the table.
#[derive(Default)]
struct Place {
    generation: u32,
    held: Option<Held>,
    /// Whether Go has it; until then whoever offered it does.
    is_kept: bool,
}

#[derive(Default)]
struct Table {
    places: Vec<Place>,
    free: Vec<usize>,
    /// What was in slots that were given back.
    dead: Vec<Held>,
}

static TABLE: Mutex<Table> = Mutex::new(Table {
    places: Vec::new(),
    free: Vec::new(),
    dead: Vec::new(),
});

/// Whether something is dead.
static ANY_DEAD: AtomicBool = AtomicBool::new(false);

fn table() -> MutexGuard<'static, Table> {
    TABLE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Table {
    fn add(&mut self, held: Held, is_kept: bool) -> Slot {
        let at = self.free.pop().unwrap_or(self.places.len());
        if at == self.places.len() {
            self.places.push(Place::default());
        }
        let place = &mut self.places[at];
        // None has generation 0, so that zeroed memory is no slot.
        place.generation = place.generation.max(1);
        place.held = Some(held);
        place.is_kept = is_kept;
        Slot::new(at, place.generation)
    }

    fn place(&mut self, slot: Slot) -> Option<&mut Place> {
        self.places
            .get_mut(slot.at())
            .filter(|place| place.generation == slot.generation() && place.held.is_some())
    }

    fn take(&mut self, slot: Slot) -> Option<Held> {
        let place = self.place(slot)?;
        let held = place.held.take();
        place.generation = place.generation.wrapping_add(1);
        // A slot whose generations are used up is not used again.
        if place.generation != 0 {
            self.free.push(slot.at());
        }
        held
    }
}

/// Puts a callable into a slot, which is Go's as soon as Go says so, and empty again
/// if the offer goes before.
pub(super) fn offer(value: &Bound<'_, PyAny>, callee: Callee) -> Offer {
    drain(value.py());
    let held = Held::Callee(value.clone().unbind(), callee);
    let slot = table().add(held, false);
    Offer {
        slot: slot.0,
        function: None,
        guard: Box::new(Offered(slot)),
    }
}

/// Puts an exception into a slot, likewise.
pub(crate) fn offer_exception(value: &Bound<'_, PyAny>) -> Offer {
    drain(value.py());
    let slot = table().add(Held::Exception(value.clone().unbind()), false);
    Offer {
        slot: slot.0,
        function: None,
        guard: Box::new(Offered(slot)),
    }
}

/// Puts something into a slot that Go is told of and gives back.
pub(super) fn hold(held: Held) -> Slot {
    table().add(held, true)
}

/// A slot that has been offered.
struct Offered(Slot);

impl Drop for Offered {
    fn drop(&mut self) {
        let mut table = table();
        let withdrawn = match table.place(self.0) {
            Some(place) if !place.is_kept => table.take(self.0),
            _ => None,
        };
        // Letting go of it may run Python code, which may come back here.
        mem::drop(table);
        mem::drop(withdrawn);
    }
}

/// Notes that Go has what is in a slot. False if there is nothing.
pub(super) fn keep(slot: Slot) -> bool {
    table().place(slot).is_some_and(|place| {
        place.is_kept = true;
        true
    })
}

/// Puts aside what is in a slot that Go has given back.
pub(super) fn release(slot: Slot) {
    let mut table = table();
    if let Some(held) = table.take(slot) {
        table.dead.push(held);
        if !ANY_DEAD.swap(true, Ordering::Relaxed) && !super::gate::is_closed() {
            // SAFETY: may be called on any thread. If there is no room, there is
            // other work for the main thread, and the next release asks again.
            if unsafe { ffi::Py_AddPendingCall(Some(bury), std::ptr::null_mut()) } != 0 {
                ANY_DEAD.store(false, Ordering::Relaxed);
            }
        }
    }
}

extern "C" fn bury(_: *mut c_void) -> c_int {
    Python::attach(drain);
    0
}

/// Lets go of what Go has given back.
pub(super) fn drain(_attached: Python<'_>) {
    if ANY_DEAD.load(Ordering::Relaxed) {
        ANY_DEAD.store(false, Ordering::Relaxed);
        let dead = mem::take(&mut table().dead);
        mem::drop(dead);
    }
}

/// The callable in a slot.
#[inline]
pub(super) fn callee(py: Python<'_>, slot: Slot) -> Option<(Bound<'_, PyAny>, Callee)> {
    match table().place(slot)?.held.as_ref()? {
        Held::Callee(value, callee) => Some((value.bind(py).clone(), *callee)),
        _ => None,
    }
}

/// The value in a slot: a callable, or an exception.
pub(crate) fn held(py: Python<'_>, slot: u64) -> Option<Bound<'_, PyAny>> {
    match table().place(Slot(slot))?.held.as_ref()? {
        Held::Callee(value, _) | Held::Exception(value) => Some(value.bind(py).clone()),
        Held::Answer(_) => None,
    }
}
