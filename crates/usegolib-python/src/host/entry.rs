//! The host's entry point (docs/abi.md, The host): where Go calls Python, on
//! whatever thread.

use std::cell::Cell;

use pyo3::ffi;
use pyo3::prelude::*;
use usegolib::engine::in_process::fork;
use usegolib::schema::protocol::HostOperation;

use super::table::Slot;
use super::{answer, gate, table};
use crate::call::mirrors;
use crate::cpython::entry::announced;

const CALL: u64 = HostOperation::Call.number();
const KEEP: u64 = HostOperation::Keep.number();
const RELEASE: u64 = HostOperation::Release.number();
const REPORT: u64 = HostOperation::Report.number();
const ITERATE: u64 = HostOperation::Iterate.number();
const NEXT: u64 = HostOperation::Next.number();
const STOP: u64 = HostOperation::Stop.number();
const METHODS: u64 = HostOperation::Methods.number();

/// The address of the entry point, for `usegolib_init`.
pub(crate) fn address() -> usize {
    enter as *const () as usize
}

/// Does what Go asks with what is in a slot.
///
/// # Safety
/// As docs/abi.md says of the host's entry point: the buffers are of the given
/// lengths, and stay during the call.
unsafe extern "C" fn enter(
    slot: u64,
    operation: u64,
    request: *const u8,
    request_length: u64,
    response: *mut u8,
    response_capacity: u64,
    overflow: *mut u64,
) -> u64 {
    let slot = Slot(slot);
    match operation {
        KEEP => return u64::from(table::keep(slot)),
        RELEASE => {
            table::release(slot);
            return 0;
        }
        _ => {}
    }
    let request = if request_length == 0 {
        &[]
    } else {
        // SAFETY: as the caller says.
        unsafe { std::slice::from_raw_parts(request, usize::try_from(request_length).unwrap_or(0)) }
    };
    let mut answer = SPARE.try_with(Cell::take).unwrap_or_default();
    answer.clear();
    let attached = attached(|py| {
        if mirrors::any() && operation != REPORT {
            report(py, mirrors::pull(py));
        }
        match operation {
            CALL => answer::call(py, slot, None, request, &mut answer),
            METHODS.. => answer::call(py, slot, Some(operation - METHODS), request, &mut answer),
            ITERATE => answer::iterate(py, slot, &mut answer),
            NEXT => answer::next(py, slot, &mut answer),
            STOP => answer::stop(py, slot, &mut answer),
            REPORT => answer::report(py, slot, request),
            _ => {}
        }
        if mirrors::any() && operation != REPORT {
            report(py, mirrors::push(py));
        }
    });
    if !attached {
        answer::refuse(&mut answer);
    }
    let length = answer.len();
    if length as u64 <= response_capacity {
        // SAFETY: it fits.
        unsafe { std::ptr::copy_nonoverlapping(answer.as_ptr(), response, length) };
    } else {
        // SAFETY: plain allocation, which Go frees.
        let block = unsafe { libc::malloc(length) }.cast::<u8>();
        if block.is_null() {
            return 0;
        }
        // SAFETY: the block is of that length; the place is the caller's.
        unsafe {
            std::ptr::copy_nonoverlapping(answer.as_ptr(), block, length);
            *overflow = block.expose_provenance() as u64;
        }
    }
    if answer.capacity() <= LARGEST_KEPT {
        let _ = SPARE.try_with(|spare| spare.set(answer));
    }
    length as u64
}

/// An answer of more than this is not kept, in bytes.
const LARGEST_KEPT: usize = 1 << 20;

