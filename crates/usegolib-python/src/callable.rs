//! A callable of a module, compiled: what it takes, what it gives, its index.
//! Functions, methods, constructors, field and variable accessors are all this.

use std::sync::atomic::{AtomicPtr, Ordering};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyDict, PyList, PyString};
use usegolib::schema::shape::{ShapeError, TypeId};
use usegolib::schema::{Function, signature};

use crate::arguments::Arguments;
use crate::call::{self, Target};
use crate::codec::{Decoder, EncodeError, Encoder, Handle, Request};
use crate::errors::Exception;
use crate::object::GoObject;
use crate::variadic::Variadic;
use crate::view::View;

/// What comes first in a method's arguments.
struct Receiver {
    id: TypeId,
    encoder: Encoder,
    /// Decodes the receiver as it is after the call; references have none.
    decoder: Option<Decoder>,
    /// The class of references to the type, once there was one: it is never
    /// freed.
    class: AtomicPtr<ffi::PyTypeObject>,
}

impl Receiver {
    fn new(id: TypeId, encoder: Encoder, decoder: Option<Decoder>) -> Self {
        Self {
            id,
            encoder,
            decoder,
            class: AtomicPtr::default(),
        }
    }

    /// The reference that `value` is, if it is one.
    #[inline(always)]
    fn reference<'a>(&self, view: &View, value: &'a Bound<'_, PyAny>) -> Option<&'a GoObject> {
        if self.class.load(Ordering::Relaxed) == value.get_type_ptr() {
            // SAFETY: the class is a subclass of `GoObject`, as one of its
            // instances was one.
            return Some(unsafe { value.cast_unchecked::<GoObject>() }.get());
        }
        self.other_reference(view, value)
    }

    #[inline(never)]
    fn other_reference<'a>(
        &self,
        view: &View,
        value: &'a Bound<'_, PyAny>,
    ) -> Option<&'a GoObject> {
        let object = GoObject::of(value)?;
        let class = value.get_type_ptr();
        if view.classes.is_of_references(value.py(), self.id, class) {
            self.class.store(class, Ordering::Relaxed);
        }
        Some(object)
    }
}

/// A compiled callable. Lives as long as the module it belongs to: for ever.
pub(crate) struct Callable {
    view: &'static View,
    target: Target,
    receiver: Option<Receiver>,
    names: Box<[Py<PyString>]>,
    parameters: Box<[Encoder]>,
    variadic: Option<Variadic>,
    result: Decoder,
    scalar: bool,
}

impl Callable {
    /// Compiles a function or method of the schema.
    pub(crate) fn function(
        py: Python<'_>,
        view: &'static View,
        function: &Function,
        index: u32,
    ) -> PyResult<Self> {
        let compile = || -> Result<Self, ShapeError> {
            let types = &view.types;
            let receiver = match &function.recv {
                Some(name) => Some(Receiver::new(
                    types
                        .find(name)
                        .ok_or_else(|| ShapeError::Unknown(name.clone()))?,
                    types.encoder(name)?,
                    Some(types.decoder(name)?),
                )),
                None => None,
            };
            let variadic = match function.params.last() {
                Some(last) if last.is_variadic() => {
                    Some(Variadic::of(types, last.type_.trim_start_matches("..."))?)
                }
                _ => None,
            };
            let arguments = function.params.len() + usize::from(receiver.is_some());
            Ok(Self {
                view,
                target: Target::new(view, index, arguments, display_name(function)),
                receiver,
                names: signature::parameter_names(&function.params)
                    .iter()
                    .map(|name| PyString::intern(py, name).unbind())
                    .collect(),
                parameters: function
                    .params
                    .iter()
                    .map(|parameter| types.parameter(&parameter.type_))
                    .collect::<Result<_, _>>()?,
                variadic,
                result: types.results(function.value_results())?,
                scalar: false,
            }
            .classified())
        };
        compile().map_err(|error| unsupported(py, &display_name(function), &error))
    }

    fn classified(mut self) -> Self {
        let of_reference = |receiver: &Receiver| {
            matches!(receiver.encoder, Encoder::Object(_))
                || self.view.types.declaration(receiver.id).is_object()
        };
        self.scalar = !self.view.is_typed()
            && self.variadic.is_none()
            && self.receiver.as_ref().is_none_or(of_reference)
            && self.parameters.iter().all(|encoder| {
                matches!(
                    encoder,
                    Encoder::Bool | Encoder::Integer(_) | Encoder::Float(_) | Encoder::String
                )
            })
            && matches!(
                self.result,
                Decoder::Nothing
                    | Decoder::Bool
                    | Decoder::Integer(_)
                    | Decoder::Float(_)
                    | Decoder::String
            );
        self
    }

