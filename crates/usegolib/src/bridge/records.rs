//! Functions that read and write structs as records.

use serde::Serialize;

use super::emit::{Emitter, Purpose};
use super::parts::in_folder;
use super::source::{Block, Body, Import, Imports, render};
use super::types::TypeRef;
use super::values::Place;
use super::{BridgeError, Origin};
use crate::schema::TypeKind;
use crate::schema::adapter::Wire;
use crate::schema::shape::{Shape, TypeId};

/// What the record templates print.
#[derive(Serialize)]
struct RecordContext<'c> {
    /// The function for whole records.
    name: &'c str,
    /// The function for the fields alone.
    fields: &'c str,
    /// The variable that holds what the table says of the fields.
    table: &'c str,
    go_type: &'c str,
    hidden: bool,
    /// Go names of fields to be zeroed where the record leaves them out.
    optional: Vec<&'c str>,
    /// Per field, the statements that read it.
    cases: Vec<String>,
}

/// What the template of a struct's fields prints.
#[derive(Serialize)]
struct FieldsContext<'c> {
    name: &'c str,
    rows: Vec<FieldRow<'c>>,
}

/// One line of the table of a struct's fields.
#[derive(Serialize)]
struct FieldRow<'c> {
    name: &'c str,
    key: String,
    is: Option<&'static str>,
}

#[derive(Serialize)]
struct ObjectContext<'c> {
    name: &'c str,
    go_type: &'c str,
    table: &'c str,
    fields: &'c str,
}

/// When a field with `omitempty` is there: Go conditions on its value.
enum Emptiness {
    Never,
    /// The condition for being left out, and the one for being there.
    When(String, String),
}

impl Emitter<'_, '_> {
    /// The function `func(*bridge.Decoder, *T)` that reads a record.
    pub(super) fn record_decoder(&mut self, id: TypeId) -> Result<String, BridgeError> {
        let declaration = self.plan.declaration(id);
        let (name, fresh) = self.function(Purpose::Decode, "decode", &declaration.name);
        if !fresh {
            return Ok(name);
        }
        let (fields, table) = (self.fields_decoder(id)?, self.fields_table(id, None)?);
        let mut imports = Imports::from([Import::Runtime]);
        let go_type = self.plan.go_type(&declaration.name, &mut imports);
        let text = render(
            "decode_record.go",
            RecordContext {
                name: &name,
                fields: &fields,
                table: &table,
                go_type: &go_type,
                hidden: declaration.hidden,
                optional: declaration
                    .fields
                    .iter()
                    .filter(|field| !field.required && declaration.hidden)
                    .map(|field| field.name.as_str())
                    .collect(),
                cases: Vec::new(),
            },
        )?;
        let stem = self.plan.stem(&declaration.pkg, "types");
        let origin = Origin::of_type(&declaration.name);
        self.emit(&stem, Block::new(imports, text, vec![origin]));
        Ok(name)
    }

    /// The function `func(*bridge.Decoder, bridge.Record, *T)` that reads a
    /// struct's fields, shared by whole and partial records.
    pub(super) fn fields_decoder(&mut self, id: TypeId) -> Result<String, BridgeError> {
        let declaration = self.plan.declaration(id);
        let (name, fresh) = self.function(Purpose::Fields, "decodeFields", &declaration.name);
        if !fresh {
            return Ok(name);
        }
        let mut imports = Imports::from([Import::Runtime]);
        let go_type = self.plan.go_type(&declaration.name, &mut imports);
        let mut cases = Vec::new();
        for field in &declaration.fields {
            let mut body = Body::default();
            let of = self.plan.field_type(id, field)?;
            let place = Place::variable(format!("v.{}", field.name));
            self.decode_into(&of, &place, &mut body)?;
            cases.push(body.indented(3));
            imports.append(&mut body.imports);
        }
        let text = render(
            "decode_fields.go",
            RecordContext {
                name: &name,
                fields: &name,
                table: "",
                go_type: &go_type,
                hidden: declaration.hidden,
                optional: Vec::new(),
                cases,
            },
        )?;
        let stem = self.plan.stem(&declaration.pkg, "types");
        let origin = Origin::of_type(&declaration.name);
        self.emit(&stem, Block::new(imports, text, vec![origin]));
        Ok(name)
    }

