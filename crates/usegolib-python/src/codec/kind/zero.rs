//! Go's zero values as Python sees them: what a field is that nobody gave.

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyComplex, PyDict, PyFloat, PyInt, PyList, PyString};
use usegolib::schema::TypeKind;
use usegolib::schema::adapter::Wire;

use super::{array, chronology, named, nil, numpy};
use crate::codec::{Arrays, Context, DecodeError, Decoder, Times};

/// The zero value that `decoder` would make, of a new list or dict where it is
/// one. None for a struct that only Go can make.
pub(crate) fn zero<'py>(
    decoder: &Decoder,
    py: Python<'py>,
    context: &Context<'_>,
) -> Result<Option<Bound<'py, PyAny>>, DecodeError> {
    let Context { types, runtime, .. } = *context;
    let value = match decoder {
        Decoder::Bool => PyBool::new(py, false).to_owned().into_any(),
        Decoder::Integer(_) => PyInt::new(py, 0).into_any(),
        Decoder::Float(_) => PyFloat::new(py, 0.0).into_any(),
        Decoder::Complex { .. } => PyComplex::from_doubles(py, 0.0, 0.0).into_any(),
        Decoder::String => PyString::new(py, "").into_any(),
        Decoder::Bytes => PyBytes::new(py, b"").into_any(),
        Decoder::ByteArray(length) => {
            let length = usize::try_from(*length);
            let length = length.map_err(|error| DecodeError::new(error.to_string()))?;
            PyBytes::new_with(py, length, |_| Ok(()))?.into_any()
        }
        Decoder::Numbers(number) if types.options().arrays == Arrays::Numpy => {
            numpy::empty(py, *number)?
        }
        Decoder::Numbers(_) | Decoder::Slice(_) => PyList::empty(py).into_any(),
        Decoder::Array(length, element) => {
            let items = PyList::empty(py);
            for _ in 0..*length {
                let Some(item) = zero(element, py, context)? else {
                    return Ok(None);
                };
                items.append(item)?;
            }
            array::of_items(types, element, items.into_any())?
        }
        Decoder::Map(_) => PyDict::new(py).into_any(),
        // No record has live fields.
        Decoder::Struct(_) | Decoder::Container(_) | Decoder::Unaddressed(_) => return Ok(None),
        Decoder::Nillable(inner) => nil::new(py, inner, types.options().arrays)?,
        Decoder::Opaque(id) if types.declaration(*id).kind == TypeKind::Struct => return Ok(None),
        Decoder::Pointer(_)
        | Decoder::Variable(_)
        | Decoder::Object(_)
        | Decoder::Opaque(_)
        | Decoder::Interface(_)
        | Decoder::Any
        | Decoder::Error
        | Decoder::Nothing
        | Decoder::Tuple(_) => py.None().into_bound(py),
        Decoder::Named(id) => {
            let named = types.named_decoder(py, *id)?;
            let Some(value) = zero(named.underlying(), py, context)? else {
                return Ok(None);
            };
            named.of_type(runtime, *id, value)?
        }
        Decoder::Record(id) => {
            return types.record_decoder(py, runtime, *id)?.zero(py, context);
        }
        Decoder::Fields(id) => {
            return types.fields_decoder(py, runtime, *id)?.zero(py, context);
        }
        Decoder::Adapter(adapter) => {
            let value = match adapter.descriptor().wire {
                Wire::Number(_) => PyInt::new(py, 0).into_any(),
                Wire::Text { zero, .. } => PyString::new(py, zero).into_any(),
            };
            if types.options().times == Times::Python {
                return chronology::of(*adapter, &value).map(Some);
            }
            match types.adapted(*adapter) {
                Some(id) => named::with_methods(runtime, id, value)?,
                None => value,
            }
        }
    };
    Ok(Some(value))
}
