//! Types in the plan: how each is written in Go, whether it can be written at
//! all, and which packages that takes.

use std::collections::HashMap;

use super::plan::Plan;
use super::source::{Block, Import, Imports};
use super::{BridgeError, Origin};
use crate::schema::expression::{self, Expression, Token};
use crate::schema::nameable::is_nameable;
use crate::schema::shape::{Shape, ShapeError, TypeId};
use crate::schema::{TypeDeclaration, TypeKind};

/// A type where it is used: its expression and its shape.
#[derive(Clone, Debug)]
pub(super) struct TypeRef {
    pub(super) text: String,
    pub(super) shape: Shape,
}

/// The aliases of types without a name, and their declarations.
#[derive(Debug, Default)]
pub(super) struct Anonymous {
    by_text: HashMap<String, String>,
    /// How often one was mentioned.
    mentioned: usize,
    blocks: Vec<Block>,
}

impl<'a> Plan<'a> {
    /// Lowers the type expression `text`, which `what` mentions.
    pub(super) fn lower(&self, text: &str, what: &str) -> Result<TypeRef, BridgeError> {
        let shape = self
            .table
            .lower_parameter(text)
            .map_err(|source| BridgeError::Shape {
                what: what.to_owned(),
                source,
            })?;
        let text = match expression::parse(text) {
            Expression::Variadic(element) => format!("[]{element}"),
            _ => text.to_owned(),
        };
        Ok(TypeRef { text, shape })
    }

    /// The element type of a slice, array, map or pointer (the value type of a
    /// map), and the key type of a map.
    pub(super) fn parts(&self, of: &TypeRef) -> Result<(Option<TypeRef>, TypeRef), BridgeError> {
        let text = self.structure(&of.text);
        let lower = |part| {
            self.lower(part, text)
                .map_err(|error| error.of(|| Origin::of_type(&of.text)))
        };
        match expression::parse(text) {
            Expression::Pointer(element)
            | Expression::Slice(element)
            | Expression::Array(_, element)
            | Expression::Variadic(element) => Ok((None, lower(element)?)),
            Expression::Map(key, value) => Ok((Some(lower(key)?), lower(value)?)),
            Expression::Leaf(name) => {
                let error = BridgeError::Shape {
                    what: of.text.clone(),
                    source: ShapeError::Unknown(name.to_owned()),
                };
                Err(error.of(|| Origin::of_type(&of.text)))
            }
        }
    }

    /// The expression that says what `text` is made of: the underlying one of a
    /// named type.
    fn structure<'t>(&'t self, text: &'t str) -> &'t str {
        match self.table.find(text) {
            Some(id) => match self.table.declaration(id) {
                TypeDeclaration {
                    kind: TypeKind::Value,
                    underlying,
                    ..
                } => underlying,
                _ => text,
            },
            None => text,
        }
    }

    pub(super) fn declaration(&self, id: TypeId) -> &'a TypeDeclaration {
        self.table.declaration(id)
    }

    /// Whether generated code can write the type.
    pub(super) fn is_nameable(&self, text: &str) -> bool {
        is_nameable(&self.table, text)
    }

    /// The type as generated code writes it; the packages it takes are added to
    /// `imports`.
    pub(super) fn go_type(&self, text: &str, imports: &mut Imports) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = expression::tokens(text);
        while let Some(token) = rest.next() {
            match token {
                Token::Word(keyword @ ("struct" | "interface")) => {
                    rest.next();
                    let body = rest.group();
                    if body == "}" {
                        out.extend([keyword, "{}"]);
                    } else {
                        out.push_str(&self.anonymous(keyword, body));
                    }
                }
                Token::Qualified { path, name } => {
                    out.push_str(&self.qualified(path, name, imports));
                }
                // gofmt has a space behind every comma.
                Token::Mark(",") if !rest.rest().starts_with(' ') => out.push_str(", "),
                Token::Word(one) | Token::Tag(one) | Token::Mark(one) => out.push_str(one),
            }
        }
        out
    }

    /// The alias for a struct or interface type without a name, given what is
    /// behind its opening brace.
    fn anonymous(&self, keyword: &str, body: &str) -> String {
        let literal = [keyword, "{", body].concat();
        self.anonymous.borrow_mut().mentioned += 1;
        if let Some(name) = self.anonymous.borrow().by_text.get(&literal) {
            return name.clone();
        }
        let body = body.strip_suffix('}').unwrap_or(body);
        let mut needed = Imports::new();
        let members: Vec<_> = expression::members(body)
            .map(|member| self.go_type(member, &mut needed))
            .collect();
        let mut anonymous = self.anonymous.borrow_mut();
        let name = format!("anonymous{}", anonymous.blocks.len() + 1);
        // Blank lines, because gofmt aligns neighbouring fields.
        let text = format!(
            "type {name} = {keyword} {{\n\t{}\n}}\n",
            members.join("\n\n\t")
        );
        let origin = Origin::of_type(&literal);
        let block = Block::new(needed, text, vec![origin]);
        anonymous.blocks.push(block);
        anonymous.by_text.insert(literal, name.clone());
        name
    }

    /// Whether what is written meanwhile mentions a type without a name, for which
    /// the main package has an alias.
    pub(super) fn mentions_anonymous<T>(&self, write: impl FnOnce() -> T) -> (T, bool) {
        let before = self.anonymous.borrow().mentioned;
        let written = write();
        (written, self.anonymous.borrow().mentioned > before)
    }

    /// Takes the declarations of types without a name.
    pub(super) fn take_anonymous(&self) -> Vec<Block> {
        std::mem::take(&mut self.anonymous.borrow_mut().blocks)
    }

    /// A package-level name as generated code writes it. Where the schema names no
    /// such package any more, what it was needed for was left out in part: Go says so.
    pub(super) fn qualified(&self, path: &str, name: &str, imports: &mut Imports) -> String {
        imports.insert(Import::Package(path.to_owned()));
        let last = || path.rsplit('/').next().unwrap_or(path);
        let alias = self.aliases.get(path).unwrap_or_else(last);
        format!("{alias}.{name}")
    }
}
