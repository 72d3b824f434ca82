//! Live values: references to Go's own memory where a function's result would be
//! a copy. What is reached from an object or a package variable is live.
//!
//! A struct is a reference like any object. A map, slice or array is a
//! [`Container`]: its type says how its keys and items cross. What Go can't address,
//! a struct in a map or in an interface, is a copy that can't be changed.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyTuple, PyType};
use usegolib::schema::TypeKind;
use usegolib::schema::protocol::{ANY_LIST_TYPE, ANY_MAP_TYPE, TEXT_MAP_TYPE};
use usegolib::schema::shape::{Number, Shape, TypeId};

use super::{DecodeError, Decoder, EncodeError, Encoder, Input, Output, Types, kind};
use crate::cpython::list;
use crate::wire::format::FIX_EXT_1;
use crate::wire::{Handle, Token, extension};

/// The type of a map, slice or array, and how what it holds crosses. Like the types
/// that it belongs to, it lives for ever.
pub(crate) struct Container {
    pub(crate) kind: ContainerKind,
    /// The type as Go code writes it.
    pub(crate) name: String,
    /// The declared type, if it is one.
    pub(crate) id: Option<TypeId>,
    shape: Shape,
    // Made when needed: a type may contain itself.
    parts: PyOnceLock<Parts>,
    /// The Python class of references to values of the type.
    pub(crate) class: PyOnceLock<Py<PyType>>,
}

/// What a container is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContainerKind {
    /// A map.
    Map,
    /// A slice.
    Slice,
    /// A slice of numbers.
    Numbers(Number),
    /// An array.
    Array,
}

/// The encoders and decoders of a container.
pub(crate) struct Parts {
    /// Of a map's keys, or of indices.
    pub(crate) key: (Encoder, Decoder),
    /// Of what is assigned to an item.
    pub(crate) item: Encoder,
    /// Of an item, live.
    pub(crate) live: Decoder,
    /// Of an item as a copy.
    pub(crate) copied_item: Decoder,
    /// What numbers several items are packed as.
    numbers: Option<Number>,
    /// Of the whole.
    pub(crate) whole: Encoder,
    /// Of the whole as a copy.
    pub(crate) copy: Decoder,
}

impl std::fmt::Debug for Container {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_tuple("Container")
            .field(&self.name)
            .finish()
    }
}

impl Container {
    /// The type with that shape, which is a container's: a map, slice or array,
    /// declared or not.
    pub(super) fn new(types: &Types, shape: &Shape, underlying: &Shape) -> Option<Self> {
        let kind = match underlying {
            Shape::Map(..) => ContainerKind::Map,
            Shape::Slice(_) => ContainerKind::Slice,
            Shape::Numbers(number) => ContainerKind::Numbers(*number),
            Shape::Array(..) => ContainerKind::Array,
            _ => return None,
        };
        let id = match shape {
            Shape::Named(id) => Some(*id),
            _ => None,
        };
        Some(Self {
            kind,
            name: match id {
                Some(id) => types.name(id),
                None => Encoder::compile(types, shape).describe(types),
            },
            id,
            shape: shape.clone(),
            parts: PyOnceLock::new(),
            class: PyOnceLock::new(),
        })
    }

    /// The encoders and decoders.
    #[inline]
    pub(crate) fn parts(&self, py: Python<'_>, types: &Types) -> &Parts {
        self.parts.get_or_init(py, || {
            let underlying = match (&self.shape, self.id) {
                (_, Some(id)) => types.underlying(id),
                (shape, None) => shape.clone(),
            };
            let (key, item, live) = match &underlying {
                Shape::Map(key, value) => {
                    (key.as_ref(), value.as_ref().clone(), in_map(types, value))
                }
                Shape::Slice(element) | Shape::Array(_, element) => (
                    &Shape::Number(Number::Int64),
                    element.as_ref().clone(),
                    Decoder::compile_live(types, element),
                ),
                Shape::Numbers(number) => {
                    let element = Shape::Number(*number);
                    let live = Decoder::compile(types, &element);
                    (&Shape::Number(Number::Int64), element, live)
                }
                other => unreachable!("{other:?} is no container"),
            };
            Parts {
                key: (Encoder::compile(types, key), Decoder::compile(types, key)),
                copied_item: Decoder::compile(types, &item),
                item: Encoder::compile(types, &item),
                numbers: match self.kind {
                    ContainerKind::Numbers(number) => Some(number),
                    _ => None,
                },
                live,
                whole: Encoder::compile(types, &self.shape),
                copy: Decoder::compile(types, &self.shape),
            }
        })
    }
}

