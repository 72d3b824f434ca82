//! Messages: how a request begins, and what a response is (docs/abi.md,
//! Envelope).

use pyo3::prelude::*;
use usegolib::engine::Reply;
use usegolib::schema::protocol::EnvelopeTag;

use crate::codec::{Context, DecodeError, Fault, Input};
use crate::wire::format::{ARRAY_16, EXT_32, FIX_ARRAY, FIX_EXT_8, UINT_8, UINT_16, UINT_32};
use crate::wire::{Reader, Token, extension};

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
            Ok(count @ ..16) => bytes.push(FIX_ARRAY | count.to_le_bytes()[0]),
            // The compiler of Go accepts no function with more parameters.
            count => {
                bytes.push(ARRAY_16);
                bytes.extend(count.unwrap_or(u16::MAX).to_be_bytes());
            }
        }
        if index < 0x80 {
            bytes.push(index.to_le_bytes()[0]);
        } else if let Ok(index) = u8::try_from(index) {
            bytes.extend([UINT_8, index]);
        } else if let Ok(index) = u16::try_from(index) {
            bytes.push(UINT_16);
            bytes.extend(index.to_be_bytes());
        } else {
            bytes.push(UINT_32);
            bytes.extend(index.to_be_bytes());
        }
        let length = bytes.len().to_le_bytes()[0];
        bytes.resize(8, 0);
        Self {
            bytes: bytes.try_into().unwrap_or_default(),
            length,
        }
    }

    /// Makes `buffer` the start of a request, whatever was in it. The handles in
    /// `closed` are closed before anything else. `back` has a bit for each
    /// argument that goes back as it is after the call; where that is in the
    /// request is returned, if there are any.
    #[inline(always)]
    pub(crate) fn begin(&self, buffer: &mut Vec<u8>, closed: &[u64], back: u64) -> usize {
        buffer.clear();
        if !closed.is_empty() {
            write_closed(buffer, closed);
        }
        let mut back_at = 0;
        if back != 0 {
            buffer.extend([FIX_EXT_8, extension::CHANGED]);
            back_at = buffer.len();
            buffer.extend(back.to_le_bytes());
        }
        let start = buffer.len();
        // All eight bytes, so that it is one store.
        buffer.extend_from_slice(&self.bytes);
        buffer.truncate(start + usize::from(self.length));
        back_at
    }
}

/// Handles to be closed, in front of a request.
#[cold]
fn write_closed(buffer: &mut Vec<u8>, closed: &[u64]) {
    // Parts whose size fits the length of an extension.
    for part in closed.chunks(1 << 20) {
        let size = u32::try_from(size_of_val(part)).unwrap_or_default();
        buffer.push(EXT_32);
        buffer.extend(size.to_be_bytes());
        buffer.push(extension::CLOSED);
        for handle in part {
            buffer.extend(handle.to_le_bytes());
        }
    }
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

const RESULT: u8 = EnvelopeTag::Result.number();
const FAULT: u8 = EnvelopeTag::Fault.number();
const RUNNING: u8 = EnvelopeTag::Running.number();
/// The head of an envelope of a tag and what it is about.
const PAIR: u8 = FIX_ARRAY | 2;
/// The head of one with changed arguments behind these.
const TRIPLE: u8 = FIX_ARRAY | 3;

/// A response being read: the envelope first, then, by decoders, what is in it.
pub(crate) struct Response<'c, 'py>(pub(crate) Input<'c, 'py>);

impl<'c, 'py> Response<'c, 'py> {
    /// Reads `bytes`, which refer to nothing else.
    #[cfg(test)]
    pub(crate) fn new(py: Python<'py>, context: &'c Context<'c>, bytes: &'c [u8]) -> Self {
        Self(Input::new(py, context, Reader::new(bytes)))
    }

    /// Reads a reply, which may refer to memory of Go's.
    #[inline(always)]
    pub(crate) fn of_reply(
        py: Python<'py>,
        context: &'c Context<'c>,
        reply: &'c Reply<'_>,
    ) -> Self {
        // SAFETY: the library lends this memory until the reply is dropped, which
        // is borrowed here.
        let reader = unsafe { Reader::lending(reply, reply.has_loan()) };
        Self(Input::new(py, context, reader))
    }

    /// Reads up to the result, or the whole error.
    #[inline(always)]
    pub(crate) fn envelope(&mut self) -> Result<Envelope<'py>, DecodeError> {
        if self.0.skip(&[PAIR, RESULT]) {
            return Ok(Envelope::Result { changed: false });
        }
        self.other_envelope()
    }

    #[inline(never)]
    fn other_envelope(&mut self) -> Result<Envelope<'py>, DecodeError> {
        if self.0.skip(&[TRIPLE, RESULT]) {
            return Ok(Envelope::Result { changed: true });
        }
        let changed = self.0.skip(&[TRIPLE, FAULT]);
        if !changed && !self.0.skip(&[PAIR, FAULT]) {
            return Err(DecodeError::malformed(
                "the response is not [0, result] or [1, error]",
            ));
        }
        let parts = match self.0.token()? {
            Token::Array(parts) if Fault::PARTS.contains(&parts) => parts,
            _ => {
                return Err(DecodeError::malformed(
                    "the response's error is not an array of 5 to 7",
                ));
            }
        };
        let fault = Fault::read(&mut self.0, parts)?;
        if !changed && !fault.has_results {
            self.finish()?;
        }
        Ok(Envelope::Fault { fault, changed })
    }

    /// Whether a response only says that the call goes on.
    pub(crate) fn is_running(bytes: &[u8]) -> bool {
        bytes.starts_with(&[PAIR, RUNNING])
    }

    /// The number to wait for, if the response only says that the call goes on.
    pub(crate) fn running(&mut self) -> Result<Option<u64>, DecodeError> {
        if !self.0.skip(&[PAIR, RUNNING]) {
            return Ok(None);
        }
        let Token::Unsigned(number) = self.0.token()? else {
            return Err(DecodeError::malformed("a call without a number"));
        };
        self.finish()?;
        Ok(Some(number))
    }

    /// Reads the arguments that the call changed: `read` is told each one's
    /// position, and reads it.
    pub(crate) fn changes(
        &mut self,
        mut read: impl FnMut(&mut Input<'c, 'py>, u64) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        let malformed = || DecodeError::malformed("malformed changes behind the response");
        let Token::Map(count) = self.0.token()? else {
            return Err(malformed());
        };
        for _ in 0..count {
            let Token::Unsigned(position) = self.0.token()? else {
                return Err(malformed());
            };
            read(&mut self.0, position)?;
        }
        self.finish()
    }

    /// Checks that nothing follows the result.
    #[inline(always)]
    pub(crate) fn finish(&self) -> Result<(), DecodeError> {
        if self.0.rest().is_empty() {
            return Ok(());
        }
        Err(self.trailing())
    }

    #[cold]
    fn trailing(&self) -> DecodeError {
        DecodeError::malformed(format!(
            "{} trailing bytes behind the response",
            self.0.rest().len()
        ))
    }
}
