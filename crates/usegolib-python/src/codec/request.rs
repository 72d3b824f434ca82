//! The request: the `MessagePack` writer and what must outlive the call.

use pyo3::buffer::PyUntypedBuffer;
use pyo3::prelude::*;

use super::native::copy;
use super::wire_key::WireKey;
use super::{Context, EncodeError, Handle};

/// How deep values may nest; the library's decoder has the same limit.
pub(crate) const DEPTH_LIMIT: u32 = 512;

/// Extension type codes (`docs/abi.md`).
pub(crate) mod extension {
    pub(crate) const HANDLE: u8 = 1;
    pub(crate) const NUMBERS: u8 = 2;
    pub(crate) const BORROWED: u8 = 3;
    pub(crate) const TYPE: u8 = 4;
    pub(crate) const COMPLEX: u8 = 5;
    pub(crate) const LOAN: u8 = 6;
    pub(crate) const CLOSED: u8 = 7;
}

/// The start of a request: how many values follow the symbol index, and the
/// index. Both are known when a callable is compiled.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Header {
    bytes: [u8; 8],
    length: u8,
}

impl Header {
    /// The start of calls of the symbol with so many arguments.
    pub(crate) fn new(index: u32, arguments: usize) -> Self {
        let mut bytes = Vec::with_capacity(8);
        match u16::try_from(arguments + 1) {
            Ok(count @ ..16) => bytes.push(0x90 | count.to_le_bytes()[0]),
            // The compiler of Go accepts no function with more parameters.
            count => {
                bytes.push(0xdc);
                bytes.extend(count.unwrap_or(u16::MAX).to_be_bytes());
            }
        }
        if index < 0x80 {
            bytes.push(index.to_le_bytes()[0]);
        } else if let Ok(index) = u8::try_from(index) {
            bytes.extend([0xcc, index]);
        } else if let Ok(index) = u16::try_from(index) {
            bytes.push(0xcd);
            bytes.extend(index.to_be_bytes());
        } else {
            bytes.push(0xce);
            bytes.extend(index.to_be_bytes());
        }
        let length = low_byte(bytes.len());
        bytes.resize(8, 0);
        Self {
            bytes: bytes.try_into().unwrap_or_default(),
            length,
        }
    }
}

/// Handles to be closed, in front of a request.
#[cold]
fn write_closed(buffer: &mut Vec<u8>, closed: &[u64]) {
    // Parts whose size fits the length of an extension.
    for part in closed.chunks(1 << 20) {
        let size = u32::try_from(size_of_val(part)).unwrap_or_default();
        buffer.push(0xc9);
        buffer.extend(size.to_be_bytes());
        buffer.push(extension::CLOSED);
        for handle in part {
            buffer.extend(handle.to_le_bytes());
        }
    }
}

/// Something that a request points at.
#[expect(dead_code, reason = "kept alive, never read")]
enum Kept {
    Object(Py<PyAny>),
    Buffer(PyUntypedBuffer),
}

/// What a request points at. Most point at nothing, and dropping no box takes no
/// call.
#[derive(Default)]
#[expect(clippy::box_collection, reason = "see above")]
pub(crate) struct KeptValues(Option<Box<Vec<Kept>>>);

impl KeptValues {
    fn push(&mut self, kept: Kept) {
        self.0.get_or_insert_default().push(kept);
    }
}

/// A request being written. Must be kept until the call is over: large buffers
/// are borrowed, not copied.
pub(crate) struct Request<'c> {
    pub(crate) context: Context<'c>,
    bytes: &'c mut Vec<u8>,
    kept: KeptValues,
    depth: u32,
}

impl<'c> Request<'c> {
    /// A request to the library of `context`, written into `buffer`, whose
    /// content is discarded. The handles in `closed` are closed before anything
    /// else. The arguments that `header` announces must follow.
    #[inline(always)]
    pub(crate) fn new(
        context: Context<'c>,
        buffer: &'c mut Vec<u8>,
        closed: &[u64],
        header: Header,
    ) -> Self {
        buffer.clear();
        if !closed.is_empty() {
            write_closed(buffer, closed);
        }
        let start = buffer.len();
        // All eight bytes, so that it is one store.
        buffer.extend_from_slice(&header.bytes);
        buffer.truncate(start + usize::from(header.length));
        Self {
            context,
            bytes: buffer,
            kept: KeptValues::default(),
            depth: 0,
        }
    }

    /// What the request points at, for a call that goes on when the request has
    /// been sent.
    pub(crate) fn into_kept(self) -> KeptValues {
        self.kept
    }

