//! Which Go type a Python class was made for.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::sync::{Mutex, PoisonError};

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyType;
use usegolib::schema::TypeKind;
use usegolib::schema::shape::TypeId;

use crate::objects::view::View;

/// The Go type that a class was made for.
#[derive(Clone, Copy)]
pub(crate) struct Origin {
    pub(crate) view: &'static View,
    pub(crate) id: TypeId,
    /// Whether its instances are values rather than references.
    pub(crate) is_value: bool,
}

/// All classes, by their address: they are never freed.
static ORIGINS: Mutex<Option<HashMap<usize, Origin>>> = Mutex::new(None);

/// Notes what a class was made for.
pub(super) fn register(class: &Bound<'_, PyType>, origin: Origin) {
    let mut origins = ORIGINS.lock().unwrap_or_else(PoisonError::into_inner);
    origins
        .get_or_insert_with(HashMap::new)
        .insert(class.as_ptr().addr(), origin);
}

/// The types that classes of live maps, slices and arrays were made for.
static LIVE: Mutex<Option<HashMap<usize, (usize, TypeId)>>> = Mutex::new(None);

/// Notes that instances of `class` are live values of a Go type.
pub(super) fn register_live(class: &Bound<'_, PyType>, view: &'static View, id: TypeId) {
    let mut live = LIVE.lock().unwrap_or_else(PoisonError::into_inner);
    let library = std::ptr::from_ref(view.instance).addr();
    live.get_or_insert_with(HashMap::new)
        .insert(class.as_ptr().addr(), (library, id));
}

/// Whether instances of `other` are values of the Go type that `class` itself was made
/// for, live or not, in whatever view.
#[pyfunction]
pub(crate) fn is_of_type(class: &Bound<'_, PyType>, other: &Bound<'_, PyType>) -> bool {
    let of = |found: Origin| (std::ptr::from_ref(found.view.instance).addr(), found.id);
    let live = |class: &Bound<'_, PyType>| {
        let live = LIVE.lock().unwrap_or_else(PoisonError::into_inner);
        let live = live.as_ref()?;
        let bases = class.mro();
        let mut bases = bases.iter();
        bases.find_map(|base| live.get(&base.as_ptr().addr()).copied())
    };
    let exact = {
        let origins = ORIGINS.lock().unwrap_or_else(PoisonError::into_inner);
        let found = origins.as_ref();
        found.and_then(|origins| origins.get(&class.as_ptr().addr()).copied())
    };
    exact.is_some_and(|exact| {
        let given = origin(other).map(of).or_else(|| live(other));
        given == Some(of(exact))
    })
}

/// Notes that instances of `class` are values of a Go type.
pub(crate) fn register_value(class: &Bound<'_, PyType>, view: &'static View, id: TypeId) {
    let is_value = true;
    register(class, Origin { view, id, is_value });
}

/// The Go type of a class or of the class it derives from.
pub(crate) fn origin(class: &Bound<'_, PyType>) -> Option<Origin> {
    let origins = ORIGINS.lock().unwrap_or_else(PoisonError::into_inner);
    let origins = origins.as_ref()?;
    let found = origins.get(&class.as_ptr().addr()).copied();
    found.or_else(|| {
        let bases = class.mro();
        bases
            .iter()
            .find_map(|base| origins.get(&base.as_ptr().addr()).copied())
    })
}

/// What a class was made for, to find it again: the library, the Go type, the kind of
/// class, and the view's options. None for other classes, those that derive
/// from it included.
#[pyfunction]
pub(crate) fn origin_of(
    class_: &Bound<'_, PyType>,
) -> Option<(
    &'static OsStr,
    String,
    &'static str,
    HashMap<&'static str, &'static str>,
)> {
    let found = {
        let origins = ORIGINS.lock().unwrap_or_else(PoisonError::into_inner);
        origins.as_ref()?.get(&class_.as_ptr().addr()).copied()
    };
    let Origin { view, id, is_value } = found?;
    let dataclass = view.classes[id.0 as usize].dataclass.get(class_.py());
    let kind = match dataclass {
        Some(dataclass) if dataclass.is(class_) => "dataclass",
        _ if is_value => "value",
        _ => "object",
    };
    let go_type = view.types.declaration(id).name.clone();
    let library = view.instance.engine.path().as_os_str();
    let options = view.types.options().names();
    Some((library, go_type, kind, options.into()))
}

/// The Go type that instances of a class are of, as a type argument: a pointer, for
/// objects of structs. None for other classes.
#[pyfunction]
pub(crate) fn type_argument_of(class_: &Bound<'_, PyType>) -> Option<String> {
    let Origin { view, id, is_value } = origin(class_)?;
    let declaration = view.types.declaration(id);
    let is_pointer = !is_value && declaration.kind == TypeKind::Struct && !declaration.is_opaque();
    let star = if is_pointer { "*" } else { "" };
    Some(format!("{star}{}", declaration.name))
}

/// An error if a class derives from those of several Go types.
pub(crate) fn check_single_origin(class: &Bound<'_, PyType>) -> PyResult<()> {
    let origins = ORIGINS.lock().unwrap_or_else(PoisonError::into_inner);
    let known = |base: &Bound<'_, PyAny>| {
        let found = origins.as_ref()?.get(&base.as_ptr().addr())?;
        Some(found.view.types.name(found.id))
    };
    let types: Vec<_> = class.mro().iter().filter_map(|base| known(&base)).collect();
    if types.len() < 2 {
        return Ok(());
    }
    Err(PyTypeError::new_err(format!(
        "'{}' is a class of several Go types: {}",
        class.qualname()?,
        types.join(", ")
    )))
}