thread_local! {
    /// The thread's space for an answer, while it gives none.
    static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Runs `body` with the interpreter. False, and nothing is run, if that is ending.
///
/// A thread that Python knows has a state: it is one of Python's, inside a call of
/// Go's, or it was here before. Another one gets a state, which it keeps: making one
/// costs microseconds.
#[inline]
fn attached(body: impl FnOnce(Python<'_>)) -> bool {
    // SAFETY: looks for what belongs to this thread.
    let state = unsafe { ffi::PyGILState_GetThisThreadState() };
    if state.is_null() || foreign::is_one() {
        return foreign::attached(state, body);
    }
    // SAFETY: the thread's own state, which it gave up when it called Go.
    unsafe { ffi::PyEval_RestoreThread(state) };
    run(body);
    // SAFETY: restored above.
    unsafe { ffi::PyEval_SaveThread() };
    true
}

/// Tells of what went wrong where it is nobody's error.
#[cold]
fn report(py: Python<'_>, outcome: PyResult<()>) {
    if let Err(error) = outcome {
        error.write_unraisable(py, None);
    }
}

/// Whether Go has called Python on this thread, and no call of Python's is in progress
/// there.
pub(super) fn is_outermost() -> bool {
    foreign::depth() == 1
}

/// Whether this thread is Go's.
pub(super) fn is_foreign() -> bool {
    foreign::is_one()
}

fn run(body: impl FnOnce(Python<'_>)) {
    let generation = fork::generation();
    // SAFETY: whoever runs it has attached the thread.
    unsafe { announced(body) };
    if generation != fork::generation() {
        answer::end_of_child();
    }
}

/// Threads that are Go's.
mod foreign {
    use std::cell::{Cell, OnceCell};
    use std::sync::{Mutex, PoisonError};

    use pyo3::ffi;
    use pyo3::prelude::*;
    use usegolib::engine::in_process::fork;

    use super::{announced, gate, run};

    thread_local! {
        static HERE: Cell<bool> = const { Cell::new(false) };
        /// How often Go has called Python here, without having returned yet.
        static DEPTH: Cell<usize> = const { Cell::new(0) };
        static OWN: OnceCell<Own> = const { OnceCell::new() };
    }

    /// The state of a thread, of the process that it was made in.
    #[derive(Clone, Copy)]
    struct State {
        address: usize,
        generation: u32,
    }

    /// A thread's state, which is put aside when the thread ends.
    struct Own(State);

    impl Drop for Own {
        fn drop(&mut self) {
            let mut ended = ENDED.lock().unwrap_or_else(PoisonError::into_inner);
            ended.push(self.0);
        }
    }

    /// The states of threads that have ended. Their threads could only wait for the
    /// interpreter; so the next new one frees them.
    static ENDED: Mutex<Vec<State>> = Mutex::new(Vec::new());

    /// Frees the states of threads that have ended.
    fn bury(_attached: Python<'_>) {
        let ended = std::mem::take(&mut *ENDED.lock().unwrap_or_else(PoisonError::into_inner));
        for state in ended {
            // In a child of a fork Python has freed them.
            if state.generation != fork::generation() {
                continue;
            }
            let address = std::ptr::with_exposed_provenance_mut(state.address);
            // SAFETY: a state of this interpreter's that was made here, of a thread that
            // is no more, so that nobody else has it; this thread has the interpreter.
            unsafe {
                ffi::PyThreadState_Clear(address);
                ffi::PyThreadState_Delete(address);
            }
        }
    }

    /// Whether this thread was given its state here.
    pub(super) fn is_one() -> bool {
        HERE.get()
    }

    /// How often Go has called Python on this thread of its own, and waits.
    pub(super) fn depth() -> usize {
        DEPTH.get()
    }

    #[inline(never)]
    pub(super) fn attached(state: *mut ffi::PyThreadState, body: impl FnOnce(Python<'_>)) -> bool {
        let Some(_pass) = gate::enter() else {
            return false;
        };
        if state.is_null() {
            // SAFETY: the interpreter is there, as the gate says. It is never
            // released, so that the state stays.
            unsafe { ffi::PyGILState_Ensure() };
            HERE.set(true);
            // SAFETY: this thread has a state now.
            let state = unsafe { ffi::PyThreadState_Get() };
            let own = State {
                address: state.expose_provenance(),
                generation: fork::generation(),
            };
            // A thread that is ending already leaves its state.
            let _ = OWN.try_with(|place| {
                place.get_or_init(|| Own(own));
            });
            // SAFETY: it has been attached.
            unsafe { announced(bury) };
        } else {
            // SAFETY: the thread's own state, given up when it was here last, or
            // when it called Go from here.
            unsafe { ffi::PyEval_RestoreThread(state) };
        }
        DEPTH.set(DEPTH.get() + 1);
        run(body);
        DEPTH.set(DEPTH.get() - 1);
        // SAFETY: attached above.
        unsafe { ffi::PyEval_SaveThread() };
        true
    }
}
