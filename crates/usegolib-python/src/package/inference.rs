//! Which instantiation of a generic function a call means: the type arguments are
//! what Python's arguments are in Go.

use std::collections::HashMap;

use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyInt, PyIterator, PyList, PyMapping, PyString,
    PyTuple,
};
use usegolib::schema::expression::{self, Expression, Token};
use usegolib::schema::shape::Number;
use usegolib::schema::{GenericFunction, Parameter, TypeKind};

use crate::cpython::integer::{self, Wide};
use crate::objects::{GoObject, View, class};

/// What is known of a type argument.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Observed {
    /// Nothing.
    #[default]
    Nothing,
    /// It is an integer's.
    Integer,
    /// It is that of integers which no float is equal to, perhaps.
    LongInteger,
    /// It is a float's, and perhaps that of integers among floats.
    Float,
    /// It is a str's.
    String,
    /// It is just this.
    Type(String),
    /// It is that of values that are no number, nor text, or not all alike.
    Other,
}

impl Observed {
    fn join(&mut self, other: Self) {
        *self = match (std::mem::take(self), other) {
            (Self::Nothing, one) | (one, Self::Nothing) => one,
            (one, other) if one == other => one,
            (Self::Integer | Self::Float, Self::Integer | Self::Float) => Self::Float,
            (Self::Integer | Self::LongInteger, Self::Integer | Self::LongInteger) => {
                Self::LongInteger
            }
            _ => Self::Other,
        };
    }

    fn of_type(text: &str) -> Self {
        match text {
            "int" => Self::Integer,
            "float64" => Self::Float,
            "string" => Self::String,
            "any" => Self::Other,
            other => Self::Type(other.to_owned()),
        }
    }

    /// The type that it is, if it is one for sure.
    pub(super) fn certain(&self) -> Option<&str> {
        match self {
            Self::Integer | Self::LongInteger => Some("int"),
            Self::Float => Some("float64"),
            Self::String => Some("string"),
            Self::Type(text) => Some(text),
            Self::Nothing | Self::Other => None,
        }
    }

    /// How far a type argument is from it, if values of the one can be given for the
    /// other.
    pub(super) fn distance(&self, argument: &str) -> Option<u32> {
        let number = || {
            let mut all = Number::ALL.into_iter();
            all.find(|number| number.go_name() == argument)
        };
        match (self, argument) {
            (Self::Nothing | Self::Other, "any")
            | (Self::Integer | Self::LongInteger, "int")
            | (Self::Float, "float64")
            | (Self::String, "string") => Some(0),
            (Self::Type(text), _) if text == argument => Some(0),
            (Self::Integer | Self::LongInteger, _)
                if number().is_some_and(|number| !number.is_float()) =>
            {
                Some(1)
            }
            (Self::Integer | Self::Float, _) if number().is_some_and(Number::is_float) => Some(3),
            (_, "any") => Some(4),
            (Self::Other, "int" | "float64" | "string") => None,
            // What nothing tells can be anything, and a list a `[]int` that the generics
            // file names.
            (Self::Nothing | Self::Other, _) => Some(5),
            _ => None,
        }
    }
}

/// What the arguments of a call say of the type arguments.
pub(super) struct Inference<'a> {
    view: &'static View,
    function: &'a GenericFunction,
    pub(super) observed: Vec<Observed>,
}

impl<'a> Inference<'a> {
    pub(super) fn new(view: &'static View, function: &'a GenericFunction) -> Self {
        Self {
            view,
            function,
            observed: vec![Observed::Nothing; function.type_params.len()],
        }
    }

