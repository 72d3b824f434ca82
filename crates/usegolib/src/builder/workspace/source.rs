//! Go source that compiles in any module, whatever its language version.

use std::borrow::Cow;
use std::path::Path;

/// The language version the bridge is written in.
const LANGUAGE: &str = "go1.24";

/// A module's `go` line may say a version older than the bridge's source needs;
/// a build constraint raises it for one file.
pub(in crate::builder) fn for_any_module<'a>(path: &Path, contents: &'a str) -> Cow<'a, str> {
    if path.extension().is_none_or(|extension| extension != "go") {
        return contents.into();
    }
    let constraint = contents
        .lines()
        .take_while(|line| !line.starts_with("package "))
        .find_map(|line| line.strip_prefix("//go:build ").map(|rest| (line, rest)));
    match constraint {
        None => format!("//go:build {LANGUAGE}\n\n{contents}").into(),
        Some((_, rest)) if rest.contains("go1.") => contents.into(),
        Some((line, rest)) => contents
            .replacen(line, &format!("//go:build ({rest}) && {LANGUAGE}"), 1)
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_files_get_the_language_version() {
        let raise = |name: &str, text| for_any_module(Path::new(name), text).into_owned();
        assert_eq!(
            raise("a.go", "// Package a.\npackage a\n"),
            "//go:build go1.24\n\n// Package a.\npackage a\n"
        );
        assert_eq!(
            raise("a.go", "//go:build linux || darwin\n\npackage a\n"),
            "//go:build (linux || darwin) && go1.24\n\npackage a\n"
        );
        assert_eq!(
            raise("a.go", "//go:build go1.25\n\npackage a\n"),
            "//go:build go1.25\n\npackage a\n"
        );
        assert_eq!(raise("a.c", "int x;\n"), "int x;\n");
    }
}
