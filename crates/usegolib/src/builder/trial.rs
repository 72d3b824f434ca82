//! Loading a new library once, in a process of its own, before it is installed.
//!
//! Loading a Go library runs the `init` functions of all its packages. One that
//! panics, exits or never returns would take the importing process with it, and
//! no other package of the module could be used. The child is this very program
//! (`usegolib __trial`, or `python -m usegolib __trial`); what ended it is read
//! from what it printed.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::BuildError;
use super::go::{Go, process};
use crate::environment;
use crate::toolchain::Search;

/// The hidden subcommand.
pub const TRIAL_COMMAND: &str = "__trial";
/// What the child prints before it loads the library.
pub const STARTED: &str = "usegolib trial: started";
/// What the child prints when the library is there.
pub const PASSED: &str = "usegolib trial: passed";

/// What the child prints, with its symbol index, before it tries a callable's
/// trampoline.
pub const TRYING: &str = "usegolib trial: trying the layout of ";
/// The same when that has failed.
pub const MISTAKEN: &str = "usegolib trial: mistaken about ";

const DEFAULT_LIMIT: Duration = Duration::from_secs(30);
/// How much of what a package said is kept.
const MOST_LINES: usize = 12;

/// What came of a trial.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Passed,
    /// It can be loaded, but the trampolines of the callables with these symbol
    /// indices don't pass arguments as Go does.
    Mistaken(Vec<u32>),
    /// The child could not be run: nothing is known of the library.
    NotTried(String),
    Failed(Failure),
}

/// How the child ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// The package whose `init` was running, if the child said so.
    pub(super) package: Option<String>,
    /// What was seen, for people.
    pub(super) words: String,
}

/// How the child is started.
#[derive(Debug)]
pub(super) struct Trial {
    program: Vec<OsString>,
    limit: Duration,
}

impl Trial {
    /// The trial that this process can make: with the Python that it runs in,
    /// or with itself where it is the command line. Any other program that
    /// uses the library has no child to offer.
    pub(super) fn find(search: &Search) -> Option<Self> {
        let program = match (&search.python.executable, &search.command_line) {
            (Some(python), _) => vec![python.into(), "-m".into(), "usegolib".into()],
            (None, Some(program)) => vec![program.into()],
            (None, None) => return None,
        };
        let limit = environment::TRIAL_SECONDS
            .text()
            .and_then(|text| Duration::try_from_secs_f64(text.parse().ok()?).ok());
        Some(Self {
            program,
            limit: limit.unwrap_or(DEFAULT_LIMIT),
        })
    }

    /// Loads the library whose callables have this digest.
    pub(super) fn run(&self, go: &Go, library: &Path, digest: u64) -> Result<Outcome, BuildError> {
        let mut command = Command::new(&self.program[0]);
        command
            .args(&self.program[1..])
            .arg(TRIAL_COMMAND)
            .arg(library)
            .arg(digest.to_string())
            // All goroutines: the one that is stuck in an init among them.
            .env("GOTRACEBACK", "all")
            // A folder called usegolib where we are is not the package.
            .env("PYTHONSAFEPATH", "1");
        let output = process::run_within(&mut command, self.limit, go.interrupt);
        let output = match output {
            Ok(output) => output.ok_or(BuildError::Interrupted)?,
            Err(error) => return Ok(Outcome::NotTried(error.to_string())),
        };
        let printed = String::from_utf8_lossy(&output.stdout);
        let has = |line: &str| printed.lines().any(|one| one == line);
        if !has(STARTED) {
            return Ok(Outcome::NotTried(output.stderr.trim().to_owned()));
        }
        let mistaken = mistaken(&printed, has(PASSED) && !output.timed_out);
        if !mistaken.is_empty() {
            return Ok(Outcome::Mistaken(mistaken));
        }
        if has(PASSED) && !output.timed_out {
            return Ok(Outcome::Passed);
        }
        let said = said(&output.stderr);
        let words = if output.timed_out {
            let place = init_frames(&output.stderr).next().map_or("", |(_, at)| at);
            format!(
                "it doesn't end within {} s{}",
                self.limit.as_secs_f64(),
                if place.is_empty() {
                    String::new()
                } else {
                    format!(" (in {place})")
                }
            )
        } else if said.is_empty() {
            format!("it ends the process ({})", output.status)
        } else {
            format!("it ends the process ({}):\n{said}", output.status)
        };
        Ok(Outcome::Failed(Failure {
            package: init_frames(&output.stderr)
                .next()
                .map(|(package, _)| package),
            words,
        }))
    }
}

