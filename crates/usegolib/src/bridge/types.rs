//! Types in the plan: how each is written in Go, whether it can be written at
//! all, and which packages that takes.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::plan::Plan;
use super::source::{Block, Import, Imports};
use super::{BridgeError, Origin};
use crate::schema::expression::{self, Expression};
use crate::schema::shape::{Shape, TypeId};
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

    /// Whether generated code can write the type and, where the type has a
    /// name, what it is made of.
    pub(super) fn is_nameable(&self, text: &str) -> bool {
        self.is_nameable_within(text, &mut HashSet::new())
    }

    fn is_nameable_within<'t>(&'t self, text: &'t str, within: &mut HashSet<&'t str>) -> bool {
        if let Some(id) = self.table.find(text) {
            let declaration = self.declaration(id);
            // A type made of itself is as nameable as the rest of it.
            return !declaration.unnameable
                && (declaration.kind != TypeKind::Value
                    || !within.insert(text)
                    || self.is_nameable_within(&declaration.underlying, within));
        }
        match expression::parse(text) {
            Expression::Variadic(element)
            | Expression::Pointer(element)
            | Expression::Slice(element)
            | Expression::Array(_, element) => self.is_nameable_within(element, within),
            Expression::Map(key, value) => {
                self.is_nameable_within(key, within) && self.is_nameable_within(value, within)
            }
            Expression::Leaf(_) => true,
        }
    }

    /// The type as generated code writes it; the packages it takes are added to
    /// `imports`.
    pub(super) fn go_type(&self, text: &str, imports: &mut Imports) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while !rest.is_empty() {
            let (token, after) = next_token(rest);
            rest = after;
            match token {
                Token::Other(word @ ("struct" | "interface")) => {
                    let end = braced(rest);
                    let literal = [word, &rest[..end]].concat();
                    rest = &rest[end..];
                    if literal.ends_with("{}") {
                        out.push_str(&literal);
                    } else {
                        out.push_str(&self.anonymous(&literal));
                    }
                }
                Token::Qualified(path, name) => out.push_str(&self.qualified(path, name, imports)),
                // gofmt has a space behind every comma.
                Token::Other(",") if !rest.starts_with(' ') => out.push_str(", "),
                Token::Other(other) => out.push_str(other),
            }
        }
        out
    }

    /// The alias for a struct or interface type without a name.
    fn anonymous(&self, literal: &str) -> String {
        if let Some(name) = self.anonymous.borrow().by_text.get(literal) {
            return name.clone();
        }
        let (keyword, body) = literal.split_once('{').unwrap_or((literal, ""));
        let body = body.strip_suffix('}').unwrap_or(body);
        let mut needed = Imports::new();
        let members: Vec<_> = split_members(body)
            .map(|member| self.go_type(member, &mut needed))
            .collect();
        let mut anonymous = self.anonymous.borrow_mut();
        let name = format!("anonymous{}", anonymous.blocks.len() + 1);
        // Blank lines, because gofmt aligns neighbouring fields.
        let text = format!(
            "type {name} = {keyword} {{\n\t{}\n}}\n",
            members.join("\n\n\t")
        );
        let origin = Origin::of_type(literal);
        let block = Block::new(needed, text, vec![origin]);
        anonymous.blocks.push(block);
        anonymous.by_text.insert(literal.to_owned(), name.clone());
        name
    }

    /// Takes the declarations of types without a name.
    pub(super) fn take_anonymous(&self) -> Vec<Block> {
        std::mem::take(&mut self.anonymous.borrow_mut().blocks)
    }

    /// A package-level name as generated code writes it.
    pub(super) fn qualified(&self, path: &str, name: &str, imports: &mut Imports) -> String {
        imports.insert(Import::Package(path.to_owned()));
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
        if rest.is_empty() {
            return None;
        }
        let (token, after) = next_token(rest);
        rest = after;
        Some(token)
    })
}

/// Splits the first token off a text that isn't empty.
fn next_token(text: &str) -> (Token<'_>, &str) {
    // Variadic dots stand in front of a word, and look like part of one.
    if let Some(rest) = text.strip_prefix("...") {
        return (Token::Other("..."), rest);
    }
    let first = text.chars().next().unwrap_or_default();
    let end = if first == '"' || first == '`' {
        quoted(text)
    } else if is_word(first) {
        text.find(|c| !is_word(c)).unwrap_or(text.len())
    } else {
        first.len_utf8()
    };
    let (token, rest) = text.split_at(end);
    let token = match token.rsplit_once('.') {
        Some((path, name)) if is_word(first) => Token::Qualified(path, name),
        _ => Token::Other(token),
    };
    (token, rest)
}

/// The length of the braces at the start of `text`, with what is between them.
fn braced(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        let (token, rest) = next_token(&text[at..]);
        at = text.len() - rest.len();
        match token {
            Token::Other("{") => depth += 1,
            Token::Other("}") if depth <= 1 => return at,
            Token::Other("}") => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// The fields of a struct type, or the methods of an interface type.
fn split_members(body: &str) -> impl Iterator<Item = &str> {
    let mut members = Vec::new();
    let (mut start, mut at, mut depth) = (0, 0, 0_usize);
    while at < body.len() {
        let (token, rest) = next_token(&body[at..]);
        let end = body.len() - rest.len();
        match token {
            Token::Other("{" | "(" | "[") => depth += 1,
            Token::Other("}" | ")" | "]") => depth = depth.saturating_sub(1),
            Token::Other(";") if depth == 0 => {
                members.push(body[start..at].trim());
                start = end;
            }
            _ => {}
        }
        at = end;
    }
    members.push(body[start..].trim());
    members.into_iter().filter(|member| !member.is_empty())
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
pub(super) fn collect_paths<'t>(text: &'t str, paths: &mut BTreeSet<&'t str>) {
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
