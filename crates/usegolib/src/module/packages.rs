//! The importable packages of a module's folder, found without running Go.
//!
//! The walk follows the rules of the go command's `./...`: folders starting
//! with `.` or `_`, `testdata`, `vendor` and nested modules are not entered. Of
//! the rest, commands (`package main`) and `internal` packages can't be imported.
//! Whether a package compiles here is left to Go.

use std::path::Path;

use fs_err as fs;

use super::ModuleError;

/// Import paths of the importable packages in a module's folder, sorted.
pub fn importable(root: &Path, module: &str) -> Result<Vec<String>, ModuleError> {
    let mut found = Vec::new();
    walk(root, module, &mut found)?;
    found.sort();
    Ok(found)
}

/// Whether Go's visibility rule keeps a package from being imported elsewhere.
pub fn is_internal(package: &str) -> bool {
    package.split('/').any(|element| element == "internal")
}

fn walk(folder: &Path, import_path: &str, found: &mut Vec<String>) -> Result<(), ModuleError> {
    let mut library = false;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let kind = entry.file_type()?;
        if kind.is_dir() {
            let skipped = name.starts_with(['.', '_'])
                || matches!(name, "testdata" | "vendor" | "internal")
                || entry.path().join("go.mod").is_file();
            if !skipped {
                walk(&entry.path(), &format!("{import_path}/{name}"), found)?;
            }
        } else if !library && is_source(name) {
            let source = fs::read(entry.path())?;
            library = package_clause(&source).is_some_and(|clause| {
                // `documentation` is what the go command ignores.
                clause != "main" && clause != "documentation"
            });
        }
    }
    if library {
        found.push(import_path.to_owned());
    }
    Ok(())
}

/// Whether a file is part of a package rather than of its tests.
fn is_source(name: &str) -> bool {
    name.strip_suffix(".go")
        .is_some_and(|stem| !stem.ends_with("_test") && !stem.starts_with(['.', '_']))
}

/// The name in a Go file's package clause.
fn package_clause(source: &[u8]) -> Option<&str> {
    let text = source.strip_prefix(b"\xef\xbb\xbf").unwrap_or(source);
    let mut rest = text.trim_ascii_start();
    loop {
        if let Some(comment) = rest.strip_prefix(b"//") {
            let end = comment.iter().position(|&byte| byte == b'\n')?;
            rest = &comment[end..];
        } else if let Some(comment) = rest.strip_prefix(b"/*") {
            let end = comment.windows(2).position(|pair| pair == b"*/")?;
            rest = &comment[end + 2..];
        } else {
            break;
        }
        rest = rest.trim_ascii_start();
    }
    let name = rest.strip_prefix(b"package")?.trim_ascii_start();
    let end = name
        .iter()
        .position(|&byte| !(byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80))
        .unwrap_or(name.len());
    std::str::from_utf8(&name[..end]).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_clauses() {
        for (source, name) in [
            ("package a", Some("a")),
            (
                "// c\n//go:build x\n\n/* d\npackage no */ package b;",
                Some("b"),
            ),
            ("\u{feff}package über // c", Some("über")),
            ("import \"x\"", None),
            ("// only a comment", None),
        ] {
            assert_eq!(package_clause(source.as_bytes()), name, "{source}");
        }
    }

    #[test]
    fn only_importable_packages_are_found() {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("root.go", "package m"),
            ("gen.go", "package main"),
            ("a/a.go", "package a"),
            ("a/internal/i.go", "package internal"),
            ("a/internal/deep/i.go", "package deep"),
            ("cmd/c.go", "package main"),
            ("testdata/t.go", "package t"),
            ("_x/x.go", "package x"),
            (".h/h.go", "package h"),
            ("vendor/v/v.go", "package v"),
            ("nested/go.mod", "module n"),
            ("nested/n.go", "package n"),
            ("tests/t_test.go", "package tests"),
            ("deep/er/e.go", "package er"),
        ] {
            let file = folder.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        assert_eq!(
            importable(folder.path(), "e.c/m").unwrap(),
            ["e.c/m", "e.c/m/a", "e.c/m/deep/er"]
        );
    }
}
