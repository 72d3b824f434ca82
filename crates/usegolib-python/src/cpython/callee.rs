//! What descriptors lead to.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use super::Arguments;

/// Something that a function of Python's can call.
pub(crate) trait Callee: Send + Sync + 'static {
    /// Whether [`Callee::call_plainly`] takes a call with so many positional
    /// arguments and nothing else.
    fn is_plain(&self, positional: usize) -> bool;

    /// Calls it with arguments that [`Callee::is_plain`] has seen. `PyO3` does not
    /// know that the thread is attached (`entry::run_unannounced`).
    fn call_plainly<'py>(
        &self,
        py: Python<'py>,
        arguments: Arguments<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>>;

    /// Calls it.
    fn call<'py>(
        &self,
        py: Python<'py>,
        arguments: Arguments<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>>;
}

/// Something that is made when it is first used.
pub(crate) struct Lazy<T> {
    make: Box<dyn Fn(Python<'_>) -> PyResult<T> + Send + Sync>,
    made: PyOnceLock<T>,
}

impl<T: Send + Sync> Lazy<T> {
    /// What `make` makes. Should it fail, the next use tries again.
    pub(crate) fn new(make: impl Fn(Python<'_>) -> PyResult<T> + Send + Sync + 'static) -> Self {
        Self {
            make: Box::new(make),
            made: PyOnceLock::new(),
        }
    }

    /// The thing, if it was used before.
    #[inline(always)]
    pub(crate) fn made(&self, py: Python<'_>) -> Option<&T> {
        self.made.get(py)
    }

    /// The thing.
    #[inline]
    pub(crate) fn get(&self, py: Python<'_>) -> PyResult<&T> {
        self.made.get_or_try_init(py, || (self.make)(py))
    }
}
