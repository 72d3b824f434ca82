//! Tests of the codec against a library made of nothing but a schema.
//!
//! One file per kind. Values are Python expressions, so that each test reads
//! like the call it stands for; encodings are compared byte by byte.

mod adapter;
mod any;
mod bytes;
mod hostile;
mod map;
mod numbers;
mod object;
mod oracle;
mod record;
mod scalar;
mod sequence;
mod vectors;

use std::collections::HashMap;
use std::ffi::CString;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyType};
use usegolib::schema::Schema;
use usegolib::schema::shape::{Shape, TypeId};

use super::{
    Container, Context, DecodeError, EncodeError, Fault, Input, Offer, Options, Output, Report,
    Runtime, Types,
};
use crate::wire::{Handle, Reader, Writer};

/// What the Python side of the tests sees: classes of objects and errors, and
/// the modules that expressions use.
const PRELUDE: &str = r"
import array, collections, ctypes, dataclasses, datetime, decimal, enum, fractions, math, numbers, types, uuid

import sys
if 'usegolib' not in sys.modules:
    values = types.ModuleType('usegolib._values')
    for name, base in (('NilList', list), ('NilDict', dict), ('NilBytes', bytes)):
        setattr(values, name, type(name, (base,), {}))
    sys.modules['usegolib'] = types.ModuleType('usegolib')
    sys.modules['usegolib._values'] = values

class Object:
    def __init__(self, slot, generation=1, type_number=0xffffffff):
        self.slot, self.generation, self.type_number = slot, generation, type_number
    def __eq__(self, other):
        return isinstance(other, Object) and vars(self) == vars(other)
    def __hash__(self):
        return hash((self.slot, self.generation))
    def __repr__(self):
        return f'Object({self.slot}, {self.generation}, {self.type_number})'

class GoError(Exception):
    def __init__(self, message, go_type='', slot=None):
        super().__init__(message)
        self.message, self.go_type, self.slot = message, go_type, slot
    def __repr__(self):
        return f'GoError({self.message!r}, {self.go_type!r}, {self.slot!r})'

class Index:
    def __init__(self, value): self.value = value
    def __index__(self): return self.value

class Float:
    def __init__(self, value): self.value = value
    def __float__(self): return self.value
";

/// A library as the codec sees it.
pub(crate) struct Library {
    pub(crate) types: Types,
    classes: HashMap<TypeId, Py<PyType>>,
    globals: Py<PyDict>,
}

impl Library {
    /// A library with the types of a schema in JSON: `{"types": [...]}`.
    pub(crate) fn new(schema: &str) -> Self {
        let schema: Schema = serde_json::from_str(schema).expect("a schema");
        let types = Types::new(Box::leak(Box::new(schema.into())), Options::default());
        let globals = Python::attach(|py| {
            let globals = PyDict::new(py);
            let prelude = CString::new(PRELUDE).expect("no NUL");
            py.run(&prelude, Some(&globals), None)
                .expect("the prelude runs");
            globals.unbind()
        });
        Self {
            types,
            classes: HashMap::new(),
            globals,
        }
    }

    /// A library without types of its own.
    pub(crate) fn plain() -> Self {
        Self::new("{}")
    }

    /// Gives a type a class: `class Name(base): ...`, known to expressions too.
    pub(super) fn with_class(mut self, name: &str, base: &str) -> Self {
        let id = self.types.find(name).expect("a declared type");
        let short = name.rsplit('.').next().expect("a name");
        Python::attach(|py| {
            let globals = self.globals.bind(py);
            let code = CString::new(format!("class {short}({base}): pass")).expect("no NUL");
            py.run(&code, Some(globals), None).expect("a class");
            let class = globals.get_item(short).expect("no error").expect("set");
            self.classes
                .insert(id, class.cast_into::<PyType>().expect("a type").unbind());
        });
        self
    }

