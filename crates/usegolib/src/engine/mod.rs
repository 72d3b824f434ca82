//! Engines: where a module's library runs, and how requests get to it.
//!
//! An [`Engine`] takes request bytes and gives response bytes, Python nowhere:
//! [`Engine::call`]. The one there is,
//! [`in_process`], has the library in this process, so that requests may point
//! at the host's memory ([`Engine::can_lend`]); what runs elsewhere would say
//! no and get everything in the request itself.

mod environment;
mod error;
pub mod in_process;
mod reply;

use std::path::Path;

pub use environment::entries as environment_entries;
pub use error::LibraryError;
pub use reply::{Reply, ResponseBuffer};

use in_process::Library;

/// A running library.
///
/// An enum rather than a trait object: the call is the hottest path there is,
/// and with the engine known it is one indirect call, the library's own.
#[derive(Debug)]
pub enum Engine {
    /// The library is in this process.
    InProcess(Library),
}

impl Engine {
    /// Runs the library at `path` in this process: see [`Library::load`].
    pub fn load(path: &Path, digest: u64, host: usize) -> Result<Self, LibraryError> {
        Library::load(path, digest, host).map(Self::InProcess)
    }

    /// The same for a file that is open already: see [`Library::load_opened`].
    pub fn load_opened(
        file: &fs_err::File,
        path: &Path,
        digest: u64,
        host: usize,
    ) -> Result<Self, LibraryError> {
        Library::load_opened(file, path, digest, host).map(Self::InProcess)
    }

    /// The file that runs.
    pub fn path(&self) -> &Path {
        match self {
            Self::InProcess(library) => library.path(),
        }
    }

    /// Whether requests and responses may refer to memory outside of them
    /// (docs/abi.md, ext 3 and 6).
    #[inline]
    pub fn can_lend(&self) -> bool {
        match self {
            Self::InProcess(_) => true,
        }
    }

    /// Whether the process was forked since the library was loaded, so that
    /// there is nothing here to call.
    #[inline]
    pub fn is_forked(&self) -> bool {
        match self {
            Self::InProcess(library) => library.is_forked(),
        }
    }

    /// One call: sends the request and waits for the response. The caller has
    /// checked [`Engine::is_forked`].
    #[inline]
    pub fn call<'a>(&self, request: &[u8], space: &'a mut ResponseBuffer) -> Reply<'a> {
        match self {
            Self::InProcess(library) => library.call(request, space),
        }
    }
}
