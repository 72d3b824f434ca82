//! `GoObject`, the reference itself: a handle that Python owns. What Python can
//! do with it is in `object`.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use usegolib::schema::shape::TypeId;

use super::callable::Callable;
use super::iterator::GoIterator;
use super::methods::MethodTable;
use super::view::View;
use crate::exception::Exception;
use crate::instance::Instance;
use crate::wire::Handle;

/// A live reference to a Go value.
///
/// Its methods are attributes, its exported fields properties that read and
/// write Go's memory. With fields it is a mapping over their canonical keys, too, and
/// equals a dict of the same content. Unless Go's methods say otherwise, two objects
/// are equal when they are the same Go pointer. The reference is given up when Python
/// collects the object, or by `close()`.
#[pyclass(module = "usegolib", subclass, frozen, weakref)]
pub(crate) struct GoObject {
    view: &'static View,
    handle: Handle,
    closed: AtomicBool,
    /// What its hash is, once asked for.
    pub(super) identity: OnceLock<u64>,
    /// The loop that `next()` of a sequence goes on with.
    pub(super) iterator: PyOnceLock<Py<GoIterator>>,
    /// The methods of its type's class.
    methods: Option<&'static MethodTable>,
}

impl GoObject {
    /// Takes a handle over. The class of its type has been made.
    pub(crate) fn new(view: &'static View, handle: Handle) -> Self {
        let classes = handle
            .type_id()
            .and_then(|id| view.classes.get(id.0 as usize));
        Self {
            methods: classes.and_then(|classes| classes.methods.get()),
            view,
            handle,
            closed: AtomicBool::new(false),
            identity: OnceLock::new(),
            iterator: PyOnceLock::new(),
        }
    }

    /// The object that `value` is, if it is one.
    #[inline]
    pub(crate) fn of<'a>(value: &'a Bound<'_, PyAny>) -> Option<&'a Self> {
        value.cast::<Self>().ok().map(Bound::get)
    }

    /// The view that it was made for.
    pub(super) fn view(&self) -> &'static View {
        self.view
    }

    /// The instance whose library holds the value.
    pub(super) fn instance(&self) -> &'static Instance {
        self.view.instance
    }

    /// The handle as the receiver of `callable`, if it is open and of the type
    /// that the callable wants.
    #[inline(always)]
    pub(super) fn receiver(&self, callable: &Callable) -> Option<Handle> {
        let fits = callable.receiver_type() == Some(TypeId(self.handle.type_number))
            && std::ptr::eq(self.view.instance, callable.scope().instance)
            && !self.closed.load(Ordering::Relaxed);
        fits.then_some(self.handle)
    }

    /// The methods of its type's class.
    #[inline(always)]
    pub(super) fn methods(&self) -> Option<&'static MethodTable> {
        self.methods
    }

    /// The handle, if it is open.
    pub(crate) fn open_handle(&self) -> Option<Handle> {
        (!self.closed.load(Ordering::Relaxed)).then_some(self.handle)
    }

    /// The handle, which this object no longer owns.
    pub(super) fn give_up(&self) -> Option<Handle> {
        (!self.closed.swap(true, Ordering::Relaxed)).then_some(self.handle)
    }

    pub(super) fn handle(&self, py: Python<'_>) -> PyResult<Handle> {
        self.open_handle().ok_or_else(|| self.closed_error(py))
    }

    #[cold]
    pub(crate) fn closed_error(&self, py: Python<'_>) -> PyErr {
        let name = self.declared_name();
        Exception::ClosedObject.error(py, &format!("this {name} object was closed"))
    }

    pub(crate) fn declared_name(&self) -> &'static str {
        match self.handle.type_id() {
            Some(id) if self.view.types.has(id) => &self.view.types.declaration(id).name,
            _ => "Go",
        }
    }

    /// What the fields are called in Python, in order.
    pub(super) fn keys_of(&self) -> impl Iterator<Item = &'static str> {
        let declaration = self
            .handle
            .type_id()
            .filter(|id| {
                self.view
                    .instance
                    .exports
                    .of_type(*id)
                    .slots
                    .construct()
                    .is_some()
            })
            .map(|id| self.view.types.declaration(id));
        let fields = declaration.into_iter().flat_map(|found| &found.fields);
        fields.map(|field| field.key.as_str())
    }
}

impl Drop for GoObject {
    fn drop(&mut self) {
        // A child of the process that made the handle has no one to give it to.
        if !*self.closed.get_mut() && !self.view.instance.engine.is_forked() {
            self.view.instance.released.push(self.handle);
        }
    }
}
