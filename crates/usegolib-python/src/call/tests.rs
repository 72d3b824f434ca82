//! Tests of requests and responses as a whole.

use std::fmt::Write;

use pyo3::prelude::*;

use super::message::{Envelope, Header, Response};
use super::pending::give_back;
use crate::codec::DecodeError;
use crate::codec::tests::{Library, hex, message};
use crate::instance::Released;
use crate::wire::Reader;
use usegolib::schema::Function;

#[test]
fn a_request_starts_with_its_index() {
    let mut buffer = vec![1, 2, 3];
    for (index, arguments, encoded) in [
        (16, 0, "91 10"),
        (300, 2, "93 cd012c"),
        (200, 14, "9f ccc8"),
        (70_000, 15, "dc0010 ce00011170"),
    ] {
        let header = Header::new(index, arguments);
        header.begin(&mut buffer, &[], 0);
        assert_eq!(buffer, hex(encoded));
    }
}

fn changes(
    library: &Library,
    response: &mut Response<'_, '_>,
    changed: bool,
) -> Result<String, DecodeError> {
    let mut text = String::new();
    if changed {
        let decoder = library.types.decoder("any").expect("a type");
        response.changes(|input, position| {
            let value = decoder.decode(input)?;
            write!(text, " {position}: {value}").expect("a string takes all");
            Ok(())
        })?;
    }
    Ok(text)
}

fn read(bytes: &str) -> Result<String, String> {
    let library = Library::plain();
    let bytes = hex(bytes);
    Python::attach(|py| {
        let mut response = Response::new(py, library.context(), &bytes);
        let text = match response.envelope() {
            Ok(Envelope::Result { changed }) => {
                let decoder = library.types.decoder("any").expect("a type");
                decoder.decode(&mut response.0).and_then(|value| {
                    let changes = changes(&library, &mut response, changed)?;
                    response.finish()?;
                    Ok(format!("{value}{changes}"))
                })
            }
            Ok(Envelope::Fault { fault, changed }) => changes(&library, &mut response, changed)
                .map(|changes| {
                    format!(
                        "{} {} {} {} {:?}{changes}",
                        fault.kind.number(),
                        fault.message,
                        fault.go_type,
                        fault.stack,
                        fault.value.map(|v| v.slot)
                    )
                }),
            Err(error) => Err(error),
        };
        text.map_err(|error| message(error.report_result("f")))
    })
}

#[test]
fn responses() {
    assert_eq!(read("92 00 05"), Ok("5".to_owned()));
    assert_eq!(read("92 00 c0"), Ok("None".to_owned()));
    assert_eq!(
        read("93 00 05 82 00 a178 02 c3"),
        Ok("5 0: x 2: True".to_owned())
    );
    assert_eq!(
        read("93 01 95 02 a3626164 a145 a173 c0 81 00 a178"),
        Ok("2 bad E s None 0: x".to_owned())
    );
    assert_eq!(
        read("92 01 95 00 a3626164 a145 a0 d801 03000000 01000000 ffffffff 00000000"),
        Ok("0 bad E  Some(3)".to_owned())
    );
    assert_eq!(
        read("92 01 95 02 a3626164 a145 a173 c0"),
        Ok("2 bad E s None".to_owned())
    );
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_a_response_or_an_error(bytes: Vec<u8>) {
        let library = Library::plain();
        Python::attach(|py| {
            let _ = Response::new(py, library.context(), &bytes).envelope();
        });
    }
}

