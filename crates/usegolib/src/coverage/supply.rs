//! What Python can give a function: whether every parameter can be given a
//! value that Python makes or that the module itself hands out.
//!
//! Data, structs and `any` are made in Python, and bytes stand for readers. callables for funcs, objects for interfaces whose methods they
//! can have. Values of other interfaces and of channels come from Go only, so a function that wants one is out of reach
//! where nothing that can be called hands one out. A type's methods are out of
//! reach where no value of it can be had.

use std::collections::{HashMap, HashSet};

use crate::schema::expression::{self, Expression, Token};
use crate::schema::readers;
use crate::schema::reason::{Obstacle, Place, Reason};
use crate::schema::shape::{Shape, TypeId, TypeTable};
use crate::schema::{Function, Schema, TypeKind};

/// The values of one module that Python can have.
#[derive(Debug)]
pub struct Supply<'a> {
    table: TypeTable<'a>,
    /// Methods of each type, as interfaces compare them.
    methods: HashMap<&'a str, HashSet<String>>,
    /// Types of which there are values that Go hands out.
    handed_out: HashSet<TypeId>,
    /// Interfaces that bytes can be given for.
    readers: HashSet<TypeId>,
}

impl<'a> Supply<'a> {
    /// Follows what the functions of `schema` hand out to each other.
    pub fn new(schema: &'a Schema) -> Self {
        let mut methods: HashMap<&str, HashSet<String>> = HashMap::new();
        for method in &schema.methods {
            let of_type = methods.entry(method.recv.as_deref().unwrap_or_default());
            of_type.or_default().insert(method.comparable());
        }
        let mut supply = Self {
            table: TypeTable::new(schema),
            methods,
            handed_out: HashSet::new(),
            readers: readers::readers(schema),
        };
        for var in &schema.vars {
            supply.hand_out(&var.type_);
        }
        let mut waiting: Vec<_> = schema.symbols.iter().chain(&schema.methods).collect();
        loop {
            let before = waiting.len();
            waiting.retain(|function| {
                let missing = supply.obstacle(function).is_some();
                if !missing {
                    for result in &function.results {
                        supply.hand_out(result);
                    }
                }
                missing
            });
            if waiting.len() == before {
                return supply;
            }
        }
    }

    /// What keeps Python from calling `function` in a useful way; `None` if
    /// nothing does.
    pub fn obstacle(&self, function: &Function) -> Option<Reason> {
        if let Some(receiver) = &function.recv
            && !self.is_available(receiver)
        {
            return Some(Reason {
                place: Some(Place::Receiver),
                obstacle: Obstacle::NoValue {
                    type_: receiver.clone(),
                },
            });
        }
        let wanted = (1..).zip(&function.params).find(|(_, parameter)| {
            // Nothing need be given for a variadic one.
            !parameter.is_variadic()
                && !parameter.is_context()
                && !self.is_available(&parameter.type_)
        });
        if let Some((number, parameter)) = wanted {
            return Some(Reason {
                place: Some(Place::Parameter {
                    name: parameter.name.clone(),
                    number,
                }),
                obstacle: Obstacle::NoValue {
                    type_: parameter.type_.clone(),
                },
            });
        }
        let is_iterator = |result: &str| {
            let first = expression::tokens(result).next();
            matches!(
                first,
                Some(Token::Qualified {
                    path: "iter",
                    name: "Seq" | "Seq2"
                })
            )
        };
        let of = u32::try_from(function.results.len()).unwrap_or(u32::MAX);
        let mut results = (1..).zip(&function.results);
        let (number, result) = results.find(|(_, result)| is_iterator(result))?;
        Some(Reason {
            place: Some(Place::Result { number, of }),
            obstacle: Obstacle::Iterator {
                type_: result.clone(),
            },
        })
    }

    fn is_available(&self, type_: &str) -> bool {
        // What has no shape is refused with a reason of its own.
        self.table
            .lower(type_)
            .is_ok_and(|shape| self.has(shape, &mut HashSet::new()))
    }

    /// Whether there are values of a shape; `within` are the types that it is a
    /// part of, or that would be had by it.
    fn has(&self, shape: Shape, within: &mut HashSet<TypeId>) -> bool {
        let mut entered = Vec::new();
        let found = self.has_innermost(shape, within, &mut entered);
        for id in entered {
            within.remove(&id);
        }
        found
    }

