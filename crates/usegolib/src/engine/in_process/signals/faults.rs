//! SIGSEGV, SIGBUS and SIGFPE: panics when they happen in Go code.
//!
//! A Go runtime takes the faults of its own goroutines and forwards others to
//! whoever was there before it; with several runtimes, and with handlers such as
//! Python's `faulthandler` that forward nothing, the one on top would take what
//! isn't its own, and a nil dereference, which Go recovers from, would end the
//! process. So ours is on top, and goes by where the fault happened: in the code
//! of a library it is that library's runtime's, elsewhere it is the *host's*,
//! whose action was there before ours.
//!
//! **Layers.** A host's handler that was installed after ours knows ours as the
//! one before it: it puts it back when it is disabled, or when it has said what
//! it has to say and lets the fault happen again. What ours does then must not be
//! to call that host again. So there are several that differ in nothing but
//! their host, and what is put on top of a later host's is another one.
//!
//! **Forwarding.** Ours is in place while a library is loaded, so that no fault
//! of another thread is missed, and its runtime remembers ours. It forwards to
//! it what happened in C code of the library; that is the host's.

use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

use libc::{c_int, c_void, sigaction, siginfo_t};

use super::action::{Handler, current, everything_blocked, hand_over, install, is_function};
use super::code::{program_counter, runtime_at};

/// The signals.
pub(super) const FAULTS: [c_int; 3] = [libc::SIGSEGV, libc::SIGBUS, libc::SIGFPE];

/// Our handlers. Should more hosts than these be on top of each other, with none
/// of them ever taken away, the last handler serves them all.
const LAYERS: [Handler; 8] = [
    dispatch::<0>,
    dispatch::<1>,
    dispatch::<2>,
    dispatch::<3>,
    dispatch::<4>,
    dispatch::<5>,
    dispatch::<6>,
    dispatch::<7>,
];

/// What is known of one of the signals.
struct Fault {
    /// The number of layers there are.
    layers: AtomicUsize,
    /// The host of each layer. Actions are never freed.
    hosts: [AtomicPtr<sigaction>; LAYERS.len()],
    /// The context of the fault that a runtime was given: one that forwards does
    /// so with the same. (With another thread's in its place, a runtime is given
    /// its fault a second time, and then forwards again.)
    given: AtomicPtr<c_void>,
}

static STATE: [Fault; FAULTS.len()] = [const {
    Fault {
        layers: AtomicUsize::new(0),
        hosts: [const { AtomicPtr::new(null_mut()) }; LAYERS.len()],
        given: AtomicPtr::new(null_mut()),
    }
}; FAULTS.len()];

fn layer_of(handler: usize) -> Option<usize> {
    LAYERS.iter().position(|&layer| layer as usize == handler)
}

/// Puts ours on top of whatever is there for the faults, if it isn't there.
pub(super) fn take() {
    for (signal, fault) in FAULTS.into_iter().zip(&STATE) {
        let host = current(signal);
        if let Some(layer) = layer_of(host.sa_sigaction) {
            // Those above it are gone.
            fault.layers.store(layer + 1, Ordering::Relaxed);
            continue;
        }
        // Where there is no layer yet this wraps around, and there is no such host.
        let last = fault.layers.load(Ordering::Relaxed).wrapping_sub(1);
        let layer = if host_of(fault, last).is_some_and(|known| same(known, &host)) {
            last
        } else {
            last.wrapping_add(1).min(LAYERS.len() - 1)
        };
        let kept = Box::into_raw(Box::new(host));
        fault.hosts[layer].store(kept, Ordering::Release);
        fault.layers.store(layer + 1, Ordering::Relaxed);
        install(signal, &ours(layer));
    }
}

/// The handlers that a runtime installed for the faults just now. Ours, which
/// were there before, are put back.
pub(super) fn replace() -> [usize; FAULTS.len()] {
    let mut handlers = [0; FAULTS.len()];
    for ((signal, fault), slot) in FAULTS.into_iter().zip(&STATE).zip(&mut handlers) {
        let handler = current(signal).sa_sigaction;
        if is_function(handler) && layer_of(handler).is_none() {
            *slot = handler;
            install(signal, &ours(fault.layers.load(Ordering::Relaxed) - 1));
        }
    }
    handlers
}

/// Go's own flags and mask: the handler may find a goroutine's stack, which is
/// small, and what it returns to is a panic.
fn ours(layer: usize) -> sigaction {
    let mut action = everything_blocked();
    action.sa_sigaction = LAYERS[layer] as usize;
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_RESTART;
    action
}

fn host_of(fault: &Fault, layer: usize) -> Option<&'static sigaction> {
    let host = fault.hosts.get(layer)?.load(Ordering::Acquire);
    // SAFETY: null, or an action that is never freed.
    unsafe { host.as_ref() }
}

fn same(one: &sigaction, other: &sigaction) -> bool {
    is_function(one.sa_sigaction)
        && one.sa_sigaction == other.sa_sigaction
        && one.sa_flags == other.sa_flags
}

unsafe extern "C" fn dispatch<const LAYER: usize>(
    signal: c_int,
    info: *mut siginfo_t,
    context: *mut c_void,
) {
    let Some(at) = FAULTS.iter().position(|&fault| fault == signal) else {
        return;
    };
    let fault = &STATE[at];
    // What somebody sent (a code below 1) is no fault of what it interrupts.
    // SAFETY: the kernel passes a valid siginfo and context.
    let address = unsafe { ((*info).si_code > 0).then(|| program_counter(context)) };
    let handler = address
        .and_then(runtime_at)
        .map_or(0, |runtime| runtime.handlers[at]);
    if handler != 0 && fault.given.load(Ordering::Relaxed) != context {
        fault.given.store(context, Ordering::Relaxed);
        // SAFETY: the runtime installed this function for this signal.
        unsafe { std::mem::transmute::<usize, Handler>(handler)(signal, info, context) };
        let _ =
            fault
                .given
                .compare_exchange(context, null_mut(), Ordering::Relaxed, Ordering::Relaxed);
        return;
    }
    fault.given.store(null_mut(), Ordering::Relaxed);
    if let Some(host) = host_of(fault, LAYER) {
        // SAFETY: these are what the kernel passed, and the host's action was
        // installed for this signal.
        unsafe { hand_over(host, signal, info, context) };
    }
}
