//! time.Time, time.Duration and uuid.UUID.

use super::{Library, hex};

const SCHEMA: &str = r#"{"types": [
  {"name": "time.Time", "pkg": "time", "ident": "Time", "kind": "struct", "hidden": true, "value_methods": true},
  {"name": "time.Duration", "pkg": "time", "ident": "Duration", "kind": "value", "underlying": "int64", "value_methods": true},
  {"name": "github.com/google/uuid.UUID", "pkg": "github.com/google/uuid", "ident": "UUID", "kind": "value", "underlying": "[16]byte", "value_methods": true}
]}"#;

const UUID: &str = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
const UUID_TYPE: &str = "github.com/google/uuid.UUID";

#[test]
fn times() {
    let library = Library::new(SCHEMA);
    library.run("utc = datetime.timezone.utc\ndef zone(**k): return datetime.timezone(datetime.timedelta(**k))");
    for (python, shown) in [
        (
            "'2024-02-29T12:34:56.123456789Z'",
            "'2024-02-29T12:34:56.123456789Z'",
        ),
        ("'2024-01-02T03:04:05+02:00'", "'2024-01-02T03:04:05+02:00'"),
        (
            "datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=utc)",
            "'2024-01-02T03:04:05Z'",
        ),
        (
            "datetime.datetime(2024, 1, 2, 3, 4, 5, 6, tzinfo=zone(hours=-7, minutes=-30))",
            "'2024-01-02T03:04:05.000006-07:30'",
        ),
        (
            "datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=zone(minutes=30, seconds=15))",
            "'2024-01-02T02:33:50Z'",
        ),
        (
            "datetime.datetime(1, 1, 1, tzinfo=utc)",
            "'0001-01-01T00:00:00Z'",
        ),
    ] {
        assert_eq!(library.round_trip("time.Time", python), shown, "{python}");
    }
    for python in [
        "''",
        "'now'",
        "'2024-01-02'",
        "'2024-01-02 03:04:05Z'",
        "'2024-01-02T03:04:05'",
        "'2024-13-02T03:04:05Z'",
        "'2023-02-29T03:04:05Z'",
        "'1900-02-29T03:04:05Z'",
        "'2024-01-02T24:04:05Z'",
        "'2024-01-02T03:04:05.Z'",
        "'2024-01-02T03:04:05+0200'",
        "'2024-01-02T03:04:05Zx'",
        "'2024-01-02T03:04:05é'",
    ] {
        library.refuses(
            "time.Time",
            python,
            &format!(": expected time.Time (as 2006-01-02T15:04:05.999999999Z), got {python}"),
        );
    }
    library.refuses(
        "time.Time",
        "datetime.datetime(2024, 1, 2)",
        ": the datetime is naive: give it a time zone, as with .astimezone() or \
         .replace(tzinfo=datetime.timezone.utc)",
    );
    library.refuses(
        "[]time.Time",
        "[5]",
        "[0]: expected time.Time (str or datetime), got int",
    );
}

#[test]
fn durations() {
    let library = Library::new(SCHEMA);
    for (python, shown) in [
        ("1500", "1500"),
        ("Index(-5)", "-5"),
        (
            "datetime.timedelta(days=1, microseconds=1)",
            "86400000001000",
        ),
        ("datetime.timedelta(seconds=-1.5)", "-1500000000"),
    ] {
        assert_eq!(
            library.round_trip("time.Duration", python),
            shown,
            "{python}"
        );
    }
    library.refuses(
        "time.Duration",
        "datetime.timedelta.max",
        ": the timedelta is out of range for time.Duration (about 292 years)",
    );
    library.refuses(
        "time.Duration",
        "2**63",
        ": 9223372036854775808 is out of range for int64",
    );
    library.refuses(
        "time.Duration",
        "1.5",
        ": expected time.Duration (int nanoseconds or timedelta), got float",
    );
}

#[test]
fn uuids() {
    let library = Library::new(SCHEMA);
    for python in [
        format!("'{UUID}'"),
        format!("'{}'", UUID.to_uppercase()),
        format!("'{{{UUID}}}'"),
        format!("'urn:uuid:{UUID}'"),
        format!("'{}'", UUID.replace('-', "")),
        format!("uuid.UUID('{UUID}')"),
    ] {
        assert!(library.encode(UUID_TYPE, &python).is_ok(), "{python}");
    }
    assert_eq!(
        library.round_trip(UUID_TYPE, &format!("uuid.UUID('{UUID}')")),
        format!("'{UUID}'")
    );
    library.refuses(UUID_TYPE, "'x'", ": expected uuid.UUID, got 'x'");
    library.refuses(
        UUID_TYPE,
        "b'x' * 16",
        ": expected uuid.UUID (str or UUID), got bytes",
    );
    let spaced = UUID.replace('-', " ");
    library.refuses(
        UUID_TYPE,
        &format!("'{spaced}'"),
        &format!(": expected uuid.UUID, got '{spaced}'"),
    );
}

#[test]
fn in_dynamic_places() {
    let library = Library::new(SCHEMA);
    assert_eq!(
        library.encode("any", "datetime.timedelta(microseconds=1)"),
        Ok(hex("92 d704 01000000 00000000 cd03e8"))
    );
    assert_eq!(
        library.round_trip("any", "datetime.timedelta(microseconds=1)"),
        "1000"
    );
    assert_eq!(
        library.round_trip(
            "any",
            "[datetime.datetime(2024, 1, 2, tzinfo=datetime.timezone.utc)]"
        ),
        "['2024-01-02T00:00:00Z']"
    );
    assert_eq!(
        library.round_trip("any", &format!("uuid.UUID('{UUID}')")),
        format!("'{UUID}'")
    );
}

#[test]
fn with_their_methods() {
    let library = Library::new(SCHEMA)
        .with_class("time.Time", "str")
        .with_class("time.Duration", "int")
        .with_class(UUID_TYPE, "str");
    pyo3::Python::attach(|py| {
        use pyo3::prelude::*;
        for (go, python, class) in [
            ("time.Time", "'2024-01-02T03:04:05Z'", "Time"),
            ("time.Duration", "5", "Duration"),
            (UUID_TYPE, "'6ba7b810-9dad-11d1-80b4-00c04fd430c8'", "UUID"),
        ] {
            let bytes = library.encode(go, python).expect("it encodes");
            let value = library.decode_value(py, go, &bytes).expect("it decodes");
            assert_eq!(value.get_type().name().expect("a name"), class);
            assert!(value.eq(library.eval(py, python)).expect("comparable"));
            assert_eq!(library.encode_value(go, &value), Ok(bytes.clone()));
            let dynamic = library.encode_value("any", &value).expect("it encodes");
            let again = library
                .decode_value(py, "any", &dynamic)
                .expect("it decodes");
            assert_eq!(again.get_type().name().expect("a name"), class);
        }
    });
}