    /// Follows a shape to what it is a container of, a step at a time: chains of
    /// declared types are as long as modules make them. The types on the way are
    /// `entered`.
    fn has_innermost(
        &self,
        mut shape: Shape,
        within: &mut HashSet<TypeId>,
        entered: &mut Vec<TypeId>,
    ) -> bool {
        loop {
            let next = match shape {
                Shape::Slice(element) | Shape::Array(_, element) | Shape::Pointer(element) => {
                    Some(*element)
                }
                Shape::Map(_, value) => Some(*value),
                Shape::Named(id) => {
                    // A type made of itself is as available as the rest of it.
                    if !within.insert(id) {
                        return true;
                    }
                    entered.push(id);
                    self.table.underlying(id).ok()
                }
                Shape::Object(id) | Shape::Opaque(id) => {
                    let declaration = self.table.declaration(id);
                    let handed_out = self.handed_out.contains(&id);
                    match declaration.kind {
                        TypeKind::Struct => return !declaration.unnameable || handed_out,
                        // Any callable of Python's is one.
                        TypeKind::Func if declaration.signature.is_some() => return true,
                        // Go makes a pointer to any value that is given instead.
                        TypeKind::Pointer if !handed_out => {
                            match expression::parse(&declaration.name) {
                                Expression::Pointer(pointee) => self.table.lower(pointee).ok(),
                                _ => None,
                            }
                        }
                        _ => return handed_out,
                    }
                }
                Shape::Interface(id) => {
                    if self.readers.contains(&id)
                        || self.handed_out.contains(&id)
                        || self.is_implementable(id)
                    {
                        return true;
                    }
                    // What would be needed to make itself.
                    if !within.insert(id) {
                        return false;
                    }
                    entered.push(id);
                    return self.is_implemented(id, within);
                }
                _ => return true,
            };
            match next {
                Some(next) => shape = next,
                None => return false,
            }
        }
    }

    /// Whether Python's own objects can be values of an interface.
    fn is_implementable(&self, interface: TypeId) -> bool {
        let declaration = self.table.declaration(interface);
        !declaration.is_sealed() && self.methods.contains_key(declaration.name.as_str())
    }

    /// Whether a type of which there are values has the interface's methods.
    fn is_implemented(&self, interface: TypeId, within: &mut HashSet<TypeId>) -> bool {
        let name = self.table.declaration(interface).name.as_str();
        let Some(wanted) = self.methods.get(name) else {
            return false;
        };
        self.methods.iter().any(|(name, methods)| {
            wanted.is_subset(methods)
                && self.table.find(name).is_some_and(|id| {
                    let declaration = self.table.declaration(id);
                    let shape = self.table.lower(&declaration.name);
                    declaration.kind != TypeKind::Interface
                        && shape.is_ok_and(|shape| self.has(shape, within))
                })
        })
    }

