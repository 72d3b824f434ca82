//! Maps.

use super::{Library, hex};

#[test]
fn from_any_mapping() {
    let library = Library::plain();
    for python in [
        "{'a': 1}",
        "collections.OrderedDict(a=1)",
        "collections.UserDict(a=1)",
        "types.MappingProxyType({'a': 1})",
        "collections.ChainMap({'a': 1}, {'a': 2})",
        "collections.Counter('a')",
    ] {
        assert_eq!(
            library.encode("map[string]int64", python),
            Ok(hex("81a16101")),
            "{python}"
        );
    }
    assert_eq!(library.encode("map[string]int64", "None"), Ok(hex("c0")));
    assert_eq!(
        library.decode("map[string]int64", &hex("c0")),
        Ok("{}".to_owned())
    );
}

#[test]
fn keys_of_every_kind() {
    let library = Library::plain();
    for (go, python) in [
        ("map[string]string", "{'a': 'b', 'c': 'd'}"),
        ("map[int64]string", "{-1: 'a', 2: 'b'}"),
        ("map[bool]bool", "{True: False}"),
        ("map[float64]string", "{0.5: 'x'}"),
        ("map[[2]byte]string", "{b'ab': 'x'}"),
        ("map[[2]int64]string", "{(1, 2): 'x'}"),
        ("map[[1][1]string]string", "{(('a',),): 'x'}"),
        ("map[any]any", "{1: 'a', 'b': None, 2.5: [1], (1, 2): {}}"),
        ("map[complex128]bool", "{1j: True}"),
    ] {
        assert_eq!(library.round_trip(go, python), python, "{go}");
    }
    assert_eq!(
        library
            .round_trip("map[int64]int64", "{n: n for n in range(1000)}")
            .len(),
        Library::plain()
            .round_trip("any", "{n: n for n in range(1000)}")
            .len()
    );
}

#[test]
fn entries_are_checked() {
    let library = Library::plain();
    library.refuses(
        "map[string]int64",
        "[]",
        ": expected map[string]int64, got list",
    );
    library.refuses(
        "map[string]int64",
        "{'a': 'b'}",
        "['a']: expected int64, got str",
    );
    library.refuses(
        "map[string]int64",
        "{1: 2}",
        ": key 1: expected string, got int",
    );
    library.refuses(
        "map[string][]int64",
        "{'a': [1, None]}",
        "['a'][1]: expected int64, got None",
    );
    library.refuses(
        "map[[2]int64]int64",
        "{(1, 'x'): 2}",
        ": key (1, 'x')[1]: expected int64, got str",
    );
}

#[test]
fn keys_that_python_takes_for_one() {
    let library = Library::plain();
    let message = "schema: f: result: two keys of the map are equal in Python, so that a dict \
                   can't hold both";
    let bytes = hex("82 01 a161 cb3ff0000000000000 a162");
    assert_eq!(
        library.decode("map[any]any", &bytes),
        Err(message.to_owned())
    );
}

#[test]
fn a_dict_that_changes_meanwhile() {
    let library = Library::plain();
    library.run(
        r"
victim = {}
class Grows:
    def __index__(self): victim.update((str(n), n) for n in range(100)); return 1
class Shrinks:
    def __index__(self): victim.clear(); return 1
",
    );
    for class in ["Grows", "Shrinks"] {
        library.run(&format!(
            "victim.clear(); victim.update(a={class}(), b=2, c=3)"
        ));
        library.refuses(
            "map[string]int64",
            "victim",
            ": the dict changed while it was encoded",
        );
    }
}
