//! The operations that every library has (`dispatch::Builtin`).

use pyo3::prelude::*;
use pyo3::types::{PyList, PyString, PyTuple};
use usegolib::schema::TypeKind;
use usegolib::schema::dispatch::Builtin;
use usegolib::schema::shape::{Number, TypeId};

use super::{Scope, Target};
use crate::codec::{DecodeError, Decoder, EncodeError, Encoder, Input, Output};
use crate::wire::{Handle, Token, extension};

fn call<'py>(
    py: Python<'py>,
    scope: Scope,
    builtin: Builtin,
    arguments: usize,
    write: impl FnOnce(&mut Output<'_>) -> Result<(), EncodeError>,
    result: &Decoder,
) -> PyResult<Bound<'py, PyAny>> {
    let name = builtin_name(builtin);
    let target = Target::new(scope, builtin as u32, arguments, name);
    super::call(
        py,
        &target,
        |output| write(output).map_err(|error| super::encode_error(py, error, name, "")),
        |input| result.decode(input),
    )
}

/// What messages call it.
const fn builtin_name(builtin: Builtin) -> &'static str {
    match builtin {
        Builtin::Release | Builtin::Stop => "close()",
        Builtin::Identity | Builtin::Hash => "hash()",
        Builtin::Text => "str()",
        Builtin::TypeName => "type_name",
        Builtin::SetEnvironment => "sync_env()",
        Builtin::LiveHandles => "stats()",
        Builtin::Equal => "==",
        Builtin::ErrorIs => "is_()",
        Builtin::Invoke => "func",
        Builtin::Notify | Builtin::Take => "wait",
        Builtin::Cancel => "cancel",
        Builtin::Read => "read",
        Builtin::Cell => "ref()",
        Builtin::Load | Builtin::Store => "value",
        Builtin::Parse => "UnmarshalText",
        Builtin::Convert => "conversion",
        Builtin::Iterate | Builtin::Batch => "iter()",
        Builtin::Pull => "next()",
        Builtin::Interfaces => "interfaces",
        Builtin::Fields => "dir()",
        Builtin::Field => "field",
        Builtin::Layouts => "layouts",
        Builtin::CheckLayout => "check_layout",
        Builtin::Item => "[]",
        Builtin::SetItem => "[]=",
        Builtin::Length => "len()",
        Builtin::Copy => "copy()",
        Builtin::Edit => "edit",
    }
}

/// Gives one handle back to Go.
pub(crate) fn release(py: Python<'_>, scope: Scope, handle: Handle) -> PyResult<()> {
    let write = |output: &mut Output<'_>| {
        output.numbers_header(Number::Uint64 as u8, size_of::<u64>())?;
        output.raw(&handle.packed().to_le_bytes());
        Ok(())
    };
    call(py, scope, Builtin::Release, 1, write, &Decoder::Nothing).map(drop)
}

fn of_handle<'py>(
    py: Python<'py>,
    scope: Scope,
    builtin: Builtin,
    handle: Handle,
    result: &Decoder,
) -> PyResult<Bound<'py, PyAny>> {
    let write = |output: &mut Output<'_>| {
        output.handle(handle);
        Ok(())
    };
    call(py, scope, builtin, 1, write, result)
}

/// A number equal for two handles exactly when they hold the same pointer.
pub(crate) fn identity(py: Python<'_>, scope: Scope, handle: Handle) -> PyResult<u64> {
    let result = Decoder::Integer(Number::Uint64);
    of_handle(py, scope, Builtin::Identity, handle, &result)?.extract()
}

/// Whether Go's `==` calls two objects equal: the same pointer, or equal structs by
/// value.
pub(crate) fn equal(py: Python<'_>, scope: Scope, one: Handle, other: Handle) -> PyResult<bool> {
    let write = |output: &mut Output<'_>| {
        output.handle(one);
        output.handle(other);
        Ok(())
    };
    call(py, scope, Builtin::Equal, 2, write, &Decoder::Bool)?.extract()
}

