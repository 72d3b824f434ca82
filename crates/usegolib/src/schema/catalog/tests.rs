//! A catalog by a map is the catalog of the whole.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::*;

fn manifest_text() -> Vec<u8> {
    let function = |name: &str, recv: Option<&str>| {
        json!({"pkg": "m.test/a", "name": name, "recv": recv, "params": [{"name": "x", "type": "string"}],
            "results": ["m.test/a.T", "error"], "doc": "Says \"é\\\u{1}\n\u{1f600}\"."})
    };
    let declaration = |pkg: &str, ident: &str| {
        json!({"name": format!("{pkg}.{ident}"), "pkg": pkg, "ident": ident, "kind": "struct",
            "fields": [{"name": "F", "key": "f", "type": "int", "required": true}]})
    };
    let content = json!({
        "manifest_version": 1, "abi_version": 0, "module": "m.test", "version": "v1.0.0",
        "goos": "js", "goarch": "wasm", "packages": ["m.test/a", "m.test/b"],
        "package_patterns": ["./a"],
        "symbols": [function("G", None), function("A", None)],
        "schema": {
            "packages": [{"path": "m.test/b", "name": "b"}, {"path": "m.test/a", "name": "a", "doc": "d"}],
            "types": [declaration("m.test/b", "Z"), declaration("m.test/a", "T"), declaration("other.test", "O"),
                declaration("m.test/a", "hidden")],
            "methods": [function("M", Some("m.test/a.T")), function("N", Some("m.test/b.Z")), function("O", Some("m.test/a.T"))],
            "generics": [{"pkg": "m.test/a", "name": "Id", "type_args": ["int"], "symbol": "A"}],
            "aliases": [{"pkg": "m.test/b", "name": "Alias", "type": "m.test/a.T"}],
            "consts": [{"pkg": "m.test/a", "name": "C", "type": "string", "kind": "string", "value": "v"}],
            "vars": [{"pkg": "m.test/b", "name": "V", "type": "int"}],
            "unsupported": [{"pkg": "m.test/a", "name": "U", "reason": "r"},
                {"pkg": "m.test/a", "name": "W", "recv": "m.test/a.T", "reason": "r"}],
            "excluded": [{"path": "m.test/c", "reason": "r"}],
        },
    });
    serde_json::to_vec_pretty(&content).unwrap()
}

fn schema(text: &[u8]) -> Schema {
    let mut content: serde_json::Value = serde_json::from_slice(text).unwrap();
    let symbols = content["symbols"].take();
    let mut schema: Schema = serde_json::from_value(content["schema"].take()).unwrap();
    schema.symbols = serde_json::from_value(symbols).unwrap();
    schema
}

fn mapped(text: &[u8]) -> (Catalog, Vec<u8>) {
    let bytes = Map::new(text, &schema(text), &"kept")
        .unwrap()
        .to_bytes()
        .unwrap();
    let map = Map::from_bytes(&bytes, text).unwrap();
    assert_eq!(map.rest::<String>().unwrap(), "kept");
    (map.catalog(text.to_vec()).unwrap(), bytes)
}

fn all<T: DeserializeOwned + Serialize>(entries: &Entries<T>) -> Vec<String> {
    (0..entries.len())
        .map(|at| serde_json::to_string(&entries[at]).unwrap())
        .collect()
}

#[test]
fn every_entry_is_the_one_of_the_whole_schema_at_the_same_place() {
    let text = manifest_text();
    let whole = Catalog::from(schema(&text));
    let (mapped, _) = mapped(&text);
    assert_eq!(all(&mapped.symbols), all(&whole.symbols));
    assert_eq!(all(&mapped.types), all(&whole.types));
    assert_eq!(all(&mapped.methods), all(&whole.methods));
    assert_eq!(all(&mapped.consts), all(&whole.consts));
    assert_eq!(all(&mapped.vars), all(&whole.vars));
    assert_eq!(all(&mapped.unsupported), all(&whole.unsupported));
    assert_eq!(mapped.packages, whole.packages);
    assert_eq!(mapped.generics, whole.generics);
    assert_eq!(mapped.excluded, whole.excluded);
    assert_eq!(mapped.exports, whole.exports);
    assert_eq!(mapped.digest, whole.digest);
    assert_eq!(mapped.digest, dispatch::digest(&schema(&text)));
}

#[test]
fn names_are_found_in_their_package_and_nowhere_else() {
    let (catalog, _) = mapped(&manifest_text());
    let exports = &catalog.exports;
    let names = |path| -> Vec<_> {
        let package = exports.package(path).unwrap();
        package.iter().map(|(name, _)| name).collect()
    };
    assert_eq!(names("m.test/a"), ["A", "C", "G", "T", "U"]);
    assert_eq!(names("m.test/b"), ["Alias", "V", "Z"]);
    assert!(exports.package("other.test").is_none());
    assert!(exports.package("m.test").is_none());
    let get = |path, name| exports.package(path).unwrap().get(name);
    assert_eq!(get("m.test/a", "G"), Some(Export::Function(0)));
    assert_eq!(get("m.test/b", "V"), Some(Export::Variable(0)));
    assert_eq!(get("m.test/b", "G"), None);
    assert_eq!(get("m.test/a", "hidden"), None);
    let id = exports.find_type("m.test/a.T").unwrap();
    assert_eq!(get("m.test/b", "Alias"), Some(Export::Type(id)));
    assert_eq!(exports.find_type("m.test/a.None"), None);
    assert_eq!(exports.of_type(id).methods, [0, 2]);
    assert_eq!(exports.of_type(id).unsupported, [1]);
    assert_eq!(catalog.types[id.0 as usize].ident, "T");
}

#[test]
fn a_map_of_another_text_or_a_damaged_one_is_none() {
    let text = manifest_text();
    let (_, bytes) = mapped(&text);
    let mut other = text.clone();
    let at = other.len() / 2;
    other[at] ^= 1;
    assert!(Map::from_bytes(&bytes, &other).is_err());
    assert!(Map::from_bytes(&bytes, &text[1..]).is_err());
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x20;
        assert!(Map::from_bytes(&damaged, &text).is_err(), "byte {at}");
        assert!(Map::from_bytes(&bytes[..at], &text).is_err(), "{at} bytes");
    }
}
