//! A package of a loaded module, as the Python class `Package` sees it: names
//! bound to Python objects one by one, when they are first asked for.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsStr;
use std::sync::OnceLock;

use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple, PyType};
use usegolib::artifact;
use usegolib::manifest::Instantiation;
use usegolib::python::{Parameters, docs, names};
use usegolib::schema::catalog::{Export, PackageExports};
use usegolib::schema::reason::Obstacle;
use usegolib::schema::{GenericFunction, GenericInstance, GenericType, expression};

use super::constant;
use super::inference::{self, Inference};
use crate::codec::Options;
use crate::cpython::{Lazy, field, function};
use crate::exception::Exception;
use crate::objects::{Accessor, Accessors, Callable, VariableProperty, View, class, exceptions};

/// What a package object is made of.
#[pyclass(module = "usegolib._core", frozen)]
pub(crate) struct Binding {
    view: &'static View,
    package: String,
    is_local: bool,
    /// Its generic functions, once one is called.
    generics: OnceLock<HashMap<&'static str, Generic>>,
}

/// A generic function and its instantiations.
struct Generic {
    function: &'static GenericFunction,
    instances: Vec<&'static GenericInstance>,
}

impl Binding {
    /// The binding of a package of `module`.
    pub(crate) fn new(view: &'static View, package: &str, is_local: bool) -> Self {
        Self {
            view,
            package: package.to_owned(),
            is_local,
            generics: OnceLock::new(),
        }
    }

    fn export(&self, name: &str) -> Option<Export> {
        let exports = self.view.instance.exports.package(&self.package)?;
        exports.get(name).or_else(|| {
            // The few names that Python's source can't write as they are.
            if name.is_ascii() && !name.ends_with('_') {
                return None;
            }
            let mut exports = exports.iter();
            let found = exports.find(|(export, _)| names::attribute(export) == name);
            found.map(|(_, export)| export)
        })
    }

    fn function<'py>(&self, py: Python<'py>, at: u32) -> PyResult<Bound<'py, PyAny>> {
        let instance = self.view.instance;
        let function = &instance.schema.symbols[at as usize];
        let index = instance.exports.function(at);
        let callable = Callable::function(py, self.view.scope(), function, index)?;
        // The function may be kept longer than the package object.
        let callable: &'static Callable = Box::leak(Box::new(callable));
        let package = PyString::new(py, &self.package);
        let doc = docs::signed_doc(function, false);
        function::make(py, callable, &package, &function.name, &doc)
    }

    fn generic_type(&self, name: &str) -> Option<&'static GenericType> {
        let mut types = self.view.instance.schema.generic_types.iter();
        types.find(|one| one.pkg == self.package && one.name == name)
    }

    /// A generic function and its instantiations.
    fn generic(&self, name: &str) -> Option<&Generic> {
        let generics = self.generics.get_or_init(|| {
            let schema = self.view.instance.schema;
            let functions = schema.generic_functions.iter();
            let mut generics: HashMap<_, _> = functions
                .filter(|function| function.pkg == self.package)
                .map(|function| {
                    let instances = Vec::new();
                    (
                        function.name.as_str(),
                        Generic {
                            function,
                            instances,
                        },
                    )
                })
                .collect();
            for one in schema.generics.iter().filter(|one| one.pkg == self.package) {
                if let Some(generic) = generics.get_mut(one.name.as_str()) {
                    generic.instances.push(one);
                }
            }
            generics
        });
        generics.get(name)
    }
}

#[pymethods]
impl Binding {
    /// Import path of the package.
    #[getter]
    fn package(&self) -> &str {
        &self.package
    }

