//! Python objects as Go's interfaces: which methods one has, and how each is called.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyString;
use usegolib::schema::shape::TypeId;
use usegolib::schema::{Signature, TypeKind};

use super::signature::{Callee, Function};
use super::table;
use crate::call::Scope;
use crate::codec::{Context, EncodeError, Offer};
use crate::cpython::entry::announced;

/// An interface: its methods, in the order of their numbers.
pub(super) struct Interface {
    pub(super) scope: Scope,
    /// The type.
    pub(super) id: TypeId,
    pub(super) methods: Box<[Method]>,
}

/// A method of an interface.
pub(super) struct Method {
    /// Go's name, which is Python's.
    pub(super) name: Py<PyString>,
    pub(super) function: Function,
}

/// Offers an object to Go as a value of an interface: one that has its methods or,
/// if it is only one, is called for it. `None` if it has nothing to do with the
/// interface.
pub(crate) fn offer_object(
    scope: Scope,
    id: TypeId,
    value: &Bound<'_, PyAny>,
) -> Result<Option<Offer>, EncodeError> {
    let types = scope.context.types;
    let declaration = types.declaration(id);
    if declaration.kind != TypeKind::Interface || declaration.is_sealed() {
        return Ok(None);
    }
    let interface = interface(value.py(), scope, id)?;
    for callee in [Callee::Object(interface), Callee::Method(interface)] {
        if let Some((offer, file)) = table::offer_again(value, callee) {
            return Ok(Some(match file {
                Some(file) => settling(offer, file),
                None => offer,
            }));
        }
    }
    let mut missing = Vec::new();
    for method in &interface.methods {
        let name = method.name.bind(value.py());
        let found = value.getattr_opt(name)?;
        if !found.is_some_and(|found| found.is_callable()) {
            missing.push(name.to_string());
        }
    }
    if missing.is_empty() && !interface.methods.is_empty() {
        return Ok(Some(table::offer_object(value, Callee::Object(interface))));
    }
    if interface.methods.len() == 1 && value.is_callable() {
        return Ok(Some(table::offer_object(value, Callee::Method(interface))));
    }
    if let Some(file) = file_of(value, interface)? {
        let offer = table::offer_stand_in(&file, value, Callee::Object(interface));
        return Ok(Some(settling(offer, file.unbind())));
    }
    if missing.len() == interface.methods.len() {
        return Ok(None);
    }
    let (name, methods) = (types.name(id), missing.join(", "));
    let plural = if missing.len() == 1 { "" } else { "s" };
    let found = value.get_type();
    let found = found.fully_qualified_name()?;
    Err(EncodeError::new(format!(
        "{found} does not implement {name} (missing method{plural} {methods})"
    )))
}

/// The offer of what stands for a file.
fn settling(mut offer: Offer, file: Py<PyAny>) -> Offer {
    offer.guard = Box::new((Settling(file), offer.guard));
    offer
}

/// A file that is given what Go has written of it when the call ends that it was an
/// argument of.
struct Settling(Py<PyAny>);

impl Drop for Settling {
    fn drop(&mut self) {
        let settle = |py: Python<'_>| {
            if let Err(error) = self.0.call_method0(py, intern!(py, "settle")) {
                error.write_unraisable(py, Some(self.0.bind(py)));
            }
        };
        // SAFETY: a call's offers go where the call ends, on its thread.
        unsafe { announced(settle) };
    }
}

/// What stands for a file of Python's that can do what the interface wants; `None` if
/// the value is no such file.
fn file_of<'py>(
    value: &Bound<'py, PyAny>,
    interface: &Interface,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = value.py();
    let methods: Vec<_> = interface.methods.iter().map(|one| &one.name).collect();
    let files = py.import("usegolib._files")?;
    let found = files.call_method1("stand_in", (value, methods))?;
    Ok((!found.is_none()).then_some(found))
}

/// The interfaces that have been met, by where they are: like a library, for ever.
static KNOWN: Mutex<Option<HashMap<(usize, TypeId), &'static Interface>>> = Mutex::new(None);

fn interface(py: Python<'_>, scope: Scope, id: TypeId) -> Result<&'static Interface, EncodeError> {
    let key = (std::ptr::from_ref::<Context<'_>>(scope.context).addr(), id);
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = known().get_or_insert_default().get(&key) {
        return Ok(found);
    }
    let compiled = Box::leak(Box::new(compile(py, scope, id)?));
    known().get_or_insert_default().insert(key, compiled);
    Ok(compiled)
}

fn compile(py: Python<'_>, scope: Scope, id: TypeId) -> Result<Interface, EncodeError> {
    let schema = scope.instance.schema;
    let declared = &scope.instance.exports.of_type(id).methods;
    let mut methods: Vec<_> = declared
        .iter()
        .map(|&at| &schema.methods[at as usize])
        .collect();
    // Numbered by name, as the adapters are.
    methods.sort_by(|a, b| a.name.cmp(&b.name));
    let name = scope.context.types.name(id);
    let methods = methods.into_iter().map(|method| {
        let signature = Signature {
            params: method.params.clone(),
            results: method.results.clone(),
        };
        let shown = format!("{name}.{}", method.name);
        Ok(Method {
            name: PyString::intern(py, &method.name).unbind(),
            function: Function::compile_method(scope, shown, &method.name, &signature)?,
        })
    });
    Ok(Interface {
        scope,
        id,
        methods: methods.collect::<Result<_, EncodeError>>()?,
    })
}
