//! Structs by value: records. A dict with every field in, in any order and by
//! any accepted key; a dict of canonical keys in schema order out. The state
//! that a record doesn't show travels beside it, as a handle.

mod decode;
mod encode;
mod problems;

pub(crate) use decode::{RecordDecoder, decode};
pub(crate) use encode::{RecordEncoder, encode};

use crate::codec::EncodeError;

/// A key as it is on the wire.
fn wire_key(key: &str) -> Box<[u8]> {
    let length = key.len();
    let bytes = length.to_be_bytes();
    let mut wire = match length {
        ..32 => vec![0xa0 | bytes[7]],
        ..0x100 => vec![0xd9, bytes[7]],
        ..0x1_0000 => vec![0xda, bytes[6], bytes[7]],
        _ => vec![0xdb, bytes[4], bytes[5], bytes[6], bytes[7]],
    };
    wire.extend_from_slice(key.as_bytes());
    wire.into()
}

/// The fields of `T{...}` as messages describe them.
fn expected(name: &str) -> String {
    format!("{name} (a dict of its fields)")
}

/// A dict changed while its record was encoded.
#[cold]
fn changed() -> EncodeError {
    EncodeError::new("the dict changed while it was encoded")
}
