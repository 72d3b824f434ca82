//! A callable of a module, compiled: what it takes, what it gives, its index.
//! Functions, methods, constructors, field and variable accessors are all this.

mod accessor;
mod change;
mod receiver;

use pyo3::prelude::*;
use pyo3::types::PyString;
use usegolib::python::Parameters;
use usegolib::schema::shape::{ShapeError, TypeId};
use usegolib::schema::{Function, expression};

pub(crate) use self::accessor::Accessor;
use self::change::{Arranged, Change};
pub(crate) use self::receiver::GivenReceiver;
use self::receiver::Receiver;
use crate::call::{self, ContextPlaces, GivenContext, Scope, Target};
use crate::codec::{Decoder, EncodeError, Encoder, Output, Types, Variadic};
use crate::cpython::{Arguments, Callee};
use crate::exception::Exception;
use crate::wire::Handle;

/// A compiled callable. Lives as long as the module it belongs to: for ever.
pub(crate) struct Callable {
    target: Target,
    receiver: Option<Receiver>,
    /// The names of the parameters, and of the keywords that stand for a context.
    names: Box<[Py<PyString>]>,
    parameters: Box<[Encoder]>,
    contexts: Option<ContextPlaces>,
    variadic: Option<Variadic>,
    /// The parameters whose arguments it may change.
    changes: Box<[Change]>,
    result: Decoder,
    /// Whether nothing but scalars crosses, besides a reference to the receiver.
    is_scalar: bool,
}

impl Callable {
    /// Compiles a function or method of the schema.
    pub(crate) fn function(
        py: Python<'_>,
        scope: Scope,
        function: &Function,
        index: u32,
    ) -> PyResult<Self> {
        let compile = || -> Result<Self, ShapeError> {
            let types = scope.context.types;
            let receiver = match &function.recv {
                Some(name) => Some(Receiver {
                    id: types
                        .find(name)
                        .ok_or_else(|| ShapeError::Unknown(name.clone()))?,
                    encoder: types.encoder(name)?,
                    decoder: function.changes.then(|| types.decoder(name)).transpose()?,
                    refuses_values: receiver::refuses_values(types, name, function)?,
                }),
                None => None,
            };
            let variadic = match function.params.last() {
                Some(last) if last.is_variadic() => Some(Variadic::of(types, last.argument())?),
                _ => None,
            };
            let arguments = function.params.len() + usize::from(receiver.is_some());
            let name = display_name(function);
            let Parameters { names, context, .. } = Parameters::new(&function.params);
            Ok(Self {
                names: names
                    .iter()
                    .chain(context.iter().flatten())
                    .map(|name| PyString::intern(py, name).unbind())
                    .collect(),
                parameters: function
                    .params
                    .iter()
                    .filter(|parameter| !parameter.is_context())
                    .zip(&names)
                    .map(|(parameter, own)| {
                        let encoder = types.parameter(&parameter.type_)?;
                        Ok(encoder.of_parameter(types, &name, own))
                    })
                    .collect::<Result<_, _>>()?,
                target: Target::new(scope, index, arguments, name),
                receiver,
                contexts: context.map(|_| ContextPlaces::of(&function.params)),
                variadic,
                changes: change::of(types, function)?,
                result: types.results(function)?,
                is_scalar: false,
            }
            .classified())
        };
        compile().map_err(|error| unsupported(py, &display_name(function), &error))
    }

    fn classified(mut self) -> Self {
        let of_reference = |receiver: &Receiver| {
            matches!(receiver.encoder, Encoder::Object(_))
                || self.types().declaration(receiver.id).is_object()
        };
        self.is_scalar = self.variadic.is_none()
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

    fn types(&self) -> &'static Types {
        self.target.scope.context.types
    }

    /// Where it is called.
    #[inline(always)]
    pub(crate) fn scope(&self) -> &Scope {
        &self.target.scope
    }

