//! One call into a library: request, Go, response. All calls go through here.

use pyo3::ffi;
use pyo3::prelude::*;
use usegolib::library::{Buffers, Exchange, ResponseBuffer};

use crate::codec::{DecodeError, EncodeError, Envelope, Fault, Report, Request, Response};
use crate::errors::Exception;
use crate::release;
use crate::view::View;

/// What is called, besides its arguments.
#[derive(Clone, Copy)]
pub(crate) struct Target<'c> {
    /// The module it is in, and how values are converted.
    pub(crate) view: &'static View,
    /// Its index in the symbol table.
    pub(crate) index: u32,
    /// Its name in messages.
    pub(crate) name: &'c str,
}

/// Calls `target`: `write` encodes so many arguments, `read` decodes what
/// follows the envelope, told whether a receiver follows the result.
#[inline]
pub(crate) fn call<'py, R>(
    py: Python<'py>,
    target: Target<'_>,
    arguments: usize,
    write: impl FnOnce(&mut Request<'_>) -> PyResult<()>,
    read: impl FnOnce(&mut Response<'_, 'py>, bool) -> Result<R, DecodeError>,
) -> PyResult<R> {
    let module = target.view.module;
    module.check_fork(py)?;
    if module.released.is_pending() {
        release::release(py, module)?;
    }
    let mut exchange = Exchange::take();
    let Buffers { request, response } = exchange.buffers();
    let mut request = Request::new(target.view.context(), request);
    request
        .begin(target.index, arguments)
        .map_err(|error| encode_error(py, error, target.name, ""))
        .and_then(|()| write(&mut request))
        .and_then(|()| send(py, target, &request, response, read))
}

#[inline]
fn send<'py, R>(
    py: Python<'py>,
    target: Target<'_>,
    request: &Request<'_>,
    space: &mut ResponseBuffer,
    read: impl FnOnce(&mut Response<'_, 'py>, bool) -> Result<R, DecodeError>,
) -> PyResult<R> {
    // SAFETY: this thread is attached, as `py` shows, and is attached again
    // before anything of Python's is touched. `Python::detach` does the same
    // with bookkeeping that costs as much as the call.
    let thread = unsafe { ffi::PyEval_SaveThread() };
    let reply = target.view.module.library.call(request.bytes(), space);
    // SAFETY: the state is the one that was just saved on this thread.
    unsafe { ffi::PyEval_RestoreThread(thread) };
    let mut response = Response::new(py, target.view.context(), &reply);
    let outcome = match response.envelope() {
        Ok(Envelope::Result { receiver }) => {
            read(&mut response, receiver).and_then(|value| response.finish().map(|()| value))
        }
        Ok(Envelope::Fault(fault)) => return Err(raised(py, target, fault)),
        Err(error) => Err(error),
    };
    outcome.map_err(|error| decode_error(py, error, target.name))
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
fn decode_error(py: Python<'_>, error: DecodeError, callable: &str) -> PyErr {
    match error.report_result(callable) {
        Report::Schema(message) => Exception::UnsupportedType.error(py, &message),
        Report::Malformed(message) => Exception::AbiDecode.error(py, &message),
        Report::Raised(error) => error,
    }
}

/// The exception for an error in the envelope (docs/abi.md).
#[cold]
#[inline(never)]
fn raised(py: Python<'_>, target: Target<'_>, fault: Fault<'_>) -> PyErr {
    let name = target.name;
    let message = &fault.message;
    match fault.kind {
        0 | 1 => target
            .view
            .context()
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
