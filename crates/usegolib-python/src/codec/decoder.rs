//! The decoder: a closed tree of nodes, one per level of a type.

use pyo3::prelude::*;
use usegolib::schema::adapter::Adapter;
use usegolib::schema::shape::{Number, Shape, TypeId};

use super::{Container, DecodeError, Input, Types, kind, live};

/// How values of one Go type are checked and turned into Python objects.
#[derive(Debug)]
pub(crate) enum Decoder {
    /// No result.
    Nothing,
    /// Several results.
    Tuple(Box<[Decoder]>),
    Bool,
    Integer(Number),
    Float(Number),
    Complex {
        wide: bool,
    },
    String,
    Bytes,
    ByteArray(u64),
    Numbers(Number),
    Slice(Box<Decoder>),
    Array(u64, Box<Decoder>),
    Map(Box<kind::map::MapDecoder>),
    Pointer(Box<Decoder>),
    /// A declared scalar or container with a table of its own.
    Named(TypeId),
    /// A struct by value.
    Record(TypeId),
    /// The fields of a struct, as a dict.
    Fields(TypeId),
    Object(TypeId),
    Opaque(TypeId),
    /// A value of an interface with methods.
    Interface(TypeId),
    Any,
    Error,
    Adapter(Adapter),
    /// A struct, live.
    Struct(TypeId),
    /// A map, slice or array, live.
    Container(&'static Container),
    /// A pointer to what can't be live itself, as a variable.
    Variable(Box<Shape>),
    /// A copy of what Go can't address.
    Unaddressed(Box<Decoder>),
    /// A slice or map in a field, whose nil is told from an empty one.
    Nillable(Box<Decoder>),
}

impl Decoder {
    /// Compiles a shape.
    pub(crate) fn compile(types: &Types, shape: &Shape) -> Self {
        let boxed = |shape: &Shape| Box::new(Self::compile(types, shape));
        match shape {
            Shape::Bool => Self::Bool,
            Shape::Number(number) if number.is_float() => Self::Float(*number),
            Shape::Number(number) => Self::Integer(*number),
            Shape::Complex { wide } => Self::Complex { wide: *wide },
            Shape::String => Self::String,
            Shape::Bytes => Self::Bytes,
            Shape::ByteArray(length) => Self::ByteArray(*length),
            Shape::Numbers(number) => Self::Numbers(*number),
            Shape::Slice(element) => Self::Slice(boxed(element)),
            Shape::Array(length, element) => Self::Array(*length, boxed(element)),
            Shape::Map(key, value) => Self::Map(Box::new(kind::map::MapDecoder {
                key: Self::compile(types, key),
                value: Self::compile(types, value),
            })),
            Shape::Pointer(element) => Self::Pointer(boxed(element)),
            // A named scalar without methods is its underlying type.
            Shape::Named(id) if !types.declaration(*id).has_methods() => {
                match types.scalar_underlying(*id) {
                    Some(underlying) => Self::compile(types, &underlying),
                    None => Self::Named(*id),
                }
            }
            Shape::Named(id) => Self::Named(*id),
            Shape::Record(id) => Self::Record(*id),
            Shape::Object(id) => Self::Object(*id),
            Shape::Opaque(id) => Self::Opaque(*id),
            // The dynamic type says what comes, whatever the interface.
            Shape::Interface(id) => Self::Interface(*id),
            Shape::Any => Self::Any,
            Shape::Error => Self::Error,
            Shape::Adapter(adapter) => Self::Adapter(*adapter),
        }
    }

    /// The decoder of a struct's field.
    pub(crate) fn of_field(self) -> Self {
        if kind::nil::can_be(&self) {
            return Self::Nillable(Box::new(self));
        }
        self
    }

    /// Checks what comes next and makes a Python object of it.
    #[inline]
    pub(crate) fn decode<'py>(
        &self,
        input: &mut Input<'_, 'py>,
    ) -> Result<Bound<'py, PyAny>, DecodeError> {
        self.decode_result(input)
    }

    /// The same as part of the caller. Where values nest that would make each
    /// level's stack frame larger.
    #[inline(always)]
    pub(crate) fn decode_result<'py>(
        &self,
        input: &mut Input<'_, 'py>,
    ) -> Result<Bound<'py, PyAny>, DecodeError> {
        match self {
            Self::Bool => kind::boolean::decode(input),
            Self::Integer(number) => kind::integer::decode(*number, input),
            Self::Float(number) => kind::float::decode(*number, input),
            Self::String => kind::string::decode(input),
            _ => self.decode_composite(input),
        }
    }

    #[inline(never)]
    fn decode_composite<'py>(
        &self,
        input: &mut Input<'_, 'py>,
    ) -> Result<Bound<'py, PyAny>, DecodeError> {
        match self {
            Self::Nothing => kind::results::decode_nothing(input),
            Self::Tuple(results) => kind::results::decode_tuple(results, input),
            Self::Bool | Self::Integer(_) | Self::Float(_) | Self::String => self.decode(input),
            Self::Complex { wide } => kind::complex::decode(*wide, input),
            Self::Bytes => kind::bytes::decode(input),
            Self::ByteArray(length) => kind::bytes::decode_array(*length, input),
            Self::Numbers(number) => kind::numbers::decode(*number, input),
            Self::Slice(element) => kind::slice::decode(element, input),
            Self::Array(length, element) => kind::array::decode(*length, element, input),
            Self::Map(map) => map.decode(input),
            Self::Pointer(element) => kind::pointer::decode(element, input),
            Self::Named(id) => kind::named::decode(*id, input),
            Self::Record(id) => kind::record::decode(*id, input),
            Self::Fields(id) => kind::record::decode_fields(*id, input),
            Self::Object(id) => kind::object::decode(*id, input),
            Self::Opaque(id) => kind::object::decode_opaque(*id, input),
            Self::Interface(id) => kind::object::decode_interface(*id, input),
            Self::Any => kind::any::decode(input),
            Self::Error => kind::fault::decode(input),
            Self::Adapter(adapter) => kind::adapter::decode(*adapter, input),
            Self::Struct(id) => live::decode_struct(*id, input),
            Self::Container(container) => live::decode_container(container, input),
            Self::Variable(shape) => live::decode_variable(shape, input),
            Self::Unaddressed(copy) => live::decode_unaddressed(copy, input),
            Self::Nillable(inner) => kind::nil::decode(inner, input),
        }
    }
}
