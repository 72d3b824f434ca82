//! The exception classes of a module: one for each package variable that is an error
//! and for each error type (`package.exceptions`), and one for each combination of
//! these that an error was found to be.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use pyo3::exceptions::PyKeyError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple, PyType};
use usegolib::schema::TypeKind;
use usegolib::schema::catalog::{Export, PackageExports};
use usegolib::schema::protocol::FaultKind;
use usegolib::schema::shape::TypeId;

use crate::codec::Findings;
use crate::exception::Exception;
use crate::objects::view::View;

/// What an exception class is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Source {
    /// A package variable, by its position in the schema.
    Variable(u32),
    /// A type, by its number.
    Type(u32),
}

/// What errors of one class have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Combination {
    kind: u8,
    errno: u64,
    sources: Vec<Source>,
}

/// Classes by the address of the module, which is there for ever, and what they are for.
type Made<Key> = Mutex<Option<HashMap<(usize, Key), Py<PyType>>>>;

/// The class of an error, of which this is known.
pub(super) fn class_of<'py>(
    py: Python<'py>,
    view: &'static View,
    kind: FaultKind,
    findings: Option<&Findings<'py>>,
) -> PyResult<Bound<'py, PyType>> {
    static MADE: Made<Combination> = Mutex::new(None);
    let base = match kind {
        FaultKind::Eof => Exception::GoEof,
        FaultKind::Deadline => Exception::GoTimeout,
        _ => Exception::Go,
    };
    let base = base.class(py)?;
    let Some(findings) = findings else {
        return Ok(base.clone());
    };
    let variables = findings.variables.iter().copied().map(Source::Variable);
    let types = findings.types.iter().copied().map(Source::Type);
    let mut sources = Vec::new();
    for source in variables.chain(types) {
        if !sources.contains(&source) && name_of(view, source).is_some() {
            sources.push(source);
        }
    }
    let errno = findings.errno;
    if sources.is_empty() && errno == 0 {
        return Ok(base.clone());
    }
    let module = std::ptr::from_ref(view.instance).addr();
    let key = (
        module,
        Combination {
            kind: kind.number(),
            errno,
            sources,
        },
    );
    remembered(py, &MADE, key, |key| {
        let bases: Vec<_> = key
            .sources
            .iter()
            .filter_map(|&source| class_for(py, view, source).transpose())
            .collect::<PyResult<_>>()?;
        let made = python(py)?.call_method1(
            intern!(py, "combine"),
            (PyTuple::new(py, bases)?, base, errno),
        )?;
        Ok(made.cast_into::<PyType>()?)
    })
}

/// Tells an exception what is known of its error.
pub(super) fn tell(error: &Bound<'_, PyAny>, findings: &Findings<'_>) -> PyResult<()> {
    let py = error.py();
    if findings.errno != 0 {
        error.setattr(intern!(py, "errno"), findings.errno)?;
        let message = error.getattr(intern!(py, "message"))?;
        error.setattr(intern!(py, "strerror"), message)?;
    }
    findings.tell(error)
}

/// The names that a package has exception classes under, in order.
pub(crate) fn names<'py>(
    py: Python<'py>,
    view: &'static View,
    package: &str,
) -> PyResult<Bound<'py, PyList>> {
    let exports = view.instance.exports.package(package);
    let names = exports.iter().flat_map(PackageExports::iter);
    let errors = names.filter(|(_, export)| source_of(view, *export).is_some());
    PyList::new(py, errors.map(|(name, _)| name))
}

/// The exception class that a package has under a name. Raises `KeyError` if it has
/// none.
pub(crate) fn class_named<'py>(
    py: Python<'py>,
    view: &'static View,
    package: &str,
    name: &str,
) -> PyResult<Bound<'py, PyType>> {
    let exports = view.instance.exports.package(package);
    let export = exports.and_then(|names| names.get(name));
    let source = export.and_then(|export| source_of(view, export));
    let class = source
        .map(|source| class_for(py, view, source))
        .transpose()?;
    class
        .flatten()
        .ok_or_else(|| PyKeyError::new_err(name.to_owned()))
}

