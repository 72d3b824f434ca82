//! The command line: `usegolib build`, `inspect`, `artifact`, `doctor`,
//! `version`.
//!
//! [`main`] parses the arguments, runs the command, and turns its error into
//! lines on standard error and an exit status: 0, 1 for a failure, 2 for wrong
//! usage.

mod artifact;
mod build;
mod inspect;
mod locate;
mod output;
mod report;
mod signature;
mod version;

use std::ffi::OsString;

use clap::{Parser, Subcommand};

use crate::builder::Interrupt;
use crate::error::{Category, Error};

/// Import any Go module from Python, in process.
#[derive(Debug, Parser)]
#[command(name = "usegolib", disable_version_flag = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Build(build::Build),
    Inspect(inspect::Inspect),
    Artifact(artifact::Artifacts),
    Version(version::Version),
}

/// Runs the command line (without the program's name) and returns the exit
/// status.
pub fn main<A: Into<OsString>>(
    arguments: impl IntoIterator<Item = A>,
    interrupt: &dyn Interrupt,
) -> i32 {
    let arguments = std::iter::once("usegolib".into()).chain(arguments.into_iter().map(Into::into));
    let parsed = match Arguments::try_parse_from(arguments) {
        Ok(parsed) => parsed,
        Err(error) => {
            // Nobody is left to tell if the terminal is gone.
            let _ = error.print();
            return error.exit_code();
        }
    };
    let outcome = match parsed.command {
        Command::Build(command) => command.run(interrupt),
        Command::Inspect(command) => command.run(),
        Command::Artifact(command) => command.run(interrupt),
        Command::Version(command) => command.run(),
    };
    match outcome {
        Ok(()) => 0,
        Err(error) => report(&error),
    }
}

/// Prints an error and its hint; the exit status.
fn report(error: &Error) -> i32 {
    eprintln!("error: {error}");
    if let Some(hint) = error.hint() {
        eprintln!("hint: {hint}");
    }
    if error.category() == Category::Usage {
        2
    } else {
        1
    }
}
