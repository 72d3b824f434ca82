//! Arguments that a function may change: which of those that were given are to
//! come back, and what becomes of them.

use std::cell::RefCell;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyList;
use usegolib::schema::shape::{Shape, ShapeError};
use usegolib::schema::{Function, Parameter};

use super::Callable;
use crate::call::Response;
use crate::codec::{
    Changed, DecodeError, Decoder, Input, Output, Sent, Types, Variadic, is_carried, is_changeable,
    is_plain, keeps_length,
};
use crate::cpython::Arguments;
use crate::objects::reference::GoObject;
use crate::wire::extension;
use crate::wire::format::FIX_EXT_16;

/// A parameter whose argument the function may change.
pub(super) struct Change {
    /// Its place among the parameters.
    parameter: usize,
    /// Its place among the arguments on the wire.
    position: u32,
    /// Reads the argument as it is after the call.
    decoder: Decoder,
    /// Whether it is an interface's, in which only what carries its Go type can be
    /// changed.
    of_interface: bool,
}

/// The positions that a request has room for.
const POSITIONS: u32 = u64::BITS;

/// The parameters of a function whose arguments it may change.
pub(super) fn of(types: &Types, function: &Function) -> Result<Box<[Change]>, ShapeError> {
    let receiver = u32::from(function.recv.is_some());
    of_parameters(types, &function.params, receiver)
}

fn of_parameters(
    types: &Types,
    parameters: &[Parameter],
    first: u32,
) -> Result<Box<[Change]>, ShapeError> {
    let mut found = Vec::new();
    let mut place = 0;
    for (position, parameter) in (first..POSITIONS).zip(parameters) {
        if parameter.is_context() {
            continue;
        }
        let shape = types.parameter_shape(&parameter.type_)?;
        let of_interface = matches!(shape, Shape::Any | Shape::Interface(_));
        if parameter.changes || of_interface {
            found.push(Change {
                parameter: place,
                position,
                decoder: types.parameter_decoder(&parameter.type_)?,
                of_interface,
            });
        }
        place += 1;
    }
    Ok(found.into())
}

/// The arguments of a call that changes some.
pub(super) struct Arranged<'a, 'py> {
    callable: &'a Callable,
    values: &'a [Bound<'py, PyAny>],
    rest: Option<Variadic>,
    /// What was written for the values of a variadic parameter.
    whole: RefCell<Option<Bound<'py, PyAny>>>,
    /// Which arguments are to come back.
    pub(super) back: u64,
}

impl<'a, 'py> Arranged<'a, 'py> {
    /// The arguments of a call of `callable`, brought into order.
    pub(super) fn new(
        py: Python<'py>,
        callable: &'a Callable,
        values: &'a [Bound<'py, PyAny>],
        rest: Option<Variadic>,
    ) -> PyResult<Self> {
        let context = callable.scope().context;
        let mut back = 0;
        for change in &callable.changes {
            let at = change.parameter;
            let value = &values[at];
            let error = |error| callable.refused(py, error, at);
            let is_rest = rest.is_some() && at + 1 == values.len();
            let found = match value.cast::<PyList>() {
                _ if change.of_interface => is_carried(context, value).map_err(error)?,
                Ok(items) if is_rest => {
                    let mut found = false;
                    for item in items {
                        found |= is_changeable(context, &item).map_err(error)?;
                    }
                    found
                }
                _ => is_changeable(context, value).map_err(error)?,
            };
            back |= u64::from(found) << change.position;
        }
        Ok(Self {
            callable,
            values,
            rest,
            whole: RefCell::new(None),
            back,
        })
    }

    /// Writes the n-th argument.
    pub(super) fn write(&self, output: &mut Output<'_>, at: usize) -> PyResult<()> {
        let change = self.callable.changes.iter().find(|one| one.parameter == at);
        let bit = change.map_or(0, |change| self.back & 1 << change.position);
        output.set_goes_back(bit != 0);
        let encoder = &self.callable.parameters[at];
        let value = &self.values[at];
        let outcome = match self.rest {
            Some(variadic) if at + 1 == self.values.len() => variadic
                .encode(encoder, output, value)
                .map(|written| *self.whole.borrow_mut() = Some(written)),
            _ => encoder.encode(output, value),
        };
        output.set_goes_back(false);
        outcome.map_err(|error| self.callable.refused(value.py(), error, at))
    }

    /// Says which arguments are to come back after all, when all are written: a
    /// buffer that Go writes to itself is not.
    pub(super) fn settle(&self, output: &mut Output<'_>) -> Result<(), DecodeError> {
        if self.back == 0 {
            return Ok(());
        }
        let mut back = self.back;
        let sent = output.sent();
        for change in &self.callable.changes {
            let argument = sent.argument(u64::from(change.position))?;
            if argument.starts_with(&[FIX_EXT_16, extension::CHANGED]) {
                back &= !(1 << change.position);
            }
        }
        output.set_back(back);
        Ok(())
    }

    /// The value that was given at a position, and what reads it.
    fn at(&self, position: u64) -> Option<(&'a Decoder, Bound<'py, PyAny>)> {
        let mut changes = self.callable.changes.iter();
        let change = changes.find(|one| {
            u64::from(one.position) == position && self.back >> one.position & 1 == 1
        })?;
        let is_last = change.parameter + 1 == self.values.len();
        let value = match &*self.whole.borrow() {
            Some(whole) if is_last => whole.clone(),
            _ => self.values[change.parameter].clone(),
        };
        Some((&change.decoder, value))
    }
}

