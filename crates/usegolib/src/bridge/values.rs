//! Statements that read and write values, by shape.
//!
//! Scalars are one call into the runtime; what has elements gets a function of
//! its own, made once per type and named after it.

use serde::Serialize;

use super::emit::{Emitter, Purpose};
use super::source::{Block, Body, Imports, render};
use super::types::TypeRef;
use super::{BridgeError, Origin};
use crate::schema::TypeKind;
use crate::schema::adapter::Wire;
use crate::schema::shape::{Number, Shape};

/// A value in generated code: how it is mentioned, and how a pointer to it is.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) value: String,
    pub(super) pointer: String,
    /// Whether a handle may share the place's memory; else it gets a copy.
    pub(super) shared: bool,
}

impl Place {
    /// A variable, field or element.
    pub(super) fn variable(name: impl Into<String>) -> Self {
        let value = name.into();
        let pointer = format!("&{value}");
        Self {
            value,
            pointer,
            shared: false,
        }
    }

    /// What the pointer variable `name` points to.
    pub(super) fn behind(name: &str) -> Self {
        Self {
            value: format!("*{name}"),
            pointer: name.to_owned(),
            shared: false,
        }
    }

    /// The same place, which handles may share.
    pub(super) fn shared(self) -> Self {
        Self {
            shared: true,
            ..self
        }
    }

    /// The array in this place as a slice.
    fn slice(&self) -> String {
        match self.value.strip_prefix('*') {
            // Slicing a pointer to an array slices the array.
            Some(_) => format!("{}[:]", self.pointer),
            None => format!("{}[:]", self.value),
        }
    }
}

#[derive(Serialize)]
struct HelperContext<'c> {
    name: &'c str,
    go_type: &'c str,
    element: &'c str,
    key: &'c str,
    handles: bool,
    body: String,
}

impl Emitter<'_, '_> {
    /// Adds statements that read a value into the new variable `name`, and
    /// returns the expression that passes it on.
    pub(super) fn decode_variable(
        &mut self,
        of: &TypeRef,
        name: &str,
        body: &mut Body,
    ) -> Result<String, BridgeError> {
        match &of.shape {
            Shape::Record(id) => {
                let go_type = self.plan.go_type(&of.text, &mut body.imports);
                body.line(format!("var {name} {go_type}"));
                self.decode_into(of, &Place::variable(name), body)?;
                // What may hold a lock is copied where vet doesn't mind.
                if self.plan.declaration(*id).hidden {
                    return Ok(format!("bridge.Value(&{name})"));
                }
            }
            Shape::Opaque(id) if self.plan.declaration(*id).kind == TypeKind::Struct => {
                let go_type = self.plan.go_type(&of.text, &mut body.imports);
                body.line(format!("{name} := bridge.Box[{go_type}](d)"));
                return Ok(format!("bridge.Value({name})"));
            }
            _ => {
                let expression = self.decode_expression(of, &mut body.imports)?;
                body.line(format!("{name} := {expression}"));
            }
        }
        Ok(name.to_owned())
    }

    /// Adds statements that read a value into `place`.
    pub(super) fn decode_into(
        &mut self,
        of: &TypeRef,
        place: &Place,
        body: &mut Body,
    ) -> Result<(), BridgeError> {
        if !self.plan.is_nameable(&of.text) || !self.is_straight_inside(of)? {
            body.line(format!("bridge.Decode(d, {})", place.pointer));
        } else if let Shape::Record(id) = of.shape {
            let function = self.record_decoder(id)?;
            body.line(format!("{function}(d, {})", place.pointer));
        } else {
            let expression = self.decode_expression(of, &mut body.imports)?;
            body.line(format!("{} = {expression}", place.value));
        }
        Ok(())
    }

