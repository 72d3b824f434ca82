//! bool, integers, floats, complex numbers, strings and pointers to them.

use super::{Library, hex};

fn encodes(go: &str, python: &str, bytes: &str) {
    assert_eq!(
        Library::plain().encode(go, python),
        Ok(hex(bytes)),
        "{go} from {python}"
    );
}

#[test]
fn bools_are_strict() {
    encodes("bool", "True", "c3");
    encodes("bool", "False", "c2");
    let library = Library::plain();
    library.refuses("bool", "1", ": expected bool, got int");
    library.refuses("bool", "None", ": expected bool, got None");
}

#[test]
fn integers_take_the_shortest_form() {
    for (python, bytes) in [
        ("0", "00"),
        ("127", "7f"),
        ("128", "cc80"),
        ("255", "ccff"),
        ("256", "cd0100"),
        ("65536", "ce00010000"),
        ("2**32", "cf0000000100000000"),
        ("2**63-1", "cf7fffffffffffffff"),
        ("-1", "ff"),
        ("-32", "e0"),
        ("-33", "d0df"),
        ("-129", "d1ff7f"),
        ("-32769", "d2ffff7fff"),
        ("-2**31-1", "d3ffffffff7fffffff"),
        ("-2**63", "d38000000000000000"),
    ] {
        encodes("int64", python, bytes);
        assert_eq!(
            Library::plain().decode("int64", &hex(bytes)),
            Ok(Library::plain().round_trip("int64", python))
        );
    }
    encodes("uint64", "2**64-1", "cfffffffffffffffff");
    encodes("uintptr", "2**63", "cf8000000000000000");
}

#[test]
fn integers_are_range_checked() {
    let library = Library::plain();
    for (go, low, high) in [
        ("int8", "-128", "127"),
        ("int16", "-32768", "32767"),
        ("int32", "-2**31", "2**31-1"),
        ("rune", "-2**31", "2**31-1"),
        ("int64", "-2**63", "2**63-1"),
        ("int", "-2**63", "2**63-1"),
        ("byte", "0", "255"),
        ("uint16", "0", "65535"),
        ("uint32", "0", "2**32-1"),
        ("uint64", "0", "2**64-1"),
        ("uint", "0", "2**64-1"),
        ("uintptr", "0", "2**64-1"),
    ] {
        for python in [low, high] {
            let value = library.round_trip("any", python);
            assert_eq!(library.round_trip(go, python), value);
        }
        for python in [format!("{low} - 1"), format!("{high} + 1")] {
            let error = library.encode(go, &python).expect_err(go);
            assert!(error.contains("is out of range for"), "{error}");
        }
    }
    library.refuses("int8", "300", ": 300 is out of range for int8");
    library.refuses(
        "int64",
        "10**5000",
        ": an int of 16610 bits is out of range for int64",
    );
}

#[test]
fn integers_take_index_but_not_bool() {
    let library = Library::plain();
    assert_eq!(library.round_trip("int64", "Index(7)"), "7");
    assert_eq!(
        library.round_trip("uint64", "enum.IntEnum('E', {'A': 3}).A"),
        "3"
    );
    library.refuses("int64", "True", ": expected int64, got bool");
    library.refuses("int64", "1.0", ": expected int64, got float");
    library.refuses("int64", "'1'", ": expected int64, got str");
    library.refuses("uint8", "Index(256)", ": 256 is out of range for uint8");
    let raised = library.encode(
        "int64",
        "type('X', (), {'__index__': lambda self: 1 / 0})()",
    );
    assert_eq!(
        raised,
        Err("raised: ZeroDivisionError: division by zero".to_owned())
    );
}

#[test]
fn results_are_range_checked() {
    let library = Library::plain();
    let refuses = |go: &str, bytes: &str, message: &str| {
        let expected = Err(format!("schema: f: result: {message}"));
        assert_eq!(library.decode(go, &hex(bytes)), expected);
    };
    refuses("int8", "cc80", "128 is out of range for int8");
    refuses("uint64", "ff", "-1 is out of range for uint64");
    refuses(
        "int64",
        "cf8000000000000000",
        "9223372036854775808 is out of range for int64",
    );
    refuses("int64", "a161", "expected int64, got str");
    refuses("int64", "cb3ff0000000000000", "expected int64, got float");
    refuses("float64", "01", "expected float64, got int");
    refuses("bool", "c0", "expected bool, got None");
    refuses("string", "c40161", "expected string, got bytes");
    // A longer form than needed is as good.
    assert_eq!(
        library.decode("int8", &hex("d30000000000000001")),
        Ok("1".to_owned())
    );
    assert!(library.decode("uint8", &hex("d101ff")).is_err());
}

