//! The operations that every library has (`dispatch::Builtin`).

use std::os::fd::RawFd;

use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use usegolib::schema::dispatch::Builtin;
use usegolib::schema::shape::Number;

use crate::call::{self, Target};
use crate::codec::{Decoder, EncodeError, Encoder, Handle, Request};
use crate::module::LoadedModule;

fn call<'py>(
    py: Python<'py>,
    module: &'static LoadedModule,
    builtin: Builtin,
    arguments: usize,
    write: impl FnOnce(&mut Request<'_>) -> Result<(), EncodeError>,
    result: &Decoder,
) -> PyResult<Bound<'py, PyAny>> {
    let name = builtin_name(builtin);
    let target = Target::new(module.plain(), builtin as u32, arguments, name);
    call::call(
        py,
        &target,
        |request| write(request).map_err(|error| call::encode_error(py, error, name, "")),
        |response| result.decode(response),
    )
}

/// What messages call it.
const fn builtin_name(builtin: Builtin) -> &'static str {
    match builtin {
        Builtin::Release => "close()",
        Builtin::Identity => "hash()",
        Builtin::Text => "str()",
        Builtin::TypeName => "type_name",
        Builtin::SetEnvironment => "sync_env()",
        Builtin::LiveHandles => "stats()",
        Builtin::ErrorIs => "is_()",
        Builtin::Invoke => "func",
        Builtin::Notify | Builtin::Take => "wait",
        Builtin::Cancel => "cancel",
        Builtin::Read => "read",
    }
}

/// Drops handles, which `write` writes as the one argument: packed `uint64`s,
/// slot in the low half, generation in the high half.
pub(crate) fn release(
    py: Python<'_>,
    module: &'static LoadedModule,
    write: impl FnOnce(&mut Request<'_>) -> Result<(), EncodeError>,
) -> PyResult<()> {
    call(py, module, Builtin::Release, 1, write, &Decoder::Nothing).map(drop)
}

fn of_handle<'py>(
    py: Python<'py>,
    module: &'static LoadedModule,
    builtin: Builtin,
    handle: Handle,
    result: &Decoder,
) -> PyResult<Bound<'py, PyAny>> {
    let write = |request: &mut Request<'_>| {
        request.handle(handle);
        Ok(())
    };
    call(py, module, builtin, 1, write, result)
}

/// A number equal for two handles exactly when they hold the same pointer.
pub(crate) fn identity(
    py: Python<'_>,
    module: &'static LoadedModule,
    handle: Handle,
) -> PyResult<u64> {
    let result = Decoder::Integer(Number::Uint64);
    of_handle(py, module, Builtin::Identity, handle, &result)?.extract()
}

/// `String()`, else `Error()`, else `fmt`'s `%v`.
pub(crate) fn text<'py>(
    py: Python<'py>,
    module: &'static LoadedModule,
    handle: Handle,
) -> PyResult<Bound<'py, PyAny>> {
    of_handle(py, module, Builtin::Text, handle, &Decoder::String)
}

/// The dynamic Go type as a type expression.
pub(crate) fn type_name<'py>(
    py: Python<'py>,
    module: &'static LoadedModule,
    handle: Handle,
) -> PyResult<Bound<'py, PyAny>> {
    of_handle(py, module, Builtin::TypeName, handle, &Decoder::String)
}

/// Sets the environment that Go sees: `K=V` entries, each ended by a NUL.
pub(crate) fn set_environment(
    py: Python<'_>,
    module: &'static LoadedModule,
    entries: &[u8],
) -> PyResult<()> {
    let write = |request: &mut Request<'_>| request.bin(entries);
    let nothing = &Decoder::Nothing;
    call(py, module, Builtin::SetEnvironment, 1, write, nothing).map(drop)
}

/// Calls a func of no declared type: its result, or a tuple of several.
pub(crate) fn invoke<'py>(
    py: Python<'py>,
    module: &'static LoadedModule,
    func: Handle,
    arguments: &Bound<'py, PyTuple>,
) -> PyResult<Bound<'py, PyAny>> {
    let name = builtin_name(Builtin::Invoke);
    let target = Target::new(module.plain(), Builtin::Invoke as u32, 2, name);
    let results = call::call(
        py,
        &target,
        |request| {
            request.handle(func);
            Encoder::Any
                .encode(request, arguments)
                .map_err(|error| call::encode_error(py, error, name, "arguments"))
        },
        |response| Decoder::Any.decode(response),
    )?;
    let results = results.cast_into::<PyList>()?;
    match results.len() {
        0 => Ok(py.None().into_bound(py)),
        1 => results.get_item(0),
        _ => Ok(results.to_tuple().into_any()),
    }
}

/// Has a zero byte written to a descriptor when a call that goes on has something
/// to say.
pub(crate) fn notify(
    py: Python<'_>,
    module: &'static LoadedModule,
    number: u64,
    descriptor: RawFd,
) -> PyResult<()> {
    let write = |request: &mut Request<'_>| {
        request.unsigned(number);
        request.signed(i64::from(descriptor));
        Ok(())
    };
    call(py, module, Builtin::Notify, 2, write, &Decoder::Nothing).map(drop)
}

/// Cancels the context of a call.
pub(crate) fn cancel(py: Python<'_>, module: &'static LoadedModule, number: u64) -> PyResult<()> {
    let write = |request: &mut Request<'_>| {
        request.unsigned(number);
        Ok(())
    };
    call(py, module, Builtin::Cancel, 1, write, &Decoder::Nothing).map(drop)
}

/// Reads from a reader: up to so many bytes, or everything.
pub(crate) fn read<'py>(
    py: Python<'py>,
    module: &'static LoadedModule,
    reader: Handle,
    size: i64,
) -> PyResult<Bound<'py, PyAny>> {
    let write = |request: &mut Request<'_>| {
        request.handle(reader);
        request.signed(size);
        Ok(())
    };
    call(py, module, Builtin::Read, 2, write, &Decoder::Bytes)
}

/// How many handles are live.
pub(crate) fn live_handles(py: Python<'_>, module: &'static LoadedModule) -> PyResult<u64> {
    let result = Decoder::Integer(Number::Int64);
    call(py, module, Builtin::LiveHandles, 0, |_| Ok(()), &result)?.extract()
}

/// `errors.Is(error, target)`, for an object or a value that carries its type.
pub(crate) fn error_is(
    py: Python<'_>,
    module: &'static LoadedModule,
    error: Handle,
    target: &Bound<'_, PyAny>,
) -> PyResult<bool> {
    let write = |request: &mut Request<'_>| {
        request.handle(error);
        Encoder::Any.encode(request, target)
    };
    call(py, module, Builtin::ErrorIs, 2, write, &Decoder::Bool)?.extract()
}
