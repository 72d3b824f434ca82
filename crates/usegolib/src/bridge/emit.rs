//! The emitter: from the plan to files.
//!
//! Other modules add declarations with [`Emitter::emit`]; here they become
//! files, each with the imports that its pieces declare.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;

use serde::Serialize;

use super::hosted::Hosts;
use super::names::FunctionNames;
use super::parts::{self, Parts};
use super::plan::Plan;
use super::source::{Block, Import, Imports, render};
use super::trampolines::Layout;
use super::{BridgeError, SourceFile, Span};
use crate::schema::dispatch;
use crate::schema::shape::TypeId;

/// Files are split where they get longer than this many lines.
const FILE_LINES: usize = 1000;

/// What a generated function on a type does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Purpose {
    /// Reads a value.
    Decode,
    /// Reads a pointer to a struct from a handle or a record with any fields.
    DecodeObject,
    /// Writes a value.
    Encode,
    /// Writes the exported fields of a struct that has more state.
    EncodeFields,
    /// Reads the fields of a struct.
    Fields,
    /// Reads a receiver.
    Receive,
    /// Says what the fields of a struct are.
    FieldsTable,
}

/// Writes what a plan says.
pub(super) struct Emitter<'p, 'a> {
    pub(super) plan: &'p Plan<'a>,
    pub(super) functions: FunctionNames,
    /// Trampolines by layout.
    pub(super) trampolines: HashMap<Layout, String>,
    /// Layouts that no trampoline is written for.
    pub(super) mistaken: HashSet<Layout>,
    /// What the type table says of the invocation of funcs.
    pub(super) invocations: HashMap<TypeId, Written>,
    /// The packages that tables are spread over.
    pub(super) parts: Parts<'a>,
    /// The pieces of the tables, as the main package puts them together.
    pub(super) callables: Vec<String>,
    pub(super) types: Vec<String>,
    /// What is made for the host.
    pub(super) hosts: Hosts<'a>,
    /// Generated functions by what they do and for which type.
    made: HashMap<(Purpose, String), String>,
    /// Which types have straight-line code.
    straight: HashMap<String, bool>,
    /// How much straight-line code there may still be.
    budget: usize,
    /// Finished source, by the stem of the file it goes to.
    blocks: BTreeMap<String, Vec<Block>>,
}

/// A row of the table of callables.
pub(super) struct Written {
    pub(super) text: String,
    pub(super) imports: Imports,
    /// Whether any package can have it: it leads to nothing of the main package.
    pub(super) movable: bool,
}

#[derive(Serialize)]
struct FileContext<'c> {
    package: &'c str,
    imports: Vec<ImportLine<'c>>,
    body: String,
}

#[derive(Serialize)]
struct ImportLine<'c> {
    /// Empty where the path's last element already is the name.
    alias: &'c str,
    path: String,
}

#[derive(Serialize)]
struct MainContext<'c> {
    imports: Vec<ImportLine<'c>>,
    digest: String,
    callables: Vec<String>,
    types: Vec<String>,
}

impl<'p, 'a> Emitter<'p, 'a> {
    pub(super) fn new(plan: &'p Plan<'a>) -> Self {
        Self {
            plan,
            functions: FunctionNames::default(),
            trampolines: HashMap::new(),
            mistaken: HashSet::new(),
            invocations: HashMap::new(),
            parts: Parts::new(plan),
            callables: Vec::new(),
            types: Vec::new(),
            hosts: Hosts::new(plan.schema),
            made: HashMap::new(),
            straight: HashMap::new(),
            budget: plan.options.straight_line,
            blocks: BTreeMap::new(),
        }
    }

    /// Adds a declaration to the file with the given stem.
    pub(super) fn emit(&mut self, stem: &str, block: Block) {
        self.blocks.entry(stem.to_owned()).or_default().push(block);
    }

    /// The name of the function for a purpose and a type, and whether it is yet
    /// to be written.
    pub(super) fn function(
        &mut self,
        purpose: Purpose,
        prefix: &str,
        text: &str,
    ) -> (String, bool) {
        if let Some(name) = self.made.get(&(purpose, text.to_owned())) {
            return (name.clone(), false);
        }
        let words = self.plan.spoken(text);
        let name = self.functions.unique(prefix, &words);
        self.made.insert((purpose, text.to_owned()), name.clone());
        (name, true)
    }

    /// The function for a purpose and a type, if it has been written.
    pub(super) fn made(&self, purpose: Purpose, text: &str) -> Option<&str> {
        self.made
            .get(&(purpose, text.to_owned()))
            .map(String::as_str)
    }

