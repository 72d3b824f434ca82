//! What a module exports under which name.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::schema::Schema;
use crate::schema::shape::TypeId;
use crate::schema::slots::{AccessorSlots, Slots, TypeSlots};

/// What an exported name of a package stands for: positions in the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Export {
    /// In `symbols`, which is also the place in the dispatch table.
    Function(u32),
    /// In `symbols`, too: an instantiation that nobody named, and no name of the
    /// package's.
    Instance(u32),
    /// In `types`.
    Type(TypeId),
    /// In `consts`.
    Constant(u32),
    /// In `vars`: a property of the package's class.
    Variable(u32),
    /// In `unsupported`.
    Unsupported(u32),
}

/// What the schema has of a type besides its declaration.
#[derive(Clone, Copy, Debug)]
pub struct TypeEntries<'a> {
    /// Positions in `methods`.
    pub methods: &'a [u32],
    /// Positions in `unsupported`, of its methods.
    pub unsupported: &'a [u32],
    /// Where the symbol table has its constructor, fields and the like.
    pub slots: TypeSlots,
}

/// The names of a schema, in one text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exports {
    text: String,
    /// In order: each package, and where its names begin. The last one ends
    /// where the names do.
    packages: Vec<(Name, u32)>,
    /// Per package in order.
    names: Vec<(Name, Export)>,
    /// The names of the types by number.
    types: Vec<Name>,
    /// Their numbers, in the order of their names.
    by_name: Vec<u32>,
    methods: Grouped,
    unsupported: Grouped,
    slots: Slots,
}

/// A part of the text: from where, and how many bytes.
type Name = (u32, u32);

/// Lists of numbers, one for each type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Grouped {
    /// Where the list of each type ends.
    ends: Vec<u32>,
    numbers: Vec<u32>,
}

impl Grouped {
    fn new(lists: &[Vec<u32>]) -> Self {
        let mut end = 0;
        let ends = lists.iter().map(|list| {
            end += count(list.len());
            end
        });
        Self {
            ends: ends.collect(),
            numbers: lists.concat(),
        }
    }

    fn of(&self, at: usize) -> &[u32] {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.numbers[start as usize..self.ends[at] as usize]
    }
}

impl Exports {
    /// Reads the names of a schema.
    pub fn new(schema: &Schema) -> Self {
        let numbers: HashMap<_, _> = (0..)
            .zip(&schema.types)
            .map(|(at, declaration)| (declaration.name.as_str(), at))
            .collect();
        let mut text = String::new();
        let mut add = |name: &str| {
            let start = count(text.len());
            text.push_str(name);
            (start, count(name.len()))
        };
        let mut packages = Vec::new();
        let mut names = Vec::new();
        for (path, exports) in by_package(schema, &numbers) {
            packages.push((add(path), count(names.len())));
            names.extend(
                exports
                    .into_iter()
                    .map(|(name, export)| (add(name), export)),
            );
        }
        let types: Vec<_> = schema.types.iter().map(|one| add(&one.name)).collect();
        let mut by_name: Vec<u32> = (0..count(types.len())).collect();
        by_name.sort_by_key(|&at| &schema.types[at as usize].name);
        let grouped = |receivers: &mut dyn Iterator<Item = Option<&str>>| {
            let mut lists = vec![Vec::new(); schema.types.len()];
            for (at, receiver) in (0..).zip(receivers) {
                if let Some(&of) = receiver.and_then(|name| numbers.get(name)) {
                    lists[of as usize].push(at);
                }
            }
            Grouped::new(&lists)
        };
        Self {
            methods: grouped(&mut schema.methods.iter().map(|one| one.recv.as_deref())),
            unsupported: grouped(&mut schema.unsupported.iter().map(|one| one.recv.as_deref())),
            slots: Slots::new(schema),
            text,
            packages,
            names,
            types,
            by_name,
        }
    }

    fn str(&self, (start, length): Name) -> &str {
        let (start, length) = (start as usize, length as usize);
        self.text.get(start..start + length).unwrap_or_default()
    }

