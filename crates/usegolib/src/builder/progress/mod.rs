//! Telling the user how far a build is.
//!
//! A build reports phases and details through [`Progress`]; the front end
//! chooses how they look: a live line on a terminal ([`Terminal`]), plain lines
//! in logs and notebooks ([`Lines`]), or nothing ([`Silent`]). What is found
//! ready in the store reports nothing at all.

mod lines;
mod terminal;

use std::fmt;
use std::io::IsTerminal;

pub use lines::Lines;
pub use terminal::Terminal;

use crate::environment;

/// A stage of a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Finding out which version of which module is meant.
    Resolve,
    /// Go downloads modules.
    Download,
    /// Go compiles the module's packages and what they import.
    Compile,
    /// The scanner reads what the packages export.
    Scan,
    /// The bridge's source is generated.
    Generate,
    /// Go compiles the bridge and links the library.
    Link,
    /// The library is loaded once, in a process of its own.
    Try,
    /// The artifact is moved into the store.
    Install,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Resolve => "resolving",
            Self::Download => "downloading",
            Self::Compile => "compiling",
            Self::Scan => "scanning",
            Self::Generate => "generating",
            Self::Link => "linking",
            Self::Try => "trying",
            Self::Install => "installing",
        })
    }
}

/// Where a build reports to. All calls come from the thread that builds.
pub trait Progress {
    /// A phase begins, and the one before it is over.
    fn phase(&self, phase: Phase);

    /// What the phase is at: a package, a count.
    fn detail(&self, detail: &str);

    /// How much of a download is here.
    fn bytes(&self, what: &str, received: u64, total: u64);

    /// Something the user should know even in hindsight: waiting for a lock, a
    /// download tried again.
    fn note(&self, note: &str);

    /// The build is over, well (with a summary) or not.
    fn finish(&self, summary: Option<&str>);
}

/// Reports nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn phase(&self, _: Phase) {}
    fn detail(&self, _: &str) {}
    fn bytes(&self, _: &str, _: u64, _: u64) {}
    fn note(&self, _: &str) {}
    fn finish(&self, _: Option<&str>) {}
}

/// The progress that suits standard error, unless `USEGOLIB_PROGRESS` says
/// otherwise: a live line on a terminal, plain lines elsewhere.
pub fn for_stderr(subject: &str) -> Box<dyn Progress> {
    if environment::PROGRESS.is_off() {
        return Box::new(Silent);
    }
    let plain = environment::PROGRESS
        .text()
        .is_some_and(|value| value == "plain");
    if !plain && std::io::stderr().is_terminal() {
        Box::new(Terminal::new(subject))
    } else {
        Box::new(Lines::new(subject, std::io::stderr()))
    }
}
