//! Declared scalars, slices, arrays and maps: their underlying type, and in
//! results their own class where they have methods.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyList;
use usegolib::schema::shape::TypeId;

use crate::codec::{DecodeError, Decoder, EncodeError, Encoder, Input, Output, Runtime, Types};
use crate::cpython::instance;

/// The encoder of a type's underlying type.
#[derive(Debug)]
pub(crate) struct NamedEncoder {
    underlying: Encoder,
}

/// The decoder of a type's underlying type.
#[derive(Debug)]
pub(crate) struct NamedDecoder {
    underlying: Decoder,
    /// Whether values have methods, hence a class.
    class: bool,
}

impl NamedEncoder {
    pub(crate) fn compile(types: &Types, id: TypeId) -> Result<Self, EncodeError> {
        let underlying = types.encoder(&types.declaration(id).underlying)?;
        Ok(Self { underlying })
    }
}

impl NamedDecoder {
    pub(crate) fn compile(types: &Types, id: TypeId) -> Result<Self, DecodeError> {
        let declaration = types.declaration(id);
        Ok(Self {
            underlying: types.decoder(&declaration.underlying)?,
            class: declaration.has_methods(),
        })
    }

    /// The value as one of the type.
    pub(super) fn of_type<'py>(
        &self,
        runtime: &dyn Runtime,
        id: TypeId,
        value: Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if !self.class {
            return Ok(value);
        }
        let is_array = !value.is_instance_of::<PyList>()
            && matches!(
                self.underlying,
                Decoder::Numbers(_) | Decoder::Array(..) | Decoder::Slice(_)
            );
        // Values with methods are lists, whatever the view makes of others.
        let value = if is_array {
            value.call_method0(intern!(value.py(), "tolist"))?
        } else {
            value
        };
        with_methods(runtime, id, value)
    }

    /// The decoder of the underlying type.
    pub(in crate::codec) fn underlying(&self) -> &Decoder {
        &self.underlying
    }
}

pub(crate) fn encode(
    id: TypeId,
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    let types = out.context.types;
    types
        .named_encoder(value.py(), id)?
        .underlying
        .encode(out, value)
}

pub(crate) fn decode<'py>(
    id: TypeId,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    let types = input.context.types;
    let named = types.named_decoder(input.py, id)?;
    let value = named.underlying.decode(input)?;
    Ok(named.of_type(input.context.runtime, id, value)?)
}

/// The value as an instance of its type's class.
pub(super) fn with_methods<'py>(
    runtime: &dyn Runtime,
    id: TypeId,
    value: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    match runtime.value_class(value.py(), id) {
        Some(class) => instance::of(&class, value),
        None => Ok(value),
    }
}
