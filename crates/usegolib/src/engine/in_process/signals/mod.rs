//! Signals that several Go runtimes in one process compete for.
//!
//! A Go runtime preempts its goroutines by SIGURG and installs a handler for it
//! while it starts. The last one loaded would win and the others lose
//! preemption: a garbage collection then waits for a busy loop to end. So a
//! dispatcher takes the signal and calls the handler of every runtime; a
//! handler ignores what comes on a thread that isn't its own.
//!
//! [`faults`] is about the signals that Go turns into panics.

mod faults;

use std::mem::MaybeUninit;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};

pub use faults::repair;

use super::fork::{Held, Lock};
use libc::{c_int, c_void, sigaction, siginfo_t};

/// What a signal handler with `SA_SIGINFO` is.
type Handler = unsafe extern "C" fn(c_int, *mut siginfo_t, *mut c_void);

/// One runtime's SIGURG handler, in a list that only grows.
struct Node {
    handler: usize,
    next: *const Node,
}

/// The runtimes' handlers. Read inside a signal handler: no lock, no freeing.
static RUNTIMES: AtomicPtr<Node> = AtomicPtr::new(null_mut());

/// The right to look at the process's signal actions and to change them: no
/// library is being loaded by another thread.
#[derive(Debug)]
pub(super) struct Handlers {
    _held: Held<'static>,
}

static HANDLERS: Lock = Lock::new();

/// Waits for other loads to end.
pub(super) fn lock() -> Handlers {
    Handlers {
        _held: HANDLERS.wait(),
    }
}

/// The same where nobody is loading.
fn try_lock() -> Option<Handlers> {
    let held = HANDLERS.try_acquire()?;
    Some(Handlers { _held: held })
}

/// The actions before a load.
pub(super) struct Snapshot {
    urgent: usize,
}

impl Handlers {
    /// The actions as they are now.
    #[allow(clippy::unused_self, reason = "only the lock's holder may look")]
    pub(super) fn snapshot(&self) -> Snapshot {
        Snapshot {
            urgent: current(libc::SIGURG).sa_sigaction,
        }
    }

    /// Takes over the handlers that a runtime installed while it was loaded;
    /// `code` is an address in its library.
    #[allow(clippy::unused_self, reason = "only the lock's holder may change them")]
    pub(super) fn adopt(&mut self, before: &Snapshot, code: usize) {
        let mut action = current(libc::SIGURG);
        let ours = dispatch as Handler as usize;
        let handler = action.sa_sigaction;
        if handler != before.urgent && handler != ours && is_function(handler) {
            register(handler);
            // Go's own flags and mask stay: SA_ONSTACK matters, a goroutine's
            // stack is too small for a handler.
            action.sa_sigaction = ours;
            install(libc::SIGURG, &action);
        }
        faults::adopt(code);
    }
}

fn is_function(handler: usize) -> bool {
    handler != libc::SIG_DFL && handler != libc::SIG_IGN
}

fn register(handler: usize) {
    let next = RUNTIMES.load(Ordering::Acquire);
    let node = Box::leak(Box::new(Node { handler, next }));
    RUNTIMES.store(node, Ordering::Release);
}

unsafe extern "C" fn dispatch(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    let mut node: *const Node = RUNTIMES.load(Ordering::Acquire);
    // SAFETY: nodes are never freed, and hold handlers installed with
    // SA_SIGINFO; all this does is read them and call them.
    unsafe {
        while let Some(runtime) = node.as_ref() {
            std::mem::transmute::<usize, Handler>(runtime.handler)(signal, info, context);
            node = runtime.next;
        }
    }
}

fn current(signal: c_int) -> sigaction {
    let mut action = MaybeUninit::<sigaction>::zeroed();
    // SAFETY: asks only; a zeroed sigaction is a valid one, should it fail.
    unsafe {
        libc::sigaction(signal, std::ptr::null(), action.as_mut_ptr());
        action.assume_init()
    }
}

fn install(signal: c_int, action: &sigaction) {
    // SAFETY: the action is one the kernel gave us, with another handler of
    // the same type.
    unsafe { libc::sigaction(signal, action, null_mut()) };
}