    /// The exported names of a package; `None` if the package isn't there.
    pub fn package(&self, path: &str) -> Option<PackageExports<'_>> {
        let found = self
            .packages
            .binary_search_by(|(name, _)| self.str(*name).cmp(path));
        let at = found.ok()?;
        let start = self.packages[at].1 as usize;
        let end = self.packages.get(at + 1);
        let end = end.map_or(self.names.len(), |(_, end)| *end as usize);
        Some(PackageExports {
            exports: self,
            names: &self.names[start..end],
        })
    }

    /// The number of the type whose key is exactly `name`.
    pub fn find_type(&self, name: &str) -> Option<TypeId> {
        let found = self
            .by_name
            .binary_search_by(|&at| self.str(self.types[at as usize]).cmp(name));
        found.ok().map(|at| TypeId(self.by_name[at]))
    }

    /// The entries of a type.
    ///
    /// # Panics
    /// If `id` is not of the schema.
    pub fn of_type(&self, id: TypeId) -> TypeEntries<'_> {
        let at = id.0 as usize;
        TypeEntries {
            methods: self.methods.of(at),
            unsupported: self.unsupported.of(at),
            slots: self.slots.of_type(id),
        }
    }

    /// The index of the n-th of the schema's functions.
    pub fn function(&self, at: u32) -> u32 {
        self.slots.function(at)
    }

    /// The index of the n-th of the schema's methods.
    pub fn method(&self, at: u32) -> u32 {
        self.slots.method(at)
    }

    /// The indices of the n-th variable's accessors.
    pub fn variable(&self, at: u32) -> AccessorSlots {
        self.slots.variable(at)
    }
}

/// The exported names of one package.
#[derive(Clone, Copy, Debug)]
pub struct PackageExports<'a> {
    exports: &'a Exports,
    names: &'a [(Name, Export)],
}

impl<'a> PackageExports<'a> {
    /// What a name stands for.
    pub fn get(&self, name: &str) -> Option<Export> {
        let found = self
            .names
            .binary_search_by(|(one, _)| self.exports.str(*one).cmp(name));
        found.ok().map(|at| self.names[at].1)
    }

    /// All names, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, Export)> + use<'a> {
        let exports = self.exports;
        let names = self.names.iter();
        names.map(move |(name, export)| (exports.str(*name), *export))
    }
}

/// The names of each package of the schema.
fn by_package<'a>(
    schema: &'a Schema,
    types: &HashMap<&str, u32>,
) -> BTreeMap<&'a str, BTreeMap<&'a str, Export>> {
    let mut packages: BTreeMap<&str, BTreeMap<&str, Export>> = BTreeMap::new();
    for package in &schema.packages {
        packages.entry(&package.path).or_default();
    }
    let mut name = |package: &str, name: &'a str, export: Export| {
        // Types of other modules are not attributes of any package here.
        if let Some(names) = packages.get_mut(package) {
            names.insert(name, export);
        }
    };
    for (at, unsupported) in (0..).zip(&schema.unsupported) {
        if unsupported.recv.is_none() {
            name(&unsupported.pkg, &unsupported.name, Export::Unsupported(at));
        }
    }
    for (at, declaration) in (0..).zip(&schema.types) {
        if !declaration.pkg.is_empty() && declaration.ident.starts_with(char::is_uppercase) {
            let export = Export::Type(TypeId(at));
            name(&declaration.pkg, &declaration.ident, export);
        }
    }
    for alias in &schema.aliases {
        if let Some(&at) = types.get(alias.type_.as_str()) {
            name(&alias.pkg, &alias.name, Export::Type(TypeId(at)));
        }
    }
    for (at, function) in (0..).zip(&schema.symbols) {
        let export = if function.implied {
            Export::Instance(at)
        } else {
            Export::Function(at)
        };
        name(&function.pkg, &function.name, export);
    }
    for (at, constant) in (0..).zip(&schema.consts) {
        name(&constant.pkg, &constant.name, Export::Constant(at));
    }
    for (at, variable) in (0..).zip(&schema.vars) {
        name(&variable.pkg, &variable.name, Export::Variable(at));
    }
    packages
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
