//! What processes do about signals: actions, and calling the handler of one.

use std::mem::MaybeUninit;
use std::ptr::null_mut;

use libc::{c_int, c_void, sigaction, siginfo_t};

/// What a signal handler with `SA_SIGINFO` is.
pub(super) type Handler = unsafe extern "C" fn(c_int, *mut siginfo_t, *mut c_void);

/// Whether it is a handler rather than "ignore" or "the default".
pub(super) fn is_function(handler: usize) -> bool {
    handler != libc::SIG_DFL && handler != libc::SIG_IGN
}

/// What the process does about a signal.
pub(super) fn current(signal: c_int) -> sigaction {
    let mut action = MaybeUninit::<sigaction>::zeroed();
    // SAFETY: asks only; a zeroed sigaction is a valid one, should it fail.
    unsafe {
        libc::sigaction(signal, std::ptr::null(), action.as_mut_ptr());
        action.assume_init()
    }
}

/// Has the process do that from now on.
pub(super) fn install(signal: c_int, action: &sigaction) {
    // SAFETY: the callers' actions are ones that the kernel gave, or are made of
    // handlers that are there as long as the process.
    unsafe { libc::sigaction(signal, action, null_mut()) };
}

/// The default, with every other signal blocked while a handler put into it runs.
pub(super) fn everything_blocked() -> sigaction {
    let mut action = MaybeUninit::<sigaction>::zeroed();
    // SAFETY: zeroed, it is a valid sigaction (`SIG_DFL` is 0), whose mask is filled.
    unsafe {
        libc::sigfillset(&raw mut (*action.as_mut_ptr()).sa_mask);
        action.assume_init()
    }
}

/// Does about a signal what `action` says, as if it was the process's own. Can be
/// called where signals are handled.
///
/// # Safety
/// The last three must be what the kernel gave a handler, and `action` one that was
/// installed for that signal.
pub(super) unsafe fn hand_over(
    action: &sigaction,
    signal: c_int,
    info: *mut siginfo_t,
    context: *mut c_void,
) {
    // SAFETY: as the caller says.
    let was_sent = unsafe { (*info).si_code } <= 0;
    match action.sa_sigaction {
        libc::SIG_IGN if was_sent => {}
        // The kernel doesn't ignore a fault either: it would happen for ever.
        libc::SIG_DFL | libc::SIG_IGN => {
            let mut default = everything_blocked();
            default.sa_flags = 0;
            install(signal, &default);
            if was_sent {
                // It is blocked here; it comes when the handler has returned. A
                // fault comes again by itself.
                // SAFETY: sends a signal to this thread.
                unsafe { libc::raise(signal) };
            }
        }
        handler => {
            // SAFETY: the handler is a function that was installed for the signal;
            // one without `SA_SIGINFO` ignores the further arguments.
            unsafe { std::mem::transmute::<usize, Handler>(handler)(signal, info, context) };
        }
    }
}
