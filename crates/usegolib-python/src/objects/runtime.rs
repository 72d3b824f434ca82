//! What the codec asks of a loaded module: its objects, errors and classes.

use pyo3::exceptions::PyBaseException;
use pyo3::ffi::{Py_DECREF, Py_TYPE};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyInt, PyString, PyTuple, PyType};
use usegolib::schema::TypeKind;
use usegolib::schema::protocol::FaultKind;
use usegolib::schema::shape::{Shape, TypeId};

use super::apart;
use super::live::{self, MapReference, SliceReference};
use super::own;
use super::reference::GoObject;
use super::variable::{self, Ref};
use super::view::View;
use super::{class, exceptions};
use crate::call::builtin;
use crate::codec::live::ContainerKind;
use crate::codec::{Container, EncodeError, Fault, Offer, Runtime};
use crate::exception::Exception;
use crate::host;
use crate::wire::Handle;

/// The attribute of a `GoError` that holds the Go error.
const ERROR_OBJECT: &str = "object";
/// The attribute of a class that `usegolib.implements` notes interfaces in.
const INTERFACES: &str = "__go_interfaces__";

impl Runtime for &'static View {
    fn handle(&self, value: &Bound<'_, PyAny>) -> Result<Option<Handle>, EncodeError> {
        let py = value.py();
        if let Some(object) = GoObject::of(value) {
            return self.handle_of(py, object).map(Some);
        }
        if let Some(reference) = live::reference(value) {
            return self.handle_of_live(py, reference).map(Some);
        }
        if let Some(variable) = Ref::of(value) {
            return variable.handle_for(py, self, None).map(Some);
        }
        if value.is_instance(Exception::Go.class(py)?)? {
            let held = value.getattr(ERROR_OBJECT)?;
            return match GoObject::of(&held) {
                Some(object) => self.handle_of(py, object).map(Some),
                None => Ok(None),
            };
        }
        Ok(None)
    }

    fn is_variable(&self, value: &Bound<'_, PyAny>) -> bool {
        Ref::of(value).is_some()
    }

    fn variable(
        &self,
        value: &Bound<'_, PyAny>,
        target: &Shape,
    ) -> Result<Option<Handle>, EncodeError> {
        match Ref::of(value) {
            Some(variable) => variable
                .handle_for(value.py(), self, Some(target))
                .map(Some),
            None => Ok(None),
        }
    }

    fn variable_of<'py>(
        &self,
        py: Python<'py>,
        handle: Handle,
        shape: &Shape,
    ) -> PyResult<Bound<'py, PyAny>> {
        Ok(Bound::new(py, Ref::to(self, handle, shape))?.into_any())
    }

    fn go_type(&self, class: &Bound<'_, PyType>) -> Option<TypeId> {
        class::origin(class)
            .filter(|origin| origin.is_value && std::ptr::eq(origin.view.instance, self.instance))
            .map(|origin| origin.id)
    }

    fn foreign(&self, value: &Bound<'_, PyAny>) -> Option<EncodeError> {
        apart::foreign(self.instance, value)
    }

    fn value_class<'py>(&self, py: Python<'py>, id: TypeId) -> Option<Bound<'py, PyType>> {
        let declaration = self.types.declaration(id);
        if declaration.kind != TypeKind::Struct && !declaration.has_methods() {
            return None;
        }
        // A class that can't be made leaves the plain value.
        class::value_class(py, self, id).ok().flatten()
    }

    fn dataclass<'py>(&self, py: Python<'py>, id: TypeId) -> PyResult<Option<Bound<'py, PyType>>> {
        class::dataclass(py, self, id)
    }

    fn referent<'py>(&self, value: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        if value.is_instance(Exception::Go.class(value.py())?)? {
            return value.getattr(ERROR_OBJECT);
        }
        Ok(value)
    }

    fn object<'py>(&self, py: Python<'py>, handle: Handle) -> PyResult<Bound<'py, PyAny>> {
        let class = match handle.type_id().filter(|id| self.types.has(*id)) {
            Some(id) => class::object_class(py, self, id)?,
            None if handle.is_func => class::func_class(py)?,
            None => class::undeclared_class(py)?,
        };
        let object = Bound::new(py, GoObject::new(self, handle))?;
        // SAFETY: the class was made from `GoObject` and adds nothing to its
        // instances (`class::object_class` sees to that).
        unsafe { retype(object.as_any(), class) };
        Ok(object.into_any())
    }

    fn container<'py>(
        &self,
        py: Python<'py>,
        handle: Handle,
        container: &'static Container,
    ) -> PyResult<Bound<'py, PyAny>> {
        let reference = live::Reference::new(self, handle, container);
        let class = class::live_class(py, self, container)?;
        let object = match container.kind {
            ContainerKind::Map => Bound::new(py, MapReference::new(reference))?.into_any(),
            _ => Bound::new(py, SliceReference::new(reference))?.into_any(),
        };
        // SAFETY: the class was made from the object's and adds nothing to its
        // instances (`class::live_class` sees to that).
        unsafe { retype(&object, class) };
        Ok(object)
    }

    fn live_map<'py>(
        &self,
        shape: &Shape,
        value: &Bound<'py, PyAny>,
    ) -> Result<Bound<'py, PyAny>, EncodeError> {
        variable::live(value.py(), self, shape, value)
    }

    fn container_of(
        &self,
        value: &Bound<'_, PyAny>,
    ) -> Result<Option<(Handle, &'static Container)>, EncodeError> {
        let Some(reference) = live::reference(value) else {
            return Ok(None);
        };
        let handle = self.handle_of_live(value.py(), reference)?;
        Ok(Some((handle, reference.container())))
    }

    fn unchangeable<'py>(&self, value: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        static UNCHANGEABLE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let py = value.py();
        let needless = value.is_none()
            || value.is_exact_instance_of::<PyString>()
            || value.is_exact_instance_of::<PyInt>()
            || GoObject::of(&value).is_some();
        if needless {
            return Ok(value);
        }
        UNCHANGEABLE
            .import(py, "usegolib._plain", "unchangeable")?
            .call1((value,))
    }

    fn offer_object(
        &self,
        id: TypeId,
        value: &Bound<'_, PyAny>,
    ) -> Result<Option<Offer>, EncodeError> {
        host::offer_object(self.scope(), id, value)
    }

    fn offer_implementation(
        &self,
        value: &Bound<'_, PyAny>,
    ) -> Result<Option<(TypeId, Offer)>, EncodeError> {
        let class = value.get_type();
        let Some(declared) = class.getattr_opt(intern!(value.py(), INTERFACES))? else {
            return Ok(None);
        };
        for interface in declared.cast::<PyTuple>().map_err(PyErr::from)? {
            let interface = interface.cast::<PyType>().map_err(PyErr::from)?;
            let origin = class::origin(interface);
            if let Some(origin) =
                origin.filter(|origin| std::ptr::eq(origin.view.instance, self.instance))
            {
                let offer = self.offer_object(origin.id, value)?;
                return Ok(offer.map(|offer| (origin.id, offer)));
            }
        }
        Ok(None)
    }

    fn offer_known(
        &self,
        value: &Bound<'_, PyAny>,
    ) -> Result<Option<(TypeId, Offer)>, EncodeError> {
        let Some(id) = host::known_interface(self.scope(), value) else {
            return Ok(None);
        };
        let offer = self.offer_object(id, value)?;
        Ok(offer.map(|offer| (id, offer)))
    }

    fn offer(
        &self,
        id: Option<TypeId>,
        value: &Bound<'_, PyAny>,
    ) -> Result<Option<Offer>, EncodeError> {
        let mut offer = host::offer_function(self.scope(), id, value)?;
        offer.function = own::function_of(self, value)?;
        Ok(Some(offer))
    }

    fn offer_sequence(
        &self,
        id: TypeId,
        value: &Bound<'_, PyAny>,
        place: (&str, &str),
    ) -> Result<Offer, EncodeError> {
        host::offer_sequence(self.scope(), id, value, place)
    }

    fn offer_exception(&self, value: &Bound<'_, PyAny>) -> Option<Offer> {
        Some(host::offer_exception(value))
    }

    fn offered<'py>(&self, py: Python<'py>, slot: u64) -> Option<Bound<'py, PyAny>> {
        host::held(py, slot)
    }

    fn hosted<'py>(
        &self,
        py: Python<'py>,
        slot: u64,
        handle: Handle,
    ) -> PyResult<Bound<'py, PyAny>> {
        let value = host::given_back(py, slot);
        // It has kept the value until now.
        self.instance.released.push(handle);
        value.ok_or_else(|| {
            Exception::AbiDecode.error(py, "Go gave back what the host no longer holds")
        })
    }

    fn parse<'py>(
        &self,
        id: TypeId,
        text: &Bound<'py, PyString>,
    ) -> Result<Bound<'py, PyAny>, EncodeError> {
        let py = text.py();
        let error = match builtin::parse(py, self.scope(), id, text) {
            Ok(made) => return Ok(made),
            Err(error) => error,
        };
        if !error.is_instance(py, Exception::Go.class(py)?) {
            return Err(error.into());
        }
        // What Go says of the text is about the argument.
        let (name, text, error) = (self.types.name(id), text.repr()?, error.value(py));
        Err(EncodeError::new(format!("{text} is no {name}: {error}")))
    }

    fn error<'py>(&self, py: Python<'py>, fault: Fault<'py>) -> PyResult<Bound<'py, PyAny>> {
        let object = match (fault.raised, fault.value) {
            (Some(slot), Some(handle)) => {
                let held = self.hosted(py, slot, handle)?;
                if fault.kind == FaultKind::Host || held.is_instance_of::<PyBaseException>() {
                    return Ok(held);
                }
                // An object of Python's with the methods of an interface that errors have.
                Some(held)
            }
            (_, handle) => handle.map(|handle| self.object(py, handle)).transpose()?,
        };
        let class = exceptions::class_of(py, self, fault.kind, fault.findings.as_deref())?;
        let error = class.call1((fault.message, fault.go_type, object))?;
        if let Some(findings) = &fault.findings {
            exceptions::tell(&error, findings)?;
        }
        Ok(error)
    }
}

