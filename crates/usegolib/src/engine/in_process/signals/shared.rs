//! Signals that Go runtimes and the host want at the same time.
//!
//! A Go runtime preempts its goroutines by SIGURG and installs a handler for it
//! while it starts. The last one loaded would win and the others lose
//! preemption: a garbage collection then waits for a busy loop to end. A module
//! that calls `signal.Notify(c, os.Interrupt)` takes Python's Ctrl-C likewise. So
//! for such signals our handler calls all of them: every runtime's, which
//! ignore what comes on a thread that isn't theirs or that they don't wait for,
//! and the host's, with the exception of Go's own preemption.

use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};

use libc::{c_int, c_void, sigaction, siginfo_t};

use super::action::{Handler, current, hand_over, install, is_function};
use super::code::{is_installed_by_a_runtime, program_counter, runtime_at};

/// The numbers of the signals that this is about are below: it is not about those
/// in real time.
const END: usize = 32;

/// One runtime's handler, in a list that only grows.
struct Node {
    handler: usize,
    next: *const Node,
}

/// What is known of one signal.
struct Shared {
    /// The runtimes' handlers. Read inside a signal handler: no lock, no freeing.
    runtimes: AtomicPtr<Node>,
    /// What the host does about it, as it was last seen. Never freed.
    host: AtomicPtr<sigaction>,
    /// The context with which the handlers are called at the moment: a runtime
    /// that doesn't want the signal any more forwards it to us.
    given: AtomicPtr<c_void>,
}

static STATE: [Shared; END] = [const {
    Shared {
        runtimes: AtomicPtr::new(null_mut()),
        host: AtomicPtr::new(null_mut()),
        given: AtomicPtr::new(null_mut()),
    }
}; END];

/// The signals, by their number, and what is known of them.
fn all() -> impl Iterator<Item = (c_int, &'static Shared)> {
    let is_ours =
        |&(signal, _): &(c_int, _)| signal > 0 && !super::faults::FAULTS.contains(&signal);
    (0..).zip(&STATE).filter(is_ours)
}

/// Looks at what is done about each signal. What a runtime has taken from the host
/// is shared from now on, and so is what the host has a new handler for. Where
/// it has none any more, the default is what it wants, but for SIGURG, without which
/// Go doesn't work.
pub(super) fn take() {
    let ours = dispatch as Handler as usize;
    for (signal, shared) in all() {
        let action = current(signal);
        let handler = action.sa_sigaction;
        if handler == ours {
            continue;
        }
        if is_function(handler) && runtime_at(handler).is_some() {
            let host = shared.host();
            if signal == libc::SIGURG || host.is_some_and(|host| is_function(host.sa_sigaction)) {
                shared.register(handler);
                shared.share(signal);
            }
        } else {
            shared.keep(signal, &action);
            if (signal == libc::SIGURG || is_function(handler))
                && !shared.runtimes.load(Ordering::Relaxed).is_null()
            {
                shared.share(signal);
            }
        }
    }
}

/// What to do about a signal where a library wants something else done: what the
/// host has a handler for stays the host's, and the library's runtime gets it as
/// well. `None`: what the library wants.
pub(super) fn instead(signal: c_int, wanted: &sigaction) -> Option<sigaction> {
    let (_, shared) = all().find(|&(number, _)| number == signal)?;
    let action = current(signal);
    let ours = dispatch as Handler as usize;
    if action.sa_sigaction != ours && runtime_at(action.sa_sigaction).is_none() {
        shared.keep(signal, &action);
    }
    let host = shared
        .host()
        .map_or(libc::SIG_DFL, |host| host.sa_sigaction);
    if !is_function(host) {
        return None;
    }
    let handler = wanted.sa_sigaction;
    if is_installed_by_a_runtime(handler) {
        shared.register(handler);
    } else if is_function(handler) && handler != ours && handler != host {
        // C code, which puts back what it found.
        return None;
    } else if signal == libc::SIGABRT {
        // A runtime that ends the process.
        return None;
    }
    Some(shared.action(signal))
}