/// The decoder of a value in a map, where Go can't address it. Slices and maps can be
/// changed all the same: what changes of them themselves is stored in the map.
fn in_map(types: &Types, shape: &Shape) -> Decoder {
    match shape {
        Shape::Record(_) | Shape::Array(..) => {
            Decoder::Unaddressed(Box::new(Decoder::compile(types, shape)))
        }
        Shape::Named(id) if matches!(types.underlying(*id), Shape::Array(..)) => {
            Decoder::Unaddressed(Box::new(Decoder::compile(types, shape)))
        }
        _ => Decoder::compile_live(types, shape),
    }
}

impl Decoder {
    /// Compiles a shape where values are not copies.
    pub(crate) fn compile_live(types: &Types, shape: &Shape) -> Self {
        if let Some(container) = types.container(shape) {
            return Self::Container(container);
        }
        match shape {
            Shape::Record(id) => Self::Struct(*id),
            Shape::Pointer(element) => Self::Pointer(Box::new(Self::compile_live(types, element))),
            Shape::Any | Shape::Interface(_) => {
                Self::Unaddressed(Box::new(Self::compile(types, shape)))
            }
            _ => Self::compile(types, shape),
        }
    }

    /// Compiles the shape of what a callback is given, which may change what it leads to.
    pub(crate) fn compile_shown(types: &Types, shape: &Shape) -> Self {
        let Shape::Pointer(target) = shape else {
            return Self::compile_live(types, shape);
        };
        let is_live = types.container(target).is_some()
            || matches!(**target, Shape::Record(_))
            || matches!(**target, Shape::Opaque(id) if types.declaration(id).kind == TypeKind::Struct);
        if is_live {
            return Self::compile_live(types, shape);
        }
        Self::Variable(target.clone())
    }
}

/// A handle to a pointer.
pub(super) fn decode_variable<'py>(
    shape: &Shape,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    match input.token()? {
        Token::Nil => Ok(input.py.None().into_bound(input.py)),
        Token::Extension(extension::HANDLE, payload) => {
            let handle = Handle::parse(payload)?;
            let runtime = input.context.runtime;
            Ok(runtime.variable_of(input.py, handle, shape)?)
        }
        other => Err(kind::mismatch::token("a pointer", other)),
    }
}

/// A handle to a struct that can be addressed.
pub(super) fn decode_struct<'py>(
    id: TypeId,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    kind::handle::decode(id, "", input)
}

/// A handle to a container.
pub(super) fn decode_container<'py>(
    container: &'static Container,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    match input.token()? {
        Token::Extension(extension::HANDLE, payload) => {
            let handle = Handle::parse(payload)?;
            Ok(input
                .context
                .runtime
                .container(input.py, handle, container)?)
        }
        other => Err(kind::mismatch::token(&container.name, other)),
    }
}

/// A copy, which can't be changed so that nobody takes it for more.
pub(super) fn decode_unaddressed<'py>(
    copy: &Decoder,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    if let Some(number) = input.container_type()
        && let Some(container) = dynamic_container(input.context.types, number)
    {
        return decode_container(container, input);
    }
    let value = copy.decode(input)?;
    Ok(input.context.runtime.unchangeable(value)?)
}

