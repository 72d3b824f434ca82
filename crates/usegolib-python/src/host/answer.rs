//! Answers: Go's arguments decoded, Python called, its results encoded.

use pyo3::exceptions::{PyBaseException, PyBufferError, PyEOFError};
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString, PyTuple};
use usegolib::schema::protocol::EnvelopeTag;

use super::signature::{Callee, Function};
use super::table::{self, Held, Slot};
use super::{count, sequence, window};
use crate::call::{Scope, decode_error, depart, encode_result_error};
use crate::codec::{Decoder, EncodeError, Encoder, Input, Kept, Output};
use crate::cpython::entry::announced;
use crate::exception::Exception;
use crate::wire::format::{FIX_ARRAY, NIL, TRUE};
use crate::wire::{Reader, Writer};

const RESULT: u8 = EnvelopeTag::Result.number();
const FAULT: u8 = EnvelopeTag::Fault.number();
const PAIR: u8 = FIX_ARRAY | 2;
const TRIPLE: u8 = FIX_ARRAY | 3;

/// Calls what is in a slot and writes the answer.
pub(super) fn call(
    py: Python<'_>,
    slot: Slot,
    method: Option<u64>,
    request: &[u8],
    answer: &mut Vec<u8>,
) {
    table::drain(py);
    let outcome = match table::callee(py, slot) {
        Some((callable, Callee::Function(function))) => {
            call_function(Asked::Itself(&callable), function, request, answer)
        }
        Some((object, callee @ (Callee::Object(interface) | Callee::Method(interface)))) => {
            let number = usize::try_from(method.unwrap_or_default()).unwrap_or(usize::MAX);
            match (interface.methods.get(number), callee) {
                (Some(method), Callee::Object(_)) => {
                    let asked = Asked::Method(&object, method.name.bind(py));
                    call_function(asked, &method.function, request, answer)
                }
                (Some(method), _) => {
                    call_function(Asked::Itself(&object), &method.function, request, answer)
                }
                (None, _) => {
                    let message = format!("Go called method {number} of an interface");
                    Err((Exception::AbiDecode.error(py, &message), true))
                }
            }
        }
        Some((callable, Callee::Untyped(scope))) => call_untyped(&callable, scope, request, answer)
            .map(|()| true)
            .map_err(|error| (error, true)),
        Some((_, Callee::Iterable(_) | Callee::Iterator(_))) => {
            let error = Exception::AbiDecode.error(py, "Go called what it iterates over");
            Err((error, true))
        }
        None => {
            let error = Exception::ClosedObject.error(py, "Go called what it had given back");
            Err((error, true))
        }
    };
    match outcome {
        Ok(true) => {}
        Ok(false) => {
            answer.clear();
            raise(py, slot, kept_window(), answer);
            keep_windows(answer);
        }
        Err((error, closed)) => {
            answer.clear();
            raise(py, slot, error, answer);
            if !closed {
                keep_windows(answer);
            }
        }
    }
}

/// Begins to iterate over what is in a slot and writes the answer.
pub(super) fn iterate(py: Python<'_>, slot: Slot, answer: &mut Vec<u8>) {
    table::drain(py);
    if let Err(error) = sequence::iterate(py, slot, answer) {
        answer.clear();
        raise(py, slot, error, answer);
    }
}

/// Writes the next items of the iterator in a slot.
pub(super) fn next(py: Python<'_>, slot: Slot, answer: &mut Vec<u8>) {
    table::drain(py);
    let outcome = match table::callee(py, slot) {
        Some((iterator, Callee::Iterator(sequence))) => sequence::next(&iterator, sequence, answer),
        _ => Err(no_iterator(py)),
    };
    if let Err(error) = outcome {
        answer.clear();
        raise(py, slot, error, answer);
    }
}

/// Ends the iterator in a slot, of which Go wants no more.
pub(super) fn stop(py: Python<'_>, slot: Slot, answer: &mut Vec<u8>) {
    let outcome = match table::callee(py, slot) {
        Some((iterator, Callee::Iterator(_))) => iterator.call_method0(intern!(py, "close")),
        _ => Err(no_iterator(py)),
    };
    match outcome {
        Ok(_) => answer.extend([PAIR, RESULT, NIL]),
        Err(error) => raise(py, slot, error, answer),
    }
}

#[cold]
fn no_iterator(py: Python<'_>) -> PyErr {
    Exception::ClosedObject.error(py, "Go iterates over what it had given back")
}

