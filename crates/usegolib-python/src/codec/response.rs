//! The response: the `MessagePack` reader and the envelope.
//!
//! Every length is checked against what is left before anything is allocated
//! for it. Elements of containers are counted against one budget, the length
//! of the response, because each takes at least a byte: nested lies about
//! lengths can't add up either.

use pyo3::prelude::*;
use pyo3::types::PyString;
use usegolib::library::Reply;
use usegolib::schema::protocol::EnvelopeTag;

use super::native::string;
use super::request::{DEPTH_LIMIT, extension};
use super::wire_key::WireKey;
use super::{Context, DecodeError, Handle};

/// A response being read.
pub(crate) struct Response<'c, 'py> {
    pub(crate) py: Python<'py>,
    pub(crate) context: Context<'c>,
    rest: &'c [u8],
    budget: usize,
    depth: u32,
    /// Whether Go lends memory to this response.
    has_loan: bool,
}

/// What a response is.
pub(crate) enum Envelope<'py> {
    /// The result follows, and behind it, if so marked, what changed.
    Result {
        /// Whether arguments as they are after the call follow the result.
        changed: bool,
    },
    /// The call failed.
    Fault {
        /// Why.
        fault: Fault<'py>,
        /// Whether arguments as they are after the call follow.
        changed: bool,
    },
}

/// An error in a response (`docs/abi.md`, Envelope).
#[derive(Debug)]
pub(crate) struct Fault<'py> {
    /// The kind: 0 to 6 in an envelope, 0, 1 or 6 in a value.
    pub(crate) kind: u64,
    /// The message.
    pub(crate) message: Bound<'py, PyString>,
    /// The Go type of the error or panic value.
    pub(crate) go_type: Bound<'py, PyString>,
    /// Go's stack, for panics.
    pub(crate) stack: Bound<'py, PyString>,
    /// The error itself.
    pub(crate) value: Option<Handle>,
}

/// The start of a value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Token<'c> {
    Nil,
    Bool(bool),
    /// Any integer of the signed range below zero.
    Signed(i64),
    Unsigned(u64),
    Float(f64),
    Str(&'c [u8]),
    Bin(&'c [u8]),
    /// So many elements follow.
    Array(usize),
    /// So many keys and values follow.
    Map(usize),
    Extension(u8, &'c [u8]),
}

impl Token<'_> {
    /// The value in words, for "expected ..., got ...".
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Nil => "None",
            Self::Bool(_) => "bool",
            Self::Signed(_) | Self::Unsigned(_) => "int",
            Self::Float(_) => "float",
            Self::Str(_) => "str",
            Self::Bin(_) => "bytes",
            Self::Array(_) => "list",
            Self::Map(_) => "dict",
            Self::Extension(extension::HANDLE, _) => "object",
            Self::Extension(extension::NUMBERS, _) => "packed numbers",
            Self::Extension(extension::COMPLEX, _) => "complex",
            Self::Extension(extension::TYPE, _) => "type",
            Self::Extension(..) => "unknown extension",
        }
    }
}

impl<'c, 'py> Response<'c, 'py> {
    /// Reads `bytes`, a response of the library of `context`.
    pub(crate) fn new(py: Python<'py>, context: Context<'c>, bytes: &'c [u8]) -> Self {
        Self {
            py,
            context,
            rest: bytes,
            budget: bytes.len(),
            depth: 0,
            has_loan: false,
        }
    }

    /// Reads a reply, which may refer to memory of Go's.
    #[inline(always)]
    pub(crate) fn of_reply(py: Python<'py>, context: Context<'c>, reply: &'c Reply<'_>) -> Self {
        Self {
            has_loan: reply.has_loan(),
            ..Self::new(py, context, reply)
        }
    }

