//! How the first argument of a method is read.
//!
//! A receiver is a handle, or the value of its type. A value that the method may
//! have changed goes back with the response.

use std::collections::HashMap;

use serde::Serialize;

use super::BridgeError;
use super::output::{Body, render};
use super::types::{Generator, Purpose, TypeRef};
use super::values::Place;
use crate::schema::expression::{self, Expression};
use crate::schema::shape::{Shape, TypeId};
use crate::schema::{Function, TypeKind};

/// How many methods have to be alike to be called by one function.
const SHARED: usize = 3;

/// The receiver of a method, after the statements that read it.
pub(super) struct Receiver {
    /// The expression to call the method on.
    pub(super) expression: String,
    /// The receiver's type and place, if it has to go back when it was given by
    /// value; whether it was is in the variable `byValue`.
    pub(super) returned: Option<(TypeRef, Place)>,
}

/// The receiver of a method of a type that generated code can't name.
pub(super) enum UnnameableReceiver {
    /// It is in an interface that has the method.
    Interface(Receiver),
    /// It is in an `any`; `returns` says whether `byValue` is set.
    Reflected { returns: bool },
}

#[derive(Serialize)]
struct ReceiveContext<'c> {
    name: &'c str,
    go_type: &'c str,
    body: String,
}

impl Generator<'_> {
    /// Adds statements that read the receiver of `method`, a method of a type
    /// that generated code can name.
    pub(super) fn receiver(
        &mut self,
        method: &Function,
        body: &mut Body,
    ) -> Result<Receiver, BridgeError> {
        let text = method.recv.as_deref().unwrap_or_default();
        let of = self.lower(text, &format!("{text}.{}", method.name))?;
        let read = match &of.shape {
            Shape::Interface(_) => Some("Interface"),
            Shape::Opaque(id) if self.declaration(*id).kind == TypeKind::Struct => Some("Box"),
            Shape::Opaque(_) => Some("Opaque"),
            _ => None,
        };
        if let Some(read) = read {
            let go_type = self.go_type(text, &mut body.imports);
            body.line(format!("receiver := bridge.{read}[{go_type}](d)"));
            return Ok(Receiver {
                expression: "receiver".to_owned(),
                returned: None,
            });
        }

        let returns = method.pointer || self.is_changeable(&of.shape)?;
        let function = self.receive_function(&of)?;
        let second = if returns { "byValue" } else { "_" };
        body.line(format!("receiver, {second} := {function}(d)"));
        Ok(Receiver {
            expression: "receiver".to_owned(),
            returned: returns.then(|| (of.clone(), Place::behind("receiver"))),
        })
    }

    /// Adds the statements that read a receiver whose type generated code can't
    /// name. The method is called through an interface that has just that method
    /// or, where that can't be written either, by reflection.
    pub(super) fn unnameable_receiver(
        &mut self,
        method: &Function,
        body: &mut Body,
    ) -> Result<UnnameableReceiver, BridgeError> {
        let text = method.recv.as_deref().unwrap_or_default();
        let of = self.lower(text, &format!("{text}.{}", method.name))?;
        let number = self.table.find(text).map_or(u32::MAX, |id| id.0);
        let returns = matches!(of.shape, Shape::Named(_))
            && (method.pointer || self.is_changeable(&of.shape)?);
        let second = if returns { "byValue" } else { "_" };
        if !self.is_exact(method) {
            body.line(format!(
                "receiver, {second} := bridge.ReceiveAny(d, {number})"
            ));
            return Ok(UnnameableReceiver::Reflected { returns });
        }
        let literal = method_interface(method);
        let interface = self.go_type(&literal, &mut body.imports);
        body.line(format!(
            "receiver, {second} := bridge.Receive[{interface}](d, {number})"
        ));
        // The interface holds the pointer.
        let place = Place {
            value: "*receiver".to_owned(),
            pointer: "receiver".to_owned(),
            shared: false,
        };
        Ok(UnnameableReceiver::Interface(Receiver {
            expression: "receiver".to_owned(),
            returned: returns.then_some((of, place)),
        }))
    }

    /// The methods that one generated function can serve, by what they share: the
    /// name and the signature. Their receivers are handles or interfaces, and
    /// there are enough of them: a client, its transactions and its pipelines
    /// often have hundreds of methods in common.
    pub(super) fn shared_methods(&self) -> HashMap<String, usize> {
        let mut counts = HashMap::new();
        for method in &self.schema.methods {
            if self.is_shareable(method) {
                *counts.entry(method_interface(method)).or_insert(0) += 1;
            }
        }
        counts.retain(|_, count| *count >= SHARED);
        counts
    }

    /// Whether a method can be called through an interface on any receiver.
    pub(super) fn is_shareable(&self, method: &Function) -> bool {
        let recv = method.recv.as_deref().unwrap_or_default();
        self.is_nameable(recv)
            && self.is_exact(method)
            && match self.table.lower(recv) {
                Ok(Shape::Interface(_)) => true,
                Ok(Shape::Opaque(id)) => self.declaration(id).kind == TypeKind::Struct,
                _ => false,
            }
    }

    /// Adds the statement that reads the receiver of a shared method.
    pub(super) fn shared_receiver(&self, method: &Function, body: &mut Body) -> Receiver {
        let interface = self.go_type(&method_interface(method), &mut body.imports);
        body.line(format!("receiver := bridge.Method[{interface}](d)"));
        Receiver {
            expression: "receiver".to_owned(),
            returned: None,
        }
    }

    /// Whether the schema has the very signature of a method. Where a parameter's
    /// type can't be named, the schema has the type underneath, which has no
    /// name; Go would take its values, but not the method for another one.
    fn is_exact(&self, method: &Function) -> bool {
        let has_name = |text: &str| match expression::parse(text) {
            Expression::Leaf(leaf) => !leaf.contains(['{', '(', ' ']),
            Expression::Pointer(_) | Expression::Variadic(_) => true,
            _ => false,
        };
        method
            .params
            .iter()
            .all(|param| has_name(&param.type_) && self.is_nameable(&param.type_))
            && method.results.iter().all(|text| self.is_nameable(text))
    }

    /// Whether a method with a value receiver can change what the caller sees:
    /// the type is a slice or a map.
    fn is_changeable(&self, shape: &Shape) -> Result<bool, BridgeError> {
        Ok(match shape {
            Shape::Named(id) => matches!(
                self.underlying(*id)?.shape,
                Shape::Bytes | Shape::Numbers(_) | Shape::Slice(_) | Shape::Map(..)
            ),
            _ => false,
        })
    }

    /// The function that reads a receiver and says whether it was a value.
    fn receive_function(&mut self, of: &TypeRef) -> Result<String, BridgeError> {
        let (name, fresh) = self.function(Purpose::Receive, "receive", &of.text);
        if !fresh {
            return Ok(name);
        }
        let mut body = Body::default();
        let go_type = self.go_type(&of.text, &mut body.imports);
        self.decode_into(of, &Place::behind("v"), &mut body)?;
        let text = render(
            "receive.go",
            ReceiveContext {
                name: &name,
                go_type: &go_type,
                body: body.indented(1),
            },
        )?;
        let package = self
            .table
            .find(&of.text)
            .map_or("", |id: TypeId| self.declaration(id).pkg.as_str());
        let stem = self.stem(package, "types");
        self.emit(&stem, body.imports, text);
        Ok(name)
    }
}

/// The interface with just this method, as a type expression.
pub(super) fn method_interface(method: &Function) -> String {
    let params: Vec<_> = method
        .params
        .iter()
        .map(|param| param.type_.as_str())
        .collect();
    let results = match &method.results[..] {
        [] => String::new(),
        [one] => format!(" {one}"),
        several => format!(" ({})", several.join(", ")),
    };
    let (name, params) = (&method.name, params.join(", "));
    format!("interface{{{name}({params}){results}}}")
}
