//! Live maps, slices and arrays: references to where they are in Go's memory. What
//! both kinds have in common is here, a call of a builtin each.
//!
//! [`MapReference`] and [`SliceReference`] are what the interpreter finds fastest;
//! the rest of what makes them a mapping and a sequence is Python, in
//! `usegolib._live`, whose classes derive from these.

mod buffer;
mod map;
mod slice;
mod targets;

use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyInt;
use usegolib::schema::dispatch::Editing;
use usegolib::schema::shape::Number;

pub(crate) use map::MapReference;
pub(crate) use slice::SliceReference;
pub(super) use targets::Targets;

use super::view::View;
use crate::call::{self, builtin};
use crate::codec::live::{ContainerKind, Parts, is_absent};
use crate::codec::{Container, DecodeError, Decoder, EncodeError, Input, Output};
use crate::exception::Exception;
use crate::wire::Handle;

/// A handle to a container that Python owns.
pub(crate) struct Reference {
    view: &'static View,
    handle: Handle,
    container: &'static Container,
    /// Whether the handle was given back.
    closed: AtomicBool,
}

impl Reference {
    /// Takes a handle over.
    pub(super) fn new(view: &'static View, handle: Handle, container: &'static Container) -> Self {
        Self {
            view,
            handle,
            container,
            closed: AtomicBool::new(false),
        }
    }