/// The exception class of a variable or type of the module, whichever package it is
/// of (`io/fs.PathError`). Raises `KeyError` if there is none.
pub(crate) fn class_of_name<'py>(
    py: Python<'py>,
    view: &'static View,
    name: &str,
) -> PyResult<Bound<'py, PyType>> {
    let variables = &view.instance.schema.vars;
    let is_named = |at: &u32| {
        let variable = &variables[*at as usize];
        let package = name.strip_suffix(&variable.name);
        package.and_then(|package| package.strip_suffix('.')) == Some(&variable.pkg)
    };
    let count = u32::try_from(variables.len()).unwrap_or(u32::MAX);
    let variable = (0..count).find(is_named).map(Source::Variable);
    let source = variable.or_else(|| view.types.find(name).map(|id| Source::Type(id.0)));
    let class = source
        .map(|source| class_for(py, view, source))
        .transpose()?;
    class
        .flatten()
        .ok_or_else(|| PyKeyError::new_err(name.to_owned()))
}

/// What the class of an exported name would be of, if that is an error.
fn source_of(view: &'static View, export: Export) -> Option<Source> {
    let known = &view.types;
    match export {
        Export::Variable(at) => {
            let type_ = &view.instance.schema.vars[at as usize].type_;
            let target = type_.strip_prefix('*').unwrap_or(type_);
            let is_error =
                type_ == "error" || known.find(target).is_some_and(|id| known.is_error(id));
            is_error.then_some(Source::Variable(at))
        }
        Export::Type(id) => known.is_error(id).then_some(Source::Type(id.0)),
        _ => None,
    }
}

/// Package and name of what a class is of; none for what a library can't have meant.
fn name_of(view: &'static View, source: Source) -> Option<(&'static str, &'static str)> {
    match source {
        Source::Variable(at) => {
            let variables = &view.instance.schema.vars;
            let at = at as usize;
            (at < variables.len())
                .then(|| (variables[at].pkg.as_str(), variables[at].name.as_str()))
        }
        Source::Type(number) => {
            let id = TypeId(number);
            if !view.types.has(id) {
                return None;
            }
            let found = view.types.declaration(id);
            let exported = found.ident.chars().next().is_some_and(char::is_uppercase);
            (exported && found.kind != TypeKind::Func)
                .then_some((found.pkg.as_str(), found.ident.as_str()))
        }
    }
}

fn class_for<'py>(
    py: Python<'py>,
    view: &'static View,
    source: Source,
) -> PyResult<Option<Bound<'py, PyType>>> {
    static MADE: Made<Source> = Mutex::new(None);
    let Some((package, name)) = name_of(view, source) else {
        return Ok(None);
    };
    let instance = view.instance;
    let key = (std::ptr::from_ref(instance).addr(), source);
    let class = remembered(py, &MADE, key, |_| {
        let library = instance.engine.path().as_os_str();
        let made = python(py)?.call_method1(intern!(py, "define"), (package, name, library))?;
        Ok(made.cast_into::<PyType>()?)
    })?;
    Ok(Some(class))
}

/// The class that was made for `key`, made now if it is the first time.
fn remembered<'py, Key: Clone + Eq + std::hash::Hash>(
    py: Python<'py>,
    made: &Made<Key>,
    key: (usize, Key),
    define: impl FnOnce(&Key) -> PyResult<Bound<'py, PyType>>,
) -> PyResult<Bound<'py, PyType>> {
    let lock = || made.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(class) = lock().as_ref().and_then(|all| all.get(&key)) {
        return Ok(class.bind(py).clone());
    }
    // Not under the lock: Python code runs, and another thread may come first.
    let class = define(&key.1)?;
    let mut all = lock();
    let kept = all
        .get_or_insert_default()
        .entry(key)
        .or_insert_with(|| class.unbind());
    Ok(kept.bind(py).clone())
}

fn python(py: Python<'_>) -> PyResult<Bound<'_, PyModule>> {
    py.import(intern!(py, "usegolib._exceptions"))
}
