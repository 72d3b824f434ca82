//! `usegolib.ref`: variables of Go's that Python makes, to be given where Go takes
//! a pointer.
//!
//! A variable has no type until it is first given to a function: that is when its
//! library and its type are known, and Go makes it. One that is made of a value
//! or of a class of a library is of that type at once.

use std::sync::{Mutex, PoisonError};

use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyComplex, PyFloat, PyInt, PyString, PyType};
use usegolib::schema::TypeKind;
use usegolib::schema::dispatch::Builtin;
use usegolib::schema::shape::{Shape, TypeId};

use super::apart;
use super::class::{self, Origin};
use super::reference::GoObject;
use super::view::View;
use crate::call::{self, Target, builtin};
use crate::codec::{DecodeError, Decoder, EncodeError, Encoder, Input, Output, Types};
use crate::wire::{Handle, Token, extension};

/// What messages call the making of a variable, and its value.
const MAKING: &str = "ref";
const VALUE: &str = "ref.value";

/// A variable of Go's memory: a pointer to give where Go takes one, and to keep, for
/// it outlives the call.
///
/// Its type is that of the first parameter that it is given for or, where that is
/// `any`, of its value: `ref(0)` an int, `ref("")` a string, `ref(package.T)` a T.
/// `value` is what is in it.
#[pyclass(module = "usegolib", name = "Ref", frozen, weakref, generic)]
pub(crate) struct Ref {
    state: Mutex<State>,
}

enum State {
    /// Go doesn't have it yet.
    Free(Py<PyAny>),
    /// Go has it.
    Made(Variable),
}

/// A variable that Go has.
#[derive(Clone)]
struct Variable {
    /// Owns the handle to it.
    object: std::sync::Arc<GoObject>,
    view: &'static View,
    handle: Handle,
    /// What it is a variable of.
    shape: Shape,
}

impl Ref {
    /// The variable that `value` is, if it is one.
    pub(super) fn of<'a>(value: &'a Bound<'_, PyAny>) -> Option<&'a Self> {
        value.cast::<Self>().ok().map(Bound::get)
    }

    /// The variable that a pointer of Go's leads to, which is what `shape` is.
    pub(super) fn to(view: &'static View, handle: Handle, shape: &Shape) -> Self {
        Self {
            state: Mutex::new(State::Made(Variable {
                object: std::sync::Arc::new(GoObject::new(view, handle)),
                view,
                handle,
                shape: shape.clone(),
            })),
        }
    }

    fn made(&self) -> Option<Variable> {
        match &*self.state.lock().unwrap_or_else(PoisonError::into_inner) {
            State::Made(variable) => Some(variable.clone()),
            State::Free(_) => None,
        }
    }

    fn initial<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        match &*self.state.lock().unwrap_or_else(PoisonError::into_inner) {
            State::Free(value) => Some(value.bind(py).clone()),
            State::Made(_) => None,
        }
    }

    /// Has the variable made by `make`, unless it has been meanwhile.
    fn settle(&self, variable: Variable) -> Variable {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Made(first) = &*state {
            return first.clone();
        }
        let before = std::mem::replace(&mut *state, State::Made(variable.clone()));
        drop(state);
        // The value may run Python code when it goes.
        drop(before);
        variable
    }

    /// The handle to give to a function of `view`, for a pointer to what `target`
    /// is; for anything, if there is none.
    pub(super) fn handle_for(
        &self,
        py: Python<'_>,
        view: &'static View,
        target: Option<&Shape>,
    ) -> Result<Handle, EncodeError> {
        let variable = match (self.made(), self.initial(py)) {
            (Some(variable), _) => variable,
            (None, initial) => {
                let initial = initial.unwrap_or_else(|| py.None().into_bound(py));
                self.settle(Variable::make(py, view, target, &initial)?)
            }
        };
        if !std::ptr::eq(variable.view.instance, view.instance) {
            return Err(apart::error("a ref", variable.view.instance, view.instance));
        }
        match target {
            Some(target) if *target != variable.shape => Err(EncodeError::new(format!(
                "expected *{}, got a ref of {}",
                describe(&view.types, target),
                describe(&view.types, &variable.shape)
            ))),
            _ => Ok(variable.handle),
        }
    }
}

