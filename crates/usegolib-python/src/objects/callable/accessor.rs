//! Callables for fields and package variables.

use pyo3::prelude::*;
use pyo3::types::PyString;
use usegolib::schema::shape::TypeId;

use super::receiver::Receiver;
use super::{Callable, unsupported};
use crate::call::{Scope, Target};
use crate::codec::{Decoder, Encoder};

/// What reads or writes a variable of Go's: a field, a package variable.
pub(crate) struct Accessor {
    /// Where it is, and how values are converted.
    pub(crate) scope: Scope,
    /// Its index in the symbol table.
    pub(crate) index: u32,
    /// Its name in messages.
    pub(crate) name: String,
    /// The type whose field it is.
    pub(crate) receiver: Option<TypeId>,
}

impl Accessor {
    /// The callable that reads the variable, or with `write` assigns it, given
    /// its type expression.
    pub(crate) fn of_variable(
        self,
        py: Python<'_>,
        expression: &str,
        write: bool,
    ) -> PyResult<Callable> {
        let types = self.scope.context.types;
        let unsupported = |error| unsupported(py, &self.name, &error);
        let (parameters, result) = if write {
            let encoder = types.encoder(expression).map_err(unsupported)?;
            let encoder = encoder.of_parameter(types, &self.name, "value");
            (vec![("value", encoder)], Decoder::Nothing)
        } else {
            (
                Vec::new(),
                types.live_decoder(expression).map_err(unsupported)?,
            )
        };
        let (names, parameters): (Vec<_>, Vec<_>) = parameters
            .into_iter()
            .map(|(name, encoder)| (PyString::intern(py, name).unbind(), encoder))
            .unzip();
        let arguments = parameters.len() + usize::from(self.receiver.is_some());
        Ok(Callable {
            target: Target::new(self.scope, self.index, arguments, self.name),
            receiver: self.receiver.map(|id| Receiver {
                id,
                encoder: Encoder::Object(id),
                decoder: None,
                refuses_values: false,
            }),
            names: names.into(),
            parameters: parameters.into(),
            contexts: None,
            variadic: None,
            changes: Box::default(),
            result,
            is_scalar: false,
        }
        .classified())
    }
}
