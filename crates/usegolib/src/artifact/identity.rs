//! Whether a file or a folder is still the one that was seen before.

use std::fs::Metadata;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A change within this time of a look may not be visible in the timestamps:
/// file systems count in ticks of up to two seconds.
pub(super) const SETTLING_TIME: Duration = Duration::from_secs(2);

/// What tells one state of a file or folder from another: device, inode, size,
/// and the times of the last modification and of the last change. The last one
/// can't be set by programs, so restoring an old modification time is seen too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
    size: u64,
    modified: i128,
    changed: i128,
}

impl Identity {
    /// The identity, where the platform has change times; else there is none,
    /// and callers must look at the thing itself.
    #[cfg(unix)]
    #[allow(
        clippy::unnecessary_wraps,
        reason = "other platforms have no change times"
    )]
    pub(super) fn of(metadata: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let nanoseconds =
            |seconds: i64, rest: i64| i128::from(seconds) * 1_000_000_000 + i128::from(rest);
        Some(Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.size(),
            modified: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
            changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
        })
    }

    #[cfg(not(unix))]
    pub(super) fn of(_metadata: &Metadata) -> Option<Self> {
        None
    }

    /// Whether the last change is so long before `now` (the state of a file
    /// just written on the same file system) that a later change will show.
    pub(super) fn settled_before(&self, now: &Self, settling_time: Duration) -> bool {
        let margin = settling_time.as_nanos().cast_signed();
        self.changed.max(self.modified) + margin < now.changed
    }

    /// Whether by the clock of this machine the last change is so recent that
    /// there is no point in asking whether it [settled](Self::settled_before).
    pub(super) fn is_fresh(&self, settling_time: Duration) -> bool {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |now| now.as_nanos().cast_signed());
        (0..settling_time.as_nanos().cast_signed()).contains(&(now - self.changed))
    }

    /// The identity as one word, for storing and comparing.
    pub(super) fn text(&self) -> String {
        format!(
            "{:x}-{:x}-{:x}-{:x}-{:x}",
            self.device, self.inode, self.size, self.modified, self.changed
        )
    }
}