impl Variable {
    /// Has Go make a variable with a value: of the type `target`, or of the value's.
    fn make(
        py: Python<'_>,
        view: &'static View,
        target: Option<&Shape>,
        value: &Bound<'_, PyAny>,
    ) -> Result<Self, EncodeError> {
        let is_given = target.is_none() || !value.is_none();
        let arguments = 1 + usize::from(is_given);
        let scope = view.scope();
        let call = Target::new(scope, Builtin::Cell as u32, arguments, MAKING);
        let mut handle = None;
        let write = |output: &mut Output<'_>| {
            let written = write_type(output, target).and_then(|()| match target {
                _ if !is_given => Ok(()),
                Some(target) => Encoder::compile(&view.types, target).encode(output, value),
                None => Encoder::Any.encode(output, value),
            });
            written.map_err(|error| call::encode_error(py, error, MAKING, "value"))
        };
        let read = |input: &mut Input<'_, '_>| match input.token()? {
            Token::Extension(extension::HANDLE, payload) => {
                handle = Some(Handle::parse(payload)?);
                Ok(py.None().into_bound(py))
            }
            other => Err(DecodeError::new(format!(
                "expected a handle, got {}",
                other.name()
            ))),
        };
        call::call(py, &call, write, read)?;
        let handle = handle.ok_or_else(|| EncodeError::new("there is no handle"))?;
        let object = std::sync::Arc::new(GoObject::new(view, handle));
        let shape = match target {
            Some(target) => target.clone(),
            None => shape_of(py, view, handle)?,
        };
        Ok(Self {
            object,
            view,
            handle,
            shape,
        })
    }

    /// The decoder of its value, which is live: a struct that is an object is that
    /// object.
    fn decoder(&self) -> Decoder {
        match self.shape {
            Shape::Record(id) if self.view.types.declaration(id).is_object() => Decoder::Object(id),
            _ => Decoder::compile_live(&self.view.types, &self.shape),
        }
    }

    fn load<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let target = Target::new(self.view.scope(), Builtin::Load as u32, 1, VALUE);
        let write = |output: &mut Output<'_>| {
            output.handle(self.object.handle(py)?);
            Ok(())
        };
        let decoder = self.decoder();
        call::call(py, &target, write, |input| decoder.decode(input))
    }

    fn store(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let target = Target::new(self.view.scope(), Builtin::Store as u32, 2, VALUE);
        let write = |output: &mut Output<'_>| {
            output.handle(self.object.handle(py)?);
            Encoder::compile(&self.view.types, &self.shape)
                .encode(output, value)
                .map_err(|error| call::encode_error(py, error, VALUE, "value"))
        };
        call::call(py, &target, write, |input| Decoder::Nothing.decode(input)).map(drop)
    }
}

/// What is in a new variable of a type with a value, live.
pub(super) fn live<'py>(
    py: Python<'py>,
    view: &'static View,
    shape: &Shape,
    value: &Bound<'py, PyAny>,
) -> Result<Bound<'py, PyAny>, EncodeError> {
    let variable = Variable::make(py, view, Some(shape), value)?;
    Ok(variable.load(py)?)
}

/// What a variable is of whose type its value has given.
fn shape_of(py: Python<'_>, view: &'static View, handle: Handle) -> Result<Shape, EncodeError> {
    let name = builtin::type_name(py, view.scope(), handle)?;
    let name = name.cast::<PyString>().map_err(PyErr::from)?.to_string();
    Ok(view.types.shape(name.strip_prefix('*').unwrap_or(&name))?)
}

/// Writes a type as the making of variables reads it; nil for the value's own.
fn write_type(output: &mut Output<'_>, shape: Option<&Shape>) -> Result<(), EncodeError> {
    let Some(shape) = shape else {
        output.nil();
        return Ok(());
    };
    let of = |output: &mut Output<'_>, kind: &str, parts: &[&Shape]| {
        output.array(1 + parts.len())?;
        output.str(kind.as_bytes())?;
        parts
            .iter()
            .try_for_each(|part| write_type(output, Some(part)))
    };
    match shape {
        Shape::Bool => output.str(b"bool")?,
        Shape::Number(number) => output.str(number.go_name().as_bytes())?,
        Shape::Complex { wide: true } => output.str(b"complex128")?,
        Shape::Complex { wide: false } => output.str(b"complex64")?,
        Shape::String => output.str(b"string")?,
        Shape::Any => output.str(b"any")?,
        Shape::Error => output.str(b"error")?,
        Shape::Bytes => {
            output.array(2)?;
            output.str(b"slice")?;
            output.str(b"uint8")?;
        }
        Shape::Numbers(number) => of(output, "slice", &[&Shape::Number(*number)])?,
        Shape::Slice(element) => of(output, "slice", &[element])?,
        Shape::Pointer(element) => of(output, "pointer", &[element])?,
        Shape::Object(id) => of(output, "pointer", &[&Shape::Record(*id)])?,
        Shape::Map(key, value) => of(output, "map", &[key, value])?,
        Shape::ByteArray(length) => {
            output.array(3)?;
            output.str(b"array")?;
            output.unsigned(*length);
            output.str(b"uint8")?;
        }
        Shape::Array(length, element) => {
            output.array(3)?;
            output.str(b"array")?;
            output.unsigned(*length);
            write_type(output, Some(element))?;
        }
        Shape::Named(id) | Shape::Record(id) | Shape::Opaque(id) | Shape::Interface(id) => {
            output.type_number(id.0);
        }
        Shape::Adapter(adapter) => match output.context.types.adapted(*adapter) {
            Some(id) => output.type_number(id.0),
            None => {
                return Err(EncodeError::new(format!(
                    "{} is not among the types of this module",
                    adapter.go_name()
                )));
            }
        },
    }
    Ok(())
}

