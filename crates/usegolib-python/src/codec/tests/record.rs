//! Structs by value.

use super::{Library, hex};

const SCHEMA: &str = r#"{"types": [
  {"name": "m.Point", "pkg": "m", "ident": "Point", "kind": "struct", "comparable": true, "fields": [
    {"name": "X", "key": "X", "type": "int64", "required": true},
    {"name": "Y", "key": "Y", "type": "int64", "required": true}]},
  {"name": "m.Person", "pkg": "m", "ident": "Person", "kind": "struct", "fields": [
    {"name": "FirstName", "key": "first_name", "aliases": ["FirstName", "fn"], "type": "string", "required": true},
    {"name": "Age", "key": "age", "aliases": ["Age", "first_name"], "type": "int64", "required": true},
    {"name": "Nick", "key": "nick", "type": "string", "required": false, "omitempty": true},
    {"name": "Home", "key": "Home", "type": "m.Point", "required": true},
    {"name": "Boss", "key": "Boss", "type": "*m.Point", "required": true}]},
  {"name": "m.Company", "pkg": "m", "ident": "Company", "kind": "struct", "fields": [
    {"name": "Employees", "key": "Employees", "type": "[]m.Point", "required": true}]},
  {"name": "m.Vector", "pkg": "m", "ident": "Vector", "kind": "struct", "value_methods": true, "fields": [
    {"name": "X", "key": "X", "type": "float64", "required": true}]},
  {"name": "m.Secret", "pkg": "m", "ident": "Secret", "kind": "struct", "hidden": true, "fields": [
    {"name": "N", "key": "n", "type": "int64", "required": true}]},
  {"name": "m.Node", "pkg": "m", "ident": "Node", "kind": "struct", "recursive": true, "fields": [
    {"name": "Value", "key": "value", "aliases": ["Value"], "type": "int64", "required": true},
    {"name": "Next", "key": "next", "aliases": ["Next"], "type": "[]m.Node", "required": true}]},
  {"name": "m.Broken", "pkg": "m", "ident": "Broken", "kind": "struct", "fields": [
    {"name": "Bad", "key": "bad", "type": "m.Nowhere", "required": true}]},
  {"name": "m.Empty", "pkg": "m", "ident": "Empty", "kind": "value", "underlying": "[]m.Vector", "value_methods": true}
]}"#;

const ADA: &str = "{'first_name': 'Ada', 'age': 36, 'Home': {'X': 1, 'Y': 2}, 'Boss': None}";

fn library() -> Library {
    Library::new(SCHEMA)
}

#[test]
fn dicts_with_every_field() {
    let library = library();
    assert_eq!(
        library.encode("m.Point", "{'X': 1, 'Y': 2}"),
        Ok(hex("82a15801a15902"))
    );
    assert_eq!(
        library.encode("m.Point", "{'Y': 2, 'X': 1}"),
        Ok(hex("82a15801a15902"))
    );
    assert_eq!(library.round_trip("m.Person", ADA), ADA);
    assert_eq!(library.round_trip("*m.Person", ADA), ADA);
    assert_eq!(
        library.round_trip(
            "m.Person",
            &format!("dict({ADA}, nick='A', Boss=dict(X=0, Y=0))")
        ),
        "{'first_name': 'Ada', 'age': 36, 'nick': 'A', 'Home': {'X': 1, 'Y': 2}, \
         'Boss': {'X': 0, 'Y': 0}}"
    );
    // Keys that are equal, but not the interned ones.
    assert_eq!(
        library.round_trip("m.Point", "{''.join(['', 'X']): 1, ''.join(['Y', '']): 2}"),
        "{'X': 1, 'Y': 2}"
    );
}

#[test]
fn what_else_is_a_record() {
    let library = library();
    library.run(
        r"
@dataclasses.dataclass
class Person:
    first: str = dataclasses.field(metadata={'go': 'first_name'})
    age: int
    Home: object
    Boss: object = None
@dataclasses.dataclass
class Point:
    X: int
    Y: int
",
    );
    for python in [
        "types.MappingProxyType({'X': 1, 'Y': 2})",
        "collections.UserDict(Y=2, X=1)",
        "collections.OrderedDict(Y=2, X=1)",
        "Point(1, 2)",
        "(('X', 1), ('Y', 2))",
    ] {
        assert_eq!(
            library.encode("m.Point", python),
            Ok(hex("82a15801a15902")),
            "{python}"
        );
    }
    assert_eq!(
        library.round_trip("m.Person", "Person('Ada', 36, Point(1, 2))"),
        ADA
    );
    library.refuses(
        "m.Point",
        "Point",
        ": expected m.Point (a dict of its fields), got type",
    );
    library.refuses(
        "m.Point",
        "[1, 2]",
        ": expected m.Point (a dict of its fields), got list",
    );
    library.refuses(
        "m.Point",
        "(1, 2)",
        ": expected m.Point (a dict of its fields), got tuple",
    );
    library.refuses(
        "m.Point",
        "None",
        ": expected m.Point (a dict of its fields), got None",
    );
}

