//! What Go's funcs take and give, compiled once for each type of func.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;
use usegolib::schema::shape::{Shape, ShapeError, TypeId};
use usegolib::schema::{Parameter, Signature};

use super::object::Interface;
use super::sequence::Sequence;
use super::{count, table, window};
use crate::call::Scope;
use crate::codec::{Context, DecodeError, Decoder, EncodeError, Encoder, Input, Offer, Types};

/// What is called, and how.
#[derive(Clone, Copy)]
pub(super) enum Callee {
    /// As a func of a type.
    Function(&'static Function),
    /// Its methods, as those of an interface.
    Object(&'static Interface),
    /// Itself, as the only method of an interface.
    Method(&'static Interface),
    /// With dynamic values.
    Untyped(Scope),
    /// It is not called but iterated over.
    Iterable(&'static Sequence),
    /// A loop over it.
    Iterator(&'static Sequence),
}

impl Callee {
    pub(super) fn scope(self) -> Scope {
        match self {
            Self::Function(function) => function.scope,
            Self::Object(interface) | Self::Method(interface) => interface.scope,
            Self::Untyped(scope) => scope,
            Self::Iterable(sequence) | Self::Iterator(sequence) => sequence.scope,
        }
    }
}

impl Callee {
    /// The interface that it is called as, if it is one.
    pub(super) fn interface(self) -> Option<&'static Interface> {
        match self {
            Self::Object(interface) | Self::Method(interface) => Some(interface),
            _ => None,
        }
    }
}

/// A type of func: how its arguments are decoded and its results encoded.
pub(super) struct Function {
    pub(super) scope: Scope,
    /// The type, for messages.
    pub(super) name: String,
    pub(super) parameters: Box<[Argument]>,
    /// Whether the last parameter's values are several arguments.
    pub(super) is_variadic: bool,
    pub(super) results: Box<[Encoder]>,
    /// The types of results that are maps, in methods: dicts that stay what they are.
    pub(super) maps: Box<[Option<Shape>]>,
    /// Whether the last result is an error.
    pub(super) raises: bool,
    /// Whether the first result is how many bytes of the first argument were dealt with.
    pub(super) counts: bool,
}

/// How an argument is decoded.
pub(super) enum Argument {
    /// By its type.
    Value(Decoder),
    /// Bytes of Go's, which may be written to.
    Window,
}

impl Argument {
    fn of(types: &Types, parameter: &Parameter) -> Result<Self, ShapeError> {
        if parameter.is_context() && types.find(&parameter.type_).is_none() {
            return Ok(Self::Value(Decoder::Any));
        }
        let shape = types.parameter_shape(&parameter.type_)?;
        if let Shape::Opaque(id) = shape
            && !parameter.is_variadic()
            && let Some(target) = types.pointee(id)
        {
            return Ok(Self::Value(Decoder::Variable(Box::new(target))));
        }
        // What Go calls by a name is as what it is made of.
        let made_of = match shape {
            Shape::Named(id) => types.underlying(id),
            _ => shape.clone(),
        };
        Ok(match made_of {
            _ if parameter.is_variadic() => Self::Value(Decoder::compile(types, &shape)),
            Shape::Bytes => Self::Window,
            // What it leads to is shown as it is, not copied.
            Shape::Pointer(_) | Shape::Slice(_) | Shape::Numbers(_) | Shape::Map(..) => {
                Self::Value(Decoder::compile_shown(types, &shape))
            }
            _ => Self::Value(Decoder::compile(types, &shape)),
        })
    }

    #[inline]
    pub(super) fn decode<'py>(
        &self,
        input: &mut Input<'_, 'py>,
        windows: &mut Vec<window::Shown<'py>>,
    ) -> Result<Bound<'py, PyAny>, DecodeError> {
        match self {
            Self::Value(decoder) => decoder.decode(input),
            Self::Window => window::decode(input, windows),
        }
    }
}

impl Function {
    pub(super) fn compile(
        scope: Scope,
        name: String,
        signature: &Signature,
    ) -> Result<Self, ShapeError> {
        let types = scope.context.types;
        let raises = signature.results.last().is_some_and(|last| last == "error");
        let results = &signature.results[..signature.results.len() - usize::from(raises)];
        Ok(Self {
            scope,
            name,
            parameters: signature
                .params
                .iter()
                .map(|parameter| Argument::of(types, parameter))
                .collect::<Result<_, _>>()?,
            is_variadic: signature.params.last().is_some_and(Parameter::is_variadic),
            results: results
                .iter()
                .map(|result| types.encoder(result))
                .collect::<Result<_, _>>()?,
            maps: Box::default(),
            raises,
            counts: false,
        })
    }

    /// The same for a method of that name, whose results that are maps are one map as long
    /// as the call lasts that it is called in.
    pub(super) fn compile_method(
        scope: Scope,
        name: String,
        method: &str,
        signature: &Signature,
    ) -> Result<Self, ShapeError> {
        let mut function = Self::compile(scope, name, signature)?;
        function.counts = count::is_counting(method, signature);
        let types = scope.context.types;
        let maps = signature.results[..function.results.len()].iter();
        let maps = maps.map(|result| {
            let shape = types.shape(result)?;
            let is_map = match &shape {
                Shape::Named(id) => matches!(types.underlying(*id), Shape::Map(..)),
                shape => matches!(shape, Shape::Map(..)),
            };
            Ok(is_map.then_some(shape))
        });
        let maps = maps.collect::<Result<Vec<_>, ShapeError>>()?;
        if maps.iter().any(Option::is_some) {
            function.maps = maps.into();
        }
        Ok(function)
    }
}

/// Offers a callable to Go: as a func of a type or, where none is said, as one of
/// dynamic values.
pub(crate) fn offer_function(
    scope: Scope,
    id: Option<TypeId>,
    value: &Bound<'_, PyAny>,
) -> Result<Offer, EncodeError> {
    let callee = match id {
        Some(id) => Callee::Function(function(scope, id)?),
        None => Callee::Untyped(scope),
    };
    Ok(table::offer(value, callee))
}

/// The types that have been met, by where they are: like a library, for ever.
static KNOWN: Mutex<Option<HashMap<(usize, TypeId), &'static Function>>> = Mutex::new(None);

fn function(scope: Scope, id: TypeId) -> Result<&'static Function, EncodeError> {
    let key = (std::ptr::from_ref::<Context<'_>>(scope.context).addr(), id);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    if let Some(found) = known.get(&key) {
        return Ok(found);
    }
    let types = scope.context.types;
    let declaration = types.declaration(id);
    let signature = declaration.signature.as_ref().ok_or_else(|| {
        EncodeError::new(format!(
            "Python can't stand for {}: what it takes or returns can't cross",
            types.name(id)
        ))
    })?;
    let compiled = Function::compile(scope, types.name(id), signature)?;
    let function = Box::leak(Box::new(compiled));
    known.insert(key, function);
    Ok(function)
}