/// The hash of what `equal` compares, and whether it is that of a struct by value.
pub(crate) fn hash(py: Python<'_>, scope: Scope, handle: Handle) -> PyResult<(u64, bool)> {
    let result = Decoder::Any;
    let both = of_handle(py, scope, Builtin::Hash, handle, &result)?;
    both.extract::<[Bound<'_, PyAny>; 2]>()
        .and_then(|[hash, of_value]| Ok((hash.extract()?, of_value.extract()?)))
}

/// `String()`, else `Error()`, else None.
pub(crate) fn text(py: Python<'_>, scope: Scope, handle: Handle) -> PyResult<Bound<'_, PyAny>> {
    of_handle(py, scope, Builtin::Text, handle, &Decoder::Any)
}

/// The dynamic Go type as a type expression.
pub(crate) fn type_name(
    py: Python<'_>,
    scope: Scope,
    handle: Handle,
) -> PyResult<Bound<'_, PyAny>> {
    of_handle(py, scope, Builtin::TypeName, handle, &Decoder::String)
}

/// Sets the environment that Go sees: `K=V` entries, each ended by a NUL.
pub(crate) fn set_environment(py: Python<'_>, scope: Scope, entries: &[u8]) -> PyResult<()> {
    let write = |output: &mut Output<'_>| Ok(output.bin(entries)?);
    let nothing = &Decoder::Nothing;
    call(py, scope, Builtin::SetEnvironment, 1, write, nothing).map(drop)
}

/// Calls a func of no declared type: its result, or a tuple of several.
pub(crate) fn invoke<'py>(
    py: Python<'py>,
    scope: Scope,
    func: Handle,
    arguments: &Bound<'py, PyTuple>,
) -> PyResult<Bound<'py, PyAny>> {
    let name = builtin_name(Builtin::Invoke);
    let target = Target::new(scope, Builtin::Invoke as u32, 2, name);
    let results = super::call(
        py,
        &target,
        |output| {
            output.handle(func);
            Encoder::Any
                .encode(output, arguments)
                .map_err(|error| super::encode_error(py, error, name, "arguments"))
        },
        |input| Decoder::Any.decode(input),
    )?;
    let results = results.cast_into::<PyList>()?;
    match results.len() {
        0 => Ok(py.None().into_bound(py)),
        1 => results.get_item(0),
        _ => Ok(results.to_tuple().into_any()),
    }
}

/// Reads from a reader: up to so many bytes, or everything.
pub(crate) fn read(
    py: Python<'_>,
    scope: Scope,
    reader: Handle,
    size: i64,
) -> PyResult<Bound<'_, PyAny>> {
    let write = |output: &mut Output<'_>| {
        output.handle(reader);
        output.signed(size);
        Ok(())
    };
    call(py, scope, Builtin::Read, 2, write, &Decoder::Bytes)
}

/// The names of the exported fields of an object whose type is not in the schema: a
/// list.
pub(crate) fn fields(py: Python<'_>, scope: Scope, handle: Handle) -> PyResult<Bound<'_, PyAny>> {
    of_handle(py, scope, Builtin::Fields, handle, &Decoder::Any)
}

/// The interfaces of the library that an object implements.
pub(crate) fn interfaces(py: Python<'_>, scope: Scope, handle: Handle) -> PyResult<Vec<TypeId>> {
    let result = Decoder::Numbers(Number::Uint64);
    let found = of_handle(py, scope, Builtin::Interfaces, handle, &result)?;
    let numbers: Vec<u32> = found.extract()?;
    Ok(numbers.into_iter().map(TypeId).collect())
}

/// A list of the value of such a field; an empty one if there is none of that name.
pub(crate) fn field<'py>(
    py: Python<'py>,
    scope: Scope,
    handle: Handle,
    name: &Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyAny>> {
    let write = |output: &mut Output<'_>| {
        output.handle(handle);
        Encoder::String.encode(output, name)
    };
    call(py, scope, Builtin::Field, 2, write, &Decoder::Any)
}

/// What `UnmarshalText` makes of a text: a value of the type, or an object for a
/// pointer to it.
pub(crate) fn parse<'py>(
    py: Python<'py>,
    scope: Scope,
    id: TypeId,
    text: &Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyAny>> {
    let write = |output: &mut Output<'_>| {
        output.unsigned(u64::from(id.0));
        Encoder::String.encode(output, text)
    };
    call(py, scope, Builtin::Parse, 2, write, &Decoder::Any)
}

