//! The one error type of the crate.
//!
//! Each area has its own enum, which knows its message, its category (the
//! Python exception it becomes) and its remedy. Messages name the thing and
//! the path; the remedy is kept apart, so that every front end renders it as
//! its own `hint:` line.

use std::borrow::Cow;
use std::fmt;

/// What kind of failure an error is: one category per public Python exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    /// No artifact matches the request.
    ArtifactNotFound,
    /// Several versions match and none was asked for.
    AmbiguousArtifact,
    /// Another version of the module is already loaded in this process.
    VersionConflict,
    /// A manifest or a library was refused, or could not be loaded.
    Load,
    /// Building an artifact failed.
    Build,
    /// The caller asked for something that makes no sense (CLI exit status 2).
    Usage,
}

/// What every error of the crate can tell besides its message.
pub trait Diagnostic: std::error::Error {
    /// The category, hence the Python exception and the exit status.
    fn category(&self) -> Category;

    /// The remedy, rendered by front ends as a line `hint: ...`.
    fn hint(&self) -> Option<Cow<'_, str>> {
        None
    }
}

/// Any error of this crate.
pub struct Error(Box<dyn Diagnostic + Send + Sync + 'static>);

impl Error {
    /// The category, hence the Python exception and the exit status.
    pub fn category(&self) -> Category {
        self.0.category()
    }

    /// The remedy, if there is one.
    pub fn hint(&self) -> Option<Cow<'_, str>> {
        self.0.hint()
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

impl<E: Diagnostic + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;
