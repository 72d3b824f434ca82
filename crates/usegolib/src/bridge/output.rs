//! From pieces of source to files.

use std::fmt::Write as _;
use std::sync::OnceLock;

use minijinja::Environment;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::types::{Generator, Imports};
use super::{BridgeError, SourceFile};
use crate::schema::dispatch;

/// Files are split where they get longer than this many lines.
const FILE_LINES: usize = 1000;

/// A piece of generated source: some declarations and the packages they use.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) imports: Imports,
    pub(super) text: String,
}

/// One row of the symbol table.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    /// The generated function.
    pub(super) function: String,
    /// The names of its arguments, separated by spaces.
    pub(super) parameters: String,
    /// How it is called, if not plainly: the name of a constant of the runtime.
    pub(super) manner: Option<&'static str>,
}

/// The statements of a function being generated.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) imports: Imports,
    lines: Vec<String>,
    depth: usize,
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
        self.depth -= 1;
        self.line("}");
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
    "callable.go",
    "decode_array.go",
    "decode_map.go",
    "decode_object.go",
    "decode_pointer.go",
    "decode_record.go",
    "decode_slice.go",
    "encode_helper.go",
    "encode_record.go",
    "fields.go",
    "file.go",
    "holder.go",
    "main.go",
    "receive.go",
    "table.go",
    "types.go",
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

#[derive(Serialize)]
struct FileContext<'c> {
    imports: Vec<Import<'c>>,
    body: String,
}

#[derive(Serialize)]
struct Import<'c> {
    /// Empty where the path's last element already is the name.
    alias: &'c str,
    path: String,
}

#[derive(Serialize)]
struct MainContext<'c> {
    prefix: &'c str,
    digest: String,
}

#[derive(Serialize)]
struct TableContext<'c> {
    rows: &'c [Row],
}

impl Generator<'_> {
    /// Adds a declaration to the file with the given stem.
    pub(super) fn emit(&mut self, stem: &str, imports: Imports, text: String) {
        let block = Block { imports, text };
        self.blocks.entry(stem.to_owned()).or_default().push(block);
    }

    /// The stem of the file for what belongs to the package at `path`.
    pub(super) fn stem(&self, path: &str, kind: &str) -> String {
        match self.aliases.get(path) {
            // The kind comes last: a file named x_windows.go would be built on
            // Windows only.
            Some(alias) => format!("{alias}_{kind}"),
            None => format!("other_{kind}"),
        }
    }

    /// Puts everything that was generated into files.
    pub(super) fn finish(
        mut self,
        table: &[Row],
        registry: Block,
    ) -> Result<Vec<SourceFile>, BridgeError> {
        let main = MainContext {
            prefix: &self.options.import_prefix,
            digest: format!("{:#018x}", dispatch::digest(self.schema)),
        };
        let mut files = vec![SourceFile {
            path: "main.go".to_owned(),
            contents: render("main.go", main)?.into(),
        }];
        let table = Block {
            imports: Imports::new(),
            text: render("table.go", TableContext { rows: table })?,
        };
        files.push(self.file("table.go".to_owned(), &[table])?);
        files.push(self.file("types.go".to_owned(), &[registry])?);
        let anonymous = self.take_anonymous();
        if !anonymous.is_empty() {
            self.blocks.insert("anonymous".to_owned(), anonymous);
        }
        for (stem, blocks) in std::mem::take(&mut self.blocks) {
            let mut start = 0;
            let mut lines = 0;
            let mut number = 1;
            for (at, block) in blocks.iter().enumerate() {
                lines += block.text.lines().count() + 1;
                if lines < FILE_LINES && at + 1 < blocks.len() {
                    continue;
                }
                let mut path = format!("{stem}.go");
                if number > 1 {
                    path = format!("{stem}_{number}.go");
                }
                files.push(self.file(path, &blocks[start..=at])?);
                number += 1;
                start = at + 1;
                lines = 0;
            }
        }
        Ok(files)
    }

    fn file(&self, path: String, blocks: &[Block]) -> Result<SourceFile, BridgeError> {
        let mut body = String::new();
        for block in blocks {
            write!(body, "\n{}", block.text).expect("a string takes any text");
        }
        let runtime = format!("{}/bridge", self.options.import_prefix);
        let mut imports: Vec<_> = blocks
            .iter()
            .flat_map(|block| &block.imports)
            .map(|path| Import {
                alias: self.aliases.given(path).unwrap_or_default(),
                path: path.clone(),
            })
            .collect();
        if body.contains("bridge.") {
            imports.push(Import {
                alias: "",
                path: runtime,
            });
        }
        imports.sort_by(|a, b| a.path.cmp(&b.path));
        imports.dedup_by(|a, b| a.path == b.path);
        let contents = render("file.go", FileContext { imports, body })?;
        Ok(SourceFile {
            path,
            contents: contents.into(),
        })
    }
}
