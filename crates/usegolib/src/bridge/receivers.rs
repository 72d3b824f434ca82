//! How the first argument of a method is read.
//!
//! A receiver is a handle, or the value of its type. A value that the method may
//! have changed goes back with the response.

use serde::Serialize;

use super::BridgeError;
use super::output::{Body, render};
use super::types::{Generator, Purpose, TypeRef};
use super::values::Place;
use crate::schema::shape::{Shape, TypeId};
use crate::schema::{Function, TypeKind};

/// The receiver of a method, after the statements that read it.
pub(super) struct Receiver {
    /// The expression to call the method on.
    pub(super) expression: String,
    /// The receiver's type and place, if it has to go back when it was given by
    /// value; whether it was is in the variable `byValue`.
    pub(super) returned: Option<(TypeRef, Place)>,
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
        let go_type = self.go_type(text, &mut body.imports);
        let held = |expression: &str| Receiver {
            expression: expression.to_owned(),
            returned: None,
        };
        match &of.shape {
            Shape::Interface(_) => {
                body.line(format!("receiver := bridge.Interface[{go_type}](d)"));
                Ok(held("receiver"))
            }
            Shape::Opaque(id) if self.declaration(*id).kind != TypeKind::Struct => {
                body.line(format!("receiver := bridge.Opaque[{go_type}](d)"));
                Ok(held("receiver"))
            }
            Shape::Opaque(_) => {
                body.line(format!("receiver := bridge.Box[{go_type}](d)"));
                Ok(held("receiver"))
            }
            shape => {
                let returns = method.pointer || self.is_changeable(shape)?;
                let function = self.receive_function(&of)?;
                let second = if returns { "byValue" } else { "_" };
                body.line(format!("receiver, {second} := {function}(d)"));
                Ok(Receiver {
                    expression: "receiver".to_owned(),
                    returned: returns.then(|| (of.clone(), Place::behind("receiver"))),
                })
            }
        }
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
