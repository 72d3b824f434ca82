//! Go types as Python annotations (`docs/guide.md`, "How Go values cross").
//!
//! What Go takes is wider than what it gives: a `[]string` comes as a `list`
//! and may be given as any sequence. A result that is nil only when a function
//! failed (`*T`, an interface, a func) is `T | Any`, so that a type checker knows
//! `T`'s methods and asks for no test against `None`.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::class_names::{ClassNames, Form};
use crate::schema::adapter::Adapter;
use crate::schema::implementable;
use crate::schema::iteration::{self, Items};
use crate::schema::readers;
use crate::schema::shape::{Number, Shape, ShapeError, TypeId, TypeTable};
use crate::schema::{Function, Parameter, Schema, TypeKind};

/// Which way a value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::python) enum Direction {
    /// From Python to Go.
    In,
    /// From Go to Python.
    Out,
}
use Direction::{In, Out};

/// The names of a class's members: they hide what is outside of it.
pub(in crate::python) type Scope = HashSet<String>;

/// Writes annotations, and notes which classes they mention.
#[derive(Debug)]
pub(in crate::python) struct Annotator<'a> {
    pub(in crate::python) types: TypeTable<'a>,
    pub(in crate::python) names: ClassNames,
    /// The classes that some scope hides, by the alias they have there.
    pub(in crate::python) aliases: BTreeMap<String, String>,
    /// The interfaces that bytes can be given for.
    readers: HashSet<TypeId>,
    /// The methods of interfaces.
    pub(in crate::python) interfaces: HashMap<&'a str, Vec<&'a Function>>,
    /// How many callables the annotation that is written is inside of.
    pub(in crate::python) within: usize,
}

impl<'a> Annotator<'a> {
    /// An annotator of a schema's types.
    pub(in crate::python) fn new(schema: &'a Schema) -> Self {
        let types = TypeTable::new(schema);
        let names = ClassNames::new(records(schema, &types));
        Self {
            types,
            names,
            aliases: BTreeMap::new(),
            readers: readers::readers(schema),
            interfaces: implementable::methods_of(schema),
            within: 0,
        }
    }

    /// The annotation of a type expression.
    pub(in crate::python) fn of(
        &mut self,
        type_: &str,
        direction: Direction,
        scope: &Scope,
    ) -> Result<String, ShapeError> {
        let shape = self.types.lower(type_)?;
        self.shape(&shape, direction, scope)
    }

    /// The annotation of a parameter: of each argument, for a variadic one.
    pub(in crate::python) fn parameter(
        &mut self,
        parameter: &Parameter,
        scope: &Scope,
    ) -> Result<String, ShapeError> {
        self.of(parameter.argument(), In, scope)
    }

    /// The annotation of what a call gives: a tuple for several results.
    pub(in crate::python) fn results(
        &mut self,
        function: &Function,
        scope: &Scope,
    ) -> Result<String, ShapeError> {
        let of = |result: &String| {
            if self.types.is_live_result(function, result)? {
                self.live(result, scope)
            } else {
                self.of(result, Out, scope)
            }
        };
        let results = function.value_results().iter().map(of);
        Ok(together(&results.collect::<Result<Vec<_>, _>>()?))
    }

    /// Annotates the results of a func, or what an item of a sequence has.
    fn values(&mut self, types: &[String], scope: &Scope) -> Result<String, ShapeError> {
        let values = types.iter().map(|one| self.of(one, Out, scope));
        Ok(together(&values.collect::<Result<Vec<_>, _>>()?))
    }

    /// The class that values of a named type are instances of, if they have one
    /// of their own.
    pub(in crate::python) fn has_value_class(&self, id: TypeId) -> Result<bool, ShapeError> {
        let declaration = self.types.declaration(id);
        let base = self.underlying(id)?;
        Ok(declaration.has_methods() && !matches!(base, Shape::Any))
    }

    /// What a named type is made of; for time.Time and the like, themselves.
    pub(in crate::python) fn underlying(&self, id: TypeId) -> Result<Shape, ShapeError> {
        match self.types.lower(&self.types.declaration(id).name)? {
            Shape::Named(id) => self.types.underlying(id),
            other => Ok(other),
        }
    }

