//! Where a thread waits for what others have to tell it: Go, that a call has
//! ended, and Python's signal handler, that a signal has come. Both write a byte to
//! one pipe, so that nothing is polled and nothing is missed.

use std::cell::Cell;
use std::io::{self, PipeReader, PipeWriter, Read};
use std::os::fd::{AsRawFd, RawFd};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::{Errno, ioctl_fionbio};
use usegolib::engine::in_process::fork;

/// What Go writes. Python writes the signal's number, which is never 0.
const NEWS_OF_GO: u8 = 0;

/// How long is slept at a time where nothing can ring, because the process may
/// open no more files.
pub(crate) const SLICE: Duration = Duration::from_millis(10);

/// A pipe that one thread at a time waits at.
pub(crate) struct Bell {
    read: PipeReader,
    write: PipeWriter,
    /// The fork it is of: a child has the parent's pipe, not one like it.
    generation: u32,
}

thread_local! {
    /// The thread's bell while nothing waits at it. It is closed when the thread
    /// ends.
    static SPARE: Cell<Option<Bell>> = const { Cell::new(None) };
}

/// What has been told.
#[derive(Debug, Default)]
pub(crate) struct News {
    /// Whether Go has something to say.
    pub(crate) go: bool,
    /// The numbers of the signals that have come.
    pub(crate) signals: Vec<u8>,
}

impl Bell {
    /// A bell that nothing has been written to, and nothing else waits at.
    ///
    /// # Errors
    /// When the process may open no more files.
    pub(crate) fn take() -> io::Result<Self> {
        let generation = fork::generation();
        let spare = SPARE.try_with(Cell::take).ok().flatten();
        if let Some(spare) = spare.filter(|spare| spare.generation == generation) {
            return Ok(spare);
        }
        let (read, write) = io::pipe()?;
        // Writers never wait: a pipe that is full wakes its reader anyway.
        ioctl_fionbio(&read, true)?;
        ioctl_fionbio(&write, true)?;
        Ok(Self {
            read,
            write,
            generation,
        })
    }

    /// Keeps it for the thread's next wait. Nobody may write to it any more.
    pub(crate) fn put_back(mut self) {
        // What came too late is no news of the next call.
        self.hear();
        // A thread that is ending keeps nothing.
        let _ = SPARE.try_with(|spare| spare.set(Some(self)));
    }

    /// The descriptor to write to.
    pub(crate) fn writer(&self) -> RawFd {
        self.write.as_raw_fd()
    }

    /// Waits until something has been written, or a signal handler has run on
    /// this thread.
    pub(crate) fn wait(&self) {
        let mut polled = [PollFd::new(&self.read, PollFlags::IN)];
        match poll(&mut polled, None) {
            Ok(_) | Err(Errno::INTR) => {}
            // The kernel is short of memory: what is told is asked for meanwhile.
            Err(_) => std::thread::sleep(SLICE),
        }
    }

    /// Reads what has been written.
    pub(crate) fn hear(&mut self) -> News {
        let mut news = News::default();
        let mut bytes = [0; 64];
        // It ends with the error that says that nothing is left.
        while let Ok(count @ 1..) = self.read.read(&mut bytes) {
            for &byte in &bytes[..count] {
                if byte == NEWS_OF_GO {
                    news.go = true;
                } else {
                    news.signals.push(byte);
                }
            }
        }
        news
    }
}
