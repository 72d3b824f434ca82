//! Digests of several parts, to tell whether something has changed.

use twox_hash::XxHash3_128;

/// A hash of parts, each with its length, so that no two lists of parts look
/// alike.
///
/// It is one that is as fast as reading memory, not a cryptographic one: whoever
/// could make a collision could change the artifact itself.
pub(super) struct Hasher(XxHash3_128);

impl Default for Hasher {
    fn default() -> Self {
        Self(XxHash3_128::with_seed(0))
    }
}

impl Hasher {
    pub(super) fn part(&mut self, bytes: &[u8]) {
        self.0.write(&(bytes.len() as u64).to_le_bytes());
        self.0.write(bytes);
    }

    /// 32 hexadecimal digits.
    pub(super) fn finish(self) -> String {
        format!("{:032x}", self.0.finish_128())
    }
}
