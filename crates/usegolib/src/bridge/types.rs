//! The generator's view of types: how each is written in Go, whether it can be
//! written at all, and which packages that takes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::names::{Aliases, FunctionNames};
use super::output::Block;
use super::{BridgeError, Options};
use crate::schema::expression::{self, Expression};
use crate::schema::shape::{Shape, TypeId, TypeTable};
use crate::schema::{Schema, TypeDeclaration, TypeKind};

/// A type where it is used: its expression and its shape.
#[derive(Clone, Debug)]
pub(super) struct TypeRef {
    pub(super) text: String,
    pub(super) shape: Shape,
}

/// Everything that is known while the bridge of one schema is generated.
pub(super) struct Generator<'a> {
    pub(super) schema: &'a Schema,
    pub(super) options: &'a Options,
    pub(super) table: TypeTable<'a>,
    pub(super) aliases: Aliases,
    pub(super) functions: FunctionNames,
    /// Generated functions by what they do and for which type.
    pub(super) made: HashMap<(Purpose, String), String>,
    /// Finished source, by the stem of the file it goes to.
    pub(super) blocks: BTreeMap<String, Vec<Block>>,
}

/// What a generated function on a type does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Purpose {
    /// Reads a value.
    Decode,
    /// Writes a value.
    Encode,
    /// Writes the exported fields of a struct that has more state.
    EncodeFields,
    /// Reads the fields of a struct.
    Fields,
    /// Reads a receiver.
    Receive,
}

/// The import paths that a piece of source needs.
pub(super) type Imports = BTreeSet<String>;

impl<'a> Generator<'a> {
    pub(super) fn new(schema: &'a Schema, options: &'a Options) -> Result<Self, BridgeError> {
        let mut generator = Self {
            schema,
            options,
            table: TypeTable::new(schema),
            aliases: Aliases::default(),
            functions: FunctionNames::default(),
            made: HashMap::new(),
            blocks: BTreeMap::new(),
        };
        // The module's own packages choose their aliases first.
        for package in &schema.packages {
            generator.aliases.add(&package.path, Some(&package.name));
        }
        let mut others = BTreeSet::new();
        for function in schema.symbols.iter().chain(&schema.methods) {
            others.insert(function.pkg.as_str());
            for argument in &function.type_args {
                collect_paths(argument, &mut others);
            }
        }
        for declaration in &schema.types {
            if declaration.unnameable {
                continue;
            }
            collect_paths(&declaration.name, &mut others);
            // Composite field types hold leaves that are types themselves.
        }
        for var in &schema.vars {
            others.insert(&var.pkg);
        }
        for path in others {
            generator.aliases.add(path, None);
        }
        Ok(generator)
    }

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
        match expression::parse(text) {
            Expression::Pointer(element)
            | Expression::Slice(element)
            | Expression::Array(_, element)
            | Expression::Variadic(element) => Ok((None, self.lower(element, text)?)),
            Expression::Map(key, value) => {
                Ok((Some(self.lower(key, text)?), self.lower(value, text)?))
            }
            Expression::Leaf(name) => Err(BridgeError::Shape {
                what: of.text.clone(),
                source: crate::schema::shape::ShapeError::Unknown(name.to_owned()),
            }),
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
        if let Some(id) = self.table.find(text) {
            return !self.declaration(id).unnameable;
        }
        match expression::parse(text) {
            Expression::Variadic(element)
            | Expression::Pointer(element)
            | Expression::Slice(element)
            | Expression::Array(_, element) => self.is_nameable(element),
            Expression::Map(key, value) => self.is_nameable(key) && self.is_nameable(value),
            Expression::Leaf(_) => true,
        }
    }

    /// The type as generated code writes it; the packages it takes are added to
    /// `imports`.
    pub(super) fn go_type(&self, text: &str, imports: &mut Imports) -> String {
        let mut out = String::with_capacity(text.len());
        for token in tokens(text) {
            match token {
                Token::Qualified(path, name) => {
                    out.push_str(&self.qualified(path, name, imports));
                }
                Token::Other(other) => out.push_str(other),
            }
        }
        out
    }

    /// A package-level name as generated code writes it.
    pub(super) fn qualified(&self, path: &str, name: &str, imports: &mut Imports) -> String {
        imports.insert(path.to_owned());
        let alias = self
            .aliases
            .get(path)
            .expect("every path in the schema has an alias");
        format!("{alias}.{name}")
    }
}

/// A piece of a type expression.
#[derive(Debug, PartialEq, Eq)]
enum Token<'t> {
    /// `example.com/mod.Person`
    Qualified(&'t str, &'t str),
    /// Anything else, copied as it is.
    Other(&'t str),
}

/// Splits a type expression into qualified names and the rest.
fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = if first == '"' || first == '`' {
            quoted(rest)
        } else if is_word(first) {
            rest.find(|c| !is_word(c)).unwrap_or(rest.len())
        } else {
            rest.find(|c: char| is_word(c) || c == '"' || c == '`')
                .unwrap_or(rest.len())
        };
        let (token, after) = rest.split_at(end);
        // Variadic dots stand in front of a word, and look like part of one.
        if let Some(word) = token.strip_prefix("...") {
            rest = &rest[3..];
            debug_assert!(rest.starts_with(word));
            return Some(Token::Other("..."));
        }
        rest = after;
        Some(match token.rsplit_once('.') {
            Some((path, name)) if is_word(first) => Token::Qualified(path, name),
            _ => Token::Other(token),
        })
    })
}

/// Whether `c` can be part of an import path or an identifier: everything but
/// what Go's type syntax is made of.
fn is_word(c: char) -> bool {
    !matches!(
        c,
        ' ' | '[' | ']' | '(' | ')' | '{' | '}' | '*' | ',' | ';' | '<' | '"' | '`'
    )
}

/// The length of the quoted string at the start of `text`.
fn quoted(text: &str) -> usize {
    let quote = text.as_bytes()[0];
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quote == b'"' => escaped = true,
            _ if byte == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Adds the import paths in a type expression.
fn collect_paths<'t>(text: &'t str, paths: &mut BTreeSet<&'t str>) {
    paths.extend(tokens(text).filter_map(|token| match token {
        Token::Qualified(path, _) => Some(path),
        Token::Other(_) => None,
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn qualified_names_are_found_wherever_they_stand() {
        let text = "func(...gopkg.in/yaml.v3.Node, <-chan a-b.com/~c/d.T) map[a/b.K[x.Y]]string";
        let found: Vec<_> = tokens(text)
            .filter_map(|token| match token {
                Token::Qualified(path, name) => Some((path, name)),
                Token::Other(_) => None,
            })
            .collect();
        assert_eq!(
            found,
            [
                ("gopkg.in/yaml.v3", "Node"),
                ("a-b.com/~c/d", "T"),
                ("a/b", "K"),
                ("x", "Y"),
            ]
        );
    }

    #[test]
    fn struct_tags_are_left_alone() {
        let text = r#"struct{A time.Time "json:\"a.b/c.d\""}"#;
        let rebuilt: String = tokens(text)
            .map(|token| match token {
                Token::Qualified(_, name) => name.to_owned(),
                Token::Other(other) => other.to_owned(),
            })
            .collect();
        assert_eq!(rebuilt, r#"struct{A Time "json:\"a.b/c.d\""}"#);
    }
}