#[test]
fn any_accepted_key_but_each_field_once() {
    let library = library();
    let by_alias = "dict(FirstName='Ada', Age=36, Home={'X': 1, 'Y': 2}, Boss=None)";
    assert_eq!(library.round_trip("m.Person", by_alias), ADA);
    library.refuses(
        "m.Person",
        &format!("dict({ADA}, Age=1)"),
        ": field \"age\" is given twice, as \"age\" and \"Age\"",
    );
}

#[test]
fn missing_and_unknown_fields() {
    let library = library();
    library.refuses(
        "m.Point",
        "{}",
        ": missing field \"X\"; missing field \"Y\"",
    );
    library.refuses("m.Point", "{'X': 1}", ": missing field \"Y\"");
    library.refuses(
        "m.Point",
        "{'X': 1, 'Y': 2, 'Zebra': 3}",
        ": unknown field \"Zebra\"",
    );
    library.refuses(
        "m.Person",
        "dict(firstName='Ada', age=36, Home={'X': 1, 'Y': 2}, Boss=None)",
        ": unknown field \"firstName\" (did you mean \"first_name\"?); missing field \"first_name\"",
    );
    library.refuses(
        "m.Point",
        "{'X': 1, 2: 2}",
        ": a field's key must be str, got int; missing field \"Y\"",
    );
}

#[test]
fn the_path_to_a_bad_value() {
    let library = library();
    let python = "{'Employees': [{'X': 1, 'Y': 2}] * 3 + [{'X': 1, 'Y': '2'}]}";
    library.refuses(
        "m.Company",
        python,
        ".Employees[3].Y: expected int64, got str",
    );
    library.refuses(
        "map[string]m.Company",
        &format!("{{'a': {python}}}"),
        "['a'].Employees[3].Y: expected int64, got str",
    );
    let bytes = hex("81 a9456d706c6f79656573 92 82a15801a15902 82a15801a159a132");
    assert_eq!(
        library.decode("m.Company", &bytes),
        Err("schema: f: result.Employees[1].Y: expected int64, got str".to_owned())
    );
}

#[test]
fn results_must_be_complete() {
    let library = library();
    let refuses = |go: &str, bytes: &str, message: &str| {
        let expected = Err(format!("schema: f: result{message}"));
        assert_eq!(library.decode(go, &hex(bytes)), expected);
    };
    refuses("m.Point", "81a15801", ": missing field \"Y\"");
    refuses("m.Point", "80", ": missing field \"X\"");
    refuses("m.Point", "83a15801a15902a15a03", ": unknown field \"Z\"");
    refuses(
        "m.Point",
        "83a15801a15902a15903",
        ": field \"Y\" is there twice",
    );
    refuses("m.Point", "82a1580101", ": expected a field's key, got int");
    refuses("m.Point", "c0", ": expected m.Point, got None");
    refuses("m.Point", "93010203", ": expected m.Point, got list");
    refuses("*m.Point", "c3", ": expected m.Point, got bool");
}

