//! SIGSEGV, SIGBUS and SIGFPE: panics when they happen in Go code.
//!
//! A Go runtime forwards the faults that aren't its own to whoever was there
//! before it. Python's `faulthandler`, when enabled after a load, forwards
//! nothing, and a nil dereference, which Go recovers from, would end the
//! process. [`repair`] puts a dispatcher in front that goes by where the fault
//! happened: in a library of ours it is Go's, elsewhere the other handler's.

use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

use libc::{c_int, c_void, siginfo_t};

use super::{Handler, current, install, is_function, try_lock};

const FAULTS: [c_int; 3] = [libc::SIGSEGV, libc::SIGBUS, libc::SIGFPE];

/// Per fault, the handler of the runtime loaded last, which forwards to the
/// earlier ones.
static GO: [AtomicUsize; 3] = [const { AtomicUsize::new(0) }; 3];

/// Per fault, the handler that was put in front of Go's.
static OTHER: [AtomicUsize; 3] = [const { AtomicUsize::new(0) }; 3];

/// Where a library's segments are, in a list that only grows.
struct Code {
    start: usize,
    end: usize,
    next: *const Code,
}

static CODE: AtomicPtr<Code> = AtomicPtr::new(null_mut());

/// Notes the handlers of a runtime that was just loaded, `code` being an
/// address in its library.
pub(super) fn adopt(code: usize) {
    let mut range = Range {
        address: code,
        found: None,
    };
    // SAFETY: the callback gets the pointer to `range`, which is alive.
    unsafe { libc::dl_iterate_phdr(Some(find), (&raw mut range).cast()) };
    if let Some((start, end)) = range.found {
        let next = CODE.load(Ordering::Acquire);
        let node = Box::leak(Box::new(Code { start, end, next }));
        CODE.store(node, Ordering::Release);
    }
    for (fault, slot) in FAULTS.into_iter().zip(&GO) {
        let handler = current(fault).sa_sigaction;
        if is_function(handler) && handler != dispatch as Handler as usize {
            slot.store(handler, Ordering::Relaxed);
        }
    }
}

/// Makes faults in Go code panics again after another handler was installed
/// for them (`faulthandler.enable()`); the other handler keeps the rest.
pub fn repair() {
    // Whoever is loading a library does this afterwards.
    let Some(_handlers) = try_lock() else {
        return;
    };
    let ours = dispatch as Handler as usize;
    for (at, fault) in FAULTS.into_iter().enumerate() {
        let go = GO[at].load(Ordering::Relaxed);
        let mut action = current(fault);
        let handler = action.sa_sigaction;
        if go == 0 || handler == go || handler == ours {
            continue;
        }
        OTHER[at].store(handler, Ordering::Relaxed);
        action.sa_sigaction = ours;
        // As Go installs its own: the handler may find a goroutine's stack,
        // and what it returns to is a panic.
        action.sa_flags |= libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_RESTART;
        action.sa_flags &= !libc::SA_RESETHAND;
        install(fault, &action);
    }
}

unsafe extern "C" fn dispatch(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    let Some(at) = FAULTS.iter().position(|&fault| fault == signal) else {
        return;
    };
    let other = OTHER[at].load(Ordering::Relaxed);
    // SAFETY: the kernel passes a valid context; the handlers are functions
    // that were installed for this signal, and one without SA_SIGINFO ignores
    // the further arguments.
    unsafe {
        if !in_library(program_counter(context)) && is_function(other) {
            std::mem::transmute::<usize, Handler>(other)(signal, info, context);
        } else {
            let go = GO[at].load(Ordering::Relaxed);
            std::mem::transmute::<usize, Handler>(go)(signal, info, context);
        }
    }
}

fn in_library(address: usize) -> bool {
    let mut node: *const Code = CODE.load(Ordering::Acquire);
    // SAFETY: nodes are never freed.
    while let Some(code) = unsafe { node.as_ref() } {
        if (code.start..code.end).contains(&address) {
            return true;
        }
        node = code.next;
    }
    false
}

/// # Safety
/// `context` must be what the kernel gave a signal handler.
unsafe fn program_counter(context: *mut c_void) -> usize {
    let context = context.cast::<libc::ucontext_t>();
    #[cfg(target_arch = "x86_64")]
    {
        let counter = libc::REG_RIP as usize;
        // SAFETY: as the caller says.
        let value = unsafe { (*context).uc_mcontext.gregs[counter] };
        usize::try_from(value).unwrap_or_default()
    }
    #[cfg(target_arch = "aarch64")]
    {
        // SAFETY: as the caller says.
        let value = unsafe { (*context).uc_mcontext.pc };
        usize::try_from(value).unwrap_or_default()
    }
}

struct Range {
    address: usize,
    found: Option<(usize, usize)>,
}

/// A number of the dynamic linker's as an address.
fn address(number: u64) -> usize {
    usize::try_from(number).unwrap_or_default()
}

unsafe extern "C" fn find(
    object: *mut libc::dl_phdr_info,
    _size: usize,
    data: *mut c_void,
) -> c_int {
    // SAFETY: dl_iterate_phdr gives a valid object with `dlpi_phnum` headers,
    // and hands our own pointer through.
    let (base, headers, range) = unsafe {
        let object = &*object;
        let headers = std::slice::from_raw_parts(object.dlpi_phdr, usize::from(object.dlpi_phnum));
        (
            address(object.dlpi_addr),
            headers,
            &mut *data.cast::<Range>(),
        )
    };
    for header in headers {
        let start = base.wrapping_add(address(header.p_vaddr));
        let end = start.wrapping_add(address(header.p_memsz));
        let is_code = header.p_type == libc::PT_LOAD && header.p_flags & libc::PF_X != 0;
        if is_code && (start..end).contains(&range.address) {
            range.found = Some((start, end));
            return 1;
        }
    }
    0
}
