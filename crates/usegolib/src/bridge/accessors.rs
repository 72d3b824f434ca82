//! Callables that are no functions in Go: constructors, fields and variables.

use serde::Serialize;

use super::BridgeError;
use super::callables::Described;
use super::output::{Body, render};
use super::types::{Generator, Imports, Purpose, TypeRef};
use super::values::Place;
use crate::schema::dispatch;
use crate::schema::shape::TypeId;

#[derive(Serialize)]
struct HolderContext<'c> {
    name: &'c str,
    go_type: &'c str,
}

impl Generator<'_> {
    /// Go's `&T{...}`.
    pub(super) fn construct(
        &mut self,
        id: TypeId,
        body: &mut Body,
    ) -> Result<Described, BridgeError> {
        let pointer = self.object_expression(id, &mut body.imports)?;
        body.line(format!("v := {pointer}"));
        body.line("d.End()");
        body.line("e.Success()");
        body.line(format!("e.Object({}, v)", id.0));
        Ok(Described {
            what: format!("&{}{{...}}", self.short_name(id)),
            parameters: "fields".to_owned(),
        })
    }

    /// The exported fields of a struct behind a handle.
    pub(super) fn snapshot(
        &mut self,
        id: TypeId,
        body: &mut Body,
    ) -> Result<Described, BridgeError> {
        self.object_argument(id, body)?;
        let function = self.fields_encoder(id)?;
        body.line("d.End()");
        body.line("e.Success()");
        body.line(format!("{function}(e, receiver)"));
        Ok(Described {
            what: format!("the exported fields of {}", self.short_name(id)),
            parameters: "receiver".to_owned(),
        })
    }

    /// Reads a field behind a handle.
    pub(super) fn get_field(
        &mut self,
        id: TypeId,
        n: u32,
        body: &mut Body,
    ) -> Result<Described, BridgeError> {
        let field = dispatch::field(self.declaration(id), n);
        let of = self.field_type(id, field)?;
        self.object_argument(id, body)?;
        body.line("d.End()");
        // A field that is an object is the object in the struct.
        let place = Place::variable(format!("receiver.{}", field.name)).shared();
        self.succeed(&of, &place, body)?;
        Ok(Described {
            what: format!("{}.{}", self.short_name(id), field.name),
            parameters: "receiver".to_owned(),
        })
    }

    /// Assigns a field behind a handle.
    pub(super) fn set_field(
        &mut self,
        id: TypeId,
        n: u32,
        body: &mut Body,
    ) -> Result<Described, BridgeError> {
        let field = dispatch::field(self.declaration(id), n);
        let of = self.field_type(id, field)?;
        self.object_argument(id, body)?;
        self.assign(&of, &format!("receiver.{}", field.name), body)?;
        Ok(Described {
            what: format!("{}.{} =", self.short_name(id), field.name),
            parameters: format!("receiver {}", field.name),
        })
    }

    /// Reads a package variable.
    pub(super) fn get_var(&mut self, n: u32, body: &mut Body) -> Result<Described, BridgeError> {
        let var = &self.schema.vars[n as usize];
        let name = self.qualified(&var.pkg, &var.name, &mut body.imports);
        let of = self.lower(&var.type_, &name)?;
        body.line("d.End()");
        body.line("e.Success()");
        self.encode(&of, &Place::variable(name.clone()).shared(), body)?;
        Ok(Described {
            what: name,
            parameters: String::new(),
        })
    }

    /// Assigns a package variable.
    pub(super) fn set_var(&mut self, n: u32, body: &mut Body) -> Result<Described, BridgeError> {
        let var = &self.schema.vars[n as usize];
        let name = self.qualified(&var.pkg, &var.name, &mut body.imports);
        let of = self.lower(&var.type_, &name)?;
        self.assign(&of, &name, body)?;
        Ok(Described {
            what: format!("{name} ="),
            parameters: var.name.clone(),
        })
    }

    /// Adds the statement that reads the struct that an accessor is of.
    fn object_argument(&mut self, id: TypeId, body: &mut Body) -> Result<(), BridgeError> {
        let declaration = self.declaration(id);
        let (name, fresh) = self.function(Purpose::Holder, "holder", &declaration.name);
        if fresh {
            let mut imports = Imports::new();
            let go_type = self.go_type(&declaration.name, &mut imports);
            let text = render(
                "holder.go",
                HolderContext {
                    name: &name,
                    go_type: &go_type,
                },
            )?;
            let stem = self.stem(&declaration.pkg, "types");
            self.emit(&stem, imports, text);
        }
        body.line(format!("receiver := {name}(d)"));
        Ok(())
    }

    /// Adds the statements that read a value and assign it to `target`.
    fn assign(&mut self, of: &TypeRef, target: &str, body: &mut Body) -> Result<(), BridgeError> {
        if self.is_nameable(&of.text) {
            let value = self.decode_variable(of, "v", body)?;
            body.line("d.End()");
            body.line(format!("{target} = {value}"));
        } else {
            body.line(format!("bridge.DecodeReflected(d, &{target})"));
            body.line("d.End()");
        }
        body.line("e.Success()");
        body.line("e.Nil()");
        Ok(())
    }
}
