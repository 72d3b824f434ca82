//! Tests of what Go asks of slots that it has given back.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use usegolib::schema::protocol::HostOperation;

use super::table::{self, Held, Slot};
use super::{answer, entry};

fn held(py: Python<'_>, message: &'static str) -> Slot {
    let exception = PyValueError::new_err(message).into_value(py);
    table::hold(Held::Exception(exception.into_any()))
}

/// Has the classes of errors be found, without the rest of the Python package.
fn with_errors(py: Python<'_>) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../python/usegolib");
    let modules = py.import("sys").expect("sys");
    let modules = modules.getattr("modules").expect("sys.modules");
    let package = PyModule::new(py, "usegolib").expect("a module");
    // Other tests may have put their own there.
    modules
        .call_method1("setdefault", ("usegolib", package))
        .and_then(|package| package.setattr("__path__", [folder]))
        .expect("modules have attributes");
}

/// Calls what is in a slot, as Go does, and says what the answer is.
fn ask(py: Python<'_>, slot: Slot) -> String {
    let mut answer = Vec::new();
    answer::call(py, slot, None, &[], &mut answer);
    // [1, [message, ...]]
    assert_eq!(answer[..3], [0x92, 1, 0x94]);
    let length = usize::from(answer[4]);
    assert_eq!(answer[3], 0xd9, "a str of up to 255 bytes");
    String::from_utf8(answer[5..5 + length].to_vec()).expect("UTF-8")
}

#[test]
fn what_was_given_back_is_refused() {
    Python::attach(|py| {
        with_errors(py);
        let slot = held(py, "once");
        // Two have it.
        assert!(table::keep(slot));
        table::release(slot);
        assert!(table::held(py, slot.0).is_some());
        table::release(slot);
        assert!(!table::keep(slot));
        let refused = "ClosedObjectError: Go called what it had given back";
        assert_eq!(ask(py, slot), refused);
        // Given back twice, as by somebody who lies.
        table::release(slot);
        assert_eq!(ask(py, slot), refused);
        for nothing in [0, u64::MAX, 1 << 32 | 0xff_ffff] {
            assert_eq!(ask(py, Slot(nothing)), refused);
        }
    });
}

#[test]
fn a_slot_that_is_used_again_is_another() {
    Python::attach(|py| {
        let first = held(py, "first");
        table::release(first);
        let mut others = Vec::new();
        // The place is free: one of the next ones gets it.
        let second = loop {
            let slot = held(py, "second");
            others.push(slot);
            if slot.0 & 0xffff_ffff == first.0 & 0xffff_ffff {
                break slot;
            }
            assert!(others.len() < 100, "places are used again");
        };
        assert_ne!(first, second);
        assert!(table::held(py, first.0).is_none());
        let message = table::held(py, second.0).map(|value| value.to_string());
        assert_eq!(message.as_deref(), Some("second"));
        // What is given back late is not what is there now.
        table::release(first);
        assert!(table::held(py, second.0).is_some());
        others.into_iter().for_each(table::release);
    });
}

#[test]
fn the_entry_point_answers_for_what_is_gone() {
    Python::attach(|py| {
        with_errors(py);
        let slot = held(py, "gone");
        table::release(slot);
        let enter: extern "C" fn(u64, u64, *const u8, u64, *mut u8, u64, *mut u64) -> u64 =
            // SAFETY: it is the address of a function of that type.
            unsafe { std::mem::transmute(entry::address()) };
        let (mut response, mut overflow) = ([0_u8; 256], 0_u64);
        let length = py.detach(|| {
            let call = HostOperation::Call.number();
            let response = response.as_mut_ptr();
            enter(
                slot.0,
                call,
                std::ptr::null(),
                0,
                response,
                256,
                &raw mut overflow,
            )
        });
        assert_eq!(overflow, 0);
        let answer = &response[..usize::try_from(length).expect("a length")];
        assert_eq!(answer[..2], [0x92, 1]);
        let refused = b"ClosedObjectError: Go called what it had given back";
        assert!(answer.windows(refused.len()).any(|part| part == refused));
    });
}