    /// An expression that reads a value of a type that generated code can name.
    fn decode_expression(
        &mut self,
        of: &TypeRef,
        imports: &mut Imports,
    ) -> Result<String, BridgeError> {
        if !self.is_straight_inside(of)? {
            let go_type = self.plan.go_type(&of.text, imports);
            return Ok(format!("bridge.Read[{go_type}](d)"));
        }
        let named = |this: &Self, imports: &mut Imports| this.plan.go_type(&of.text, imports);
        Ok(match &of.shape {
            Shape::Bool => "d.Bool()".to_owned(),
            Shape::Number(number) => format!("d.{}()", number.method_name()),
            Shape::Complex { wide } => format!("d.{}()", complex(*wide)),
            Shape::String => "d.String()".to_owned(),
            Shape::Bytes => "d.Bytes()".to_owned(),
            Shape::ByteArray(n) => format!("[{n}]byte(d.FixedBytes({n}))"),
            Shape::Numbers(number) => format!("d.{}s()", number.method_name()),
            Shape::Slice(_) | Shape::Array(..) | Shape::Map(..) | Shape::Pointer(_) => {
                format!("{}(d)", self.decoder(of)?)
            }
            Shape::Named(id) => {
                let inner = self.plan.underlying(*id)?;
                let expression = self.decode_expression(&inner, imports)?;
                format!("{}({expression})", named(self, imports))
            }
            Shape::Record(id) => format!("bridge.ReadBy(d, {})", self.record_decoder(*id)?),
            Shape::Object(id) => self.object_expression(*id, imports)?,
            Shape::Opaque(id) if self.plan.declaration(*id).kind == TypeKind::Struct => {
                format!("bridge.Value(bridge.Box[{}](d))", named(self, imports))
            }
            Shape::Opaque(_) => format!("bridge.Opaque[{}](d)", named(self, imports)),
            Shape::Interface(_) => format!("bridge.Interface[{}](d)", named(self, imports)),
            Shape::Any => "d.Any()".to_owned(),
            Shape::Error => "d.Error()".to_owned(),
            Shape::Adapter(adapter) => match adapter.descriptor().wire {
                Wire::Number(number) => {
                    format!("{}(d.{}())", named(self, imports), number.method_name())
                }
                Wire::Text {
                    method,
                    bytes: false,
                    ..
                } => format!("d.{method}()"),
                Wire::Text {
                    method,
                    bytes: true,
                    ..
                } => {
                    format!("{}(d.{method}())", named(self, imports))
                }
            },
        })
    }

    /// Adds statements that write a response with the one result in `place`.
    pub(super) fn succeed(
        &mut self,
        of: &TypeRef,
        place: &Place,
        body: &mut Body,
    ) -> Result<(), BridgeError> {
        match of.shape {
            Shape::Number(number) if number.is_signed() => {
                let value = signed(number, &place.value);
                body.line(format!("e.SuccessInt64({value})"));
                Ok(())
            }
            Shape::String => {
                body.line(format!("e.SuccessString({})", place.value));
                Ok(())
            }
            _ => {
                body.line("e.Success()");
                self.encode(of, place, body)
            }
        }
    }

    /// Adds statements that write the value in `place`.
    pub(super) fn encode(
        &mut self,
        of: &TypeRef,
        place: &Place,
        body: &mut Body,
    ) -> Result<(), BridgeError> {
        if !self.is_encodable(of) || !self.is_straight_inside(of)? {
            body.line(format!("bridge.Encode(e, {})", place.pointer));
            return Ok(());
        }
        let value = &place.value;
        let line = match &of.shape {
            Shape::Named(id) => {
                let inner = self.plan.underlying(*id)?;
                let inner_place = self.as_underlying(&inner, place, &mut body.imports);
                return self.encode(&inner, &inner_place, body);
            }
            Shape::Bool => format!("e.Bool({value})"),
            Shape::Number(number) => number_encoder(*number, value),
            Shape::Complex { wide: true } => format!("e.Complex128({value})"),
            Shape::Complex { wide: false } => format!("e.Complex128(complex128({value}))"),
            Shape::String => format!("e.String({value})"),
            Shape::Bytes => format!("e.Bytes({value})"),
            Shape::ByteArray(_) => format!("e.ByteArray({})", place.slice()),
            Shape::Numbers(number) => format!("e.{}s({value})", number.method_name()),
            Shape::Array(..) => format!("{}(e, {})", self.encoder(of)?, place.pointer),
            Shape::Slice(_) | Shape::Map(..) | Shape::Pointer(_) => {
                format!("{}(e, {value})", self.encoder(of)?)
            }
            Shape::Record(id) => format!("{}(e, {})", self.record_encoder(*id)?, place.pointer),
            Shape::Opaque(id) if self.plan.declaration(*id).kind == TypeKind::Struct => {
                if place.shared {
                    format!("e.Box({}, {})", id.0, place.pointer)
                } else {
                    format!("e.Box({}, bridge.Copy({}))", id.0, place.pointer)
                }
            }
            Shape::Object(id) | Shape::Opaque(id) => format!("e.Object({}, {value})", id.0),
            Shape::Interface(_) | Shape::Any => format!("e.Any({value})"),
            Shape::Error => format!("e.Error({value})"),
            Shape::Adapter(adapter) => match adapter.descriptor().wire {
                Wire::Number(number) => {
                    number_encoder(number, &format!("{}({value})", number.go_name()))
                }
                Wire::Text { method, .. } => format!("e.{method}({value})"),
            },
        };
        body.line(line);
        Ok(())
    }

