//! Calls: a request to an instance, its response. All calls go through here.
//!
//! A [`Target`] is what is called: [`call`] and [`call_plainly`] send its
//! arguments in the buffers of an [`exchange`] and read what comes back
//! ([`message`]); one that takes a [`context`] is [`pending`] until it ends, which
//! its thread learns at a [`bell`].
//! [`builtin`] has the operations that every library has.

mod bell;
pub(crate) mod builtin;
mod context;
mod exchange;
mod failure;
mod message;
pub(crate) mod mirrors;
mod pending;
mod plain;
mod target;
mod travelling;
mod wakeup;

pub(crate) use context::{ContextPlaces, GivenContext};
pub(crate) use failure::{decode_error, encode_error, encode_result_error};
pub(crate) use message::Response;
pub(crate) use pending::call_cancellable;
pub(crate) use plain::{call, call_changing, call_plainly};
pub(crate) use target::{Scope, Target};
pub(crate) use travelling::depart;

#[cfg(test)]
mod tests;
