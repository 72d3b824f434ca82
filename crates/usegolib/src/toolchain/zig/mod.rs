//! Zig as a C compiler, downloaded where there is none (spec: Zig Download
//! Verification).
//!
//! ```text
//! <cache>/zig/
//!   0.17.0-x86_64-linux/zig     an installed Zig: present exactly when whole
//!   .lock                       held by the process that installs
//!   .new-Ax9dk2/                an installation at work; left over if it was killed
//! ```
//!
//! [`Bootstrap::install`] reads the release index (`index.rs`), brings the archive
//! and compares its sha256 (`download.rs`), extracts it ([`unpack()`]) and renames
//! the result into place. Nothing is extracted, let alone run, before the digest
//! is right. All requests go through a [`Fetch`], to Zig's own site alone.

mod download;
mod error;
mod fetch;
mod index;
mod unpack;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fs_err as fs;

use crate::artifact::{Lock, Waiting};

pub use error::ZigError;
pub use fetch::{Fetch, FetchError, Https, Response};
pub use index::INDEX_URL;
pub use unpack::unpack;

/// The release that is downloaded; the one usegolib is tested with.
pub const VERSION: &str = "0.17.0";

/// What a bootstrap is doing.
#[derive(Debug)]
pub enum Event<'a> {
    /// Another process is at it.
    Waiting(&'a Waiting<'a>),
    /// Downloading the archive.
    Downloading {
        /// From where.
        url: &'a str,
        /// Bytes that are here.
        received: u64,
        /// Bytes in all.
        total: u64,
    },
    /// A request failed and will be made again.
    Retrying {
        /// What was requested.
        url: &'a str,
        /// How it failed.
        error: &'a ZigError,
    },
    /// Computing the archive's sha256.
    Verifying,
    /// Extracting the archive.
    Extracting {
        /// Files and folders so far.
        entries: u64,
    },
}

/// Called often; breaking ends the bootstrap with [`ZigError::Interrupted`].
pub type OnEvent<'a> = dyn FnMut(Event<'_>) -> ControlFlow<()> + 'a;

/// Installs Zig into a cache folder.
pub struct Bootstrap<'a> {
    folder: PathBuf,
    fetch: &'a dyn Fetch,
    target: String,
    version: String,
    pauses: Vec<Duration>,
}

/// The Zig that was downloaded into this cache folder, if it was.
pub fn installed(cache_folder: &Path) -> Option<PathBuf> {
    let executable = executable(&cache_folder.join("zig"), VERSION, &host_target());
    executable.is_file().then_some(executable)
}

fn executable(folder: &Path, version: &str, target: &str) -> PathBuf {
    folder
        .join(format!("{version}-{target}"))
        .join(executable_name())
}

fn executable_name() -> String {
    format!("zig{}", std::env::consts::EXE_SUFFIX)
}

/// The host as the release index names it (`x86_64-linux`).
fn host_target() -> String {
    format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS)
}

impl<'a> Bootstrap<'a> {
    /// A bootstrap of [`VERSION`] for the host, kept in `zig` in `cache_folder`.
    pub fn new(cache_folder: &Path, fetch: &'a dyn Fetch) -> Self {
        Self {
            folder: cache_folder.join("zig"),
            fetch,
            target: host_target(),
            version: VERSION.to_owned(),
            pauses: [1, 2, 4, 8].map(Duration::from_secs).to_vec(),
        }
    }

    /// The same for another platform, named as in the release index.
    #[must_use]
    pub fn for_target(mut self, target: &str) -> Self {
        target.clone_into(&mut self.target);
        self
    }

    /// The same with these pauses between attempts, hence so many retries.
    #[must_use]
    pub fn with_pauses(mut self, pauses: &[Duration]) -> Self {
        self.pauses = pauses.to_vec();
        self
    }

    /// Installs Zig, unless it is installed, and says where its executable is.
    pub fn install(&self, on_event: &mut OnEvent) -> Result<PathBuf, ZigError> {
        let executable = executable(&self.folder, &self.version, &self.target);
        if executable.is_file() {
            return Ok(executable);
        }
        let purpose = format!("downloading Zig {}", self.version);
        let mut on_wait = |waiting: &Waiting<'_>| on_event(Event::Waiting(waiting));
        let lock = Lock::acquire(&self.folder.join(".lock"), &purpose, &mut on_wait)?;
        // Another process may have installed it meanwhile.
        if !executable.is_file() {
            self.install_locked(&executable, on_event)?;
        }
        drop(lock);
        Ok(executable)
    }

    fn install_locked(&self, executable: &Path, on_event: &mut OnEvent) -> Result<(), ZigError> {
        self.sweep()?;
        let index = download::index(self.fetch, &self.pauses, on_event)?;
        let release = index::find(&index, &self.version, &self.target)?;
        let work = tempfile::Builder::new()
            .prefix(".new-")
            .tempdir_in(&self.folder)
            .map_err(ZigError::write(&self.folder))?;
        let archive = download::archive(self.fetch, &release, work.path(), &self.pauses, on_event)?;
        let extracted = work.path().join("extracted");
        fs::create_dir(&extracted).map_err(ZigError::write(&extracted))?;
        unpack(&archive, &release.url, &extracted, on_event)?;
        let root = folder_with_executable(&extracted, &release.url)?;
        let target = executable.parent().unwrap_or(&self.folder);
        if target.exists() {
            // Without its executable, or we would not be here.
            fs::remove_dir_all(target).map_err(ZigError::write(target))?;
        }
        fs::rename(&root, target).map_err(ZigError::write(target))
    }

    /// Removes what installations that were killed left.
    fn sweep(&self) -> Result<(), ZigError> {
        for entry in fs::read_dir(&self.folder).map_err(ZigError::write(&self.folder))? {
            let entry = entry.map_err(ZigError::write(&self.folder))?;
            if entry.file_name().as_encoded_bytes().starts_with(b".new-") {
                let path = entry.path();
                fs::remove_dir_all(&path).map_err(ZigError::write(&path))?;
            }
        }
        Ok(())
    }
}

/// The folder in the archive that holds `zig`: the archives have all their
/// content in one folder named after the release.
fn folder_with_executable(extracted: &Path, url: &str) -> Result<PathBuf, ZigError> {
    let entries = fs::read_dir(extracted).map_err(ZigError::write(extracted))?;
    let mut folders = entries.flatten().map(|entry| entry.path());
    folders
        .find(|folder| folder.join(executable_name()).is_file())
        .ok_or_else(|| ZigError::NoExecutable {
            url: url.to_owned(),
        })
}
