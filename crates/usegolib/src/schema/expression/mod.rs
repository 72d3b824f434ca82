//! Type expressions: Go's own notation, with import paths in front of names.
//!
//! A leaf is a predeclared type (`int64`, `any`, `error`) or a key of
//! [`Schema::types`](super::Schema::types). Only `*T`, `[]T`, `[N]T`, `map[K]V`
//! and `...T` are taken apart; structs, funcs, interfaces and channels without
//! a name are declared types whose key is their whole expression.
//!
//! This is the one reading of them: whoever looks into an expression uses
//! [`parse`], [`tokens`] or [`members`]. Expressions come from manifests, which
//! may hold anything, and what is nested is read by recursion: whoever takes an
//! expression in asks [`is_too_deep`] first.

mod token;

pub use token::{Token, Tokens, tokens};

/// How deep an expression may be nested. No program that people write comes
/// near it, and what reads expressions level by level has the stack for it.
pub const DEEPEST: usize = 200;

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
    // What most expressions are: one word.
    if !text.starts_with(['*', '[', '.', 'm']) {
        return None;
    }
    let mut rest = tokens(text);
    match rest.next()? {
        Token::Mark("...") => Some(Expression::Variadic(rest.rest())),
        Token::Mark("*") => Some(Expression::Pointer(rest.rest())),
        Token::Mark("[") => match bracketed(&mut rest)? {
            "" => Some(Expression::Slice(rest.rest())),
            length => Some(Expression::Array(length.parse().ok()?, rest.rest())),
        },
        Token::Word("map") => {
            rest.next().filter(|token| *token == Token::Mark("["))?;
            let key = bracketed(&mut rest)?;
            Some(Expression::Map(key, rest.rest()))
        }
        _ => None,
    }
}

/// What is between a bracket that was opened and the one that closes it.
fn bracketed<'a>(rest: &mut Tokens<'a>) -> Option<&'a str> {
    rest.group().strip_suffix(']')
}

/// Whether `text` is nested deeper than [`DEEPEST`].
pub fn is_too_deep(text: &str) -> bool {
    // Every level takes a character.
    text.len() > DEEPEST && nesting(text) > DEEPEST
}

