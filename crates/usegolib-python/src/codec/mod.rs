//! The codec: Python values to requests, responses to Python values.
//!
//! A callable's parameter and result types are compiled once, through the
//! library's [`Types`], into [`Encoder`] and [`Decoder`] trees: closed enums
//! with one file per kind in `kind/`. An encoder validates while it writes
//! `MessagePack` into a [`Request`], a decoder validates while it reads a
//! [`Response`]; there is no tree of values in between and no name is looked
//! up. A declared type is a number in the trees and its table is built when it
//! is first met, so recursive types end there. Direct use of the C API is kept
//! in `native/`. What each kind looks like on the wire is in `docs/abi.md`.
//!
//! One call:
//!
//! ```text
//! let mut request = Request::new(context, &mut buffer, &[], header);
//! for each argument: encoder.encode(&mut request, value)?;
//! ... call into Go with request.bytes() ...
//! let mut response = Response::new(py, context, bytes);
//! match response.envelope()? {
//!     Envelope::Result { changed } => decoder.decode(&mut response)?; response.changes(...)?; response.finish()?
//!     Envelope::Fault { fault, changed } => response.changes(...)?; raise it
//! }
//! ```

mod decoder;
mod encoder;
mod error;
mod kind;
mod native;
mod request;
mod response;
mod runtime;
mod types;
mod wire_key;

pub(crate) use decoder::Decoder;
pub(crate) use encoder::Encoder;
pub(crate) use error::{DecodeError, EncodeError, Report};
pub(crate) use kind::bytes::encode_items as encode_byte_items;
pub(crate) use kind::mismatch::value as mismatch;
pub(crate) use native::buffer::is_buffer;
pub(crate) use request::{Header, KeptValues, Request};
pub(crate) use response::{Envelope, Fault, Response};
pub(crate) use runtime::{Context, HIDDEN_STATE, Handle, Runtime};
pub(crate) use types::Types;

#[cfg(test)]
mod tests;
