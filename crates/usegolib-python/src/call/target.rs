//! What is called.

use std::borrow::Cow;

use super::message::Header;
use crate::codec::Context;
use crate::instance::Instance;

/// Where calls go, and how values are converted on the way.
#[derive(Clone, Copy)]
pub(crate) struct Scope {
    /// The running library.
    pub(crate) instance: &'static Instance,
    /// What the codec needs of it.
    pub(crate) context: &'static Context<'static>,
    /// The same for answers to Go, which refer to no memory of this side.
    pub(crate) answers: &'static Context<'static>,
}

/// What is called, besides its arguments.
pub(crate) struct Target {
    pub(crate) scope: Scope,
    /// Its index in the symbol table.
    pub(crate) index: u32,
    /// How its requests begin.
    pub(super) header: Header,
    /// Its name in messages.
    name: Cow<'static, str>,
}

impl Target {
    /// The callable with that index in the symbol table, which takes so many
    /// arguments, the receiver included.
    pub(crate) fn new(
        scope: Scope,
        index: u32,
        arguments: usize,
        name: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            scope,
            index,
            header: Header::new(index, arguments),
            name: name.into(),
        }
    }

    /// Its name in messages.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}
