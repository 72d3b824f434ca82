//! The house has floors (docs/architecture.md), and each uses only those below
//! it. Here is their order, and the test that it holds.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fs_err as fs;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The floors of this crate, the lowest first.
const USEGOLIB: &[&str] = &[
    "environment",
    "error",
    "schema",
    "manifest",
    "python",
    "coverage",
    "bridge",
    "engine",
    "module",
    "artifact",
    "toolchain",
    "builder",
    "project",
    "cli",
];

/// The floors of the extension module, the lowest first.
const EXTENSION: &[&str] = &[
    "exception",
    "cpython",
    "wire",
    "codec",
    "instance",
    "call",
    "host",
    "objects",
    "package",
    "command_line",
];

/// A use of one floor in a file of another.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Use {
    file: PathBuf,
    from: String,
    to: String,
}

#[test]
fn each_floor_of_usegolib_uses_only_those_below() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    assert_eq!(violations(&source, USEGOLIB), []);
}

#[test]
fn each_floor_of_the_extension_uses_only_those_below() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../usegolib-python/src");
    assert_eq!(violations(&source, EXTENSION), []);
}

#[test]
fn a_use_of_a_floor_above_is_found_however_it_is_written() {
    for planted in [
        "use crate::above::Thing;",
        "use crate::{above::Thing, within};",
        "use crate::{self as root, above};",
        "fn f() { let _ = crate::above::make(); }",
        "macro_rules! m { () => { crate::above::make() } }",
        "use super::above::Thing;",
        "mod tests { use super::super::above::Thing; }",
        "pub(in crate::above) fn f() {}",
    ] {
        let found = floors_used(planted, 1);
        assert!(found.contains("above"), "{planted}: {found:?}");
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("below.rs"), planted).expect("a file");
        fs::write(folder.path().join("above.rs"), "").expect("a file");
        let found = violations(folder.path(), &["below", "above"]);
        assert_eq!(found.len(), 1, "{planted}");
        assert_eq!(violations(folder.path(), &["above", "below"]), []);
    }
}

#[test]
fn other_paths_are_no_use_of_a_floor() {
    for harmless in [
        "mod tests { use super::above::Thing; }",
        "use other::above;",
        "// crate::above\nfn f() { \"crate::above\"; }",
        "use super::super::above;",
    ] {
        let depth = if harmless.starts_with("use super::super") {
            3
        } else {
            1
        };
        let found = floors_used(harmless, depth);
        assert!(!found.contains("above"), "{harmless}: {found:?}");
    }
}

/// The uses of floors above the one a file is on.
fn violations(source: &Path, floors: &[&str]) -> Vec<Use> {
    let height = |floor: &str| floors.iter().position(|one| *one == floor);
    let mut found = Vec::new();
    for file in files(source) {
        let path = file.strip_prefix(source).expect("a file below").to_owned();
        let mut modules: Vec<_> = path
            .with_extension("")
            .iter()
            .map(|part| part.to_str().expect("UTF-8").to_owned())
            .collect();
        if matches!(modules.last().map(String::as_str), Some("mod" | "lib")) {
            modules.pop();
        }
        let Some(from) = modules.first().filter(|one| *one != "bin").cloned() else {
            continue;
        };
        let own = height(&from);
        let own = own.unwrap_or_else(|| panic!("{} is on no floor", path.display()));
        let text = fs::read_to_string(&file).expect("a source file");
        for to in floors_used(&text, modules.len()) {
            if height(&to).is_some_and(|height| height > own) {
                let (file, from) = (path.clone(), from.clone());
                found.push(Use { file, from, to });
            }
        }
    }
    found.sort();
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// What source text uses of the crate's root; it is in a module so many levels
/// below it.
fn floors_used(text: &str, depth: usize) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let tokens: TokenStream = text.parse().expect("Rust");
    collect(tokens, depth, &mut found);
    found
}

fn collect(tokens: TokenStream, depth: usize, found: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        if let Some(behind) = root(&tokens[at..], depth) {
            at += behind;
            match tokens.get(at) {
                Some(TokenTree::Ident(name)) => {
                    found.insert(name.to_string());
                }
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    found.extend(first_names(group.stream()));
                }
                _ => {}
            }
            continue;
        }
        if let TokenTree::Group(group) = &tokens[at] {
            let is_module = at >= 2 && is(&tokens[at - 2], "mod");
            collect(group.stream(), depth + usize::from(is_module), found);
        }
        at += 1;
    }
}

/// How many tokens at the start of these lead to the crate's root: `crate::`, or
/// as many `super::` as there are levels.
fn root(tokens: &[TokenTree], depth: usize) -> Option<usize> {
    let colons = |at: usize| {
        let colon = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
        colon(tokens.get(at)) && colon(tokens.get(at + 1))
    };
    if is(tokens.first()?, "crate") {
        return colons(1).then_some(3);
    }
    let mut levels = 0;
    while tokens
        .get(3 * levels)
        .is_some_and(|token| is(token, "super"))
        && colons(3 * levels + 1)
    {
        levels += 1;
    }
    (levels > 0 && levels == depth).then_some(3 * levels)
}

fn is(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(name) if name == word)
}

/// The names that the branches of `{a::b, c, d::{e}}` begin with.
fn first_names(branches: TokenStream) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut is_first = true;
    for token in branches {
        match token {
            TokenTree::Ident(name) if is_first => {
                names.insert(name.to_string());
                is_first = false;
            }
            TokenTree::Punct(punct) if punct.as_char() == ',' => is_first = true,
            _ => {}
        }
    }
    names
}
