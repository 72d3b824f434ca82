//! Parts: the packages that the bridge of a large module is compiled in.
//!
//! A part has rows of the two tables, for some of the module's packages: what is
//! reached of other packages is in other parts. So Go compiles parts side by side,
//! and again only those whose packages changed. The main package has the rows that
//! lead to code of its own, and puts the pieces together in the order of the
//! symbol table; trampolines are a package that all parts use.

use std::collections::BTreeMap;

use super::emit::Emitter;
use super::plan::Plan;
use super::source::{Block, Import, Imports, render};
use super::{BridgeError, Origin};
use crate::schema::dispatch::Callable;

/// The folder and the name of the package of trampolines.
pub(super) const TRAMPOLINES: &str = "trampolines";
/// How the folder of a part begins; a package's alias is behind it.
const FOLDER: &str = "part_";

/// Which rows go to which part.
#[derive(Debug, Default)]
pub(super) struct Parts<'a> {
    /// The folders of the parts. None if the bridge is one package.
    pub(super) folders: Vec<String>,
    packages: BTreeMap<&'a str, Share>,
}

/// The parts of one package.
#[derive(Debug, Default)]
struct Share {
    /// How many rows it has, and how many of them have been placed.
    rows: usize,
    placed: usize,
    /// The first of its parts, and how many they are.
    first: usize,
    parts: usize,
}

/// The two tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    Callables,
    Types,
}

/// A row of a table.
pub(super) struct Row {
    pub(super) text: String,
    pub(super) imports: Imports,
    pub(super) origin: Origin,
    /// The part that it goes to, if not to the main package.
    pub(super) part: Option<usize>,
}

impl<'a> Parts<'a> {
    /// Parts for what is planned, if it is much.
    pub(super) fn new(plan: &Plan<'a>) -> Self {
        let mut packages: BTreeMap<&str, Share> = BTreeMap::new();
        let functions = plan.entries.iter().filter_map(|entry| {
            let is_row = !matches!(entry.callable, Callable::Invoke(_));
            is_row.then(|| plan.package_of(entry.callable))
        });
        let types = plan.schema.types.iter().map(|one| one.pkg.as_str());
        let mut rows = 0;
        for package in functions.chain(types) {
            packages.entry(package).or_default().rows += 1;
            rows += 1;
        }
        let size = plan.options.part_rows.max(1);
        let mut folders = Vec::new();
        if rows < 2 * size {
            return Self { folders, packages };
        }
        // How many rows the last part has; as many as it may have before the first.
        let mut filled = size;
        for (path, share) in &mut packages {
            share.parts = ((share.rows + size / 2) / size).max(1);
            if filled >= size || share.parts > 1 {
                share.first = folders.len();
                let alias = plan.aliases.get(path).unwrap_or("other");
                for number in 1..=share.parts {
                    let mut folder = match number {
                        1 => format!("{FOLDER}{alias}"),
                        _ => format!("{FOLDER}{alias}_{number}of{}", share.parts),
                    };
                    // A package may be called like another's second part.
                    while folders.contains(&folder) {
                        folder.push('_');
                    }
                    folders.push(folder);
                }
                filled = if share.parts > 1 { size } else { share.rows };
            } else {
                share.first = folders.len() - 1;
                filled += share.rows;
            }
        }
        Self { folders, packages }
    }

    /// The part for the next row of a package, if there are parts.
    fn next(&mut self, package: &str) -> Option<usize> {
        if self.folders.is_empty() {
            return None;
        }
        let share = self.packages.get_mut(package)?;
        let number = share.placed * share.parts / share.rows;
        share.placed += 1;
        Some(share.first + number)
    }
}

impl Table {
    const fn template(self) -> &'static str {
        match self {
            Self::Callables => "table.go",
            Self::Types => "types.go",
        }
    }

    /// The file that has it.
    const fn stem(self) -> &'static str {
        match self {
            Self::Callables => "table",
            Self::Types => "types",
        }
    }

    /// What it is called in the main package, and in a part.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Callables => ("callables", "Callables"),
            Self::Types => ("types", "Types"),
        }
    }
}

impl Emitter<'_, '_> {
    /// The part for the next row of a package, and its folder, if there are parts.
    pub(super) fn next_part(&mut self, package: &str) -> Option<(usize, String)> {
        let part = self.parts.next(package)?;
        Some((part, self.parts.folders[part].clone()))
    }

    /// Emits a table, each row where it belongs, and returns its pieces in order,
    /// as expressions of the main package.
    pub(super) fn table(
        &mut self,
        table: Table,
        rows: Vec<Row>,
    ) -> Result<Vec<String>, BridgeError> {
        let (own, others) = table.names();
        let mut places: BTreeMap<Option<usize>, Vec<Row>> = BTreeMap::from([(None, Vec::new())]);
        let mut runs: Vec<(Option<usize>, std::ops::Range<usize>)> = Vec::new();
        for row in rows {
            let place = places.entry(row.part).or_default();
            let at = place.len();
            match runs.last_mut() {
                Some((part, range)) if *part == row.part => range.end = at + 1,
                _ => runs.push((row.part, at..at + 1)),
            }
            place.push(row);
        }
        let pieces = runs.into_iter().map(|(part, range)| {
            let array = part.map_or_else(
                || own.to_owned(),
                |part| format!("part{}.{others}", part + 1),
            );
            if range == (0..places[&part].len()) {
                format!("{array}[:]")
            } else {
                format!("{array}[{}:{}]", range.start, range.end)
            }
        });
        let mut pieces: Vec<_> = pieces.collect();
        if pieces.is_empty() {
            pieces.push(format!("{own}[:]"));
        }
        for (part, rows) in places {
            let (name, stem) = match part {
                None => (own, table.stem().to_owned()),
                Some(part) => (
                    others,
                    format!("{}/{}", self.parts.folders[part], table.stem()),
                ),
            };
            let mut imports = Imports::from([Import::Runtime]);
            let mut texts = Vec::new();
            let mut origins = Vec::new();
            for mut row in rows {
                imports.append(&mut row.imports);
                texts.push(row.text);
                origins.push(row.origin);
            }
            let context = minijinja::context! { name, rows => texts };
            let text = render(table.template(), context)?;
            self.emit(&stem, Block::table(imports, text, origins.into_iter()));
        }
        Ok(pieces)
    }
}

/// The path without ending of a file in the folder of a part, or the main package.
pub(super) fn in_folder(folder: Option<&str>, stem: &str) -> String {
    folder.map_or_else(|| stem.to_owned(), |folder| format!("{folder}/{stem}"))
}

/// The name of the package that a file belongs to, given its path without ending.
pub(super) fn package_name(stem: &str) -> &str {
    match stem.split_once('/') {
        None => "main",
        Some((TRAMPOLINES, _)) => TRAMPOLINES,
        Some(_) => "part",
    }
}
