//! Progress as one live line on a terminal.

use std::cell::OnceCell;
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

use super::{Phase, Progress};

/// A spinner with the phase, its detail and the elapsed time, which a summary
/// replaces at the end.
#[derive(Debug)]
pub struct Terminal {
    subject: String,
    start: Instant,
    // Made by the first phase: what is found ready shows nothing.
    bar: OnceCell<ProgressBar>,
}

impl Terminal {
    /// A line about `subject` (`github.com/google/uuid@v1.6.0`) on standard
    /// error.
    pub fn new(subject: &str) -> Self {
        Self {
            subject: subject.to_owned(),
            start: Instant::now(),
            bar: OnceCell::new(),
        }
    }

    fn clear(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }

    fn bar(&self) -> &ProgressBar {
        self.bar.get_or_init(|| {
            let bar = ProgressBar::new_spinner();
            let template = "{spinner} {prefix} {wide_msg} {elapsed}";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        })
    }
}

impl Progress for Terminal {
    fn phase(&self, phase: Phase) {
        self.bar().set_prefix(format!("{}: {phase}", self.subject));
        self.bar().set_message("");
    }

    fn detail(&self, detail: &str) {
        self.bar().set_message(detail.to_owned());
    }

    fn bytes(&self, what: &str, received: u64, total: u64) {
        let file = what.rsplit('/').next().unwrap_or(what);
        self.bar().set_message(format!(
            "{file} {} of {}",
            HumanBytes(received),
            HumanBytes(total)
        ));
    }

    fn note(&self, note: &str) {
        self.bar().println(format!("{}: {note}", self.subject));
    }

    fn finish(&self, summary: Option<&str>) {
        let elapsed = self.start.elapsed().as_secs_f64();
        self.clear();
        if let Some(summary) = summary {
            eprintln!("{}: {summary} in {elapsed:.1} s", self.subject);
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A build that ended with an error leaves no spinner behind.
        self.clear();
    }
}
