//! What can go wrong while loading a library.

use std::borrow::Cow;
use std::path::PathBuf;

use crate::error::{Category, Diagnostic};

/// A library could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// The dynamic linker refused the file.
    #[error("cannot load {}: {message}", path.display())]
    Open {
        /// The library.
        path: PathBuf,
        /// The dynamic linker's message.
        message: String,
    },
    /// The static TLS block is full: too many libraries.
    #[error("cannot load {}: no room left for thread-local storage ({message})", path.display())]
    StaticTls {
        /// The library.
        path: PathBuf,
        /// The dynamic linker's message.
        message: String,
    },
    /// Not a library built by usegolib.
    #[error("cannot load {}: it has no symbol {symbol}", path.display())]
    Symbol {
        /// The library.
        path: PathBuf,
        /// The entry point that is missing.
        symbol: &'static str,
    },
    /// The library speaks another ABI.
    #[error("cannot load {}: it does not speak ABI version {version}", path.display())]
    AbiVersion {
        /// The library.
        path: PathBuf,
        /// The version this process speaks.
        version: u32,
    },
    /// The library was not built with the manifest beside it.
    #[error("cannot load {}: the library and its manifest are not of one build", path.display())]
    Digest {
        /// The library.
        path: PathBuf,
    },
    /// The library answers one of the requests that every library answers in a way
    /// that this version doesn't know.
    #[error("cannot try {}: it doesn't answer {request}", path.display())]
    Answer {
        /// The library.
        path: PathBuf,
        /// The builtin that was called.
        request: &'static str,
    },
    /// Initialisation failed in a way this version doesn't know.
    #[error("cannot load {}: initialisation failed with status {status}", path.display())]
    Init {
        /// The library.
        path: PathBuf,
        /// What `usegolib_init` returned.
        status: i32,
    },
}

impl Diagnostic for LibraryError {
    fn category(&self) -> Category {
        Category::Load
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::StaticTls { .. } => Cow::Borrowed(
                "each Go library takes some of the process's static TLS block; put several \
                 packages into one module (one library), or raise the limit with \
                 GLIBC_TUNABLES=glibc.rtld.optional_static_tls=65536 before Python starts",
            ),
            Self::Symbol { .. }
            | Self::AbiVersion { .. }
            | Self::Digest { .. }
            | Self::Answer { .. } => {
                Cow::Borrowed("rebuild the artifact with `usegolib build --force`")
            }
            Self::Open { .. } | Self::Init { .. } => return None,
        })
    }
}