    /// Whether values of a type are read and written by straight-line code of
    /// their own, not by the tables. The first to ask are the types that
    /// functions take and return; the budget is spent on them in that order.
    pub(super) fn is_straight(&mut self, text: &str) -> bool {
        if let Some(decided) = self.straight.get(text) {
            return *decided;
        }
        let fields = self
            .plan
            .table
            .find(text)
            .map_or(0, |id| self.plan.declaration(id).fields.len());
        let straight = self.spend(1 + fields / 4);
        self.straight.insert(text.to_owned(), straight);
        straight
    }

    /// Takes a cost from the budget, if it is there.
    pub(super) fn spend(&mut self, cost: usize) -> bool {
        let affordable = cost <= self.budget;
        if affordable {
            self.budget -= cost;
        }
        affordable
    }

    /// Puts everything that was generated into files.
    pub(super) fn finish(mut self) -> Result<Vec<SourceFile>, BridgeError> {
        let aliases: Vec<_> = (1..=self.parts.folders.len())
            .map(|number| format!("part{number}"))
            .collect();
        let main = MainContext {
            imports: self.main_imports(&aliases),
            digest: format!("{:#018x}", dispatch::digest(self.plan.schema)),
            callables: std::mem::take(&mut self.callables),
            types: std::mem::take(&mut self.types),
        };
        let mut files = vec![SourceFile {
            path: "main.go".to_owned(),
            contents: render("main.go", main)?.into(),
            spans: Vec::new(),
        }];
        let anonymous = self.plan.take_anonymous();
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
                files.push(self.file(&stem, number, &blocks[start..=at])?);
                number += 1;
                start = at + 1;
                lines = 0;
            }
        }
        Ok(files)
    }

    /// What the file with `main` imports: the runtime, and the parts that have any
    /// rows.
    fn main_imports<'n>(&self, aliases: &'n [String]) -> Vec<ImportLine<'n>> {
        let prefix = &self.plan.options.import_prefix;
        let runtime = ["bridge", "cabi"].map(|package| ImportLine {
            alias: "",
            path: format!("{prefix}/{package}"),
        });
        let pieces = || self.callables.iter().chain(&self.types);
        let parts = aliases.iter().zip(&self.parts.folders);
        let parts = parts.filter(|(alias, _)| {
            let of = format!("{alias}.");
            pieces().any(|piece| piece.starts_with(&of))
        });
        let parts = parts.map(|(alias, folder)| ImportLine {
            alias,
            path: format!("{}/{folder}", self.plan.options.main),
        });
        let mut imports: Vec<_> = runtime.into_iter().chain(parts).collect();
        imports.sort_by(|a, b| a.path.cmp(&b.path));
        imports
    }

    fn file(&self, stem: &str, number: usize, blocks: &[Block]) -> Result<SourceFile, BridgeError> {
        let path = file_name(stem, number);
        let package = parts::package_name(stem);
        let mut body = String::new();
        for block in blocks {
            write!(body, "\n{}", block.text).expect("a string takes any text");
        }
        let imports: Imports = blocks
            .iter()
            .flat_map(|block| block.imports.iter().cloned())
            .collect();
        let mut imports: Vec<_> = imports
            .into_iter()
            .map(|import| match import {
                Import::Runtime => ImportLine {
                    alias: "",
                    path: format!("{}/bridge", self.plan.options.import_prefix),
                },
                Import::Trampolines => ImportLine {
                    alias: "",
                    path: format!("{}/{}", self.plan.options.main, parts::TRAMPOLINES),
                },
                Import::Package(path) => ImportLine {
                    alias: self.plan.aliases.given(&path).unwrap_or_default(),
                    path,
                },
            })
            .collect();
        imports.sort_by(|a, b| a.path.cmp(&b.path));
        let body_lines = body.lines().count();
        let contents = render(
            "file.go",
            FileContext {
                package,
                imports,
                body,
            },
        )?;
        // The body comes last.
        let mut line = contents.lines().count() - body_lines;
        let mut spans = Vec::new();
        for block in blocks {
            // Before each is a blank line.
            line += 1;
            spans.extend(block.spans.iter().map(|span| Span {
                lines: line + span.lines.start()..=line + span.lines.end(),
                origins: span.origins.clone(),
            }));
            line += block.text.lines().count();
        }
        Ok(SourceFile {
            path,
            contents: contents.into(),
            spans,
        })
    }
}

/// The name of the n-th file of a stem, from 1. The number stands right behind a
/// word: Go builds a file named `x_386.go` for one processor only.
fn file_name(stem: &str, number: usize) -> String {
    match number {
        1 => format!("{stem}.go"),
        _ => format!("{stem}{number}.go"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_behind_a_word() {
        assert_eq!(file_name("mod_functions", 1), "mod_functions.go");
        assert_eq!(file_name("mod_functions", 386), "mod_functions386.go");
    }
}
