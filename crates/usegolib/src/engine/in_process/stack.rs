//! The stack of a thread. Go has its own; the host's values are converted on this.

use std::mem::MaybeUninit;

/// The lowest address of this thread's stack that can be used.
pub fn stack_start() -> Option<usize> {
    let mut attributes = MaybeUninit::<libc::pthread_attr_t>::uninit();
    let (mut start, mut size, mut guard) = (std::ptr::null_mut(), 0, 0);
    // SAFETY: the attributes are those of the calling thread; they are read and
    // destroyed only if they were initialised.
    unsafe {
        if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) != 0 {
            return None;
        }
        let status =
            libc::pthread_attr_getstack(attributes.as_ptr(), &raw mut start, &raw mut size)
                | libc::pthread_attr_getguardsize(attributes.as_ptr(), &raw mut guard);
        libc::pthread_attr_destroy(attributes.as_mut_ptr());
        (status == 0).then(|| start.addr().saturating_add(guard))
    }
}
