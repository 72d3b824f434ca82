//! `usegolib version`.

use clap::Args;

use super::output;
use crate::error::Result;

/// Print the version of usegolib.
#[derive(Debug, Args)]
pub(super) struct Version {}

impl Version {
    #[allow(clippy::unused_self, reason = "commands share one form")]
    pub(super) fn run(self) -> Result<()> {
        output::text(concat!("usegolib ", env!("CARGO_PKG_VERSION"), "\n"))
    }
}
