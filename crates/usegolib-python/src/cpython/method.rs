//! Methods: descriptors with vectorcall, so that `value.Method()` makes no bound
//! method. Their receiver may be anything.

use std::ffi::{c_int, c_ulong, c_void};

use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

use super::Arguments;
use super::entry::run;

unsafe extern "C" {
    /// A bound method (the C API's, which `pyo3::ffi` doesn't declare).
    fn PyMethod_New(function: *mut ffi::PyObject, object: *mut ffi::PyObject)
    -> *mut ffi::PyObject;
}

/// What a method is, besides what it does.
pub(crate) struct Description {
    /// The Go name.
    pub(crate) name: String,
    /// Class and name: `Counter.Inc`.
    pub(crate) qualified_name: String,
    /// The package of the class.
    pub(crate) package: String,
    /// Python's signature, `$self` first.
    pub(crate) text_signature: String,
    /// Go's declaration and documentation.
    pub(crate) doc: String,
}

/// What a call of a method does, told the receiver.
pub(crate) trait Body: Send + Sync + 'static {
    /// Calls the method.
    fn call<'py>(
        &self,
        receiver: Borrowed<'_, 'py, PyAny>,
        arguments: Arguments<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>>;
}

/// What a method object points at, for the rest of the process.
struct Data {
    description: Description,
    body: Box<dyn Body>,
}

#[repr(C)]
struct Method {
    base: ffi::PyObject,
    vectorcall: ffi::vectorcallfunc,
    data: &'static Data,
}

fn method_type(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static TYPE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    TYPE.get_or_try_init(py, || make_type(py))
        .map(|class| class.bind(py))
}

fn make_type(py: Python<'_>) -> PyResult<Py<PyType>> {
    // The interpreter keeps pointers to the members and attributes.
    let members = Box::leak(Box::new([
        ffi::PyMemberDef {
            name: c"__vectorcalloffset__".as_ptr(),
            type_code: ffi::Py_T_PYSSIZET,
            offset: std::mem::offset_of!(Method, vectorcall).try_into()?,
            flags: ffi::Py_READONLY,
            doc: std::ptr::null(),
        },
        // SAFETY: all zeroes is the end marker.
        unsafe { std::mem::zeroed() },
    ]));
    let attribute = |name: &'static std::ffi::CStr, get: ffi::getter| ffi::PyGetSetDef {
        name: name.as_ptr(),
        get: Some(get),
        set: None,
        doc: std::ptr::null(),
        closure: std::ptr::null_mut(),
    };
    let attributes = Box::leak(Box::new([
        attribute(c"__name__", get_name),
        attribute(c"__qualname__", get_qualified_name),
        attribute(c"__module__", get_module),
        attribute(c"__doc__", get_doc),
        attribute(c"__text_signature__", get_text_signature),
        // SAFETY: all zeroes is the end marker.
        unsafe { std::mem::zeroed() },
    ]));
    let slot = |slot: c_int, pfunc: *mut c_void| ffi::PyType_Slot { slot, pfunc };
    let mut slots = [
        slot(ffi::Py_tp_call, ffi::PyVectorcall_Call as *mut c_void),
        slot(ffi::Py_tp_descr_get, get as *mut c_void),
        slot(ffi::Py_tp_repr, repr as *mut c_void),
        slot(ffi::Py_tp_members, members.as_mut_ptr().cast()),
        slot(ffi::Py_tp_getset, attributes.as_mut_ptr().cast()),
        slot(0, std::ptr::null_mut()),
    ];
    let flags: c_ulong = ffi::Py_TPFLAGS_DEFAULT
        | ffi::Py_TPFLAGS_METHOD_DESCRIPTOR
        | ffi::Py_TPFLAGS_HAVE_VECTORCALL
        // The interpreter specialises calls of methods of immutable types only.
        | ffi::Py_TPFLAGS_IMMUTABLETYPE
        | ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION;
    let mut spec = ffi::PyType_Spec {
        name: c"usegolib._core.Method".as_ptr(),
        basicsize: size_of::<Method>().try_into()?,
        itemsize: 0,
        flags: flags.try_into()?,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: the slots have the types their numbers demand.
    unsafe {
        let made = ffi::PyType_FromSpec(&raw mut spec);
        Ok(Bound::from_owned_ptr_or_err(py, made)?
            .cast_into_unchecked::<PyType>()
            .unbind())
    }
}

