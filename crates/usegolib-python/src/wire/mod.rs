//! The wire: `MessagePack` with the extensions of docs/abi.md.
//!
//! A [`Writer`] appends values to a buffer, a [`Reader`] takes bytes apart into
//! [`Token`]s. Neither knows what a request or a response is, nor what the
//! values mean: the encoders and decoders of `codec` say what is written and
//! what is expected, whichever side asks and whichever answers.

mod copy;
mod error;
pub(crate) mod extension;
pub(crate) mod format;
mod handle;
mod key;
mod reader;
mod writer;

pub(crate) use error::WireError;
pub(crate) use handle::Handle;
pub(crate) use key::WireKey;
pub(crate) use reader::{Reader, Token};
pub(crate) use writer::Writer;
