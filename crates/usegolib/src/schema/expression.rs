//! Type expressions: Go's own notation, with import paths in front of names.
//!
//! A leaf is a predeclared type (`int64`, `any`, `error`) or a key of
//! [`Schema::types`](super::Schema::types). Only `*T`, `[]T`, `[N]T`, `map[K]V`
//! and `...T` are taken apart here; structs, funcs, interfaces and channels
//! without a name are declared types whose key is their whole expression.

/// One level of a type expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expression<'a> {
    /// `...T`
    Variadic(&'a str),
    /// `*T`
    Pointer(&'a str),
    /// `[]T`
    Slice(&'a str),
    /// `[N]T`
    Array(u64, &'a str),
    /// `map[K]V`
    Map(&'a str, &'a str),
    /// A predeclared or declared type.
    Leaf(&'a str),
}

/// Takes one level of `text` apart. What has none of the known prefixes, or is
/// malformed behind one, is a leaf: the type table knows it, or nobody does.
pub fn parse(text: &str) -> Expression<'_> {
    composite(text).unwrap_or(Expression::Leaf(text))
}

fn composite(text: &str) -> Option<Expression<'_>> {
    if let Some(element) = text.strip_prefix("...") {
        return Some(Expression::Variadic(element));
    }
    if let Some(element) = text.strip_prefix('*') {
        return Some(Expression::Pointer(element));
    }
    if let Some(element) = text.strip_prefix("[]") {
        return Some(Expression::Slice(element));
    }
    if let Some(rest) = text.strip_prefix("map[") {
        let (key, value) = split_bracket(rest)?;
        return Some(Expression::Map(key, value));
    }
    let (length, element) = split_bracket(text.strip_prefix('[')?)?;
    Some(Expression::Array(length.parse().ok()?, element))
}

/// Splits at the `]` that closes a bracket opened before `text`.
fn split_bracket(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' if depth == 0 => return Some((&text[..at], &text[at + 1..])),
            b']' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The expression as Go code writes it: every import path cut down to its last
/// element (`map[string]mod.Person`). For signatures in docs and messages.
pub fn short(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word_start = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            // An import path ends at the last slash before a name.
            b'/' => out.truncate(word_start),
            b'[' | b']' | b'*' | b'(' | b')' | b' ' | b',' | b'{' | b'}' | b';' => {
                out.push(char::from(byte));
                word_start = out.len();
            }
            _ => {
                // Multi-byte characters are copied whole at their first byte.
                if text.is_char_boundary(at) {
                    out.extend(text[at..].chars().next());
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn composites_are_taken_apart_one_level() {
        assert_eq!(parse("[]*a/b.T"), Expression::Slice("*a/b.T"));
        assert_eq!(parse("[16]uint8"), Expression::Array(16, "uint8"));
        assert_eq!(parse("...string"), Expression::Variadic("string"));
        assert_eq!(parse("*int"), Expression::Pointer("int"));
        assert_eq!(
            parse("map[[2]a.Box[int]][]string"),
            Expression::Map("[2]a.Box[int]", "[]string")
        );
    }

    #[test]
    fn named_and_malformed_expressions_are_leaves() {
        for leaf in [
            "int",
            "a/b.Box[[]int]",
            "func([]int) error",
            "[x",
            "map[string",
            "[x]int",
        ] {
            assert_eq!(parse(leaf), Expression::Leaf(leaf));
        }
    }

    #[test]
    fn short_form_drops_import_paths() {
        assert_eq!(short("map[string]example.com/m/v2/p.T"), "map[string]p.T");
        assert_eq!(short("example.com/m.Box[example.com/n.T]"), "m.Box[n.T]");
        assert_eq!(short("[]*time.Time"), "[]*time.Time");
        assert_eq!(short("...é/é.T"), "é.T");
    }
}
