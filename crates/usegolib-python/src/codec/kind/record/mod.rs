//! Structs by value: records. A dict with every field in, in any order and by
//! any accepted key; a dict of canonical keys in schema order out, or a dataclass
//! instance where the view wants that. The state
//! that a record doesn't show travels beside it, as a handle.

mod bring;
mod dataclass;
mod decode;
mod encode;
mod problems;

pub(crate) use bring::bring;
pub(crate) use decode::{RecordDecoder, Use, decode, decode_fields};
pub(crate) use encode::{RecordEncoder, encode};

use crate::codec::EncodeError;

/// The fields of `T{...}` as messages describe them.
fn expected(name: &str) -> String {
    format!("{name} (a dict of its fields)")
}

/// A dict changed while its record was encoded.
#[cold]
fn changed() -> EncodeError {
    EncodeError::new("the dict changed while it was encoded")
}
