//! `any`: dynamic values. In, Python's types are taken as Go's default ones,
//! and a value that carries its Go type keeps it; out, the dynamic type says
//! what a value becomes.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyComplex, PyDict, PyFloat, PyInt, PyList, PyMemoryView, PyString,
};
use usegolib::schema::protocol::{ERROR_TYPE, POINTER_FLAG};
use usegolib::schema::shape::{Number, TypeId};
use usegolib::schema::{TypeKind, expression};

use super::{
    adapter, boolean, bytes, complex, enumeration, fault, float, host, integer, map, mismatch,
    numbers, pointer, sequence, sized, slice, string, time,
};
use crate::codec::{DecodeError, Decoder, EncodeError, Encoder, Input, Offer, Output, Types};
use crate::cpython::integer::{self as int, Wide};
use crate::cpython::{buffer, string as text};
use crate::wire::extension;
use crate::wire::format::{FIX_ARRAY, FIX_EXT_8};
use crate::wire::{Handle, Token};

pub(crate) fn encode(out: &mut Output<'_>, value: &Bound<'_, PyAny>) -> Result<(), EncodeError> {
    if value.is_exact_instance_of::<PyString>() {
        string::encode(out, value)
    } else if let Ok(int) = value.cast_exact::<PyInt>() {
        encode_int(out, int)
    } else if let Ok(float) = value.cast_exact::<PyFloat>() {
        out.float(float.value());
        Ok(())
    } else if value.is_none() {
        out.nil();
        Ok(())
    } else if value.is_exact_instance_of::<PyBool>() {
        boolean::encode(out, value)
    } else if let Ok(list) = value.cast_exact::<PyList>() {
        slice::encode_items(&Encoder::Any, out, list)
    } else if let Ok(dict) = value.cast_exact::<PyDict>() {
        map::encode_entries(&Encoder::Any, &Encoder::Any, out, dict)
    } else if let Ok(content) = value.cast_exact::<PyBytes>() {
        bytes::encode_bytes(out, content)
    } else {
        encode_other(out, value)
    }
}

fn encode_int(out: &mut Output<'_>, value: &Bound<'_, PyInt>) -> Result<(), EncodeError> {
    match int::wide(value) {
        Wide::Signed(value) => out.signed(value),
        Wide::Unsigned(value) => out.unsigned(value),
        // The message is that of the widest type of its sign.
        Wide::Huge if value.lt(0)? => return integer::encode(Number::Int64, out, value),
        Wide::Huge => return integer::encode(Number::Uint64, out, value),
    }
    Ok(())
}

#[inline(never)]
fn encode_other(out: &mut Output<'_>, value: &Bound<'_, PyAny>) -> Result<(), EncodeError> {
    if encode_carried(out, value)? || encode_adapted(out, value)? {
        return Ok(());
    }
    if let Some((id, offer)) = out.context.runtime.offer_implementation(value)? {
        return offered(id, offer, out);
    }
    if fault::encode_dynamic(out, value)? {
        return Ok(());
    }
    if value.is_instance_of::<PyString>() {
        return string::encode(out, value);
    }
    if boolean::is_named(value)? {
        return boolean::encode(out, value);
    }
    if let Ok(int) = value.cast::<PyInt>() {
        return encode_int(out, int);
    }
    if value.is_instance_of::<PyFloat>() {
        return float::encode(Number::Float64, out, value);
    }
    if value.is_instance_of::<PyComplex>() {
        return complex::encode(true, out, value);
    }
    let bytes_like = value.is_instance_of::<PyBytes>()
        || value.is_instance_of::<PyByteArray>()
        || value.is_instance_of::<PyMemoryView>();
    if bytes_like {
        return bytes::encode(out, value);
    }
    if let Some(dict) = map::to_dict(value)? {
        return map::encode_entries(&Encoder::Any, &Encoder::Any, out, &dict);
    }
    if sized::encode(out, value)? {
        return Ok(());
    }
    if let Some(way) = time::way(value) {
        return Err(EncodeError::new(format!(
            "expected {ANYTHING}, got {}: {way}",
            mismatch::type_name(value)
        )));
    }
    if let Some(scalar) = scalar(value)? {
        return encode(out, &scalar);
    }
    if let Some(member) = enumeration::value_of(value)? {
        return encode(out, &member);
    }
    if let Some(fields) = dataclass_fields(value)? {
        return map::encode_entries(&Encoder::Any, &Encoder::Any, out, &fields);
    }
    if let Some(list) = sequence::to_list(value)? {
        return slice::encode_items(&Encoder::Any, out, &list);
    }
    if let Some(int) = integer::index(value)? {
        return encode_int(out, &int);
    }
    if let Some(text) = text_of(value)? {
        return string::encode(out, &text);
    }
    if let Some((id, offer)) = out.context.runtime.offer_known(value)? {
        return offered(id, offer, out);
    }
    if value.is_callable() {
        return host::encode(None, ANYTHING, out, value);
    }
    // What reads from a file line by line is a surprise.
    let is_file = value.hasattr(intern!(value.py(), "readline"))?;
    if !is_file && let Some(list) = sequence::iterable_to_list(value)? {
        return slice::encode_items(&Encoder::Any, out, &list);
    }
    Err(mismatch::value(ANYTHING, value))
}