    /// Whether [`Self::call_plainly`] takes a call with so many positional
    /// arguments and nothing else: nothing but scalars crosses, besides a
    /// reference to the receiver, so that no objects are made but the result.
    #[inline(always)]
    pub(crate) fn is_plain(&self, positional: usize) -> bool {
        self.scalar && self.parameters.len() == positional
    }

    /// Calls it with arguments that [`Self::is_plain`] has seen.
    ///
    /// Inlined into the interpreter's entry points: a call of Go's switches
    /// stacks, after which the processor mispredicts each return there is.
    #[inline(always)]
    pub(crate) fn call_plainly<'py>(
        &self,
        py: Python<'py>,
        receiver: Option<Borrowed<'_, 'py, PyAny>>,
        arguments: Arguments<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let receiver = match (&self.receiver, receiver) {
            (Some(compiled), Some(value)) => match self.plain_handle(compiled, &value) {
                Some(handle) => Some(handle),
                None => return self.call_with_receiver(py, value, arguments),
            },
            _ => None,
        };
        call::call_plainly(
            py,
            &self.target,
            receiver,
            &self.parameters,
            &arguments,
            &self.result,
            |error, at| self.refused(py, error, at),
        )
    }

    /// The handle of a receiver that is a reference to just its type.
    #[inline(always)]
    fn plain_handle(&self, receiver: &Receiver, value: &Bound<'_, PyAny>) -> Option<Handle> {
        receiver
            .reference(self.view, value)?
            .handle_if(self.target.module(), receiver.id)
    }

    /// Calls it with whatever the receiver is.
    #[inline(never)]
    fn call_with_receiver<'py>(
        &self,
        py: Python<'py>,
        receiver: Borrowed<'_, 'py, PyAny>,
        arguments: Arguments<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.call_arranged(py, Some(receiver), arguments)
    }

    /// Calls it.
    #[inline(never)]
    pub(crate) fn call<'py>(
        &self,
        py: Python<'py>,
        receiver: Option<Borrowed<'_, 'py, PyAny>>,
        arguments: Arguments<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if arguments.are_exactly(self.parameters.len()) && self.variadic.is_none() {
            return self.transact(py, receiver, |request| {
                for (at, encoder) in self.parameters.iter().enumerate() {
                    encoder
                        .encode_argument(request, &arguments.value(at))
                        .map_err(|error| self.refused(py, error, at))?;
                }
                Ok(())
            });
        }
        self.call_arranged(py, receiver, arguments)
    }

    #[inline(never)]
    fn call_arranged<'py>(
        &self,
        py: Python<'py>,
        receiver: Option<Borrowed<'_, 'py, PyAny>>,
        arguments: Arguments<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let arranged =
            arguments.arrange(self.target.name(), &self.names, self.variadic.is_some())?;
        let rest = self
            .variadic
            .filter(|_| arguments.has_rest(self.parameters.len()));
        self.transact(py, receiver, |request| {
            for (at, (encoder, value)) in self.parameters.iter().zip(&arranged).enumerate() {
                let outcome = match rest {
                    Some(variadic) if at + 1 == arranged.len() => {
                        variadic.encode(encoder, request, value)
                    }
                    _ => encoder.encode(request, value),
                };
                outcome.map_err(|error| self.refused(py, error, at))?;
            }
            Ok(())
        })
    }

    #[inline(always)]
    fn transact<'py>(
        &self,
        py: Python<'py>,
        receiver: Option<Borrowed<'_, 'py, PyAny>>,
        write: impl FnOnce(&mut Request<'_>) -> PyResult<()>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let outcome = call::call(
            py,
            &self.target,
            |request| {
                if let Some(receiver) = receiver {
                    self.write_receiver(request, &receiver)?;
                }
                write(request)
            },
            |response, receiver_follows| {
                let value = self.result.decode_result(response)?;
                if receiver_follows
                    && let (Some(compiled), Some(receiver)) = (&self.receiver, receiver)
                    && let Some(decoder) = &compiled.decoder
                {
                    let mut after = decoder.decode(response)?;
                    if self.view.is_typed() {
                        after = self.view.convert(after)?;
                    }
                    replace_content(&receiver, &after)?;
                }
                Ok(value)
            },
        );
        if self.view.is_typed() {
            return outcome.and_then(|value| self.view.convert(value));
        }
        outcome
    }

    #[inline(always)]
    fn write_receiver(&self, request: &mut Request<'_>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let Some(receiver) = &self.receiver else {
            return Ok(());
        };
        if let Some(handle) = self.plain_handle(receiver, value) {
            request.handle(handle);
            return Ok(());
        }
        receiver
            .encoder
            .encode(request, value)
            .map_err(|error| call::encode_error(value.py(), error, self.target.name(), "receiver"))
    }

    #[cold]
    #[inline(never)]
    fn refused(&self, py: Python<'_>, error: EncodeError, at: usize) -> PyErr {
        let name = self.names[at].bind(py).to_string_lossy();
        call::encode_error(py, error, self.target.name(), &name)
    }
}

