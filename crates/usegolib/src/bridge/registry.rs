//! The tables of types and variables: data that the linker lays out.
//!
//! What can be reached of a type (its constructor, its fields) and of a variable
//! needs no code of its own: the runtime finds its way by these tables and by
//! what Go knows of its types.

use std::collections::HashMap;

use serde::Serialize;

use super::emit::{Emitter, Purpose};
use super::parts::{Row, Table, in_folder};
use super::source::{Block, Import, Imports, render};
use super::{BridgeError, Origin};
use crate::schema::dispatch;
use crate::schema::shape::{Shape, TypeId};
use crate::schema::{TypeDeclaration, TypeKind};

#[derive(Serialize)]
struct VariablesContext {
    rows: Vec<VariableRow>,
}

#[derive(Serialize)]
struct VariableRow {
    name: String,
    expression: String,
}

impl Emitter<'_, '_> {
    /// The type table, in schema order.
    pub(super) fn registry(&mut self) -> Result<(), BridgeError> {
        let plan = self.plan;
        let own = |declaration: &TypeDeclaration| Origin::of_type(&declaration.name);
        // All code comes first: what of a type there is code for is known then.
        let mut hosts = HashMap::new();
        for (number, declaration) in (0_u32..).zip(&plan.schema.types) {
            let id = TypeId(number);
            let host = if declaration.unnameable {
                None
            } else {
                self.hosted(id)
                    .map_err(|error| error.of(|| own(declaration)))?
            };
            hosts.extend(host.map(|host| (id, host)));
        }
        let mut rows = Vec::new();
        for (number, declaration) in (0_u32..).zip(&plan.schema.types) {
            let id = TypeId(number);
            let mut imports = Imports::new();
            let mut entry = vec![format!("Name: {:?}", declaration.name)];
            let part = self.next_part(&declaration.pkg);
            let part = part.filter(|_| !hosts.contains_key(&id) && self.is_movable(id));
            let folder = part.as_ref().map(|(_, folder)| folder.as_str());
            if declaration.unnameable {
                let mut consts = plan.schema.consts.iter();
                // A constant of the type has what can't be named.
                if let Some(found) = consts.find(|one| one.type_ == declaration.name) {
                    let value = plan.qualified(&found.pkg, &found.name, &mut imports);
                    entry.push(format!("Of: {value}"));
                    entry.push("Class: bridge.ClassNamed".to_owned());
                    entry.push("Is: bridge.IsConstant".to_owned());
                } else if dispatch::has_accessors(declaration) {
                    entry.push("Is: bridge.IsStruct".to_owned());
                }
                self.members(id, folder, &mut entry, &mut imports)?;
            } else {
                self.describe(id, folder, &mut entry, &mut imports)
                    .map_err(|error| error.of(|| own(declaration)))?;
                if let Some(host) = hosts.get(&id) {
                    entry.push(format!("Host: {host}"));
                }
            }
            rows.push(Row {
                text: entry.join(", "),
                imports,
                origin: own(declaration),
                part: part.map(|(part, _)| part),
            });
        }
        self.types = self.table(Table::Types, rows)?;
        Ok(())
    }

    /// Whether the row of a type is nothing but data, and what it refers to can be
    /// in any package. Asked when all code has been generated.
    fn is_movable(&self, id: TypeId) -> bool {
        let declaration = self.plan.declaration(id);
        let name = &declaration.name;
        let write = || self.plan.go_type(name, &mut Imports::new());
        let anonymous = !declaration.unnameable && self.plan.mentions_anonymous(write).1;
        let has_code = [
            Purpose::Encode,
            Purpose::EncodeFields,
            Purpose::Fields,
            Purpose::FieldsTable,
        ]
        .into_iter()
        .any(|purpose| self.made(purpose, name).is_some());
        let invoked = self.invocations.get(&id);
        !anonymous && !has_code && invoked.is_none_or(|invoke| invoke.movable)
    }

