//! The schema is defined in Rust and mirrored in Go. The vectors in
//! `conformance/schema` are what the Go scanner writes for its fixtures (its
//! tests keep them true); here they are parsed, every type expression in them is
//! lowered, and they are written again unchanged.

use std::path::PathBuf;

use serde_json::Value;
use usegolib::schema::shape::TypeTable;
use usegolib::schema::{Function, Schema, TypeKind};

fn vectors() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../conformance/schema");
    let mut found: Vec<_> = fs_err::read_dir(folder)
        .expect("the vectors' folder can be read")
        .map(|entry| entry.expect("the folder can be listed").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| {
            let text = fs_err::read_to_string(&path).expect("a vector can be read");
            (path.display().to_string(), text)
        })
        .collect();
    found.sort();
    assert!(found.len() >= 10, "only {} vectors", found.len());
    found
}

fn parse(name: &str, text: &str) -> Schema {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn vectors_are_written_again_unchanged() {
    for (name, text) in vectors() {
        let schema = parse(&name, &text);
        let mut written = serde_json::to_value(&schema).expect("a schema can be written");
        // A manifest carries the symbols beside the schema.
        written["symbols"] = serde_json::to_value(&schema.symbols).expect("symbols can be written");
        let original: Value = serde_json::from_str(&text).expect("a vector is JSON");
        for (part, list) in original.as_object().expect("a vector is an object") {
            assert_eq!(&written[part], list, "{name}: {part}");
        }
    }
}

#[test]
fn every_type_expression_has_a_shape() {
    for (name, text) in vectors() {
        let schema = parse(&name, &text);
        let table = TypeTable::new(&schema);
        let lower = |text: &str| {
            table
                .lower(text)
                .unwrap_or_else(|error| panic!("{name}: {text}: {error}"))
        };
        let lower_function = |function: &Function| {
            for parameter in &function.params {
                table
                    .lower_parameter(&parameter.type_)
                    .unwrap_or_else(|error| panic!("{name}: {}: {error}", function.name));
            }
            for result in &function.results {
                lower(result);
            }
        };
        schema.symbols.iter().for_each(lower_function);
        schema.methods.iter().for_each(lower_function);
        for declaration in &schema.types {
            lower(&declaration.name);
            if declaration.kind == TypeKind::Value {
                lower(&declaration.underlying);
            }
            for field in declaration.fields.iter().chain(&declaration.promoted) {
                lower(&field.type_);
            }
            if let Some(signature) = &declaration.signature {
                for parameter in &signature.params {
                    table
                        .lower_parameter(&parameter.type_)
                        .unwrap_or_else(|error| panic!("{name}: {}: {error}", declaration.name));
                }
                for result in &signature.results {
                    lower(result);
                }
            }
        }
        for method in &schema.methods {
            let receiver = method.recv.as_deref().expect("a method has a receiver");
            assert!(table.find(receiver).is_some(), "{name}: {receiver}");
        }
        for instance in &schema.generics {
            assert!(
                schema
                    .symbols
                    .iter()
                    .any(|symbol| symbol.pkg == instance.pkg && symbol.name == instance.symbol),
                "{name}: {} is not a symbol",
                instance.symbol
            );
            instance.type_args.iter().for_each(|argument| {
                // What people write is kept beside the canonical expression.
                assert!(!argument.is_empty(), "{name}: {}", instance.symbol);
            });
        }
        for alias in &schema.aliases {
            lower(&alias.type_);
        }
        for constant in &schema.consts {
            if !constant.type_.starts_with("untyped ") {
                lower(&constant.type_);
            }
        }
        for variable in &schema.vars {
            lower(&variable.type_);
        }
    }
}

#[test]
fn unknown_fields_are_refused() {
    let (name, text) = vectors().remove(0);
    let mut vector: Value = serde_json::from_str(&text).expect("a vector is JSON");
    vector["packages"][0]["surprise"] = Value::Bool(true);
    let result = serde_json::from_value::<Schema>(vector);
    assert!(result.is_err(), "{name}: the unknown field was accepted");
}
