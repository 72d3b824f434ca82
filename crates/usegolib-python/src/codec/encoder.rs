//! The encoder: a closed tree of nodes, one per level of a type.

use pyo3::prelude::*;
use usegolib::schema::adapter::Adapter;
use usegolib::schema::expression;
use usegolib::schema::shape::{Number, Shape, TypeId};

use super::{EncodeError, Output, Types, kind};

/// How values of one Go type are checked and written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Encoder {
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
    Slice(Box<Encoder>),
    Array(u64, Box<Encoder>),
    Map(Box<kind::map::MapEncoder>),
    Pointer(Box<kind::pointer::PointerEncoder>),
    /// A declared scalar or container with a table of its own.
    Named(TypeId),
    /// A struct by value.
    Record(TypeId),
    /// A type that Go reads from text, too.
    Text(Box<kind::text::TextEncoder>),
    /// A record that may leave out any field.
    PartialRecord(TypeId),
    Object(TypeId),
    Opaque(TypeId),
    /// A parameter that Go ranges over.
    Sequence(Box<kind::sequence_given::SequenceEncoder>),
    Interface(TypeId),
    Any,
    Error,
    Adapter(Adapter),
}

impl Encoder {
    /// Compiles a shape.
    pub(crate) fn compile(types: &Types, shape: &Shape) -> Self {
        let (Shape::Named(id) | Shape::Record(id) | Shape::Object(id) | Shape::Opaque(id)) = shape
        else {
            return Self::compile_itself(types, shape);
        };
        let inner = Self::compile_itself(types, shape);
        // A str is a string itself.
        if matches!(inner, Self::String) || !types.reads_text(*id) {
            return inner;
        }
        Self::Text(Box::new(kind::text::TextEncoder { id: *id, inner }))
    }

    /// Compiles a shape, without what text can be given for.
    fn compile_itself(types: &Types, shape: &Shape) -> Self {
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
            Shape::Map(key, value) => Self::Map(Box::new(kind::map::MapEncoder {
                key: Self::compile(types, key),
                value: Self::compile(types, value),
            })),
            Shape::Pointer(element) => Self::Pointer(Box::new(kind::pointer::PointerEncoder {
                element: Self::compile(types, element),
                target: (**element).clone(),
            })),
            // On the way in a named scalar is its underlying type; its table is
            // only needed where the type may contain itself.
            Shape::Named(id) => match types.scalar_underlying(*id) {
                Some(underlying) => Self::compile(types, &underlying),
                None => Self::Named(*id),
            },
            Shape::Record(id) => Self::Record(*id),
            Shape::Object(id) => Self::Object(*id),
            Shape::Opaque(id) => Self::Opaque(*id),
            Shape::Interface(id) => Self::Interface(*id),
            Shape::Any => Self::Any,
            Shape::Error => Self::Error,
            Shape::Adapter(adapter) => Self::Adapter(*adapter),
        }
    }

    /// The encoder of a struct's fields, any of which may be missing: the
    /// argument of a constructor.
    pub(crate) fn fields(id: TypeId) -> Self {
        Self::PartialRecord(id)
    }

    /// The same for a parameter of a callable, which messages about what is found later
    /// name: about the items of a sequence.
    pub(crate) fn of_parameter(self, types: &Types, callable: &str, parameter: &str) -> Self {
        match self {
            Self::Opaque(id) if types.yielded(id).is_some() => {
                Self::Sequence(Box::new(kind::sequence_given::SequenceEncoder {
                    id,
                    callable: callable.to_owned(),
                    parameter: parameter.to_owned(),
                }))
            }
            other => other,
        }
    }

    /// Checks `value` and writes it.
    #[inline]
    pub(crate) fn encode(
        &self,
        out: &mut Output<'_>,
        value: &Bound<'_, PyAny>,
    ) -> Result<(), EncodeError> {
        self.encode_argument(out, value)
    }

    /// The same as part of the caller. Where values nest that would make each
    /// level's stack frame larger.
    #[inline(always)]
    pub(crate) fn encode_argument(
        &self,
        out: &mut Output<'_>,
        value: &Bound<'_, PyAny>,
    ) -> Result<(), EncodeError> {
        match self {
            Self::Bool => kind::boolean::encode(out, value),
            Self::Integer(number) => kind::integer::encode(*number, out, value),
            Self::Float(number) => kind::float::encode(*number, out, value),
            Self::String => kind::string::encode(out, value),
            _ => self.encode_composite(out, value),
        }
    }

    #[inline(never)]
    fn encode_composite(
        &self,
        out: &mut Output<'_>,
        value: &Bound<'_, PyAny>,
    ) -> Result<(), EncodeError> {
        match self {
            Self::Bool | Self::Integer(_) | Self::Float(_) | Self::String => {
                self.encode(out, value)
            }
            Self::Complex { wide } => kind::complex::encode(*wide, out, value),
            Self::Bytes => kind::bytes::encode(out, value),
            Self::ByteArray(length) => kind::bytes::encode_array(*length, out, value),
            Self::Numbers(number) => kind::numbers::encode(*number, out, value),
            Self::Slice(element) => kind::slice::encode(element, out, value),
            Self::Array(length, element) => kind::array::encode(*length, element, out, value),
            Self::Map(map) => map.encode(out, value),
            Self::Pointer(pointer) => pointer.encode(out, value),
            Self::Named(id) => kind::named::encode(*id, out, value),
            Self::Record(id) => kind::record::encode(*id, false, out, value),
            Self::PartialRecord(id) => kind::record::encode(*id, true, out, value),
            Self::Text(text) => text.encode(out, value),
            Self::Object(id) => kind::object::encode(*id, out, value),
            Self::Opaque(id) => kind::object::encode_opaque(*id, out, value),
            Self::Sequence(sequence) => sequence.encode(out, value),
            Self::Interface(id) => kind::object::encode_interface(*id, out, value),
            Self::Any => kind::any::encode(out, value),
            Self::Error => kind::fault::encode(out, value),
            Self::Adapter(adapter) => kind::adapter::encode(*adapter, out, value),
        }
    }

    /// The type as Go writes it, for messages.
    pub(crate) fn describe(&self, types: &Types) -> String {
        match self {
            Self::Bool => "bool".to_owned(),
            Self::Integer(number) | Self::Float(number) => number.go_name().to_owned(),
            Self::Complex { wide: false } => "complex64".to_owned(),
            Self::Complex { wide: true } => "complex128".to_owned(),
            Self::String => "string".to_owned(),
            Self::Bytes => "[]byte".to_owned(),
            Self::ByteArray(length) => format!("[{length}]byte"),
            Self::Numbers(number) => format!("[]{}", number.go_name()),
            Self::Slice(element) => format!("[]{}", element.describe(types)),
            Self::Array(length, element) => format!("[{length}]{}", element.describe(types)),
            Self::Map(map) => map.describe(types),
            Self::Pointer(pointer) => format!("*{}", pointer.element.describe(types)),
            Self::Object(id) => format!("*{}", types.name(*id)),
            Self::Named(id)
            | Self::Record(id)
            | Self::PartialRecord(id)
            | Self::Opaque(id)
            | Self::Interface(id) => types.name(*id),
            Self::Sequence(sequence) => types.name(sequence.id),
            Self::Text(text) => text.inner.describe(types),
            Self::Any => "any".to_owned(),
            Self::Error => "error".to_owned(),
            Self::Adapter(adapter) => expression::short(adapter.go_name()),
        }
    }
}