/// Gives the host back what a library has the process ignore while it is loaded:
/// SIGPIPE, which the bridge keeps from Go's runtime, as that would end the process.
pub(super) fn restore() {
    for (signal, shared) in all() {
        if current(signal).sa_sigaction == libc::SIG_IGN
            && let Some(host) = shared.host()
            && (signal == libc::SIGPIPE || is_function(host.sa_sigaction))
        {
            install(signal, &on_stack(host));
        }
    }
}

/// The action, fit for a goroutine's stack, which is too small for a handler.
fn on_stack(action: &sigaction) -> sigaction {
    let mut action = *action;
    if is_function(action.sa_sigaction) {
        action.sa_flags |= libc::SA_ONSTACK;
    }
    action
}

impl Shared {
    fn host(&self) -> Option<&'static sigaction> {
        // SAFETY: null, or an action that is never freed.
        unsafe { self.host.load(Ordering::Acquire).as_ref() }
    }

    /// Remembers what the host does about it.
    fn keep(&self, signal: c_int, action: &sigaction) {
        match self.host() {
            Some(known) if known.sa_sigaction == action.sa_sigaction => {
                if action.sa_flags & !known.sa_flags & libc::SA_SIGINFO != 0 {
                    // A runtime put the handler back, with flags of its own: a system
                    // call would no longer be interrupted.
                    install(signal, &on_stack(known));
                }
            }
            _ => {
                let kept = Box::into_raw(Box::new(*action));
                self.host.store(kept, Ordering::Release);
            }
        }
    }

    fn register(&self, handler: usize) {
        let next = self.runtimes.load(Ordering::Acquire);
        let mut known: *const Node = next;
        // SAFETY: nodes are never freed.
        while let Some(node) = unsafe { known.as_ref() } {
            if node.handler == handler {
                return;
            }
            known = node.next;
        }
        let node = Box::leak(Box::new(Node { handler, next }));
        self.runtimes.store(node, Ordering::Release);
    }

    /// Puts our handler there.
    fn share(&self, signal: c_int) {
        install(signal, &self.action(signal));
    }

    /// Our handler's action. What the host's says of interrupted system calls and of
    /// signals that have to wait still holds.
    fn action(&self, signal: c_int) -> sigaction {
        let mut action = match self.host() {
            Some(host) if is_function(host.sa_sigaction) => *host,
            _ => current(signal),
        };
        if !is_function(action.sa_sigaction) {
            // An ignored signal interrupts nothing.
            action.sa_flags |= libc::SA_RESTART;
        }
        action.sa_sigaction = dispatch as Handler as usize;
        action.sa_flags |= libc::SA_SIGINFO | libc::SA_ONSTACK;
        action
    }
}

unsafe extern "C" fn dispatch(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    let Some(shared) = usize::try_from(signal).ok().and_then(|at| STATE.get(at)) else {
        return;
    };
    if shared.given.load(Ordering::Relaxed) == context {
        return;
    }
    shared.given.store(context, Ordering::Relaxed);
    let mut node: *const Node = shared.runtimes.load(Ordering::Acquire);
    // SAFETY: nodes are never freed, and hold handlers installed with
    // SA_SIGINFO; all this does is read them and call them.
    unsafe {
        while let Some(runtime) = node.as_ref() {
            std::mem::transmute::<usize, Handler>(runtime.handler)(signal, info, context);
            node = runtime.next;
        }
    }
    let _ =
        shared
            .given
            .compare_exchange(context, null_mut(), Ordering::Relaxed, Ordering::Relaxed);
    if let Some(host) = shared.host()
        && is_function(host.sa_sigaction)
        // SAFETY: what the kernel passed.
        && !(signal == libc::SIGURG && unsafe { is_preemption(info, context) })
    {
        // SAFETY: the host's action was installed for this signal.
        unsafe { hand_over(host, signal, info, context) };
    }
}

/// Whether a SIGURG is one by which a Go runtime preempts a goroutine: sent by this
/// process to one of its threads, in the middle of Go code.
///
/// # Safety
/// Both must be what the kernel gave a signal handler.
unsafe fn is_preemption(info: *mut siginfo_t, context: *mut c_void) -> bool {
    // SAFETY: as the caller says.
    unsafe { (*info).si_code == libc::SI_TKILL && runtime_at(program_counter(context)).is_some() }
}