/// Why an answer was given, if it is an exception, and whether all windows were
/// closed.
type Outcome = Result<bool, (PyErr, bool)>;

#[cold]
fn kept_window() -> PyErr {
    PyBufferError::new_err(
        "a callback kept a view of bytes that Go lent it for the call: copy them (bytes(view))",
    )
}

/// Has Go keep the memory that something still looks at.
#[cold]
fn keep_windows(answer: &mut Vec<u8>) {
    answer[0] = TRIPLE;
    answer.push(TRUE);
}

/// What is called.
#[derive(Clone, Copy)]
enum Asked<'a, 'py> {
    Itself(&'a Bound<'py, PyAny>),
    Method(&'a Bound<'py, PyAny>, &'a Bound<'py, PyString>),
}

impl<'py> Asked<'_, 'py> {
    fn py(self) -> Python<'py> {
        match self {
            Self::Itself(callable) | Self::Method(callable, _) => callable.py(),
        }
    }

    #[inline]
    fn call(self, arguments: &mut Arguments<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Self::Itself(callable) => vectorcall(callable, arguments.all()),
            Self::Method(object, name) => vectorcall_method(object, name, arguments.all()),
        }
    }

    /// What messages call it.
    #[cold]
    fn name(self, go_type: &str) -> String {
        match self {
            Self::Itself(callable) => name(callable, go_type),
            Self::Method(object, _) => name(object.get_type().as_any(), go_type),
        }
    }
}

fn call_function(
    asked: Asked<'_, '_>,
    function: &'static Function,
    request: &[u8],
    answer: &mut Vec<u8>,
) -> Outcome {
    let py = asked.py();
    let mut windows = Vec::new();
    let mut input = Input::new(py, function.scope.context, Reader::new(request));
    // They are filled in where they are: moving them costs as much as one of them.
    let mut arguments = Arguments::new(function.parameters.len());
    let wrote = fill(&mut arguments, function, &mut input, &mut windows)
        .map_err(|error| decode_error(py, error, &asked.name(&function.name)))
        .and_then(|()| {
            let returned = asked.call(&mut arguments)?;
            if function.counts {
                count::check(&returned, windows.first(), arguments.first())
                    .map_err(|error| encode_result_error(py, error, &asked.name(&function.name)))?;
            }
            Ok(returned)
        })
        .and_then(|returned| {
            if function.raises && returned.is_instance_of::<PyBaseException>() {
                // Returned as Go does.
                return Err(PyErr::from_value(returned));
            }
            write(function, &returned, answer)
                .map_err(|error| encode_result_error(py, error, &asked.name(&function.name)))
        });
    let closed = windows.is_empty() || window::end(py, windows);
    wrote.map(|()| closed).map_err(|error| (error, closed))
}

/// How many arguments are usual.
const FEW: usize = 5;

/// Arguments, with a place in front of them, where those who are called may put what is
/// to come first: they copy them otherwise.
enum Arguments<'py> {
    Few([Option<Bound<'py, PyAny>>; 1 + FEW], usize),
    Many(Vec<Option<Bound<'py, PyAny>>>),
}

impl<'py> Arguments<'py> {
    fn new(count: usize) -> Self {
        if count <= FEW {
            return Self::Few([const { None }; 1 + FEW], 1);
        }
        let mut many = Vec::with_capacity(1 + count);
        many.push(None);
        Self::Many(many)
    }

    /// Adds an argument, of which there are no more than were said.
    #[inline]
    fn push(&mut self, value: Bound<'py, PyAny>) {
        match self {
            Self::Few(few, count) => {
                few[*count] = Some(value);
                *count += 1;
            }
            Self::Many(many) => many.push(Some(value)),
        }
    }

    /// The first one.
    fn first(&mut self) -> Option<&Bound<'py, PyAny>> {
        self.all().get(1)?.as_ref()
    }

    /// Adds the values of a variadic parameter, of which there may be any number.
    #[cold]
    fn extend(&mut self, values: &Bound<'py, PyAny>) -> PyResult<()> {
        let mut all = match std::mem::replace(self, Self::Many(Vec::new())) {
            Self::Few(few, count) => few.into_iter().take(count).collect(),
            Self::Many(many) => many,
        };
        for value in values.try_iter()? {
            all.push(Some(value?));
        }
        *self = Self::Many(all);
        Ok(())
    }

    /// All of them, behind the place in front.
    #[inline]
    fn all(&mut self) -> &mut [Option<Bound<'py, PyAny>>] {
        match self {
            Self::Few(few, count) => &mut few[..*count],
            Self::Many(many) => many,
        }
    }
}

#[inline]
fn fill<'py>(
    arguments: &mut Arguments<'py>,
    function: &Function,
    input: &mut Input<'_, 'py>,
    windows: &mut Vec<window::Shown<'py>>,
) -> Result<(), EncodeError> {
    input.begin(function.parameters.len())?;
    let (last, first) = match function.parameters.split_last() {
        Some((last, first)) if function.is_variadic => (Some(last), first),
        _ => (None, &*function.parameters),
    };
    for parameter in first {
        arguments.push(parameter.decode(input, windows)?);
    }
    if let Some(last) = last {
        let values = last.decode(input, windows)?;
        arguments.extend(&values)?;
    }
    input.finish()?;
    Ok(())
}