/// A method descriptor.
pub(crate) fn make(
    py: Python<'_>,
    description: Description,
    body: impl Body,
) -> PyResult<Bound<'_, PyAny>> {
    let class = method_type(py)?.as_type_ptr();
    let data = Box::leak(Box::new(Data {
        description,
        body: Box::new(body),
    }));
    // SAFETY: the type's instances are `Method`s; the fields behind the base
    // are written before anyone sees the object.
    unsafe {
        let made = ffi::PyType_GenericAlloc(class, 0);
        let object = Bound::from_owned_ptr_or_err(py, made)?;
        let method = made.cast::<Method>();
        (&raw mut (*method).vectorcall).write(call);
        (&raw mut (*method).data).write(data);
        Ok(object)
    }
}

/// # Safety
/// `object` must be a method made by [`make`].
unsafe fn data(object: *mut ffi::PyObject) -> &'static Data {
    // SAFETY: as the caller says.
    unsafe { (*object.cast::<Method>()).data }
}

unsafe extern "C" fn call(
    method: *mut ffi::PyObject,
    values: *const *mut ffi::PyObject,
    flags: usize,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: only methods have this entry point.
    let data = unsafe { data(method) };
    // SAFETY: masks a flag out.
    let positional = unsafe { ffi::PyVectorcall_NARGS(flags) }.cast_unsigned();
    // SAFETY: the interpreter's calling convention; without positional
    // arguments the first value, if any, is a keyword's, and not looked at.
    unsafe {
        let receiver = (positional > 0).then(|| *values);
        let rest = if positional > 0 {
            values.add(1)
        } else {
            values
        };
        let positional = positional.saturating_sub(1);
        run(rest, positional, keywords, |py, arguments| {
            let Some(receiver) = receiver else {
                return Err(unbound(&data.description));
            };
            data.body.call(Borrowed::from_ptr(py, receiver), arguments)
        })
    }
}

#[cold]
fn unbound(description: &Description) -> PyErr {
    PyTypeError::new_err(format!(
        "unbound method {}() needs an argument",
        description.qualified_name
    ))
}

unsafe extern "C" fn get(
    method: *mut ffi::PyObject,
    object: *mut ffi::PyObject,
    _class: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: both are live objects; without an instance the method is its
    // own unbound form.
    unsafe {
        if object.is_null() {
            ffi::Py_NewRef(method)
        } else {
            PyMethod_New(method, object)
        }
    }
}

fn text(value: &str) -> *mut ffi::PyObject {
    let length = ffi::Py_ssize_t::try_from(value.len()).unwrap_or_default();
    // SAFETY: UTF-8 of this length; called with the interpreter attached.
    unsafe { ffi::PyUnicode_FromStringAndSize(value.as_ptr().cast(), length) }
}

unsafe extern "C" fn repr(method: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: only methods have this entry point.
    let data = unsafe { data(method) };
    text(&format!("<Go method {}>", data.description.qualified_name))
}

unsafe extern "C" fn get_name(method: *mut ffi::PyObject, _: *mut c_void) -> *mut ffi::PyObject {
    // SAFETY: only methods have this entry point.
    text(unsafe { &data(method).description.name })
}

unsafe extern "C" fn get_qualified_name(
    method: *mut ffi::PyObject,
    _: *mut c_void,
) -> *mut ffi::PyObject {
    // SAFETY: only methods have this entry point.
    text(unsafe { &data(method).description.qualified_name })
}

unsafe extern "C" fn get_module(method: *mut ffi::PyObject, _: *mut c_void) -> *mut ffi::PyObject {
    // SAFETY: only methods have this entry point.
    text(unsafe { &data(method).description.package })
}

unsafe extern "C" fn get_doc(method: *mut ffi::PyObject, _: *mut c_void) -> *mut ffi::PyObject {
    // SAFETY: only methods have this entry point.
    text(unsafe { &data(method).description.doc })
}

unsafe extern "C" fn get_text_signature(
    method: *mut ffi::PyObject,
    _: *mut c_void,
) -> *mut ffi::PyObject {
    // SAFETY: only methods have this entry point.
    text(unsafe { &data(method).description.text_signature })
}