    pub(crate) fn context(&self) -> &Context<'_> {
        Box::leak(Box::new(Context {
            types: &self.types,
            runtime: self,
            can_lend: true,
        }))
    }

    pub(super) fn eval<'py>(&self, py: Python<'py>, expression: &str) -> Bound<'py, PyAny> {
        let code = CString::new(expression).expect("no NUL");
        py.eval(&code, Some(self.globals.bind(py)), None)
            .unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// Runs statements whose names expressions can use.
    pub(super) fn run(&self, code: &str) {
        let code = CString::new(code).expect("no NUL");
        Python::attach(|py| {
            py.run(&code, Some(self.globals.bind(py)), None)
                .expect("the code runs");
        });
    }

    /// The bytes of one value, or the message of `f(x)`'s error.
    pub(super) fn encode(&self, go: &str, python: &str) -> Result<Vec<u8>, String> {
        Python::attach(|py| {
            let value = self.eval(py, python);
            self.encode_value(go, &value)
        })
    }

    pub(super) fn encode_value(
        &self,
        go: &str,
        value: &Bound<'_, PyAny>,
    ) -> Result<Vec<u8>, String> {
        let encoder = self.types.parameter(go).expect("a type");
        let (mut buffer, mut kept) = (Vec::new(), Vec::new());
        let mut output = Output::new(self.context(), Writer::new(&mut buffer), &mut kept);
        match encoder.encode(&mut output, value) {
            Ok(()) => Ok(output.bytes().to_vec()),
            Err(error) => Err(message(error.report_argument("f", "x"))),
        }
    }

    /// The value of some bytes as Python shows it, or the message of `f`'s
    /// error.
    pub(super) fn decode(&self, go: &str, bytes: &[u8]) -> Result<String, String> {
        Python::attach(|py| {
            self.decode_value(py, go, bytes)
                .map(|value| value.repr().expect("a repr").to_string())
        })
    }

    pub(super) fn decode_value<'py>(
        &self,
        py: Python<'py>,
        go: &str,
        bytes: &[u8],
    ) -> Result<Bound<'py, PyAny>, String> {
        let decoder = self.types.decoder(go).expect("a type");
        let mut input = Input::new(py, self.context(), Reader::new(bytes));
        let result = decoder.decode(&mut input).and_then(|value| {
            if input.rest().is_empty() {
                return Ok(value);
            }
            Err(DecodeError::malformed("trailing bytes"))
        });
        result.map_err(|error: DecodeError| message(error.report_result("f")))
    }

    /// Encodes `python` and decodes what that gives, as Python shows it.
    pub(super) fn round_trip(&self, go: &str, python: &str) -> String {
        let bytes = self.encode(go, python).expect("it encodes");
        self.decode(go, &bytes).expect("it decodes")
    }

    /// Asserts that a value is refused, with this message behind `schema: f(x): x`.
    pub(super) fn refuses(&self, go: &str, python: &str, message: &str) {
        assert_eq!(
            self.encode(go, python),
            Err(format!("schema: f(x): x{message}")),
            "{go} from {python}"
        );
    }
}

pub(crate) fn message(report: Report) -> String {
    match report {
        Report::Schema(message) => message,
        Report::Malformed(message) => format!("malformed: {message}"),
        Report::Raised(error) => format!("raised: {error}"),
    }
}

impl Runtime for Library {
    fn is_variable(&self, _value: &Bound<'_, PyAny>) -> bool {
        false
    }

    fn variable(
        &self,
        _value: &Bound<'_, PyAny>,
        _target: &Shape,
    ) -> Result<Option<Handle>, EncodeError> {
        Ok(None)
    }

    fn handle(&self, value: &Bound<'_, PyAny>) -> Result<Option<Handle>, EncodeError> {
        let py = value.py();
        if value.is_instance(&self.eval(py, "GoError"))? {
            let slot: Option<u32> = value.getattr("slot")?.extract()?;
            return Ok(slot.map(|slot| Handle {
                slot,
                generation: 1,
                type_number: Handle::FAR,
                is_func: false,
            }));
        }
        if !value.is_instance(&self.eval(py, "Object"))? {
            return Ok(None);
        }
        Ok(Some(Handle {
            slot: value.getattr("slot")?.extract()?,
            generation: value.getattr("generation")?.extract()?,
            type_number: value.getattr("type_number")?.extract()?,
            is_func: false,
        }))
    }