    /// Looks at the arguments of a call, and gives those by position back: what can be
    /// gone through only once is a list then.
    pub(super) fn observe<'py>(
        &mut self,
        arguments: &Bound<'py, PyTuple>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let py = arguments.py();
        let function = self.function;
        let params: Vec<_> = function
            .params
            .iter()
            .filter(|parameter| !parameter.is_context())
            .collect();
        let mut given = Vec::with_capacity(arguments.len());
        for (at, value) in arguments.iter().enumerate() {
            let Some(parameter) = params.get(at).or(params.last()) else {
                given.push(value);
                continue;
            };
            let value = if is_sequence(parameter) && value.is_instance_of::<PyIterator>() {
                PyList::new(py, value.try_iter()?.collect::<PyResult<Vec<_>>>()?)?.into_any()
            } else {
                value
            };
            // One list stands for the values of a variadic parameter.
            let is_list = value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>();
            if parameter.is_variadic() && is_list && arguments.len() == params.len() {
                self.items(parameter.argument(), &value)?;
            } else {
                self.value(parameter.argument(), &value)?;
            }
            given.push(value);
        }
        for (name, value) in keywords.into_iter().flatten() {
            let name = name.cast_into::<PyString>()?;
            let named = params
                .iter()
                .find(|one| name.to_str().is_ok_and(|name| name == one.name));
            if let Some(parameter) = named {
                self.value(&parameter.type_, &value)?;
            }
        }
        PyTuple::new(py, given)
    }

    /// How far an instantiation is from what was observed, if it can be meant.
    pub(super) fn distance(&self, arguments: &[String]) -> Option<u32> {
        let mut sum = 0;
        for ((parameter, observed), argument) in self
            .function
            .type_params
            .iter()
            .zip(&self.observed)
            .zip(arguments)
        {
            if parameter.type_.is_empty() {
                sum += observed.distance(argument)?;
            }
        }
        Some(sum)
    }

    /// The type arguments, if they are certain.
    pub(super) fn certain(&self) -> Option<Vec<String>> {
        let chosen = self.function.type_params.iter().zip(&self.observed);
        let chosen = chosen
            .filter(|(parameter, _)| parameter.type_.is_empty())
            .map(|(_, observed)| observed.certain());
        complete(self.function, &chosen.collect::<Option<Vec<_>>>()?)
    }

    fn parameter(&self, name: &str) -> Option<usize> {
        self.function
            .type_params
            .iter()
            .position(|one| one.name == name)
    }

    /// Looks at a value of a type.
    fn value(&mut self, pattern: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        if expression::is_too_deep(pattern) {
            return Ok(());
        }
        match expression::parse(pattern) {
            Expression::Variadic(element)
            | Expression::Slice(element)
            | Expression::Array(_, element) => self.items(element, value),
            Expression::Map(key, item) => self.entries(key, item, value),
            Expression::Pointer(_) if value.is_none() => Ok(()),
            Expression::Pointer(element) => self.value(element, value),
            Expression::Leaf(name) => {
                if let Some(at) = self.parameter(name) {
                    let implied = &self.function.type_params[at].type_;
                    if implied.is_empty() {
                        let found = self.classify(value)?;
                        self.observed[at].join(found);
                        return Ok(());
                    }
                    let implied = implied.clone();
                    return self.value(&implied, value);
                }
                if let Some(type_) = Self::carried(value) {
                    self.unify(pattern, &type_);
                    return Ok(());
                }
                self.sequence(name, value)
            }
        }
    }

    /// Looks at a container that is given for a sequence. (An iterator's items are gone
    /// once they have been looked at.)
    fn sequence(&mut self, pattern: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let is_container = !value.is_callable() && value.hasattr("__len__")?;
        match yielded(pattern).as_deref() {
            Some(&[item]) if is_container => self.items(item, value),
            Some(&[key, item]) if is_container => self.entries(key, item, value),
            _ => Ok(()),
        }
    }

    fn items(&mut self, element: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        if value.is_none() || value.is_instance_of::<PyString>() {
            return Ok(());
        }
        if value.is_instance_of::<PyBytes>() || value.is_instance_of::<PyByteArray>() {
            self.unify(element, "uint8");
            return Ok(());
        }
        if let Ok(list) = value.cast::<PyList>() {
            // Its items are of a type parameter itself, mostly.
            let free = match expression::parse(element) {
                Expression::Leaf(name) => self.parameter(name),
                _ => None,
            };
            let free = free.filter(|&at| self.function.type_params[at].type_.is_empty());
            for item in list.iter() {
                match free {
                    Some(at) => {
                        let found = self.classify(&item)?;
                        self.observed[at].join(found);
                    }
                    None => self.value(element, &item)?,
                }
            }
            return Ok(());
        }
        // Arrays: all of their items are of one kind.
        if value.hasattr("tolist")? && value.hasattr("itemsize")? {
            if value.len()? > 0 {
                return self.value(element, &value.get_item(0)?);
            }
            return Ok(());
        }
        if let Ok(items) = value.try_iter() {
            for item in items {
                self.value(element, &item?)?;
            }
        }
        Ok(())
    }

    fn entries(&mut self, key: &str, item: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        if let Ok(dict) = value.cast::<PyDict>() {
            for (one, other) in dict.iter() {
                self.value(key, &one)?;
                self.value(item, &other)?;
            }
        } else if let Ok(mapping) = value.cast::<PyMapping>() {
            for entry in mapping.items()?.iter() {
                let (one, other): (Bound<'_, PyAny>, Bound<'_, PyAny>) = entry.extract()?;
                self.value(key, &one)?;
                self.value(item, &other)?;
            }
        }
        Ok(())
    }

    /// The Go type that a value carries.
    fn carried(value: &Bound<'_, PyAny>) -> Option<String> {
        if let Some(object) = GoObject::of(value) {
            // It may be of another library, whose types have names of their own.
            object.open_handle()?.type_id()?;
            return Some(object.declared_name().to_owned());
        }
        let origin = class::origin(&value.get_type()).filter(|origin| origin.is_value)?;
        Some(origin.view.types.declaration(origin.id).name.clone())
    }

    fn classify(&self, value: &Bound<'_, PyAny>) -> PyResult<Observed> {
        // What carries no type of Go's, before anything is looked up.
        if value.is_exact_instance_of::<PyFloat>() {
            return Ok(Observed::Float);
        }
        if value.is_exact_instance_of::<PyString>() {
            return Ok(Observed::String);
        }
        if let Ok(number) = value.cast_exact::<PyInt>() {
            return Ok(Self::integer(number));
        }
        if let Some(type_) = Self::carried(value) {
            let id = self.view.types.find(&type_);
            let is_pointer = GoObject::of(value).is_some()
                && id.is_some_and(|id| self.view.types.declaration(id).kind == TypeKind::Struct);
            return Ok(Observed::of_type(&if is_pointer {
                format!("*{type_}")
            } else {
                type_
            }));
        }
        if value.is_none() || value.is_instance_of::<PyBool>() {
            return Ok(Observed::Other);
        }
        if let Ok(number) = value.cast::<PyInt>() {
            return Ok(Self::integer(number));
        }
        if value.is_instance_of::<PyFloat>() {
            return Ok(Observed::Float);
        }
        if value.is_instance_of::<PyString>() {
            return Ok(Observed::String);
        }
        if value.is_instance_of::<PyBytes>() {
            return Ok(Observed::Type("[]uint8".to_owned()));
        }
        let is_container = value.hasattr("__len__")?;
        Ok(match value.hasattr("__index__")? {
            true if !is_container => Observed::Integer,
            _ if !is_container && value.hasattr("__float__")? => Observed::Float,
            _ => Observed::Other,
        })
    }

    fn integer(number: &Bound<'_, PyInt>) -> Observed {
        match integer::wide(number) {
            Wide::Signed(value) if value.unsigned_abs() > 1 << f64::MANTISSA_DIGITS => {
                Observed::LongInteger
            }
            Wide::Signed(_) => Observed::Integer,
            Wide::Unsigned(_) | Wide::Huge => Observed::Type("uint64".to_owned()),
        }
    }

    /// Compares the type of a parameter with that of an argument.
    fn unify(&mut self, pattern: &str, type_: &str) {
        match (expression::parse(pattern), expression::parse(type_)) {
            (Expression::Leaf(name), _) if self.parameter(name).is_some() => {
                let at = self.parameter(name).unwrap_or_default();
                self.observed[at].join(Observed::of_type(type_));
            }
            (Expression::Slice(one), Expression::Slice(other))
            | (Expression::Pointer(one), Expression::Pointer(other))
            | (Expression::Array(_, one), Expression::Array(_, other)) => self.unify(one, other),
            (Expression::Map(key, one), Expression::Map(other_key, other)) => {
                self.unify(key, other_key);
                self.unify(one, other);
            }
            (Expression::Leaf(one), Expression::Leaf(other)) => {
                if let (Some(ours), Some(theirs)) = (yielded(one), yielded(other))
                    && ours.len() == theirs.len()
                {
                    for (ours, theirs) in ours.into_iter().zip(theirs) {
                        self.unify(ours, theirs);
                    }
                    return;
                }
                let (one, other) = (arguments(one), arguments(other));
                if let (Some((head, ours)), Some((other_head, theirs))) = (one, other)
                    && head == other_head
                    && ours.len() == theirs.len()
                {
                    for (ours, theirs) in ours.into_iter().zip(theirs) {
                        self.unify(ours, theirs);
                    }
                }
            }
            _ => {}
        }
    }
}

