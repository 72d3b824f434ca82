//! Where the code of the loaded libraries is, and which runtime's handlers are
//! for what happens there.
//!
//! The list only grows, and is read inside signal handlers: no lock, no freeing.

use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};

use libc::{c_int, c_void};

use super::faults::FAULTS;

/// A library's code, and the handlers that its runtime installed for [`FAULTS`]
/// (0 where it installed none).
pub(super) struct Runtime {
    start: usize,
    end: usize,
    pub(super) handlers: [usize; FAULTS.len()],
    next: *const Runtime,
}

static RUNTIMES: AtomicPtr<Runtime> = AtomicPtr::new(null_mut());

/// Notes the runtime of the library that has the address `code`.
pub(super) fn add(code: usize, handlers: [usize; FAULTS.len()]) {
    let mut range = Range {
        address: code,
        found: None,
    };
    // SAFETY: the callback gets the pointer to `range`, which is alive.
    unsafe { libc::dl_iterate_phdr(Some(find), (&raw mut range).cast()) };
    if let Some((start, end)) = range.found {
        let next = RUNTIMES.load(Ordering::Acquire);
        let runtime = Box::leak(Box::new(Runtime {
            start,
            end,
            handlers,
            next,
        }));
        RUNTIMES.store(runtime, Ordering::Release);
    }
}

/// Whether there is any.
pub(super) fn is_there() -> bool {
    !RUNTIMES.load(Ordering::Acquire).is_null()
}

/// The runtime whose code is at `address`.
pub(super) fn runtime_at(address: usize) -> Option<&'static Runtime> {
    let mut next: *const Runtime = RUNTIMES.load(Ordering::Acquire);
    // SAFETY: runtimes are never freed.
    while let Some(runtime) = unsafe { next.as_ref() } {
        if (runtime.start..runtime.end).contains(&address) {
            return Some(runtime);
        }
        next = runtime.next;
    }
    None
}

/// Whether it is a handler that a runtime installs, for whatever signal.
pub(super) fn is_installed_by_a_runtime(handler: usize) -> bool {
    runtime_at(handler).is_some_and(|runtime| runtime.handlers.contains(&handler))
}

/// The instruction that a signal interrupted.
///
/// # Safety
/// `context` must be what the kernel gave a signal handler.
pub(super) unsafe fn program_counter(context: *mut c_void) -> usize {
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