    /// Path of the module it is in.
    #[getter]
    fn module(&self) -> &'static str {
        &self.view.instance.member_of(&self.package).module.module
    }

    /// The module's version.
    #[getter]
    fn version(&self) -> &'static str {
        &self.view.instance.member_of(&self.package).module.version
    }

    /// Whether it was imported by its directory.
    #[getter]
    fn is_local(&self) -> bool {
        self.is_local
    }

    /// The file that was loaded.
    #[getter]
    fn library(&self) -> &'static OsStr {
        self.view.instance.engine.path().as_os_str()
    }

    /// The `GoDoc` of the package.
    #[getter]
    fn doc(&self) -> &'static str {
        let mut packages = self.view.instance.schema.packages.iter();
        let found = packages.find(|one| one.path == self.package);
        found.map_or("", |package| &package.doc)
    }

    /// All names that can be bound, in order; with `unsupported`, those
    /// that can't.
    #[pyo3(signature = (*, unsupported = false))]
    fn names<'py>(&self, py: Python<'py>, unsupported: bool) -> PyResult<Bound<'py, PyList>> {
        let names = self.view.instance.exports.package(&self.package);
        let wanted = |export: &Export| {
            matches!(export, Export::Unsupported(_)) == unsupported
                && !matches!(export, Export::Instance(_))
        };
        let names: Vec<_> = names
            .into_iter()
            .flat_map(|names| names.iter())
            .filter(|(_, export)| wanted(export))
            .map(|(name, _)| name)
            .collect();
        PyList::new(py, names)
    }

    /// What `name` stands for. Raises `KeyError` for a name that isn't there
    /// and `UnsupportedSignatureError` for one that can't be used.
    fn bind<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let schema = self.view.instance.schema;
        match self.export(name) {
            Some(Export::Function(at)) => self.function(py, at),
            Some(Export::Type(id)) => class::exported(py, self.view, id),
            Some(Export::Constant(at)) => {
                constant::value(py, self.view, &schema.consts[at as usize])
            }
            Some(Export::Unsupported(at)) => {
                let unsupported = &schema.unsupported[at as usize];
                if matches!(
                    unsupported.reason.obstacle,
                    Obstacle::GenericFunction { .. }
                ) {
                    return Err(PyKeyError::new_err(name.to_owned()));
                }
                let package = &self.package;
                Err(Exception::UnsupportedSignature.error(
                    py,
                    &format!("{package}.{name} can't be used: {}", unsupported.reason),
                ))
            }
            Some(Export::Variable(_) | Export::Instance(_)) | None => {
                Err(PyKeyError::new_err(name.to_owned()))
            }
        }
    }

    /// Makes the package's variables properties of `class`.
    fn define_variables(&self, class: &Bound<'_, PyType>) -> PyResult<()> {
        let (view, instance) = (self.view, self.view.instance);
        let names = instance.exports.package(&self.package);
        for (_, export) in names.iter().flat_map(PackageExports::iter) {
            let Export::Variable(at) = export else {
                continue;
            };
            let variable = &instance.schema.vars[at as usize];
            let slots = instance.exports.variable(at);
            let access = |index: u32, write: bool| {
                Lazy::new(move |py| {
                    let accessor = Accessor {
                        scope: view.scope(),
                        index,
                        name: variable.name.clone(),
                        receiver: None,
                    };
                    accessor.of_variable(py, &variable.type_, write)
                })
            };
            let doc = docs::variable_doc(variable);
            for name in names::spellings(&variable.name) {
                let property = VariableProperty(Accessors {
                    read: access(slots.getter, false),
                    write: access(slots.setter, true),
                });
                field::define(class, &name, &doc, property)?;
            }
        }
        Ok(())
    }

    /// The same package seen otherwise. Raises `ValueError` for an option that isn't one.
    fn view(&self, structs: &str, times: &str, arrays: &str) -> PyResult<Self> {
        let options = Options::named(structs, times, arrays).ok_or_else(|| {
            PyValueError::new_err(
                "structs is 'record' or 'dataclass', times 'go' or 'python', arrays 'list' or 'numpy'",
            )
        })?;
        let view = View::of(self.view.instance, options);
        Ok(Self::new(view, &self.package, self.is_local))
    }

    /// The same package with structs as instances of the dataclasses given by Go types,
    /// where they are. Raises `LoadError` if one of those is not made for its type.
    fn typed_with(&self, structs: &Bound<'_, PyDict>) -> PyResult<Self> {
        let view = class::typed_with(self.view.instance, structs)?;
        Ok(Self::new(view, &self.package, self.is_local))
    }

    /// The class of a Go type, by its key in the schema: of references where it
    /// has such, else of values. Raises `KeyError` if there is none.
    fn class_of<'py>(&self, py: Python<'py>, go_type: &str) -> PyResult<Bound<'py, PyAny>> {
        let id = self.view.types.find(go_type);
        class::exported(
            py,
            self.view,
            id.ok_or_else(|| PyKeyError::new_err(go_type.to_owned()))?,
        )
    }

    /// The class of a Go type of any package of the module: of objects, of values, or the
    /// dataclass. Raises `KeyError` if there is none.
    fn class_of_kind<'py>(
        &self,
        py: Python<'py>,
        go_type: &str,
        kind: &str,
    ) -> PyResult<Bound<'py, PyType>> {
        let missing = || PyKeyError::new_err(go_type.to_owned());
        let id = self.view.types.find(go_type).ok_or_else(missing)?;
        let found = match kind {
            "object" => Some(class::object_class(py, self.view, id)?),
            "value" => class::value_class(py, self.view, id)?,
            _ => class::dataclass(py, self.view, id)?,
        };
        found.ok_or_else(missing)
    }

    /// The dataclass of one of the package's structs. Raises `KeyError` if there
    /// is none of that name, or this is not the typed package.
    fn dataclass<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyType>> {
        let class = match self.export(name) {
            Some(Export::Type(id)) => class::dataclass(py, self.view, id)?,
            _ => None,
        };
        class.ok_or_else(|| PyKeyError::new_err(name.to_owned()))
    }

    /// The names that have exception classes: error variables and error types.
    fn exceptions<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        exceptions::names(py, self.view, &self.package)
    }

    /// The exception class of an error variable or an error type. Raises `KeyError`
    /// if there is none of that name.
    fn exception<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyType>> {
        exceptions::class_named(py, self.view, &self.package, name)
    }

    /// The exception class of an error variable or an error type of any package of the
    /// module, by its qualified name. Raises `KeyError` if there is none.
    fn exception_of<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyType>> {
        exceptions::class_of_name(py, self.view, name)
    }

    /// The symbol of an instantiation of a generic function, if it is there, its type
    /// arguments in full, and those that there are. Arguments that follow from others
    /// may be left out.
    #[allow(clippy::type_complexity, reason = "a tuple for Python")]
    fn instantiation(
        &self,
        name: &str,
        mut wanted: Vec<String>,
    ) -> (Option<&'static str>, Vec<String>, Vec<&'static [String]>) {
        let Some(generic) = self.generic(name) else {
            return (None, wanted, Vec::new());
        };
        if wanted.len() < generic.function.type_params.len() {
            let chosen: Vec<_> = wanted.iter().map(String::as_str).collect();
            wanted = inference::complete(generic.function, &chosen).unwrap_or(wanted);
        }
        let short = |text: &String| expression::short(text);
        let mut symbols = HashSet::new();
        let mut there = Vec::new();
        for one in &generic.instances {
            let same = one.type_args == wanted
                || one.type_args.iter().map(short).eq(wanted.iter().map(short));
            if same {
                return (Some(&one.symbol), wanted, Vec::new());
            }
            // The same instantiation is there in each spelling of its types.
            if symbols.insert(&one.symbol) {
                there.push(one.type_args.as_slice());
            }
        }
        (None, wanted, there)
    }

    /// The function that an instantiation is, by its symbol.
    fn instance<'py>(&self, py: Python<'py>, symbol: &str) -> PyResult<Bound<'py, PyAny>> {
        match self.export(symbol) {
            Some(Export::Function(at) | Export::Instance(at)) => self.function(py, at),
            _ => Err(PyKeyError::new_err(symbol.to_owned())),
        }
    }

    /// Which instantiation a call of a generic function means: its symbol, if there is
    /// one, the type arguments, if they are certain, and the arguments by position to
    /// call it with.
    #[pyo3(signature = (name, arguments, keywords))]
    #[allow(clippy::type_complexity, reason = "a tuple for Python")]
    fn infer<'py>(
        &self,
        name: &str,
        arguments: &Bound<'py, PyTuple>,
        keywords: &Bound<'py, PyDict>,
    ) -> PyResult<(
        Option<&'static str>,
        Option<Vec<String>>,
        Bound<'py, PyTuple>,
    )> {
        let found = self.generic(name);
        let generic = found.ok_or_else(|| PyKeyError::new_err(name.to_owned()))?;
        let mut inference = Inference::new(self.view, generic.function);
        let arguments = inference.observe(arguments, Some(keywords))?;
        let best = generic
            .instances
            .iter()
            .filter_map(|one| Some((inference.distance(&one.type_args)?, one)))
            .min_by_key(|(distance, _)| *distance);
        let symbol = best.map(|(_, one)| one.symbol.as_str());
        Ok((symbol, inference.certain(), arguments))
    }

    /// Notes that an instantiation was asked for in vain: the next build of the
    /// artifact has it, if it can. Whether it could be noted.
    fn note_missed(&self, name: &str, type_args: &Bound<'_, PyList>) -> PyResult<bool> {
        let missed = Instantiation {
            pkg: self.package.clone(),
            name: name.to_owned(),
            type_args: type_args.extract()?,
        };
        let library = self.view.instance.engine.path();
        let Some(folder) = library.parent() else {
            return Ok(false);
        };
        Ok(artifact::missed::note(folder, missed).is_ok())
    }

    /// Why an instantiation that was asked for before can't be made.
    fn refused_instance(
        &self,
        name: &str,
        type_args: &Bound<'_, PyList>,
    ) -> PyResult<Option<&'static str>> {
        let wanted: Vec<String> = type_args.extract()?;
        let function = self.generic(name).map(|one| &one.function.refused);
        let type_ = || self.generic_type(name).map(|one| &one.refused);
        let found = function
            .or_else(type_)
            .into_iter()
            .flatten()
            .find(|one| one.type_args == wanted);
        Ok(found.map(|one| one.reason.as_str()))
    }

    /// The names of the generic types, with their documentation.
    fn generic_types(&self) -> BTreeMap<&'static str, String> {
        let types = self.view.instance.schema.generic_types.iter();
        types
            .filter(|one| one.pkg == self.package)
            .map(|one| (one.name.as_str(), docs::generic_type_doc(one)))
            .collect()
    }

    /// The type parameters of a generic alias and what it stands for, in terms of these.
    /// None for other types.
    fn generic_alias(&self, name: &str) -> Option<(&'static [String], &'static str)> {
        let found = self.generic_type(name)?;
        (!found.alias.is_empty()).then_some((&found.type_params, &found.alias))
    }

    /// What the parameters of a generic function are called, those that Go fills in not
    /// among them, and whether the last of them takes any number of arguments.
    fn generic_parameters(&self, name: &str) -> (Vec<String>, bool) {
        self.generic(name)
            .map(|one| Parameters::new(&one.function.params))
            .map(|parameters| (parameters.names, parameters.variadic))
            .unwrap_or_default()
    }

    /// The names of the generic functions, with their documentation.
    fn generics(&self) -> BTreeMap<&'static str, String> {
        let functions = self.view.instance.schema.generic_functions.iter();
        functions
            .filter(|one| one.pkg == self.package)
            .map(|one| (one.name.as_str(), docs::generic_function_doc(one)))
            .collect()
    }
}
