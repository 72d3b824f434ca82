//! Live maps.

use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use usegolib::schema::dispatch::Editing;

use super::{Reference, present};
use crate::codec::Decoder;
use crate::codec::live::Iterated;
use crate::objects::reference::GoObject;

/// A live reference to a map in Go's memory: what `usegolib.GoMap` is made of.
#[pyclass(module = "usegolib._core", subclass, frozen, weakref, mapping)]
pub(crate) struct MapReference(pub(super) Reference);

impl MapReference {
    /// Takes a reference over.
    pub(in crate::objects) fn new(reference: Reference) -> Self {
        Self(reference)
    }

    /// What it refers to.
    pub(in crate::objects) fn reference(&self) -> &Reference {
        &self.0
    }

    fn iterated<'py>(
        &self,
        iteration: &Bound<'py, GoObject>,
        what: Iterated,
        count: i64,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (py, object) = (iteration.py(), iteration.get());
        let handle = object
            .open_handle()
            .ok_or_else(|| object.closed_error(py))?;
        self.0
            .batch(py, handle, (what as i64, count), |parts, input| {
                parts.decode_iterated(what, input)
            })
    }

    /// Asks whether a key is there or, having deleted it, was there. What can't be a key
    /// is not.
    fn answer(&self, editing: Editing, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        let py = key.py();
        let parts = self.0.parts(py);
        let mut fits = true;
        let answer = self.0.edit(
            py,
            editing,
            |output| {
                let written = parts.key.0.encode(output, key);
                fits = written.is_ok();
                written
            },
            |input| Decoder::Bool.decode(input),
        );
        match answer {
            Ok(answer) => answer.is_truthy(),
            Err(error) if !fits && self.0.is_none_of_its(key, &error) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

#[pymethods]
impl MapReference {
    /// The Go type of the map.
    #[getter]
    fn type_name<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.type_name(py)
    }

    fn __getitem__<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        match self.0.item(key)? {
            Some(item) => Ok(item),
            None => Err(PyKeyError::new_err(key.clone().unbind())),
        }
    }

    fn __setitem__(&self, key: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.0.set_item(key, value).map(drop)
    }

    fn __delitem__(&self, key: &Bound<'_, PyAny>) -> PyResult<()> {
        if self.answer(Editing::Delete, key)? {
            return Ok(());
        }
        Err(PyKeyError::new_err(key.clone().unbind()))
    }

    fn __contains__(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.answer(Editing::Has, key)
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        self.0.length(py)
    }

    /// Everything below as plain values.
    fn copy<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.copy(py)
    }

    /// Everything below as copies, but for objects that pointers refer to.
    fn _content<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.content(py, &mut false)
    }

    /// Deletes all keys.
    fn clear(&self, py: Python<'_>) -> PyResult<()> {
        let nothing = Decoder::Nothing;
        let cleared = self.0.edit(
            py,
            Editing::Clear,
            |_| Ok(()),
            |input| nothing.decode(input),
        );
        cleared.map(drop)
    }

    /// Deletes a key: whether it was there, and a copy of its value.
    fn _take<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<(bool, Bound<'py, PyAny>)> {
        let py = key.py();
        let parts = self.0.parts(py);
        let (mut there, mut fits) = (true, true);
        let taken = self.0.edit(
            py,
            Editing::Take,
            |output| {
                let written = parts.key.0.encode(output, key);
                fits = written.is_ok();
                written
            },
            |input| present(input, &parts.copied_item, &mut there),
        );
        match taken {
            Ok(taken) => Ok((there, taken)),
            Err(error) if !fits && self.0.is_none_of_its(key, &error) => {
                Ok((false, py.None().into_bound(py)))
            }
            Err(error) => Err(error),
        }
    }

    /// The start of an iteration.
    fn _iteration<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.edit(
            py,
            Editing::Iterate,
            |_| Ok(()),
            |input| Decoder::Any.decode(input),
        )
    }

    /// The next keys of an iteration.
    fn _keys<'py>(
        &self,
        iteration: &Bound<'py, GoObject>,
        count: i64,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.iterated(iteration, Iterated::Keys, count)
    }

    /// The next values of an iteration.
    fn _values<'py>(
        &self,
        iteration: &Bound<'py, GoObject>,
        count: i64,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.iterated(iteration, Iterated::Values, count)
    }

    /// The next keys of an iteration with their values.
    fn _items<'py>(
        &self,
        iteration: &Bound<'py, GoObject>,
        count: i64,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.iterated(iteration, Iterated::Entries, count)
    }
}