    /// Its index in the symbol table.
    pub(crate) fn index(&self) -> u32 {
        self.target.index
    }

    /// The type that it is a method, or reads or writes a field, of.
    #[inline(always)]
    pub(crate) fn receiver_type(&self) -> Option<TypeId> {
        self.receiver.as_ref().map(|receiver| receiver.id)
    }

    /// Whether [`Self::call_plainly`] takes a call with so many positional
    /// arguments and nothing else: nothing but scalars crosses, besides a
    /// reference to the receiver, so that no objects are made but the result.
    #[inline(always)]
    pub(crate) fn is_plain(&self, positional: usize) -> bool {
        self.is_scalar && self.parameters.len() == positional
    }

    /// Calls it with arguments that [`Self::is_plain`] has seen.
    ///
    /// Inlined into the interpreter's entry points: a call of Go's switches
    /// stacks, after which the processor mispredicts each return there is.
    #[inline(always)]
    pub(crate) fn call_plainly<'py>(
        &self,
        py: Python<'py>,
        receiver: Option<Handle>,
        arguments: Arguments<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
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

    /// Calls it.
    #[inline(never)]
    pub(crate) fn call<'py>(
        &self,
        py: Python<'py>,
        receiver: Option<GivenReceiver<'_, 'py>>,
        arguments: Arguments<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if let Some(contexts) = &self.contexts {
            return self.call_in_context(py, receiver, arguments, contexts);
        }
        if self.may_change(&arguments) {
            return self.call_changing(py, receiver, arguments);
        }
        if arguments.are_exactly(self.parameters.len()) && self.variadic.is_none() {
            return self.transact(py, receiver, |output| {
                for (at, encoder) in self.parameters.iter().enumerate() {
                    encoder
                        .encode_argument(output, &arguments.value(at))
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
        receiver: Option<GivenReceiver<'_, 'py>>,
        arguments: Arguments<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let variadic = self.variadic.is_some();
        let arranged = arguments.arrange(self.target.name(), &self.names, variadic, 0)?;
        let rest = self.rest(&arguments);
        self.transact(py, receiver, |output| {
            for (at, value) in arranged.iter().enumerate() {
                self.write_arranged(output, at, value, rest)?;
            }
            Ok(())
        })
    }

    /// Calls a function that may change its arguments.
    #[inline(never)]
    fn call_changing<'py>(
        &self,
        py: Python<'py>,
        receiver: Option<GivenReceiver<'_, 'py>>,
        arguments: Arguments<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let variadic = self.variadic.is_some();
        let values = arguments.arrange(self.target.name(), &self.names, variadic, 0)?;
        let arranged = Arranged::new(py, self, &values, self.rest(&arguments))?;
        call::call_changing(
            py,
            &self.target,
            arranged.back,
            |output| {
                if let Some(receiver) = receiver {
                    self.write_receiver(output, receiver)?;
                }
                for at in 0..values.len() {
                    arranged.write(output, at)?;
                }
                self.settle(py, &arranged, output)
            },
            |input| self.result.decode_result(input),
            |response, sent| self.read_changes(response, sent, by_value(receiver), Some(&arranged)),
        )
    }

    fn settle<'py>(
        &self,
        py: Python<'py>,
        arranged: &Arranged<'_, 'py>,
        output: &mut Output<'_>,
    ) -> PyResult<()> {
        let settled = arranged.settle(output);
        settled.map_err(|error| call::encode_error(py, error, self.target.name(), ""))
    }

    /// Calls a function that takes a context.
    #[inline(never)]
    fn call_in_context<'py>(
        &self,
        py: Python<'py>,
        receiver: Option<GivenReceiver<'_, 'py>>,
        arguments: Arguments<'_, 'py>,
        contexts: &ContextPlaces,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (variadic, name) = (self.variadic.is_some(), self.target.name());
        let arranged = arguments.arrange(name, &self.names, variadic, 2)?;
        let (values, keywords) = arranged.split_at(self.parameters.len());
        let given = GivenContext::new(&keywords[0], &keywords[1])
            .map_err(|error| self.refused(py, error, self.parameters.len()))?;
        let arranged = Arranged::new(py, self, values, self.rest(&arguments))?;
        call::call_cancellable(
            py,
            &self.target,
            arranged.back,
            |output| {
                if let Some(receiver) = receiver {
                    self.write_receiver(output, receiver)?;
                }
                let mut places = 0..values.len();
                for is_context in contexts.iter() {
                    if is_context {
                        given
                            .write(output)
                            .map_err(|error| self.refused(py, error, self.parameters.len() + 1))?;
                    } else if let Some(at) = places.next() {
                        arranged.write(output, at)?;
                    }
                }
                self.settle(py, &arranged, output)
            },
            |input| self.result.decode_result(input),
            |response, sent| self.read_changes(response, sent, by_value(receiver), Some(&arranged)),
        )
    }

