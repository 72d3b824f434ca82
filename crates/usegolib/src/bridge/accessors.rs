//! Callables that are no functions in Go: constructors, fields and variables.

use serde::Serialize;

use super::emit::{Emitter, Purpose};
use super::source::{Block, Body, Import, Imports, render};
use super::types::TypeRef;
use super::values::Place;
use super::{BridgeError, Origin};
use crate::schema::dispatch;
use crate::schema::shape::TypeId;

#[derive(Serialize)]
struct HolderContext<'c> {
    name: &'c str,
    go_type: &'c str,
}

impl Emitter<'_, '_> {
    /// Go's `&T{...}`.
    pub(super) fn construct(&mut self, id: TypeId, body: &mut Body) -> Result<(), BridgeError> {
        let pointer = self.object_expression(id, &mut body.imports)?;
        body.line(format!("v := {pointer}"));
        body.line("d.End()");
        body.line("e.Success()");
        body.line(format!("e.Object({}, v)", id.0));
        Ok(())
    }

    /// The exported fields of a struct behind a handle.
    pub(super) fn snapshot(&mut self, id: TypeId, body: &mut Body) -> Result<(), BridgeError> {
        self.object_argument(id, body)?;
        let function = self.fields_encoder(id)?;
        body.line("d.End()");
        body.line("e.Success()");
        body.line(format!("{function}(e, receiver)"));
        Ok(())
    }

    /// Reads a field behind a handle.
    pub(super) fn get_field(
        &mut self,
        id: TypeId,
        n: u32,
        body: &mut Body,
    ) -> Result<(), BridgeError> {
        let field = dispatch::field(self.plan.declaration(id), n);
        let of = self.plan.field_type(id, field)?;
        self.object_argument(id, body)?;
        body.line("d.End()");
        // A field that is an object is the object in the struct.
        let place = Place::variable(format!("receiver.{}", field.name)).shared();
        self.succeed(&of, &place, body)?;
        Ok(())
    }

    /// Assigns a field behind a handle.
    pub(super) fn set_field(
        &mut self,
        id: TypeId,
        n: u32,
        body: &mut Body,
    ) -> Result<(), BridgeError> {
        let field = dispatch::field(self.plan.declaration(id), n);
        let of = self.plan.field_type(id, field)?;
        self.object_argument(id, body)?;
        self.assign(&of, &format!("receiver.{}", field.name), body)?;
        Ok(())
    }

    /// Reads a package variable.
    pub(super) fn get_var(&mut self, n: u32, body: &mut Body) -> Result<(), BridgeError> {
        let var = &self.plan.schema.vars[n as usize];
        let name = self.plan.qualified(&var.pkg, &var.name, &mut body.imports);
        let of = self.plan.lower(&var.type_, &name)?;
        body.line("d.End()");
        body.line("e.Success()");
        self.encode(&of, &Place::variable(name.clone()).shared(), body)?;
        Ok(())
    }

    /// Assigns a package variable.
    pub(super) fn set_var(&mut self, n: u32, body: &mut Body) -> Result<(), BridgeError> {
        let var = &self.plan.schema.vars[n as usize];
        let name = self.plan.qualified(&var.pkg, &var.name, &mut body.imports);
        let of = self.plan.lower(&var.type_, &name)?;
        self.assign(&of, &name, body)?;
        Ok(())
    }

    /// Adds the statement that reads the struct that an accessor is of.
    fn object_argument(&mut self, id: TypeId, body: &mut Body) -> Result<(), BridgeError> {
        let declaration = self.plan.declaration(id);
        let (name, fresh) = self.function(Purpose::Holder, "holder", &declaration.name);
        if fresh {
            let mut imports = Imports::from([Import::Runtime]);
            let go_type = self.plan.go_type(&declaration.name, &mut imports);
            let text = render(
                "holder.go",
                HolderContext {
                    name: &name,
                    go_type: &go_type,
                },
            )?;
            let stem = self.plan.stem(&declaration.pkg, "types");
            let origin = Origin::of_type(&declaration.name);
            self.emit(&stem, Block::new(imports, text, vec![origin]));
        }
        body.line(format!("receiver := {name}(d)"));
        Ok(())
    }

    /// Adds the statements that read a value and assign it to `target`.
    fn assign(&mut self, of: &TypeRef, target: &str, body: &mut Body) -> Result<(), BridgeError> {
        if self.plan.is_nameable(&of.text) {
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
