//! Running the go command for a build: in its own process group, watched for
//! interrupts and progress, and tried again when the network fails.

pub(crate) mod network;
pub(crate) mod process;
mod settings;

use std::ffi::{OsStr, OsString};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use self::network::Failure;
pub(crate) use self::settings::{Settings, installed_release, release_file, settings_file};
use super::error::BuildError;
use super::{Interrupt, Phase, Progress};
use crate::environment;

const DEFAULT_DELAYS: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3)];

/// The go command as one build uses it.
pub(crate) struct Go<'a> {
    program: PathBuf,
    environment: Vec<(OsString, OsString)>,
    delays: Vec<Duration>,
    pub(crate) interrupt: &'a dyn Interrupt,
    pub(crate) progress: &'a dyn Progress,
}

/// One go command to run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Invocation {
    pub(crate) directory: PathBuf,
    pub(crate) arguments: Vec<OsString>,
    pub(crate) environment: Vec<(OsString, OsString)>,
}

impl Invocation {
    pub(crate) fn new<A: AsRef<OsStr>>(
        directory: &Path,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        Self {
            directory: directory.to_owned(),
            arguments: arguments
                .into_iter()
                .map(|argument| argument.as_ref().to_owned())
                .collect(),
            environment: Vec::new(),
        }
    }

    pub(crate) fn arguments<A: AsRef<OsStr>>(mut self, more: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(
            more.into_iter()
                .map(|argument| argument.as_ref().to_owned()),
        );
        self
    }

    pub(crate) fn variable(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// The command as the user would type it: the verb and what comes last.
    fn display(&self) -> String {
        let verb = self
            .arguments
            .first()
            .map_or("".into(), |a| a.to_string_lossy());
        format!("go {verb}")
    }
}

/// What a go command printed.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) success: bool,
    pub(crate) stdout: Vec<u8>,
    /// Without the lines that only tell progress.
    pub(crate) stderr: String,
}

impl<'a> Go<'a> {
    pub(crate) fn new(
        program: PathBuf,
        environment: Vec<(OsString, OsString)>,
        interrupt: &'a dyn Interrupt,
        progress: &'a dyn Progress,
    ) -> Self {
        Self {
            program,
            environment,
            delays: retry_delays(),
            interrupt,
            progress,
        }
    }