/// The container type of a map or slice in an interface, by the number of its handle;
/// none for other values.
fn dynamic_container(types: &Types, number: u32) -> Option<&'static Container> {
    let any = || Box::new(Shape::Any);
    match number {
        ANY_LIST_TYPE => types.container(&Shape::Slice(any())),
        TEXT_MAP_TYPE => types.container(&Shape::Map(Box::new(Shape::String), any())),
        ANY_MAP_TYPE => types.container(&Shape::Map(any(), any())),
        number => {
            let id = TypeId(number);
            let is_value = types.has(id) && types.declaration(id).kind == TypeKind::Value;
            is_value
                .then(|| types.container(&Shape::Named(id)))
                .flatten()
        }
    }
}

/// Takes the mark that a container has no such item, if that is what comes next.
pub(crate) fn is_absent(input: &mut Input<'_, '_>) -> bool {
    input.skip(&[FIX_EXT_1, extension::ABSENT, 0])
}

/// What an iteration over a map gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Iterated {
    /// Keys.
    Keys = 0,
    /// Values, live.
    Values = 1,
    /// Pairs of both.
    Entries = 2,
}

impl Parts {
    /// Reads some items of a slice or array.
    pub(crate) fn decode_items<'py>(
        &self,
        input: &mut Input<'_, 'py>,
    ) -> Result<Bound<'py, PyAny>, DecodeError> {
        match self.numbers {
            Some(number) => kind::numbers::decode(number, input),
            None => kind::slice::decode(&self.live, input),
        }
    }

    /// Reads what an iteration over a map gives.
    pub(crate) fn decode_iterated<'py>(
        &self,
        what: Iterated,
        input: &mut Input<'_, 'py>,
    ) -> Result<Bound<'py, PyAny>, DecodeError> {
        let length = match input.token()? {
            Token::Array(length) => length,
            other => return Err(kind::mismatch::token("list", other)),
        };
        let count = match what {
            Iterated::Entries => length / 2,
            _ => length,
        };
        input.enter()?;
        let mut items = list::Builder::new(input.py, count)?;
        for _ in 0..count {
            items.push(match what {
                Iterated::Keys => kind::map::decode_key(&self.key.1, input)?,
                Iterated::Values => self.live.decode(input)?,
                Iterated::Entries => {
                    let key = kind::map::decode_key(&self.key.1, input)?;
                    let value = self.live.decode(input)?;
                    PyTuple::new(input.py, [key, value])?.into_any()
                }
            });
        }
        input.leave();
        Ok(items.finish())
    }
}

/// Writes a live value where a map, slice or array is wanted that `fits` says is of
/// its type: Go gets the very same. False if it is none.
pub(super) fn encode(
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
    fits: impl FnOnce(ContainerKind, &Parts) -> bool,
) -> Result<bool, EncodeError> {
    let Some((handle, container)) = out.context.runtime.container_of(value)? else {
        return Ok(false);
    };
    if !fits(
        container.kind,
        container.parts(value.py(), out.context.types),
    ) {
        return Ok(false);
    }
    out.handle(handle);
    out.keep(value);
    Ok(true)
}

/// The container types that were met, by their shapes.
#[derive(Default)]
pub(super) struct Containers(Mutex<HashMap<Shape, &'static Container>>);

impl Containers {
    fn find(
        &self,
        shape: &Shape,
        make: impl FnOnce() -> Option<Container>,
    ) -> Option<&'static Container> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(shape) {
            return Some(found);
        }
        // Like the types that it belongs to, for ever.
        let container: &'static Container = Box::leak(Box::new(make()?));
        known.insert(shape.clone(), container);
        Some(container)
    }
}

impl Types {
    /// What a named type is made of; itself, if it can't be told.
    pub(crate) fn underlying(&self, id: TypeId) -> Shape {
        let declaration = self.declaration(id);
        match declaration.kind {
            TypeKind::Value => self
                .shape(&declaration.underlying)
                .unwrap_or(Shape::Named(id)),
            _ => Shape::Named(id),
        }
    }

    /// The container type with that shape, if it is one.
    pub(crate) fn container(&self, shape: &Shape) -> Option<&'static Container> {
        let underlying = match shape {
            Shape::Named(id) => &self.underlying(*id),
            other => other,
        };
        self.containers
            .find(shape, || Container::new(self, shape, underlying))
    }
}
