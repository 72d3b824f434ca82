//! `MessagePack`'s codes by name (the format's specification, "Formats").
//!
//! A `FIX_` code carries a length or a value in its low bits; the numbers in the
//! other names are the bits of the length, or of the value, that follows.

pub(crate) const FIX_MAP: u8 = 0x80;
pub(crate) const FIX_ARRAY: u8 = 0x90;
pub(crate) const FIX_STR: u8 = 0xa0;
pub(crate) const NIL: u8 = 0xc0;
pub(crate) const FALSE: u8 = 0xc2;
pub(crate) const TRUE: u8 = 0xc3;
pub(crate) const BIN_8: u8 = 0xc4;
pub(crate) const BIN_16: u8 = 0xc5;
pub(crate) const BIN_32: u8 = 0xc6;
pub(crate) const EXT_8: u8 = 0xc7;
pub(crate) const EXT_16: u8 = 0xc8;
pub(crate) const EXT_32: u8 = 0xc9;
pub(crate) const FLOAT_32: u8 = 0xca;
pub(crate) const FLOAT_64: u8 = 0xcb;
pub(crate) const UINT_8: u8 = 0xcc;
pub(crate) const UINT_16: u8 = 0xcd;
pub(crate) const UINT_32: u8 = 0xce;
pub(crate) const UINT_64: u8 = 0xcf;
pub(crate) const INT_8: u8 = 0xd0;
pub(crate) const INT_16: u8 = 0xd1;
pub(crate) const INT_32: u8 = 0xd2;
pub(crate) const INT_64: u8 = 0xd3;
pub(crate) const FIX_EXT_1: u8 = 0xd4;
pub(crate) const FIX_EXT_2: u8 = 0xd5;
pub(crate) const FIX_EXT_4: u8 = 0xd6;
pub(crate) const FIX_EXT_8: u8 = 0xd7;
pub(crate) const FIX_EXT_16: u8 = 0xd8;
pub(crate) const STR_8: u8 = 0xd9;
pub(crate) const STR_16: u8 = 0xda;
pub(crate) const STR_32: u8 = 0xdb;
pub(crate) const ARRAY_16: u8 = 0xdc;
pub(crate) const ARRAY_32: u8 = 0xdd;
pub(crate) const MAP_16: u8 = 0xde;
pub(crate) const MAP_32: u8 = 0xdf;
/// The first code of the integers from -32 to -1.
pub(crate) const NEGATIVE_FIXINT: u8 = 0xe0;

/// The largest length that a `FIX_MAP` or `FIX_ARRAY` carries.
pub(crate) const FIX_CONTAINER_MAX: usize = 15;
/// The largest length that a `FIX_STR` carries, in bytes.
pub(crate) const FIX_STR_MAX: usize = 31;