/// A value as one of an interface or func type, with its methods: an object.
pub(crate) fn convert<'py>(
    py: Python<'py>,
    scope: Scope,
    id: TypeId,
    value: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let declaration = scope.context.types.declaration(id);
    let name = declaration.ident.as_str();
    let target = Target::new(scope, Builtin::Convert as u32, 2, name);
    super::call(
        py,
        &target,
        |output| {
            output.type_number(id.0);
            let encoder = match declaration.kind {
                TypeKind::Interface => Encoder::Interface(id),
                _ => Encoder::Opaque(id),
            };
            encoder
                .encode(output, value)
                .map_err(|error| super::encode_error(py, error, name, "value"))
        },
        |input| Decoder::Any.decode(input),
    )
}

/// A copy of what is behind a handle.
pub(crate) fn copy<'py>(
    py: Python<'py>,
    scope: Scope,
    handle: Handle,
    result: &Decoder,
) -> PyResult<Bound<'py, PyAny>> {
    of_handle(py, scope, Builtin::Copy, handle, result)
}

/// How many handles are live.
pub(crate) fn live_handles(py: Python<'_>, scope: Scope) -> PyResult<u64> {
    let result = Decoder::Integer(Number::Int64);
    call(py, scope, Builtin::LiveHandles, 0, |_| Ok(()), &result)?.extract()
}

/// `errors.Is(error, target)`, for an object or a value that carries its type.
pub(crate) fn error_is(
    py: Python<'_>,
    scope: Scope,
    error: Handle,
    target: &Bound<'_, PyAny>,
) -> PyResult<bool> {
    let write = |output: &mut Output<'_>| {
        output.handle(error);
        Encoder::Any.encode(output, target)
    };
    call(py, scope, Builtin::ErrorIs, 2, write, &Decoder::Bool)?.extract()
}

/// Begins a loop over a sequence or channel, whose items are dynamic values if it is
/// said so: the handle of what gives the items.
pub(crate) fn iterate(
    py: Python<'_>,
    scope: Scope,
    sequence: Handle,
    dynamic: bool,
) -> PyResult<Handle> {
    let name = builtin_name(Builtin::Iterate);
    let target = Target::new(scope, Builtin::Iterate.number(), 2, name);
    let mut begun = None;
    let write = |output: &mut Output<'_>| {
        output.handle(sequence);
        output.bool(dynamic);
        Ok(())
    };
    super::call(py, &target, write, |input| {
        match input.token()? {
            Token::Extension(extension::HANDLE, payload) => begun = Some(Handle::parse(payload)?),
            _ => return Err(DecodeError::malformed("an iterator without a handle")),
        }
        Ok(py.None().into_bound(py))
    })?;
    Ok(begun.expect("a result was read"))
}

/// Waits for the next items of a loop, which `read` reads.
pub(crate) fn pull<'py>(
    py: Python<'py>,
    scope: Scope,
    iterator: Handle,
    read: impl FnOnce(&mut Input<'_, 'py>) -> Result<(), DecodeError>,
) -> PyResult<()> {
    of_iterator(py, scope, Builtin::Pull, iterator, read)
}

/// Ends a loop, and waits until the sequence has returned.
pub(crate) fn stop(py: Python<'_>, scope: Scope, iterator: Handle) -> PyResult<()> {
    of_iterator(py, scope, Builtin::Stop, iterator, |input| {
        Decoder::Nothing.decode(input).map(drop)
    })
}

fn of_iterator<'py>(
    py: Python<'py>,
    scope: Scope,
    builtin: Builtin,
    iterator: Handle,
    read: impl FnOnce(&mut Input<'_, 'py>) -> Result<(), DecodeError>,
) -> PyResult<()> {
    let target = Target::new(scope, builtin.number(), 1, builtin_name(builtin));
    let write = |output: &mut Output<'_>| {
        output.handle(iterator);
        Ok(())
    };
    super::call_cancellable(
        py,
        &target,
        0,
        write,
        |input| read(input).map(|()| py.None().into_bound(py)),
        |response, _| {
            response.changes(|_, _| Err(DecodeError::malformed("an argument can't have changed")))
        },
    )
    .map(drop)
}
