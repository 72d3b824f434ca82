//! The table of what Go holds of Python: slots with generations, as Go has them for
//! its own values.
//!
//! Go's collector gives slots back on threads of its own, which never wait for the
//! interpreter: what was in a slot is only put aside, and let go by whoever next
//! has the interpreter. The main thread is asked to, in case nobody comes by.

use std::collections::HashMap;
use std::ffi::{c_int, c_void};
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::ffi;
use pyo3::prelude::*;

use super::object::Interface;
use super::signature::Callee;
use crate::codec::{Kept, Offer};
use crate::cpython::entry::announced;

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
    /// The same for what stands for what was given, which comes back from Go.
    StandIn {
        callee: (Py<PyAny>, Callee),
        given: Py<PyAny>,
    },
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
    /// How many have it: each offer, until its message has been dealt with, and each
    /// value of Go's that was made of it.
    holders: usize,
    /// What it is found by to be offered again.
    key: Option<Key>,
}

/// An object and the interface that it is given as, by where they are.
type Key = (usize, usize);

#[derive(Default)]
struct Table {
    places: Vec<Place>,
    /// The slots of objects that Go has as interfaces.
    objects: Option<HashMap<Key, Slot>>,
    free: Vec<usize>,
    /// What was in slots that were given back.
    dead: Vec<Held>,
}

static TABLE: Mutex<Table> = Mutex::new(Table {
    places: Vec::new(),
    objects: None,
    free: Vec::new(),
    dead: Vec::new(),
});

/// Whether something is dead.
static ANY_DEAD: AtomicBool = AtomicBool::new(false);

fn table() -> MutexGuard<'static, Table> {
    TABLE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Table {
    /// Puts something into a slot, which one has.
    fn add(&mut self, held: Held, key: Option<Key>) -> Slot {
        let at = self.free.pop().unwrap_or(self.places.len());
        if at == self.places.len() {
            self.places.push(Place::default());
        }
        let place = &mut self.places[at];
        // None has generation 0, so that zeroed memory is no slot.
        place.generation = place.generation.max(1);
        place.held = Some(held);
        place.holders = 1;
        place.key = key;
        let slot = Slot::new(at, place.generation);
        if let Some(key) = key {
            self.objects.get_or_insert_default().insert(key, slot);
        }
        slot
    }

    fn place(&mut self, slot: Slot) -> Option<&mut Place> {
        self.places
            .get_mut(slot.at())
            .filter(|place| place.generation == slot.generation() && place.held.is_some())
    }

    /// Has one less hold what is in a slot: returns it if that was the last one.
    fn give_up(&mut self, slot: Slot) -> Option<Held> {
        let place = self.place(slot)?;
        place.holders -= 1;
        if place.holders > 0 {
            return None;
        }
        let (held, key) = (place.held.take(), place.key.take());
        place.generation = place.generation.wrapping_add(1);
        // A slot whose generations are used up is not used again.
        if place.generation != 0 {
            self.free.push(slot.at());
        }
        if let (Some(key), Some(objects)) = (key, &mut self.objects) {
            objects.remove(&key);
        }
        held
    }
}

/// Puts a callable into a slot, which is empty again when the offer goes, unless Go has
/// said that it has it.
pub(super) fn offer(value: &Bound<'_, PyAny>, callee: Callee) -> Offer {
    add(
        value.py(),
        Held::Callee(value.clone().unbind(), callee),
        None,
    )
}

/// The same for what stands for a value that was given.
pub(super) fn offer_stand_in(
    value: &Bound<'_, PyAny>,
    given: &Bound<'_, PyAny>,
    callee: Callee,
) -> Offer {
    let held = Held::StandIn {
        callee: (value.clone().unbind(), callee),
        given: given.clone().unbind(),
    };
    add(value.py(), held, key_of(given, callee))
}

/// The same for an object that is given as an interface.
pub(super) fn offer_object(value: &Bound<'_, PyAny>, callee: Callee) -> Offer {
    let held = Held::Callee(value.clone().unbind(), callee);
    add(value.py(), held, key_of(value, callee))
}

