//! `GoObject`: a live reference to a Go value.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::exceptions::{PyKeyError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple, PyType};
use usegolib::schema::shape::TypeId;

use crate::builtin;
use crate::class::{self, Origin};
use crate::codec::Handle;
use crate::errors::Exception;
use crate::module::LoadedModule;
use crate::native::object_method::Method;
use crate::release;
use crate::view::View;

/// A live reference to a Go value.
///
/// Its methods are attributes, its exported fields properties that read and
/// write Go's memory. It is a mapping over the fields' canonical keys, too, and
/// equals a dict of the same content; two objects are equal when they are the
/// same Go pointer. `str()` is what Go prints. The reference is given up when
/// Python collects the object, or by `close()`.
#[pyclass(module = "usegolib", subclass, frozen, weakref, mapping)]
pub(crate) struct GoObject {
    view: &'static View,
    handle: Handle,
    closed: AtomicBool,
    identity: OnceLock<u64>,
    /// The methods of its class, by number.
    methods: &'static [Method],
}

impl GoObject {
    /// Takes a handle over. The class of its type has been made.
    pub(crate) fn new(view: &'static View, handle: Handle) -> Self {
        let methods = handle.type_id().map(|id| view.classes.methods(id));
        Self {
            methods: methods.unwrap_or_default(),
            view,
            handle,
            closed: AtomicBool::new(false),
            identity: OnceLock::new(),
        }
    }

    /// The object that `value` is, if it is one.
    #[inline]
    pub(crate) fn of<'a>(value: &'a Bound<'_, PyAny>) -> Option<&'a Self> {
        value.cast::<Self>().ok().map(Bound::get)
    }

    /// The module whose library holds the value.
    pub(crate) fn module(&self) -> &'static LoadedModule {
        self.view.module
    }

    /// The handle, if it is open, of that module and of that type.
    #[inline(always)]
    pub(crate) fn handle_if(&self, module: &'static LoadedModule, id: TypeId) -> Option<Handle> {
        let fits = self.handle.type_number == id.0
            && std::ptr::eq(self.view.module, module)
            && !self.closed.load(Ordering::Relaxed);
        fits.then_some(self.handle)
    }

    /// A method of its class, by its number.
    #[inline]
    pub(crate) fn method(&self, number: usize) -> &'static Method {
        &self.methods[number]
    }

    /// The handle, if it is open.
    pub(crate) fn open_handle(&self) -> Option<Handle> {
        (!self.closed.load(Ordering::Relaxed)).then_some(self.handle)
    }

    /// The handle, which this object no longer owns.
    fn give_up(&self) -> Option<Handle> {
        (!self.closed.swap(true, Ordering::Relaxed)).then_some(self.handle)
    }

    fn handle(&self, py: Python<'_>) -> PyResult<Handle> {
        self.open_handle().ok_or_else(|| self.closed_error(py))
    }

    #[cold]
    pub(crate) fn closed_error(&self, py: Python<'_>) -> PyErr {
        let name = self.declared_name();
        Exception::ClosedObject.error(py, &format!("this {name} object was closed"))
    }

    fn declared_name(&self) -> &'static str {
        match self.handle.type_id() {
            Some(id) if self.view.types.has(id) => &self.view.types.declaration(id).name,
            _ => "Go",
        }
    }

    /// What the fields are called in Python, in order.
    fn keys_of(&self) -> impl Iterator<Item = &'static str> {
        let declaration = self
            .handle
            .type_id()
            .filter(|id| {
                self.view
                    .module
                    .directory
                    .of_type(*id)
                    .slots
                    .construct()
                    .is_some()
            })
            .map(|id| self.view.types.declaration(id));
        let fields = declaration.into_iter().flat_map(|found| &found.fields);
        fields.map(|field| field.key.as_str())
    }

    fn snapshot<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        match self.handle(py)?.type_id() {
            Some(id) => class::snapshot(py, self.view, id, self.handle),
            None => Ok(PyDict::new(py)),
        }
    }

    fn identity(&self, py: Python<'_>) -> PyResult<u64> {
        if let Some(known) = self.identity.get() {
            return Ok(*known);
        }
        let identity = builtin::identity(py, self.view.module, self.handle(py)?)?;
        Ok(*self.identity.get_or_init(|| identity))
    }
}

impl Drop for GoObject {
    fn drop(&mut self) {
        // A child of the process that made the handle has no one to give it to.
        if !*self.closed.get_mut() && !self.view.module.library.is_forked() {
            self.view.module.released.push(self.handle);
        }
    }
}

