//! What can go wrong while Zig is downloaded.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use super::fetch::FetchError;
use crate::artifact::StoreError;
use crate::error::{Category, Diagnostic};

/// Why Zig could not be installed.
#[derive(Debug, thiserror::Error)]
pub enum ZigError {
    /// The address is not one that Zig is downloaded from.
    #[error("refused to download Zig from {url}: only https://ziglang.org/ is allowed")]
    ForeignAddress {
        /// The address in the release index.
        url: String,
    },
    /// The network or the server failed.
    #[error("cannot download {url}: {source}")]
    Fetch {
        /// The address.
        url: String,
        /// How it failed.
        source: FetchError,
    },
    /// The release index isn't what it should be.
    #[error("Zig's release index {} {problem}", super::INDEX_URL)]
    Index {
        /// What is wrong.
        problem: String,
    },
    /// There is no such release for the platform.
    #[error("Zig {version} is not available for {target}")]
    NoRelease {
        /// The release.
        version: String,
        /// The platform, as Zig names it.
        target: String,
    },
    /// The archive isn't the one of the release index.
    #[error("{url} has sha256 {actual}, but Zig's release index says {expected}; it was deleted")]
    Sha256Mismatch {
        /// The address.
        url: String,
        /// The digest by the index.
        expected: String,
        /// The digest of what was received.
        actual: String,
    },
    /// An entry of the archive would do more than put a file into the folder.
    #[error("refused to extract {entry:?} of {url}: it {problem}")]
    UnsafeEntry {
        /// The archive's address.
        url: String,
        /// The entry's name.
        entry: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The archive can't be read, or its entries can't be written.
    #[error("extracting {url} failed: {source}")]
    Archive {
        /// The archive's address.
        url: String,
        /// How.
        source: io::Error,
    },
    /// The archive has no `zig` where it should be.
    #[error("the archive {url} has no zig executable")]
    NoExecutable {
        /// The archive's address.
        url: String,
    },
    /// The cache folder can't be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The lock can't be had.
    #[error(transparent)]
    Lock(#[from] StoreError),
    /// It was stopped.
    #[error("interrupted while downloading Zig")]
    Interrupted,
}

impl ZigError {
    pub(super) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Write { path, source }
    }

    /// Whether another attempt may succeed.
    pub(super) fn is_transient(&self) -> bool {
        matches!(self, Self::Fetch { source, .. } if source.is_transient())
    }
}

impl Diagnostic for ZigError {
    fn category(&self) -> Category {
        Category::Build
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Lock(error) => return error.hint(),
            Self::Interrupted => return None,
            Self::Write { source, .. } | Self::Archive { source, .. }
                if source.kind() == io::ErrorKind::StorageFull =>
            {
                "the disk is full: Zig needs about 500 MB in the cache folder (USEGOLIB_CACHE_DIR)"
                    .into()
            }
            _ => "install a C compiler (gcc or clang), or `pip install 'usegolib[toolchain]'`, or \
                  set USEGOLIB_ZIG to the path of a zig executable"
                .into(),
        })
    }
}