impl Callable {
    /// Whether a call may change one of these arguments.
    #[inline]
    pub(super) fn may_change(&self, arguments: &Arguments<'_, '_>) -> bool {
        match &*self.changes {
            [] => false,
            changes => {
                // Where something is wrong, that is found when it is written.
                let is_carried = |value: &Bound<'_, PyAny>| {
                    !is_plain(value)
                        && GoObject::of(value).is_none()
                        && is_carried(self.scope().context, value).unwrap_or_default()
                };
                changes.iter().any(|change| !change.of_interface)
                    || (0..arguments.count()).any(|at| is_carried(&arguments.value(at)))
            }
        }
    }

    /// Reads what the receiver and the arguments are after the call.
    #[inline(never)]
    pub(super) fn read_changes<'py>(
        &self,
        response: &mut Response<'_, 'py>,
        sent: Sent<'_>,
        receiver: Option<Borrowed<'_, 'py, PyAny>>,
        arranged: Option<&Arranged<'_, 'py>>,
    ) -> Result<(), DecodeError> {
        let py = response.0.py;
        let objects = sent.objects(py, self.scope().context);
        let read = |input: &mut Input<'_, 'py>, position| {
            let own = self.receiver.as_ref().and_then(|one| one.decoder.as_ref());
            let found = match (position, own, receiver) {
                (0, Some(decoder), Some(receiver)) => Some((decoder, (*receiver).clone())),
                _ => arranged.and_then(|arranged| arranged.at(position)),
            };
            let Some((decoder, value)) = found else {
                return Err(DecodeError::malformed(format!(
                    "argument {position} can't have changed"
                )));
            };
            let given = sent.argument(position)?;
            let after = input.value()?;
            let changed = Changed::new(input, &objects);
            // What Go can't address can't be changed by functions either.
            if let Some(refuse) = value.get_type().getattr_opt(intern!(py, "_refuse"))? {
                if !changed.is_unchanged(given, after)? {
                    refuse.call1((&value,))?;
                }
                return Ok(());
            }
            let whole = decoder.bring(&changed, &value, given, after)?;
            if position == 0 && receiver.is_some() && !whole {
                return Err(immutable(&value));
            }
            if !whole && keeps_length(&value)? {
                return Err(too_rigid(&value));
            }
            Ok(())
        };
        response.changes(read)
    }
}

/// A function has changed the length of a slice that an array was given for.
#[cold]
fn too_rigid(value: &Bound<'_, PyAny>) -> DecodeError {
    let name = value.get_type().fully_qualified_name();
    let name = name.map_or_else(|_| "value".to_owned(), |name| name.to_string());
    DecodeError::new(format!(
        "Go has changed the length of the slice, and a {name} keeps its length: give a list"
    ))
}

/// A method has changed a receiver that Python can't.
#[cold]
fn immutable(value: &Bound<'_, PyAny>) -> DecodeError {
    let name = value.get_type();
    let name = name
        .name()
        .map_or_else(|_| "value".to_owned(), |name| name.to_string());
    DecodeError::new(format!(
        "the method has changed its receiver, and a {name} can't be changed (usegolib.ref(value) \
         makes a variable of it, which can)"
    ))
}