    pub(in crate::python) fn shape(
        &mut self,
        shape: &Shape,
        direction: Direction,
        scope: &Scope,
    ) -> Result<String, ShapeError> {
        let way = |taken: &str, given: &str| match direction {
            In => taken.to_owned(),
            Out => given.to_owned(),
        };
        Ok(match shape {
            Shape::Bool => "bool".to_owned(),
            Shape::Number(number) => number_of(*number).to_owned(),
            Shape::Complex { .. } => "complex".to_owned(),
            Shape::String => "str".to_owned(),
            Shape::Bytes => way("_bindings.Buffer | None", "bytes"),
            Shape::ByteArray(_) => way("_bindings.Buffer", "bytes"),
            Shape::Numbers(number) => {
                let item = number_of(*number);
                let given = format!("list[{item}]");
                let taken = format!("_abc.Iterable[{item}] | _bindings.Buffer | None");
                way(&taken, &given)
            }
            Shape::Slice(element) | Shape::Array(_, element) => {
                let item = self.shape(element, direction, scope)?;
                let none = match shape {
                    Shape::Slice(_) => " | None",
                    _ => "",
                };
                way(
                    &format!("_abc.Iterable[{item}]{none}"),
                    &format!("list[{item}]"),
                )
            }
            Shape::Map(key, value) => {
                let (key, value) = self.entry(key, value, direction, scope)?;
                way(
                    &format!("_abc.Mapping[{key}, {value}] | None"),
                    &format!("dict[{key}, {value}]"),
                )
            }
            Shape::Pointer(element) => {
                let element = self.shape(element, direction, scope)?;
                match direction {
                    In => {
                        let element = element.trim_end_matches(" | None");
                        optional(&format!("{element} | _usegolib.Ref[_t.Any]"))
                    }
                    Out => optional(&element),
                }
            }
            Shape::Named(id) => self.named(*id, direction, scope)?,
            Shape::Record(id) => {
                let mut classes = Vec::new();
                let is_object = self.types.declaration(*id).is_object();
                if direction == Out || !is_object || self.names.comes_by_value(*id) {
                    classes.push(self.class(*id, Form::Value, scope));
                }
                if direction == In {
                    if is_object {
                        classes.push(self.class(*id, Form::Object, scope));
                    }
                    classes.push("_abc.Mapping[str, _t.Any]".to_owned());
                }
                classes.join(" | ")
            }
            Shape::Object(id) => {
                let class = self.class(*id, Form::Object, scope);
                way(
                    &format!("{class} | _abc.Mapping[str, _t.Any] | None"),
                    &format!("{class} | _t.Any"),
                )
            }
            Shape::Opaque(id) => self.opaque(*id, direction, scope)?,
            Shape::Interface(id) => {
                let class = self.class(*id, Form::Object, scope);
                if direction == Out {
                    return Ok(format!("{class} | _t.Any"));
                }
                let bytes = if self.readers.contains(id) {
                    " | _bindings.Buffer"
                } else {
                    ""
                };
                let others = self.implementations(*id, scope)?;
                format!("{class}{bytes}{others} | None")
            }
            Shape::Any => "_t.Any".to_owned(),
            Shape::Error => way(
                "BaseException | str | None",
                "_usegolib.errors.GoError | None",
            ),
            Shape::Adapter(adapter) => self.adapter(*adapter, direction, scope),
        })
    }

    /// The annotation of what is read from a place in Go's memory: a field of an
    /// object, a package variable. Structs, maps and slices are live there.
    pub(in crate::python) fn live(
        &mut self,
        type_: &str,
        scope: &Scope,
    ) -> Result<String, ShapeError> {
        let shape = self.types.lower(type_)?;
        self.live_shape(&shape, scope)
    }

    pub(in crate::python) fn live_shape(
        &mut self,
        shape: &Shape,
        scope: &Scope,
    ) -> Result<String, ShapeError> {
        Ok(match shape {
            Shape::Numbers(number) => format!("_usegolib.GoSlice[{}]", number_of(*number)),
            Shape::Slice(element) | Shape::Array(_, element) => {
                format!("_usegolib.GoSlice[{}]", self.live_shape(element, scope)?)
            }
            Shape::Map(key, value) => {
                let (key, value) = self.live_entry(key, value, scope)?;
                format!("_usegolib.GoMap[{key}, {value}]")
            }
            Shape::Record(id) => self.class(*id, Form::Object, scope),
            Shape::Pointer(element) => optional(&self.live_shape(element, scope)?),
            Shape::Named(id) => {
                let underlying = self.types.underlying(*id)?;
                if !is_container(&underlying) {
                    return self.shape(shape, Out, scope);
                }
                let declaration = self.types.declaration(*id);
                if self.has_value_class(*id)? {
                    self.class(*id, Form::Object, scope)
                } else if declaration.recursive || mentions(&self.types, &underlying, *id) {
                    "_t.Any".to_owned()
                } else {
                    self.live_shape(&underlying, scope)?
                }
            }
            _ => self.shape(shape, Out, scope)?,
        })
    }