#[test]
fn values_with_methods_are_instances() {
    let library = library()
        .with_class("m.Vector", "dict")
        .with_class("m.Empty", "list");
    library.run("def shown(v): return f'{type(v).__name__}({v!r})'");
    let bytes = library
        .encode("m.Vector", "{'X': 1.5}")
        .expect("it encodes");
    pyo3::Python::attach(|py| {
        use pyo3::prelude::*;
        let value = library
            .decode_value(py, "m.Vector", &bytes)
            .expect("it decodes");
        let shown = library.eval(py, "shown").call1((&value,)).expect("shown");
        assert_eq!(shown.to_string(), "Vector({'X': 1.5})");
        // It goes back as what it is, in typed and in dynamic places.
        assert_eq!(library.encode_value("m.Vector", &value), Ok(bytes.clone()));
        let mut dynamic = hex("92 d704 03000000 00000000");
        dynamic.extend_from_slice(&bytes);
        assert_eq!(library.encode_value("any", &value), Ok(dynamic.clone()));
        let value = library
            .decode_value(py, "any", &dynamic)
            .expect("it decodes");
        let shown = library.eval(py, "shown").call1((&value,)).expect("shown");
        assert_eq!(shown.to_string(), "Vector({'X': 1.5})");

        let list = library
            .encode("m.Empty", "[{'X': 1}, {'X': 2}]")
            .expect("it encodes");
        let value = library
            .decode_value(py, "m.Empty", &list)
            .expect("it decodes");
        let shown = library.eval(py, "shown").call1((&value,)).expect("shown");
        assert_eq!(shown.to_string(), "Empty([{'X': 1.0}, {'X': 2.0}])");
    });
}

#[test]
fn hidden_state_comes_along() {
    let library = library().with_class("m.Secret", "dict");
    let bytes = hex("92 d801 05000000 01000000 04000000 00000000 81a16e07");
    pyo3::Python::attach(|py| {
        use pyo3::prelude::*;
        let value = library
            .decode_value(py, "m.Secret", &bytes)
            .expect("it decodes");
        assert_eq!(value.to_string(), "{'n': 7}");
        assert_eq!(
            value.getattr("_hidden").expect("kept").to_string(),
            "Object(5, 1, 4)"
        );
        value.set_item("n", 8).expect("a dict");
        let mut changed = bytes.clone();
        *changed.last_mut().expect("not empty") = 8;
        assert_eq!(library.encode_value("m.Secret", &value), Ok(changed));
    });
    // Without hidden state: the record alone.
    assert_eq!(library.encode("m.Secret", "{'n': 7}"), Ok(hex("81a16e07")));
    assert_eq!(
        library.encode("m.Secret", "Secret(n=7)"),
        Ok(hex("81a16e07"))
    );
    // An object of the type stands for its value.
    assert_eq!(
        library.encode("m.Secret", "Object(5, 1, 4)"),
        Ok(hex("d801 05000000 01000000 04000000 00000000"))
    );
    library.refuses(
        "m.Secret",
        "Object(5, 1, 3)",
        ": expected m.Secret, got an object of m.Vector",
    );
}

#[test]
fn recursive_types() {
    let library = library();
    library.run(
        r"
deep = {'value': 0, 'next': []}
for n in range(200): deep = {'Value': n, 'Next': [deep]}
cyclic = {'value': 0, 'next': []}
cyclic['next'].append(cyclic)
",
    );
    assert_eq!(
        library.round_trip("m.Node", "{'value': 1, 'next': [{'value': 2, 'next': []}]}"),
        "{'value': 1, 'next': [{'value': 2, 'next': []}]}"
    );
    assert!(
        library
            .round_trip("m.Node", "deep")
            .starts_with("{'value': 199, ")
    );
    let error = library.encode("m.Node", "cyclic").expect_err("cyclic");
    assert!(error.ends_with("nested deeper than 511 levels (does the value contain itself?)"));
}

#[test]
fn records_as_keys() {
    let library = library();
    let python = "{(('X', 1), ('Y', 2)): 'a'}";
    assert_eq!(library.round_trip("map[m.Point]string", python), python);
}

#[test]
fn a_broken_schema_is_an_error_not_a_panic() {
    let library = library();
    library.refuses(
        "m.Broken",
        "{'bad': 1}",
        ".bad: type m.Nowhere is not in the schema",
    );
    assert_eq!(
        library.decode("m.Broken", &hex("81a362616401")),
        Err("schema: f: result.bad: type m.Nowhere is not in the schema".to_owned())
    );
}

#[test]
fn a_dict_that_changes_meanwhile() {
    let library = library();
    library.run(
        r"
victim = {}
class Clears:
    def __index__(self): victim.clear(); return 1
class Grows:
    def __index__(self): victim.update((str(n), n) for n in range(100)); return 1
",
    );
    library.run("victim.update(X=Clears(), Y=2)");
    assert!(library.encode("m.Point", "victim").is_err());
    library.run("victim.update(X=1, Y=Grows())");
    assert!(library.encode("m.Point", "victim").is_err());
}