/// Calls with positional arguments, which are behind a place that is empty.
#[inline]
fn vectorcall<'py>(
    callable: &Bound<'py, PyAny>,
    arguments: &mut [Option<Bound<'py, PyAny>>],
) -> PyResult<Bound<'py, PyAny>> {
    let count = arguments.len() - 1;
    // SAFETY: an `Option` of a `Bound` is the pointer to its object, which it holds, or
    // null; the callee borrows them, and may write to the place in front.
    unsafe {
        let returned = ffi::PyObject_Vectorcall(
            callable.as_ptr(),
            arguments.as_mut_ptr().add(1).cast(),
            count | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET,
            std::ptr::null_mut(),
        );
        Bound::from_owned_ptr_or_err(callable.py(), returned)
    }
}

/// Calls a method with positional arguments, which are behind a place that is empty.
#[inline]
fn vectorcall_method<'py>(
    object: &Bound<'py, PyAny>,
    name: &Bound<'py, PyString>,
    arguments: &mut [Option<Bound<'py, PyAny>>],
) -> PyResult<Bound<'py, PyAny>> {
    arguments[0] = Some(object.clone());
    // SAFETY: as above; there is no place in front of the object.
    unsafe {
        let returned = ffi::PyObject_VectorcallMethod(
            name.as_ptr(),
            arguments.as_mut_ptr().cast(),
            arguments.len(),
            std::ptr::null_mut(),
        );
        Bound::from_owned_ptr_or_err(object.py(), returned)
    }
}

/// Writes the answer with what was returned.
fn write(
    function: &Function,
    returned: &Bound<'_, PyAny>,
    answer: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    answer.extend([PAIR, RESULT]);
    let mut kept = Vec::new();
    let mut output = Output::new(function.scope.answers, Writer::new(answer), &mut kept);
    match &*function.results {
        // Whoever wants no result doesn't look at it, as in Go.
        [] => output.nil(),
        [one] => match function.map(0, returned)? {
            None => one.encode(&mut output, returned)?,
            Some(map) => one.encode(&mut output, &map)?,
        },
        several => write_several(function, several, &mut output, returned)?,
    }
    finish(kept, answer);
    Ok(())
}

fn write_several(
    function: &Function,
    results: &[Encoder],
    output: &mut Output<'_>,
    returned: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    let count = results.len();
    let expected = || format!("a tuple of {count} results");
    let Ok(values) = returned.cast::<PyTuple>() else {
        return Err(crate::codec::mismatch(&expected(), returned));
    };
    if values.len() != count {
        let (expected, found) = (expected(), values.len());
        return Err(EncodeError::new(format!(
            "expected {expected}, got one of {found}"
        )));
    }
    output.enter()?;
    output.array(count)?;
    for (at, (encoder, value)) in results.iter().zip(values).enumerate() {
        let map = function.map(at, &value)?;
        encoder
            .encode(output, map.as_ref().unwrap_or(&value))
            .map_err(|error| error.at_index(at))?;
    }
    output.leave();
    Ok(())
}

/// What the answer refers to stays until Go has read it.
#[inline]
pub(super) fn finish(kept: Vec<Kept>, answer: &mut Vec<u8>) {
    if !kept.is_empty() {
        answer[0] = TRIPLE;
        Writer::new(answer).host(table::hold(Held::Answer(kept)).0);
    }
}

