//! What the codec asks of the library it serves: objects and classes.

use pyo3::prelude::*;
use pyo3::types::PyType;
use usegolib::schema::shape::TypeId;

use super::{DecodeError, EncodeError, Fault, Types};

/// A reference to a Go value, as it is on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Handle {
    /// Index in the library's handle table.
    pub(crate) slot: u32,
    /// The slot's generation when the handle was made.
    pub(crate) generation: u32,
    /// The declared type, or [`Handle::FAR`].
    pub(crate) type_number: u32,
    /// Whether it is a func of no declared type.
    pub(crate) is_func: bool,
}

impl Handle {
    /// The type number of values whose type is not in the schema.
    pub(crate) const FAR: u32 = u32::MAX;

    /// A handle from the payload of its extension.
    pub(super) fn parse(payload: &[u8]) -> Result<Self, DecodeError> {
        let (words, rest) = payload.as_chunks::<4>();
        let ([slot, generation, type_number, flags], []) = (words, rest) else {
            return Err(DecodeError::new("malformed object handle"));
        };
        Ok(Self {
            slot: u32::from_le_bytes(*slot),
            generation: u32::from_le_bytes(*generation),
            type_number: u32::from_le_bytes(*type_number),
            is_func: u32::from_le_bytes(*flags) & 1 != 0,
        })
    }

    /// The declared type, if there is one.
    pub(crate) fn type_id(self) -> Option<TypeId> {
        (self.type_number != Self::FAR).then_some(TypeId(self.type_number))
    }
}

/// The attribute under which a record's instance keeps the object that holds
/// its hidden state.
pub(crate) const HIDDEN_STATE: &str = "_hidden";

/// The codec's view of a loaded library. Called only with the interpreter
/// attached, and never on the way of plain data.
pub(crate) trait Runtime: Send + Sync {
    /// The handle behind a Python value: an object, or an error that came
    /// from Go. `None` if the value is neither; an error if it is closed or
    /// belongs to another library.
    fn handle(&self, value: &Bound<'_, PyAny>) -> Result<Option<Handle>, EncodeError>;

    /// The Go type that instances of a class carry: the inverse of
    /// [`Runtime::value_class`].
    fn go_type(&self, class: &Bound<'_, PyType>) -> Option<TypeId>;

    /// The class for values of a type with methods or hidden state: a subclass
    /// of the built-in type that the value would be without methods (`int`,
    /// `float`, `complex`, `str`, `bytes`, `list`, `dict`). Instances are made
    /// with that built-in type's `__new__`. For records with hidden state
    /// instances must take an attribute [`HIDDEN_STATE`].
    fn value_class<'py>(&self, py: Python<'py>, id: TypeId) -> Option<Bound<'py, PyType>>;

    /// A Python object that owns `handle`.
    fn object<'py>(&self, py: Python<'py>, handle: Handle) -> PyResult<Bound<'py, PyAny>>;

    /// An instance of `GoError`, for an error that is a value.
    fn error<'py>(&self, py: Python<'py>, fault: Fault<'py>) -> PyResult<Bound<'py, PyAny>>;
}

/// The library that a request goes to or a response comes from.
#[derive(Clone, Copy)]
pub(crate) struct Context<'c> {
    /// Its types.
    pub(crate) types: &'c Types,
    /// Its objects and classes.
    pub(crate) runtime: &'c dyn Runtime,
}
