//! `usegolib __trial`: what a build runs to load a new library once.
//!
//! Whoever started it reads the lines it prints and how it ends: a panic in an
//! `init` ends this process, not theirs.

use std::path::PathBuf;

use clap::Args;

use super::output;
use crate::builder::trial::{PASSED, STARTED};
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
        // Initialising is all that a library can be asked for without arguments.
        // What else it can check by itself belongs here.
        Library::try_out(&self.library, self.digest)?;
        output::text(&format!("{PASSED}\n"))
    }
}
