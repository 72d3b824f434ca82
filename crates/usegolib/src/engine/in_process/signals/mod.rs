//! Signals that several Go runtimes and Python compete for.
//!
//! A library's runtime installs handlers while it is loaded, and Python's code
//! installs others at any time. [`faults`] gives each fault to the runtime in
//! whose [`code`] it happened; [`shared`] gives preemption to every runtime, and
//! leaves the host what a runtime would have taken from it, [`installs`] also
//! what it would take later. [`repair`] looks
//! again at what is installed, and puts what was replaced back into its place.

mod action;
mod code;
mod faults;
mod installs;
mod shared;

use std::mem::MaybeUninit;

use super::fork::{Held, Lock};

/// What a loaded library asks in place of `sigaction`.
pub(super) use installs::{Install, install};

/// The right to look at the process's signal actions and to change them: no
/// library is being loaded by another thread.
#[derive(Debug)]
pub(super) struct Handlers {
    held: Option<Held<'static>>,
}

static HANDLERS: Lock = Lock::new();

/// Waits for other loads to end. The process's actions, as they are now, are the
/// host's.
pub(super) fn lock() -> Handlers {
    let handlers = Handlers {
        held: Some(HANDLERS.wait()),
    };
    faults::take();
    shared::take();
    handlers
}

impl Handlers {
    /// A library was opened, or refused: its runtime may have installed its
    /// handlers. `code` is an address in it.
    #[allow(clippy::unused_self, reason = "only the lock's holder may change them")]
    pub(super) fn adopt(&mut self, code: Option<usize>) {
        let handlers = faults::replace();
        if let Some(code) = code {
            code::add(code, handlers);
        }
        shared::take();
    }

    /// Its packages are initialised, and what these did to signals is done.
    #[allow(clippy::unused_self, reason = "only the lock's holder may change them")]
    pub(super) fn settle(&mut self) {
        shared::restore();
        shared::take();
    }
}

impl Drop for Handlers {
    fn drop(&mut self) {
        self.held = None;
        installs::look();
    }
}

/// Puts things right after others have installed handlers (`faulthandler.enable()`,
/// `signal.signal`, Go's `signal.Notify`), or have blocked faults on this thread.
pub fn repair() {
    if !code::is_there() {
        return;
    }
    unblock();
    // Whoever is loading a library does the rest afterwards.
    if let Some(held) = HANDLERS.try_acquire() {
        faults::take();
        shared::take();
        drop(held);
        installs::look();
    }
}

/// A fault that is blocked can't be handled: it ends the process.
fn unblock() {
    let mut faults = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: the set is made empty before it is used.
    unsafe {
        libc::sigemptyset(faults.as_mut_ptr());
        for fault in faults::FAULTS {
            libc::sigaddset(faults.as_mut_ptr(), fault);
        }
        libc::pthread_sigmask(libc::SIG_UNBLOCK, faults.as_ptr(), std::ptr::null_mut());
    }
}