#[pymethods]
impl GoObject {
    #[new]
    #[classmethod]
    #[pyo3(signature = (*args, **fields))]
    fn construct(
        class: &Bound<'_, PyType>,
        args: &Bound<'_, PyTuple>,
        fields: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let py = class.py();
        let Some(Origin { view, id, .. }) = class::origin(class) else {
            return Err(PyTypeError::new_err(format!(
                "cannot create '{}' instances",
                class.qualname()?
            )));
        };
        // A method is looked up by the type that the reference is of.
        class::check_single_origin(class)?;
        let fields = class::fields_of(class, args, fields)?;
        let made = class::construct(py, view, id, &fields)?;
        let made = made.cast_into::<Self>()?;
        let handle = made.get().give_up();
        Ok(Self::new(
            view,
            handle.ok_or_else(|| made.get().closed_error(py))?,
        ))
    }

    /// The Go type of the value behind the reference, as a type expression.
    #[getter]
    fn type_name<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        builtin::type_name(py, self.view.module, self.handle(py)?)
    }

    /// Whether the reference was given up.
    #[getter]
    fn closed(&self) -> bool {
        self.open_handle().is_none()
    }

    /// Gives the reference up; using the object afterwards raises
    /// `ClosedObjectError`. Closing twice is harmless.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        match self.give_up() {
            Some(handle) if !self.view.module.library.is_forked() => {
                release::release_one(py, self.view.module, handle)
            }
            _ => Ok(()),
        }
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, py: Python<'_>, _exception: &Bound<'_, PyTuple>) -> PyResult<()> {
        self.close(py)
    }

    fn __str__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        builtin::text(py, self.view.module, self.handle(py)?)
    }

    fn __repr__(&self) -> String {
        let name = self.declared_name();
        match self.open_handle() {
            Some(handle) => format!("<{name} object {}>", handle.slot),
            None => format!("<closed {name} object>"),
        }
    }

    fn __eq__(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        let (py, this) = (slf.py(), slf.get());
        if slf.is(other) {
            return Ok(true);
        }
        if let Some(other) = Self::of(other) {
            return Ok(std::ptr::eq(this.view.module, other.view.module)
                && this.identity(py)? == other.identity(py)?);
        }
        if other.is_instance_of::<PyDict>() && this.keys_of().next().is_some() {
            return this.snapshot(py)?.as_any().eq(other);
        }
        Ok(false)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<u64> {
        self.identity(py)
    }

    // Without it an object whose type has no fields would be false.
    #[allow(clippy::unused_self, reason = "Python calls it on instances")]
    fn __bool__(&self) -> bool {
        true
    }

    fn __len__(&self) -> usize {
        self.keys_of().count()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(self.keys(py)?.try_iter()?.into_any())
    }

    fn __contains__(&self, key: &Bound<'_, PyAny>) -> bool {
        key.cast::<PyString>().is_ok_and(|key| {
            self.keys_of()
                .any(|one| key.to_str().is_ok_and(|key| key == one))
        })
    }

    fn __getitem__<'py>(
        slf: &Bound<'py, Self>,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let this = slf.get();
        let field = match (this.handle(slf.py())?.type_id(), key.cast::<PyString>()) {
            (Some(id), Ok(key)) => {
                let key = key.to_str()?;
                let fields = &this.view.types.declaration(id).fields;
                fields.iter().find(|field| {
                    field.key == key
                        || field.name == key
                        || field.aliases.iter().any(|one| one == key)
                })
            }
            _ => None,
        };
        match field {
            Some(field) => slf.getattr(field.name.as_str()),
            None => Err(PyKeyError::new_err(key.clone().unbind())),
        }
    }

    /// The value under a canonical key, or `default`.
    #[pyo3(signature = (key, default = None, /))]
    fn get<'py>(
        slf: &Bound<'py, Self>,
        key: &Bound<'py, PyAny>,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        match Self::__getitem__(slf, key) {
            Err(error) if error.is_instance_of::<PyKeyError>(slf.py()) => {
                Ok(default.unwrap_or_else(|| slf.py().None().into_bound(slf.py())))
            }
            outcome => outcome,
        }
    }

    /// The canonical keys of the exported fields.
    fn keys<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.keys_of().collect::<Vec<_>>())
    }

    /// The values of the exported fields.
    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        Ok(self.snapshot(py)?.values())
    }

    /// Canonical keys and values of the exported fields.
    fn items<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        Ok(self.snapshot(py)?.items())
    }

    /// `errors.Is(self, other)`, for `GoError`.
    fn _error_is(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        let module = match Self::of(other) {
            Some(other) => Some(other.view.module),
            None => class::origin(&other.get_type()).map(|origin| origin.view.module),
        };
        // Errors of different libraries are of different worlds.
        if !module.is_some_and(|module| std::ptr::eq(self.view.module, module)) {
            return Ok(false);
        }
        builtin::error_is(py, self.view.module, self.handle(py)?, other)
    }
}