    /// Reads up to the result, or the whole error.
    #[inline(always)]
    pub(crate) fn envelope(&mut self) -> Result<Envelope<'py>, DecodeError> {
        if let [0x92, 0, rest @ ..] = self.rest {
            self.rest = rest;
            return Ok(Envelope::Result { changed: false });
        }
        self.other_envelope()
    }

    /// Whether a response only says that the call goes on.
    pub(crate) fn is_running(bytes: &[u8]) -> bool {
        matches!(bytes, [0x92, tag, ..] if *tag == EnvelopeTag::Running.number())
    }

    /// The number to wait for, if the response only says that the call goes on.
    pub(crate) fn running(&mut self) -> Result<Option<u64>, DecodeError> {
        if !Self::is_running(self.rest) {
            return Ok(None);
        }
        self.rest = &self.rest[2..];
        let Token::Unsigned(number) = self.token()? else {
            return Err(DecodeError::malformed("a call without a number"));
        };
        self.finish()?;
        Ok(Some(number))
    }

    #[inline(never)]
    fn other_envelope(&mut self) -> Result<Envelope<'py>, DecodeError> {
        let malformed = || DecodeError::malformed("the response is not [0, result] or [1, error]");
        let (head, rest) = self.rest.split_first_chunk::<2>().ok_or_else(malformed)?;
        self.rest = rest;
        match head {
            [0x93, 0] => Ok(Envelope::Result { changed: true }),
            [head @ (0x92 | 0x93), 1] => {
                let changed = *head == 0x93;
                let fault = self.envelope_fault()?;
                if !changed {
                    self.finish()?;
                }
                Ok(Envelope::Fault { fault, changed })
            }
            _ => Err(malformed()),
        }
    }

    /// Reads the arguments that the call changed: `read` is told each one's
    /// position, and reads it.
    pub(crate) fn changes(
        &mut self,
        mut read: impl FnMut(&mut Self, u64) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        let malformed = || DecodeError::malformed("malformed changes behind the response");
        let Token::Map(count) = self.token()? else {
            return Err(malformed());
        };
        for _ in 0..count {
            let Token::Unsigned(position) = self.token()? else {
                return Err(malformed());
            };
            read(self, position)?;
        }
        self.finish()
    }

    #[cold]
    fn envelope_fault(&mut self) -> Result<Fault<'py>, DecodeError> {
        let Token::Array(5) = self.token()? else {
            return Err(DecodeError::malformed(
                "the response's error is not an array of 5",
            ));
        };
        self.fault()
    }

    /// Reads the parts of an error whose array header has been read.
    pub(crate) fn fault(&mut self) -> Result<Fault<'py>, DecodeError> {
        let malformed = || DecodeError::malformed("malformed error in the response");
        let Token::Unsigned(kind @ 0..=6) = self.token()? else {
            return Err(malformed());
        };
        let message = self.fault_text()?;
        let go_type = self.fault_text()?;
        let stack = self.fault_text()?;
        let value = match self.token()? {
            Token::Nil => None,
            Token::Extension(extension::HANDLE, payload) => Some(Handle::parse(payload)?),
            _ => return Err(malformed()),
        };
        Ok(Fault {
            kind,
            message,
            go_type,
            stack,
            value,
        })
    }

    fn fault_text(&mut self) -> Result<Bound<'py, PyString>, DecodeError> {
        match self.token()? {
            Token::Str(text) => Ok(string::new(self.py, text)?),
            _ => Err(DecodeError::malformed("malformed error in the response")),
        }
    }

    /// Checks that nothing follows the result.
    #[inline(always)]
    pub(crate) fn finish(&self) -> Result<(), DecodeError> {
        if self.rest.is_empty() {
            return Ok(());
        }
        Err(self.trailing())
    }

    #[cold]
    fn trailing(&self) -> DecodeError {
        DecodeError::malformed(format!(
            "{} trailing bytes behind the response",
            self.rest.len()
        ))
    }

    /// Enters a container.
    #[inline]
    pub(crate) fn enter(&mut self) -> Result<(), DecodeError> {
        if self.depth == DEPTH_LIMIT {
            return Err(DecodeError::new(format!(
                "nested deeper than {DEPTH_LIMIT} levels"
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

    /// Whether a type of the type extension comes next.
    pub(crate) fn at_type(&self) -> bool {
        matches!(
            self.rest,
            [0xd4..=0xd8, extension::TYPE, ..] | [0xc7, _, extension::TYPE, ..]
        )
    }

    /// Whether an object handle comes next.
    pub(crate) fn at_handle(&self) -> bool {
        matches!(self.rest, [0xd8, extension::HANDLE, ..])
    }

    /// Takes a record's key if that is what comes next.
    #[inline]
    pub(crate) fn skip_key(&mut self, key: &WireKey) -> bool {
        match key.strip_from(self.rest) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Takes `expected` if that is what comes next.
    #[inline]
    pub(crate) fn skip(&mut self, expected: &[u8]) -> bool {
        match self.rest.strip_prefix(expected) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Reads the next value if it is an integer below 128, not negative.
    #[inline]
    pub(crate) fn small_int(&mut self) -> Option<u8> {
        let (value @ 0..0x80, rest) = self.rest.split_first()? else {
            return None;
        };
        self.rest = rest;
        Some(*value)
    }

    /// Reads the next value if it is a string of less than 32 bytes.
    #[inline]
    pub(crate) fn short_str(&mut self) -> Option<&'c [u8]> {
        let (marker @ 0xa0..=0xbf, rest) = self.rest.split_first()? else {
            return None;
        };
        let (text, rest) = rest.split_at_checked(usize::from(marker & 0x1f))?;
        self.rest = rest;
        Some(text)
    }

    /// Reads the start of the next value.
    #[inline]
    pub(crate) fn token(&mut self) -> Result<Token<'c>, DecodeError> {
        let [marker] = self.chunk::<1>()?;
        Ok(match marker {
            0x00..=0x7f => Token::Unsigned(u64::from(marker)),
            0x80..=0x8f => self.map(usize::from(marker & 0x0f))?,
            0x90..=0x9f => self.array(usize::from(marker & 0x0f))?,
            0xa0..=0xbf => Token::Str(self.take(usize::from(marker & 0x1f))?),
            0xc0 => Token::Nil,
            0xc2 => Token::Bool(false),
            0xc3 => Token::Bool(true),
            0xca => Token::Float(f64::from(f32::from_be_bytes(self.chunk()?))),
            0xcb => Token::Float(f64::from_be_bytes(self.chunk()?)),
            0xcc => Token::Unsigned(u64::from(u8::from_be_bytes(self.chunk()?))),
            0xcd => Token::Unsigned(u64::from(u16::from_be_bytes(self.chunk()?))),
            0xce => Token::Unsigned(u64::from(u32::from_be_bytes(self.chunk()?))),
            0xcf => Token::Unsigned(u64::from_be_bytes(self.chunk()?)),
            0xd0 => signed(i64::from(i8::from_be_bytes(self.chunk()?))),
            0xd1 => signed(i64::from(i16::from_be_bytes(self.chunk()?))),
            0xd2 => signed(i64::from(i32::from_be_bytes(self.chunk()?))),
            0xd3 => signed(i64::from_be_bytes(self.chunk()?)),
            0xe0..=0xff => Token::Signed(i64::from(i8::from_be_bytes([marker]))),
            _ => self.long_token(marker)?,
        })
    }

    /// The forms with a length of their own.
    #[inline]
    fn long_token(&mut self, marker: u8) -> Result<Token<'c>, DecodeError> {
        let length = match marker {
            0xc4 | 0xc7 | 0xd9 => usize::from(u8::from_be_bytes(self.chunk()?)),
            0xc5 | 0xc8 | 0xda | 0xdc | 0xde => usize::from(u16::from_be_bytes(self.chunk()?)),
            0xc6 | 0xc9 | 0xdb | 0xdd | 0xdf => u32::from_be_bytes(self.chunk()?) as usize,
            0xd4..=0xd8 => 1 << (marker - 0xd4),
            _ => {
                return Err(DecodeError::new(
                    "malformed MessagePack: reserved byte 0xc1",
                ));
            }
        };
        Ok(match marker {
            0xc4..=0xc6 => Token::Bin(self.take(length)?),
            0xd9..=0xdb => Token::Str(self.take(length)?),
            0xdc | 0xdd => self.array(length)?,
            0xde | 0xdf => self.map(length)?,
            _ => {
                let [code] = self.chunk::<1>()?;
                let payload = self.take(length)?;
                match code {
                    extension::LOAN => self.loan(payload)?,
                    _ => Token::Extension(code, payload),
                }
            }
        })
    }

    /// Bytes or a string in memory of Go's.
    #[cold]
    fn loan(&self, payload: &[u8]) -> Result<Token<'c>, DecodeError> {
        let malformed = || DecodeError::new("malformed reference to Go's memory");
        let (kind, place) = payload.split_first().ok_or_else(malformed)?;
        let (address, length) = place.split_first_chunk::<8>().ok_or_else(malformed)?;
        let length = <[u8; 8]>::try_from(length).map_err(|_| malformed())?;
        let number = |bytes| usize::try_from(u64::from_le_bytes(bytes)).map_err(|_| malformed());
        let (address, length) = (number(*address)?, number(length)?);
        if !self.has_loan || address == 0 || isize::try_from(length).is_err() {
            return Err(malformed());
        }
        // SAFETY: the library lends this memory until the reply is dropped,
        // which outlives this response.
        let lent = unsafe {
            std::slice::from_raw_parts(std::ptr::with_exposed_provenance(address), length)
        };
        match kind {
            0 => Ok(Token::Bin(lent)),
            1 => Ok(Token::Str(lent)),
            _ => Err(malformed()),
        }
    }

    #[inline]
    fn array(&mut self, length: usize) -> Result<Token<'c>, DecodeError> {
        self.spend(length)?;
        Ok(Token::Array(length))
    }

    #[inline]
    fn map(&mut self, length: usize) -> Result<Token<'c>, DecodeError> {
        self.spend(length.saturating_mul(2))?;
        Ok(Token::Map(length))
    }

    #[inline]
    fn spend(&mut self, elements: usize) -> Result<(), DecodeError> {
        match self.budget.checked_sub(elements) {
            Some(budget) if elements <= self.rest.len() => {
                self.budget = budget;
                Ok(())
            }
            _ => Err(self.truncated()),
        }
    }

    #[inline]
    fn chunk<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        match self.rest.split_first_chunk::<N>() {
            Some((chunk, rest)) => {
                self.rest = rest;
                Ok(*chunk)
            }
            None => Err(self.truncated()),
        }
    }

    #[inline]
    fn take(&mut self, length: usize) -> Result<&'c [u8], DecodeError> {
        match self.rest.split_at_checked(length) {
            Some((taken, rest)) => {
                self.rest = rest;
                Ok(taken)
            }
            None => Err(self.truncated()),
        }
    }

    #[cold]
    #[inline(never)]
    fn truncated(&self) -> DecodeError {
        DecodeError::new(format!(
            "truncated: a value needs more than the {} bytes that are left",
            self.rest.len()
        ))
    }
}

#[inline]
fn signed(value: i64) -> Token<'static> {
    match u64::try_from(value) {
        Ok(value) => Token::Unsigned(value),
        Err(_) => Token::Signed(value),
    }
}
