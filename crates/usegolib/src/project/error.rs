//! What can be wrong with a project.

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::error::{Category, Diagnostic};

/// A project that can't be read, locked or followed.
#[derive(Debug, Error)]
pub enum ProjectError {
    /// There is no project here.
    #[error("no {} declares Go modules, here or in a parent folder of {}", super::PROJECT_FILE, folder.display())]
    None {
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// A file that is no TOML, or not what it should be.
    #[error("{}: {problem}", file.display())]
    Malformed {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A module that isn't declared.
    #[error("{}: {module} is not declared", file.display())]
    NotDeclared {
        /// The project file.
        file: PathBuf,
        /// The module.
        module: String,
    },
    /// The lock file isn't there.
    #[error("{}: there is no such lock file", lock.display())]
    NoLock {
        /// The lock file.
        lock: PathBuf,
    },
    /// The lock file is of other declarations than there are now.
    #[error("{}: it is not the lock of what the project declares now", lock.display())]
    Outdated {
        /// The lock file.
        lock: PathBuf,
    },
    /// The lock file doesn't say what to expect on this platform.
    #[error("{}: it has no artifact of {library} for {platform}", lock.display())]
    Unbuilt {
        /// The lock file.
        lock: PathBuf,
        /// The library's members.
        library: String,
        /// The platform.
        platform: String,
    },
    /// An artifact that isn't the one the lock has.
    #[error("{what} of {library} has sha256 {found}, but {} says {expected}", lock.display())]
    Digest {
        /// The lock file, or what else says what to expect.
        lock: PathBuf,
        /// `the manifest` or `the library`.
        what: &'static str,
        /// The library's members.
        library: String,
        /// The digest that was expected.
        expected: String,
        /// The digest that was found.
        found: String,
    },
    /// Another version is asked for than the one that is locked.
    #[error("{path} is asked for at version {asked}, but {} has {locked}", lock.display())]
    Version {
        /// The lock file.
        lock: PathBuf,
        /// The import path.
        path: String,
        /// The version asked for.
        asked: String,
        /// The version locked.
        locked: String,
    },
    /// What is to be bundled is not one library of the project's.
    #[error("{}: {problem}", file.display())]
    Apart {
        /// The project file.
        file: PathBuf,
        /// What keeps it apart.
        problem: String,
    },
    /// The address of a shared store that can't be one.
    #[error("{url}: {problem}")]
    Address {
        /// The address.
        url: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A shared store that doesn't answer, or not with what it should.
    #[error("{url}: {problem}")]
    Fetch {
        /// What was asked for.
        url: String,
        /// What came of it.
        problem: String,
    },
    /// A file that can't be read or written; the message names it.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Diagnostic for ProjectError {
    fn category(&self) -> Category {
        match self {
            Self::Version { .. } | Self::Apart { .. } => Category::VersionConflict,
            Self::Malformed { .. }
            | Self::NoLock { .. }
            | Self::Outdated { .. }
            | Self::Unbuilt { .. }
            | Self::Digest { .. }
            | Self::Fetch { .. } => Category::Load,
            Self::None { .. } | Self::NotDeclared { .. } | Self::Address { .. } => Category::Usage,
            Self::Io(_) => Category::Build,
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(match self {
            Self::None { .. } => "declare a module with `usegolib add PATH[@VERSION]`",
            Self::NotDeclared { .. } => "`usegolib tree` shows what is declared",
            Self::NoLock { .. } | Self::Outdated { .. } => {
                "run `usegolib lock`, or `usegolib sync`, which locks and builds"
            }
            Self::Unbuilt { .. } => {
                "run `usegolib sync` on this platform, and put the lock file into version control"
            }
            Self::Digest { .. } => {
                "the artifact was changed, or built with another Go or C compiler: run \
                 `usegolib sync` to lock what this machine builds, or fetch the locked one from a \
                 shared store (USEGOLIB_ARTIFACT_URL)"
            }
            Self::Version { .. } => {
                "import it without a version, or change what the project declares"
            }
            Self::Apart { .. } => {
                "declare all of them (`usegolib add PATH`), with their tags and generics; or give \
                 an artifact_dir, which ignores the project"
            }
            Self::Address { .. } => "USEGOLIB_ARTIFACT_URL is https://... or file:///...",
            Self::Fetch { .. } => {
                "check USEGOLIB_ARTIFACT_URL, or unset it to build without a shared store"
            }
            Self::Malformed { .. } | Self::Io(_) => return None,
        }))
    }
}