/// The fields of an instance of a dataclass, by their names or, of one that stands for a
/// struct of another library, their keys. `None` for other values.
fn dataclass_fields<'py>(
    value: &Bound<'py, PyAny>,
) -> Result<Option<Bound<'py, PyDict>>, EncodeError> {
    let py = value.py();
    let fields = value
        .get_type()
        .getattr_opt(intern!(py, "__dataclass_fields__"))?;
    if fields.is_none() {
        return Ok(None);
    }
    let found = PyDict::new(py);
    let fields = py.import("dataclasses")?.call_method1("fields", (value,))?;
    for field in fields.try_iter()? {
        let field = field?;
        let name = field.getattr(intern!(py, "name"))?;
        let key = field.getattr(intern!(py, "metadata"))?;
        let key = key.call_method1(intern!(py, "get"), ("go", &name))?;
        found.set_item(
            key,
            value.getattr(name.cast::<PyString>().map_err(PyErr::from)?)?,
        )?;
    }
    Ok(Some(found))
}

/// Writes an object as a value of an interface.
fn offered(id: TypeId, offer: Offer, out: &mut Output<'_>) -> Result<(), EncodeError> {
    out.enter()?;
    out.typed(id.0);
    out.offer(offer);
    out.leave();
    Ok(())
}

/// What a Decimal, a Fraction or a path is as text.
fn text_of<'py>(value: &Bound<'py, PyAny>) -> Result<Option<Bound<'py, PyAny>>, EncodeError> {
    if let Some(path) = string::path_of(value)? {
        return Ok(Some(path));
    }
    if super::text::is_textual(value)? {
        return Ok(Some(value.str()?.into_any()));
    }
    Ok(None)
}

/// What is wanted, in messages.
const ANYTHING: &str = "any value that Go can take";

/// What another scalar of an array library is in Python: its `item()`, or a float.
pub(super) fn scalar<'py>(
    value: &Bound<'py, PyAny>,
) -> Result<Option<Bound<'py, PyAny>>, EncodeError> {
    let py = value.py();
    let scalar = value.getattr_opt(intern!(py, "dtype"))?.is_some()
        && value
            .getattr_opt(intern!(py, "shape"))?
            .is_some_and(|shape| shape.len().is_ok_and(|length| length == 0));
    if !scalar || !value.hasattr(intern!(py, "item"))? {
        return Ok(None);
    }
    let item = value.call_method0(intern!(py, "item"))?;
    if !item.get_type().is(value.get_type()) {
        return Ok(Some(item));
    }
    // Python has no type of that width.
    Ok(Some(PyFloat::new(py, item.extract()?).into_any()))
}