    /// How the values of a variadic parameter are written, if any are given by
    /// position.
    fn rest(&self, arguments: &Arguments<'_, '_>) -> Option<Variadic> {
        self.variadic
            .filter(|_| arguments.has_rest(self.parameters.len()))
    }

    fn write_arranged(
        &self,
        output: &mut Output<'_>,
        at: usize,
        value: &Bound<'_, PyAny>,
        rest: Option<Variadic>,
    ) -> PyResult<()> {
        let encoder = &self.parameters[at];
        let outcome = match rest {
            Some(variadic) if at + 1 == self.parameters.len() => {
                variadic.encode(encoder, output, value).map(drop)
            }
            _ => encoder.encode(output, value),
        };
        outcome.map_err(|error| self.refused(value.py(), error, at))
    }

    #[inline(always)]
    fn transact<'py>(
        &self,
        py: Python<'py>,
        receiver: Option<GivenReceiver<'_, 'py>>,
        write: impl FnOnce(&mut Output<'_>) -> PyResult<()>,
    ) -> PyResult<Bound<'py, PyAny>> {
        call::call_changing(
            py,
            &self.target,
            0,
            |output| {
                if let Some(receiver) = receiver {
                    self.write_receiver(output, receiver)?;
                }
                write(output)
            },
            |input| self.result.decode_result(input),
            |response, sent| self.read_changes(response, sent, by_value(receiver), None),
        )
    }

    #[inline(always)]
    fn write_receiver(
        &self,
        output: &mut Output<'_>,
        receiver: GivenReceiver<'_, '_>,
    ) -> PyResult<()> {
        match (&self.receiver, receiver) {
            (None, _) => Ok(()),
            (Some(_), GivenReceiver::Reference(handle)) => {
                output.handle(handle);
                Ok(())
            }
            (Some(compiled), GivenReceiver::Value(value)) => {
                let written = compiled.encode(output, &value);
                written.map_err(|error| {
                    call::encode_error(value.py(), error, self.target.name(), "receiver")
                })
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn refused(&self, py: Python<'_>, error: EncodeError, at: usize) -> PyErr {
        let name = self.names[at].bind(py).to_string_lossy();
        call::encode_error(py, error, self.target.name(), &name)
    }
}

/// A receiver that is given by value.
fn by_value<'a, 'py>(receiver: Option<GivenReceiver<'a, 'py>>) -> Option<Borrowed<'a, 'py, PyAny>> {
    match receiver {
        Some(GivenReceiver::Value(value)) => Some(value),
        _ => None,
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

impl Callee for Callable {
    #[inline(always)]
    fn is_plain(&self, positional: usize) -> bool {
        self.is_plain(positional)
    }

    #[inline(always)]
    fn call_plainly<'py>(
        &self,
        py: Python<'py>,
        arguments: Arguments<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.call_plainly(py, None, arguments)
    }

    fn call<'py>(
        &self,
        py: Python<'py>,
        arguments: Arguments<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.call(py, None, arguments)
    }
}
