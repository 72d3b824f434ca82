//! Random types with random values, against an independent implementation of
//! `MessagePack`: what it writes is what the encoder writes, and decodes to the
//! value it came from.

use proptest::collection::vec;
use proptest::prelude::*;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};
use rmp::encode as oracle;

use super::Library;
use crate::cpython::string;

#[derive(Clone, Debug)]
enum Type {
    Bool,
    Integer(&'static str, i128, i128),
    Float,
    String,
    Bytes,
    ByteArray(usize),
    Integers(&'static str, u8, usize, i128, i128),
    Floats,
    Any,
    Slice(Box<Type>),
    Array(usize, Box<Type>),
    Map(Box<Type>, Box<Type>),
    Pointer(Box<Type>),
}

#[derive(Clone, Debug, PartialEq)]
enum Value {
    Nil,
    Bool(bool),
    Integer(i128),
    Float(f64),
    String(Vec<u8>),
    Bytes(Vec<u8>),
    /// Item kind, item size, items.
    Integers(u8, usize, Vec<i128>),
    Floats(Vec<f64>),
    List(Vec<Value>),
    Map(Vec<(Value, Value)>),
}

const INTEGERS: [(&str, u8, usize, i128, i128); 10] = [
    ("int8", 0, 1, i8::MIN as i128, i8::MAX as i128),
    ("int16", 1, 2, i16::MIN as i128, i16::MAX as i128),
    ("int32", 2, 4, i32::MIN as i128, i32::MAX as i128),
    ("int64", 3, 8, i64::MIN as i128, i64::MAX as i128),
    ("uint16", 5, 2, 0, u16::MAX as i128),
    ("uint32", 6, 4, 0, u32::MAX as i128),
    ("uint64", 7, 8, 0, u64::MAX as i128),
    ("int", 10, 8, i64::MIN as i128, i64::MAX as i128),
    ("uint", 11, 8, 0, u64::MAX as i128),
    ("uintptr", 12, 8, 0, u64::MAX as i128),
];

impl Type {
    fn expression(&self) -> String {
        match self {
            Self::Bool => "bool".into(),
            Self::Integer(name, ..) => (*name).into(),
            Self::Float => "float64".into(),
            Self::String => "string".into(),
            Self::Bytes => "[]byte".into(),
            Self::ByteArray(length) => format!("[{length}]byte"),
            Self::Integers(name, ..) => format!("[]{name}"),
            Self::Floats => "[]float64".into(),
            Self::Any => "any".into(),
            Self::Slice(element) => format!("[]{}", element.expression()),
            Self::Array(length, element) => format!("[{length}]{}", element.expression()),
            Self::Map(key, value) => format!("map[{}]{}", key.expression(), value.expression()),
            Self::Pointer(element) => format!("*{}", element.expression()),
        }
    }

    fn values(&self) -> BoxedStrategy<Value> {
        match self {
            Self::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
            Self::Integer(_, low, high) => integers(*low, *high).prop_map(Value::Integer).boxed(),
            Self::Float => any::<f64>().prop_map(Value::Float).boxed(),
            Self::String => texts().prop_map(Value::String).boxed(),
            Self::Bytes => vec(any::<u8>(), 0..300).prop_map(Value::Bytes).boxed(),
            Self::ByteArray(length) => vec(any::<u8>(), *length).prop_map(Value::Bytes).boxed(),
            Self::Integers(_, kind, size, low, high) => {
                let (kind, size) = (*kind, *size);
                vec(integers(*low, *high), 0..40)
                    .prop_map(move |items| Value::Integers(kind, size, items))
                    .boxed()
            }
            Self::Floats => vec(any::<f64>(), 0..40).prop_map(Value::Floats).boxed(),
            Self::Any => dynamic(),
            Self::Slice(element) => vec(element.values(), 0..20).prop_map(Value::List).boxed(),
            Self::Array(length, element) => {
                vec(element.values(), *length).prop_map(Value::List).boxed()
            }
            Self::Map(key, value) => map(key.values(), value.values()),
            Self::Pointer(element) => prop_oneof![Just(Value::Nil), element.values()].boxed(),
        }
    }
}

fn integers(low: i128, high: i128) -> BoxedStrategy<i128> {
    prop_oneof![
        low..=high,
        Just(low),
        Just(high),
        (-40_i128..=300).prop_map(move |n| n.clamp(low, high)),
    ]
    .boxed()
}

fn texts() -> BoxedStrategy<Vec<u8>> {
    prop_oneof![
        vec(any::<char>(), 0..40).prop_map(|text| String::from_iter(text).into_bytes()),
        vec(b'a'..=b'z', 0..300),
        vec(any::<u8>(), 0..20),
    ]
    .boxed()
}

fn map(keys: BoxedStrategy<Value>, values: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    vec((keys, values), 0..20)
        .prop_map(|entries| {
            let mut distinct: Vec<(Value, Value)> = Vec::new();
            for (key, value) in entries {
                if distinct.iter().all(|(known, _)| *known != key) {
                    distinct.push((key, value));
                }
            }
            Value::Map(distinct)
        })
        .boxed()
}

fn dynamic() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Nil),
        any::<bool>().prop_map(Value::Bool),
        integers(i64::MIN.into(), u64::MAX.into()).prop_map(Value::Integer),
        any::<f64>().prop_map(Value::Float),
        texts().prop_map(Value::String),
        vec(any::<u8>(), 0..20).prop_map(Value::Bytes),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..8).prop_map(Value::List),
            map(texts().prop_map(Value::String).boxed(), inner),
        ]
    })
    .boxed()
}

