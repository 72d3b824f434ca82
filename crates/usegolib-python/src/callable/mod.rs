//! A callable of a module, compiled: what it takes, what it gives, its index.
//! Functions, methods, constructors, field and variable accessors are all this.

mod accessor;
mod receiver;

use pyo3::prelude::*;
use pyo3::types::PyString;
use usegolib::schema::shape::ShapeError;
use usegolib::schema::signature::PythonParameters;
use usegolib::schema::{Function, expression};

pub(crate) use self::accessor::Accessor;
use self::receiver::{Receiver, replace_content};
use crate::arguments::Arguments;
use crate::call::{self, Target};
use crate::codec::{DecodeError, Decoder, EncodeError, Encoder, Handle, Request, Response};
use crate::context::{ContextPlaces, GivenContext};
use crate::errors::Exception;
use crate::variadic::Variadic;
use crate::view::View;

/// A compiled callable. Lives as long as the module it belongs to: for ever.
pub(crate) struct Callable {
    view: &'static View,
    target: Target,
    receiver: Option<Receiver>,
    /// The names of the parameters, and of the keywords that stand for a context.
    names: Box<[Py<PyString>]>,
    parameters: Box<[Encoder]>,
    contexts: Option<ContextPlaces>,
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
            let PythonParameters { names, context, .. } = PythonParameters::new(&function.params);
            Ok(Self {
                view,
                target: Target::new(view, index, arguments, display_name(function)),
                receiver,
                names: names
                    .iter()
                    .chain(context.iter().flatten())
                    .map(|name| PyString::intern(py, name).unbind())
                    .collect(),
                parameters: function
                    .params
                    .iter()
                    .filter(|parameter| !parameter.is_context())
                    .map(|parameter| types.parameter(&parameter.type_))
                    .collect::<Result<_, _>>()?,
                contexts: context.map(|_| ContextPlaces::of(&function.params)),
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
            && self.contexts.is_none()
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
        if let Some(contexts) = &self.contexts {
            return self.call_in_context(py, receiver, arguments, contexts);
        }
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
        let variadic = self.variadic.is_some();
        let arranged = arguments.arrange(self.target.name(), &self.names, variadic, 0)?;
        let rest = self.rest(&arguments);
        self.transact(py, receiver, |request| {
            for (at, value) in arranged.iter().enumerate() {
                self.write_arranged(request, at, value, rest)?;
            }
            Ok(())
        })
    }

    /// Calls a function that takes a context.
    #[inline(never)]
    fn call_in_context<'py>(
        &self,
        py: Python<'py>,
        receiver: Option<Borrowed<'_, 'py, PyAny>>,
        arguments: Arguments<'_, 'py>,
        contexts: &ContextPlaces,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (variadic, name) = (self.variadic.is_some(), self.target.name());
        let arranged = arguments.arrange(name, &self.names, variadic, 2)?;
        let (values, keywords) = arranged.split_at(self.parameters.len());
        let given = GivenContext::new(&keywords[0], &keywords[1])
            .map_err(|error| self.refused(py, error, self.parameters.len()))?;
        let rest = self.rest(&arguments);
        let outcome = call::call_cancellable(
            py,
            &self.target,
            |request| {
                if let Some(receiver) = receiver {
                    self.write_receiver(request, &receiver)?;
                }
                let mut values = values.iter().enumerate();
                for is_context in contexts.iter() {
                    if is_context {
                        given
                            .write(request)
                            .map_err(|error| self.refused(py, error, self.parameters.len() + 1))?;
                    } else if let Some((at, value)) = values.next() {
                        self.write_arranged(request, at, value, rest)?;
                    }
                }
                Ok(())
            },
            |response| self.result.decode_result(response),
            |response| self.read_changes(response, receiver),
        );
        self.converted(outcome)
    }

    /// How the values of a variadic parameter are written, if any are given by
    /// position.
    fn rest(&self, arguments: &Arguments<'_, '_>) -> Option<Variadic> {
        self.variadic
            .filter(|_| arguments.has_rest(self.parameters.len()))
    }

    fn write_arranged(
        &self,
        request: &mut Request<'_>,
        at: usize,
        value: &Bound<'_, PyAny>,
        rest: Option<Variadic>,
    ) -> PyResult<()> {
        let encoder = &self.parameters[at];
        let outcome = match rest {
            Some(variadic) if at + 1 == self.parameters.len() => {
                variadic.encode(encoder, request, value)
            }
            _ => encoder.encode(request, value),
        };
        outcome.map_err(|error| self.refused(value.py(), error, at))
    }

    #[inline(always)]
    fn transact<'py>(
        &self,
        py: Python<'py>,
        receiver: Option<Borrowed<'_, 'py, PyAny>>,
        write: impl FnOnce(&mut Request<'_>) -> PyResult<()>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let outcome = call::call_changing(
            py,
            &self.target,
            |request| {
                if let Some(receiver) = receiver {
                    self.write_receiver(request, &receiver)?;
                }
                write(request)
            },
            |response| self.result.decode_result(response),
            |response| self.read_changes(response, receiver),
        );
        self.converted(outcome)
    }

    /// Reads what the receiver is after the call.
    #[inline(never)]
    fn read_changes(
        &self,
        response: &mut Response<'_, '_>,
        receiver: Option<Borrowed<'_, '_, PyAny>>,
    ) -> Result<(), DecodeError> {
        response.changes(|response, position| {
            let (0, Some(compiled), Some(receiver)) = (position, &self.receiver, receiver) else {
                return Err(DecodeError::malformed(format!(
                    "argument {position} can't have changed"
                )));
            };
            let Some(decoder) = &compiled.decoder else {
                return Err(DecodeError::malformed("a reference can't have changed"));
            };
            let mut after = decoder.decode(response)?;
            if self.view.is_typed() {
                after = self.view.convert(after)?;
            }
            Ok(replace_content(&receiver, &after)?)
        })
    }

    #[inline(always)]
    fn converted<'py>(&self, outcome: PyResult<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
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

/// The name that messages use: `Add`, `Counter.Inc`.
pub(crate) fn display_name(function: &Function) -> String {
    match &function.recv {
        Some(receiver) => {
            let receiver = expression::short_within(receiver, &function.pkg);
            format!("{receiver}.{}", function.name)
        }
        None => function.name.clone(),
    }
}

#[cold]
fn unsupported(py: Python<'_>, name: &str, error: &ShapeError) -> PyErr {
    Exception::UnsupportedSignature.error(py, &format!("{name}: {error}"))
}
