//! Packed slices of numbers.

use super::{Library, hex};

#[test]
fn from_any_sequence() {
    let library = Library::plain();
    let packed = Ok(hex(
        "c7 19 02 03 0100000000000000 0200000000000000 0300000000000000",
    ));
    for python in [
        "[1, 2, 3]",
        "(1, 2, 3)",
        "range(1, 4)",
        "collections.deque([1, 2, 3])",
        "collections.UserList([1, 2, 3])",
        "array.array('q', [1, 2, 3])",
        "array.array('i', [1, 2, 3])",
        "array.array('B', [1, 2, 3])",
        "memoryview(array.array('h', [1, 0, 2, 0, 3]))[::2]",
        "memoryview(array.array('q', [3, 2, 1]))[::-1]",
        "[1, Index(2), 3]",
        "(ctypes.c_int32.__ctype_be__ * 3)(1, 2, 3)",
        "(ctypes.c_uint16 * 3)(1, 2, 3)",
    ] {
        assert_eq!(library.encode("[]int64", python), packed, "{python}");
    }
    assert_eq!(library.encode("[]int64", "None"), Ok(hex("c0")));
    assert_eq!(library.decode("[]int64", &hex("c0")), Ok("[]".to_owned()));
}

#[test]
fn every_kind() {
    let library = Library::plain();
    for (go, python) in [
        ("int8", "[-128, 127]"),
        ("int16", "[-32768, 32767]"),
        ("int32", "[-2**31, 2**31-1]"),
        ("rune", "[65]"),
        ("int64", "[-2**63, 2**63-1]"),
        ("int", "[-2**63, 2**63-1]"),
        ("uint16", "[0, 65535]"),
        ("uint32", "[0, 2**32-1]"),
        ("uint64", "[0, 2**64-1]"),
        ("uint", "[2**63]"),
        ("uintptr", "[1]"),
        ("float32", "[0.5, -1.5, math.inf]"),
        ("float64", "[0.1, 1e300, -0.0]"),
        ("float64", "[1.0] * 100"),
    ] {
        let shown = library.round_trip("any", python);
        assert_eq!(library.round_trip(&format!("[]{go}"), python), shown);
    }
    assert_eq!(
        library.round_trip("[]float64", "[1, Float(2.5), 3.0]"),
        "[1.0, 2.5, 3.0]"
    );
    assert_eq!(
        library.round_trip("[]float32", "[0.1]"),
        "[0.10000000149011612]"
    );
}

#[test]
fn buffers_cast_exactly_or_not_at_all() {
    let library = Library::plain();
    assert_eq!(
        library.round_trip("[]float64", "array.array('f', [0.5, 2])"),
        "[0.5, 2.0]"
    );
    assert_eq!(
        library.round_trip("[]float64", "array.array('i', [-1, 2])"),
        "[-1.0, 2.0]"
    );
    assert_eq!(
        library.round_trip("[]float32", "array.array('h', [-1])"),
        "[-1.0]"
    );
    assert_eq!(
        library.round_trip("[]int64", "array.array('I', [2**32-1])"),
        "[4294967295]"
    );
    assert_eq!(
        library.round_trip("[]uint32", "array.array('H', [65535])"),
        "[65535]"
    );
    assert_eq!(
        library.round_trip("[]int16", "memoryview(b'\\xff')"),
        "[255]"
    );
    for (go, python, format) in [
        ("float64", "array.array('q', [1])", "q"),
        ("float32", "array.array('d', [1])", "d"),
        ("int64", "array.array('Q', [1])", "Q"),
        ("uint64", "array.array('q', [1])", "q"),
        ("int32", "array.array('q', [1])", "q"),
        ("int64", "array.array('d', [1])", "d"),
    ] {
        let error = library.encode(&format!("[]{go}"), python).expect_err(go);
        assert!(
            error.contains(&format!("items of format {format:?}, which do not all fit")),
            "{error}"
        );
    }
    library.refuses(
        "[]int64",
        "memoryview(array.array('q', range(4))).cast('B').cast('q', (2, 2))",
        ": expected []int64, got a buffer of 2 dimensions",
    );
}

#[test]
fn items_are_checked() {
    let library = Library::plain();
    library.refuses("[]int64", "[1, 'x']", "[1]: expected int64, got str");
    library.refuses("[]int64", "[True]", "[0]: expected int64, got bool");
    library.refuses("[]int8", "[1, 2, 300]", "[2]: 300 is out of range for int8");
    library.refuses("[]uint64", "[-1]", "[0]: -1 is out of range for uint64");
    library.refuses(
        "[]float32",
        "[1e300]",
        "[0]: 1e300 is out of range for float32",
    );
    library.refuses("[]float64", "[None]", "[0]: expected float64, got None");
    library.refuses("[]int64", "'123'", ": expected []int64, got str");
    library.refuses("[]int64", "b'123'", ": expected []int64, got bytes");
    library.refuses("[]int64", "{1: 2}", ": expected []int64, got dict");
    library.refuses("[]int64", "7", ": expected []int64, got int");
}

#[test]
fn a_list_that_changes_meanwhile() {
    let library = Library::plain();
    library.run(
        r"
victim = []
class Shrinks:
    def __index__(self): victim.clear(); return 1
victim.extend([Shrinks()] + list(range(1000)))
",
    );
    library.refuses(
        "[]int64",
        "victim",
        "[1]: the list became shorter while it was encoded",
    );
    library.run("victim.extend([Shrinks(), *map(str, range(1000))])");
    let error = library
        .encode("[]string", "[*victim]")
        .expect_err("no strings");
    assert_eq!(error, "schema: f(x): x[0]: expected string, got Shrinks");
}