/// All type arguments, given those that don't follow from others. `None` if there are
/// more or fewer of these.
pub(super) fn complete(function: &GenericFunction, chosen: &[&str]) -> Option<Vec<String>> {
    let params = &function.type_params;
    let free = params.iter().filter(|parameter| parameter.type_.is_empty());
    let chosen: HashMap<&str, &str> = (free.clone().count() == chosen.len())
        .then(|| {
            free.map(|one| one.name.as_str())
                .zip(chosen.iter().copied())
        })?
        .collect();
    let written = params.iter().map(|parameter| {
        if let Some(chosen) = chosen.get(parameter.name.as_str()) {
            return (*chosen).to_owned();
        }
        let mut text = String::new();
        for token in expression::tokens(&parameter.type_) {
            match token {
                Token::Word(word) => text.push_str(chosen.get(word).unwrap_or(&word)),
                Token::Qualified { path, name } => text.extend([path, ".", name]),
                Token::Mark(one) | Token::Tag(one) => text.push_str(one),
            }
        }
        text
    });
    Some(written.collect())
}

fn is_sequence(parameter: &Parameter) -> bool {
    matches!(
        expression::parse(&parameter.type_),
        Expression::Slice(_) | Expression::Array(..)
    ) || !parameter.is_variadic() && !parameter.type_.contains(['[', '(', '.'])
}

/// What a sequence yields, one by one or in pairs: an `iter.Seq[T]`, or the func that it
/// is.
fn yielded(text: &str) -> Option<Vec<&str>> {
    if let Some(("iter.Seq" | "iter.Seq2", items)) = arguments(text) {
        return Some(items);
    }
    let yield_ = text.strip_prefix("func(func(")?.strip_suffix(") bool)")?;
    let items = split(yield_);
    matches!(items.len(), 1 | 2).then_some(items)
}

/// A generic type and its type arguments.
fn arguments(text: &str) -> Option<(&str, Vec<&str>)> {
    let (head, rest) = text.split_once('[')?;
    Some((head, split(rest.strip_suffix(']')?)))
}

/// The types of a list.
fn split(list: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, c) in list.char_indices() {
        match c {
            '[' | '(' | '{' => depth += 1,
            ']' | ')' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(list[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(list[start..].trim());
    parts
}