    fn variable_of<'py>(
        &self,
        py: Python<'py>,
        handle: Handle,
        _: &Shape,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.object(py, handle)
    }

    fn go_type(&self, class: &Bound<'_, PyType>) -> Option<TypeId> {
        self.classes
            .iter()
            .find(|(_, known)| class.is(known.bind(class.py())))
            .map(|(id, _)| *id)
    }

    fn foreign(&self, _value: &Bound<'_, PyAny>) -> Option<EncodeError> {
        None
    }

    fn value_class<'py>(&self, py: Python<'py>, id: TypeId) -> Option<Bound<'py, PyType>> {
        Some(self.classes.get(&id)?.bind(py).clone())
    }

    fn dataclass<'py>(&self, _: Python<'py>, _: TypeId) -> PyResult<Option<Bound<'py, PyType>>> {
        Ok(None)
    }

    fn referent<'py>(&self, value: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        Ok(value)
    }

    fn object<'py>(&self, py: Python<'py>, handle: Handle) -> PyResult<Bound<'py, PyAny>> {
        let (slot, generation, number) = (handle.slot, handle.generation, handle.type_number);
        self.eval(py, "Object").call1((slot, generation, number))
    }

    fn parse<'py>(
        &self,
        _: TypeId,
        text: &Bound<'py, PyString>,
    ) -> Result<Bound<'py, PyAny>, EncodeError> {
        Err(EncodeError::new(format!("can't parse {text}")))
    }

    fn container<'py>(
        &self,
        py: Python<'py>,
        handle: Handle,
        _: &'static Container,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.object(py, handle)
    }

    fn live_map<'py>(
        &self,
        _: &Shape,
        value: &Bound<'py, PyAny>,
    ) -> Result<Bound<'py, PyAny>, EncodeError> {
        Ok(value.clone())
    }

    fn container_of(
        &self,
        _: &Bound<'_, PyAny>,
    ) -> Result<Option<(Handle, &'static Container)>, EncodeError> {
        Ok(None)
    }

    fn unchangeable<'py>(&self, value: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        Ok(value)
    }

    fn offer_object(
        &self,
        _id: TypeId,
        _value: &Bound<'_, PyAny>,
    ) -> Result<Option<Offer>, EncodeError> {
        Ok(None)
    }

    fn offer_implementation(
        &self,
        _value: &Bound<'_, PyAny>,
    ) -> Result<Option<(TypeId, Offer)>, EncodeError> {
        Ok(None)
    }

    fn offer_known(
        &self,
        _value: &Bound<'_, PyAny>,
    ) -> Result<Option<(TypeId, Offer)>, EncodeError> {
        Ok(None)
    }

    fn offer(
        &self,
        _id: Option<TypeId>,
        _value: &Bound<'_, PyAny>,
    ) -> Result<Option<Offer>, EncodeError> {
        Ok(None)
    }

    fn offer_sequence(
        &self,
        _id: TypeId,
        _value: &Bound<'_, PyAny>,
        _place: (&str, &str),
    ) -> Result<Offer, EncodeError> {
        Err(EncodeError::new("nothing is ranged over"))
    }

    fn offer_exception(&self, _value: &Bound<'_, PyAny>) -> Option<Offer> {
        None
    }

    fn offered<'py>(&self, _py: Python<'py>, _slot: u64) -> Option<Bound<'py, PyAny>> {
        None
    }

    fn hosted<'py>(
        &self,
        _py: Python<'py>,
        _slot: u64,
        _handle: Handle,
    ) -> PyResult<Bound<'py, PyAny>> {
        Err(pyo3::exceptions::PyLookupError::new_err("nothing is held"))
    }

    fn error<'py>(&self, py: Python<'py>, fault: Fault<'py>) -> PyResult<Bound<'py, PyAny>> {
        let slot = fault.value.map(|handle| handle.slot);
        self.eval(py, "GoError")
            .call1((fault.message, fault.go_type, slot))
    }
}

/// Bytes from hexadecimal digits, blanks ignored.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    assert!(digits.len().is_multiple_of(2), "whole bytes");
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal"))
        .collect()
}
