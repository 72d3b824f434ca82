//! The command line: `usegolib build`, `inspect`, `gen`, `artifact`, `add`,
//! `remove`, `lock`, `sync`, `tree`, `doctor`, `version`.
//!
//! [`main`] parses the arguments, runs the command, and turns its error into
//! lines on standard error and an exit status: 0, 1 for a failure, 2 for wrong
//! usage.

mod artifact;
mod bindings;
mod build;
mod contents;
mod doctor;
mod inspect;
mod locate;
mod output;
mod project;
mod report;
mod trial;
mod version;

use std::ffi::OsString;
use std::path::Path;

use clap::{Parser, Subcommand};

use crate::builder::Interrupt;
use crate::builder::trial::TRIAL_COMMAND;
use crate::error::{Category, Error, Result};
use crate::toolchain::{Python, Search};

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
    #[command(name = "gen", visible_alias = "bindgen")]
    Bindings(bindings::Bindings),
    Artifact(artifact::Artifacts),
    Add(project::Add),
    Remove(project::Remove),
    #[command(name = "lock")]
    Lock(project::LockCommand),
    Sync(project::Sync),
    Tree(project::Tree),
    Doctor(doctor::Doctor),
    Version(version::Version),
    #[command(name = TRIAL_COMMAND, hide = true)]
    Trial(trial::Trial),
}

/// What the front end brings along.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Asked whether to stop while a command waits for something.
    pub interrupt: &'a dyn Interrupt,
    /// The Python this runs in, whose wheels may bring a toolchain.
    pub python: &'a Python,
    /// The program that runs, where that is nothing but the command line.
    pub program: Option<&'a Path>,
}

impl Context<'_> {
    fn search(&self) -> Result<Search> {
        Ok(Search {
            command_line: self.program.map(Path::to_owned),
            ..Search::from_environment(self.python.clone())?
        })
    }
}

/// Runs the command line (without the program's name) and returns the exit
/// status.
pub fn main<A: Into<OsString>>(
    arguments: impl IntoIterator<Item = A>,
    context: &Context<'_>,
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
        Command::Build(command) => command.run(context).map(|()| 0),
        Command::Inspect(command) => command.run().map(|()| 0),
        Command::Bindings(command) => command.run().map(|()| 0),
        Command::Artifact(command) => command.run(context).map(|()| 0),
        Command::Add(command) => command.run(context).map(|()| 0),
        Command::Remove(command) => command.run(context).map(|()| 0),
        Command::Lock(command) => command.run(context).map(|()| 0),
        Command::Sync(command) => command.run(context).map(|()| 0),
        Command::Tree(command) => command.run(context).map(|()| 0),
        Command::Doctor(command) => command.run(context),
        Command::Version(command) => command.run().map(|()| 0),
        Command::Trial(command) => command.run().map(|()| 0),
    };
    outcome.unwrap_or_else(|error| report(&error))
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