    /// The annotations of a live map's keys and values.
    pub(in crate::python) fn live_entry(
        &mut self,
        key: &Shape,
        value: &Shape,
        scope: &Scope,
    ) -> Result<(String, String), ShapeError> {
        let (key, copied) = self.entry(key, value, Out, scope)?;
        let value = match value {
            // Go can't address them there.
            Shape::Record(_) | Shape::Array(..) => copied,
            _ => self.live_shape(value, scope)?,
        };
        Ok((key, value))
    }

    /// The annotations of a map's keys and values.
    pub(in crate::python) fn entry(
        &mut self,
        key: &Shape,
        value: &Shape,
        direction: Direction,
        scope: &Scope,
    ) -> Result<(String, String), ShapeError> {
        let key = match key {
            // Structs and interfaces are hashable in their own ways.
            Shape::Record(_) | Shape::Interface(_) | Shape::Array(..) => "_t.Any".to_owned(),
            other => self.shape(other, direction, scope)?,
        };
        Ok((key, self.shape(value, direction, scope)?))
    }

    fn named(
        &mut self,
        id: TypeId,
        direction: Direction,
        scope: &Scope,
    ) -> Result<String, ShapeError> {
        let has_class = self.has_value_class(id)?;
        if direction == Out && has_class {
            return Ok(self.class(id, Form::Value, scope));
        }
        let declaration = self.types.declaration(id);
        let underlying = self.types.underlying(id)?;
        // The class of a bool is none of bool's.
        if has_class && matches!(underlying, Shape::Bool) {
            let class = self.class(id, Form::Value, scope);
            return Ok(format!("bool | {class}"));
        }
        // A type made of itself (`type List []List`) has no finite annotation.
        if declaration.recursive || mentions(&self.types, &underlying, id) {
            return Ok("_t.Any".to_owned());
        }
        self.shape(&underlying, direction, scope)
    }

    fn opaque(
        &mut self,
        id: TypeId,
        direction: Direction,
        scope: &Scope,
    ) -> Result<String, ShapeError> {
        let declaration = self.types.declaration(id);
        let types = &self.types;
        let items = iteration::items(declaration, |name| {
            types.find(name).map(|id| types.declaration(id))
        });
        let unnamed = declaration.pkg.is_empty() || declaration.pkg == "iter";
        if let (Some(items), true, Out) = (&items, unnamed, direction) {
            return self.iterated(items, declaration.kind, scope);
        }
        if let (TypeKind::Func, In, Some(signature)) =
            (declaration.kind, direction, &declaration.signature)
        {
            let mut taken = Vec::new();
            if !declaration.pkg.is_empty() {
                taken.push(self.class(id, Form::Object, scope));
            }
            taken.push(self.called(&signature.params, &signature.results, scope)?);
            if let Some(items) = items {
                taken.push(self.iterable(&items, scope)?);
            }
            taken.push("None".to_owned());
            return Ok(taken.join(" | "));
        }
        if let (TypeKind::Func, true, Some(signature)) = (
            declaration.kind,
            declaration.pkg.is_empty(),
            &declaration.signature,
        ) {
            let parameters: Vec<_> = signature
                .params
                .iter()
                .map(|parameter| self.parameter(parameter, scope))
                .collect::<Result<_, _>>()?;
            let variadic = signature.params.last().is_some_and(Parameter::is_variadic);
            let keywords = signature.params.iter().any(Parameter::is_context);
            let parameters = if variadic || keywords {
                "...".to_owned()
            } else {
                format!("[{}]", parameters.join(", "))
            };
            let results = match signature.results.split_last() {
                Some((last, rest)) if last == "error" => rest,
                _ => signature.results.as_slice(),
            };
            let result = self.values(results, scope)?;
            return Ok(format!("_abc.Callable[{parameters}, {result}] | _t.Any"));
        }
        if declaration.pkg.is_empty() && declaration.kind != TypeKind::Struct {
            return Ok(match direction {
                In => "_usegolib.GoObject | None".to_owned(),
                Out => "_usegolib.GoObject | _t.Any".to_owned(),
            });
        }
        let class = self.class(id, Form::Object, scope);
        Ok(match (declaration.kind, direction) {
            (TypeKind::Struct, _) => class,
            (_, In) => format!("{class} | None"),
            (_, Out) => format!("{class} | _t.Any"),
        })
    }

    /// The annotation of a sequence or channel without methods.
    fn iterated(
        &mut self,
        items: &Items,
        kind: TypeKind,
        scope: &Scope,
    ) -> Result<String, ShapeError> {
        let item = match items {
            Items::Dynamic => "_t.Any".to_owned(),
            Items::Typed(types) => self.values(types, scope)?,
        };
        // A channel may be nil for a reason, a sequence hardly.
        Ok(match kind {
            TypeKind::Chan => format!("_abc.Iterator[{item}] | _t.Any"),
            _ => format!("_abc.Iterator[{item}]"),
        })
    }

