//! What the codec asks of the library it serves: objects and classes.

use pyo3::prelude::*;
use pyo3::types::{PyString, PyType};
use usegolib::schema::shape::{Shape, TypeId};

use super::{Container, EncodeError, Fault, Offer, Types};
use crate::wire::Handle;

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

    /// Whether a value is a variable that Python has made (`usegolib.ref`).
    fn is_variable(&self, value: &Bound<'_, PyAny>) -> bool;

    /// The handle of such a variable that is given for a pointer to what `target`
    /// is, which it becomes if it has no type yet. `None` if the value is no variable.
    fn variable(
        &self,
        value: &Bound<'_, PyAny>,
        target: &Shape,
    ) -> Result<Option<Handle>, EncodeError>;

    /// A variable that owns `handle`, which is to a pointer to what `shape` is.
    fn variable_of<'py>(
        &self,
        py: Python<'py>,
        handle: Handle,
        shape: &Shape,
    ) -> PyResult<Bound<'py, PyAny>>;

    /// The Go type that instances of a class carry: the inverse of
    /// [`Runtime::value_class`].
    fn go_type(&self, class: &Bound<'_, PyType>) -> Option<TypeId>;

    /// The error for a value whose class is one of another library's; `None` if it
    /// is no such value. Asked when something is wrong already, or would be lost.
    fn foreign(&self, value: &Bound<'_, PyAny>) -> Option<EncodeError>;

    /// The class for values of a type with methods, and of structs: a subclass
    /// of the built-in type that the value would be without methods (`int`,
    /// `float`, `complex`, `str`, `bytes`, `list`, `dict`). Instances are made
    /// with that built-in type's `__new__`. For records with hidden state
    /// instances must take an attribute [`HIDDEN_STATE`].
    fn value_class<'py>(&self, py: Python<'py>, id: TypeId) -> Option<Bound<'py, PyType>>;

    /// The dataclass that records of a type are instances of; `None` where
    /// records are dicts.
    fn dataclass<'py>(&self, py: Python<'py>, id: TypeId) -> PyResult<Option<Bound<'py, PyType>>>;

    /// The object of a value that has a handle: itself, or the error's.
    fn referent<'py>(&self, value: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>>;

    /// A Python object that owns `handle`.
    fn object<'py>(&self, py: Python<'py>, handle: Handle) -> PyResult<Bound<'py, PyAny>>;

    /// What Go reads from a text as a value of a type; an error if it can't.
    fn parse<'py>(
        &self,
        id: TypeId,
        text: &Bound<'py, PyString>,
    ) -> Result<Bound<'py, PyAny>, EncodeError>;

    /// A reference that owns `handle`, to a value of a container type.
    fn container<'py>(
        &self,
        py: Python<'py>,
        handle: Handle,
        container: &'static Container,
    ) -> PyResult<Bound<'py, PyAny>>;

    /// A reference to a new map of Go's with what is in a mapping.
    fn live_map<'py>(
        &self,
        shape: &Shape,
        value: &Bound<'py, PyAny>,
    ) -> Result<Bound<'py, PyAny>, EncodeError>;

    /// The handle behind a reference to a container of this library, and its type.
    /// `None` if the value is none.
    fn container_of(
        &self,
        value: &Bound<'_, PyAny>,
    ) -> Result<Option<(Handle, &'static Container)>, EncodeError>;

    /// A copy of what Go can't address, as something that refuses to be changed.
    fn unchangeable<'py>(&self, value: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>>;

    /// Offers an object to Go as a value of an interface; `None` if it has nothing to
    /// do with that.
    fn offer_object(
        &self,
        id: TypeId,
        value: &Bound<'_, PyAny>,
    ) -> Result<Option<Offer>, EncodeError>;

    /// Offers an object to Go as a value of the interface that its class was declared
    /// to implement; `None` if it wasn't, or for another library.
    fn offer_implementation(
        &self,
        value: &Bound<'_, PyAny>,
    ) -> Result<Option<(TypeId, Offer)>, EncodeError>;

    /// Offers an object to Go as a value of the interface that Go gave it back as; `None` if
    /// it never did.
    fn offer_known(&self, value: &Bound<'_, PyAny>)
    -> Result<Option<(TypeId, Offer)>, EncodeError>;

    /// Offers a callable to Go, as a func of a type or, without one, as one of
    /// dynamic values; `None` if the library takes none.
    fn offer(
        &self,
        id: Option<TypeId>,
        value: &Bound<'_, PyAny>,
    ) -> Result<Option<Offer>, EncodeError>;

    /// Offers what can be iterated over to Go, as a sequence of a type. Messages about
    /// items say to which callable's parameter it was given.
    fn offer_sequence(
        &self,
        id: TypeId,
        value: &Bound<'_, PyAny>,
        place: (&str, &str),
    ) -> Result<Offer, EncodeError>;

    /// Offers an exception to Go as an error.
    fn offer_exception(&self, value: &Bound<'_, PyAny>) -> Option<Offer>;

    /// What was offered in a slot, if it is still there.
    fn offered<'py>(&self, py: Python<'py>, slot: u64) -> Option<Bound<'py, PyAny>>;

    /// The Python value that Go has had from the host, and now gives back with a
    /// handle that kept it.
    fn hosted<'py>(
        &self,
        py: Python<'py>,
        slot: u64,
        handle: Handle,
    ) -> PyResult<Bound<'py, PyAny>>;

    /// An instance of `GoError`, for an error that is a value; what was an exception
    /// of Python's is that.
    fn error<'py>(&self, py: Python<'py>, fault: Fault<'py>) -> PyResult<Bound<'py, PyAny>>;
}

/// The library that a message goes to or comes from.
#[derive(Clone, Copy)]
pub(crate) struct Context<'c> {
    /// Its types.
    pub(crate) types: &'c Types,
    /// Its objects and classes.
    pub(crate) runtime: &'c dyn Runtime,
    /// Whether messages may refer to memory outside of them.
    pub(crate) can_lend: bool,
}