/// How deep the levels of an expression are nested, at most.
fn nesting(text: &str) -> usize {
    let mut outer = Vec::new();
    let (mut depth, mut deepest) = (0, 0);
    for token in tokens(text) {
        match token {
            Token::Mark("[" | "(" | "{") => {
                outer.push(depth);
                depth += 1;
            }
            // An element, the result of a func.
            Token::Mark("]" | ")" | "}") => depth = outer.pop().unwrap_or(depth) + 1,
            // The next of several that are beside each other.
            Token::Mark("," | ";") => depth = outer.last().map_or(0, |outer| outer + 1),
            Token::Mark("*" | "..." | "<") | Token::Word("chan" | "func") => depth += 1,
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// The parts of a struct or interface type without a name, given what is in
/// its braces: the fields, or the methods.
pub fn members(body: &str) -> impl Iterator<Item = &str> {
    let mut rest = tokens(body);
    std::iter::from_fn(move || {
        let start = rest.rest();
        let mut end = start.len();
        while let Some(token) = rest.next() {
            match token {
                Token::Mark("{" | "(" | "[") => {
                    rest.group();
                }
                Token::Mark(";") => {
                    end = start.len() - rest.rest().len() - 1;
                    break;
                }
                _ => {}
            }
        }
        (!start.is_empty()).then(|| start[..end].trim())
    })
    .filter(|member| !member.is_empty())
}

/// The import paths in an expression.
pub fn paths(text: &str) -> impl Iterator<Item = &str> {
    tokens(text).filter_map(|token| match token {
        Token::Qualified { path, .. } => Some(path),
        _ => None,
    })
}

/// Whether the expression `text` is `part`, or made of it.
pub fn mentions(text: &str, part: &str) -> bool {
    // Most are not, and that is seen without taking anything apart.
    if part.is_empty() || !text.contains(part) {
        return false;
    }
    let part: Vec<_> = tokens(part).collect();
    let text: Vec<_> = tokens(text).collect();
    text.windows(part.len()).any(|window| window == part)
}

/// The expression as Go code writes it: every import path cut down to its last
/// element (`map[string]mod.Person`). For signatures in docs and messages.
pub fn short(text: &str) -> String {
    // No package is called so.
    short_within(text, "")
}

/// The same as code of the package at `path` writes it, whose own types have
/// no package in front.
pub fn short_within(text: &str, path: &str) -> String {
    let within = path;
    let mut out = String::with_capacity(text.len());
    for token in tokens(text) {
        match token {
            Token::Qualified { path, name } if path == within => out.push_str(name),
            Token::Qualified { path, name } => {
                let (_, package) = path.rsplit_once('/').unwrap_or(("", path));
                out.extend([package, ".", name]);
            }
            Token::Word(one) | Token::Tag(one) | Token::Mark(one) => out.push_str(one),
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
        assert_eq!(
            parse(r#"map[struct{A int "]"}]bool"#),
            Expression::Map(r#"struct{A int "]"}"#, "bool")
        );
    }

    #[test]
    fn named_and_malformed_expressions_are_leaves() {
        for leaf in [
            "",
            "int",
            "a/b.Box[[]int]",
            "m.Box[int]",
            "mapped",
            "func([]int) error",
            "[x",
            "map[string",
            "map(int)",
            "[x]int",
            "[",
        ] {
            assert_eq!(parse(leaf), Expression::Leaf(leaf));
        }
    }

    #[test]
    fn short_form_drops_import_paths() {
        assert_eq!(short("map[string]example.com/m/v2/p.T"), "map[string]p.T");
        assert_eq!(short("example.com/m.Box[example.com/n.T]"), "m.Box[n.T]");
        assert_eq!(short("[]*time.Time"), "[]*time.Time");
        assert_eq!(short("...é/é.T"), "...é.T");
        assert_eq!(short("struct{A int \"x/y.z\"}"), "struct{A int \"x/y.z\"}");
    }

    #[test]
    fn own_types_are_written_without_their_package() {
        for (expression, expected) in [
            ("map[string]e.c/m.T", "map[string]T"),
            ("[]*e.c/m/sub.T", "[]*sub.T"),
            ("...e.c/other-x.T", "...other-x.T"),
            (
                "func(io.Reader, e.c/m.A) <-chan e.c/m.B",
                "func(io.Reader, A) <-chan B",
            ),
            ("e.c/m.Box[e.c/n.T]", "Box[n.T]"),
            ("interface{}", "interface{}"),
        ] {
            assert_eq!(short_within(expression, "e.c/m"), expected);
        }
    }

    #[test]
    fn types_are_found_in_what_is_made_of_them() {
        for (text, part) in [
            ("e.c/m.T", "e.c/m.T"),
            ("map[string][]*e.c/m.T", "e.c/m.T"),
            ("...e.c/m.T", "e.c/m.T"),
            ("func(e.c/m.T) error", "e.c/m.T"),
            ("e.c/m.Box[e.c/m.T]", "e.c/m.T"),
            ("[2][0][4]string", "[0][4]string"),
            ("chan []int", "[]int"),
        ] {
            assert!(mentions(text, part), "{text} {part}");
        }
        for (text, part) in [
            ("e.c/m.Tree", "e.c/m.T"),
            ("x.e.c/m.T", "e.c/m.T"),
            ("[]int64", "[]int"),
            ("string", "[0][4]string"),
        ] {
            assert!(!mentions(text, part), "{text} {part}");
        }
    }

    #[test]
    fn members_are_split_at_their_own_level() {
        let body = r#"A struct{X int; Y int}; B func(a, b int) "x;y"; C [2]int"#;
        let found: Vec<_> = members(body).collect();
        assert_eq!(
            found,
            [
                "A struct{X int; Y int}",
                r#"B func(a, b int) "x;y""#,
                "C [2]int"
            ]
        );
        assert_eq!(members("").count(), 0);
    }

    #[test]
    fn nesting_counts_levels_and_not_neighbours() {
        for (text, expected) in [
            ("int", 0),
            ("**int", 2),
            ("[][3]int", 2),
            ("map[string][]int", 2),
            ("chan chan int", 2),
            ("func(int, int, int) int", 2),
            ("func(int, func(int), int)", 4),
            ("struct{A int; B []int; C int}", 2),
        ] {
            assert_eq!(nesting(text), expected, "{text}");
        }
        let wide = format!("func({})", vec!["[]int"; 10_000].join(", "));
        assert!(!is_too_deep(&wide));
    }

    #[test]
    fn what_is_deep_is_found_however_it_is_nested() {
        for level in [
            "*", "[]", "[1]", "map[int]", "chan ", "func() ", "...", "<-chan ",
        ] {
            assert!(is_too_deep(&(level.repeat(100_000) + "int")), "{level}");
        }
        for (open, close) in [
            ("struct{A ", "}"),
            ("a.T[", "]"),
            ("func(", ")"),
            ("map[", "]int"),
        ] {
            let text = open.repeat(100_000) + "int" + &close.repeat(100_000);
            assert!(is_too_deep(&text), "{open}");
        }
    }
}
