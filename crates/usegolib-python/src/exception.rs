//! Errors on their way to Python: every exception class is in
//! `usegolib.errors`, and here is the one place that says which error becomes
//! which of them.

use pyo3::exceptions::PyImportError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyType};
use usegolib::Category;

/// The classes of `usegolib.errors` that native code raises.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Exception {
    ArtifactNotFound,
    AmbiguousArtifact,
    VersionConflict,
    Load,
    Build,
    UnsupportedType,
    UnsupportedSignature,
    AbiEncode,
    AbiDecode,
    Forked,
    ClosedObject,
    Go,
    GoEof,
    GoPanic,
    GoTimeout,
}

impl Exception {
    const NAMES: [&'static str; 15] = [
        "ArtifactNotFoundError",
        "AmbiguousArtifactError",
        "VersionConflictError",
        "LoadError",
        "BuildError",
        "UnsupportedTypeError",
        "UnsupportedSignatureError",
        "ABIEncodeError",
        "ABIDecodeError",
        "ForkedError",
        "ClosedObjectError",
        "GoError",
        "GoEOFError",
        "GoPanicError",
        "GoTimeoutError",
    ];

    /// The class.
    pub(crate) fn class(self, py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
        static CLASSES: PyOnceLock<Vec<Py<PyType>>> = PyOnceLock::new();
        let classes = CLASSES.get_or_try_init(py, || {
            let module = py.import("usegolib.errors")?;
            Self::NAMES
                .into_iter()
                .map(|name| Ok(module.getattr(name)?.cast_into::<PyType>()?.unbind()))
                .collect::<PyResult<_>>()
        })?;
        Ok(classes[self as usize].bind(py))
    }

    /// An exception of the class with this message.
    #[cold]
    pub(crate) fn error(self, py: Python<'_>, message: &str) -> PyErr {
        self.with_hint(py, message, None)
    }

    /// An exception of the class with this message and remedy.
    #[cold]
    pub(crate) fn with_hint(self, py: Python<'_>, message: &str, hint: Option<&str>) -> PyErr {
        let make = || {
            let keywords = PyDict::new(py);
            keywords.set_item("hint", hint)?;
            self.class(py)?.call((message,), Some(&keywords))
        };
        make().map_or_else(|error| error, PyErr::from_value)
    }
}

impl From<Category> for Exception {
    fn from(category: Category) -> Self {
        match category {
            Category::ArtifactNotFound => Self::ArtifactNotFound,
            Category::AmbiguousArtifact => Self::AmbiguousArtifact,
            Category::VersionConflict => Self::VersionConflict,
            Category::Load => Self::Load,
            // What makes no sense to build is a failed build in Python.
            Category::Build | Category::Usage => Self::Build,
        }
    }
}

/// Warns the caller of the function of Python's that called this one.
pub(crate) fn warn(py: Python<'_>, message: &str) -> PyResult<()> {
    let class = py.import("usegolib.errors")?.getattr("UseGoLibWarning")?;
    let message = std::ffi::CString::new(message.replace('\0', ""))?;
    PyErr::warn(py, &class, &message, 2)
}

/// The exception for an error of the usegolib crate.
#[cold]
pub(crate) fn raise(py: Python<'_>, error: impl Into<usegolib::Error>) -> PyErr {
    let error = error.into();
    let hint = error.hint();
    Exception::from(error.category()).with_hint(py, &error.to_string(), hint.as_deref())
}

/// Refuses to be imported where the interpreter's lock is off although the
/// extension says that it relies on it (`PYTHON_GIL=0`, `-X gil=0`).
pub(crate) fn refuse_without_lock(py: Python<'_>) -> PyResult<()> {
    let sys = py.import("sys")?;
    let Some(is_enabled) = sys.getattr_opt("_is_gil_enabled")? else {
        return Ok(());
    };
    if is_enabled.call0()?.is_truthy()? {
        return Ok(());
    }
    Err(PyImportError::new_err(
        "usegolib relies on the interpreter's lock, which is off: unset PYTHON_GIL, leave out -X gil=0",
    ))
}

/// Refuses to be imported by a subinterpreter, also by one that shares everything
/// with the main interpreter: classes and buffers are kept once for the process.
pub(crate) fn refuse_subinterpreter(_attached: Python<'_>) -> PyResult<()> {
    // SAFETY: the thread is attached, and so has a current interpreter.
    let is_main = unsafe { ffi::PyInterpreterState_Get() == ffi::PyInterpreterState_Main() };
    if is_main {
        return Ok(());
    }
    Err(PyImportError::new_err(
        "usegolib can be imported by the main interpreter only, not by a subinterpreter: \
         Go's runtime and what it serves are there once for each process",
    ))
}
