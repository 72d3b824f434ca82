//! Running one process to its end, and stopping it with all it started.

use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::builder::Interrupt;

/// How often a waiting build looks whether it is interrupted.
const POLL: Duration = Duration::from_millis(50);
/// How long an interrupted process may take to clean up.
const GRACE: Duration = Duration::from_secs(3);

/// What a process printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Vec<u8>,
    /// Invalid UTF-8 replaced.
    pub(crate) stderr: String,
    /// Whether it took longer than it was allowed to.
    pub(crate) timed_out: bool,
}

enum Event {
    Line(String),
    Closed,
}

/// Runs a command in a process group of its own, giving each line of its
/// standard error to `on_line` as it comes. `None` if it was interrupted: then
/// the whole group is gone.
pub(crate) fn run(
    command: &mut Command,
    interrupt: &dyn Interrupt,
    on_line: &mut dyn FnMut(&str),
) -> io::Result<Option<Output>> {
    watch(command, None, interrupt, on_line)
}

/// Runs a command that has to end within `limit`. One that doesn't is made to
/// print where it is, if it is a Go program, and ended.
pub(crate) fn run_within(
    command: &mut Command,
    limit: Duration,
    interrupt: &dyn Interrupt,
) -> io::Result<Option<Output>> {
    watch(command, Some(limit), interrupt, &mut |_| {})
}

fn watch(
    command: &mut Command,
    limit: Option<Duration>,
    interrupt: &dyn Interrupt,
    on_line: &mut dyn FnMut(&str),
) -> io::Result<Option<Output>> {
    let mut deadline = limit.map(|limit| Instant::now() + limit);
    let mut timed_out = false;
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let mut child = command.spawn()?;
    let (Some(mut stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(io::Error::other("a child's output is not piped"));
    };
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        stdout.read_to_end(&mut bytes).map(|_| bytes)
    });
    let (sender, events) = mpsc::channel();
    std::thread::spawn(move || {
        let mut lines = BufReader::new(stderr);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
            let text = String::from_utf8_lossy(&line).into_owned();
            if sender.send(Event::Line(text)).is_err() {
                return;
            }
            line.clear();
        }
        // The other end waits for no more lines than there were.
        let _ = sender.send(Event::Closed);
    });
    let mut stderr = String::new();
    loop {
        match events.recv_timeout(POLL) {
            Ok(Event::Line(line)) => {
                on_line(line.trim_end());
                stderr.push_str(&line);
            }
            Ok(Event::Closed) | Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if interrupt.requested() {
            stop(&mut child)?;
            return Ok(None);
        }
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            let signal = if timed_out {
                Signal::Kill
            } else {
                Signal::Dump
            };
            timed_out = true;
            deadline = Some(Instant::now() + GRACE);
            signal_group(&mut child, signal)?;
        }
    }
    while !reader.is_finished() {
        if interrupt.requested() {
            stop(&mut child)?;
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let stdout = reader
        .join()
        .map_err(|_| io::Error::other("reading a child's output panicked"))??;
    let status = child.wait()?;
    Ok(Some(Output {
        status,
        stdout,
        stderr,
        timed_out,
    }))
}

/// Asks the child's group to end, so that Go removes its own work folder, and
/// kills what hasn't ended after a while.
fn stop(child: &mut Child) -> io::Result<()> {
    signal_group(child, Signal::Interrupt)?;
    let deadline = Instant::now() + GRACE;
    while child.try_wait()?.is_none() {
        if Instant::now() >= deadline {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    // Also after the leader's end: a compiler may ignore the polite signal.
    signal_group(child, Signal::Kill)?;
    child.wait()?;
    Ok(())
}

#[derive(Clone, Copy)]
enum Signal {
    Interrupt,
    /// Go's runtime takes a fault that another process sent for one of its own,
    /// and prints what all goroutines are at before it ends.
    Dump,
    Kill,
}

#[cfg(unix)]
fn signal_group(child: &mut Child, signal: Signal) -> io::Result<()> {
    let number = match signal {
        Signal::Interrupt => libc::SIGINT,
        Signal::Dump => libc::SIGSEGV,
        Signal::Kill => libc::SIGKILL,
    };
    let group = i32::try_from(child.id()).map_err(io::Error::other)?;
    // SAFETY: kill takes two integers and touches no memory. The group is the
    // child's own (process_group(0)); it is not reused while the child is not
    // waited for, and a group without members gives ESRCH, which is fine.
    let result = unsafe { libc::kill(-group, number) };
    match io::Error::last_os_error() {
        error if result != 0 && error.raw_os_error() != Some(libc::ESRCH) => Err(error),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn signal_group(child: &mut Child, signal: Signal) -> io::Result<()> {
    match signal {
        Signal::Interrupt => Ok(()),
        Signal::Dump | Signal::Kill => child.kill(),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::builder::Never;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn output_and_lines_arrive() {
        let mut lines = Vec::new();
        let output = run(
            &mut shell("echo out; echo one >&2; echo two >&2; exit 3"),
            &Never,
            &mut |line| lines.push(line.to_owned()),
        )
        .unwrap()
        .unwrap();
        assert_eq!(output.status.code(), Some(3));
        assert_eq!(output.stdout, b"out\n");
        assert_eq!(output.stderr, "one\ntwo\n");
        assert_eq!(lines, ["one", "two"]);
    }

    struct After(Cell<u32>);

    impl Interrupt for After {
        fn requested(&self) -> bool {
            self.0.set(self.0.get().saturating_sub(1));
            self.0.get() == 0
        }
    }

    #[test]
    fn an_interrupt_ends_the_whole_group() {
        let folder = tempfile::tempdir().unwrap();
        let pids = folder.path().join("pids");
        // The second sleep ignores the polite signal.
        let script = format!(
            "sleep 60 & echo $! > {0}; (trap '' INT; exec sleep 60) & echo $! >> {0}; wait",
            pids.display()
        );
        let start = Instant::now();
        let outcome = run(&mut shell(&script), &After(Cell::new(6)), &mut |_| {}).unwrap();
        assert!(outcome.is_none());
        assert!(start.elapsed() < Duration::from_secs(30));
        let pids = fs_err::read_to_string(pids).unwrap();
        assert_eq!(pids.lines().count(), 2);
        std::thread::sleep(Duration::from_millis(100));
        for pid in pids.lines() {
            let state = fs_err::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            assert!(state.is_empty() || state.contains(") Z "), "{state}");
        }
    }
}