/// Offers an object again that Go has as the same interface: it is the same value there.
/// What stands for it is told, if something does.
pub(super) fn offer_again(
    value: &Bound<'_, PyAny>,
    callee: Callee,
) -> Option<(Offer, Option<Py<PyAny>>)> {
    let key = key_of(value, callee)?;
    let mut table = table();
    let slot = *table.objects.as_ref()?.get(&key)?;
    let place = table.place(slot)?;
    place.holders += 1;
    let stand_in = match &place.held {
        Some(Held::StandIn { callee, .. }) => Some(callee.0.clone_ref(value.py())),
        _ => None,
    };
    Some((offered(slot), stand_in))
}

fn key_of(value: &Bound<'_, PyAny>, callee: Callee) -> Option<Key> {
    let interface = callee.interface()?;
    Some((value.as_ptr().addr(), std::ptr::from_ref(interface).addr()))
}

fn add(py: Python<'_>, held: Held, key: Option<Key>) -> Offer {
    drain(py);
    let slot = table().add(held, key);
    offered(slot)
}

fn offered(slot: Slot) -> Offer {
    Offer {
        slot: slot.0,
        function: None,
        guard: Box::new(Offered(slot)),
    }
}

/// Puts an exception into a slot, likewise.
pub(crate) fn offer_exception(value: &Bound<'_, PyAny>) -> Offer {
    add(value.py(), Held::Exception(value.clone().unbind()), None)
}

/// Puts something into a slot that Go is told of and gives back.
pub(super) fn hold(held: Held) -> Slot {
    table().add(held, None)
}

/// A slot that has been offered.
struct Offered(Slot);

impl Drop for Offered {
    fn drop(&mut self) {
        let mut table = table();
        let withdrawn = table.give_up(self.0);
        // Letting go of it may run Python code, which may come back here.
        mem::drop(table);
        mem::drop(withdrawn);
    }
}

/// Notes that Go has what is in a slot. False if there is nothing.
pub(super) fn keep(slot: Slot) -> bool {
    table().place(slot).is_some_and(|place| {
        place.holders += 1;
        true
    })
}

/// Puts aside what is in a slot that Go has given back.
pub(super) fn release(slot: Slot) {
    let mut table = table();
    if let Some(held) = table.give_up(slot) {
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
    // SAFETY: the interpreter calls it.
    unsafe { announced(drain) };
    0
}

/// Lets go of what Go has given back.
#[inline]
pub(super) fn drain(attached: Python<'_>) {
    if ANY_DEAD.load(Ordering::Relaxed) {
        let_go(attached);
    }
}

#[cold]
fn let_go(_attached: Python<'_>) {
    ANY_DEAD.store(false, Ordering::Relaxed);
    let dead = mem::take(&mut table().dead);
    mem::drop(dead);
}

/// The callable in a slot.
#[inline]
pub(super) fn callee(py: Python<'_>, slot: Slot) -> Option<(Bound<'_, PyAny>, Callee)> {
    match table().place(slot)?.held.as_ref()? {
        Held::Callee(value, callee)
        | Held::StandIn {
            callee: (value, callee),
            ..
        } => Some((value.bind(py).clone(), *callee)),
        _ => None,
    }
}

/// The value in a slot: a callable, what stands for one, or an exception.
pub(crate) fn held(py: Python<'_>, slot: u64) -> Option<Bound<'_, PyAny>> {
    match table().place(Slot(slot))?.held.as_ref()? {
        // A file comes with Go's methods, which Python's callables call on what Go gives them.
        Held::Callee(value, _)
        | Held::Exception(value)
        | Held::StandIn {
            callee: (value, Callee::Object(_)),
            ..
        } => Some(value.bind(py).clone()),
        Held::StandIn { given, .. } => Some(given.bind(py).clone()),
        Held::Answer(_) => None,
    }
}

/// The interface as which Go has what is in a slot, if it is an object.
pub(super) fn interface(slot: u64) -> Option<&'static Interface> {
    match table().place(Slot(slot))?.held.as_ref()? {
        Held::Callee(_, callee)
        | Held::StandIn {
            callee: (_, callee),
            ..
        } => callee.interface(),
        _ => None,
    }
}
