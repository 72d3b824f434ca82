//! Hostile bytes: whatever comes, an answer and no panic, nor more memory than
//! the bytes are worth.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proptest::prelude::*;
use pyo3::prelude::*;

use super::{Library, hex};

const SCHEMA: &str = r#"{"types": [
  {"name": "m.Point", "pkg": "m", "ident": "Point", "kind": "struct", "comparable": true, "fields": [
    {"name": "X", "key": "X", "type": "int64", "required": true},
    {"name": "Y", "key": "Y", "type": "any", "required": false, "omitempty": true}]},
  {"name": "m.Secret", "pkg": "m", "ident": "Secret", "kind": "struct", "hidden": true, "value_methods": true, "fields": [
    {"name": "Next", "key": "next", "type": "[]m.Secret", "required": true},
    {"name": "Points", "key": "points", "type": "map[string]m.Point", "required": true}]},
  {"name": "m.Tree", "pkg": "m", "ident": "Tree", "kind": "value", "underlying": "[]m.Tree", "value_methods": true},
  {"name": "time.Time", "pkg": "time", "ident": "Time", "kind": "struct", "hidden": true, "value_methods": true},
  {"name": "m.Reader", "pkg": "m", "ident": "Reader", "kind": "interface"}
]}"#;

const TYPES: [&str; 24] = [
    "any",
    "bool",
    "int8",
    "uint64",
    "float32",
    "complex128",
    "string",
    "[]byte",
    "[4]byte",
    "[]int16",
    "[]float64",
    "[]string",
    "[][]any",
    "[2]any",
    "map[string]any",
    "map[any]any",
    "map[[2]any]string",
    "map[m.Point]m.Point",
    "m.Secret",
    "m.Tree",
    "*m.Secret",
    "m.Reader",
    "error",
    "time.Time",
];

/// Decodes `bytes` as each type; panics are failures.
fn survives(library: &Library, bytes: &[u8]) {
    Python::attach(|py| {
        for go in TYPES {
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                let _ = library.decode_value(py, go, bytes);
            }));
            assert!(outcome.is_ok(), "{go} from {bytes:02x?}");
        }
    });
}

fn library() -> Library {
    Library::new(SCHEMA)
        .with_class("m.Secret", "dict")
        .with_class("m.Tree", "list")
        .with_class("time.Time", "str")
}

/// Valid encodings to be damaged.
fn seeds() -> Vec<Vec<u8>> {
    let library = library();
    let valid = [
        (
            "any",
            "[1, -1, 2.5, 'x', b'y', None, True, {'a': [1j]}, {1: 2}]",
        ),
        (
            "m.Secret",
            "{'next': [{'next': [], 'points': {}}], 'points': {'p': {'X': 1, 'Y': [2]}}}",
        ),
        ("m.Tree", "[[], [[]]]"),
        ("map[any]any", "{(1, 2): {'x': 1}, 'k': (1,)}"),
        ("[]float64", "[1.0, 2.0]"),
        ("map[m.Point]m.Point", "{(('X', 1),): {'X': 2}}"),
        ("time.Time", "'2024-01-02T03:04:05Z'"),
    ];
    let mut seeds: Vec<_> = valid
        .iter()
        .map(|(go, python)| library.encode(go, python).expect("it encodes"))
        .collect();
    seeds.push(hex(
        "95 00 a3626164 a145 a0 d801 03000000 01000000 ffffffff 00000000",
    ));
    seeds.push(hex(
        "92 d704 01000000 01000000 92 d801 03000000 01000000 01000000 00000000 \
                    82 a46e657874 90 a6706f696e7473 80",
    ));
    seeds
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        survives(&library(), &bytes);
    }

    #[test]
    fn damaged_bytes(
        seed in proptest::sample::select(seeds()),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..6),
    ) {
        let mut bytes = seed;
        for (at, byte, how) in damage {
            let at = at.index(bytes.len().max(1));
            match how {
                0 if at < bytes.len() => bytes[at] = byte,
                1 => bytes.insert(at.min(bytes.len()), byte),
                _ => bytes.truncate(at),
            }
        }
        survives(&library(), &bytes);
    }
}

#[test]
fn every_prefix_of_valid_bytes() {
    let library = library();
    for seed in seeds() {
        for length in 0..seed.len() {
            survives(&library, &seed[..length]);
        }
    }
}

#[test]
fn lengths_beyond_the_end() {
    let library = library();
    for marker in ["c6", "c9", "db", "dd", "df"] {
        survives(&library, &hex(&format!("{marker} ffffffff")));
        survives(&library, &hex(&format!("{marker} 7fffffff 00 00 00")));
    }
}

#[test]
fn nested_lies_do_not_add_up() {
    // Each level claims as many elements as bytes are left: as a list each
    // would be eight times the response.
    let library = library();
    let mut bytes = Vec::new();
    let total: u32 = 512 * 5 + 100_000;
    for level in 0..512 {
        bytes.push(0xdd);
        bytes.extend((total - 5 * (level + 1)).to_be_bytes());
    }
    bytes.resize(total as usize, 0xc0);
    let error = library.decode("any", &bytes).expect_err("a lie");
    assert!(error.contains("truncated"), "{error}");
}

#[test]
fn nesting_is_limited() {
    let library = library();
    let nested = |levels: usize| [vec![0x91; levels], vec![0xc0]].concat();
    assert!(library.decode("any", &nested(512)).is_ok());
    let error = library.decode("any", &nested(513)).expect_err("too deep");
    assert!(error.contains("nested deeper than 512 levels"), "{error}");
    survives(&library, &vec![0x91; 100_000]);
    survives(&library, &vec![0x81; 100_000]);
    // Types, pointers to types and hidden state nest too.
    survives(&library, &hex("92 d704 02000000 00000000").repeat(10_000));
    survives(
        &library,
        &hex("92 d801 00000000 00000000 00000000 00000000 82 a46e657874 91").repeat(10_000),
    );
}
