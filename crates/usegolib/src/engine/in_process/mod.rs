//! Libraries in this process: dlopen, the C ABI, and living with Go.
//!
//! A verified artifact becomes a [`Library`] by [`Library::load`], which opens
//! the file, hands over ABI version, digest and environment (`usegolib_init` of
//! docs/abi.md), and keeps the process right: [`signals`] shares the handlers
//! that every Go runtime and Python need, [`fork`] marks children in which no
//! Go runtime runs.
//!
//! Libraries are never unloaded: Go's runtime can't be.

pub mod fork;
mod layouts;
mod open;
mod signals;
mod stack;

use std::path::{Path, PathBuf};

pub use signals::repair as repair_signal_handlers;
pub use stack::stack_start;

use super::{LibraryError, Reply, ResponseBuffer};

/// `usegolib_init`
type InitFunction = unsafe extern "C" fn(u32, u64, *const u8, u64, usize) -> i32;
/// `usegolib_call`
type CallFunction = unsafe extern "C" fn(*const u8, u64, *mut u8, u64, *mut u64) -> u64;
/// `usegolib_free`
pub(super) type FreeFunction = unsafe extern "C" fn(u64);
/// `usegolib_signals`
type SignalsFunction = unsafe extern "C" fn(signals::Install);

/// A library whose Go runtime runs in this process, for the rest of its life.
#[derive(Debug)]
pub struct Library {
    call: CallFunction,
    free: FreeFunction,
    path: PathBuf,
    generation: u32,
}

impl Library {
    /// Opens the library at `path` and initialises it: `digest` is the one of
    /// the manifest beside it ([`crate::schema::dispatch::digest`]), `host` the
    /// address of the host's entry point (docs/abi.md, The host), 0 for none.
    ///
    /// The file's integrity is the caller's concern (spec: Library SHA256
    /// Verification).
    pub fn load(path: &Path, digest: u64, host: usize) -> Result<Self, LibraryError> {
        Self::start(path, path, digest, host)
    }

    /// The same for a file that is open already: that file is loaded, whatever
    /// is at `path` by now.
    pub fn load_opened(
        file: &fs_err::File,
        path: &Path,
        digest: u64,
        host: usize,
    ) -> Result<Self, LibraryError> {
        match open::name_of(file) {
            Some(name) => Self::start(&name, path, digest, host),
            None => Self::start(path, path, digest, host),
        }
    }

    /// Loads a library only to see whether that works, in a process that is there
    /// for nothing else: the signals are Go's, which answers a fault that is sent
    /// to it with the stacks of all goroutines.
    pub fn try_out(path: &Path, digest: u64) -> Result<Self, LibraryError> {
        let entry_points = open::open(path, path)?;
        open::initialise(&entry_points, path, digest, 0)?;
        Ok(Self::new(&entry_points, path))
    }

    /// Loads what is called `name`; messages call it `path`.
    fn start(name: &Path, path: &Path, digest: u64, host: usize) -> Result<Self, LibraryError> {
        fork::watch();
        // Loads are serial: each compares the signal handlers before and after.
        let mut handlers = signals::lock();
        let opened = open::open(name, path);
        handlers.adopt(opened.as_ref().ok().map(|opened| opened.call as usize));
        let entry_points = opened?;
        if let Some(hand_over) = entry_points.signals {
            // SAFETY: the signature is the ABI's, and the function is there as long
            // as the process.
            unsafe { hand_over(signals::install) };
        }
        let initialised = open::initialise(&entry_points, path, digest, host);
        handlers.settle();
        initialised?;
        Ok(Self::new(&entry_points, path))
    }

    fn new(entry_points: &open::EntryPoints, path: &Path) -> Self {
        Self {
            call: entry_points.call,
            free: entry_points.free,
            path: path.to_owned(),
            generation: fork::generation(),
        }
    }

    /// The file it was loaded from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the process was forked since the library was loaded: its Go
    /// runtime then has no threads here and a call could hang for ever.
    #[inline]
    pub fn is_forked(&self) -> bool {
        self.generation != fork::generation()
    }

    /// One call: sends the request and waits for the Go function to return. The
    /// caller has checked [`Library::is_forked`].
    #[inline]
    pub fn call<'a>(&self, request: &[u8], space: &'a mut ResponseBuffer) -> Reply<'a> {
        let mut overflow = 0_u64;
        let (response, capacity) = space.space();
        // SAFETY: the signature is the ABI's; the request is initialised
        // memory of the given length, the response writable memory of the given
        // capacity, both alive during the call, and the library keeps neither.
        let length = unsafe {
            (self.call)(
                request.as_ptr(),
                request.len() as u64,
                response,
                capacity as u64,
                &raw mut overflow,
            )
        };
        Reply::new(space, length, overflow, self.free)
    }
}
