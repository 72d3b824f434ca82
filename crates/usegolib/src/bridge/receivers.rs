//! How the first argument of a method is read.
//!
//! A receiver is a handle, or the value of its type. A value that the method may
//! have changed goes back with the response.

use serde::Serialize;

use super::emit::{Emitter, Purpose};
use super::plan::method_interface;
use super::source::{Block, Body, render};
use super::types::TypeRef;
use super::values::Place;
use super::{BridgeError, Origin};
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

impl Emitter<'_, '_> {
    /// Adds statements that read the receiver of `method`, a method of a type
    /// that generated code can name.
    pub(super) fn receiver(
        &mut self,
        method: &Function,
        body: &mut Body,
    ) -> Result<Receiver, BridgeError> {
        let text = method.recv.as_deref().unwrap_or_default();
        let of = self.plan.lower(text, &format!("{text}.{}", method.name))?;
        let read = match &of.shape {
            Shape::Interface(_) => Some("Interface"),
            Shape::Opaque(id) if self.plan.declaration(*id).kind == TypeKind::Struct => Some("Box"),
            Shape::Opaque(_) => Some("Opaque"),
            _ => None,
        };
        if let Some(read) = read {
            let go_type = self.plan.go_type(text, &mut body.imports);
            body.line(format!("receiver := bridge.{read}[{go_type}](d)"));
            return Ok(Receiver {
                expression: "receiver".to_owned(),
                returned: None,
            });
        }

        let returns = method.changes;
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
        let of = self.plan.lower(text, &format!("{text}.{}", method.name))?;
        let number = self.plan.table.find(text).map_or(u32::MAX, |id| id.0);
        let returns = matches!(of.shape, Shape::Named(_)) && method.changes;
        let second = if returns { "byValue" } else { "_" };
        if !self.plan.is_exact(method) {
            body.line(format!(
                "receiver, {second} := bridge.ReceiveAny(d, {number})"
            ));
            return Ok(UnnameableReceiver::Reflected { returns });
        }
        let literal = method_interface(method);
        let interface = self.plan.go_type(&literal, &mut body.imports);
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

    /// The function that reads a receiver and says whether it was a value.
    fn receive_function(&mut self, of: &TypeRef) -> Result<String, BridgeError> {
        let (name, fresh) = self.function(Purpose::Receive, "receive", &of.text);
        if !fresh {
            return Ok(name);
        }
        let mut body = Body::default();
        let go_type = self.plan.go_type(&of.text, &mut body.imports);
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
            .plan
            .table
            .find(&of.text)
            .map_or("", |id: TypeId| self.plan.declaration(id).pkg.as_str());
        let stem = self.plan.stem(package, "types");
        let origin = Origin::of_type(&of.text);
        self.emit(&stem, Block::new(body.imports, text, vec![origin]));
        Ok(name)
    }
}
