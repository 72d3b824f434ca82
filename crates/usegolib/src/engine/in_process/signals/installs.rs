//! Handlers that a loaded library installs later: a function that calls
//! `signal.Notify`, `signal.Ignore`, `signal.Reset`.
//!
//! A library asks us in place of the C library (`usegolib_signals` of docs/abi.md),
//! so that a runtime is added to those that a signal goes to at once, and
//! the host's handler stays. While a library is being loaded it is done as it is
//! asked for, and what came of it is looked at when it has been.

use std::sync::atomic::{AtomicBool, Ordering};

use libc::{c_int, sigaction};

use super::{HANDLERS, shared};

/// What is asked in place of `sigaction`.
pub(in crate::engine::in_process) type Install =
    unsafe extern "C" fn(c_int, *const sigaction, *mut sigaction) -> c_int;

/// Whether something was installed while another thread had the right to.
static UNSEEN: AtomicBool = AtomicBool::new(false);

/// Does as a library asks, but for what would take a signal from the host. May be
/// called where signals are handled: there nothing is waited for, and memory only
/// asked for where a handler is new.
///
/// # Safety
/// As for `sigaction`.
pub(in crate::engine::in_process) unsafe extern "C" fn install(
    signal: c_int,
    action: *const sigaction,
    old: *mut sigaction,
) -> c_int {
    // SAFETY: null, or an action of the caller's.
    let instead = unsafe { action.as_ref() }.and_then(|wanted| {
        if let Some(_held) = HANDLERS.try_acquire() {
            shared::instead(signal, wanted)
        } else {
            UNSEEN.store(true, Ordering::Release);
            None
        }
    });
    let action = instead.as_ref().map_or(action, std::ptr::from_ref);
    // SAFETY: as the caller says; ours is the action of a handler that is there as
    // long as the process.
    unsafe { libc::sigaction(signal, action, old) }
}

/// Looks at what was installed while this thread had the right to.
pub(super) fn look() {
    while UNSEEN.swap(false, Ordering::Acquire) {
        if let Some(_held) = HANDLERS.try_acquire() {
            shared::take();
        }
    }
}