    /// Whether the value of a type is read and written by straight-line code: a
    /// call into the runtime, or a function that the budget still has room for.
    fn is_straight_inside(&mut self, of: &TypeRef) -> Result<bool, BridgeError> {
        Ok(match &of.shape {
            Shape::Record(_)
            | Shape::Slice(_)
            | Shape::Array(..)
            | Shape::Map(..)
            | Shape::Pointer(_) => self.is_straight(&of.text),
            Shape::Named(id) => {
                let inner = self.plan.underlying(*id)?;
                self.is_straight_inside(&inner)?
            }
            _ => true,
        })
    }

    /// Whether a key of a map is, or may hold, a dynamic value, which may be of a type
    /// that Go can't compare.
    fn may_be_unhashable(&self, key: &TypeRef) -> Result<bool, BridgeError> {
        Ok(match key.shape {
            Shape::Any
            | Shape::Error
            | Shape::Interface(_)
            | Shape::Array(..)
            | Shape::Record(_) => true,
            Shape::Named(id) => self.may_be_unhashable(&self.plan.underlying(id)?)?,
            _ => false,
        })
    }

    /// Whether a value can be written without naming its type, or the type can
    /// be named.
    fn is_encodable(&self, of: &TypeRef) -> bool {
        match of.shape {
            Shape::Object(_) | Shape::Opaque(_) | Shape::Interface(_) => true,
            _ => self.plan.is_nameable(&of.text),
        }
    }

    /// A named value as one of its underlying type.
    fn as_underlying(&self, inner: &TypeRef, place: &Place, imports: &mut Imports) -> Place {
        match inner.shape {
            // The encoder's own conversion does.
            Shape::Number(number)
                if !matches!(number, Number::Int64 | Number::Uint64 | Number::Float64) =>
            {
                place.clone()
            }
            Shape::Bool | Shape::String | Shape::Complex { .. } | Shape::Number(_) => Place {
                value: format!(
                    "{}({})",
                    self.plan.go_type(&inner.text, imports),
                    place.value
                ),
                ..place.clone()
            },
            Shape::Array(..) => Place {
                pointer: format!(
                    "(*{})({})",
                    self.plan.go_type(&inner.text, imports),
                    place.pointer
                ),
                ..place.clone()
            },
            // Go assigns the others as they are.
            _ => place.clone(),
        }
    }

