//! What a module exports under which name.

use std::collections::HashMap;

use usegolib::schema::Schema;
use usegolib::schema::shape::TypeId;
use usegolib::schema::slots::{AccessorSlots, Slots, TypeSlots};

/// What an exported name of a package stands for: positions in the schema.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Export {
    /// In `symbols`, which is also the place in the dispatch table.
    Function(u32),
    /// In `types`.
    Type(TypeId),
    /// In `consts`.
    Constant(u32),
    /// In `vars`: a property of the package's class.
    Variable,
    /// In `unsupported`.
    Unsupported(u32),
}

/// What the schema has of a type besides its declaration.
#[derive(Clone, Debug, Default)]
pub(crate) struct TypeEntries {
    /// Positions in `methods`.
    pub(crate) methods: Vec<u32>,
    /// Positions in `unsupported`, of its methods.
    pub(crate) unsupported: Vec<u32>,
    /// Where the symbol table has its constructor, fields and the like.
    pub(crate) slots: TypeSlots,
}

/// The names of a schema.
#[derive(Debug)]
pub(crate) struct Exports {
    packages: HashMap<&'static str, HashMap<&'static str, Export>>,
    types: Vec<TypeEntries>,
    slots: Slots,
}

impl Exports {
    /// Reads the names of `schema`, which lives as long as the process, as
    /// libraries do.
    pub(crate) fn new(schema: &'static Schema) -> Self {
        let mut exports = Self {
            packages: HashMap::new(),
            types: vec![TypeEntries::default(); schema.types.len()],
            slots: Slots::new(schema),
        };
        let types = schema
            .types
            .iter()
            .enumerate()
            .map(|(at, declaration)| (declaration.name.as_str(), at))
            .collect();
        exports.read_names(schema, &types);
        exports.read_entries(schema, &types);
        exports
    }

    fn read_names(&mut self, schema: &'static Schema, types: &HashMap<&str, usize>) {
        for package in &schema.packages {
            self.packages.entry(&package.path).or_default();
        }
        for (at, unsupported) in (0..).zip(&schema.unsupported) {
            match &unsupported.recv {
                None => self.name(&unsupported.pkg, &unsupported.name, Export::Unsupported(at)),
                Some(receiver) => {
                    if let Some(&id) = types.get(receiver.as_str()) {
                        self.types[id].unsupported.push(at);
                    }
                }
            }
        }
        for (at, declaration) in (0..).zip(&schema.types) {
            if !declaration.pkg.is_empty() && is_exported(&declaration.ident) {
                let export = Export::Type(TypeId(at));
                self.name(&declaration.pkg, &declaration.ident, export);
            }
        }
        for alias in &schema.aliases {
            if let Some(&at) = types.get(alias.type_.as_str()) {
                let id = TypeId(u32::try_from(at).unwrap_or(u32::MAX));
                self.name(&alias.pkg, &alias.name, Export::Type(id));
            }
        }
        for (at, function) in (0..).zip(&schema.symbols) {
            self.name(&function.pkg, &function.name, Export::Function(at));
        }
        for (at, constant) in (0..).zip(&schema.consts) {
            self.name(&constant.pkg, &constant.name, Export::Constant(at));
        }
        for variable in &schema.vars {
            self.name(&variable.pkg, &variable.name, Export::Variable);
        }
    }

    fn name(&mut self, package: &'static str, name: &'static str, export: Export) {
        // Types of other modules are not attributes of any package here.
        if let Some(names) = self.packages.get_mut(package) {
            names.insert(name, export);
        }
    }

    fn read_entries(&mut self, schema: &'static Schema, types: &HashMap<&str, usize>) {
        for (at, method) in (0..).zip(&schema.methods) {
            let receiver = method.recv.as_deref().and_then(|name| types.get(name));
            if let Some(&id) = receiver {
                self.types[id].methods.push(at);
            }
        }
        for (at, entries) in (0..).zip(&mut self.types) {
            entries.slots = self.slots.of_type(TypeId(at));
        }
    }

    /// The exported names of a package; `None` if the package isn't there.
    pub(crate) fn package(&self, path: &str) -> Option<&HashMap<&'static str, Export>> {
        self.packages.get(path)
    }

    /// The entries of a type.
    pub(crate) fn of_type(&self, id: TypeId) -> &TypeEntries {
        &self.types[id.0 as usize]
    }

    /// The index of the n-th of the schema's functions.
    pub(crate) fn function(&self, at: u32) -> u32 {
        self.slots.function(at)
    }

    /// The index of the n-th of the schema's methods.
    pub(crate) fn method(&self, at: u32) -> u32 {
        self.slots.method(at)
    }

    /// The indices of the n-th variable's accessors.
    pub(crate) fn variable(&self, at: u32) -> AccessorSlots {
        self.slots.variable(at)
    }
}

fn is_exported(name: &str) -> bool {
    name.starts_with(char::is_uppercase)
}
