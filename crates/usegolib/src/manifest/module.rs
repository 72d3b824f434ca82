//! What is compiled into a library: its modules, and the files with their
//! licences.

use serde::{Deserialize, Serialize};

/// What the list of modules calls Go's standard library.
pub const STANDARD_LIBRARY: &str = "std";

/// A module that some package of was compiled into a library.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Module {
    /// Module path; [`STANDARD_LIBRARY`] for Go's own packages.
    pub path: String,
    /// Concrete version, `local`, or the Go release.
    pub version: String,
    /// The hash of its content, as `go.sum` has it; empty if there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sum: String,
    /// What a `replace` directive had in its place: `path@version`, or `local`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub replaced_by: String,
    /// The licence files in its root.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub licenses: Vec<License>,
}

/// A file with a licence, or with notices that go with one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct License {
    /// Its name in the module's root.
    pub file: String,
    /// 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// The licence's identifier in the SPDX list, if its text is one of the usual
    /// ones; empty otherwise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub spdx: String,
}