    /// Adds what the table says of a type that generated code can name. What that
    /// takes is emitted to the folder of a part, or the main package.
    fn describe(
        &mut self,
        id: TypeId,
        folder: Option<&str>,
        entry: &mut Vec<String>,
        imports: &mut Imports,
    ) -> Result<(), BridgeError> {
        let declaration = self.plan.declaration(id);
        let of = self.plan.lower(&declaration.name, &declaration.name)?;
        let go_type = self.plan.go_type(&declaration.name, imports);
        entry.push(format!("Of: (*{go_type})(nil)"));
        entry.push(format!("Class: bridge.{}", class(declaration, &of.shape)));
        let is = flags(declaration, &of.shape);
        if !is.is_empty() {
            entry.push(format!("Is: {}", is.join(" | ")));
        }
        self.members(id, folder, entry, imports)?;
        let encode = if declaration.hidden {
            Purpose::EncodeFields
        } else {
            Purpose::Encode
        };
        if matches!(of.shape, Shape::Record(_))
            && let Some(encode) = self.made(encode, &declaration.name)
        {
            entry.push(format!("Encode: {encode}"));
        }
        if let Some(decode) = self.made(Purpose::Fields, &declaration.name) {
            entry.push(format!("Decode: {decode}"));
        }
        if matches!(of.shape, Shape::Interface(_)) {
            let implement = self.implement(&declaration.name, folder)?;
            entry.push(format!("Implement: {implement}"));
        }
        Ok(())
    }

    /// Adds what the table says of the fields of a struct and of calls of a func.
    fn members(
        &mut self,
        id: TypeId,
        folder: Option<&str>,
        entry: &mut Vec<String>,
        imports: &mut Imports,
    ) -> Result<(), BridgeError> {
        let declaration = self.plan.declaration(id);
        if !declaration.fields.is_empty() {
            let fields = self.fields_table(id, folder)?;
            entry.push(format!("Fields: {fields}[:]"));
        }
        if !declaration.promoted.is_empty() {
            let names: Vec<_> = declaration
                .promoted
                .iter()
                .map(|field| format!("{:?}", field.name))
                .collect();
            entry.push(format!("Promoted: []string{{{}}}", names.join(", ")));
        }
        if let Some(invoke) = self.invocations.get(&id) {
            entry.push(format!("Invoke: &bridge.Callable{{{}}}", invoke.text));
            imports.extend(invoke.imports.iter().cloned());
        }
        Ok(())
    }

    /// The function that makes a value one of an interface. An instance of a
    /// generic one would bring a function for each of the interface's methods.
    fn implement(&mut self, text: &str, folder: Option<&str>) -> Result<String, BridgeError> {
        let mut imports = Imports::from([Import::Runtime, Import::Package("unsafe".to_owned())]);
        let go_type = self.plan.go_type(text, &mut imports);
        let name = self.functions.unique("implement", &go_type);
        let context = minijinja::context! { name => name.as_str(), go_type };
        let source = render("implement.go", context)?;
        let block = Block::new(imports, source, vec![Origin::of_type(text)]);
        self.emit(&in_folder(folder, "interfaces"), block);
        Ok(name)
    }

    /// The table of package variables.
    pub(super) fn variables(&mut self) -> Result<(), BridgeError> {
        let mut imports = Imports::from([Import::Runtime]);
        let rows = self
            .plan
            .schema
            .vars
            .iter()
            .map(|var| VariableRow {
                name: var.name.clone(),
                expression: self.plan.qualified(&var.pkg, &var.name, &mut imports),
            })
            .collect();
        let text = render("variables.go", VariablesContext { rows })?;
        let origins = self.plan.schema.vars.iter().map(|var| Origin::Variable {
            pkg: var.pkg.clone(),
            name: var.name.clone(),
        });
        self.emit("variables", Block::table(imports, text, origins));
        Ok(())
    }
}

/// The runtime's word for how values of a shape cross.
fn class(declaration: &TypeDeclaration, shape: &Shape) -> &'static str {
    match shape {
        Shape::Record(_) => "ClassRecord",
        Shape::Adapter(_) => "ClassAdapted",
        Shape::Opaque(_) if declaration.kind == TypeKind::Struct => "ClassOpaque",
        Shape::Opaque(_) | Shape::Interface(_) => "ClassReference",
        _ => "ClassNamed",
    }
}

/// The runtime's words for what else there is to say of a type.
fn flags(declaration: &TypeDeclaration, shape: &Shape) -> Vec<&'static str> {
    let opaque = matches!(shape, Shape::Opaque(_)) && declaration.kind == TypeKind::Struct;
    let record = matches!(shape, Shape::Record(_));
    let mut flags = Vec::new();
    if opaque || record && declaration.is_object() {
        flags.push("bridge.IsObject");
    }
    if record && declaration.hidden {
        flags.push("bridge.IsHidden");
    }
    if dispatch::has_accessors(declaration) {
        flags.push("bridge.IsStruct");
    }
    flags
}
