//! What no scanner writes and nobody who reads a schema could bear: types
//! without an end.
//!
//! Whoever lowers a type follows it down. That ends for every type that Go has,
//! and the checks here make sure that it does for those of any manifest.

use std::collections::HashMap;

use crate::schema::expression::{self, DEEPEST, Expression};
use crate::schema::{Function, Parameter, Schema, TypeKind};

/// What is wrong with the types of a schema, if something is.
pub(super) fn problem(schema: &Schema) -> Option<String> {
    expressions(schema)
        .find(|text| expression::is_too_deep(text))
        .map(|text| {
            let start: String = text.chars().take(20).collect();
            format!("the type expression {start}... is more than {DEEPEST} levels deep")
        })
        .or_else(|| {
            let name = endless(schema)?;
            Some(format!("type {name} is its own underlying type"))
        })
}

fn expressions(schema: &Schema) -> impl Iterator<Item = &str> {
    fn of_signature<'a>(
        params: &'a [Parameter],
        results: &'a [String],
    ) -> impl Iterator<Item = &'a str> {
        let params = params.iter().map(|parameter| parameter.type_.as_str());
        params.chain(results.iter().map(String::as_str))
    }
    let functions = schema.symbols.iter().chain(&schema.methods);
    let types = schema.types.iter().flat_map(|declaration| {
        let fields = declaration.fields.iter().chain(&declaration.promoted);
        let signature = declaration.signature.iter();
        [declaration.name.as_str(), declaration.underlying.as_str()]
            .into_iter()
            .chain(fields.map(|field| field.type_.as_str()))
            .chain(signature.flat_map(|one| of_signature(&one.params, &one.results)))
    });
    functions
        .flat_map(|function: &Function| of_signature(&function.params, &function.results))
        .chain(types)
        .chain(schema.vars.iter().map(|variable| variable.type_.as_str()))
        .chain(schema.consts.iter().map(|constant| constant.type_.as_str()))
        .chain(schema.aliases.iter().map(|alias| alias.type_.as_str()))
        .chain(
            schema
                .generics
                .iter()
                .flat_map(|one| one.type_args.iter().map(String::as_str)),
        )
}

/// A type whose underlying type leads back to itself, through nothing but names
/// and arrays: Go has no such type, and no value would end.
fn endless(schema: &Schema) -> Option<&str> {
    let values: HashMap<&str, &str> = schema
        .types
        .iter()
        .filter(|declaration| declaration.kind == TypeKind::Value)
        .map(|declaration| (declaration.name.as_str(), declaration.underlying.as_str()))
        .collect();
    // Each name is followed once: what was seen on an earlier way had an end.
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for (way, &start) in values.keys().enumerate() {
        let mut name = start;
        while let Some(&underlying) = values.get(name) {
            match seen.insert(name, way) {
                Some(earlier) if earlier == way => return Some(name),
                Some(_) => break,
                None => {}
            }
            name = element(underlying);
        }
    }
    None
}

/// The elements of an array, however nested; anything else is itself.
fn element(mut text: &str) -> &str {
    while let Expression::Array(_, inner) = expression::parse(text) {
        text = inner;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::TypeDeclaration;

    fn schema(types: &[(&str, &str)]) -> Schema {
        Schema {
            types: types
                .iter()
                .map(|(name, underlying)| TypeDeclaration {
                    name: (*name).to_owned(),
                    underlying: (*underlying).to_owned(),
                    ..TypeDeclaration::default()
                })
                .collect(),
            ..Schema::default()
        }
    }

    #[test]
    fn types_that_go_has_are_no_problem() {
        for types in [
            &[("a.T", "int"), ("a.L", "[]a.L"), ("a.M", "map[string]a.M")][..],
            &[("a.A", "[2]a.B"), ("a.B", "[3]int"), ("a.C", "[2]a.B")],
        ] {
            assert_eq!(problem(&schema(types)), None, "{types:?}");
        }
    }

    #[test]
    fn a_type_that_is_its_own_underlying_type_is_refused() {
        for types in [
            &[("a.T", "a.T")][..],
            &[("a.T", "a.U"), ("a.U", "a.V"), ("a.V", "a.T")],
            &[("a.S", "a.T"), ("a.T", "[2][3]a.T")],
        ] {
            let problem = problem(&schema(types)).unwrap();
            assert!(problem.contains("its own underlying type"), "{problem}");
        }
    }

    #[test]
    fn deep_expressions_are_refused_wherever_they_are() {
        let deep = "[]".repeat(100_000) + "int";
        let maps = "map[int]".repeat(100_000) + "int";
        let keys = "map[".repeat(100_000) + "int" + &"]int".repeat(100_000);
        for text in [deep, maps, keys, "*".repeat(1000) + "int"] {
            let function = Function {
                results: vec![text.clone()],
                ..Function::default()
            };
            for schema in [
                Schema {
                    symbols: vec![function.clone()],
                    ..Schema::default()
                },
                schema(&[("a.T", &text)]),
            ] {
                let problem = problem(&schema).unwrap();
                assert!(problem.contains("levels deep"), "{problem}");
            }
        }
        assert_eq!(problem(&schema(&[("a.T", &"a/".repeat(1000))])), None);
    }
}
