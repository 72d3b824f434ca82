//! The bridge: Go source generated from a schema.
//!
//! [`generate`] turns a [`Schema`] into the main package of a C shared library:
//! tables of callables and types, in the order of
//! [`dispatch::callables`](crate::schema::dispatch::callables), the trampolines
//! that read arguments, call and write results, and straight-line code for what
//! comes first. Beside it come
//! the Go packages it is linked with, `bridge` (the runtime) and `cabi` (the C
//! entry points).
//!
//! First comes the [`plan`]: [`names`], [`types`], and for every callable its
//! name, its file and the way it is emitted. Then the emitter ([`emit`]) writes
//! it, with what [`callables`], [`receivers`] and [`trampolines`] say of calls, [`values`] and
//! [`records`] of what crosses in them, [`hosted`] of what is the host's, and [`registry`] of types and what is
//! reached of them. Pieces of [`source`] declare what they import and what they
//! are for ([`origin`]); the files under `templates/` only print.
//!
//! The bridge of a large module is several packages: what is nothing but rows of
//! tables goes to [`parts`], which Go compiles side by side and keeps as long as
//! what they are made of is the same.

mod callables;
mod embedded;
mod emit;
mod hosted;
mod names;
mod origin;
mod parts;
mod plan;
mod receivers;
mod records;
mod registry;
mod source;
mod trampolines;
mod types;
mod values;

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::error::{Category, Diagnostic};
use crate::schema::Schema;
use crate::schema::shape::ShapeError;

pub use embedded::runtime_files;
pub use origin::{Origin, Span};

/// Where the generated packages live and how they call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// What the import paths of the packages `bridge` and `cabi` begin with.
    pub import_prefix: String,
    /// The import path of the generated main package, whose parts are below it.
    pub main: String,
    /// Import paths of packages whose functions may call `runtime.Goexit`
    /// (`testing`, for one, does) or `iter.Pull`. Each of their calls runs on a
    /// goroutine of its own, which costs microseconds; anywhere else Goexit is
    /// fatal, and so is pulling what was begun on another thread.
    pub isolated_packages: BTreeSet<String>,
    /// How many pieces of straight-line code there may be: functions for single
    /// callables and types, those that come first. Everything else goes by
    /// tables, which compile faster and run slower by a few nanoseconds a value.
    pub straight_line: usize,
    /// How many rows of tables a part of a large library's bridge has, about. A
    /// bridge with less than two parts' rows is one package.
    pub part_rows: usize,
    /// Callables whose trampolines were found not to pass arguments as Go does:
    /// all callables of their layouts get code of their own.
    pub mistaken: BTreeSet<Origin>,
}

/// The usual budget of straight-line code: all of a small module, and what
/// compiles in half a second of a large one.
pub const STRAIGHT_LINE: usize = 400;

/// The usual size of a part: compiling one costs as much for what it imports as
/// for some hundred rows.
pub const PART_ROWS: usize = 8000;

impl Options {
    /// Options for a main package at `main`, with nothing isolated.
    pub fn new(import_prefix: impl Into<String>, main: impl Into<String>) -> Self {
        Self {
            import_prefix: import_prefix.into(),
            main: main.into(),
            part_rows: PART_ROWS,
            isolated_packages: BTreeSet::new(),
            straight_line: STRAIGHT_LINE,
            mistaken: BTreeSet::new(),
        }
    }
}

/// One Go (or C) source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Relative to the folder of the main package, with `/` on every platform.
    pub path: String,
    /// The source text.
    pub contents: Cow<'static, str>,
    /// What its lines are for, in order and without overlap. Lines that every
    /// library has are for nothing in particular.
    pub spans: Vec<Span>,
}

/// Why no bridge can be generated from a schema.
#[derive(Debug, thiserror::Error)]
pub enum BridgeError {
    /// A type in the schema has no shape: the scanner and the generator
    /// disagree about what can cross.
    #[error("cannot generate the bridge for {what}: {source}")]
    Shape {
        /// The callable or type that mentions it.
        what: String,
        /// What is wrong with the type.
        source: ShapeError,
    },
    /// Something that no code can be generated for. Without it, the rest of the
    /// schema may do.
    #[error("{source}")]
    Part {
        /// What it is.
        origin: Origin,
        /// Why.
        source: Box<BridgeError>,
    },
    /// A template failed: a defect of this crate.
    #[error("cannot generate the bridge: {0:#}")]
    Template(#[from] minijinja::Error),
}

impl BridgeError {
    /// The error as one of `origin`, unless it is already known whose it is, or
    /// is nobody's.
    fn of(self, origin: impl FnOnce() -> Origin) -> Self {
        match self {
            Self::Shape { .. } => Self::Part {
                origin: origin(),
                source: Box::new(self),
            },
            known => known,
        }
    }
}

impl Diagnostic for BridgeError {
    fn category(&self) -> Category {
        Category::Build
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some("this is a defect of usegolib; please report it with the module's name".into())
    }
}

/// Generates the main package for `schema` and adds the packages it imports.
/// The files are gofmt-clean and in a stable order.
pub fn generate(schema: &Schema, options: &Options) -> Result<Vec<SourceFile>, BridgeError> {
    let mut files = generate_main(schema, options)?;
    files.extend(runtime_files());
    Ok(files)
}

/// Only the files of the main package, which change with the schema.
pub fn generate_main(schema: &Schema, options: &Options) -> Result<Vec<SourceFile>, BridgeError> {
    let plan = plan::Plan::new(schema, options);
    let mut emitter = emit::Emitter::new(&plan);
    emitter.callables()?;
    emitter.registry()?;
    emitter.variables()?;
    emitter.finish()
}
