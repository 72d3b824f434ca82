//! The joint to the bridge generator.

use std::path::PathBuf;

use super::BuildError;
use super::site::{RUNTIME_MODULE, Site};
use crate::schema::Schema;

/// One file of Go (or C) source to compile into the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Relative: at the top for the generated main package, in a folder for a
    /// package of the bridge.
    pub path: PathBuf,
    /// The source.
    pub contents: String,
}

/// The source of the bridge for what was scanned.
#[allow(clippy::unnecessary_wraps, reason = "generating can fail")]
pub(super) fn bridge(schema: &Schema, _site: &Site) -> Result<Vec<SourceFile>, BuildError> {
    let mut imports = String::new();
    for package in &schema.packages {
        imports.push_str(&["import _ \"", &package.path, "\"\n"].concat());
    }
    Ok(vec![
        SourceFile {
            path: "main.go".into(),
            contents: format!(
                "package main\n\nimport _ \"{RUNTIME_MODULE}/cabi\"\n\n{imports}\nfunc main() {{}}\n"
            ),
        },
        SourceFile {
            path: "cabi/cabi.go".into(),
            contents:
                "package cabi\n\nimport \"C\"\n\n//export usegolib_call\nfunc usegolib_call() {}\n"
                    .to_owned(),
        },
    ])
}