#[test]
fn floats_take_numbers_but_not_bool() {
    let library = Library::plain();
    encodes("float64", "1.5", "cb3ff8000000000000");
    encodes("float32", "1.5", "cb3ff8000000000000");
    assert_eq!(library.round_trip("float64", "7"), "7.0");
    assert_eq!(library.round_trip("float64", "Float(0.5)"), "0.5");
    assert_eq!(library.round_trip("float64", "Index(2)"), "2.0");
    assert_eq!(
        library.round_trip("float64", "decimal.Decimal('0.1')"),
        "0.1"
    );
    assert_eq!(library.round_trip("float64", "math.nan"), "nan");
    assert_eq!(library.round_trip("float32", "-math.inf"), "-inf");
    library.refuses("float64", "True", ": expected float64, got bool");
    library.refuses("float64", "'1.0'", ": expected float64, got str");
    library.refuses("float64", "b'1'", ": expected float64, got bytes");
    library.refuses(
        "float64",
        "10**400",
        ": the int is out of range for float64",
    );
    library.refuses("float32", "1e300", ": 1e300 is out of range for float32");
    assert_eq!(
        library.decode("float64", &hex("ca3fc00000")),
        Ok("1.5".to_owned())
    );
}

#[test]
fn complex_numbers_stay_whole() {
    let library = Library::plain();
    library.run(
        r"
@numbers.Complex.register
class Narrow:
    def __complex__(self): return 1 + 2j
    def __float__(self): return 1.0
",
    );
    assert_eq!(library.round_trip("complex128", "Narrow()"), "(1+2j)");
    library.refuses("float64", "Narrow()", ": expected float64, got Narrow");
}

#[test]
fn complex_numbers() {
    let library = Library::plain();
    encodes(
        "complex128",
        "1.5-2j",
        "d805 000000000000f83f 00000000000000c0",
    );
    assert_eq!(library.round_trip("complex128", "2"), "(2+0j)");
    assert_eq!(library.round_trip("complex64", "0.5"), "(0.5+0j)");
    library.refuses("complex64", "1e300j", ": 1e300 is out of range for float32");
    library.refuses("complex64", "'1j'", ": expected complex64, got str");
    library.refuses("complex128", "False", ": expected complex128, got bool");
}

#[test]
fn strings_lose_nothing() {
    let library = Library::plain();
    encodes("string", "''", "a0");
    encodes("string", "'hello'", "a568656c6c6f");
    encodes("string", "'é'", "a2c3a9");
    encodes("string", r"'\udcff'", "a1ff");
    for python in [
        "'x' * 31",
        "'x' * 32",
        "'ü' * 200",
        "'x' * 70000",
        r"'日本\U0001f600\x00'",
        r"'a\udc80b\udcff'",
    ] {
        let shown = Library::plain().round_trip("any", python);
        assert_eq!(library.round_trip("string", python), shown);
    }
    assert_eq!(
        library.decode("string", &hex("a3 61ff62")),
        Ok(r"'a\udcffb'".to_owned())
    );
    // An encoded surrogate is not UTF-8 either.
    assert_eq!(
        library.encode("string", r"'\udced\udca0\udc80'"),
        Ok(hex("a3eda080"))
    );
    assert_eq!(
        library.decode("string", &hex("a3eda080")),
        Ok(r"'\udced\udca0\udc80'".to_owned())
    );
    library.refuses(
        "string",
        r"'\ud800'",
        ": the str holds a surrogate that is no escaped byte (U+DC80 to U+DCFF)",
    );
    library.refuses("string", "b'x'", ": expected string, got bytes");
    assert_eq!(
        library.round_trip("string", "type('S', (str,), {})('sub')"),
        "'sub'"
    );
}

#[test]
fn pointers_are_none_or_the_value() {
    let library = Library::plain();
    encodes("*int64", "None", "c0");
    encodes("*int64", "5", "05");
    assert_eq!(library.round_trip("*string", "None"), "None");
    assert_eq!(library.round_trip("*string", "'x'"), "'x'");
    library.refuses("*int64", "'x'", ": expected int64, got str");
}
