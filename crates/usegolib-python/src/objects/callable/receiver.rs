//! Receivers: what comes first in a method's arguments, by reference or by value.

use pyo3::prelude::*;
use usegolib::schema::Function;
use usegolib::schema::shape::{Shape, ShapeError, TypeId};

use crate::codec::{Decoder, EncodeError, Encoder, Output, Types};
use crate::wire::Handle;

/// What a method's receiver is, compiled.
pub(super) struct Receiver {
    pub(super) id: TypeId,
    pub(super) encoder: Encoder,
    /// Decodes the receiver as it is after the call, if that may change it.
    pub(super) decoder: Option<Decoder>,
    /// Whether only a variable of Go's will do: the method may change its receiver,
    /// and Python can't.
    pub(super) refuses_values: bool,
}

/// What a method is called on.
#[derive(Clone, Copy)]
pub(crate) enum GivenReceiver<'a, 'py> {
    /// A reference to just its type.
    Reference(Handle),
    /// Anything else, to be encoded.
    Value(Borrowed<'a, 'py, PyAny>),
}

impl Receiver {
    /// Writes a receiver that is given by value.
    pub(super) fn encode(
        &self,
        output: &mut Output<'_>,
        value: &Bound<'_, PyAny>,
    ) -> Result<(), EncodeError> {
        let types = output.context.types;
        if let Some(handle) = output
            .context
            .runtime
            .variable(value, &Shape::Named(self.id))?
        {
            output.handle(handle);
            output.keep(value);
            return Ok(());
        }
        if self.refuses_values && output.context.runtime.handle(value)?.is_none() {
            return Err(EncodeError::new(format!(
                "the method may change its receiver, and a {} can't be changed \
                 (usegolib.ref(value) makes a variable of it, which can)",
                types.name(self.id)
            )));
        }
        self.encoder.encode(output, value)
    }
}

/// Whether a method may change its receiver through a pointer, and that is what
/// Python can't change: a number, a string.
pub(super) fn refuses_values(
    types: &Types,
    receiver: &str,
    method: &Function,
) -> Result<bool, ShapeError> {
    if !method.pointer || !method.changes {
        return Ok(false);
    }
    let Shape::Named(id) = types.shape(receiver)? else {
        return Ok(false);
    };
    Ok(types
        .scalar_underlying(id)
        .is_some_and(|shape| !matches!(shape, Shape::Numbers(_))))
}
