//! A record's key as it is on the wire: written and compared at once.

use super::format::{FIX_STR, STR_8, STR_16, STR_32};

/// An encoded key. Those of up to 16 bytes, nearly all, are one word.
#[derive(Debug)]
pub(crate) struct WireKey {
    encoded: Box<[u8]>,
    /// The encoded key, padded with zeros; all zeros if it is longer.
    word: [u8; WORD],
    /// Ones where the word has bytes of the key.
    mask: u128,
}

const WORD: usize = 16;

impl WireKey {
    /// Encodes a key.
    pub(crate) fn new(key: &str) -> Self {
        let length = key.len();
        let bytes = length.to_be_bytes();
        let mut encoded = match length {
            0..32 => vec![FIX_STR | bytes[7]],
            32..0x100 => vec![STR_8, bytes[7]],
            0x100..0x1_0000 => vec![STR_16, bytes[6], bytes[7]],
            _ => vec![STR_32, bytes[4], bytes[5], bytes[6], bytes[7]],
        };
        encoded.extend_from_slice(key.as_bytes());
        let mut word = [0; WORD];
        let mut mask = [0; WORD];
        if encoded.len() <= WORD {
            word[..encoded.len()].copy_from_slice(&encoded);
            mask[..encoded.len()].fill(0xff);
        }
        Self {
            encoded: encoded.into(),
            word,
            mask: u128::from_ne_bytes(mask),
        }
    }

    /// Appends the key.
    #[inline]
    pub(crate) fn append_to(&self, buffer: &mut Vec<u8>) {
        if self.mask == 0 {
            buffer.extend_from_slice(&self.encoded);
            return;
        }
        // A store of known size, of which the padding is given up again.
        let end = buffer.len() + self.encoded.len();
        buffer.extend_from_slice(&self.word);
        buffer.truncate(end);
    }

    /// What follows the key, if `bytes` start with it.
    #[inline]
    pub(crate) fn strip_from<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        if self.mask != 0
            && let Some(head) = bytes.first_chunk::<WORD>()
        {
            let head = u128::from_ne_bytes(*head) & self.mask;
            if head != u128::from_ne_bytes(self.word) {
                return None;
            }
            return bytes.get(self.encoded.len()..);
        }
        bytes.strip_prefix(&*self.encoded)
    }
}
