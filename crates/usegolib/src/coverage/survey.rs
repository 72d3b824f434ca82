//! The survey: of each package, what can be called, and what keeps the rest
//! from it.

use std::collections::{HashMap, HashSet};

use super::Supply;
use crate::schema::reason::Reason;
use crate::schema::{Function, GenericInstance, Schema, TypeKind, Unsupported};

/// What of each package of a schema can be called.
#[derive(Debug, Default)]
pub struct Survey<'a> {
    packages: HashMap<&'a str, Package<'a>>,
}

/// What of one package can be called.
#[derive(Debug, Default)]
pub struct Package<'a> {
    /// How many functions and methods the bridge calls.
    there: usize,
    /// What has no way to cross. Methods of interfaces are not among it.
    pub unsupported: Vec<&'a Unsupported>,
    /// What can be called, but not with values that Python can have.
    pub unreached: Vec<(&'a Function, Reason)>,
}

impl<'a> Survey<'a> {
    /// Looks at everything that the schema offers or refuses.
    pub fn new(schema: &'a Schema) -> Self {
        let supply = Supply::new(schema);
        // An interface's methods are there to be implemented; those of the types
        // that do are what can be called.
        let interfaces: HashSet<_> = schema
            .types
            .iter()
            .filter(|declaration| declaration.kind == TypeKind::Interface)
            .map(|declaration| declaration.name.as_str())
            .collect();
        let is_body = |recv: Option<&str>| recv.is_none_or(|recv| !interfaces.contains(recv));
        let mut survey = Self::default();
        for function in schema.symbols.iter().chain(&schema.methods) {
            // A generic function counts once, however many instances it has.
            if function.implied || !is_body(function.recv.as_deref()) {
                continue;
            }
            let package = survey.packages.entry(&function.pkg).or_default();
            package.there += 1;
            if let Some(reason) = supply.obstacle(function) {
                package.unreached.push((function, reason));
            }
        }
        for function in &schema.generic_functions {
            let is_its =
                |one: &&GenericInstance| one.pkg == function.pkg && one.name == function.name;
            let is_named = |one: &GenericInstance| {
                let mut symbols = schema.symbols.iter();
                symbols.any(|symbol| {
                    !symbol.implied && symbol.pkg == one.pkg && symbol.name == one.symbol
                })
            };
            // Those that the generics file names are counted one by one.
            if let Some(one) = schema.generics.iter().find(is_its)
                && !is_named(one)
            {
                survey.packages.entry(&function.pkg).or_default().there += 1;
            }
        }
        for one in &schema.unsupported {
            if is_body(one.recv.as_deref()) {
                let package = survey.packages.entry(&one.pkg).or_default();
                package.unsupported.push(one);
            }
        }
        survey
    }

    /// What of the package at `path` can be called, if it has anything to call.
    pub fn package(&self, path: &str) -> Option<&Package<'a>> {
        self.packages.get(path)
    }
}

impl Package<'_> {
    /// How many functions and methods can be called.
    pub fn callable(&self) -> usize {
        self.there - self.unreached.len()
    }

    /// How many functions and methods the package exports.
    pub fn total(&self) -> usize {
        let refused = self.unsupported.iter();
        self.there + refused.filter(|one| one.is_function()).count()
    }

    /// Why functions and methods can't be called, and how many for each reason:
    /// the most frequent first.
    pub fn obstacles(&self) -> Vec<(String, usize)> {
        let refused = self.unsupported.iter().filter(|one| one.is_function());
        let refused = refused.map(|one| &one.reason);
        let mut found: Vec<(String, usize)> = Vec::new();
        let mut summaries: Vec<_> = refused
            .chain(self.unreached.iter().map(|(_, reason)| reason))
            .map(|reason| reason.obstacle.summary())
            .collect();
        summaries.sort();
        for summary in summaries {
            match found.last_mut() {
                Some((last, count)) if *last == summary => *count += 1,
                _ => found.push((summary, 1)),
            }
        }
        found.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_surveyed_by_themselves() {
        let schema: Schema = serde_json::from_str(
            r#"{
            "symbols": [
                {"pkg": "m", "name": "F", "params": [], "results": []},
                {"pkg": "m", "name": "G", "params": [{"name": "w", "type": "m.W"}], "results": []},
                {"pkg": "m/n", "name": "H", "params": [], "results": []}
            ],
            "types": [{"name": "m.W", "pkg": "m", "ident": "W", "kind": "interface", "sealed": true, "reach": "own"}],
            "methods": [{"pkg": "m", "name": "Write", "recv": "m.W", "params": [], "results": []}],
            "unsupported": [
                {"pkg": "m", "name": "P", "signature": "func P(p unsafe.Pointer)", "reason": {
                    "place": {"kind": "parameter", "name": "p", "number": 1},
                    "obstacle": {"kind": "unsafe_pointer"}}},
                {"pkg": "m", "name": "Q", "signature": "func Q() unsafe.Pointer", "reason": {
                    "place": {"kind": "result", "number": 1, "of": 1},
                    "obstacle": {"kind": "unsafe_pointer"}}},
                {"pkg": "m", "name": "T", "signature": "type T[E any]", "reason": {
                    "obstacle": {"kind": "generic_type"}}},
                {"pkg": "m", "name": "funcs", "signature": "function.W.funcs func ()", "reason": {
                    "obstacle": {"kind": "unsafe_pointer"}}}
            ]
        }"#,
        )
        .unwrap();
        let survey = Survey::new(&schema);
        let package = survey.package("m").unwrap();
        assert_eq!((package.callable(), package.total()), (1, 4));
        assert_eq!(package.unsupported.len(), 4);
        assert_eq!(
            package.obstacles(),
            [
                ("unsafe.Pointer".to_owned(), 2),
                ("m.W, which Python can't give yet".to_owned(), 1),
            ]
        );
        let other = survey.package("m/n").unwrap();
        assert_eq!((other.callable(), other.total()), (1, 1));
        assert!(survey.package("m/o").is_none());
    }
}
