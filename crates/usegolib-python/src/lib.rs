//! The extension module `usegolib._core`: Python's view of the usegolib crate.
mod codec;

use pyo3::prelude::*;

/// Native part of usegolib; use the names re-exported by the `usegolib` package.
#[pymodule]
mod _core {
    use super::*;

    #[pymodule_init]
    fn init(m: &Bound<'_, PyModule>) -> PyResult<()> {
        m.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
