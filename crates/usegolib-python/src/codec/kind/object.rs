//! Live Go values: objects, opaque values and interfaces.

use pyo3::prelude::*;
use usegolib::schema::TypeKind;
use usegolib::schema::shape::{Shape, TypeId};

use super::{
    any, bytes, fault, filesystem, handle, host, mismatch, pointer, record, sequence_given,
};
use crate::codec::{DecodeError, EncodeError, Input, Output, Types};
use crate::cpython::buffer::is_buffer;
use crate::wire::{Handle, Token};

/// A pointer to a struct: an object, None, or the fields as a shorthand for
/// `&T{...}`.
pub(crate) fn encode(
    id: TypeId,
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    if value.is_none() {
        out.nil();
        return Ok(());
    }
    let types = out.context.types;
    if out.context.runtime.is_variable(value) {
        let target = if types.declaration(id).is_opaque() {
            Shape::Opaque(id)
        } else {
            Shape::Record(id)
        };
        pointer::encode_variable(&target, out, value)?;
        return Ok(());
    }
    if let Some(handle) = out.context.runtime.handle(value)? {
        return handle::encode(id, "*", handle, out, value);
    }
    if !types.declaration(id).takes_fields() {
        let expected = format!("*{}", types.name(id));
        return Err(mismatch::carried(out, &expected, value));
    }
    record::encode(id, true, out, value)
}

/// A value that is only a handle.
pub(crate) fn encode_opaque(
    id: TypeId,
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    let types = out.context.types;
    if types.declaration(id).kind == TypeKind::Func && types.yielded(id).is_some() {
        return sequence_given::encode(id, ("", &types.name(id)), out, value);
    }
    encode_itself(id, out, value)
}

/// A value that is only a handle, or a callable for a func.
pub(super) fn encode_itself(
    id: TypeId,
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    let types = out.context.types;
    if value.is_none() && types.declaration(id).kind != TypeKind::Struct {
        out.nil();
        return Ok(());
    }
    if let Some(target) = types.pointee(id)
        && pointer::encode_variable(&target, out, value)?
    {
        return Ok(());
    }
    match out.context.runtime.handle(value)? {
        // Go assigns funcs, channels and pointers of other types too: whether
        // it does is Go's to say.
        // A new pointer to a value of any type is Go's to make.
        Some(handle)
            if types.declaration(id).kind == TypeKind::Pointer
                || is_reference(types, id) && is_reference_handle(types, handle) =>
        {
            out.handle(handle);
            out.keep(value);
            Ok(())
        }
        Some(handle) => handle::encode(id, "", handle, out, value),
        None if types.declaration(id).kind == TypeKind::Func && value.is_callable() => {
            host::encode(Some(id), &types.name(id), out, value)
        }
        None if types.declaration(id).kind == TypeKind::Func => Err(mismatch::value(
            &format!("{} (a callable)", types.name(id)),
            value,
        )),
        None => Err(mismatch::carried(out, &types.name(id), value)),
    }
}

fn is_reference_handle(types: &Types, handle: Handle) -> bool {
    handle
        .type_id()
        .is_some_and(|id| types.has(id) && is_reference(types, id))
}

/// Whether values of the type are funcs, channels or pointers.
fn is_reference(types: &Types, id: TypeId) -> bool {
    matches!(
        types.declaration(id).kind,
        TypeKind::Func | TypeKind::Chan | TypeKind::Pointer
    )
}

/// An interface with methods: whether the value has them is Go's to say.
pub(crate) fn encode_interface(
    id: TypeId,
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    if value.is_none() {
        out.nil();
        return Ok(());
    }
    if any::encode_carried(out, value)? {
        return Ok(());
    }
    let types = out.context.types;
    let reader = types.is_reader(id);
    if reader && is_buffer(value) {
        return bytes::encode(out, value);
    }
    if let Some(offer) = out.context.runtime.offer_object(id, value)? {
        out.offer(offer);
        return Ok(());
    }
    if filesystem::encode(id, out, value)? {
        return Ok(());
    }
    let wanted = match types.refuses_implementations(id) {
        Some(reason) => format!("one of Go's, as Python can't implement it: {reason}"),
        None if reader => "bytes, or an object that implements it".to_owned(),
        None => "an object that implements it".to_owned(),
    };
    let expected = format!("{} ({wanted})", types.name(id));
    Err(mismatch::carried(out, &expected, value))
}

pub(crate) fn decode<'py>(
    id: TypeId,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    handle::decode(id, "*", input)
}

pub(crate) fn decode_opaque<'py>(
    id: TypeId,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    handle::decode(id, "", input)
}

/// A value of an interface: a dynamic value. A Go value whose type is not in
/// the schema has the interface's methods at least, be it an error or not.
pub(crate) fn decode_interface<'py>(
    id: TypeId,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    if input.skip(&any::ERROR_HEAD) {
        input.enter()?;
        let object = fault::decode_object(id, input)?;
        input.leave();
        return Ok(object);
    }
    if !input.at_handle() {
        return any::decode(input);
    }
    let Token::Extension(_, payload) = input.token()? else {
        return Err(DecodeError::new("malformed object handle"));
    };
    let mut handle = Handle::parse(payload)?;
    if handle.type_number == Handle::FAR {
        handle.type_number = id.0;
    }
    Ok(input.object(handle)?)
}
