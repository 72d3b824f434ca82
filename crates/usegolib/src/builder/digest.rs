//! Digests of several parts.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// A sha256 of parts, each with its length, so that no two lists of parts
/// look alike.
#[derive(Default)]
pub(super) struct Hasher(Sha256);

impl Hasher {
    pub(super) fn part(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// 64 hexadecimal digits.
    pub(super) fn finish(self) -> String {
        let mut text = String::with_capacity(64);
        for byte in self.0.finalize() {
            // Writing to a string doesn't fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}
