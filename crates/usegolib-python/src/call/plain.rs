//! Calls that are over when the library returns.

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use pyo3::{ffi, intern};
use usegolib::engine::{Reply, ResponseBuffer};

use super::Target;
use super::exchange::{Exchange, Opened};
use super::failure::{decode_error, raised};
use super::message::{Envelope, Response};
use super::{mirrors, travelling};
use crate::codec::{DecodeError, Decoder, EncodeError, Encoder, Fault, Input, Output, Sent};
use crate::cpython::Arguments;
use crate::cpython::entry::announced;
use crate::wire::Handle;

/// Calls `target`, which changes none of its arguments: `write` encodes these,
/// `read` decodes the result.
#[inline(always)]
pub(crate) fn call<'py>(
    py: Python<'py>,
    target: &Target,
    write: impl FnOnce(&mut Output<'_>) -> PyResult<()>,
    read: impl FnOnce(&mut Input<'_, 'py>) -> Result<Bound<'py, PyAny>, DecodeError>,
) -> PyResult<Bound<'py, PyAny>> {
    call_changing(py, target, 0, write, read, |response, _| {
        response.changes(|_, _| Err(DecodeError::malformed("an argument can't have changed")))
    })
}

/// Calls `target`: `write` encodes its arguments, `read` decodes the result, and
/// `changes` the arguments that the call changed, if there are any; it may have
/// failed all the same. `back` has a bit for each argument that is to come back,
/// receivers that are given by value aside.
#[inline(always)]
pub(crate) fn call_changing<'py>(
    py: Python<'py>,
    target: &Target,
    back: u64,
    write: impl FnOnce(&mut Output<'_>) -> PyResult<()>,
    read: impl FnOnce(&mut Input<'_, 'py>) -> Result<Bound<'py, PyAny>, DecodeError>,
    changes: impl FnOnce(&mut Response<'_, 'py>, Sent<'_>) -> Result<(), DecodeError>,
) -> PyResult<Bound<'py, PyAny>> {
    let mut exchange = Exchange::begin(py, target.scope.instance);
    let Opened {
        mut output,
        closed,
        response,
    } = exchange.open(target, back);
    write(&mut output)?;
    // Not before: Python code that ran meanwhile may have forked.
    target.scope.instance.check_fork(py)?;
    let reply = send(target, output.bytes(), closed, response);
    let response = Response::of_reply(py, target.scope.context, &reply);
    decode(py, target, response, read, |response| {
        changes(response, output.sent())
    })
}

/// Sends a request, with which what is in `closed` has gone.
#[inline(always)]
pub(super) fn send<'a>(
    target: &Target,
    request: &[u8],
    closed: &mut Vec<u64>,
    space: &'a mut ResponseBuffer,
) -> Reply<'a> {
    closed.clear();
    if mirrors::any() {
        let push = |py: Python<'_>| {
            if let Err(error) = mirrors::push(py) {
                error.write_unraisable(py, None);
            }
        };
        // SAFETY: this thread is attached, as the request's values show.
        unsafe { announced(push) };
    }
    // SAFETY: this thread is attached, as the request's values show, and is
    // attached again before anything of Python's is touched. `Python::detach`
    // does the same with bookkeeping that costs as much as the call.
    let thread = unsafe { ffi::PyEval_SaveThread() };
    let reply = target.scope.instance.engine.call(request, space);
    // SAFETY: the state is the one that was just saved on this thread.
    unsafe { ffi::PyEval_RestoreThread(thread) };
    reply
}

/// Reads a response that has come.
#[inline(always)]
pub(super) fn decode<'py>(
    py: Python<'py>,
    target: &Target,
    mut response: Response<'_, 'py>,
    read: impl FnOnce(&mut Input<'_, 'py>) -> Result<Bound<'py, PyAny>, DecodeError>,
    changes: impl FnOnce(&mut Response<'_, 'py>) -> Result<(), DecodeError>,
) -> PyResult<Bound<'py, PyAny>> {
    let outcome = match response.envelope() {
        Ok(Envelope::Result { changed }) => read(&mut response.0).and_then(|value| {
            if changed {
                changes(&mut response)?;
            }
            travelling::forget();
            if mirrors::any() {
                mirrors::settle(py)?;
            }
            response.finish().map(|()| value)
        }),
        Ok(Envelope::Fault { fault, changed }) => {
            failed(py, target, &mut response, fault, changed, read, changes)
        }
        Err(error) => Err(error),
    };
    outcome.map_err(|error| decode_error(py, error, target.name()))
}

/// Reads what is behind an error: what was returned beside it, and the arguments that
/// the call changed. Returns the exception.
#[cold]
#[inline(never)]
fn failed<'py>(
    py: Python<'py>,
    target: &Target,
    response: &mut Response<'_, 'py>,
    fault: Fault<'py>,
    is_followed: bool,
    read: impl FnOnce(&mut Input<'_, 'py>) -> Result<Bound<'py, PyAny>, DecodeError>,
    changes: impl FnOnce(&mut Response<'_, 'py>) -> Result<(), DecodeError>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    let has_results = fault.has_results;
    let error = raised(py, target, fault);
    if has_results {
        let value = read(&mut response.0)?;
        let results = match value.cast_into_exact::<PyTuple>() {
            Ok(several) => several,
            Err(one) => PyTuple::new(py, [one.into_inner()])?,
        };
        error.value(py).setattr(intern!(py, "results"), results)?;
    }
    if is_followed {
        changes(response)?;
    }
    response.finish()?;
    if mirrors::any()
        && let Err(other) = mirrors::settle(py)
    {
        // The call's own error is what it was about.
        other.write_unraisable(py, None);
    }
    Err(travelling::arrive(py, error).into())
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
    let mut exchange = Exchange::begin(py, target.scope.instance);
    let Opened {
        mut output,
        closed,
        response,
    } = exchange.open(target, 0);
    if let Some(handle) = receiver {
        output.handle(handle);
    }
    for (at, encoder) in parameters.iter().enumerate() {
        if let Err(error) = encoder.encode_argument(&mut output, &arguments.value(at)) {
            return Err(refused(error, at));
        }
    }
    // As above.
    target.scope.instance.check_fork(py)?;
    let reply = send(target, output.bytes(), closed, response);
    let mut response = Response::of_reply(py, target.scope.context, &reply);
    let error = match response.envelope() {
        Ok(Envelope::Result { .. }) => match result.decode_result(&mut response.0) {
            Ok(value) => match response.finish() {
                Ok(()) => {
                    travelling::forget();
                    if mirrors::any() {
                        mirrors::settle(py)?;
                    }
                    return Ok(value);
                }
                Err(error) => error,
            },
            Err(error) => error,
        },
        Ok(Envelope::Fault { fault, changed }) => {
            let read = |input: &mut Input<'_, 'py>| result.decode_result(input);
            let changes = |_: &mut Response<'_, 'py>| {
                Err(DecodeError::malformed(
                    "a receiver behind a handle came back",
                ))
            };
            match failed(py, target, &mut response, fault, changed, read, changes) {
                Ok(value) => return Ok(value),
                Err(error) => error,
            }
        }
        Err(error) => error,
    };
    Err(decode_error(py, error, target.name()))
}
