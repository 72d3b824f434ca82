//! The files that `//go:embed` directives of a Go file name.
//!
//! Patterns are followed as far as needed to find every file that Go would
//! embed; a few more (hidden files, say) do no harm to a fingerprint.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fs_err as fs;
use globset::{GlobBuilder, GlobMatcher};
use memchr::{memchr, memmem};

use crate::builder::BuildError;

const DIRECTIVE: &str = "//go:embed";

/// Adds the files that the directives in `source` name, relative to `folder`.
pub(super) fn files(
    source: &[u8],
    folder: &Path,
    found: &mut BTreeSet<PathBuf>,
) -> Result<(), BuildError> {
    for at in memmem::find_iter(source, DIRECTIVE) {
        let rest = &source[at + DIRECTIVE.len()..];
        let end = memchr(b'\n', rest).unwrap_or(rest.len());
        // A source that isn't UTF-8 doesn't compile.
        let Ok(line) = std::str::from_utf8(&rest[..end]) else {
            continue;
        };
        for pattern in patterns(line) {
            let pattern = pattern.strip_prefix("all:").unwrap_or(&pattern);
            let elements: Vec<&str> = pattern.split('/').collect();
            expand(folder, &elements, found)?;
        }
    }
    Ok(())
}

/// The patterns of a directive: words, or Go string literals.
fn patterns(line: &str) -> Vec<String> {
    let mut patterns = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        if matches!(first, '"' | '`') {
            let body = &rest[1..];
            let end = body.find(first).unwrap_or(body.len());
            patterns.push(body[..end].to_owned());
            rest = body.get(end + 1..).unwrap_or_default().trim_start();
        } else {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            patterns.push(rest[..end].to_owned());
            rest = rest[end..].trim_start();
        }
    }
    patterns
}

fn expand(path: &Path, elements: &[&str], found: &mut BTreeSet<PathBuf>) -> Result<(), BuildError> {
    let Some((element, rest)) = elements.split_first() else {
        return add(path, found);
    };
    if !element.contains(['*', '?', '[', '\\']) {
        return expand(&path.join(element), rest, found);
    }
    if !path.is_dir() {
        return Ok(());
    }
    // A pattern that is none is Go's to complain about.
    let Some(element) = matcher(element) else {
        return Ok(());
    };
    for entry in fs::read_dir(path)? {
        let name = entry?.file_name();
        if element.is_match(&name) {
            expand(&path.join(&name), rest, found)?;
        }
    }
    Ok(())
}

/// Go's `path.Match` for one element.
fn matcher(element: &str) -> Option<GlobMatcher> {
    // Braces are nothing special to Go.
    let element = element.replace('{', "[{]").replace('}', "[}]");
    let glob = GlobBuilder::new(&element).backslash_escape(true).build();
    glob.ok().map(|glob| glob.compile_matcher())
}

/// Adds a file, or all files below a folder that are of the same module.
fn add(path: &Path, found: &mut BTreeSet<PathBuf>) -> Result<(), BuildError> {
    if path.is_file() {
        found.insert(path.to_owned());
    } else if path.is_dir() && !path.join("go.mod").is_file() {
        for entry in fs::read_dir(path)? {
            add(&entry?.path(), found)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_have_words_and_literals() {
        assert_eq!(
            patterns(" a.txt  \"b c\" `d`/e all:f"),
            ["a.txt", "b c", "d", "/e", "all:f"]
        );
        assert!(patterns("").is_empty());
        assert_eq!(patterns(" \"unclosed"), ["unclosed"]);
    }

    #[test]
    fn elements_match_as_in_go() {
        let matched = |pattern: &str, name: &str| matcher(pattern).unwrap().is_match(name);
        assert!(matched("*.txt", "a.txt"));
        assert!(!matched("*.txt", "a.txt.gz"));
        assert!(matched("a?c", "abc"));
        assert!(matched("a[bc]d", "abd"));
        assert!(matched("a\\*", "a*"));
        assert!(!matched("a\\*", "ab"));
        assert!(matched("*", "anything"));
        assert!(matched("*", ".hidden"));
        assert!(matched("{a,b}", "{a,b}"));
        assert!(!matched("{a,b}", "a"));
        assert!(!matched("a[bc]d", "axd"));
        assert!(matcher("a[").is_none());
    }
}
