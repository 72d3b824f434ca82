//! dlopen and `usegolib_init`.

use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use fs_err as fs;
use libloading::os::unix;

use super::{CallFunction, FreeFunction, InitFunction, LibraryError, SignalsFunction};
use crate::engine::environment;
use crate::schema::protocol::{ABI_VERSION, InitStatus};

/// The C entry points of docs/abi.md.
pub(super) struct EntryPoints {
    init: InitFunction,
    pub(super) call: CallFunction,
    pub(super) free: FreeFunction,
    /// `usegolib_signals`, where the platform has it.
    pub(super) signals: Option<SignalsFunction>,
}

/// A name by which the dynamic linker opens this very file, where the system has
/// such names.
///
/// A descriptor's number is used again when it is closed, and the linker takes
/// two libraries of one name for the same without looking: so each name is
/// another spelling (`/proc/self/fd/././7`).
pub(super) fn name_of(file: &fs::File) -> Option<PathBuf> {
    static NAMED: AtomicUsize = AtomicUsize::new(0);
    let dots = "./".repeat(NAMED.fetch_add(1, Ordering::Relaxed));
    let name = PathBuf::from(format!("/proc/self/fd/{dots}{}", file.as_raw_fd()));
    let there = fs::metadata(&name).ok()?;
    let here = file.metadata().ok()?;
    ((there.dev(), there.ino()) == (here.dev(), here.ino())).then_some(name)
}

/// Opens the library for ever and finds its entry points. The linker is told
/// `name`, which people would not know: messages say `path`.
pub(super) fn open(name: &Path, path: &Path) -> Result<EntryPoints, LibraryError> {
    // SAFETY: loading runs the library's constructors: Go's runtime starts.
    // That the file is one that usegolib built is what its sha256 shows.
    let library = unsafe { unix::Library::open(Some(name), libc::RTLD_NOW | libc::RTLD_LOCAL) }
        .map_err(|error| refused(name, path, &error))?;
    // Go's runtime can't be unloaded; its threads run in this code.
    let library = std::mem::ManuallyDrop::new(library);
    // SAFETY: the types are those of docs/abi.md.
    unsafe {
        Ok(EntryPoints {
            init: symbol(&library, path, "usegolib_init")?,
            call: symbol(&library, path, "usegolib_call")?,
            free: symbol(&library, path, "usegolib_free")?,
            signals: symbol(&library, path, "usegolib_signals").ok(),
        })
    }
}

/// # Safety
/// `F` must be the type of the function of that name.
unsafe fn symbol<F: Copy>(
    library: &unix::Library,
    path: &Path,
    name: &'static str,
) -> Result<F, LibraryError> {
    // SAFETY: the caller vouches for the type.
    match unsafe { library.get::<F>(name) } {
        Ok(found) => Ok(*found),
        Err(_) => Err(LibraryError::Symbol {
            path: path.to_owned(),
            symbol: name,
        }),
    }
}

fn refused(name: &Path, path: &Path, error: &libloading::Error) -> LibraryError {
    // The linker's own words are the source's, not the wrapper's.
    let message =
        std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    let message = message.replace(&*name.to_string_lossy(), &path.to_string_lossy());
    let path = path.to_owned();
    if message.contains("static TLS") {
        LibraryError::StaticTls { path, message }
    } else {
        LibraryError::Open { path, message }
    }
}

/// Runs `usegolib_init`: returns once Go's runtime is up.
pub(super) fn initialise(
    entry_points: &EntryPoints,
    path: &Path,
    digest: u64,
    host: usize,
) -> Result<(), LibraryError> {
    let environment = environment::entries(std::env::vars_os());
    // SAFETY: the signature is the ABI's, and the environment outlives the call.
    let status = unsafe {
        (entry_points.init)(
            ABI_VERSION,
            digest,
            environment.as_ptr(),
            environment.len() as u64,
            host,
        )
    };
    let path = path.to_owned();
    match u64::try_from(status).ok().and_then(InitStatus::from_number) {
        Some(InitStatus::Ready) => Ok(()),
        Some(InitStatus::UnsupportedAbi) => Err(LibraryError::AbiVersion {
            path,
            version: ABI_VERSION,
        }),
        Some(InitStatus::DifferentDigest) => Err(LibraryError::Digest { path }),
        None => Err(LibraryError::Init { path, status }),
    }
}