/// A type as Go writes it.
fn describe(types: &Types, shape: &Shape) -> String {
    match shape {
        Shape::Named(id) => types.name(*id),
        _ => Encoder::compile(types, shape).describe(types),
    }
}

/// The value that a variable begins with, where a type of Python's is given for it.
fn zero_of<'py>(class: &Bound<'py, PyType>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = class.py();
    let known = class.is(py.get_type::<PyInt>())
        || class.is(py.get_type::<PyFloat>())
        || class.is(py.get_type::<PyString>())
        || class.is(py.get_type::<PyBool>())
        || class.is(py.get_type::<PyBytes>())
        || class.is(py.get_type::<PyComplex>());
    known.then(|| class.call0()).transpose()
}

#[pymethods]
impl Ref {
    #[new]
    #[pyo3(signature = (value = None, /))]
    fn new(py: Python<'_>, value: Option<Bound<'_, PyAny>>) -> PyResult<Self> {
        let value = value.unwrap_or_else(|| py.None().into_bound(py));
        let none = py.None().into_bound(py);
        let made = |made: Result<Variable, EncodeError>| {
            let variable = made.map_err(|error| call::encode_error(py, error, MAKING, "value"))?;
            Ok(Self {
                state: Mutex::new(State::Made(variable)),
            })
        };
        let free = |value: &Bound<'_, PyAny>| Self {
            state: Mutex::new(State::Free(value.clone().unbind())),
        };
        if let Ok(type_) = value.cast::<PyType>() {
            if let Some(zero) = zero_of(type_)? {
                return Ok(free(&zero));
            }
            if let Some(Origin { view, id, .. }) = class::origin(type_) {
                let shape = declared(&view.types, id);
                return made(Variable::make(py, view, Some(&shape), &none));
            }
        }
        if let Some(object) = GoObject::of(&value) {
            // Of a value of an interface the type may be one that only Go knows.
            let id = object.open_handle().and_then(Handle::type_id);
            let types = &object.view().types;
            let id = id.filter(|id| types.has(*id));
            let shape = id
                .filter(|id| types.declaration(*id).kind == TypeKind::Interface)
                .map(Shape::Interface);
            return made(Variable::make(py, object.view(), shape.as_ref(), &value));
        }
        if let Some(Origin { view, id, .. }) = class::origin(&value.get_type()) {
            let shape = declared(&view.types, id);
            return made(Variable::make(py, view, Some(&shape), &value));
        }
        Ok(free(&value))
    }

    /// What is in the variable. Before Go has it, what it was made with.
    #[getter]
    fn value<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match (self.made(), self.initial(py)) {
            (Some(variable), _) => variable.load(py),
            (None, Some(value)) => Ok(value),
            (None, None) => self.value(py),
        }
    }

    #[setter(value)]
    fn set_value(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        if let Some(variable) = self.made() {
            return variable.store(py, value);
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Free(initial) = &mut *state {
            let before = std::mem::replace(initial, value.clone().unbind());
            drop(state);
            drop(before);
            return Ok(());
        }
        drop(state);
        self.set_value(py, value)
    }

    /// The Go type of the pointer, as a type expression; `None` until it has one.
    #[getter]
    fn type_name<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(variable) = self.made() else {
            return Ok(None);
        };
        builtin::type_name(py, variable.view.scope(), variable.object.handle(py)?).map(Some)
    }

    fn __repr__(&self) -> String {
        match self.made() {
            Some(variable) => {
                format!(
                    "<ref of {}>",
                    describe(&variable.view.types, &variable.shape)
                )
            }
            None => "<ref without a type>".to_owned(),
        }
    }

    /// The methods of its type, which may change it.
    fn __getattr__<'py>(
        slf: &Bound<'py, Self>,
        name: &Bound<'py, PyString>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        if let Some(variable) = slf.get().made()
            && let Shape::Named(id) = variable.shape
            && !name.to_string_lossy().starts_with('_')
            && let Some(class) = class::value_class(py, variable.view, id)?
            && let Some(method) = class.getattr_opt(name)?
            && variable
                .view
                .instance
                .exports
                .of_type(id)
                .methods
                .iter()
                .any(|&at| {
                    name.to_str().is_ok_and(|name| {
                        variable.view.instance.schema.methods[at as usize].name == name
                    })
                })
        {
            let bound = py.import("types")?.getattr("MethodType")?;
            return bound.call1((method, slf));
        }
        Err(PyAttributeError::new_err(format!(
            "'Ref' object has no attribute '{}' (what it is a variable of is its value)",
            name.to_string_lossy()
        )))
    }
}

/// The shape of a declared type.
fn declared(types: &Types, id: TypeId) -> Shape {
    types
        .shape(&types.declaration(id).name)
        .unwrap_or(Shape::Opaque(id))
}