/// The callables whose trampolines failed; the one that was being tried, if the
/// child did not come to its end.
fn mistaken(printed: &str, ended: bool) -> Vec<u32> {
    let index = |line: &str, mark: &str| line.strip_prefix(mark)?.parse().ok();
    let mut found: Vec<u32> = printed
        .lines()
        .filter_map(|line| index(line, MISTAKEN))
        .collect();
    if !ended {
        let last = printed.lines().last();
        found.extend(last.and_then(|line| index(line, TRYING)));
    }
    found
}

/// The front of what the child printed: Go's traces come after the message.
fn said(stderr: &str) -> String {
    let lines = stderr
        .lines()
        .take_while(|line| !line.starts_with("goroutine "))
        .filter(|line| !line.trim().is_empty());
    lines.take(MOST_LINES).collect::<Vec<_>>().join("\n")
}

/// The packages whose `init` is in the traces that Go printed, each with the
/// function that its `init` was in.
fn init_frames(stderr: &str) -> impl Iterator<Item = (String, &str)> {
    let mut innermost = "";
    stderr.lines().filter_map(move |line| {
        if line.is_empty() || line.starts_with("goroutine ") {
            innermost = "";
            return None;
        }
        if line.starts_with('\t') {
            return None;
        }
        let frame = line.strip_prefix("created by ").unwrap_or(line);
        let frame = frame.split(" in goroutine ").next().unwrap_or(frame);
        let (package, function) = split_symbol(frame)?;
        // What waits is the runtime's; what called it is of interest.
        if innermost.is_empty() && !matches!(package, "runtime" | "time" | "sync") {
            innermost = frame.split('(').next().unwrap_or(frame);
        }
        let name = function.split('(').next().unwrap_or(function);
        let initialises = ["init", "map.init", "glob."].iter().any(|one| {
            name.strip_prefix(one)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        });
        (initialises && package != "runtime").then(|| (package.replace("%2e", "."), innermost))
    })
}

/// The package and the function of a frame: `e.c/m.init.0()`.
fn split_symbol(frame: &str) -> Option<(&str, &str)> {
    let arguments = frame.find('(').unwrap_or(frame.len());
    let folder = frame[..arguments].rfind('/').map_or(0, |at| at + 1);
    let dot = folder + frame[folder..].find('.')?;
    Some((&frame[..dot], &frame[dot + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(stderr: &str) -> Option<String> {
        init_frames(stderr).next().map(|(package, _)| package)
    }

    #[test]
    fn the_package_of_an_init_is_found_in_its_trace() {
        for (frame, found) in [
            ("e.c/m/b.init.0()", Some("e.c/m/b")),
            ("e.c/m.init()", Some("e.c/m")),
            ("gopkg.in/yaml%2ev3.init.1()", Some("gopkg.in/yaml.v3")),
            ("e.c/m.init.func1(...)", Some("e.c/m")),
            ("e.c/m.glob..func1()", Some("e.c/m")),
            ("created by e.c/m.init.0 in goroutine 1", Some("e.c/m")),
            ("created by runtime.init.7 in goroutine 1", None),
            ("e.c/m.initialize()", None),
            ("flag.(*FlagSet).Var(0x1, {0x2, 0x3})", None),
        ] {
            let stderr =
                format!("panic: x\n\ngoroutine 1 [running]:\nruntime.y()\n{frame}\n\t/a.go:1\n");
            assert_eq!(package(&stderr).as_deref(), found, "{frame}");
        }
    }

    #[test]
    fn what_ended_the_child_is_the_layout_that_was_tried() {
        let printed = format!("{STARTED}\n{TRYING}48\n{MISTAKEN}48\n{TRYING}50\n");
        assert_eq!(mistaken(&printed, true), [48]);
        assert_eq!(mistaken(&printed, false), [48, 50]);
        assert_eq!(mistaken(STARTED, false), [0_u32; 0]);
    }

    #[test]
    fn the_message_comes_before_the_traces() {
        let stderr = "panic: flag redefined: v\n\ngoroutine 1 [running]:\nflag.f()\n";
        assert_eq!(said(stderr), "panic: flag redefined: v");
    }
}