    pub(super) fn view(&self) -> &'static View {
        self.view
    }

    pub(super) fn container(&self) -> &'static Container {
        self.container
    }

    /// The handle, if it is open.
    pub(super) fn open_handle(&self) -> Option<Handle> {
        (!self.closed.load(Ordering::Relaxed)).then_some(self.handle)
    }

    #[inline]
    pub(super) fn handle(&self, py: Python<'_>) -> PyResult<Handle> {
        self.open_handle().ok_or_else(|| self.closed_error(py))
    }

    #[cold]
    pub(super) fn closed_error(&self, py: Python<'_>) -> PyErr {
        let name = &self.container.name;
        Exception::ClosedObject.error(py, &format!("this {name} object was closed"))
    }

    #[inline]
    fn parts(&self, py: Python<'_>) -> &'static Parts {
        self.container.parts(py, &self.view.types)
    }

    #[inline]
    fn targets(&self) -> &'static Targets {
        self.view.live_targets()
    }

    #[cold]
    fn refused(&self, py: Python<'_>, error: EncodeError, what: &str) -> PyErr {
        call::encode_error(py, error, &self.container.name, what)
    }

    /// The item under a key or index, if there is one. What can't be a key or an index
    /// is none.
    #[inline]
    fn item<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = key.py();
        let (handle, parts) = (self.handle(py)?, self.parts(py));
        let (mut there, mut fits) = (true, true);
        let item = call::call(
            py,
            &self.targets().item,
            |output| {
                output.handle(handle);
                let written = parts.key.0.encode_argument(output, key);
                fits = written.is_ok();
                written.map_err(|error| self.refused(py, error, "key"))
            },
            |input| present(input, &parts.live, &mut there),
        );
        match item {
            Ok(item) => Ok(there.then_some(item)),
            Err(error) if !fits && self.is_none_of_its(key, &error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether a key that was refused with this error is only one that is not there, as
    /// it is to a dict or a list.
    #[cold]
    fn is_none_of_its(&self, key: &Bound<'_, PyAny>, error: &PyErr) -> bool {
        let could_be = match self.container.kind {
            ContainerKind::Map => key.hash().is_ok(),
            _ => key.is_instance_of::<PyInt>(),
        };
        could_be && error.is_instance_of::<PyTypeError>(key.py())
    }

    /// Assigns to a key or index; false if there is no such index.
    fn set_item(&self, key: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<bool> {
        let py = key.py();
        let (handle, parts) = (self.handle(py)?, self.parts(py));
        let (mut there, mut fits) = (true, true);
        let assigned = call::call(
            py,
            &self.targets().set_item,
            |output| {
                output.handle(handle);
                let written = parts.key.0.encode(output, key);
                fits = written.is_ok();
                written.map_err(|error| self.refused(py, error, "key"))?;
                let written = parts.item.encode(output, value);
                written.map_err(|error| self.refused(py, error, "value"))
            },
            |input| present(input, &Decoder::Nothing, &mut there),
        );
        match assigned {
            Ok(_) => Ok(there),
            Err(error) if !fits && !self.is_map() && self.is_none_of_its(key, &error) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn is_map(&self) -> bool {
        self.container.kind == ContainerKind::Map
    }

    fn length(&self, py: Python<'_>) -> PyResult<usize> {
        let handle = self.handle(py)?;
        let write = |output: &mut Output<'_>| {
            output.handle(handle);
            Ok(())
        };
        let length = call::call(py, &self.targets().length, write, |input| {
            Decoder::Integer(Number::Int64).decode(input)
        })?;
        length.extract()
    }

    /// Everything below as plain values.
    fn copy<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        static WITHOUT_OBJECTS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let mut has_objects = false;
        let content = self.content(py, &mut has_objects)?;
        if !has_objects {
            return Ok(content);
        }
        WITHOUT_OBJECTS
            .import(py, "usegolib._plain", "without_objects")?
            .call1((content,))
    }

    /// Everything below as copies, but for what pointers and interfaces refer to: if
    /// that are objects, `has_objects` is told.
    fn content<'py>(&self, py: Python<'py>, has_objects: &mut bool) -> PyResult<Bound<'py, PyAny>> {
        let (handle, parts) = (self.handle(py)?, self.parts(py));
        let write = |output: &mut Output<'_>| {
            output.handle(handle);
            Ok(())
        };
        call::call(py, &self.targets().copy, write, |input| {
            let content = parts.copy.decode(input);
            *has_objects = input.has_objects();
            content
        })
    }

    /// What a batch gives: items of the slice, or of an iteration over the map.
    fn batch<'py>(
        &self,
        py: Python<'py>,
        from: Handle,
        (first, count): (i64, i64),
        read: impl FnOnce(&Parts, &mut Input<'_, 'py>) -> Result<Bound<'py, PyAny>, DecodeError>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let parts = self.parts(py);
        let write = |output: &mut Output<'_>| {
            output.handle(from);
            output.signed(first);
            output.signed(count);
            Ok(())
        };
        call::call(py, &self.targets().batch, write, |input| read(parts, input))
    }

    /// The Go type, as a type expression.
    fn type_name<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        builtin::type_name(py, self.view.scope(), self.handle(py)?)
    }

    /// Does what an [`Editing`] says.
    fn edit<'py>(
        &self,
        py: Python<'py>,
        editing: Editing,
        write: impl FnOnce(&mut Output<'_>) -> Result<(), EncodeError>,
        read: impl FnOnce(&mut Input<'_, 'py>) -> Result<Bound<'py, PyAny>, DecodeError>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let handle = self.handle(py)?;
        let target = self.targets().edit(editing);
        call::call(
            py,
            target,
            |output| {
                output.handle(handle);
                output.unsigned(editing.number().into());
                write(output).map_err(|error| self.refused(py, error, editing.name()))
            },
            read,
        )
    }
}

/// What a value refers to, if it is a live map, slice or array.
pub(super) fn reference<'a>(value: &'a Bound<'_, PyAny>) -> Option<&'a Reference> {
    if let Ok(map) = value.cast::<MapReference>() {
        return Some(map.get().reference());
    }
    let slice = value.cast::<SliceReference>().ok()?;
    Some(slice.get().reference())
}

impl Drop for Reference {
    fn drop(&mut self) {
        // A child of the process that made the handle has no one to give it to.
        if !*self.closed.get_mut() && !self.view.instance.engine.is_forked() {
            self.view.instance.released.push(self.handle);
        }
    }
}

/// Reads a value; or that there is none, which becomes None.
#[inline]
fn present<'py>(
    input: &mut Input<'_, 'py>,
    decoder: &Decoder,
    there: &mut bool,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    if is_absent(input) {
        *there = false;
        return Ok(input.py.None().into_bound(input.py));
    }
    decoder.decode_result(input)
}
