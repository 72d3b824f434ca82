//! Projects: Go modules declared beside a Python project's other dependencies,
//! at locked versions, and libraries that a team shares.
//!
//! A [`Declaration`] is read from `pyproject.toml` and edited there ([`edit`]).
//! [`lock()`] has Go resolve it to a [`Lock`], the file `usegolib.lock`, which has the
//! version and hashes of every module and the digests of the libraries built
//! from them; [`sync()`] brings these libraries into the store, from a
//! [`SharedStore`] or by building them. An import in a project is answered by the
//! library of its lock that has the package, and by nothing else.

mod declaration;
pub mod edit;
mod error;
mod lock;
mod resolve;
mod shared;
mod sync;

pub use declaration::{Declaration, Declared, LOCK_FILE, PROJECT_FILE, Source, current};
pub use error::ProjectError;
pub use lock::{ArtifactDigests, Library, Lock, LockedModule, Member};
pub use resolve::lock;
pub use shared::{Offered, SharedStore, push};
pub use sync::{Strictness, Supply, Synced, library_request, obtain, sync};
