//! The artifact store: built libraries on disk, found by import path.
//!
//! A build flows in: [`Store::lock`] one artifact's place, [`ArtifactLock::stage`]
//! a folder to build in, [`Staging::install`] it in one step. An import flows
//! out: [`decide`] whether a loaded module answers it, [`Store::lookup`] the
//! artifact, [`Artifact::load`] its manifest and check its library's sha256.
//!
//! # Lookup and the index
//! The tree itself answers a lookup: the layout says at which few paths the
//! artifacts of a package can be, so with a version a lookup opens one file per
//! element of the import path, however large the store. Without a version it
//! needs to know which versions there are, and that is in the listing of one
//! folder, which may have thousands of entries. The index remembers
//! listings, each with the identity of the listed folder (inode and change
//! time): a remembered listing counts only as long as the folder has not changed
//! since, and "there is none" is always asked of the folder itself. So a stale,
//! missing, damaged or foreign index costs time and nothing else, and no
//! entry has to be trusted. The index is one line per module, sorted, and is
//! searched in place; it is never parsed as a whole but when it is rewritten.
//!
//! A manifest that was copied to another place by hand is found too, when nothing
//! in place matches. So a miss asks every folder of the root; the [`snapshot`]
//! remembers by their identities what was in them, and only what has changed
//! since is read.

mod contents;
#[cfg(test)]
mod equivalence;
mod error;
mod exposure;
mod identity;
mod index;
mod install;
mod layout;
mod library_file;
mod loaded;
mod lock;
mod lookup;
pub mod missed;
mod scan;
mod snapshot;
mod tags;
mod verify;

pub use error::{Ambiguous, NotFound, StoreError};
pub use exposure::Exposure;
pub use index::FILE_NAME as INDEX_FILE_NAME;
pub use install::{ArtifactLock, Staging};
pub use layout::{Place, Store, cache_folder};
pub use library_file::LibraryFile;
pub use loaded::{Decision, LoadedError, LoadedModule, admit, decide, in_the_way, lacking};
pub use lock::{Lock, OnWait, Waiting};
pub use lookup::{Artifact, Found, Provides};
pub use scan::{Listed, Listing};
pub use tags::TagsError;
pub use verify::{Loadable, Verify, sha256_of};
