//! Names in generated code: import aliases, local variables, functions.
//!
//! User names only ever appear behind an import alias (`mod.Add`), so nothing
//! of theirs can collide with a generated declaration; aliases and parameter
//! names are the only places where their choice of words shows.

use std::collections::{BTreeMap, HashSet};

use crate::schema::expression::{self, Token};

/// Go's keywords and predeclared identifiers, none of which is ever shadowed.
const RESERVED: &[&str] = &[
    "any",
    "append",
    "bool",
    "break",
    "byte",
    "cap",
    "case",
    "chan",
    "clear",
    "close",
    "comparable",
    "complex",
    "complex128",
    "complex64",
    "const",
    "continue",
    "copy",
    "default",
    "defer",
    "delete",
    "else",
    "error",
    "fallthrough",
    "false",
    "float32",
    "float64",
    "for",
    "func",
    "go",
    "goto",
    "if",
    "imag",
    "import",
    "init",
    "int",
    "int16",
    "int32",
    "int64",
    "int8",
    "interface",
    "iota",
    "len",
    "main",
    "make",
    "map",
    "max",
    "min",
    "new",
    "nil",
    "package",
    "panic",
    "print",
    "println",
    "range",
    "real",
    "recover",
    "return",
    "rune",
    "select",
    "string",
    "struct",
    "switch",
    "true",
    "type",
    "uint",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "uintptr",
    "var",
    // The runtime packages and the package-level names of the generated code.
    "bridge",
    "cabi",
    "callables",
    "trampolines",
    "types",
    "variables",
];

/// What every package-level function of the generated code starts with; the
/// next letter is upper-case or a digit.
const PREFIXES: &[&str] = &[
    "anonymous",
    "call",
    "decode",
    "encode",
    "fields",
    "host",
    "hosted",
    "invoke",
    "receive",
    "trampoline",
];

/// Whether an identifier of the user's choosing may be used as it is.
fn is_free(name: &str) -> bool {
    // The generated code's own variables: d and e, r0 and up, p0 and up.
    let is_own = ["a", "d", "e", "err", "h", "q", "receiver", "byValue"].contains(&name)
        || name.strip_prefix(['p', 'r']).is_some_and(|digits| {
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        });
    let is_generated = PREFIXES.iter().any(|prefix| {
        name.strip_prefix(prefix)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_lowercase() || c == '_'))
    });
    is_identifier(name) && !is_own && !is_generated && !RESERVED.contains(&name)
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The aliases under which the generated code imports packages: one per import
/// path, the same in every file.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    by_path: BTreeMap<String, String>,
    taken: HashSet<String>,
    /// Paths of packages that are called by their alias without it being given.
    implied: HashSet<String>,
}

impl Aliases {
    /// Gives the package at `path` an alias made of its name.
    pub(super) fn add(&mut self, path: &str, name: Option<&str>) {
        if self.by_path.contains_key(path) {
            return;
        }
        let base = name.map_or_else(|| last_element(path), str::to_owned);
        let base = if is_identifier(&base) {
            base
        } else {
            "pkg".to_owned()
        };
        let mut alias = base.clone();
        let mut number = 1;
        // Helpers have variables of one letter.
        while alias.len() == 1 || !is_free(&alias) || self.taken.contains(&alias) {
            number += 1;
            alias = format!("{base}_{number}");
            // A reserved prefix stays one with a number behind it.
            if number > 2 && !is_free(&alias) {
                alias = format!("pkg_{base}_{number}");
            }
        }
        // Of the standard library's packages the last element is the name; of
        // others it need not be (.../expr/v1alpha1 is package expr).
        let standard = !path.split('/').next().unwrap_or_default().contains('.');
        if path.rsplit('/').next() == Some(&alias) && (standard || name == Some(&*alias)) {
            self.implied.insert(path.to_owned());
        }
        self.taken.insert(alias.clone());
        self.by_path.insert(path.to_owned(), alias);
    }

    /// The alias of the package at `path`, if it was added.
    pub(super) fn get(&self, path: &str) -> Option<&str> {
        self.by_path.get(path).map(String::as_str)
    }

    /// The alias that the import of a package has to give.
    pub(super) fn given(&self, path: &str) -> Option<&str> {
        self.get(path).filter(|_| !self.implied.contains(path))
    }

    /// Local variable names for parameters: Go's own where they are free, else
    /// numbered.
    pub(super) fn locals<'n>(&self, parameters: impl Iterator<Item = &'n str>) -> Vec<String> {
        let mut used = HashSet::new();
        parameters
            .enumerate()
            .map(|(at, name)| {
                let name = if is_free(name) && !self.taken.contains(name) && !used.contains(name) {
                    name.to_owned()
                } else {
                    // No free name looks like it.
                    format!("p{at}")
                };
                used.insert(name.clone());
                name
            })
            .collect()
    }
}

