//! Writing `MessagePack`, always in the shortest form.

use super::copy;
use super::format::{
    ARRAY_16, ARRAY_32, BIN_8, BIN_16, BIN_32, EXT_8, EXT_16, EXT_32, FALSE, FIX_ARRAY,
    FIX_CONTAINER_MAX, FIX_EXT_1, FIX_EXT_2, FIX_EXT_4, FIX_EXT_8, FIX_EXT_16, FIX_MAP, FIX_STR,
    FIX_STR_MAX, FLOAT_64, INT_8, INT_16, INT_32, INT_64, MAP_16, MAP_32, NIL, STR_8, STR_16,
    STR_32, UINT_8, UINT_16, UINT_32, UINT_64,
};
use super::{Handle, WireError, WireKey, extension};

/// Appends values to a buffer.
pub(crate) struct Writer<'b> {
    bytes: &'b mut Vec<u8>,
}

impl<'b> Writer<'b> {
    /// Writes behind what `buffer` holds.
    #[inline(always)]
    pub(crate) fn new(buffer: &'b mut Vec<u8>) -> Self {
        Self { bytes: buffer }
    }

    /// All that is written, with what was in the buffer before.
    #[inline(always)]
    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes
    }

    /// Takes back everything behind the first `length` bytes.
    pub(crate) fn truncate(&mut self, length: usize) {
        self.bytes.truncate(length);
    }

    #[inline]
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// A record's key.
    #[inline]
    pub(crate) fn key(&mut self, key: &WireKey) {
        key.append_to(self.bytes);
    }

    #[inline]
    pub(crate) fn nil(&mut self) {
        self.bytes.push(NIL);
    }

    #[inline]
    pub(crate) fn bool(&mut self, value: bool) {
        self.bytes.push(FALSE | u8::from(value));
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn signed(&mut self, value: i64) {
        if (-32..0x80).contains(&value) {
            self.bytes.push(value.to_le_bytes()[0]);
        } else {
            self.wide_signed(value);
        }
    }

    #[inline(never)]
    fn wide_signed(&mut self, value: i64) {
        if let Ok(value) = u64::try_from(value) {
            self.wide_unsigned(value);
        } else if let Ok(value) = i8::try_from(value) {
            self.marked::<2>(INT_8, &value.to_be_bytes());
        } else if let Ok(value) = i16::try_from(value) {
            self.marked::<3>(INT_16, &value.to_be_bytes());
        } else if let Ok(value) = i32::try_from(value) {
            self.marked::<5>(INT_32, &value.to_be_bytes());
        } else {
            self.marked::<9>(INT_64, &value.to_be_bytes());
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn unsigned(&mut self, value: u64) {
        if value < 0x80 {
            self.bytes.push(value.to_le_bytes()[0]);
        } else {
            self.wide_unsigned(value);
        }
    }

    #[inline(never)]
    fn wide_unsigned(&mut self, value: u64) {
        if let Ok(value) = u8::try_from(value) {
            self.marked::<2>(UINT_8, &value.to_be_bytes());
        } else if let Ok(value) = u16::try_from(value) {
            self.marked::<3>(UINT_16, &value.to_be_bytes());
        } else if let Ok(value) = u32::try_from(value) {
            self.marked::<5>(UINT_32, &value.to_be_bytes());
        } else {
            self.marked::<9>(UINT_64, &value.to_be_bytes());
        }
    }

    #[inline]
    pub(crate) fn float(&mut self, value: f64) {
        self.marked::<9>(FLOAT_64, &value.to_be_bytes());
    }

    pub(crate) fn complex(&mut self, real: f64, imaginary: f64) {
        self.raw(&[FIX_EXT_16, extension::COMPLEX]);
        self.raw(&real.to_le_bytes());
        self.raw(&imaginary.to_le_bytes());
    }

    /// A number of a Go type that isn't the default one: its kind, and 64 bits
    /// of it.
    pub(crate) fn sized(&mut self, kind: u8, bits: [u8; 8]) {
        self.raw(&[EXT_8, 9, extension::SIZED, kind]);
        self.raw(&bits);
    }

    #[inline]
    pub(crate) fn str(&mut self, text: &[u8]) -> Result<(), WireError> {
        match text.len() {
            length @ ..=FIX_STR_MAX => {
                copy::append_short(self.bytes, FIX_STR | low_byte(length), text);
                return Ok(());
            }
            length @ ..0x100 => self.marked::<2>(STR_8, &[low_byte(length)]),
            length => self.long(STR_16, STR_32, length)?,
        }
        self.raw(text);
        Ok(())
    }

    #[inline]
    pub(crate) fn bin(&mut self, bytes: &[u8]) -> Result<(), WireError> {
        self.bin_header(bytes.len())?;
        self.raw(bytes);
        Ok(())
    }

    pub(crate) fn bin_header(&mut self, length: usize) -> Result<(), WireError> {
        match length {
            ..0x100 => self.marked::<2>(BIN_8, &[low_byte(length)]),
            _ => self.long(BIN_16, BIN_32, length)?,
        }
        Ok(())
    }

    /// A reference to bytes outside of the message, which the reader of the
    /// message takes from there: whoever sends it keeps them there meanwhile.
    pub(crate) fn borrowed(&mut self, start: *const u8, length: usize) {
        self.raw(&[FIX_EXT_16, extension::BORROWED]);
        self.raw(&(start as u64).to_le_bytes());
        self.raw(&(length as u64).to_le_bytes());
    }

    /// The same for bytes that the reader may write to.
    pub(crate) fn writable(&mut self, start: *const u8, length: usize) {
        self.raw(&[FIX_EXT_16, extension::CHANGED]);
        self.raw(&(start as u64).to_le_bytes());
        self.raw(&(length as u64).to_le_bytes());
    }

    /// Writes over what is there.
    pub(crate) fn overwrite(&mut self, at: usize, bytes: &[u8]) {
        self.bytes[at..at + bytes.len()].copy_from_slice(bytes);
    }

    #[inline]
    pub(crate) fn array(&mut self, length: usize) -> Result<(), WireError> {
        match length {
            ..=FIX_CONTAINER_MAX => self.bytes.push(FIX_ARRAY | low_byte(length)),
            _ => self.long(ARRAY_16, ARRAY_32, length)?,
        }
        Ok(())
    }

    #[inline]
    pub(crate) fn map(&mut self, length: usize) -> Result<(), WireError> {
        match length {
            ..=FIX_CONTAINER_MAX => self.bytes.push(FIX_MAP | low_byte(length)),
            _ => self.long(MAP_16, MAP_32, length)?,
        }
        Ok(())
    }

    /// The header of packed numbers: `size` bytes of items must follow.
    pub(crate) fn numbers_header(&mut self, kind: u8, size: usize) -> Result<(), WireError> {
        self.extension(extension::NUMBERS, size + 1)?;
        self.bytes.push(kind);
        Ok(())
    }

    #[inline]
    pub(crate) fn handle(&mut self, handle: Handle) {
        let mut bytes = [0; 18];
        bytes[..2].copy_from_slice(&[FIX_EXT_16, extension::HANDLE]);
        bytes[2..6].copy_from_slice(&handle.slot.to_le_bytes());
        bytes[6..10].copy_from_slice(&handle.generation.to_le_bytes());
        bytes[10..14].copy_from_slice(&handle.type_number.to_le_bytes());
        self.raw(&bytes);
    }

    /// Something that the host holds, by its slot (docs/abi.md, ext 11).
    pub(crate) fn host(&mut self, slot: u64) {
        self.raw(&[FIX_EXT_8, extension::HOST]);
        self.raw(&slot.to_le_bytes());
    }

    /// The same for what is a function of the library's own, with that index in the symbol
    /// table, or a method of an object.
    pub(crate) fn host_own(&mut self, slot: u64, index: u32, receiver: Option<Handle>) {
        match receiver {
            None => self.raw(&[FIX_EXT_16, extension::HOST]),
            Some(_) => self.raw(&[EXT_8, 32, extension::HOST]),
        }
        self.raw(&slot.to_le_bytes());
        self.raw(&u64::from(index).to_le_bytes());
        if let Some(receiver) = receiver {
            self.raw(&receiver.packed().to_le_bytes());
            self.raw(&[0; 8]);
        }
    }

    /// The start of a dynamic value of a declared type; the value must follow.
    pub(crate) fn typed(&mut self, type_number: u32) {
        self.raw(&[FIX_ARRAY | 2, FIX_EXT_8, extension::TYPE]);
        self.raw(&type_number.to_le_bytes());
        self.raw(&[0; 4]);
    }

    /// A declared type.
    pub(crate) fn type_number(&mut self, type_number: u32) {
        self.raw(&[FIX_EXT_8, extension::TYPE]);
        self.raw(&type_number.to_le_bytes());
        self.raw(&[0; 4]);
    }

    /// Makes room for `additional` bytes and hands out the end of the buffer.
    pub(crate) fn reserve(&mut self, additional: usize) -> &mut Vec<u8> {
        self.bytes.reserve(additional);
        self.bytes
    }

    fn extension(&mut self, code: u8, length: usize) -> Result<(), WireError> {
        let fixed = match length {
            1 => FIX_EXT_1,
            2 => FIX_EXT_2,
            4 => FIX_EXT_4,
            8 => FIX_EXT_8,
            16 => FIX_EXT_16,
            0..0x100 => {
                self.marked::<2>(EXT_8, &[low_byte(length)]);
                self.bytes.push(code);
                return Ok(());
            }
            _ => {
                self.long(EXT_16, EXT_32, length)?;
                self.bytes.push(code);
                return Ok(());
            }
        };
        self.raw(&[fixed, code]);
        Ok(())
    }

    /// A marker and its payload, `N` bytes together: one check, one store.
    #[inline]
    fn marked<const N: usize>(&mut self, marker: u8, payload: &[u8]) {
        let mut bytes = [marker; N];
        bytes[1..].copy_from_slice(payload);
        self.raw(&bytes);
    }

    /// A length that needs 16 or 32 bits.
    #[inline(never)]
    fn long(&mut self, marker16: u8, marker32: u8, length: usize) -> Result<(), WireError> {
        if let Ok(length) = u16::try_from(length) {
            self.marked::<3>(marker16, &length.to_be_bytes());
        } else if let Ok(length) = u32::try_from(length) {
            self.marked::<5>(marker32, &length.to_be_bytes());
        } else {
            return Err(WireError::TooLong(length));
        }
        Ok(())
    }
}

/// The low byte of a length that is known to fit.
#[inline]
fn low_byte(length: usize) -> u8 {
    length.to_le_bytes()[0]
}
