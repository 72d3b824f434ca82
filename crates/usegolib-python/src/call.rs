//! One call into a library: request, Go, response. All calls go through here.

use std::borrow::Cow;

use pyo3::ffi;
use pyo3::prelude::*;
use usegolib::library::{Buffers, Reply, ResponseBuffer};

use crate::arguments::Arguments;
use crate::codec::{
    Context, DecodeError, Decoder, EncodeError, Encoder, Envelope, Fault, Handle, Header, Report,
    Request, Response,
};
use crate::errors::Exception;
use crate::exchange::{Exchange, Parts};
use crate::module::LoadedModule;
use crate::pending::PendingCall;
use crate::view::View;

/// What is called, besides its arguments.
pub(crate) struct Target {
    /// The module it is in.
    module: &'static LoadedModule,
    /// How values are converted.
    context: Context<'static>,
    /// How its requests begin.
    header: Header,
    /// Its name in messages.
    name: Cow<'static, str>,
}

impl Target {
    /// The callable with that index in the symbol table, which takes so many
    /// arguments, the receiver included.
    pub(crate) fn new(
        view: &'static View,
        index: u32,
        arguments: usize,
        name: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            module: view.module,
            context: view.context(),
            header: Header::new(index, arguments),
            name: name.into(),
        }
    }

    #[inline(always)]
    fn request<'c>(&self, buffer: &'c mut Vec<u8>, closed: &[u64]) -> Request<'c> {
        self.request_of(self.header, buffer, closed)
    }

    /// A request that begins otherwise.
    #[inline(always)]
    pub(crate) fn request_of<'c>(
        &self,
        header: Header,
        buffer: &'c mut Vec<u8>,
        closed: &[u64],
    ) -> Request<'c> {
        Request::new(self.context, buffer, closed, header)
    }

    /// Reads a reply.
    #[inline(always)]
    pub(crate) fn response<'c, 'py>(
        &self,
        py: Python<'py>,
        reply: &'c Reply<'_>,
    ) -> Response<'c, 'py> {
        Response::of_reply(py, self.context, reply)
    }

    /// Its name in messages.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The module it is in.
    #[inline]
    pub(crate) fn module(&self) -> &'static LoadedModule {
        self.module
    }
}

/// Calls `target`, which changes none of its arguments: `write` encodes these,
/// `read` decodes the result.
#[inline(always)]
pub(crate) fn call<'py, R>(
    py: Python<'py>,
    target: &Target,
    write: impl FnOnce(&mut Request<'_>) -> PyResult<()>,
    read: impl FnOnce(&mut Response<'_, 'py>) -> Result<R, DecodeError>,
) -> PyResult<R> {
    call_changing(py, target, write, read, |response| {
        response.changes(|_, _| Err(DecodeError::malformed("an argument can't have changed")))
    })
}

/// Calls `target`: `write` encodes its arguments, `read` decodes the result, and
/// `changes` the arguments that the call changed, if there are any; it may have
/// failed all the same.
#[inline(always)]
pub(crate) fn call_changing<'py, R>(
    py: Python<'py>,
    target: &Target,
    write: impl FnOnce(&mut Request<'_>) -> PyResult<()>,
    read: impl FnOnce(&mut Response<'_, 'py>) -> Result<R, DecodeError>,
    changes: impl FnOnce(&mut Response<'_, 'py>) -> Result<(), DecodeError>,
) -> PyResult<R> {
    target.module.check_fork(py)?;
    let mut exchange = Exchange::begin(py, target.module);
    let Parts { buffers, closed } = exchange.parts();
    let Buffers { request, response } = buffers;
    let mut request = target.request(request, closed);
    write(&mut request)?;
    let reply = send(target, &request, closed, response);
    decode(py, target, target.response(py, &reply), read, changes)
}

#[inline(always)]
pub(crate) fn send<'a>(
    target: &Target,
    request: &Request<'_>,
    closed: &mut Vec<u64>,
    space: &'a mut ResponseBuffer,
) -> Reply<'a> {
    closed.clear();
    // SAFETY: this thread is attached, as the request's values show, and is
    // attached again before anything of Python's is touched. `Python::detach`
    // does the same with bookkeeping that costs as much as the call.
    let thread = unsafe { ffi::PyEval_SaveThread() };
    let reply = target.module.library.call(request.bytes(), space);
    // SAFETY: the state is the one that was just saved on this thread.
    unsafe { ffi::PyEval_RestoreThread(thread) };
    reply
}

/// The same for a function that takes a context, which may go on in Go when the
/// request has been sent ([`PendingCall`]).
pub(crate) fn call_cancellable<'py, R>(
    py: Python<'py>,
    target: &Target,
    write: impl FnOnce(&mut Request<'_>) -> PyResult<()>,
    read: impl FnOnce(&mut Response<'_, 'py>) -> Result<R, DecodeError>,
    changes: impl FnOnce(&mut Response<'_, 'py>) -> Result<(), DecodeError>,
) -> PyResult<R> {
    target.module.check_fork(py)?;
    let mut exchange = Exchange::begin(py, target.module);
    let Parts { buffers, closed } = exchange.parts();
    let Buffers { request, response } = buffers;
    let mut request = target.request(request, closed);
    write(&mut request)?;
    let reply = send(target, &request, closed, response);
    let mut response = target.response(py, &reply);
    let number = match response.running() {
        Ok(Some(number)) => number,
        Ok(None) => return decode(py, target, response, read, changes),
        Err(error) => return Err(decode_error(py, error, target.name())),
    };
    drop(reply);
    let kept = request.into_kept();
    PendingCall::new(target, number, exchange, kept).finish(py, read, changes)
}

