//! Interfaces that Python's objects can be values of: those that a library has an
//! adapter for, a type with their methods that asks Python for each.
//!
//! Adapters are code, so there is a budget. Interfaces that Python can be asked for come
//! first: they are, or are in, parameters, fields and variables. Then come the module's
//! others, which are asked for behind an `any`, as long as they are few.

use std::collections::{HashMap, HashSet};

use super::expression::{self, Token};
use super::nameable::is_nameable;
use super::shape::TypeTable;
use super::{Function, Parameter, Reach, Schema, TypeDeclaration, TypeKind};

/// How many methods of adapters there may be in a library.
pub const METHODS: usize = 1000;
/// How many methods there may be of interfaces that no signature asks for.
const OTHERS: usize = 250;
/// How many signatures of funcs there is code for; funcs of others are made by
/// reflection, and take longer to call.
pub const FUNCS: usize = 200;

/// Which interfaces of a schema have an adapter.
#[derive(Debug, Default)]
pub struct Implementable<'s> {
    /// The names of those that have.
    adapted: HashSet<&'s str>,
    /// The names of those that would, if the budget weren't used up.
    pub beyond: Vec<&'s str>,
}

impl<'s> Implementable<'s> {
    /// Those of a schema.
    pub fn of(schema: &'s Schema) -> Self {
        let table = TypeTable::new(schema);
        let methods = methods_of(schema);
        let asked = asked(schema);
        let mut found = Self::default();
        let mut sets = HashSet::new();
        let mut left = METHODS;
        let is_asked = |one: &TypeDeclaration| asked.contains(one.name.as_str());
        let is_other = |one: &TypeDeclaration| {
            one.reach == Reach::Own && one.ident.starts_with(char::is_uppercase)
        };
        for (are_asked, most) in [(true, METHODS), (false, OTHERS)] {
            let mut budget = left.min(most);
            for declaration in &schema.types {
                let name = declaration.name.as_str();
                let methods = methods.get(name).map(Vec::as_slice).unwrap_or_default();
                let concerned = is_asked(declaration) == are_asked
                    && (are_asked || is_other(declaration))
                    && can_be_adapted(&table, declaration, methods);
                if !concerned {
                    continue;
                }
                // Interfaces of the same methods share an adapter.
                let set = set_of(methods);
                if !sets.contains(&set) {
                    if methods.len() > budget {
                        found.beyond.push(name);
                        continue;
                    }
                    budget -= methods.len();
                    left -= methods.len();
                    sets.insert(set);
                }
                found.adapted.insert(name);
            }
        }
        found
    }

    /// Whether the interface of that name has an adapter.
    pub fn has(&self, name: &str) -> bool {
        self.adapted.contains(name)
    }
}

/// What interfaces of the same methods have in common.
pub fn set_of(methods: &[&Function]) -> String {
    let set: Vec<_> = methods.iter().map(|method| method.comparable()).collect();
    set.join("\n")
}

/// The methods of all interfaces, in the order of their numbers: by name.
pub fn methods_of(schema: &Schema) -> HashMap<&str, Vec<&Function>> {
    let mut found: HashMap<&str, Vec<&Function>> = HashMap::new();
    for declaration in &schema.types {
        if declaration.kind == TypeKind::Interface {
            found.insert(&declaration.name, Vec::new());
        }
    }
    for method in &schema.methods {
        let receiver = method.recv.as_deref().unwrap_or_default();
        if let Some(methods) = found.get_mut(receiver) {
            methods.push(method);
        }
    }
    for methods in found.values_mut() {
        methods.sort_by(|a, b| a.name.cmp(&b.name));
    }
    found
}

fn can_be_adapted(
    table: &TypeTable<'_>,
    declaration: &TypeDeclaration,
    methods: &[&Function],
) -> bool {
    let nameable = |method: &&Function| {
        let params = method.params.iter().map(Parameter::argument);
        params
            .chain(method.results.iter().map(String::as_str))
            .all(|text| is_nameable(table, text))
    };
    declaration.kind == TypeKind::Interface
        && !declaration.is_sealed()
        && !methods.is_empty()
        && methods.iter().all(nameable)
}

/// The names of the interfaces of which Python can be asked for a value: they are,
/// or are in, parameters, fields, variables, or what Python's own callables return.
fn asked(schema: &Schema) -> HashSet<&str> {
    let interfaces = schema.types.iter();
    let interfaces: HashSet<_> = interfaces
        .filter(|one| one.kind == TypeKind::Interface)
        .map(|one| one.name.as_str())
        .collect();
    let functions = schema.symbols.iter().chain(&schema.methods);
    let params = functions.flat_map(|one| one.params.iter().map(|param| param.type_.as_str()));
    let signatures = schema.types.iter().filter_map(|one| one.signature.as_ref());
    let given = signatures.flat_map(|one| {
        let params = one.params.iter().map(|param| param.type_.as_str());
        params.chain(one.results.iter().map(String::as_str))
    });
    let fields = schema.types.iter().flat_map(|one| {
        let fields = one.fields.iter().chain(&one.promoted);
        fields
            .map(|field| field.type_.as_str())
            .chain([one.underlying.as_str()])
    });
    let variables = schema.vars.iter().map(|one| one.type_.as_str());
    let mut found = HashSet::new();
    for text in params.chain(given).chain(fields).chain(variables) {
        found.extend(names(text));
    }
    found.retain(|name| interfaces.contains(name));
    found
}

/// The names of types in an expression, as the schema writes them.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let whole = text.trim_start_matches("...");
    let inner = expression::tokens(text).filter_map(move |token| match token {
        Token::Qualified { path, name } => {
            let start = path.as_ptr().addr() - text.as_ptr().addr();
            let end = name.as_ptr().addr() - text.as_ptr().addr() + name.len();
            text.get(start..end)
        }
        _ => None,
    });
    std::iter::once(whole).chain(inner)
}
