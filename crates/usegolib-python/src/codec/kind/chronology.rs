//! Times, durations and UUIDs as Python's own, in views that say so.

use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDelta, PyString, PyType};
use usegolib::schema::adapter::Adapter;

use crate::codec::DecodeError;

/// What Go's value is in Python. It has microseconds, rounded down, and years up to
/// 9999.
pub(crate) fn of<'py>(
    adapter: Adapter,
    value: &Bound<'py, PyAny>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    match adapter {
        Adapter::Time => time(value.cast::<PyString>().map_err(PyErr::from)?),
        Adapter::Duration => Ok(duration(value)?),
        Adapter::Uuid => {
            static UUID: PyOnceLock<Py<PyType>> = PyOnceLock::new();
            let class = UUID.import(value.py(), "uuid", "UUID")?;
            Ok(class.call1((value,))?)
        }
    }
}

fn time<'py>(text: &Bound<'py, PyString>) -> Result<Bound<'py, PyAny>, DecodeError> {
    static DATETIME: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let py = text.py();
    let text = text.to_cow()?;
    // Up to the seconds it has 19 characters; a longer year is beyond datetime's.
    let (seconds, rest) = text.split_at_checked(19).unwrap_or((&text, ""));
    let digits = rest.strip_prefix('.').unwrap_or("");
    let count = digits.bytes().take_while(u8::is_ascii_digit).count();
    let zone = if count > 0 { &digits[count..] } else { rest };
    let zone = if zone == "Z" { "+00:00" } else { zone };
    let microseconds = format!("{:0<6.6}", &digits[..count]);
    let class = DATETIME.import(py, "datetime", "datetime")?;
    let given = format!("{seconds}.{microseconds}{zone}");
    class
        .call_method1(intern!(py, "fromisoformat"), (given,))
        .map_err(|error| {
            if error.is_instance_of::<PyValueError>(py) {
                DecodeError::new(format!("{text} is beyond what a datetime can be"))
            } else {
                error.into()
            }
        })
}

fn duration<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    const DAY: i64 = 86_400 * 1_000_000;
    let microseconds = value.extract::<i64>()?.div_euclid(1000);
    let (days, rest) = (microseconds.div_euclid(DAY), microseconds.rem_euclid(DAY));
    let part = |value: i64| i32::try_from(value).map_err(PyErr::from);
    let (seconds, microseconds) = (rest / 1_000_000, rest % 1_000_000);
    let delta = PyDelta::new(
        value.py(),
        part(days)?,
        part(seconds)?,
        part(microseconds)?,
        true,
    )?;
    Ok(delta.into_any())
}
