//! Python's calling convention: positional and keyword arguments brought into
//! the order of the parameters, with Python's own words when they don't fit.

use std::fmt::Write;

use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString, PyTuple};

/// The arguments of a vectorcall, the receiver not among them.
#[derive(Clone, Copy)]
pub(crate) struct Arguments<'a, 'py> {
    values: &'a [*mut ffi::PyObject],
    positional: usize,
    keywords: Option<&'a Bound<'py, PyTuple>>,
    py: Python<'py>,
}

impl<'a, 'py> Arguments<'a, 'py> {
    /// Wraps what the interpreter passes.
    ///
    /// # Safety
    /// `values` must hold borrowed references that outlive `'a`: the positional
    /// arguments and then one for each name in `keywords`.
    #[inline]
    pub(crate) unsafe fn new(
        py: Python<'py>,
        values: *const *mut ffi::PyObject,
        positional: usize,
        keywords: Option<&'a Bound<'py, PyTuple>>,
    ) -> Self {
        let count = positional + keywords.map_or(0, PyTupleMethods::len);
        let values = if count == 0 {
            &[]
        } else {
            // SAFETY: as the caller says.
            unsafe { std::slice::from_raw_parts(values, count) }
        };
        Self {
            values,
            positional,
            keywords,
            py,
        }
    }

    /// No arguments.
    #[inline]
    pub(crate) fn none(py: Python<'py>) -> Self {
        Self {
            values: &[],
            positional: 0,
            keywords: None,
            py,
        }
    }

    /// How many values there are.
    #[inline]
    pub(crate) fn count(&self) -> usize {
        self.values.len()
    }

    /// The n-th value.
    #[inline]
    pub(crate) fn value(&self, at: usize) -> Borrowed<'a, 'py, PyAny> {
        // SAFETY: `new` demands live references.
        unsafe { Borrowed::from_ptr(self.py, self.values[at]) }
    }

    /// Whether the values are exactly so many positional ones.
    #[inline]
    pub(crate) fn are_exactly(&self, count: usize) -> bool {
        self.values.len() == count && self.keywords.is_none()
    }

    /// Whether there are positional arguments for the last of so many
    /// parameters, a variadic one.
    pub(crate) fn has_rest(&self, parameters: usize) -> bool {
        self.positional >= parameters
    }

    fn keyword_pairs(&self) -> impl Iterator<Item = (Bound<'py, PyAny>, Borrowed<'a, 'py, PyAny>)> {
        let names = self.keywords.into_iter().flat_map(PyTupleMethods::iter);
        names
            .enumerate()
            .map(|(at, name)| (name, self.value(self.positional + at)))
    }

    /// Brings the arguments into the order of `parameters`. The last parameter
    /// of a variadic function takes what is left, as a list; so many behind it
    /// can only be given by keyword, and are `None` if they aren't.
    #[inline(never)]
    pub(crate) fn arrange(
        &self,
        function: &str,
        parameters: &[Py<PyString>],
        variadic: bool,
        keyword_only: usize,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let positional = parameters.len() - keyword_only;
        let fixed = positional - usize::from(variadic);
        if self.positional > fixed && !variadic {
            return Err(too_many(function, fixed, self.positional));
        }
        let mut places: Vec<Option<Bound<'py, PyAny>>> = vec![None; parameters.len()];
        for (at, place) in places
            .iter_mut()
            .enumerate()
            .take(fixed.min(self.positional))
        {
            *place = Some(self.value(at).to_owned());
        }
        if self.positional > fixed {
            let rest: Vec<_> = (fixed..self.positional).map(|at| self.value(at)).collect();
            places[fixed] = Some(PyList::new(self.py, rest)?.into_any());
        }
        for (name, value) in self.keyword_pairs() {
            let found = parameters
                .iter()
                .position(|one| name.eq(one.bind(self.py)).unwrap_or(false));
            let Some(at) = found else {
                return Err(PyTypeError::new_err(format!(
                    "{function}() got an unexpected keyword argument '{name}'"
                )));
            };
            if places[at].replace(value.to_owned()).is_some() {
                return Err(PyTypeError::new_err(format!(
                    "{function}() got multiple values for argument '{name}'"
                )));
            }
        }
        // As in Go, where the slice is nil when nothing is passed.
        let optional = (variadic && places[fixed].is_none()).then_some(fixed);
        for at in optional.into_iter().chain(positional..parameters.len()) {
            places[at].get_or_insert_with(|| self.py.None().into_bound(self.py));
        }
        let missing: Vec<String> = places
            .iter()
            .zip(parameters)
            .filter(|(place, _)| place.is_none())
            .map(|(_, name)| format!("'{}'", name.bind(self.py)))
            .collect();
        if !missing.is_empty() {
            return Err(missing_arguments(function, &missing));
        }
        Ok(places.into_iter().flatten().collect())
    }
}

#[cold]
fn too_many(function: &str, takes: usize, given: usize) -> PyErr {
    let plural = if takes == 1 { "" } else { "s" };
    let were = if given == 1 { "was" } else { "were" };
    PyTypeError::new_err(format!(
        "{function}() takes {takes} positional argument{plural} but {given} {were} given"
    ))
}

#[cold]
fn missing_arguments(function: &str, names: &[String]) -> PyErr {
    let mut listed = String::new();
    for (at, name) in names.iter().enumerate() {
        let separator = match (at, names.len()) {
            (0, _) => "",
            (1, 2) => " and ",
            (at, count) if at + 1 == count => ", and ",
            _ => ", ",
        };
        // Writing to a String cannot fail.
        let _ = write!(listed, "{separator}{name}");
    }
    let plural = if names.len() == 1 { "" } else { "s" };
    PyTypeError::new_err(format!(
        "{function}() missing {} required positional argument{plural}: {listed}",
        names.len()
    ))
}