/// Writes a value that is or carries a Go value: an object, or an instance of
/// a class of this library. False if it is neither.
pub(super) fn encode_carried(
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<bool, EncodeError> {
    let runtime = out.context.runtime;
    if let Some(id) = runtime.go_type(&value.get_type()) {
        out.enter()?;
        out.typed(id.0);
        declared_encoder(out.context.types, id).encode(out, value)?;
        out.leave();
        return Ok(true);
    }
    if let Some(handle) = runtime.handle(value)? {
        out.handle(handle);
        out.keep(value);
        return Ok(true);
    }
    Ok(false)
}

/// Writes a value of a Python type that stands for an adapted Go type, if the
/// library has that type. False if it is none.
fn encode_adapted(out: &mut Output<'_>, value: &Bound<'_, PyAny>) -> Result<bool, EncodeError> {
    let Some(adapter) = adapter::of_value(value)? else {
        return Ok(false);
    };
    let Some(id) = out.context.types.adapted(adapter) else {
        return Err(EncodeError::new(format!(
            "got {}, but {} is not among the types of this module",
            mismatch::type_name(value),
            expression::short(adapter.go_name()),
        )));
    };
    out.typed(id.0);
    adapter::encode(adapter, out, value)?;
    Ok(true)
}

fn declared_encoder(types: &Types, id: TypeId) -> Encoder {
    match types.adapter(id) {
        Some(adapter) => Encoder::Adapter(adapter),
        None if types.declaration(id).kind == TypeKind::Struct => Encoder::Record(id),
        None => Encoder::Named(id),
    }
}

pub(crate) fn decode<'py>(input: &mut Input<'_, 'py>) -> Result<Bound<'py, PyAny>, DecodeError> {
    let py = input.py;
    match input.token()? {
        Token::Nil => Ok(py.None().into_bound(py)),
        Token::Bool(value) => Ok(boolean::new(py, value)),
        Token::Signed(value) => Ok(int::from_signed(py, value)?),
        Token::Unsigned(value) => Ok(int::from_unsigned(py, value)?),
        Token::Float(value) => Ok(PyFloat::new(py, value).into_any()),
        Token::Str(value) => Ok(text::new(py, value)?.into_any()),
        Token::Bin(value) => Ok(buffer::bytes(py, value)?.into_any()),
        Token::Array(length) => decode_array(length, input),
        Token::Map(length) => map::decode_entries(length, &Decoder::Any, &Decoder::Any, input),
        Token::Extension(extension::HANDLE, payload) => {
            let handle = Handle::parse(payload)?;
            match input.given(handle) {
                Some(given) => Ok(given),
                None => Ok(input.object(handle)?),
            }
        }
        Token::Extension(extension::HOST, payload) => host::decode(payload, input),
        token @ (Token::Extension(extension::NUMBERS, _) | Token::Numbers(..)) => {
            numbers::decode_any(input, token)
        }
        Token::Extension(extension::COMPLEX, payload) => complex::new(py, payload),
        other @ Token::Extension(..) => Err(mismatch::token("a dynamic value", other)),
    }
}

/// How an error begins that is no object of a declared type.
pub(super) const ERROR_HEAD: [u8; 11] = {
    let [a, b, c, d] = ERROR_TYPE.to_le_bytes();
    [
        FIX_ARRAY | 2,
        FIX_EXT_8,
        extension::TYPE,
        a,
        b,
        c,
        d,
        0,
        0,
        0,
        0,
    ]
};

/// An array, or a type and its value.
pub(super) fn decode_array<'py>(
    length: usize,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    if length != 2 || !input.at_type() {
        return slice::decode_items(length, &Decoder::Any, input);
    }
    let Token::Extension(extension::TYPE, payload) = input.token()? else {
        return Err(DecodeError::new("malformed type"));
    };
    let Some((number, flags)) = payload
        .split_first_chunk::<4>()
        .and_then(|(number, rest)| Some((number, <&[u8; 4]>::try_from(rest).ok()?)))
    else {
        return Err(DecodeError::new("malformed type"));
    };
    let (number, flags) = (u32::from_le_bytes(*number), u32::from_le_bytes(*flags));
    input.enter()?;
    let value = decode_declared(number, flags, input)?;
    input.leave();
    Ok(value)
}

fn decode_declared<'py>(
    number: u32,
    flags: u32,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    if number == ERROR_TYPE {
        return fault::decode(input);
    }
    let types = input.context.types;
    let id = TypeId(number);
    if !types.has(id) || flags > POINTER_FLAG {
        return Err(DecodeError::new(format!(
            "type {number} (flags {flags}) is not in the schema"
        )));
    }
    let decoder = declared_decoder(types, id)?;
    if flags == POINTER_FLAG {
        return pointer::decode(&decoder, input);
    }
    decoder.decode(input)
}

pub(in crate::codec) fn declared_decoder(
    types: &Types,
    id: TypeId,
) -> Result<Decoder, DecodeError> {
    if let Some(adapter) = types.adapter(id) {
        return Ok(Decoder::Adapter(adapter));
    }
    let declaration = types.declaration(id);
    match declaration.kind {
        TypeKind::Struct if !declaration.is_opaque() => Ok(Decoder::Record(id)),
        TypeKind::Value => Ok(Decoder::Named(id)),
        _ => Err(DecodeError::new(format!(
            "{} does not cross as data",
            types.name(id)
        ))),
    }
}
