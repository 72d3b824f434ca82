//! Reading `MessagePack`, in any form.
//!
//! Every length is checked against what is left before anything is allocated
//! for it. Elements of containers are counted against one budget, the length
//! of the whole, because each takes at least a byte: nested lies about lengths
//! can't add up either.

use usegolib::schema::protocol::{CONTAINER_FLAG, LoanKind};

use super::format::{
    ARRAY_16, ARRAY_32, BIN_8, BIN_16, BIN_32, EXT_8, EXT_16, EXT_32, FALSE, FIX_ARRAY, FIX_EXT_1,
    FIX_EXT_16, FIX_MAP, FIX_STR, FLOAT_32, FLOAT_64, INT_8, INT_16, INT_32, INT_64, MAP_16,
    MAP_32, NEGATIVE_FIXINT, NIL, STR_8, STR_16, STR_32, TRUE, UINT_8, UINT_16, UINT_32, UINT_64,
};
use super::{WireError, WireKey, extension};

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
    /// Packed numbers in memory of Go's: their kind and the items.
    Numbers(u8, &'c [u8]),
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
            Self::Extension(extension::HANDLE | extension::HOST, _) => "object",
            Self::Extension(extension::NUMBERS, _) | Self::Numbers(..) => "packed numbers",
            Self::Extension(extension::COMPLEX, _) => "complex",
            Self::Extension(extension::TYPE, _) => "type",
            Self::Extension(..) => "unknown extension",
        }
    }
}

/// Takes bytes apart.
pub(crate) struct Reader<'c> {
    rest: &'c [u8],
    budget: usize,
    /// Whether Go lends memory to these bytes.
    has_loan: bool,
}

impl<'c> Reader<'c> {
    /// Reads `bytes`, which refer to nothing else.
    #[inline(always)]
    pub(crate) fn new(bytes: &'c [u8]) -> Self {
        Self {
            rest: bytes,
            budget: bytes.len(),
            has_loan: false,
        }
    }

    /// Reads `bytes`, in which there may be loans (docs/abi.md, ext 6).
    ///
    /// # Safety
    /// With `has_loan`, what loans in `bytes` refer to must be memory that stays
    /// as it is for `'c`.
    #[inline(always)]
    pub(crate) unsafe fn lending(bytes: &'c [u8], has_loan: bool) -> Self {
        Self {
            has_loan,
            ..Self::new(bytes)
        }
    }