    /// The variable with the table of a struct's fields, which both the type
    /// table and straight-line code refer to; in the folder of the part that has
    /// the type's row.
    pub(super) fn fields_table(
        &mut self,
        id: TypeId,
        folder: Option<&str>,
    ) -> Result<String, BridgeError> {
        let declaration = self.plan.declaration(id);
        let (name, fresh) = self.function(Purpose::FieldsTable, "fields", &declaration.name);
        if !fresh {
            return Ok(name);
        }
        let rows = declaration
            .fields
            .iter()
            .map(|field| FieldRow {
                name: &field.name,
                key: encoded_key(&field.key),
                is: if field.omitempty {
                    Some("OmitEmpty")
                } else {
                    field.required.then_some("Required")
                },
            })
            .collect();
        let text = render("fields.go", FieldsContext { name: &name, rows })?;
        let stem = in_folder(folder, &self.plan.stem(&declaration.pkg, "fields"));
        let origin = Origin::of_type(&declaration.name);
        let imports = Imports::from([Import::Runtime]);
        self.emit(&stem, Block::new(imports, text, vec![origin]));
        Ok(name)
    }

    /// An expression that reads `*T` of an object type.
    pub(super) fn object_expression(
        &mut self,
        id: TypeId,
        imports: &mut Imports,
    ) -> Result<String, BridgeError> {
        if let Some(function) = self.object_decoder(id)? {
            return Ok(format!("{function}(d)"));
        }
        let declaration = self.plan.declaration(id);
        let go_type = self.plan.go_type(&declaration.name, imports);
        Ok(if declaration.fields.is_empty() {
            format!("bridge.Object[{go_type}](d)")
        } else {
            format!("bridge.Read[*{go_type}](d)")
        })
    }

    /// The function that reads `*T` of an object type: a handle or a record
    /// with any fields. None if there are no fields to give.
    fn object_decoder(&mut self, id: TypeId) -> Result<Option<String>, BridgeError> {
        let declaration = self.plan.declaration(id);
        if declaration.fields.is_empty()
            || declaration.unnameable
            || !self.is_straight(&declaration.name)
        {
            return Ok(None);
        }
        let pointer = format!("*{}", declaration.name);
        let (name, fresh) = self.function(Purpose::DecodeObject, "decode", &pointer);
        if !fresh {
            return Ok(Some(name));
        }
        let (fields, table) = (self.fields_decoder(id)?, self.fields_table(id, None)?);
        let mut imports = Imports::from([Import::Runtime]);
        let go_type = self.plan.go_type(&declaration.name, &mut imports);
        let text = render(
            "decode_object.go",
            ObjectContext {
                name: &name,
                go_type: &go_type,
                table: &table,
                fields: &fields,
            },
        )?;
        let stem = self.plan.stem(&declaration.pkg, "types");
        let origin = Origin::of_type(&declaration.name);
        self.emit(&stem, Block::new(imports, text, vec![origin]));
        Ok(Some(name))
    }

    /// The function `func(*bridge.Encoder, *T)` that writes a record, with its
    /// hidden state if it has any.
    pub(super) fn record_encoder(&mut self, id: TypeId) -> Result<String, BridgeError> {
        let declaration = self.plan.declaration(id);
        if !declaration.hidden {
            return self.fields_encoder(id);
        }
        let (name, fresh) = self.function(Purpose::Encode, "encode", &declaration.name);
        if !fresh {
            return Ok(name);
        }
        let fields = self.fields_encoder(id)?;
        let mut body = Body::default();
        body.line(format!("e.Hidden({}, bridge.Copy(v))", id.0));
        body.line(format!("{fields}(e, v)"));
        self.emit_record_encoder(id, &name, "with its hidden state", body)?;
        Ok(name)
    }

    /// The function `func(*bridge.Encoder, *T)` that writes the exported fields.
    pub(super) fn fields_encoder(&mut self, id: TypeId) -> Result<String, BridgeError> {
        let declaration = self.plan.declaration(id);
        let purpose = if declaration.hidden {
            Purpose::EncodeFields
        } else {
            Purpose::Encode
        };
        let prefix = if declaration.hidden {
            "encodeFields"
        } else {
            "encode"
        };
        let (name, fresh) = self.function(purpose, prefix, &declaration.name);
        if !fresh {
            return Ok(name);
        }
        let mut body = Body::default();
        let mut conditions = Vec::new();
        for field in &declaration.fields {
            let of = self.plan.field_type(id, field)?;
            let condition = if field.omitempty {
                self.emptiness(&of, &format!("v.{}", field.name))?
            } else {
                Emptiness::Never
            };
            conditions.push((field, of, condition));
        }
        let count = declaration.fields.len();
        if conditions
            .iter()
            .any(|(_, _, condition)| matches!(condition, Emptiness::When(..)))
        {
            body.line(format!("n := {count}"));
            for (_, _, condition) in &conditions {
                if let Emptiness::When(empty, _) = condition {
                    body.open(format!("if {empty} {{"));
                    body.line("n--");
                    body.close();
                }
            }
            body.line("e.Map(n)");
        } else {
            body.line(format!("e.Map({count})"));
        }
        for (field, of, condition) in conditions {
            if let Emptiness::When(_, present) = &condition {
                body.open(format!("if {present} {{"));
            }
            body.line(format!("e.Raw({})", encoded_key(&field.key)));
            let place = Place::variable(format!("v.{}", field.name));
            self.encode(&of, &place, &mut body)?;
            if matches!(condition, Emptiness::When(..)) {
                body.close();
            }
        }
        body.line("e.Leave()");
        self.emit_record_encoder(id, &name, "by its fields", body)?;
        Ok(name)
    }

