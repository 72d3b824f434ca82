//! `GoObject` in Python: what all live references to Go values have in common.

use pyo3::exceptions::{PyBaseException, PyTypeError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyList, PyTuple, PyType};
use usegolib::schema::{Field, TypeKind};

use super::class::{self, Origin};
use super::reference::GoObject;
use crate::call::builtin;
use crate::wire::Handle;

impl GoObject {
    fn snapshot<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let handle = self.handle(py)?;
        match handle.type_id() {
            Some(id) => class::snapshot(py, self.view(), id, handle),
            None => Ok(PyDict::new(py)),
        }
    }

    /// A copy of the struct as a record. What is only an object can't be copied.
    fn copied<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match class::record(py, self.view(), self.handle(py)?)? {
            Some(record) => Ok(record),
            None => Err(PyTypeError::new_err(format!(
                "cannot pickle or copy an object of {}: it lives in this process",
                self.declared_name()
            ))),
        }
    }

    fn identity(&self, py: Python<'_>) -> PyResult<u64> {
        if let Some(known) = self.identity.get() {
            return Ok(*known);
        }
        let identity = builtin::identity(py, self.view().scope(), self.handle(py)?)?;
        Ok(*self.identity.get_or_init(|| identity))
    }

    /// Whether Go compares its values by what is in them, and they cross as objects.
    fn is_of_values(&self) -> bool {
        let id = self.open_handle().and_then(Handle::type_id);
        id.is_some_and(|id| {
            let declaration = self.view().types.declaration(id);
            declaration.is_opaque() && declaration.comparable && !declaration.uncopyable
        })
    }

    /// Whether a method changes it, besides those that make it of what was written down.
    #[cold]
    fn changes(&self) -> bool {
        let Some(id) = self.open_handle().and_then(Handle::type_id) else {
            return false;
        };
        let instance = self.instance();
        let methods = instance.exports.of_type(id).methods.iter();
        let mut methods = methods.map(|&at| &instance.schema.methods[at as usize]);
        methods.any(|method| {
            let makes = method.name.starts_with("Unmarshal")
                || matches!(method.name.as_str(), "Scan" | "GobDecode");
            method.changes && !makes
        })
    }

    #[cold]
    fn unhashable(&self) -> PyErr {
        PyTypeError::new_err(format!(
            "unhashable type: {}: what it is equal to changes with its content",
            self.declared_name()
        ))
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
        let declaration = view.types.declaration(id);
        let converts = match declaration.kind {
            TypeKind::Func => Some(("a", "callable")),
            TypeKind::Interface => Some(("an", "object")),
            _ => None,
        };
        let made = match (converts, args.len(), fields) {
            (Some((article, what)), 1, None) => {
                let value = args.get_item(0)?;
                if value.is_none() {
                    let message =
                        format!("{}() takes {article} {what}, not None", declaration.ident);
                    return Err(PyTypeError::new_err(message));
                }
                builtin::convert(py, view.scope(), id, &value)?
            }
            (Some((_, what)), ..) => {
                let message = format!("{}() takes one {what}", class.qualname()?);
                return Err(PyTypeError::new_err(message));
            }
            (None, ..) => {
                let fields = class::fields_of(class, args, fields)?;
                class::construct(py, view, id, &fields)?
            }
        };
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
        builtin::type_name(py, self.view().scope(), self.handle(py)?)
    }

    /// The class. It can't be assigned: what the reference is of stays what it is.
    #[getter(__class__)]
    fn class<'py>(slf: &Bound<'py, Self>) -> Bound<'py, PyType> {
        slf.get_type()
    }

    #[setter(__class__)]
    #[allow(clippy::unused_self, reason = "Python calls it on instances")]
    fn set_class(&self, _class: &Bound<'_, PyAny>) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "the __class__ of a Go object can't be assigned",
        ))
    }

    /// The names of the methods of a class that is a Go interface's, and why Python can't
    /// implement it, if it can't; `None` for others.
    #[classmethod]
    fn _interface(class: &Bound<'_, PyType>) -> Option<(Vec<&'static str>, Option<String>)> {
        let Origin { view, id, .. } = class::origin(class)?;
        if view.types.declaration(id).kind != TypeKind::Interface {
            return None;
        }
        let methods = view.instance.exports.of_type(id).methods.iter();
        let methods = methods.map(|&at| view.instance.schema.methods[at as usize].name.as_str());
        Some((methods.collect(), view.types.refuses_implementations(id)))
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
            Some(handle) if !self.instance().engine.is_forked() => {
                builtin::release(py, self.view().scope(), handle)
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

    /// What `String()`, else `Error()` say.
    fn _text<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        builtin::text(py, self.view().scope(), self.handle(py)?)
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
            if !std::ptr::eq(this.view().instance, other.view().instance) {
                return Ok(false);
            }
            let (handle, others) = (this.handle(py)?, other.handle(py)?);
            if handle.type_id() == others.type_id() && this.is_of_values() {
                return builtin::equal(py, this.view().scope(), handle, others);
            }
            if this.identity(py)? == other.identity(py)? {
                return Ok(true);
            }
            if handle.type_id() != others.type_id() {
                return Ok(false);
            }
            // Structs that are records by value are equal as these are.
            return match class::record(py, this.view(), handle)? {
                Some(record) => record.eq(class::record(py, this.view(), others)?),
                None => Ok(false),
            };
        }
        if other.is_instance_of::<PyDict>() && this.keys_of().next().is_some() {
            return this.snapshot(py)?.as_any().eq(other);
        }
        if other.is_instance_of::<PyBaseException>() {
            // An error as a value compares with what it is as an exception.
            let equal = other.call_method1(intern!(py, "__eq__"), (slf,))?;
            return Ok(equal.is_exact_instance_of::<PyBool>() && equal.is_truthy()?);
        }
        let handle = this.handle(py)?;
        let same_type = class::origin(&other.get_type()).is_some_and(|origin| {
            std::ptr::eq(origin.view.instance, this.view().instance)
                && handle.type_id() == Some(origin.id)
        });
        // A dataclass instance.
        match same_type.then(|| class::record(py, this.view(), handle)) {
            Some(record) => record?.map_or(Ok(false), |record| record.eq(other)),
            None => Ok(false),
        }
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<u64> {
        let handle = self.handle(py)?;
        if let Some(id) = handle.type_id()
            && class::crosses_as_value(self.view(), id)
        {
            return Err(self.unhashable());
        }
        if self.is_of_values() {
            let (hash, of_value) = builtin::hash(py, self.view().scope(), handle)?;
            if of_value && self.changes() {
                return Err(self.unhashable());
            }
            return Ok(hash);
        }
        self.identity(py)
    }

    // Else what is pickled would be an object of nothing.
    fn __reduce_ex__<'py>(&self, py: Python<'py>, protocol: u32) -> PyResult<Bound<'py, PyAny>> {
        self.copied(py)?.call_method1("__reduce_ex__", (protocol,))
    }

    // Without it an object whose `Len` is 0 would be false.
    #[allow(clippy::unused_self, reason = "Python calls it on instances")]
    fn __bool__(&self) -> bool {
        true
    }

    /// The canonical keys of the exported fields.
    fn _keys<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.keys_of().collect::<Vec<_>>())
    }

    /// The name of the field that has a key: canonical, an alias, or Go's name.
    fn _field_of(&self, py: Python<'_>, key: &str) -> PyResult<Option<&'static str>> {
        let Some(id) = self.handle(py)?.type_id() else {
            return Ok(None);
        };
        let fields = &self.view().types.declaration(id).fields;
        let has_key = |field: &&Field| {
            field.key == key || field.name == key || field.aliases.iter().any(|one| one == key)
        };
        Ok(fields.iter().find(has_key).map(|field| field.name.as_str()))
    }

    /// The exported fields by canonical key, as they are now.
    fn _snapshot<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.snapshot(py)
    }

    /// Whether both refer to the same value of Go's.
    fn _is(&self, py: Python<'_>, other: &Bound<'_, Self>) -> PyResult<bool> {
        let other = other.get();
        Ok(std::ptr::eq(self.view().instance, other.view().instance)
            && self.identity(py)? == other.identity(py)?)
    }

    /// A copy as a record, if a struct by value is one.
    fn _record<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        class::record(py, self.view(), self.handle(py)?)
    }

    fn __copy__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.copied(py)
    }

    fn __deepcopy__<'py>(
        &self,
        py: Python<'py>,
        memo: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let copied = self.copied(py)?;
        py.import("copy")?.call_method1("deepcopy", (copied, memo))
    }

    /// `errors.Is(self, other)`, for `GoError`.
    fn _error_is(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        let module = match Self::of(other) {
            Some(other) => Some(other.view().instance),
            None => class::origin(&other.get_type()).map(|origin| origin.view.instance),
        };
        // Errors of different libraries are of different worlds; exceptions are of all.
        let is_near = match module {
            Some(module) => std::ptr::eq(self.instance(), module),
            None => other.is_instance_of::<PyBaseException>(),
        };
        if !is_near {
            return Ok(false);
        }
        builtin::error_is(py, self.view().scope(), self.handle(py)?, other)
    }
}
