//! Contexts: what Python gives where Go takes a `context.Context`. They are not
//! among a function's parameters; each such function takes the keywords
//! `timeout=` and `ctx=`.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDelta, PyDeltaAccess};
use usegolib::schema::Parameter;

use crate::codec::{EncodeError, Output, mismatch};

/// Which of a function's parameters, in Go's order, are contexts.
pub(crate) struct ContextPlaces(Box<[bool]>);

impl ContextPlaces {
    /// The places in a list of parameters.
    pub(crate) fn of(parameters: &[Parameter]) -> Self {
        Self(parameters.iter().map(Parameter::is_context).collect())
    }

    /// For each parameter whether it is one.
    pub(crate) fn iter(&self) -> impl Iterator<Item = bool> {
        self.0.iter().copied()
    }
}

/// What a call gave for its context.
pub(crate) struct GivenContext<'a, 'py> {
    /// In nanoseconds.
    timeout: Option<i64>,
    /// The context from Go to derive the call's from.
    parent: Option<&'a Bound<'py, PyAny>>,
}

impl<'a, 'py> GivenContext<'a, 'py> {
    /// Takes the values of the keywords. Errors are about the first of them; the
    /// second is checked when it is written.
    pub(crate) fn new(
        timeout: &Bound<'py, PyAny>,
        parent: &'a Bound<'py, PyAny>,
    ) -> Result<Self, EncodeError> {
        Ok(Self {
            timeout: nanoseconds(timeout)?,
            parent: (!parent.is_none()).then_some(parent),
        })
    }

    /// Writes the context (docs/abi.md, Contexts).
    pub(crate) fn write(&self, output: &mut Output<'_>) -> Result<(), EncodeError> {
        if self.timeout.is_none() && self.parent.is_none() {
            output.nil();
            return Ok(());
        }
        output.array(2)?;
        match self.timeout {
            Some(nanoseconds) => output.signed(nanoseconds),
            None => output.nil(),
        }
        let Some(parent) = self.parent else {
            output.nil();
            return Ok(());
        };
        let Some(handle) = output.context.runtime.handle(parent)? else {
            return Err(mismatch("context.Context", parent));
        };
        output.handle(handle);
        output.keep(parent);
        Ok(())
    }
}

/// A timeout in nanoseconds: `None` for none, or for one that is longer than Go
/// can say (292 years).
fn nanoseconds(timeout: &Bound<'_, PyAny>) -> Result<Option<i64>, EncodeError> {
    if timeout.is_none() {
        return Ok(None);
    }
    let seconds = if let Ok(delta) = timeout.cast::<PyDelta>() {
        f64::from(delta.get_days()) * 86_400.0
            + f64::from(delta.get_seconds())
            + f64::from(delta.get_microseconds()) / 1e6
    } else {
        let seconds: PyResult<f64> = timeout.extract();
        seconds.map_err(|_| mismatch("seconds or a timedelta", timeout))?
    };
    if seconds.is_nan() {
        return Err(PyValueError::new_err("timeout is not a number").into());
    }
    let nanoseconds = seconds * 1e9;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "compared with the limit before"
    )]
    #[expect(
        clippy::cast_precision_loss,
        reason = "as precise as a float of seconds is"
    )]
    let limited = (nanoseconds < i64::MAX as f64).then_some(nanoseconds as i64);
    Ok(limited)
}