    fn emit_record_encoder(
        &mut self,
        id: TypeId,
        name: &str,
        how: &str,
        mut body: Body,
    ) -> Result<(), BridgeError> {
        let declaration = self.plan.declaration(id);
        let go_type = self.plan.go_type(&declaration.name, &mut body.imports);
        let text = render(
            "encode_record.go",
            minijinja::context! { name, go_type, how, body => body.indented(1) },
        )?;
        let stem = self.plan.stem(&declaration.pkg, "types");
        let origin = Origin::of_type(&declaration.name);
        self.emit(&stem, Block::new(body.imports, text, vec![origin]));
        Ok(())
    }

    /// When a value is empty, as `encoding/json` sees it.
    fn emptiness(&self, of: &TypeRef, value: &str) -> Result<Emptiness, BridgeError> {
        let when = |empty: &str, present: &str| {
            Emptiness::When(format!("{value} {empty}"), format!("{value} {present}"))
        };
        Ok(match &of.shape {
            Shape::Bool => Emptiness::When(format!("!{value}"), value.to_owned()),
            Shape::Number(_) => when("== 0", "!= 0"),
            Shape::Adapter(adapter) => match adapter.descriptor().wire {
                Wire::Number(_) => when("== 0", "!= 0"),
                Wire::Text { .. } => Emptiness::Never,
            },
            Shape::String => when(r#"== """#, r#"!= """#),
            Shape::Bytes | Shape::Numbers(_) | Shape::Slice(_) | Shape::Map(..) => {
                Emptiness::When(format!("len({value}) == 0"), format!("len({value}) != 0"))
            }
            Shape::Pointer(_)
            | Shape::Object(_)
            | Shape::Interface(_)
            | Shape::Any
            | Shape::Error => when("== nil", "!= nil"),
            Shape::Opaque(id) if self.plan.declaration(*id).kind == TypeKind::Pointer => {
                when("== nil", "!= nil")
            }
            Shape::Named(id) => self.emptiness(&self.plan.underlying(*id)?, value)?,
            // An empty array is always empty; its items make no difference.
            Shape::ByteArray(0) | Shape::Array(0, _) => {
                Emptiness::When("true".to_owned(), "false".to_owned())
            }
            _ => Emptiness::Never,
        })
    }
}

/// A key as a Go string literal, with its header.
fn encoded_key(key: &str) -> String {
    let n = key.len();
    let mut header = Vec::new();
    match (u8::try_from(n), u16::try_from(n)) {
        (Ok(short), _) if short < 32 => header.push(0xa0 | short),
        (Ok(short), _) => header.extend([0xd9, short]),
        (_, Ok(long)) => {
            header.push(0xda);
            header.extend(long.to_be_bytes());
        }
        // Longer than any line of Go source; the header holds what fits.
        _ => {
            header.push(0xdb);
            header.extend(u32::try_from(n).unwrap_or(u32::MAX).to_be_bytes());
        }
    }
    let mut out = String::from("\"");
    for byte in header {
        push_byte(&mut out, byte);
    }
    out.push_str(&quoted(key));
    out.push('"');
    out
}

/// The inside of a Go string literal.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            ' '..='~' => out.push(c),
            _ => {
                let mut buffer = [0; 4];
                for byte in c.encode_utf8(&mut buffer).bytes() {
                    push_byte(&mut out, byte);
                }
            }
        }
    }
    out
}

/// Adds a byte as Go's `\x` escape.
fn push_byte(out: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.push_str("\\x");
    for digit in [byte >> 4, byte & 15] {
        out.push(char::from(DIGITS[usize::from(digit)]));
    }
}
