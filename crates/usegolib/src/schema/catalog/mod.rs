//! The catalog: a schema as a running library needs it, entry by entry.
//!
//! A large module has tens of thousands of functions, methods and types, of
//! which a program touches a few. So a catalog has every entry at its place
//! (numbers of types and positions of functions are those of the whole schema),
//! and reads it when it is first asked for; what is found by name is found
//! without reading any. It comes from a schema that is there as a whole, or from
//! the text of one and a [`Map`] of that text, which was made when the text was
//! last read as a whole.

mod entries;
mod exports;
mod map;
#[cfg(test)]
mod tests;

pub use entries::Entries;
pub use exports::{Export, Exports, PackageExports, TypeEntries};
pub use map::{Map, MapError};

use super::dispatch;
use super::{
    Constant, ExcludedPackage, Function, GenericFunction, GenericInstance, GenericType, Package,
    Schema, TypeDeclaration, Unsupported, Variable,
};

/// Everything a module exports, read entry by entry.
#[derive(Debug)]
pub struct Catalog {
    /// The package-level functions.
    pub symbols: Entries<Function>,
    /// The types, whose positions are their numbers.
    pub types: Entries<TypeDeclaration>,
    /// The methods of all types.
    pub methods: Entries<Function>,
    /// Package-level constants.
    pub consts: Entries<Constant>,
    /// Package-level variables.
    pub vars: Entries<Variable>,
    /// What can't be used.
    pub unsupported: Entries<Unsupported>,
    /// The packages.
    pub packages: Vec<Package>,
    /// The instantiations of generic functions.
    pub generics: Vec<GenericInstance>,
    /// The generic functions as they are declared.
    pub generic_functions: Vec<GenericFunction>,
    /// The generic types.
    pub generic_types: Vec<GenericType>,
    /// Packages that are left out.
    pub excluded: Vec<ExcludedPackage>,
    /// What there is by name, and where the symbol table has it.
    pub exports: Exports,
    /// The digest of the symbol table.
    pub digest: u64,
}

impl From<Schema> for Catalog {
    fn from(schema: Schema) -> Self {
        Self {
            exports: Exports::new(&schema),
            digest: dispatch::digest(&schema),
            symbols: schema.symbols.into(),
            types: schema.types.into(),
            methods: schema.methods.into(),
            consts: schema.consts.into(),
            vars: schema.vars.into(),
            unsupported: schema.unsupported.into(),
            packages: schema.packages,
            generics: schema.generics,
            generic_functions: schema.generic_functions,
            generic_types: schema.generic_types,
            excluded: schema.excluded,
        }
    }
}