    /// Adds a variable to the environment of all commands.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.environment.push((name.into(), value.into()));
    }

    /// Adds a flag to `GOFLAGS` for all commands.
    pub(crate) fn set_flag(&mut self, flag: &str) {
        let mut flags = std::env::var_os("GOFLAGS").unwrap_or_default();
        flags.push(" ");
        flags.push(flag);
        self.set("GOFLAGS", flags);
    }

    /// Whether a loop that waits should go on.
    pub(crate) fn continuing(&self) -> ControlFlow<()> {
        self.interrupt.continuing()
    }

    /// Runs a command that has to succeed and doesn't use the network.
    pub(crate) fn run(&self, invocation: &Invocation) -> Result<Output, BuildError> {
        check(invocation, self.once(invocation)?)
    }

    /// Runs a command that may download, trying again while `transient` says
    /// that what went wrong may pass. The output may still be a failure's.
    pub(crate) fn attempt(
        &self,
        invocation: &Invocation,
        transient: impl Fn(&Output) -> Option<String>,
    ) -> Result<Output, BuildError> {
        let mut delays = self.delays.iter();
        loop {
            let output = self.once(invocation)?;
            let Some(reason) = transient(&output) else {
                return Ok(output);
            };
            if let Some(delay) = delays.next() {
                self.progress.note(&format!(
                    "{}: {}; trying again in {:.1} s",
                    invocation.display(),
                    first_line(&reason),
                    delay.as_secs_f64()
                ));
                self.pause(*delay)?;
                continue;
            }
            if self.proxy_is_chosen(&invocation.directory)? {
                return Err(BuildError::Network { output: reason });
            }
            self.progress
                .note("the module proxy can't be reached; trying GOPROXY=direct");
            let direct = invocation.clone().variable("GOPROXY", "direct");
            let output = self.once(&direct)?;
            return match transient(&output) {
                // The first failure is the one to look into.
                Some(_) => Err(BuildError::Network { output: reason }),
                None => Ok(output),
            };
        }
    }

    /// Runs a command that may download and has to succeed.
    pub(crate) fn fetch(&self, invocation: &Invocation) -> Result<Output, BuildError> {
        let output = self.attempt(invocation, transient_failure)?;
        check(invocation, output)
    }

    fn once(&self, invocation: &Invocation) -> Result<Output, BuildError> {
        let mut command = Command::new(&self.program);
        command
            .args(&invocation.arguments)
            .current_dir(&invocation.directory)
            // Go trusts PWD for the spelling of its folder.
            .env("PWD", &invocation.directory)
            .envs(self.environment.iter().map(|(k, v)| (k, v)))
            .envs(invocation.environment.iter().map(|(k, v)| (k, v)));
        let mut errors = String::new();
        let mut compiled = 0;
        let output = process::run(&mut command, self.interrupt, &mut |line| {
            if let Some(module) = line.strip_prefix("go: downloading ") {
                self.progress.phase(Phase::Download);
                self.progress.detail(module);
            } else if is_package(line) {
                compiled += 1;
                if compiled == 1 {
                    self.progress.phase(Phase::Compile);
                }
                self.progress.detail(&format!("{compiled}: {line}"));
            } else {
                errors.push_str(line);
                errors.push('\n');
            }
        })
        .map_err(|source| BuildError::Start {
            program: self.program.clone(),
            source,
        })?
        .ok_or(BuildError::Interrupted)?;
        Ok(Output {
            success: output.status.success(),
            stdout: output.stdout,
            stderr: errors,
        })
    }

    fn pause(&self, delay: Duration) -> Result<(), BuildError> {
        let end = Instant::now() + delay;
        loop {
            if self.interrupt.requested() {
                return Err(BuildError::Interrupted);
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            std::thread::sleep(left.min(Duration::from_millis(50)));
        }
    }

    /// Whether the user chose a proxy, in the environment or by `go env -w`.
    fn proxy_is_chosen(&self, directory: &Path) -> Result<bool, BuildError> {
        if std::env::var_os("GOPROXY").is_some_and(|value| !value.is_empty()) {
            return Ok(true);
        }
        let output = self.once(&Invocation::new(directory, ["env", "-changed", "GOPROXY"]))?;
        Ok(!output.stdout.trim_ascii().is_empty())
    }
}

/// Turns the output of a failed command into an error.
pub(crate) fn check(invocation: &Invocation, output: Output) -> Result<Output, BuildError> {
    if output.success {
        return Ok(output);
    }
    Err(match network::classify(&output.stderr) {
        Failure::Refused(refusal) => BuildError::Refused {
            refusal,
            output: output.stderr,
        },
        Failure::Transient => BuildError::Network {
            output: output.stderr,
        },
        Failure::Other => BuildError::Go {
            command: invocation.display(),
            output: output.stderr,
        },
    })
}

/// A transient failure of a command, by its exit status and messages.
pub(crate) fn transient_failure(output: &Output) -> Option<String> {
    (!output.success && network::classify(&output.stderr) == Failure::Transient)
        .then(|| output.stderr.clone())
}

/// Whether a line is what `-v` prints before it compiles a package.
fn is_package(line: &str) -> bool {
    !line.is_empty() && !line.contains(|c: char| c.is_whitespace() || c == ':' || c == '#')
}

fn first_line(text: &str) -> &str {
    text.trim().lines().next().unwrap_or_default()
}

fn retry_delays() -> Vec<Duration> {
    environment::RETRY_DELAYS
        .text()
        .and_then(|text| {
            text.split(',')
                .map(|number| number.trim().parse().ok().map(Duration::from_millis))
                .collect()
        })
        .unwrap_or_else(|| DEFAULT_DELAYS.to_vec())
}
