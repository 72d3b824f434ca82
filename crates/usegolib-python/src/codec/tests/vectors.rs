//! The vectors that Go checks too (`conformance/README.md`).

use std::path::Path;

use pyo3::prelude::*;
use serde_json::Value;

use super::{Library, hex};

/// `value(x)` makes a Python value of a vector's.
const VALUES: &str = r"
import json
def value(x):
    if isinstance(x, list): return [value(item) for item in x]
    if not isinstance(x, dict): return x
    [[form, content]] = x.items()
    match form:
        case '$float': return float(content)
        case '$complex': return complex(*content)
        case '$bytes': return bytes.fromhex(content)
        case '$text': return bytes.fromhex(content).decode('utf-8', 'surrogateescape')
        case '$map': return {value(k): value(v) for k, v in content}
        case '$tuple': return tuple(value(item) for item in content)
    raise ValueError(form)
def same(a, b):
    if type(a) is not type(b): return False
    if isinstance(a, (list, tuple)): return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict): return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    return repr(a) == repr(b)
";

fn check(kind: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../conformance/codec")
        .join(kind)
        .with_extension("json");
    let text = fs_err::read_to_string(&path).expect("the file is there");
    let file: Value = serde_json::from_str(&text).expect("JSON");
    let schema = file.get("schema").map_or("{}".to_owned(), Value::to_string);
    let library = Library::new(&schema);
    library.run(VALUES);
    let cases = |list: &str| file[list].as_array().expect("a list").clone();
    let text = |case: &Value, key: &str| case[key].as_str().expect("a string").to_owned();

    Python::attach(|py| {
        let value = |case: &Value| {
            let json = py.import("json").expect("json");
            let raw = json.call_method1("loads", (case["value"].to_string(),));
            let function = library.eval(py, "value");
            function.call1((raw.expect("JSON"),)).expect("a value")
        };
        let check_decoding = |case: &Value| {
            let bytes = hex(&text(case, "hex"));
            let decoded = library.decode_value(py, &text(case, "type"), &bytes);
            let decoded = decoded.unwrap_or_else(|error| panic!("{case}: {error}"));
            let same = library.eval(py, "same").call1((&decoded, value(case)));
            assert!(
                same.and_then(|same| same.is_truthy()).expect("a bool"),
                "{case}: got {decoded:?}"
            );
        };
        for case in cases("valid") {
            let encoded = library.encode_value(&text(&case, "type"), &value(&case));
            assert_eq!(encoded, Ok(hex(&text(&case, "hex"))), "{case}");
            check_decoding(&case);
        }
        for case in cases("accepted") {
            check_decoding(&case);
        }
        for case in cases("invalid") {
            let decoded = library.decode_value(py, &text(&case, "type"), &hex(&text(&case, "hex")));
            assert!(decoded.is_err(), "{case}: got {decoded:?}");
        }
    });
}

#[test]
fn scalars() {
    check("scalar");
}

#[test]
fn bytes() {
    check("bytes");
}

#[test]
fn numbers() {
    check("numbers");
}

#[test]
fn containers() {
    check("container");
}

#[test]
fn records() {
    check("record");
}

#[test]
fn adapters() {
    check("adapter");
}

#[test]
fn dynamic_values() {
    check("dynamic");
}