/// Reads a response that has come.
#[inline(always)]
pub(crate) fn decode<'py, R>(
    py: Python<'py>,
    target: &Target,
    mut response: Response<'_, 'py>,
    read: impl FnOnce(&mut Response<'_, 'py>) -> Result<R, DecodeError>,
    changes: impl FnOnce(&mut Response<'_, 'py>) -> Result<(), DecodeError>,
) -> PyResult<R> {
    let outcome = match response.envelope() {
        Ok(Envelope::Result { changed }) => read(&mut response).and_then(|value| {
            if changed {
                changes(&mut response)?;
            }
            response.finish().map(|()| value)
        }),
        Ok(Envelope::Fault { fault, changed }) => {
            let error = raised(py, target, fault);
            if !changed {
                return Err(error);
            }
            changes(&mut response).and(Err(error.into()))
        }
        Err(error) => Err(error),
    };
    outcome.map_err(|error| decode_error(py, error, target.name()))
}

/// The same for plain callables, as code in one piece: as closures, encoding and
/// decoding would be functions of their own.
#[inline(always)]
pub(crate) fn call_plainly<'py>(
    py: Python<'py>,
    target: &Target,
    receiver: Option<Handle>,
    parameters: &[Encoder],
    arguments: &Arguments<'_, 'py>,
    result: &Decoder,
    refused: impl FnOnce(EncodeError, usize) -> PyErr,
) -> PyResult<Bound<'py, PyAny>> {
    target.module.check_fork(py)?;
    let mut exchange = Exchange::begin(py, target.module);
    let Parts { buffers, closed } = exchange.parts();
    let Buffers { request, response } = buffers;
    let mut request = target.request(request, closed);
    if let Some(handle) = receiver {
        request.handle(handle);
    }
    for (at, encoder) in parameters.iter().enumerate() {
        if let Err(error) = encoder.encode_argument(&mut request, &arguments.value(at)) {
            return Err(refused(error, at));
        }
    }
    let reply = send(target, &request, closed, response);
    let mut response = target.response(py, &reply);
    let error = match response.envelope() {
        Ok(Envelope::Result { .. }) => match result.decode_result(&mut response) {
            Ok(value) => match response.finish() {
                Ok(()) => return Ok(value),
                Err(error) => error,
            },
            Err(error) => error,
        },
        Ok(Envelope::Fault {
            fault,
            changed: false,
        }) => return Err(raised(py, target, fault)),
        Ok(Envelope::Fault { .. }) => {
            DecodeError::malformed("a receiver behind a handle came back")
        }
        Err(error) => error,
    };
    Err(decode_error(py, error, target.name()))
}

/// The exception for an argument that could not be encoded.
#[cold]
#[inline(never)]
pub(crate) fn encode_error(
    py: Python<'_>,
    error: EncodeError,
    callable: &str,
    parameter: &str,
) -> PyErr {
    match error.report_argument(callable, parameter) {
        Report::Schema(message) => Exception::UnsupportedType.error(py, &message),
        Report::Malformed(message) => Exception::AbiEncode.error(py, &message),
        Report::Raised(error) => error,
    }
}

#[cold]
#[inline(never)]
pub(crate) fn decode_error(py: Python<'_>, error: DecodeError, callable: &str) -> PyErr {
    match error.report_result(callable) {
        Report::Schema(message) => Exception::UnsupportedType.error(py, &message),
        Report::Malformed(message) => Exception::AbiDecode.error(py, &message),
        Report::Raised(error) => error,
    }
}

/// The exception for an error in the envelope (docs/abi.md).
#[cold]
#[inline(never)]
fn raised(py: Python<'_>, target: &Target, fault: Fault<'_>) -> PyErr {
    let name = target.name();
    let message = &fault.message;
    match fault.kind {
        0 | 1 | 6 => target
            .context
            .runtime
            .error(py, fault)
            .map_or_else(|error| error, PyErr::from_value),
        2 => panicked(py, &fault).unwrap_or_else(|error| error),
        3 => {
            // The message begins with the path, the path with the parameter.
            let message = message.to_string_lossy();
            let parameter = message.split([':', '.', '[']).next().unwrap_or_default();
            Exception::UnsupportedType.error(py, &format!("schema: {name}({parameter}): {message}"))
        }
        4 => Exception::ClosedObject.error(py, &format!("{name}: {message}")),
        _ => Exception::AbiEncode.error(py, &format!("{name}: {message}")),
    }
}

fn panicked(py: Python<'_>, fault: &Fault<'_>) -> PyResult<PyErr> {
    let class = Exception::GoPanic.class(py)?;
    let error = class.call1((&fault.message, &fault.go_type, &fault.stack))?;
    Ok(PyErr::from_value(error))
}