    fn hand_out(&mut self, type_: &str) {
        let Ok(shape) = self.table.lower(type_) else {
            return;
        };
        let mut shapes = vec![shape];
        while let Some(shape) = shapes.pop() {
            match shape {
                Shape::Slice(element) | Shape::Array(_, element) | Shape::Pointer(element) => {
                    shapes.push(*element);
                }
                Shape::Map(_, value) => shapes.push(*value),
                Shape::Named(id)
                | Shape::Record(id)
                | Shape::Object(id)
                | Shape::Opaque(id)
                | Shape::Interface(id)
                    if self.handed_out.insert(id) =>
                {
                    let declaration = self.table.declaration(id);
                    let fields = declaration.fields.iter().chain(&declaration.promoted);
                    let parts = fields.map(|field| field.type_.as_str());
                    // What a func value returns when it is called.
                    let results = declaration.signature.iter().flat_map(|s| &s.results);
                    let parts = parts.chain(results.map(String::as_str));
                    let inner = (declaration.kind == TypeKind::Value)
                        .then_some(declaration.underlying.as_str());
                    shapes.extend(
                        parts
                            .chain(inner)
                            .filter_map(|part| self.table.lower(part).ok()),
                    );
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Supply;
    use crate::schema::{Function, Parameter, Schema, Signature, TypeDeclaration, TypeKind};

    fn function(name: &str, params: &[&str], results: &[&str]) -> Function {
        Function {
            name: name.to_owned(),
            params: params
                .iter()
                .map(|type_| Parameter {
                    name: "p".to_owned(),
                    type_: (*type_).to_owned(),
                    ..Parameter::default()
                })
                .collect(),
            results: results.iter().map(|&type_| type_.to_owned()).collect(),
            ..Function::default()
        }
    }

    fn method(recv: &str, name: &str) -> Function {
        Function {
            recv: Some(recv.to_owned()),
            ..function(name, &["[]byte"], &["int", "error"])
        }
    }

    fn declaration(name: &str, kind: TypeKind) -> TypeDeclaration {
        TypeDeclaration {
            name: name.to_owned(),
            ident: name.to_owned(),
            kind,
            pointer_methods: true,
            signature: (kind == TypeKind::Func).then(Signature::default),
            ..TypeDeclaration::default()
        }
    }

    fn schema(symbols: Vec<Function>) -> Schema {
        Schema {
            symbols,
            methods: vec![method("io.Reader", "Read"), method("bytes.Buffer", "Read")],
            types: vec![
                TypeDeclaration {
                    sealed: true,
                    ..declaration("io.Reader", TypeKind::Interface)
                },
                declaration("m.Option", TypeKind::Func),
                declaration("func()", TypeKind::Func),
            ],
            ..Schema::default()
        }
    }

    fn reached(schema: &Schema, name: &str) -> bool {
        let supply = Supply::new(schema);
        let mut symbols = schema.symbols.iter();
        let function = symbols.find(|one| one.name == name).unwrap();
        supply.obstacle(function).is_none()
    }

    #[test]
    fn an_interface_that_only_a_list_of_it_implements_is_not_had() {
        let mut schema = schema(vec![function("ReadAll", &["io.Reader"], &["[]byte"])]);
        schema.methods.push(method("m.Readers", "Read"));
        schema.types.push(TypeDeclaration {
            underlying: "[]io.Reader".to_owned(),
            ..declaration("m.Readers", TypeKind::Value)
        });
        assert!(!reached(&schema, "ReadAll"));
        schema
            .types
            .push(declaration("bytes.Buffer", TypeKind::Struct));
        assert!(reached(&schema, "ReadAll"));
    }

    #[test]
    fn interfaces_are_had_where_something_implements_them() {
        let mut schema = schema(vec![function("ReadAll", &["io.Reader"], &["[]byte"])]);
        assert!(!reached(&schema, "ReadAll"));
        let mut buffer = declaration("bytes.Buffer", TypeKind::Struct);
        schema.types.push(buffer.clone());
        assert!(reached(&schema, "ReadAll"));
        // One that can't be made must be handed out.
        schema.types.pop();
        buffer.unnameable = true;
        schema.types.push(buffer);
        assert!(!reached(&schema, "ReadAll"));
        schema
            .symbols
            .push(function("Buffer", &[], &["*bytes.Buffer"]));
        assert!(reached(&schema, "ReadAll"));
    }

    #[test]
    fn callables_are_funcs_and_objects_are_what_they_can_implement() {
        let mut schema = schema(vec![
            function("Apply", &["m.Option"], &["[]func()"]),
            function("Run", &["func()"], &[]),
            function("ReadAll", &["io.Reader"], &[]),
        ]);
        assert!(reached(&schema, "Apply"));
        assert!(reached(&schema, "Run"));
        assert!(!reached(&schema, "ReadAll"));
        schema.types[0].sealed = false;
        assert!(reached(&schema, "ReadAll"));
    }

    #[test]
    fn funcs_of_unknown_signatures_are_had_where_they_are_handed_out() {
        let mut schema = schema(vec![function("Apply", &["m.Option"], &[])]);
        for declaration in &mut schema.types {
            declaration.signature = None;
        }
        assert!(!reached(&schema, "Apply"));
        schema
            .symbols
            .push(function("With", &["int"], &["m.Option"]));
        assert!(reached(&schema, "Apply"));
    }

    #[test]
    fn a_chain_of_types_of_any_length_is_followed() {
        let mut schema = schema(vec![function("Take", &["m.T99999"], &[])]);
        schema.types.extend((0..100_000).map(|n| TypeDeclaration {
            underlying: match n {
                0 => "[]io.Reader".to_owned(),
                n => format!("[]m.T{}", n - 1),
            },
            ..declaration(&format!("m.T{n}"), TypeKind::Value)
        }));
        assert!(!reached(&schema, "Take"));
        schema
            .types
            .push(declaration("bytes.Buffer", TypeKind::Struct));
        assert!(reached(&schema, "Take"));
    }

    #[test]
    fn obstacles_name_parameter_and_type() {
        let schema = schema(vec![function("ReadAll", &["int", "io.Reader"], &[])]);
        assert_eq!(
            Supply::new(&schema)
                .obstacle(&schema.symbols[0])
                .unwrap()
                .to_string(),
            "parameter p takes io.Reader, which Python can't give yet"
        );
    }
}
