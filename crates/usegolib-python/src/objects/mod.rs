//! Go's values and types as Python sees them.
//!
//! A [`View`] is a way of seeing an instance's types. Its [`class`]es are made
//! when they are first needed; their instances are references ([`GoObject`]) or
//! values that carry their type. What is called, a function, a method, a field's
//! getter, is a compiled [`Callable`], which the interpreter reaches through the
//! descriptors of `cpython` and the entry points in [`entry`]. [`runtime`] answers
//! the codec's questions.
//!
//! In here, too, files use those before them: callable, methods, view, reference,
//! iterator, entry, class, exceptions, runtime, object.

mod apart;
mod callable;
pub(crate) mod class;
mod entry;
pub(crate) mod exceptions;
mod iterator;
mod live;
mod methods;
mod object;
mod own;
mod reference;
mod runtime;
mod variable;
mod view;

pub(crate) use callable::{Accessor, Callable};
pub(crate) use entry::{Accessors, VariableProperty};
pub(crate) use iterator::GoIterator;
pub(crate) use live::{MapReference, SliceReference};
pub(crate) use reference::GoObject;
pub(crate) use variable::Ref;
pub(crate) use view::View;