/// Makes an object an instance of a class that derives from its own.
///
/// # Safety
/// The class must add nothing to its base's instances, so that any instance of the
/// one can be an instance of the other. Both must be heap types, whose instances hold
/// a reference.
unsafe fn retype<'py>(object: &Bound<'py, PyAny>, class: Bound<'py, PyType>) {
    // SAFETY: as the caller says.
    unsafe {
        let base = Py_TYPE(object.as_ptr());
        (*object.as_ptr()).ob_type = class.into_ptr().cast();
        Py_DECREF(base.cast());
    }
}

impl View {
    fn handle_of_live(
        &'static self,
        py: Python<'_>,
        reference: &live::Reference,
    ) -> Result<Handle, EncodeError> {
        if !std::ptr::eq(reference.view().instance, self.instance) {
            let what = format!("a {}", reference.container().name);
            return Err(apart::error(
                &what,
                reference.view().instance,
                self.instance,
            ));
        }
        reference
            .open_handle()
            .ok_or_else(|| EncodeError::from(reference.closed_error(py)))
    }

    fn handle_of(&'static self, py: Python<'_>, object: &GoObject) -> Result<Handle, EncodeError> {
        if !std::ptr::eq(object.instance(), self.instance) {
            return Err(apart::error("an object", object.instance(), self.instance));
        }
        object
            .open_handle()
            .ok_or_else(|| EncodeError::from(object.closed_error(py)))
    }
}