#[test]
fn malformed_responses() {
    for bytes in [
        "",
        "92",
        "90",
        "9200",
        "91 00",
        "9202 00",
        "94 00 00 00 00",
        "c0",
        "82 00 00",
        "93 01 00 00",
        "92 01 c0",
        "92 01 95",
        "92 01 94 00 a0 a0 a0",
        "92 01 95 08 a0 a0 a0 c0",
        "92 01 95 00 00 a0 a0 c0",
        "92 01 95 00 a0 a0 a0 05",
        "92 01 95 00 a0 a0 a0 c0 00",
        "92 00 05 00",
        "92 00 a568",
        "92 00 dd ffffffff",
        "92 00 c1",
        "93 00 05",
        "93 00 05 c0",
        "93 00 05 81",
        "93 00 05 81 00",
        "93 00 05 81 a100 05",
        "93 00 05 81 00 05 00",
        "93 01 95 02 a3626164 a145 a173 c0",
        "93 01 95 02 a3626164 a145 a173 c0 81 00 05 00",
    ] {
        let error = read(bytes).expect_err(bytes);
        assert!(
            error.starts_with("malformed: f: ") || error.starts_with("schema: f: "),
            "{error}"
        );
    }
    assert_eq!(
        read("92 00 05 00"),
        Err("malformed: f: 1 trailing bytes behind the response".to_owned())
    );
}

#[test]
fn calls_that_go_on() {
    let running = |bytes: &str| {
        let library = Library::plain();
        let bytes = hex(bytes);
        Python::attach(|py| {
            Response::new(py, library.context(), &bytes)
                .running()
                .map_err(|error| message(error.report_result("f")))
        })
    };
    assert_eq!(running("92 02 05"), Ok(Some(5)));
    assert_eq!(running("92 00 05"), Ok(None));
    assert_eq!(running(""), Ok(None));
    for bytes in ["92 02", "92 02 c0", "92 02 05 00", "92 02 ff"] {
        let error = running(bytes).expect_err(bytes);
        assert!(
            error.starts_with("malformed: f: ") || error.starts_with("schema: f: "),
            "{error}"
        );
    }
}

#[test]
fn the_handles_of_a_response_that_nobody_reads_are_given_back() {
    let handle = |slot: u8| format!("d801 {slot:02x}000000 07000000 ffffffff 00000000");
    let hosted = "d80b 05000000 07000000 0900000000000000";
    let in_bytes = format!("c412 {}", handle(6));
    for (bytes, slots) in [
        (format!("92 00 {}", handle(1)), vec![1]),
        (
            format!("92 00 93 {} 81 a178 {} {hosted}", handle(1), handle(2)),
            vec![1, 2, 5],
        ),
        // An error, and its value.
        (format!("92 01 95 00 a178 a179 a0 {}", handle(3)), vec![3]),
        // What is behind the result may be an object's.
        (format!("93 00 {} 81 00 {}", handle(1), handle(4)), vec![1]),
        (format!("92 00 {in_bytes}"), vec![]),
        ("92 00 c0".to_owned(), vec![]),
        // Cut off.
        (format!("92 00 92 {}", handle(1)), vec![1]),
    ] {
        let released = Released::default();
        let bytes = hex(&bytes);
        let _ = give_back(Reader::new(&bytes), &released);
        let mut closed = Vec::new();
        released.take(&mut closed);
        let slots: Vec<u64> = slots.into_iter().map(|slot| slot | 7 << 32).collect();
        assert_eq!(closed, slots, "{bytes:02x?}");
    }
}

#[test]
fn results() {
    let library = Library::plain();
    let decode = |results: &[&str], bytes: &str| {
        let function = Function {
            results: results.iter().map(ToString::to_string).collect(),
            ..Function::default()
        };
        let decoder = library.types.results(&function).expect("types");
        let bytes = hex(bytes);
        Python::attach(|py| {
            let mut response = Response::new(py, library.context(), &bytes);
            decoder
                .decode(&mut response.0)
                .map(|value| value.to_string())
                .map_err(|error| message(error.report_result("f")))
        })
    };
    assert_eq!(decode(&[], "c0"), Ok("None".to_owned()));
    assert_eq!(decode(&["int64"], "05"), Ok("5".to_owned()));
    assert_eq!(
        decode(&["int64", "string"], "9205a178"),
        Ok("(5, 'x')".to_owned())
    );
    assert_eq!(
        decode(&["int64", "string"], "920505"),
        Err("schema: f: result[1]: expected string, got int".to_owned())
    );
    assert_eq!(
        decode(&["int64", "string"], "9105"),
        Err("schema: f: result: expected 2 results, got 1".to_owned())
    );
    assert_eq!(
        decode(&[], "05"),
        Err("schema: f: result: expected None, got int".to_owned())
    );
}
