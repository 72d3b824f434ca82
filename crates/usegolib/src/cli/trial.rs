//! `usegolib __trial`: what a build runs to load a new library once.
//!
//! Whoever started it reads the lines it prints and how it ends: a panic in an
//! `init` ends this process, not theirs.

use std::path::PathBuf;

use clap::Args;

use super::output;
use crate::builder::trial::{MISTAKEN, PASSED, STARTED, TRYING};
use crate::engine::in_process::Library;
use crate::error::Result;

/// Load a library and say whether that worked.
#[derive(Debug, Args)]
pub(super) struct Trial {
    library: PathBuf,
    /// The digest of its symbol table
    digest: u64,
}

impl Trial {
    pub(super) fn run(self) -> Result<()> {
        output::text(&format!("{STARTED}\n"))?;
        let library = Library::try_out(&self.library, self.digest)?;
        for index in library.layouts()? {
            // A trampoline that is wrong about registers can do anything.
            output::text(&format!("{TRYING}{index}\n"))?;
            if !library.check_layout(index)? {
                output::text(&format!("{MISTAKEN}{index}\n"))?;
            }
        }
        output::text(&format!("{PASSED}\n"))
    }
}
