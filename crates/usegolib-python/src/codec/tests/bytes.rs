//! Byte slices and arrays.

use pyo3::prelude::*;
use pyo3::types::PyByteArray;

use super::{Library, hex};
use crate::codec::Output;
use crate::wire::Writer;

#[test]
fn any_contiguous_buffer_of_bytes() {
    let library = Library::plain();
    for python in [
        "b'abc'",
        "bytearray(b'abc')",
        "memoryview(b'abc')",
        "memoryview(b'xabcx')[1:4]",
        "array.array('B', b'abc')",
        "array.array('b', b'abc')",
        "type('B', (bytes,), {})(b'abc')",
        "(ctypes.c_ubyte * 3)(*b'abc')",
    ] {
        assert_eq!(
            library.encode("[]byte", python),
            Ok(hex("c403616263")),
            "{python}"
        );
        assert_eq!(
            library.encode("[3]byte", python),
            Ok(hex("c403616263")),
            "{python}"
        );
    }
    assert_eq!(library.encode("[]byte", "None"), Ok(hex("c0")));
    assert_eq!(library.decode("[]byte", &hex("c0")), Ok("b''".to_owned()));
}

#[test]
fn nothing_else() {
    let library = Library::plain();
    library.refuses("[]byte", "'abc'", ": expected []byte, got str");
    library.refuses("[]byte", "[1, 2]", ": expected []byte, got list");
    library.refuses("[4]byte", "None", ": expected [4]byte, got None");
    library.refuses(
        "[]byte",
        "array.array('i', [1])",
        ": expected []byte, got array.array with items of format \"i\"",
    );
    library.refuses(
        "[]byte",
        "memoryview(b'abc')[::2]",
        ": the buffer is not contiguous (bytes(...) copies it into one that is)",
    );
    library.refuses("[4]byte", "b'abc'", ": expected 4 bytes, got 3");
    library.refuses("[4]byte", "bytearray(5)", ": expected 4 bytes, got 5");
}

#[test]
fn large_slices_are_borrowed() {
    let library = Library::plain();
    Python::attach(|py| {
        for python in [
            "b'x' * 100000",
            "bytearray(100000)",
            "memoryview(bytes(100000))",
        ] {
            let value = library.eval(py, python);
            let encoder = library.types.encoder("[]byte").expect("a type");
            let (mut buffer, mut kept) = (Vec::new(), Vec::new());
            let mut output = Output::new(library.context(), Writer::new(&mut buffer), &mut kept);
            encoder.encode(&mut output, &value).expect("it encodes");
            let (head, address) = output.bytes().split_at(2);
            assert_eq!(head, hex("d803"));
            assert_eq!(address[8..], 100_000_u64.to_le_bytes());
        }
        // Arrays are part of the Go value: always copied.
        let array = library
            .encode("[100000]byte", "bytes(100000)")
            .expect("it encodes");
        assert_eq!(array[..5], hex("c6 000186a0"));
    });
}

#[test]
fn a_borrowed_bytearray_keeps_its_size() {
    let library = Library::plain();
    Python::attach(|py| {
        let value = library.eval(py, "bytearray(100000)");
        let encoder = library.types.encoder("[]byte").expect("a type");
        let (mut buffer, mut kept) = (Vec::new(), Vec::new());
        let mut output = Output::new(library.context(), Writer::new(&mut buffer), &mut kept);
        encoder.encode(&mut output, &value).expect("it encodes");
        let bytes = value.cast::<PyByteArray>().expect("a bytearray");
        assert!(bytes.resize(10).is_err(), "exported");
        drop(kept);
        bytes.resize(10).expect("not exported any more");
    });
}

#[test]
fn elements_are_kept_until_the_call_is_over() {
    let library = Library::plain();
    Python::attach(|py| {
        let list = library.eval(py, "[b'x' * 100000]");
        let encoder = library.types.encoder("[][]byte").expect("a type");
        let (mut buffer, mut kept) = (Vec::new(), Vec::new());
        let mut output = Output::new(library.context(), Writer::new(&mut buffer), &mut kept);
        encoder.encode(&mut output, &list).expect("it encodes");
        let bytes = list.get_item(0).expect("an item");
        let count = references(&bytes);
        drop(kept);
        assert_eq!(references(&bytes), count - 1);
    });
}

fn references(object: &Bound<'_, PyAny>) -> isize {
    // SAFETY: a live object.
    unsafe { pyo3::ffi::Py_REFCNT(object.as_ptr()) }
}