    /// The request as it is to be sent.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes
    }

    /// Enters a container. Cyclic values end here.
    #[inline]
    pub(crate) fn enter(&mut self) -> Result<(), EncodeError> {
        if self.depth == DEPTH_LIMIT {
            return Err(EncodeError::new(format!(
                "nested deeper than {DEPTH_LIMIT} levels (does the value contain itself?)"
            )));
        }
        self.depth += 1;
        Ok(())
    }

    /// Leaves a container.
    #[inline]
    pub(crate) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Keeps an object alive until the call is over. Arguments themselves are
    /// kept by the caller.
    pub(crate) fn keep(&mut self, object: &Bound<'_, PyAny>) {
        if self.depth > 0 {
            self.kept.push(Kept::Object(object.clone().unbind()));
        }
    }

    /// Keeps a buffer exported until the call is over.
    pub(crate) fn keep_buffer(&mut self, buffer: PyUntypedBuffer) {
        self.kept.push(Kept::Buffer(buffer));
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
        self.bytes.push(0xc0);
    }

    #[inline]
    pub(crate) fn bool(&mut self, value: bool) {
        self.bytes.push(0xc2 | u8::from(value));
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
            self.marked::<2>(0xd0, &value.to_be_bytes());
        } else if let Ok(value) = i16::try_from(value) {
            self.marked::<3>(0xd1, &value.to_be_bytes());
        } else if let Ok(value) = i32::try_from(value) {
            self.marked::<5>(0xd2, &value.to_be_bytes());
        } else {
            self.marked::<9>(0xd3, &value.to_be_bytes());
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
            self.marked::<2>(0xcc, &value.to_be_bytes());
        } else if let Ok(value) = u16::try_from(value) {
            self.marked::<3>(0xcd, &value.to_be_bytes());
        } else if let Ok(value) = u32::try_from(value) {
            self.marked::<5>(0xce, &value.to_be_bytes());
        } else {
            self.marked::<9>(0xcf, &value.to_be_bytes());
        }
    }

    #[inline]
    pub(crate) fn float(&mut self, value: f64) {
        self.marked::<9>(0xcb, &value.to_be_bytes());
    }

    pub(crate) fn complex(&mut self, real: f64, imaginary: f64) {
        self.raw(&[0xd8, extension::COMPLEX]);
        self.raw(&real.to_le_bytes());
        self.raw(&imaginary.to_le_bytes());
    }

    #[inline]
    pub(crate) fn str(&mut self, text: &[u8]) -> Result<(), EncodeError> {
        match text.len() {
            length @ ..32 => {
                copy::append_short(self.bytes, 0xa0 | low_byte(length), text);
                return Ok(());
            }
            length @ ..0x100 => self.marked::<2>(0xd9, &[low_byte(length)]),
            length => self.long(0xda, 0xdb, length)?,
        }
        self.raw(text);
        Ok(())
    }

    #[inline]
    pub(crate) fn bin(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        self.bin_header(bytes.len())?;
        self.raw(bytes);
        Ok(())
    }

    pub(crate) fn bin_header(&mut self, length: usize) -> Result<(), EncodeError> {
        match length {
            ..0x100 => self.marked::<2>(0xc4, &[low_byte(length)]),
            _ => self.long(0xc5, 0xc6, length)?,
        }
        Ok(())
    }

    /// Large bytes that Go reads in place. `bytes` must stay valid and where
    /// it is until the request is dropped: see [`Request::keep`].
    pub(crate) fn borrowed(&mut self, bytes: &[u8]) {
        self.raw(&[0xd8, extension::BORROWED]);
        self.raw(&(bytes.as_ptr() as u64).to_le_bytes());
        self.raw(&(bytes.len() as u64).to_le_bytes());
    }

    #[inline]
    pub(crate) fn array(&mut self, length: usize) -> Result<(), EncodeError> {
        match length {
            ..16 => self.bytes.push(0x90 | low_byte(length)),
            _ => self.long(0xdc, 0xdd, length)?,
        }
        Ok(())
    }

    #[inline]
    pub(crate) fn map(&mut self, length: usize) -> Result<(), EncodeError> {
        match length {
            ..16 => self.bytes.push(0x80 | low_byte(length)),
            _ => self.long(0xde, 0xdf, length)?,
        }
        Ok(())
    }

    /// The header of packed numbers: `size` bytes of items must follow.
    pub(crate) fn numbers_header(&mut self, kind: u8, size: usize) -> Result<(), EncodeError> {
        self.extension(extension::NUMBERS, size + 1)?;
        self.bytes.push(kind);
        Ok(())
    }

    #[inline]
    pub(crate) fn handle(&mut self, handle: Handle) {
        let mut bytes = [0; 18];
        bytes[..2].copy_from_slice(&[0xd8, extension::HANDLE]);
        bytes[2..6].copy_from_slice(&handle.slot.to_le_bytes());
        bytes[6..10].copy_from_slice(&handle.generation.to_le_bytes());
        bytes[10..14].copy_from_slice(&handle.type_number.to_le_bytes());
        self.raw(&bytes);
    }

    /// The start of a dynamic value of a declared type; the value must follow.
    pub(crate) fn typed(&mut self, type_number: u32) {
        self.raw(&[0x92, 0xd7, extension::TYPE]);
        self.raw(&type_number.to_le_bytes());
        self.raw(&[0; 4]);
    }

    /// Makes room for `additional` bytes and hands out the end of the buffer.
    pub(crate) fn reserve(&mut self, additional: usize) -> &mut Vec<u8> {
        self.bytes.reserve(additional);
        self.bytes
    }

    fn extension(&mut self, code: u8, length: usize) -> Result<(), EncodeError> {
        let fixed = match length {
            1 => 0xd4,
            2 => 0xd5,
            4 => 0xd6,
            8 => 0xd7,
            16 => 0xd8,
            0..0x100 => {
                self.marked::<2>(0xc7, &[low_byte(length)]);
                self.bytes.push(code);
                return Ok(());
            }
            _ => {
                self.long(0xc8, 0xc9, length)?;
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
    fn long(&mut self, marker16: u8, marker32: u8, length: usize) -> Result<(), EncodeError> {
        if let Ok(length) = u16::try_from(length) {
            self.marked::<3>(marker16, &length.to_be_bytes());
        } else if let Ok(length) = u32::try_from(length) {
            self.marked::<5>(marker32, &length.to_be_bytes());
        } else {
            return Err(EncodeError::new(format!(
                "{length} bytes or elements are more than a request can carry"
            )));
        }
        Ok(())
    }
}

/// The low byte of a length that is known to fit.
#[inline]
fn low_byte(length: usize) -> u8 {
    length.to_le_bytes()[0]
}