/// The word that a package of unknown name is probably called by: the last
/// element of its path without version and punctuation.
fn last_element(path: &str) -> String {
    let mut elements = path.rsplit('/');
    let last = elements.next().unwrap_or_default();
    let is_version = last.strip_prefix('v').is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    let word = match elements.next() {
        Some(before) if is_version => before,
        _ => last,
    };
    // gopkg.in/yaml.v3
    let word = word.split_once(".v").map_or(word, |(name, _)| name);
    word.chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect::<String>()
        .to_lowercase()
}

/// Names of generated functions: unique, made of the type they are for.
#[derive(Debug, Default)]
pub(super) struct FunctionNames {
    taken: HashSet<String>,
}

impl FunctionNames {
    /// A function name: a prefix and the words of a Go type (`decodeSliceModPerson`).
    pub(super) fn unique(&mut self, prefix: &str, go_type: &str) -> String {
        let base = format!("{prefix}{}", words(go_type));
        let mut name = base.clone();
        let mut number = 1;
        while !self.taken.insert(name.clone()) {
            number += 1;
            name = format!("{base}_{number}");
        }
        name
    }
}

/// A Go type as words: `map[string][]*mod.Person` is `MapStringSlicePointerModPerson`.
pub(super) fn words(go_type: &str) -> String {
    let mut out = String::new();
    let mut tokens = expression::tokens(go_type);
    while let Some(token) = tokens.next() {
        match token {
            Token::Mark("*") => out.push_str("Pointer"),
            Token::Mark("[") if tokens.rest().starts_with(']') => out.push_str("Slice"),
            Token::Mark("[") if tokens.rest().starts_with(|c: char| c.is_ascii_digit()) => {
                out.push_str("Array");
            }
            Token::Mark(_) | Token::Tag(_) => {}
            Token::Word(word) => capitalize(word, &mut out),
            Token::Qualified { path, name } => {
                capitalize(path, &mut out);
                capitalize(name, &mut out);
            }
        }
    }
    // A struct type without a name can be very long.
    if out.len() > 80 {
        let end = (0..=80).rev().find(|at| out.is_char_boundary(*at));
        out.truncate(end.unwrap_or_default());
    }
    out
}

/// Adds the words of a name or path, each with a capital.
fn capitalize(text: &str, out: &mut String) {
    for word in text.split(|c: char| !c.is_alphanumeric() && c != '_') {
        let mut rest = word.chars();
        out.extend(rest.next().into_iter().flat_map(char::to_uppercase));
        out.push_str(rest.as_str());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_given_unless_they_are_the_name() {
        let mut aliases = Aliases::default();
        aliases.add("example.com/mod", Some("mod"));
        aliases.add("example.com/expr/v1alpha1", None);
        aliases.add("example.com/go-yaml", Some("yaml"));
        aliases.add("net/url", None);
        aliases.add("math/rand/v2", None);
        let given = |path| aliases.given(path);
        assert_eq!(given("example.com/mod"), None);
        assert_eq!(given("example.com/expr/v1alpha1"), Some("v1alpha1"));
        assert_eq!(given("example.com/go-yaml"), Some("yaml"));
        assert_eq!(given("net/url"), None);
        assert_eq!(given("math/rand/v2"), Some("rand"));
    }

    #[test]
    fn aliases_avoid_go_and_each_other() {
        let mut aliases = Aliases::default();
        for (path, name) in [
            ("example.com/a/mod", Some("mod")),
            ("example.com/b/mod", Some("mod")),
            ("example.com/string", Some("string")),
            ("example.com/x/bridge", None),
            ("gopkg.in/yaml.v3", None),
            ("example.com/go-thing/v2", None),
            ("example.com/d", Some("d")),
            ("example.com/call1", Some("call1")),
        ] {
            aliases.add(path, name);
        }
        let alias = |path| aliases.get(path).unwrap_or_default();
        assert_eq!(alias("example.com/a/mod"), "mod");
        assert_eq!(alias("example.com/b/mod"), "mod_2");
        assert_eq!(alias("example.com/string"), "string_2");
        assert_eq!(alias("example.com/x/bridge"), "bridge_2");
        assert_eq!(alias("gopkg.in/yaml.v3"), "yaml");
        assert_eq!(alias("example.com/go-thing/v2"), "gothing");
        assert_eq!(alias("example.com/d"), "d_2");
        assert_eq!(alias("example.com/call1"), "pkg_call1_3");
    }

    #[test]
    fn parameters_keep_their_names_where_those_are_free() {
        let mut aliases = Aliases::default();
        aliases.add("example.com/mod", Some("mod"));
        let names = ["text", "mod", "d", "", "_", "len", "r12", "text", "été"];
        assert_eq!(
            aliases.locals(names.into_iter()),
            ["text", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8"]
        );
    }

    #[test]
    fn types_become_words() {
        assert_eq!(
            words("map[string][]*mod.Person"),
            "MapStringSlicePointerModPerson"
        );
        assert_eq!(words("[16]mod.Box[int]"), "Array16ModBoxInt");
        assert_eq!(words("<-chan int"), "ChanInt");
    }
}
