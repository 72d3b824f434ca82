//! What is raised when a call fails.

use pyo3::prelude::*;
use usegolib::schema::protocol::FaultKind;

use super::Target;
use crate::codec::{DecodeError, EncodeError, Fault, Report};
use crate::exception::Exception;

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

/// The exception for a result of a callback that could not be encoded.
#[cold]
pub(crate) fn encode_result_error(py: Python<'_>, error: EncodeError, callable: &str) -> PyErr {
    match error.report_result(callable) {
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
pub(super) fn raised(py: Python<'_>, target: &Target, fault: Fault<'_>) -> PyErr {
    let name = target.name();
    let message = &fault.message;
    match fault.kind {
        FaultKind::Error | FaultKind::Eof | FaultKind::Deadline | FaultKind::Host => target
            .scope
            .context
            .runtime
            .error(py, fault)
            .map_or_else(|error| error, PyErr::from_value),
        FaultKind::Panic => panicked(py, &fault).unwrap_or_else(|error| error),
        FaultKind::Argument => {
            // The message begins with the path, the path with the parameter.
            let message = message.to_string_lossy();
            let parameter = message.split([':', '.', '[']).next().unwrap_or_default();
            Exception::UnsupportedType.error(py, &format!("schema: {name}({parameter}): {message}"))
        }
        FaultKind::Result => {
            Exception::UnsupportedType.error(py, &format!("schema: {name}: result: {message}"))
        }
        FaultKind::Closed => Exception::ClosedObject.error(py, &format!("{name}: {message}")),
        FaultKind::Malformed => Exception::AbiEncode.error(py, &format!("{name}: {message}")),
    }
}

fn panicked(py: Python<'_>, fault: &Fault<'_>) -> PyResult<PyErr> {
    let class = Exception::GoPanic.class(py)?;
    let error = class.call1((&fault.message, &fault.go_type, &fault.stack))?;
    if let Some(findings) = &fault.findings {
        findings.tell(&error)?;
    }
    Ok(PyErr::from_value(error))
}
