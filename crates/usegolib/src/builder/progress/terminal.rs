//! Progress as one live line on a terminal.

use std::time::Duration;

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

use super::{Phase, Progress};

/// A spinner with the phase, its detail and the elapsed time, which a summary
/// replaces at the end.
#[derive(Debug)]
pub struct Terminal {
    subject: String,
    bar: ProgressBar,
}

impl Terminal {
    /// A line about `subject` (`github.com/google/uuid@v1.6.0`) on standard
    /// error.
    pub fn new(subject: &str) -> Self {
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix} {wide_msg} {elapsed}") {
            bar.set_style(style);
        }
        bar.set_prefix(subject.to_owned());
        bar.enable_steady_tick(Duration::from_millis(100));
        Self {
            subject: subject.to_owned(),
            bar,
        }
    }
}

impl Progress for Terminal {
    fn phase(&self, phase: Phase) {
        self.bar.set_prefix(format!("{}: {phase}", self.subject));
        self.bar.set_message("");
    }

    fn detail(&self, detail: &str) {
        self.bar.set_message(detail.to_owned());
    }

    fn bytes(&self, what: &str, received: u64, total: u64) {
        let file = what.rsplit('/').next().unwrap_or(what);
        self.bar.set_message(format!(
            "{file} {} of {}",
            HumanBytes(received),
            HumanBytes(total)
        ));
    }

    fn note(&self, note: &str) {
        self.bar.println(format!("{}: {note}", self.subject));
    }

    fn finish(&self, summary: Option<&str>) {
        let elapsed = self.bar.elapsed().as_secs_f64();
        self.bar.finish_and_clear();
        if let Some(summary) = summary {
            eprintln!("{}: {summary} in {elapsed:.1} s", self.subject);
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A build that ended with an error leaves no spinner behind.
        self.bar.finish_and_clear();
    }
}
