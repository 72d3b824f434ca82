//! Dynamic values.

use super::{Library, hex};

#[test]
fn gos_default_types() {
    let library = Library::plain();
    for python in [
        "None",
        "True",
        "5",
        "-5",
        "18446744073709551615",
        "1.5",
        "'x'",
        "b'x'",
        "(1+2j)",
        "[]",
        "[1, 'a', None, [True]]",
        "{}",
        "{'a': {'b': [1.5]}}",
        "{1: 'a'}",
    ] {
        assert_eq!(library.round_trip("any", python), python);
        assert_eq!(
            library.round_trip("[]any", &format!("[{python}]")),
            format!("[{python}]")
        );
    }
    for (python, shown) in [
        ("(1, 2)", "[1, 2]"),
        ("range(3)", "[0, 1, 2]"),
        ("bytearray(b'x')", "b'x'"),
        ("memoryview(b'x')", "b'x'"),
        ("array.array('d', [1, 2])", "[1.0, 2.0]"),
        ("collections.OrderedDict(a=1)", "{'a': 1}"),
        ("collections.deque([1])", "[1]"),
        ("enum.IntEnum('E', {'A': 3}).A", "3"),
        ("type('S', (str,), {})('s')", "'s'"),
        ("type('F', (float,), {})(0.5)", "0.5"),
        ("Index(3)", "3"),
    ] {
        assert_eq!(library.round_trip("any", python), shown, "{python}");
    }
}

#[test]
fn what_go_cannot_take() {
    let library = Library::plain();
    library.refuses(
        "any",
        "2**64",
        ": 18446744073709551616 is out of range for uint64",
    );
    library.refuses(
        "any",
        "object()",
        ": expected any value that Go can take, got object",
    );
    library.refuses(
        "any",
        "[1, iter([object()])]",
        "[1][0]: expected any value that Go can take, got object",
    );
    library.refuses(
        "any",
        "{'a': len}",
        "['a']: expected any value that Go can take, got builtin_function_or_method",
    );
    library.refuses(
        "any",
        "datetime.timedelta(1)",
        ": got datetime.timedelta, but time.Duration is not among the types of this module",
    );
}

#[test]
fn scalars_of_array_libraries() {
    let library = Library::plain();
    library.run(
        r"
class Scalar:
    dtype, shape = 'x', ()
    def __init__(self, value): self.value = value
    def item(self): return self.value
class Wide(Scalar):
    def item(self): return self
    def __float__(self): return float(self.value)
",
    );
    assert_eq!(library.round_trip("any", "Scalar(True)"), "True");
    assert_eq!(
        library.round_trip("any", "[Scalar(1.5), Scalar('x')]"),
        "[1.5, 'x']"
    );
    assert_eq!(library.round_trip("any", "Wide('2.5')"), "2.5");
}

#[test]
fn lists_that_start_like_a_type() {
    let library = Library::plain();
    let error = library.decode("any", &hex("92 d704 00000000 00000000 01"));
    assert_eq!(
        error,
        Err("schema: f: result: type 0 (flags 0) is not in the schema".to_owned())
    );
    assert!(
        library
            .decode("any", &hex("93 d704 00000000 00000000 01 01"))
            .is_err()
    );
}
