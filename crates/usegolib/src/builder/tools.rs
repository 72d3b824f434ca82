//! The toolchain of a build, with its search told as progress.

use std::ffi::OsString;
use std::path::PathBuf;

use super::{BuildError, Interrupt, Phase, Progress};
use crate::manifest::Platform;
use crate::toolchain::zig::Event;
use crate::toolchain::{Search, Toolchain};

/// The go command and the environment to run it in.
#[derive(Debug)]
pub(super) struct Tools {
    pub(super) go: PathBuf,
    pub(super) environment: Vec<(OsString, OsString)>,
}

impl Tools {
    /// Finds Go and a C compiler, downloading one if there is none.
    pub(super) fn find(
        search: &Search,
        progress: &dyn Progress,
        interrupt: &dyn Interrupt,
    ) -> Result<Self, BuildError> {
        let toolchain = Toolchain::find(search, &mut |event| {
            tell(progress, &event);
            interrupt.continuing()
        })?;
        let mut environment = toolchain.environment;
        if std::env::var_os("HOME").is_none_or(|home| home.is_empty())
            && let Some(home) = etcetera::home_dir().ok().filter(|home| home.is_dir())
        {
            // Services often run without; Go doesn't ask the system itself.
            environment.push(("HOME".into(), home.into()));
        }
        let host = Platform::host();
        // What is built is loaded here, whatever the user cross-compiles.
        for (name, value) in [
            ("GO111MODULE", "on"),
            ("GOOS", &host.goos),
            ("GOARCH", &host.goarch),
        ] {
            environment.push((name.into(), value.into()));
        }
        Ok(Self {
            go: toolchain.go.path,
            environment,
        })
    }
}

fn tell(progress: &dyn Progress, event: &Event<'_>) {
    match event {
        Event::Waiting(waiting) => progress.detail(&waiting.to_string()),
        Event::Downloading {
            url,
            received,
            total,
        } => {
            if *received == 0 {
                progress.phase(Phase::Download);
            }
            progress.bytes(url, *received, *total);
        }
        Event::Retrying { url, error } => {
            progress.note(&format!("{url}: {error}; trying again"));
        }
        Event::Verifying => progress.detail("verifying Zig"),
        Event::Extracting { entries } => progress.detail(&format!("extracting Zig: {entries}")),
    }
}
