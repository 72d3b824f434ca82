//! Objects, interfaces and errors as values.

use super::{Library, hex};

const SCHEMA: &str = r#"{"types": [
  {"name": "m.Counter", "pkg": "m", "ident": "Counter", "kind": "struct", "hidden": true, "pointer_methods": true, "fields": [
    {"name": "Start", "key": "start", "aliases": ["Start"], "type": "int64", "required": true},
    {"name": "Step", "key": "step", "type": "int64", "required": true}]},
  {"name": "m.Opaque", "pkg": "m", "ident": "Opaque", "kind": "struct"},
  {"name": "m.Reader", "pkg": "m", "ident": "Reader", "kind": "interface"},
  {"name": "func(int)", "ident": "func(int)", "kind": "func"},
  {"name": "m.Celsius", "pkg": "m", "ident": "Celsius", "kind": "value", "underlying": "float64", "value_methods": true}
]}"#;

const COUNTER: &str = "d801 07000000 02000000 00000000 00000000";

fn library() -> Library {
    Library::new(SCHEMA).with_class("m.Celsius", "float")
}

#[test]
fn pointers_to_objects() {
    let library = library();
    assert_eq!(
        library.encode("*m.Counter", "Object(7, 2, 0)"),
        Ok(hex(COUNTER))
    );
    assert_eq!(library.encode("*m.Counter", "None"), Ok(hex("c0")));
    assert_eq!(
        library.decode("*m.Counter", &hex(COUNTER)),
        Ok("Object(7, 2, 0)".to_owned())
    );
    assert_eq!(
        library.decode("*m.Counter", &hex("c0")),
        Ok("None".to_owned())
    );
    // A type outside the schema is for Go to check.
    assert!(library.encode("*m.Counter", "Object(7, 2)").is_ok());
    library.refuses(
        "*m.Counter",
        "Object(7, 2, 1)",
        ": expected *m.Counter, got an object of m.Opaque",
    );
    library.refuses(
        "*m.Counter",
        "5",
        ": expected m.Counter (a dict of its fields), got int",
    );
    library.refuses("*m.Opaque", "{}", ": expected *m.Opaque, got dict");
    let wrong = library.decode("*m.Opaque", &hex(COUNTER));
    assert_eq!(
        wrong,
        Err("schema: f: result: expected *m.Opaque, got an object of m.Counter".to_owned())
    );
}

#[test]
fn fields_as_a_shorthand() {
    let library = library();
    assert_eq!(
        library.encode("*m.Counter", "{'Start': 5}"),
        Ok(hex("81a5737461727405"))
    );
    assert_eq!(library.encode("*m.Counter", "{}"), Ok(hex("80")));
    library.refuses(
        "*m.Counter",
        "{'sart': 5}",
        ": unknown field \"sart\" (did you mean \"start\"?)",
    );
}

#[test]
fn opaque_values() {
    let library = library();
    let handle = hex("d801 01000000 01000000 01000000 00000000");
    assert_eq!(
        library.encode("m.Opaque", "Object(1, 1, 1)"),
        Ok(handle.clone())
    );
    assert_eq!(
        library.decode("m.Opaque", &handle),
        Ok("Object(1, 1, 1)".to_owned())
    );
    library.refuses("m.Opaque", "None", ": expected m.Opaque, got None");
    assert_eq!(library.encode("func(int)", "None"), Ok(hex("c0")));
    library.refuses(
        "func(int)",
        "len",
        ": expected func(int), got builtin_function_or_method",
    );
}

#[test]
fn interfaces() {
    let library = library();
    assert_eq!(library.encode("m.Reader", "None"), Ok(hex("c0")));
    assert_eq!(
        library.encode("m.Reader", "Object(7, 2, 0)"),
        Ok(hex(COUNTER))
    );
    assert_eq!(
        library.encode("m.Reader", "Celsius(1.5)"),
        Ok(hex("92 d704 04000000 00000000 cb3ff8000000000000"))
    );
    library.refuses(
        "m.Reader",
        "1.5",
        ": expected m.Reader (an object that implements it), got float",
    );
    assert_eq!(
        library.decode("m.Reader", &hex(COUNTER)),
        Ok("Object(7, 2, 0)".to_owned())
    );
}

#[test]
fn errors() {
    let library = library();
    assert_eq!(library.encode("error", "None"), Ok(hex("c0")));
    assert_eq!(library.encode("error", "'bad'"), Ok(hex("a3626164")));
    assert_eq!(
        library.encode("error", "ValueError('bad')"),
        Ok(hex("a3626164"))
    );
    assert_eq!(
        library.encode("error", "GoError('bad', '*m.E', 3)"),
        Ok(hex("d801 03000000 01000000 ffffffff 00000000"))
    );
    library.refuses("error", "5", ": expected error (GoError or str), got int");
    let value = hex("95 00 a3626164 a1 45 a0 d801 03000000 01000000 ffffffff 00000000");
    assert_eq!(
        library.decode("error", &value),
        Ok("GoError('bad', 'E', 3)".to_owned())
    );
    let mut dynamic = hex("92 d704 feffffff 00000000");
    dynamic.extend_from_slice(&value);
    assert_eq!(
        library.decode("any", &dynamic),
        Ok("GoError('bad', 'E', 3)".to_owned())
    );
    assert!(library.decode("error", &hex("95 02 a0 a0 a0 c0")).is_err());
}