/// Calls with dynamic values.
fn call_untyped(
    callable: &Bound<'_, PyAny>,
    scope: Scope,
    request: &[u8],
    answer: &mut Vec<u8>,
) -> PyResult<()> {
    let py = callable.py();
    let mut input = Input::new(py, scope.context, Reader::new(request));
    let arguments = Decoder::Any
        .decode(&mut input)
        .map_err(|error| decode_error(py, error, &name(callable, "func")))?;
    let arguments = arguments.cast_into::<PyList>()?;
    let mut all = Arguments::new(arguments.len());
    for argument in arguments {
        all.push(argument);
    }
    let returned = vectorcall(callable, all.all())?;
    answer.extend([PAIR, RESULT]);
    let mut kept = Vec::new();
    let mut output = Output::new(scope.answers, Writer::new(answer), &mut kept);
    Encoder::Any
        .encode(&mut output, &returned)
        .map_err(|error| encode_result_error(py, error, &name(callable, "func")))?;
    finish(kept, answer);
    Ok(())
}

/// What messages call a callable: its own name, and the type it is called by.
#[cold]
fn name(callable: &Bound<'_, PyAny>, go_type: &str) -> String {
    let own = callable
        .getattr("__qualname__")
        .and_then(|name| name.extract::<String>())
        .or_else(|_| callable.get_type().qualname().map(|name| name.to_string()));
    match own {
        Ok(own) => format!("{own} (as {go_type})"),
        Err(_) => go_type.to_owned(),
    }
}

/// Writes an answer that is an exception: its message, its slot, and the Go error
/// that it stands for, or whether it is the end of a file.
#[cold]
fn raise(py: Python<'_>, slot: Slot, error: PyErr, answer: &mut Vec<u8>) {
    // With its traceback, which it has apart until now.
    let value = error.into_value(py).into_bound(py).into_any();
    let scope = table::callee(py, slot).map(|(_, callee)| callee.scope());
    let handle = scope.and_then(|scope| scope.context.runtime.handle(&value).ok().flatten());
    let message = message(&value, handle.is_some());
    answer.extend([PAIR, FAULT, FIX_ARRAY | 4]);
    let is_end = value.is_instance_of::<PyEOFError>();
    if (handle.is_some() || is_end) && !super::entry::is_foreign() {
        depart(&value);
    }
    let identity = value.as_ptr().addr();
    let mut writer = Writer::new(answer);
    // A message that is too long for a str has no place in an error.
    if writer.str(message.as_bytes()).is_err() {
        writer.nil();
    }
    writer.host(table::hold(Held::Exception(value.unbind())).0);
    match handle {
        Some(handle) => writer.handle(handle),
        None if is_end => writer.bool(true),
        None => writer.nil(),
    }
    writer.unsigned(u64::try_from(identity).unwrap_or_default());
}

/// What Go calls the exception: as the last line of a traceback does.
fn message(value: &Bound<'_, PyAny>, is_go: bool) -> String {
    let text = value.str().map(|text| text.to_string_lossy().into_owned());
    let class = value.get_type().qualname();
    match (text, class) {
        (Ok(text), _) if is_go => text,
        (Ok(text), Ok(class)) if text.is_empty() => class.to_string(),
        (Ok(text), Ok(class)) => format!("{class}: {text}"),
        (_, Ok(class)) => class.to_string(),
        _ => "exception".to_owned(),
    }
}

/// The answer where Python is no more.
pub(super) fn refuse(answer: &mut Vec<u8>) {
    answer.extend([PAIR, FAULT, NIL]);
}

/// Tells of an exception in a slot that nobody will see it: it was raised by what is
/// in another slot, which the request is the number of.
pub(super) fn report(py: Python<'_>, exception: Slot, request: &[u8]) {
    let callable = <[u8; 8]>::try_from(request)
        .ok()
        .and_then(|slot| table::held(py, u64::from_le_bytes(slot)));
    if let Some(value) = table::held(py, exception.0) {
        PyErr::from_value(value).write_unraisable(py, callable.as_ref());
    }
}

/// Ends a child of a fork in which a callable has returned to Go, of which nothing
/// is there but this thread.
#[cold]
pub(super) fn end_of_child() -> ! {
    let tell = |py: Python<'_>| {
        let error = Exception::Forked.error(
            py,
            "a process that was forked in a callback returned to Go, which has no threads there",
        );
        error.write_unraisable(py, None);
    };
    // SAFETY: the callable has returned to this thread just now.
    unsafe { announced(tell) };
    // SAFETY: ends the process, as it is.
    unsafe { libc::_exit(1) }
}
