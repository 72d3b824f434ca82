//! What encoders write to: a wire writer, the library that it is for, and what
//! must outlive the message.

use std::any::Any;
use std::ops::{Deref, DerefMut};

use pyo3::buffer::PyUntypedBuffer;
use pyo3::prelude::*;

use super::{Context, EncodeError, nesting};
use crate::cpython::buffer::Span;
use crate::wire::{Handle, Writer};

/// Something that a message points at.
pub(crate) enum Kept {
    Object(Py<PyAny>),
    #[expect(dead_code, reason = "kept exported, never read")]
    Buffer(PyUntypedBuffer),
    /// What ends the offer of a value that Go didn't take.
    #[expect(dead_code, reason = "kept, never read")]
    Offer(Box<dyn Any + Send>),
}

/// A Python value that is offered to Go (docs/abi.md, ext 11).
pub(crate) struct Offer {
    /// Where it is.
    pub(crate) slot: u64,
    /// The function of the library's that it is, if it is one.
    pub(crate) function: Option<OwnFunction>,
    /// Ends the offer when it is dropped, if Go has not taken the value.
    pub(crate) guard: Box<dyn Any + Send>,
}

/// A function of the library's own, or a method of an object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OwnFunction {
    /// Its index in the symbol table.
    pub(crate) index: u32,
    /// The object whose method it is.
    pub(crate) receiver: Option<Handle>,
}

impl Kept {
    /// The object, if it is one.
    pub(super) fn object(&self) -> Option<&Py<PyAny>> {
        match self {
            Self::Object(object) => Some(object),
            Self::Buffer(_) | Self::Offer(_) => None,
        }
    }
}

/// A message being written. What it points at is in `kept`, which must be left
/// alone until the other side is done with the message: large buffers are
/// borrowed, not copied.
pub(crate) struct Output<'c> {
    pub(crate) context: &'c Context<'c>,
    writer: Writer<'c>,
    kept: &'c mut Vec<Kept>,
    depth: u32,
    /// Whether what is written goes back: nothing in it is only borrowed.
    goes_back: bool,
    /// Whether it is behind a pointer.
    is_pointed_to: bool,
    /// Where it says which arguments go back, if it does.
    back_at: usize,
}

impl<'c> Output<'c> {
    /// What `writer` writes, to the library of `context`.
    #[inline(always)]
    pub(crate) fn new(
        context: &'c Context<'c>,
        writer: Writer<'c>,
        kept: &'c mut Vec<Kept>,
    ) -> Self {
        Self {
            context,
            writer,
            kept,
            // The arguments are an array themselves.
            depth: 1,
            goes_back: false,
            is_pointed_to: false,
            back_at: 0,
        }
    }

    /// Notes where it says which arguments go back.
    pub(crate) fn set_back_at(&mut self, at: usize) {
        self.back_at = at;
    }

    /// Says which arguments go back after all, a bit for each position.
    pub(crate) fn set_back(&mut self, back: u64) {
        let at = self.back_at;
        self.writer.overwrite(at, &back.to_le_bytes());
    }

    /// Says whether what is written next goes back as it is after the call.
    pub(crate) fn set_goes_back(&mut self, goes_back: bool) {
        self.goes_back = goes_back;
    }

    /// Whether what is written goes back.
    #[inline]
    pub(crate) fn goes_back(&self) -> bool {
        self.goes_back
    }

    /// Whether Go may write to a buffer itself that is written next. Not to one that is
    /// behind a pointer or in something: Go may put another slice in its place.
    #[inline]
    pub(crate) fn lends(&self) -> bool {
        self.goes_back && self.depth == 1 && !self.is_pointed_to && self.context.can_lend
    }

    /// Notes that what is written next is behind a pointer, or no longer.
    pub(super) fn set_pointed_to(&mut self, is_pointed_to: bool) -> bool {
        std::mem::replace(&mut self.is_pointed_to, is_pointed_to)
    }

    /// What is kept for the message.
    pub(super) fn kept(&self) -> &[Kept] {
        self.kept
    }

    /// Enters a container. Cyclic values end here.
    #[inline]
    pub(crate) fn enter(&mut self) -> Result<(), EncodeError> {
        if self.depth >= nesting::SHALLOW {
            nesting::check(self.depth).map_err(nesting::Problem::of_argument)?;
        }
        self.depth += 1;
        Ok(())
    }

    /// Leaves a container.
    #[inline]
    pub(crate) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Keeps an object alive until the message is done with: one whose handle
    /// is in it, say. The caller's own arguments live that long, but what is
    /// encoded may be made of them for the moment.
    pub(crate) fn keep(&mut self, object: &Bound<'_, PyAny>) {
        self.kept.push(Kept::Object(object.clone().unbind()));
    }

    /// Writes a value that the host holds.
    pub(crate) fn offer(&mut self, offer: Offer) {
        match offer.function {
            None => self.writer.host(offer.slot),
            Some(own) => self.writer.host_own(offer.slot, own.index, own.receiver),
        }
        self.kept.push(Kept::Offer(offer.guard));
    }

    /// Writes a reference to `bytes`, which belong to `owner` and stay where and
    /// what they are as long as it lives: Go reads them in place.
    pub(crate) fn borrow_from(&mut self, owner: &Bound<'_, PyAny>, bytes: &[u8]) {
        self.writer.borrowed(bytes.as_ptr(), bytes.len());
        self.keep(owner);
    }

    /// The same for the content of an exported buffer.
    pub(crate) fn borrow_buffer(&mut self, buffer: PyUntypedBuffer) -> Result<(), EncodeError> {
        let span = Span::of(&buffer).ok_or_else(not_contiguous)?;
        self.writer.borrowed(span.start(), span.len());
        self.kept.push(Kept::Buffer(buffer));
        Ok(())
    }

    /// Writes a reference to the content of an exported buffer that Go may write to.
    pub(crate) fn lend_buffer(&mut self, buffer: PyUntypedBuffer) -> Result<(), EncodeError> {
        let span = Span::of(&buffer).ok_or_else(not_contiguous)?;
        self.writer.writable(span.start(), span.len());
        self.kept.push(Kept::Buffer(buffer));
        Ok(())
    }
}

/// The error about a buffer whose bytes are apart.
#[cold]
pub(super) fn not_contiguous() -> EncodeError {
    EncodeError::new("the buffer is not contiguous (bytes(...) copies it into one that is)")
}

impl<'c> Deref for Output<'c> {
    type Target = Writer<'c>;

    #[inline(always)]
    fn deref(&self) -> &Writer<'c> {
        &self.writer
    }
}

impl DerefMut for Output<'_> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.writer
    }
}
