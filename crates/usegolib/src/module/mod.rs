//! What the user asked for, understood: which module, which version of it, and
//! which package inside.
//!
//! [`Target::parse`] tells a local directory, a standard-library package and a
//! remote path apart by their spelling alone. A local directory is then looked
//! up in its module ([`local`], reading `go.mod` with [`gomod`]); a remote path
//! is resolved by the go command itself, so that proxies, private modules,
//! `gopkg.in`, major version suffixes and pseudo-versions mean what they mean
//! to Go. [`packages`] walks a module's folder for importable packages, and
//! [`patterns`] restricts them to those asked for.

mod error;
pub mod gomod;
pub mod local;
pub mod packages;
pub mod patterns;
mod target;

pub use error::ModuleError;
pub use local::LocalModule;
pub use target::{LOCAL_VERSION, Target};
