//! Progress as plain lines, for logs and notebooks.

use std::cell::RefCell;
use std::io::Write;
use std::time::Instant;

use super::{Phase, Progress};

/// Writes a line when a build begins, for each note, and when it is over.
/// Phases come and go too fast in a log to be worth a line each, but for those
/// that take long.
#[derive(Debug)]
pub struct Lines<W: Write> {
    subject: String,
    start: Instant,
    state: RefCell<State<W>>,
}

#[derive(Debug)]
struct State<W> {
    out: W,
    last: Option<Phase>,
}

impl<W: Write> Lines<W> {
    /// Lines about `subject` (`github.com/google/uuid@v1.6.0`) to `out`.
    pub fn new(subject: &str, out: W) -> Self {
        Self {
            subject: subject.to_owned(),
            start: Instant::now(),
            state: RefCell::new(State { out, last: None }),
        }
    }

    fn line(&self, text: &str) {
        // A log that can't be written to is no reason to stop a build.
        let _ = writeln!(
            self.state.borrow_mut().out,
            "usegolib: {}: {text}",
            self.subject
        );
    }
}

impl<W: Write> Progress for Lines<W> {
    fn phase(&self, phase: Phase) {
        let last = self.state.borrow_mut().last.replace(phase);
        let shown = matches!(phase, Phase::Download | Phase::Compile | Phase::Link);
        if shown && last != Some(phase) {
            self.line(&phase.to_string());
        }
    }

    fn detail(&self, _: &str) {}

    fn bytes(&self, _: &str, _: u64, _: u64) {}

    fn note(&self, note: &str) {
        self.line(note);
    }

    fn finish(&self, summary: Option<&str>) {
        if let Some(summary) = summary {
            self.line(&format!(
                "{summary} in {:.1} s",
                self.start.elapsed().as_secs_f64()
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_phases_notes_and_the_end_have_lines() {
        let progress = Lines::new("e.c/m", Vec::new());
        progress.phase(Phase::Resolve);
        progress.phase(Phase::Compile);
        progress.detail("fmt");
        progress.note("waiting");
        progress.phase(Phase::Compile);
        progress.finish(Some("built"));
        let text = String::from_utf8(progress.state.into_inner().out).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(
            lines[..2],
            ["usegolib: e.c/m: compiling", "usegolib: e.c/m: waiting"]
        );
        assert!(
            lines[2].starts_with("usegolib: e.c/m: built in 0."),
            "{text}"
        );
        assert_eq!(lines.len(), 3);
    }
}
