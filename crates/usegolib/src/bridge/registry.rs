//! The type registry: an entry per type of the schema, for dynamic values.

use serde::Serialize;

use super::emit::Emitter;
use super::source::{Block, Import, Imports, render};
use super::{BridgeError, Origin, Span};
use crate::schema::TypeKind;
use crate::schema::shape::{Shape, TypeId};

#[derive(Serialize)]
struct RegistryContext {
    entries: Vec<String>,
}

impl Emitter<'_, '_> {
    /// The function that makes the registry's entries, in schema order.
    pub(super) fn registry(&mut self) -> Result<(), BridgeError> {
        let mut imports = Imports::from([Import::Runtime]);
        let mut entries = Vec::new();
        for (number, declaration) in (0_u32..).zip(&self.plan.schema.types) {
            let id = TypeId(number);
            let name = format!("{:?}", declaration.name);
            if declaration.unnameable {
                let mut consts = self.plan.schema.consts.iter();
                // A constant of the type has what can't be named.
                let found = consts.find(|constant| constant.type_ == declaration.name);
                entries.push(match found {
                    Some(constant) => {
                        let value =
                            self.plan
                                .qualified(&constant.pkg, &constant.name, &mut imports);
                        format!("bridge.NamedLike({name}, {value})")
                    }
                    None => format!("bridge.Unnameable({name})"),
                });
                continue;
            }
            let of = self.plan.lower(&declaration.name, &declaration.name)?;
            let go_type = match of.shape {
                // Inferred from the functions.
                Shape::Record(_) | Shape::Time | Shape::Duration => String::new(),
                _ => self.plan.go_type(&declaration.name, &mut imports),
            };
            entries.push(match of.shape {
                Shape::Record(_) => {
                    let object = declaration.is_object();
                    let encode = self.record_encoder(id)?;
                    let decode = self.record_decoder(id)?;
                    format!("bridge.Data({name}, {object}, {encode}, {decode})")
                }
                Shape::Time => "bridge.TimeType()".to_owned(),
                Shape::Duration => "bridge.DurationType()".to_owned(),
                Shape::Uuid => format!("bridge.UUIDType[{go_type}]()"),
                Shape::Opaque(_) if declaration.kind == TypeKind::Struct => {
                    format!("bridge.Struct[{go_type}]({name})")
                }
                Shape::Opaque(_) | Shape::Interface(_) => {
                    format!("bridge.Reference[{go_type}]({name})")
                }
                _ => format!("bridge.Named[{go_type}]({name})"),
            });
        }
        let text = render("types.go", RegistryContext { entries })?;
        // An entry is a line.
        let before = text
            .lines()
            .take_while(|line| !line.ends_with("[]bridge.Type{"))
            .count();
        let spans = (before + 2..)
            .zip(&self.plan.schema.types)
            .map(|(line, declaration)| Span {
                lines: line..=line,
                origins: vec![Origin::of_type(&declaration.name)],
            })
            .collect();
        let block = Block {
            imports,
            text,
            spans,
        };
        self.emit("types", block);
        Ok(())
    }
}
