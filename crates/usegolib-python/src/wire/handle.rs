//! Handles: references to Go values, as they are on the wire.

use usegolib::schema::protocol::{FUNC_FLAG, UNKNOWN_TYPE};
use usegolib::schema::shape::TypeId;

use super::WireError;

/// A reference to a Go value (docs/abi.md, ext 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Handle {
    /// Index in the library's handle table.
    pub(crate) slot: u32,
    /// The slot's generation when the handle was made.
    pub(crate) generation: u32,
    /// The declared type, or [`Handle::FAR`].
    pub(crate) type_number: u32,
    /// Whether it is a func of no declared type.
    pub(crate) is_func: bool,
}

impl Handle {
    /// The type number of values whose type is not in the schema.
    pub(crate) const FAR: u32 = UNKNOWN_TYPE;

    /// A handle from the payload of its extension.
    pub(crate) fn parse(payload: &[u8]) -> Result<Self, WireError> {
        let (words, rest) = payload.as_chunks::<4>();
        let ([slot, generation, type_number, flags], []) = (words, rest) else {
            return Err(WireError::Handle);
        };
        Ok(Self {
            slot: u32::from_le_bytes(*slot),
            generation: u32::from_le_bytes(*generation),
            type_number: u32::from_le_bytes(*type_number),
            is_func: u32::from_le_bytes(*flags) & FUNC_FLAG != 0,
        })
    }

    /// What the host gave and Go gives back (ext 11): a handle that keeps it, and the
    /// slot where the host holds it.
    pub(crate) fn parse_hosted(payload: &[u8]) -> Result<(Self, u64), WireError> {
        let (words, rest) = payload.as_chunks::<8>();
        let ([handle, slot], []) = (words, rest) else {
            return Err(WireError::Handle);
        };
        let [a, b, c, d, generation @ ..] = *handle;
        let handle = Self {
            slot: u32::from_le_bytes([a, b, c, d]),
            generation: u32::from_le_bytes(generation),
            type_number: Self::FAR,
            is_func: false,
        };
        Ok((handle, u64::from_le_bytes(*slot)))
    }

    /// The declared type, if there is one.
    pub(crate) fn type_id(self) -> Option<TypeId> {
        (self.type_number != Self::FAR).then_some(TypeId(self.type_number))
    }

    /// What closes it: the slot in the low half, the generation in the high.
    pub(crate) fn packed(self) -> u64 {
        u64::from(self.slot) | u64::from(self.generation) << 32
    }
}
