//! Shapes: the closed set of ways a Go value crosses.
//!
//! [`TypeTable::lower`] turns a type expression into a [`Shape`]. The bridge
//! generator turns shapes into Go code and the Python codec turns them into
//! encoder and decoder trees, so that both ends of the wire follow one reading
//! of the type. What each shape looks like on the wire is in `docs/abi.md`.
//!
//! Shapes are finite: a declared type is a number, looked up when needed, so
//! recursive types end there.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::adapter::Adapter;
use super::catalog::Catalog;
use super::expression::{self, Expression};
use super::{Function, Schema, TypeDeclaration, TypeKind};

/// A type's position in [`Schema::types`], and its number on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TypeId(pub u32);

/// The fixed-size numeric types, and how the items of a packed slice of them
/// are laid out. The discriminant is the item kind byte on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Number {
    /// `int8`
    Int8 = 0,
    /// `int16`
    Int16 = 1,
    /// `int32` (`rune`)
    Int32 = 2,
    /// `int64`
    Int64 = 3,
    /// `uint8` (`byte`)
    Uint8 = 4,
    /// `uint16`
    Uint16 = 5,
    /// `uint32`
    Uint32 = 6,
    /// `uint64`
    Uint64 = 7,
    /// `float32`
    Float32 = 8,
    /// `float64`
    Float64 = 9,
    /// `int`: 64 bits on every supported platform
    Int = 10,
    /// `uint`: 64 bits on every supported platform
    Uint = 11,
    /// `uintptr`: 64 bits on every supported platform
    Uintptr = 12,
}

impl Number {
    /// All numbers, in wire order.
    pub const ALL: [Self; 13] = [
        Self::Int8,
        Self::Int16,
        Self::Int32,
        Self::Int64,
        Self::Uint8,
        Self::Uint16,
        Self::Uint32,
        Self::Uint64,
        Self::Float32,
        Self::Float64,
        Self::Int,
        Self::Uint,
        Self::Uintptr,
    ];

    /// Go's name of the type.
    pub const fn go_name(self) -> &'static str {
        match self {
            Self::Int8 => "int8",
            Self::Int16 => "int16",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::Uint8 => "uint8",
            Self::Uint16 => "uint16",
            Self::Uint32 => "uint32",
            Self::Uint64 => "uint64",
            Self::Float32 => "float32",
            Self::Float64 => "float64",
            Self::Int => "int",
            Self::Uint => "uint",
            Self::Uintptr => "uintptr",
        }
    }

    /// The name of the type as part of another: what the bridge's runtime calls
    /// its functions for it.
    pub const fn method_name(self) -> &'static str {
        match self {
            Self::Int8 => "Int8",
            Self::Int16 => "Int16",
            Self::Int32 => "Int32",
            Self::Int64 => "Int64",
            Self::Uint8 => "Uint8",
            Self::Uint16 => "Uint16",
            Self::Uint32 => "Uint32",
            Self::Uint64 => "Uint64",
            Self::Float32 => "Float32",
            Self::Float64 => "Float64",
            Self::Int => "Int",
            Self::Uint => "Uint",
            Self::Uintptr => "Uintptr",
        }
    }

    /// Bytes of one packed item.
    pub const fn size(self) -> usize {
        match self {
            Self::Int8 | Self::Uint8 => 1,
            Self::Int16 | Self::Uint16 => 2,
            Self::Int32 | Self::Uint32 | Self::Float32 => 4,
            _ => 8,
        }
    }

    /// Whether it is `float32` or `float64`.
    pub const fn is_float(self) -> bool {
        matches!(self, Self::Float32 | Self::Float64)
    }

    /// Whether it is a signed integer.
    pub const fn is_signed(self) -> bool {
        matches!(
            self,
            Self::Int8 | Self::Int16 | Self::Int32 | Self::Int64 | Self::Int
        )
    }
}

