//! Pieces of generated source: what they say and which packages that takes.
//!
//! A piece declares its imports where it is written; nobody looks for them in
//! the text afterwards, where a user's word may look like a package.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use minijinja::Environment;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::{BridgeError, Origin, Span};

/// A package that a piece of source needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Import {
    /// The runtime, as `bridge`.
    Runtime,
    /// The trampolines that parts share.
    Trampolines,
    /// Any other, by its import path.
    Package(String),
}

/// The packages that a piece of source needs.
pub(super) type Imports = BTreeSet<Import>;

/// A piece of generated source: some declarations, the packages they use, and
/// what they are for.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) imports: Imports,
    pub(super) text: String,
    /// Lines are counted from 1 in `text`.
    pub(super) spans: Vec<Span>,
}

impl Block {
    /// A piece of source that is as a whole for the same.
    pub(super) fn new(imports: Imports, text: String, origins: Vec<Origin>) -> Self {
        let lines = 1..=text.lines().count();
        Self {
            imports,
            text,
            spans: vec![Span { lines, origins }],
        }
    }
}

impl Block {
    /// A table: each row is a line and for something of its own.
    pub(super) fn table(
        imports: Imports,
        text: String,
        origins: impl Iterator<Item = Origin>,
    ) -> Self {
        // Before the rows are a comment and the line that opens the table.
        let spans = (3..)
            .zip(origins)
            .map(|(line, origin)| Span {
                lines: line..=line,
                origins: vec![origin],
            })
            .collect();
        Self {
            imports,
            text,
            spans,
        }
    }
}

/// The statements of a function being generated. Every such function takes a
/// part of the runtime, so the runtime is always among the imports.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) imports: Imports,
    lines: Vec<String>,
    depth: usize,
}

impl Default for Body {
    fn default() -> Self {
        Self {
            imports: Imports::from([Import::Runtime]),
            lines: Vec::new(),
            depth: 0,
        }
    }
}

impl Body {
    /// Adds a line at the current depth.
    pub(super) fn line(&mut self, line: impl AsRef<str>) {
        let mut out = "\t".repeat(self.depth);
        out.push_str(line.as_ref());
        self.lines.push(out);
    }

    /// Adds a line that opens a block: `if x {`.
    pub(super) fn open(&mut self, line: impl AsRef<str>) {
        self.line(line);
        self.depth += 1;
    }

    /// Ends a block.
    pub(super) fn close(&mut self) {
        self.close_with("}");
    }

    /// Ends a block that more ends with.
    pub(super) fn close_with(&mut self, end: &str) {
        self.depth -= 1;
        self.line(end);
    }

    /// Adds the lines of another.
    pub(super) fn lines_of(&mut self, other: Self) {
        for line in other.lines {
            self.line(line);
        }
    }

    /// The lines, each indented by `depth` tabs more.
    pub(super) fn indented(&self, depth: usize) -> String {
        let tabs = "\t".repeat(depth);
        let mut out = String::new();
        for (at, line) in self.lines.iter().enumerate() {
            if at > 0 {
                out.push('\n');
            }
            if !line.is_empty() {
                out.push_str(&tabs);
                out.push_str(line);
            }
        }
        out
    }
}

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("templates/", $name, ".j2")))),*]
    };
}

const TEMPLATES: &[(&str, &str)] = templates![
    "adapter.go",
    "callable.go",
    "decode_array.go",
    "decode_fields.go",
    "decode_map.go",
    "decode_object.go",
    "decode_pointer.go",
    "decode_record.go",
    "decode_slice.go",
    "encode_helper.go",
    "encode_record.go",
    "fields.go",
    "file.go",
    "host_func.go",
    "implement.go",
    "main.go",
    "receive.go",
    "table.go",
    "trampoline.go",
    "types.go",
    "variables.go",
];

fn environment() -> &'static Environment<'static> {
    static ENVIRONMENT: OnceLock<Environment<'static>> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| {
        let mut environment = Environment::new();
        environment.set_syntax(
            SyntaxConfig::builder()
                .trim_blocks(true)
                .lstrip_blocks(true)
                .build()
                .expect("the delimiters are the usual ones"),
        );
        environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
        for (name, source) in TEMPLATES {
            environment
                .add_template(name, source)
                .expect("the embedded templates parse");
        }
        environment
    })
}

/// Renders one of the templates under `templates/`.
pub(super) fn render(template: &str, context: impl Serialize) -> Result<String, BridgeError> {
    let context = Value::from(Serde(context));
    let mut text = environment().get_template(template)?.render(context)?;
    text.truncate(text.trim_end().len());
    text.push('\n');
    Ok(text)
}