fn types() -> BoxedStrategy<Type> {
    let integer = || proptest::sample::select(&INTEGERS[..]);
    let leaf = prop_oneof![
        Just(Type::Bool),
        integer().prop_map(|(name, _, _, low, high)| Type::Integer(name, low, high)),
        Just(Type::Float),
        Just(Type::String),
        Just(Type::Bytes),
        (0..20_usize).prop_map(Type::ByteArray),
        integer().prop_map(|(name, kind, size, low, high)| {
            Type::Integers(name, kind, size, low, high)
        }),
        Just(Type::Floats),
        Just(Type::Any),
    ];
    let keys = prop_oneof![
        Just(Type::Bool),
        Just(Type::Integer("int64", i64::MIN.into(), i64::MAX.into())),
        Just(Type::String),
        (0..4_usize).prop_map(Type::ByteArray),
    ];
    leaf.prop_recursive(3, 8, 2, move |inner| {
        // A slice of plain numbers is packed, one of bytes is a []byte.
        let element = inner.clone().prop_filter("packed", |inner| {
            !matches!(inner, Type::Integer(..) | Type::Float)
        });
        prop_oneof![
            element.prop_map(|inner| Type::Slice(inner.into())),
            (0..20_usize, inner.clone())
                .prop_map(|(length, inner)| Type::Array(length, inner.into())),
            (keys.clone(), inner.clone())
                .prop_map(|(key, inner)| Type::Map(key.into(), inner.into())),
            inner.prop_map(|inner| Type::Pointer(inner.into())),
        ]
    })
    .boxed()
}

fn write(out: &mut Vec<u8>, value: &Value) {
    let length = |length: usize| u32::try_from(length).expect("it is short");
    match value {
        Value::Nil => oracle::write_nil(out).expect("memory"),
        Value::Bool(value) => oracle::write_bool(out, *value).expect("memory"),
        Value::Integer(value) => {
            if let Ok(value) = i64::try_from(*value) {
                oracle::write_sint(out, value).expect("memory");
            } else {
                let value = u64::try_from(*value).expect("64 bits");
                oracle::write_uint(out, value).expect("memory");
            }
        }
        Value::Float(value) => oracle::write_f64(out, *value).expect("memory"),
        Value::String(text) => {
            oracle::write_str_len(out, length(text.len())).expect("memory");
            out.extend_from_slice(text);
        }
        Value::Bytes(bytes) => oracle::write_bin(out, bytes).expect("memory"),
        Value::Integers(kind, size, items) => {
            oracle::write_ext_meta(out, length(items.len() * size + 1), 2).expect("memory");
            out.push(*kind);
            for item in items {
                out.extend_from_slice(&item.to_le_bytes()[..*size]);
            }
        }
        Value::Floats(items) => {
            oracle::write_ext_meta(out, length(items.len() * 8 + 1), 2).expect("memory");
            out.push(9);
            for item in items {
                out.extend_from_slice(&item.to_le_bytes());
            }
        }
        Value::List(items) => {
            oracle::write_array_len(out, length(items.len())).expect("memory");
            for item in items {
                write(out, item);
            }
        }
        Value::Map(entries) => {
            oracle::write_map_len(out, length(entries.len())).expect("memory");
            for (key, value) in entries {
                write(out, key);
                write(out, value);
            }
        }
    }
}

fn python<'py>(py: Python<'py>, value: &Value) -> Bound<'py, PyAny> {
    let list = |items: Vec<Bound<'py, PyAny>>| PyList::new(py, items).map(Bound::into_any);
    match value {
        Value::Nil => Ok(py.None().into_bound(py)),
        Value::Bool(value) => value.into_bound_py_any(py),
        Value::Integer(value) => value.into_bound_py_any(py),
        Value::Float(value) => value.into_bound_py_any(py),
        Value::String(text) => string::new(py, text).map(Bound::into_any),
        Value::Bytes(bytes) => Ok(PyBytes::new(py, bytes).into_any()),
        Value::Integers(_, _, items) => items.into_bound_py_any(py),
        Value::Floats(items) => items.into_bound_py_any(py),
        Value::List(items) => list(items.iter().map(|item| python(py, item)).collect()),
        Value::Map(entries) => {
            let dict = PyDict::new(py);
            for (key, value) in entries {
                dict.set_item(python(py, key), python(py, value))
                    .expect("hashable");
            }
            Ok(dict.into_any())
        }
    }
    .expect("memory")
}

proptest! {
    #[test]
    fn agrees_with_an_independent_implementation(
        (go, value) in types().prop_flat_map(|go| {
            let values = go.values();
            (Just(go.expression()), values)
        }),
    ) {
        let library = Library::plain();
        let mut expected = Vec::new();
        write(&mut expected, &value);
        Python::attach(|py| {
            let value = python(py, &value);
            prop_assert_eq!(library.encode_value(&go, &value), Ok(expected.clone()));
            let decoded = library.decode_value(py, &go, &expected);
            let decoded = decoded.map(|decoded| decoded.repr().expect("a repr").to_string());
            prop_assert_eq!(decoded, Ok(value.repr().expect("a repr").to_string()));
            Ok(())
        })?;
    }
}