/// How a value of a Go type crosses. See `docs/abi.md` for each one's encoding.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// `bool`
    Bool,
    /// Every integer and float type.
    Number(Number),
    /// `complex64` (false) and `complex128` (true)
    Complex {
        /// Whether it is `complex128`.
        wide: bool,
    },
    /// `string`
    String,
    /// `[]byte`
    Bytes,
    /// `[N]byte`
    ByteArray(u64),
    /// `[]T` of an unnamed number type other than byte: packed.
    Numbers(Number),
    /// Any other `[]T`.
    Slice(Box<Shape>),
    /// `[N]T`
    Array(u64, Box<Shape>),
    /// `map[K]V`
    Map(Box<Shape>, Box<Shape>),
    /// `*T` where T crosses as a value: nil or that value.
    Pointer(Box<Shape>),
    /// A named scalar, slice, array or map: its underlying shape on the wire,
    /// its own class in Python when it has methods.
    Named(TypeId),
    /// A struct by value with something to show: a record.
    Record(TypeId),
    /// `*T` of an object type: a handle, or a record as a shorthand for
    /// `&T{...}` on the way in.
    Object(TypeId),
    /// Anything that is only a handle: a struct by value without exported
    /// fields, a func, a channel, a pointer to a pointer.
    Opaque(TypeId),
    /// `*T` of an opaque struct that generated code can't name is an
    /// [`Shape::Object`]; an interface with methods is this.
    Interface(TypeId),
    /// `any`
    Any,
    /// `error`
    Error,
    /// `time.Time` and others that cross in a way of their own.
    Adapter(Adapter),
}

/// Why a type expression has no shape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    /// The expression's leaf is neither predeclared nor in the schema.
    #[error("type {0} is not in the schema")]
    Unknown(String),
    /// `...T` anywhere but in a function's last parameter.
    #[error("variadic type {0} outside a parameter list")]
    Variadic(String),
    /// More levels than anyone writes.
    #[error("type {0}... is nested deeper than {deepest} levels", deepest = expression::DEEPEST)]
    Nested(String),
}

/// The types of one schema by name, for lowering expressions.
#[derive(Debug)]
pub struct TypeTable<'a>(Types<'a>);

/// Where declarations come from.
#[derive(Debug)]
enum Types<'a> {
    Schema {
        types: &'a [TypeDeclaration],
        by_name: HashMap<&'a str, TypeId>,
    },
    Catalog(&'a Catalog),
}

impl<'a> TypeTable<'a> {
    /// Indexes the types of `schema`.
    ///
    /// # Panics
    /// If there are more than 2^32 types.
    pub fn new(schema: &'a Schema) -> Self {
        let by_name = schema
            .types
            .iter()
            .enumerate()
            .map(|(at, declaration)| {
                let id = TypeId(u32::try_from(at).expect("type numbers fit in 32 bits"));
                (declaration.name.as_str(), id)
            })
            .collect();
        Self(Types::Schema {
            types: &schema.types,
            by_name,
        })
    }

    /// The types of a catalog, each read when it is needed.
    pub fn of_catalog(catalog: &'a Catalog) -> Self {
        Self(Types::Catalog(catalog))
    }