    /// The function that reads values of a type with elements.
    pub(super) fn decoder(&mut self, of: &TypeRef) -> Result<String, BridgeError> {
        let (name, fresh) = self.function(Purpose::Decode, "decode", &of.text);
        if !fresh {
            return Ok(name);
        }
        let mut body = Body::default();
        let go_type = self.plan.go_type(&of.text, &mut body.imports);
        let mut key_type = String::new();
        let mut element_type = String::new();
        let mut handles = false;
        let template = match &of.shape {
            Shape::Slice(_) => {
                let (_, item) = self.plan.parts(of)?;
                self.decode_into(&item, &Place::variable("v[i]"), &mut body)?;
                "decode_slice.go"
            }
            Shape::Array(..) => {
                let (_, item) = self.plan.parts(of)?;
                self.decode_into(&item, &Place::variable("v[i]"), &mut body)?;
                "decode_array.go"
            }
            Shape::Map(..) => {
                let (key, value) = self.plan.parts(of)?;
                let key = key.expect("a map has a key type");
                key_type = self.plan.go_type(&key.text, &mut body.imports);
                element_type = self.plan.go_type(&value.text, &mut body.imports);
                self.decode_into(&key, &Place::variable("k"), &mut body)?;
                if self.may_be_unhashable(&key)? {
                    body.line("d.CheckKey(k)");
                }
                self.decode_into(&value, &Place::variable("x"), &mut body)?;
                "decode_map.go"
            }
            Shape::Pointer(_) => {
                let (_, target) = self.plan.parts(of)?;
                element_type = self.plan.go_type(&target.text, &mut body.imports);
                handles = true;
                self.decode_into(&target, &Place::behind("v"), &mut body)?;
                "decode_pointer.go"
            }
            _ => unreachable!("only types with elements have their own decoder"),
        };
        let text = render(
            template,
            HelperContext {
                name: &name,
                go_type: &go_type,
                element: &element_type,
                key: &key_type,
                handles,
                body: body.indented(if template == "decode_pointer.go" {
                    1
                } else {
                    2
                }),
            },
        )?;
        let origin = Origin::of_type(&of.text);
        self.emit("values", Block::new(body.imports, text, vec![origin]));
        Ok(name)
    }

    /// The function that writes values of a type with elements.
    fn encoder(&mut self, of: &TypeRef) -> Result<String, BridgeError> {
        let (name, fresh) = self.function(Purpose::Encode, "encode", &of.text);
        if !fresh {
            return Ok(name);
        }
        let mut body = Body::default();
        let mut go_type = self.plan.go_type(&of.text, &mut body.imports);
        match &of.shape {
            Shape::Slice(_) => {
                let (_, item) = self.plan.parts(of)?;
                nil_is_nil(&mut body);
                body.line("e.Array(len(v))");
                body.open("for i := range v {");
                self.encode(&item, &Place::variable("v[i]"), &mut body)?;
                body.close();
                body.line("e.Leave()");
            }
            Shape::Array(..) => {
                go_type.insert(0, '*');
                let (_, item) = self.plan.parts(of)?;
                body.line("e.Array(len(v))");
                body.open("for i := range v {");
                self.encode(&item, &Place::variable("v[i]"), &mut body)?;
                body.close();
                body.line("e.Leave()");
            }
            Shape::Map(..) => {
                let (key, value) = self.plan.parts(of)?;
                let key = key.expect("a map has a key type");
                nil_is_nil(&mut body);
                body.line("e.Map(len(v))");
                body.open("for k, x := range v {");
                self.encode(&key, &Place::variable("k"), &mut body)?;
                self.encode(&value, &Place::variable("x"), &mut body)?;
                body.close();
                body.line("e.Leave()");
            }
            Shape::Pointer(_) => {
                let (_, target) = self.plan.parts(of)?;
                nil_is_nil(&mut body);
                self.encode(&target, &Place::behind("v"), &mut body)?;
            }
            _ => unreachable!("only types with elements have their own encoder"),
        }
        let text = render(
            "encode_helper.go",
            HelperContext {
                name: &name,
                go_type: &go_type,
                element: "",
                key: "",
                handles: false,
                body: body.indented(1),
            },
        )?;
        let origin = Origin::of_type(&of.text);
        self.emit("values", Block::new(body.imports, text, vec![origin]));
        Ok(name)
    }
}

/// Begins the body of an encoder of something that can be nil.
fn nil_is_nil(body: &mut Body) {
    body.open("if v == nil {");
    body.line("e.Nil()");
    body.line("return");
    body.close();
}

fn complex(wide: bool) -> &'static str {
    if wide { "Complex128" } else { "Complex64" }
}

/// A signed integer as an int64.
fn signed(number: Number, value: &str) -> String {
    match number {
        Number::Int64 => value.to_owned(),
        _ => format!("int64({value})"),
    }
}

fn number_encoder(number: Number, value: &str) -> String {
    match number {
        Number::Uint64 => format!("e.Uint64({value})"),
        Number::Float64 => format!("e.Float64({value})"),
        Number::Float32 => format!("e.Float64(float64({value}))"),
        _ if number.is_signed() => format!("e.Int64({})", signed(number, value)),
        _ => format!("e.Uint64(uint64({value}))"),
    }
}
