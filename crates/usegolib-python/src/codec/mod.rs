//! The codec: Python values to messages, messages to Python values.
//!
//! The types of what crosses are compiled once, through the library's
//! [`Types`], into [`Encoder`] and [`Decoder`] trees: closed enums with one file
//! per kind in `kind/`. An encoder validates while it writes to an [`Output`], a
//! decoder validates while it reads from an [`Input`]; there is no tree of values
//! in between and no name is looked up. A declared type is a number in the
//! trees and its table is built when it is first met, so recursive types end
//! there. What each kind looks like on the wire is in `docs/abi.md`.
//!
//! Neither knows who asks and who answers: a call's arguments are encoded and
//! its results decoded, and what Go asks of Python is the other way round. What
//! only a loaded library can say (which class, which object) the codec asks of
//! its [`Runtime`].

mod change;
mod decoder;
mod encoder;
mod error;
mod fault;
mod input;
mod kind;
pub(crate) mod live;
mod nesting;
mod output;
mod runtime;
mod types;
mod variadic;

pub(crate) use change::{Changed, Sent, is_carried, is_changeable, is_plain, keeps_length};
pub(crate) use decoder::Decoder;
pub(crate) use encoder::Encoder;
pub(crate) use error::{DecodeError, EncodeError, Report};
pub(crate) use fault::{Fault, Findings};
pub(crate) use input::Input;
pub(crate) use kind::boolean::named_class as boolean_class;
pub(crate) use kind::chronology::of as of_adapter;
pub(crate) use kind::mismatch::value as mismatch;
pub(crate) use kind::zero::zero;
pub(crate) use live::Container;
pub(crate) use output::{Kept, Offer, Output, OwnFunction};
pub(crate) use runtime::{Context, HIDDEN_STATE, Runtime};
pub(crate) use types::{Arrays, Options, Structs, Times, Types};
pub(crate) use variadic::Variadic;

#[cfg(test)]
pub(crate) mod tests;