    /// time.Time and the like: a class with Go's methods, where the schema has
    /// the type.
    fn adapter(&mut self, adapter: Adapter, direction: Direction, scope: &Scope) -> String {
        let descriptor = adapter.descriptor();
        match (direction, self.types.find(descriptor.go_name)) {
            (In, _) => descriptor.annotation.to_owned(),
            (Out, Some(id)) if self.types.declaration(id).has_methods() => {
                self.class(id, Form::Value, scope)
            }
            (Out, _) => descriptor.wire.python().to_owned(),
        }
    }

    /// The name of a type's class, as it is written in a scope.
    pub(in crate::python) fn class(&mut self, id: TypeId, form: Form, scope: &Scope) -> String {
        let name = self.names.of(id, form, self.types.declaration(id));
        if !scope.contains(&name) {
            return name;
        }
        let alias = format!("_{name}");
        self.aliases.insert(alias.clone(), name);
        alias
    }
}

/// The annotation of what comes from Go where the classes of its types have no
/// names: for the fields of dataclasses that are made when a library is loaded.
pub fn anonymous(shape: &Shape) -> String {
    match shape {
        Shape::Bool => "bool".to_owned(),
        Shape::Number(number) => number_of(*number).to_owned(),
        Shape::Complex { .. } => "complex".to_owned(),
        Shape::String => "str".to_owned(),
        Shape::Bytes | Shape::ByteArray(_) => "bytes".to_owned(),
        Shape::Numbers(number) => format!("list[{}]", number_of(*number)),
        Shape::Slice(element) | Shape::Array(_, element) => {
            format!("list[{}]", anonymous(element))
        }
        Shape::Map(key, value) => format!("dict[{}, {}]", anonymous(key), anonymous(value)),
        Shape::Pointer(element) => format!("{} | None", anonymous(element)),
        Shape::Error => "GoError | None".to_owned(),
        Shape::Adapter(adapter) => adapter.descriptor().wire.python().to_owned(),
        Shape::Named(_)
        | Shape::Record(_)
        | Shape::Object(_)
        | Shape::Opaque(_)
        | Shape::Interface(_)
        | Shape::Any => "Any".to_owned(),
    }
}

/// Whether values are live maps or slices where they are not copies.
/// The annotation of several values: none, one or a tuple.
fn together(values: &[String]) -> String {
    match values {
        [] => "None".to_owned(),
        [one] => one.clone(),
        several => format!("tuple[{}]", several.join(", ")),
    }
}

fn is_container(shape: &Shape) -> bool {
    matches!(
        shape,
        Shape::Numbers(_) | Shape::Slice(_) | Shape::Array(..) | Shape::Map(..)
    )
}

pub(in crate::python) fn optional(annotation: &str) -> String {
    if annotation.ends_with("None") || annotation == "_t.Any" {
        annotation.to_owned()
    } else {
        format!("{annotation} | None")
    }
}

fn number_of(number: Number) -> &'static str {
    if number.is_float() { "float" } else { "int" }
}

/// Whether a shape contains a named type, itself or through other named types.
fn mentions(types: &TypeTable<'_>, shape: &Shape, wanted: TypeId) -> bool {
    let mut found = false;
    visit(types, shape, &mut |shape| {
        found |= *shape == Shape::Named(wanted);
    });
    found
}

/// The structs that come by value, as a result or in a field or variable.
fn records(schema: &Schema, types: &TypeTable<'_>) -> HashSet<TypeId> {
    let mut found = HashSet::new();
    let functions = schema.symbols.iter().chain(&schema.methods);
    let results = functions.flat_map(|function| &function.results);
    let fields = schema.types.iter().flat_map(|one| &one.fields);
    let variables = schema.vars.iter().map(|variable| &variable.type_);
    for type_ in results
        .chain(fields.map(|field| &field.type_))
        .chain(variables)
    {
        let shape = types.lower(type_);
        visit(types, &shape.unwrap_or(Shape::Any), &mut |shape| {
            if let Shape::Record(id) = shape {
                found.insert(*id);
            }
        });
    }
    found
}

/// Calls `each` with every part of a shape, named types taken apart.
fn visit(types: &TypeTable<'_>, shape: &Shape, each: &mut impl FnMut(&Shape)) {
    let mut seen = HashSet::new();
    let mut rest = vec![shape.clone()];
    while let Some(shape) = rest.pop() {
        each(&shape);
        match shape {
            Shape::Slice(element) | Shape::Array(_, element) | Shape::Pointer(element) => {
                rest.push(*element);
            }
            Shape::Map(key, value) => rest.extend([*key, *value]),
            Shape::Named(id) if seen.insert(id) => rest.extend(types.underlying(id)),
            _ => {}
        }
    }
}
