//! The numbers of the protocol are those of `conformance/protocol.json`, which
//! the Go bridge's tests compare with too.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use usegolib::schema::dispatch::{BUILTIN_SLOTS, Builtin, Editing};
use usegolib::schema::protocol::{
    self, EnvelopeTag, ExtCode, FaultKind, HostOperation, InitStatus, LoanKind, OverflowMark,
};
use usegolib::schema::shape::Number;

type Names = BTreeMap<String, u64>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Protocol {
    #[serde(rename = "about")]
    _about: String,
    abi_version: u32,
    init_statuses: Names,
    envelope_tags: Names,
    fault_kinds: Names,
    builtins: Names,
    builtin_slots: u32,
    ext_codes: Names,
    editings: Names,
    host_operations: Names,
    number_kinds: Names,
    loan_kinds: Names,
    overflow_marks: Names,
    overflow_loan_head: u64,
    handle_flags: BTreeMap<String, u32>,
    type_flags: BTreeMap<String, u32>,
    type_numbers: BTreeMap<String, u32>,
    depth_limit: u32,
}

/// The numbers of an enum by name; each is found again by its number.
macro_rules! names {
    ($enum:ident) => {
        $enum::ALL
            .iter()
            .map(|&item| {
                let number = u64::from(item.number());
                assert_eq!($enum::from_number(number), Some(item));
                (item.name().to_owned(), number)
            })
            .collect::<Names>()
    };
}

#[test]
fn the_numbers_are_those_of_the_protocol() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../conformance/protocol.json");
    let text = fs_err::read_to_string(path).expect("the protocol can be read");
    let wanted: Protocol = serde_json::from_str(&text).expect("the protocol is known");
    assert_eq!(protocol::ABI_VERSION, wanted.abi_version);
    assert_eq!(names!(InitStatus), wanted.init_statuses);
    assert_eq!(names!(EnvelopeTag), wanted.envelope_tags);
    assert_eq!(names!(FaultKind), wanted.fault_kinds);
    assert_eq!(names!(Builtin), wanted.builtins);
    assert_eq!(BUILTIN_SLOTS, wanted.builtin_slots);
    assert_eq!(names!(ExtCode), wanted.ext_codes);
    assert_eq!(names!(Editing), wanted.editings);
    assert_eq!(names!(HostOperation), wanted.host_operations);
    let numbers = Number::ALL.map(|number| (number.go_name().to_owned(), u64::from(number as u8)));
    assert_eq!(Names::from(numbers), wanted.number_kinds);
    assert_eq!(names!(LoanKind), wanted.loan_kinds);
    assert_eq!(names!(OverflowMark), wanted.overflow_marks);
    assert_eq!(protocol::OVERFLOW_LOAN_HEAD, wanted.overflow_loan_head);
    assert_eq!(protocol::DEPTH_LIMIT, wanted.depth_limit);
    let one = |name: &str, number: u32| BTreeMap::from([(name.to_owned(), number)]);
    let mut flags = one("func", protocol::FUNC_FLAG);
    flags.insert("container".to_owned(), protocol::CONTAINER_FLAG);
    assert_eq!(flags, wanted.handle_flags);
    assert_eq!(one("pointer", protocol::POINTER_FLAG), wanted.type_flags);
    let mut types = one("unknown", protocol::UNKNOWN_TYPE);
    types.insert("error".to_owned(), protocol::ERROR_TYPE);
    types.insert("any_list".to_owned(), protocol::ANY_LIST_TYPE);
    types.insert("text_map".to_owned(), protocol::TEXT_MAP_TYPE);
    types.insert("any_map".to_owned(), protocol::ANY_MAP_TYPE);
    assert_eq!(types, wanted.type_numbers);
}

#[test]
fn other_numbers_are_none() {
    assert_eq!(FaultKind::from_number(9), None);
    assert_eq!(Builtin::from_number(u64::from(BUILTIN_SLOTS)), None);
    assert_eq!(ExtCode::from_number(0), None);
}