/// What reads or writes a variable of Go's: a field, a package variable.
pub(crate) struct Accessor {
    /// Where it is, and how values are converted.
    pub(crate) view: &'static View,
    /// Its index in the symbol table.
    pub(crate) index: u32,
    /// Its name in messages.
    pub(crate) name: String,
    /// The type whose field it is.
    pub(crate) receiver: Option<TypeId>,
}

impl Accessor {
    /// The callable that reads the variable, or with `write` assigns it, given
    /// its type expression.
    pub(crate) fn of_variable(
        self,
        py: Python<'_>,
        expression: &str,
        write: bool,
    ) -> PyResult<Callable> {
        let types = &self.view.types;
        let unsupported = |error| unsupported(py, &self.name, &error);
        let (parameters, result) = if write {
            let encoder = types.encoder(expression).map_err(unsupported)?;
            (vec![("value", encoder)], Decoder::Nothing)
        } else {
            (Vec::new(), types.decoder(expression).map_err(unsupported)?)
        };
        let (names, parameters): (Vec<_>, Vec<_>) = parameters
            .into_iter()
            .map(|(name, encoder)| (PyString::intern(py, name).unbind(), encoder))
            .unzip();
        let arguments = parameters.len() + usize::from(self.receiver.is_some());
        Ok(Callable {
            view: self.view,
            target: Target::new(self.view, self.index, arguments, self.name),
            receiver: self
                .receiver
                .map(|id| Receiver::new(id, Encoder::Object(id), None)),
            names: names.into(),
            parameters: parameters.into(),
            variadic: None,
            result,
            scalar: false,
        }
        .classified())
    }
}

/// The name that messages use: `Add`, `Counter.Inc`.
pub(crate) fn display_name(function: &Function) -> String {
    match &function.recv {
        Some(receiver) => {
            let receiver = usegolib::schema::expression::short(receiver);
            let type_ = receiver
                .rsplit_once('.')
                .map_or(&*receiver, |(_, name)| name);
            format!("{type_}.{}", function.name)
        }
        None => function.name.clone(),
    }
}

/// Gives a receiver that was passed by value the content it has after the
/// call: what a Go method changed, Python sees changed.
fn replace_content(receiver: &Bound<'_, PyAny>, after: &Bound<'_, PyAny>) -> PyResult<()> {
    if let Ok(dict) = receiver.cast::<PyDict>() {
        dict.clear();
        dict.update(after.cast::<PyDict>()?.as_mapping())?;
        if let Ok(state) = after.getattr(crate::codec::HIDDEN_STATE) {
            dict.setattr(crate::codec::HIDDEN_STATE, state)?;
        }
    } else if let Ok(list) = receiver.cast::<PyList>() {
        list.set_slice(0, list.len(), after)?;
    } else if receiver.hasattr("__dataclass_fields__")? && receiver.get_type().is(after.get_type())
    {
        let fields = receiver.getattr("__dict__")?;
        fields.call_method1("update", (after.getattr("__dict__")?,))?;
    } else if receiver.is_instance_of::<PyByteArray>() {
        receiver.set_item(pyo3::types::PySlice::full(receiver.py()), after)?;
    }
    // Numbers, strings and bytes can't change in Python.
    Ok(())
}

#[cold]
fn unsupported(py: Python<'_>, name: &str, error: &ShapeError) -> PyErr {
    Exception::UnsupportedSignature.error(py, &format!("{name}: {error}"))
}
