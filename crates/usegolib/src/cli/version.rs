//! `usegolib version`.

use clap::Args;

use crate::error::Result;
use crate::manifest::{ABI_VERSION, MANIFEST_VERSION};

/// Print the version of usegolib and of its formats.
#[derive(Debug, Args)]
pub(super) struct Version {}

impl Version {
    #[allow(
        clippy::unnecessary_wraps,
        clippy::unused_self,
        reason = "commands share one form"
    )]
    pub(super) fn run(self) -> Result<()> {
        println!(
            "usegolib {} (manifest {MANIFEST_VERSION}, abi {ABI_VERSION})",
            env!("CARGO_PKG_VERSION")
        );
        Ok(())
    }
}
