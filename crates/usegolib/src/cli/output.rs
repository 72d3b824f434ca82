//! Results on standard output.

use std::io::{self, Write};

use serde::Serialize;
use thiserror::Error;

use crate::error::{Category, Diagnostic, Result};

/// Standard output can't be written to.
#[derive(Debug, Error)]
#[error("standard output: {0}")]
struct OutputError(#[from] io::Error);

impl Diagnostic for OutputError {
    fn category(&self) -> Category {
        Category::Build
    }
}

/// Prints text. A reader who has seen enough (`| head`) is no error.
pub(super) fn text(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(OutputError(error).into()),
        _ => Ok(()),
    }
}

/// Prints a value as indented JSON.
pub(super) fn json(value: &impl Serialize) -> Result<()> {
    let json = serde_json::to_string_pretty(value).map_err(io::Error::from);
    text(&(json.map_err(OutputError)? + "\n"))
}