    /// The declaration behind a number.
    ///
    /// # Panics
    /// If `id` is not of this schema.
    pub fn declaration(&self, id: TypeId) -> &'a TypeDeclaration {
        match &self.0 {
            Types::Schema { types, .. } => &types[id.0 as usize],
            Types::Catalog(catalog) => &catalog.types[id.0 as usize],
        }
    }

    /// The number of the type whose key is exactly `name`.
    pub fn find(&self, name: &str) -> Option<TypeId> {
        match &self.0 {
            Types::Schema { by_name, .. } => by_name.get(name).copied(),
            Types::Catalog(catalog) => catalog.exports.find_type(name),
        }
    }

    /// The element shape of a variadic parameter, as the slice it is.
    pub fn lower_parameter(&self, text: &str) -> Result<Shape, ShapeError> {
        check_depth(text)?;
        match expression::parse(text) {
            Expression::Variadic(element) => self.slice(element),
            _ => self.lower(text),
        }
    }

    /// Whether a function's result of that type is live: a map type with methods, which
    /// a method of an object gives, is the object's own (`w.Header().Set("A", "b")`).
    pub fn is_live_result(&self, function: &Function, result: &str) -> Result<bool, ShapeError> {
        let Some(recv) = &function.recv else {
            return Ok(false);
        };
        let is_map = match self.lower(result)? {
            Shape::Named(id) => {
                let declaration = self.declaration(id);
                declaration.has_methods()
                    && matches!(self.lower(&declaration.underlying)?, Shape::Map(..))
            }
            _ => false,
        };
        Ok(is_map
            && match self.lower(recv)? {
                Shape::Opaque(_) | Shape::Interface(_) | Shape::Object(_) => true,
                Shape::Record(id) => self.declaration(id).is_object(),
                _ => false,
            })
    }

    /// Lowers a type expression.
    pub fn lower(&self, text: &str) -> Result<Shape, ShapeError> {
        check_depth(text)?;
        self.level(text)
    }

    /// Lowers an expression whose depth is known to be bounded.
    fn level(&self, text: &str) -> Result<Shape, ShapeError> {
        match expression::parse(text) {
            Expression::Variadic(_) => Err(ShapeError::Variadic(text.to_owned())),
            Expression::Slice(element) => self.slice(element),
            Expression::Array(length, "uint8" | "byte") => Ok(Shape::ByteArray(length)),
            Expression::Array(length, element) => {
                Ok(Shape::Array(length, Box::new(self.level(element)?)))
            }
            Expression::Map(key, value) => Ok(Shape::Map(
                Box::new(self.level(key)?),
                Box::new(self.level(value)?),
            )),
            Expression::Pointer(element) => self.pointer(text, element),
            Expression::Leaf(name) => {
                let built_in = predeclared(name).or_else(|| Adapter::of(name).map(Shape::Adapter));
                match (built_in, self.find(name)) {
                    (Some(shape), _) => Ok(shape),
                    (None, Some(id)) => self.declared(id),
                    (None, None) => Err(ShapeError::Unknown(name.to_owned())),
                }
            }
        }
    }

    /// The shape a named value type has underneath.
    pub fn underlying(&self, id: TypeId) -> Result<Shape, ShapeError> {
        self.lower(&self.declaration(id).underlying)
    }

    fn slice(&self, element: &str) -> Result<Shape, ShapeError> {
        Ok(match self.level(element)? {
            Shape::Number(Number::Uint8) => Shape::Bytes,
            Shape::Number(number) => Shape::Numbers(number),
            other => Shape::Slice(Box::new(other)),
        })
    }

    /// The pointer `text` to `element`.
    fn pointer(&self, text: &str, element: &str) -> Result<Shape, ShapeError> {
        // One to a pointer, interface, channel or func is a type of its own.
        if let Some(id) = self.find(text) {
            return self.declared(id);
        }
        if Adapter::of(element).is_none()
            && let Some(id) = self.find(element)
            && self.declaration(id).is_object()
        {
            return Ok(Shape::Object(id));
        }
        Ok(Shape::Pointer(Box::new(self.level(element)?)))
    }

    fn declared(&self, id: TypeId) -> Result<Shape, ShapeError> {
        let declaration = self.declaration(id);
        Ok(match declaration.kind {
            TypeKind::Struct if declaration.is_opaque() => Shape::Opaque(id),
            TypeKind::Struct => Shape::Record(id),
            TypeKind::Interface => Shape::Interface(id),
            TypeKind::Func | TypeKind::Chan | TypeKind::Pointer => Shape::Opaque(id),
            TypeKind::Value if declaration.underlying == "any" => Shape::Any,
            TypeKind::Value => {
                // Lowered now so that a broken declaration is found with the
                // expression that mentions it; recursion ends at Named.
                if declaration.underlying.is_empty() {
                    return Err(ShapeError::Unknown(declaration.name.clone()));
                }
                Shape::Named(id)
            }
        })
    }
}

fn check_depth(text: &str) -> Result<(), ShapeError> {
    /// How much of such an expression a message shows.
    const SHOWN: usize = 40;
    if expression::is_too_deep(text) {
        let shown = text.chars().take(SHOWN).collect();
        return Err(ShapeError::Nested(shown));
    }
    Ok(())
}

fn predeclared(name: &str) -> Option<Shape> {
    Some(match name {
        "bool" => Shape::Bool,
        "string" => Shape::String,
        "byte" => Shape::Number(Number::Uint8),
        "rune" => Shape::Number(Number::Int32),
        "complex64" => Shape::Complex { wide: false },
        "complex128" => Shape::Complex { wide: true },
        "any" | "interface{}" | "interface {}" => Shape::Any,
        "error" => Shape::Error,
        _ => Shape::Number(
            Number::ALL
                .into_iter()
                .find(|number| number.go_name() == name)?,
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_too_deep_is_refused_and_one_as_deep_as_allowed_is_not() {
        let schema = Schema::default();
        let table = TypeTable::new(&schema);
        for level in ["*", "[]", "[1]", "map[int]"] {
            let allowed = level.repeat(expression::DEEPEST) + "int";
            assert!(table.lower(&allowed).is_ok(), "{level}");
            for depth in [expression::DEEPEST + 1, 100_000] {
                let text = level.repeat(depth) + "int";
                let refused = table.lower(&text).unwrap_err();
                assert!(matches!(&refused, ShapeError::Nested(_)), "{refused}");
                assert_eq!(table.lower_parameter(&text), Err(refused));
            }
        }
        let keys = "map[".repeat(100_000) + &"]int".repeat(100_000);
        assert!(table.lower(&keys).is_err());
    }
}
