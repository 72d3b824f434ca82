//! The host: Python values that Go holds, and what Go asks of them.
//!
//! A callable that is given to Go is offered in a slot of the [`table`], and Go
//! makes a func of it. When Go calls that, on whatever thread it is, it enters at
//! [`entry`], which gets hold of the interpreter; [`answer`] decodes the arguments
//! by the func's [`signature`], calls, and encodes the results: a call the other
//! way round, with the same codec. An exception goes back in a slot of its own,
//! and comes out of the outer call as it is.

mod answer;
mod count;
mod entry;
mod gate;
mod known;
mod map;
mod object;
mod sequence;
mod signature;
mod table;
mod window;

pub(crate) use entry::address;
pub(crate) use gate::close;
pub(crate) use known::{given_back, known_interface};
pub(crate) use object::offer_object;
pub(crate) use sequence::offer_sequence;
pub(crate) use signature::offer_function;
pub(crate) use table::{held, offer_exception};

#[cfg(test)]
mod tests;