    /// What has not been read.
    #[inline(always)]
    pub(crate) fn rest(&self) -> &'c [u8] {
        self.rest
    }

    /// Whether a type of the type extension comes next.
    pub(crate) fn at_type(&self) -> bool {
        matches!(
            self.rest,
            [FIX_EXT_1..=FIX_EXT_16, extension::TYPE, ..] | [EXT_8, _, extension::TYPE, ..]
        )
    }

    /// The type number of the handle to a container that comes next, if one does.
    pub(crate) fn container_type(&self) -> Option<u32> {
        let payload = self.rest.strip_prefix(&[FIX_EXT_16, extension::HANDLE])?;
        let [_, _, number, flags] = payload.as_chunks::<4>().0.first_chunk()?;
        let is_container = u32::from_le_bytes(*flags) & CONTAINER_FLAG != 0;
        is_container.then(|| u32::from_le_bytes(*number))
    }

    /// Whether an object handle comes next.
    pub(crate) fn at_handle(&self) -> bool {
        matches!(self.rest, [FIX_EXT_16, extension::HANDLE, ..])
    }

    /// Whether an extension of eight or sixteen bytes with that code comes next, or
    /// a longer one.
    pub(crate) fn at_extension(&self, code: u8) -> bool {
        match self.rest {
            [FIX_EXT_1..=FIX_EXT_16, found, ..]
            | [EXT_8, _, found, ..]
            | [EXT_32, _, _, _, _, found, ..] => *found == code,
            _ => false,
        }
    }

    /// Whether there may be loans.
    pub(crate) fn has_loan(&self) -> bool {
        self.has_loan
    }

    /// A reader of a part of the same bytes.
    pub(crate) fn of_part(&self, part: &'c [u8]) -> Self {
        Self {
            rest: part,
            budget: part.len(),
            has_loan: self.has_loan,
        }
    }

    /// Takes the next value, and returns its bytes.
    pub(crate) fn value(&mut self) -> Result<&'c [u8], WireError> {
        let start = self.rest;
        let mut left = 1_usize;
        while left > 0 {
            left -= 1;
            match self.token()? {
                // What is left was counted against the budget.
                Token::Array(length) => left += length,
                Token::Map(length) => left += 2 * length,
                _ => {}
            }
        }
        Ok(&start[..start.len() - self.rest.len()])
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
        let (marker @ FIX_STR..NIL, rest) = self.rest.split_first()? else {
            return None;
        };
        let (text, rest) = rest.split_at_checked(usize::from(marker & 0x1f))?;
        self.rest = rest;
        Some(text)
    }

    /// Reads the start of the next value.
    #[inline]
    pub(crate) fn token(&mut self) -> Result<Token<'c>, WireError> {
        let [marker] = self.chunk::<1>()?;
        Ok(match marker {
            0x00..=0x7f => Token::Unsigned(u64::from(marker)),
            FIX_MAP..FIX_ARRAY => self.map(usize::from(marker & 0x0f))?,
            FIX_ARRAY..FIX_STR => self.array(usize::from(marker & 0x0f))?,
            FIX_STR..NIL => Token::Str(self.take(usize::from(marker & 0x1f))?),
            NIL => Token::Nil,
            FALSE => Token::Bool(false),
            TRUE => Token::Bool(true),
            FLOAT_32 => Token::Float(f64::from(f32::from_be_bytes(self.chunk()?))),
            FLOAT_64 => Token::Float(f64::from_be_bytes(self.chunk()?)),
            UINT_8 => Token::Unsigned(u64::from(u8::from_be_bytes(self.chunk()?))),
            UINT_16 => Token::Unsigned(u64::from(u16::from_be_bytes(self.chunk()?))),
            UINT_32 => Token::Unsigned(u64::from(u32::from_be_bytes(self.chunk()?))),
            UINT_64 => Token::Unsigned(u64::from_be_bytes(self.chunk()?)),
            INT_8 => signed(i64::from(i8::from_be_bytes(self.chunk()?))),
            INT_16 => signed(i64::from(i16::from_be_bytes(self.chunk()?))),
            INT_32 => signed(i64::from(i32::from_be_bytes(self.chunk()?))),
            INT_64 => signed(i64::from_be_bytes(self.chunk()?)),
            NEGATIVE_FIXINT.. => Token::Signed(i64::from(i8::from_be_bytes([marker]))),
            _ => self.long_token(marker)?,
        })
    }

    /// The forms with a length of their own.
    #[inline]
    fn long_token(&mut self, marker: u8) -> Result<Token<'c>, WireError> {
        let length = match marker {
            BIN_8 | EXT_8 | STR_8 => usize::from(u8::from_be_bytes(self.chunk()?)),
            BIN_16 | EXT_16 | STR_16 | ARRAY_16 | MAP_16 => {
                usize::from(u16::from_be_bytes(self.chunk()?))
            }
            BIN_32 | EXT_32 | STR_32 | ARRAY_32 | MAP_32 => {
                u32::from_be_bytes(self.chunk()?) as usize
            }
            FIX_EXT_1..=FIX_EXT_16 => 1 << (marker - FIX_EXT_1),
            _ => {
                return Err(WireError::Reserved);
            }
        };
        Ok(match marker {
            BIN_8..=BIN_32 => Token::Bin(self.take(length)?),
            STR_8..=STR_32 => Token::Str(self.take(length)?),
            ARRAY_16 | ARRAY_32 => self.array(length)?,
            MAP_16 | MAP_32 => self.map(length)?,
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

    /// Bytes, a string or numbers in memory of Go's.
    #[cold]
    fn loan(&self, payload: &[u8]) -> Result<Token<'c>, WireError> {
        let malformed = || WireError::Loan;
        let (kind, place) = payload.split_first().ok_or_else(malformed)?;
        let (address, place) = place.split_first_chunk::<8>().ok_or_else(malformed)?;
        let (length, rest) = place.split_first_chunk::<8>().ok_or_else(malformed)?;
        let number = |bytes| usize::try_from(u64::from_le_bytes(bytes)).map_err(|_| malformed());
        let (address, length) = (number(*address)?, number(*length)?);
        if !self.has_loan || address == 0 || isize::try_from(length).is_err() {
            return Err(malformed());
        }
        // SAFETY: whoever said that there are loans vouched for this memory
        // ([`Reader::lending`]).
        let lent = unsafe {
            std::slice::from_raw_parts(std::ptr::with_exposed_provenance(address), length)
        };
        match (LoanKind::from_number(u64::from(*kind)), rest) {
            (Some(LoanKind::Bytes), []) => Ok(Token::Bin(lent)),
            (Some(LoanKind::Str), []) => Ok(Token::Str(lent)),
            (Some(LoanKind::Numbers), &[number]) => Ok(Token::Numbers(number, lent)),
            _ => Err(malformed()),
        }
    }

    #[inline]
    fn array(&mut self, length: usize) -> Result<Token<'c>, WireError> {
        self.spend(length)?;
        Ok(Token::Array(length))
    }

    #[inline]
    fn map(&mut self, length: usize) -> Result<Token<'c>, WireError> {
        self.spend(length.saturating_mul(2))?;
        Ok(Token::Map(length))
    }

    #[inline]
    fn spend(&mut self, elements: usize) -> Result<(), WireError> {
        match self.budget.checked_sub(elements) {
            Some(budget) if elements <= self.rest.len() => {
                self.budget = budget;
                Ok(())
            }
            _ => Err(self.truncated()),
        }
    }

    #[inline]
    fn chunk<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        match self.rest.split_first_chunk::<N>() {
            Some((chunk, rest)) => {
                self.rest = rest;
                Ok(*chunk)
            }
            None => Err(self.truncated()),
        }
    }

    #[inline]
    fn take(&mut self, length: usize) -> Result<&'c [u8], WireError> {
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
    fn truncated(&self) -> WireError {
        WireError::Truncated(self.rest.len())
    }
}

#[inline]
fn signed(value: i64) -> Token<'static> {
    match u64::try_from(value) {
        Ok(value) => Token::Unsigned(value),
        Err(_) => Token::Signed(value),
    }
}
