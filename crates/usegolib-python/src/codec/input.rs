//! What decoders read from: a wire reader, and the library it comes from.

use std::cell::Cell;
use std::collections::HashMap;
use std::ops::{Deref, DerefMut};

use pyo3::prelude::*;

use super::{Context, DecodeError, nesting};
use crate::wire::{Handle, Reader, Token};

/// A message being read.
pub(crate) struct Input<'c, 'py> {
    pub(crate) py: Python<'py>,
    pub(crate) context: &'c Context<'c>,
    reader: Reader<'c>,
    depth: u32,
    /// The objects whose handles may come back, by these.
    given: Option<&'c HashMap<u64, Bound<'py, PyAny>>>,
    has_objects: Cell<bool>,
}

impl<'c, 'py> Input<'c, 'py> {
    /// What `reader` reads, from the library of `context`.
    #[inline(always)]
    pub(crate) fn new(py: Python<'py>, context: &'c Context<'c>, reader: Reader<'c>) -> Self {
        Self {
            py,
            context,
            reader,
            depth: 0,
            given: None,
            has_objects: Cell::new(false),
        }
    }

    /// The same where handles may be those of objects that were given.
    pub(super) fn of_given(
        py: Python<'py>,
        context: &'c Context<'c>,
        reader: Reader<'c>,
        given: &'c HashMap<u64, Bound<'py, PyAny>>,
    ) -> Self {
        Self {
            given: Some(given),
            ..Self::new(py, context, reader)
        }
    }

    /// The object of a handle that was read: one that was given, or a new one.
    pub(crate) fn object(&self, handle: Handle) -> PyResult<Bound<'py, PyAny>> {
        self.has_objects.set(true);
        match self.given(handle) {
            Some(object) => self.context.runtime.referent(object),
            None => self.context.runtime.object(self.py, handle),
        }
    }

    /// Whether it is read to be brought into what was given, so that it may have what
    /// was sent.
    pub(super) fn is_of_given(&self) -> bool {
        self.given.is_some()
    }

    /// What was given as a handle that was read, if it is one of those: an object, or
    /// an error.
    pub(super) fn given(&self, handle: Handle) -> Option<Bound<'py, PyAny>> {
        self.given?.get(&handle.packed()).cloned()
    }

    /// Whether an object was among what has been read.
    pub(crate) fn has_objects(&self) -> bool {
        self.has_objects.get()
    }

    /// Enters a container.
    #[inline]
    pub(crate) fn enter(&mut self) -> Result<(), DecodeError> {
        if self.depth >= nesting::SHALLOW {
            nesting::check(self.depth)?;
        }
        self.depth += 1;
        Ok(())
    }

    /// Enters an array of so many values, the whole message.
    #[inline]
    pub(crate) fn begin(&mut self, count: usize) -> Result<(), DecodeError> {
        match self.reader.token()? {
            Token::Array(found) if found == count => Ok(()),
            _ => Err(DecodeError::malformed(format!(
                "the message is not an array of {count}"
            ))),
        }
    }

    /// Checks that nothing is left.
    #[inline]
    pub(crate) fn finish(&self) -> Result<(), DecodeError> {
        if self.reader.rest().is_empty() {
            return Ok(());
        }
        Err(DecodeError::malformed("trailing bytes behind the message"))
    }

    /// Leaves a container.
    #[inline]
    pub(crate) fn leave(&mut self) {
        self.depth -= 1;
    }
}

impl<'c> Deref for Input<'c, '_> {
    type Target = Reader<'c>;

    #[inline(always)]
    fn deref(&self) -> &Reader<'c> {
        &self.reader
    }
}

impl DerefMut for Input<'_, '_> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.reader
    }
}
