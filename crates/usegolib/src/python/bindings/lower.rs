//! From the schema to the model: what the package exports, and every type that
//! is mentioned on the way.

use std::collections::{HashMap, HashSet};

use super::model::{
    Api, Attribute, Class, Dataclass, Field, Method, Module, Parameter, Property, Zero,
};
use super::source::quoted;
use super::{BindingsError, Release};
use crate::python::annotation::{Annotator, Direction, Scope, optional};
use crate::python::class_names::Form;
use crate::python::{Parameters, docs, names};
use crate::schema::adapter::Wire;
use crate::schema::readers::FileMethods;
use crate::schema::shape::{Number, Shape, ShapeError, TypeId};
use crate::schema::{self, Function, Schema, TypeKind, expression};

/// Lowers one package of an artifact.
pub(super) fn module(release: Release<'_>, package: &str) -> Result<Module, BindingsError> {
    let schema = release.schema;
    let Some(declared) = schema.packages.iter().find(|one| one.path == package) else {
        return Err(BindingsError::NoSuchPackage {
            package: package.to_owned(),
            module: release.module.to_owned(),
            version: release.version.to_owned(),
            packages: schema.packages.iter().map(|one| one.path.clone()).collect(),
        });
    };
    let mut lowering = Lowering::new(schema);
    lowering.name_own_types(package)?;
    let api = lowering.api(package)?;
    let (mut dataclasses, mut classes) = (Vec::new(), Vec::new());
    let mut implementations = Vec::new();
    while let Some((id, form)) = lowering.annotator.names.next_undefined() {
        let declaration = lowering.annotator.types.declaration(id);
        let is_record = matches!(
            lowering.annotator.types.lower(&declaration.name),
            Ok(Shape::Record(_))
        );
        if form == Form::Implementation {
            implementations.push(lowering.implementation(id)?);
        } else if form == Form::Value && is_record {
            dataclasses.push(lowering.dataclass(id)?);
        } else {
            classes.push(lowering.class(id, form)?);
        }
    }
    // A local module is what it is now, and a package of the standard library
    // is that of the Go that is there.
    let pinned = release.version != "local" && package.split('/').next().is_some_and(is_host);
    Ok(Module {
        package: package.to_owned(),
        origin: format!("{} {}", release.module, release.version),
        version: pinned.then(|| release.version.to_owned()),
        doc: declared.doc.clone(),
        dataclasses,
        classes,
        implementations,
        aliases: lowering.annotator.aliases.into_iter().collect(),
        api,
    })
}

/// Whether an import path's first element can be a host: those of the standard
/// library have no dot.
fn is_host(element: &str) -> bool {
    element.contains('.')
}

/// What is generic: its instantiations are found when they are asked for.
fn generic(name: &str, class: &str, doc: String) -> Property {
    Property {
        name: name.to_owned(),
        annotation: format!("_bindings.{class}"),
        settable: None,
        doc,
    }
}

struct Lowering<'a> {
    schema: &'a Schema,
    annotator: Annotator<'a>,
    methods: HashMap<&'a str, Vec<&'a Function>>,
}

impl<'a> Lowering<'a> {
    fn new(schema: &'a Schema) -> Self {
        let mut methods: HashMap<_, Vec<_>> = HashMap::new();
        for method in &schema.methods {
            if let Some(receiver) = &method.recv {
                methods.entry(receiver.as_str()).or_default().push(method);
            }
        }
        Self {
            schema,
            annotator: Annotator::new(schema),
            methods,
        }
    }

    /// The package's own types have the first choice of names, and are there
    /// even if nothing mentions them.
    fn name_own_types(&mut self, package: &str) -> Result<(), BindingsError> {
        for declaration in &self.schema.types {
            let is_exported = declaration.ident.starts_with(char::is_uppercase);
            let Some(id) = self.annotator.types.find(&declaration.name) else {
                continue;
            };
            if declaration.pkg != package || !is_exported {
                continue;
            }
            let form = match declaration.kind {
                TypeKind::Struct if !declaration.is_object() => Form::Value,
                TypeKind::Value => {
                    let has_class = self.annotator.has_value_class(id);
                    if !has_class.map_err(broken(&declaration.name))? {
                        continue;
                    }
                    Form::Value
                }
                _ => Form::Object,
            };
            self.annotator.names.of(id, form, declaration);
        }
        Ok(())
    }

    fn api(&mut self, package: &str) -> Result<Api, BindingsError> {
        let schema = self.schema;
        let functions = || schema.symbols.iter().filter(|one| one.pkg == package);
        let consts = || schema.consts.iter().filter(|one| one.pkg == package);
        let vars = || schema.vars.iter().filter(|one| one.pkg == package);
        let mut scope = Scope::new();
        scope.extend(functions().map(|one| one.name.clone()));
        scope.extend(consts().map(|one| one.name.clone()));
        scope.extend(vars().map(|one| one.name.clone()));
        let mut properties = Vec::new();
        for constant in consts() {
            let untyped = constant.type_.strip_prefix("untyped ");
            let annotation = match untyped {
                Some("rune") => Ok("int".to_owned()),
                Some("float") => Ok("float".to_owned()),
                Some(kind) => self.annotator.of(
                    &kind.replace("complex", "complex128"),
                    Direction::Out,
                    &scope,
                ),
                None => self.annotator.of(&constant.type_, Direction::Out, &scope),
            };
            let declaration = format!(
                "const {} {}",
                constant.name,
                expression::short(&constant.type_)
            );
            properties.push(Property {
                name: constant.name.clone(),
                annotation: annotation.map_err(broken(&constant.name))?,
                settable: None,
                doc: docs::doc(&declaration, &constant.doc),
            });
        }
        for variable in vars() {
            let broken = broken(&variable.name);
            let annotation = self.annotator.live(&variable.type_, &scope);
            let settable = self.annotator.of(&variable.type_, Direction::In, &scope);
            properties.push(Property {
                name: variable.name.clone(),
                annotation: annotation.map_err(&broken)?,
                settable: Some(settable.map_err(&broken)?),
                doc: docs::variable_doc(variable),
            });
        }
        let instantiated = |name: &str| {
            schema
                .generics
                .iter()
                .any(|one| one.pkg == package && one.name == name)
        };
        for function in &schema.generic_functions {
            if function.pkg == package && instantiated(&function.name) {
                properties.push(generic(
                    &function.name,
                    "GenericFunction",
                    docs::generic_function_doc(function),
                ));
            }
        }
        for declared in schema.generic_types.iter().filter(|one| one.pkg == package) {
            properties.push(generic(
                &declared.name,
                "GenericType",
                docs::generic_type_doc(declared),
            ));
        }
        let methods = functions()
            .map(|function| self.method(function, &scope))
            .collect::<Result<_, _>>()?;
        let unsupported = schema
            .unsupported
            .iter()
            .filter(|one| one.pkg == package && one.recv.is_none())
            .map(|one| (one.name.clone(), one.reason.to_string()))
            .collect();
        Ok(Api {
            methods,
            properties,
            unsupported,
        })
    }

    fn method(&mut self, function: &Function, scope: &Scope) -> Result<Method, BindingsError> {
        let broken = broken(&function.name);
        let Parameters { names, context, .. } = Parameters::new(&function.params);
        let mut parameters = Vec::with_capacity(names.len());
        let visible = function.params.iter().filter(|one| !one.is_context());
        for (name, parameter) in names.into_iter().zip(visible) {
            let annotation = self.annotator.parameter(parameter, scope);
            parameters.push(Parameter {
                name,
                annotation: annotation.map_err(&broken)?,
                variadic: parameter.is_variadic(),
            });
        }
        let result = self.annotator.results(function, scope);
        Ok(Method {
            name: function.name.clone(),
            parameters,
            context,
            positional: false,
            result: result.map_err(&broken)?,
            doc: docs::function_doc(function),
        })
    }

    fn methods_of(&mut self, name: &str, scope: &Scope) -> Result<Vec<Method>, BindingsError> {
        let methods = self.methods.get(name).cloned().unwrap_or_default();
        methods
            .into_iter()
            .map(|method| self.method(method, scope))
            .collect()
    }

    /// The names of a class's members.
    fn members<'f>(&self, name: &str, fields: impl Iterator<Item = &'f schema::Field>) -> Scope {
        let methods = self.methods.get(name).into_iter().flatten();
        let methods = methods.map(|method| method.name.clone());
        methods
            .chain(fields.map(|field| field.name.clone()))
            .collect()
    }

    /// The zero value of a type, as generated code writes it.
    fn zero(&mut self, type_: &str) -> Result<Zero, ShapeError> {
        let shape = self.annotator.types.lower(type_)?;
        self.zero_of(&shape)
    }

    fn zero_of(&mut self, shape: &Shape) -> Result<Zero, ShapeError> {
        let value = |text: &str| Zero::Value(text.to_owned());
        let factory = |text: &str| Zero::Factory(text.to_owned());
        Ok(match shape {
            Shape::Bool => value("False"),
            Shape::Number(number) if number.is_float() => value("0.0"),
            Shape::Number(_) => value("0"),
            Shape::Complex { .. } => value("0j"),
            Shape::String => value("\"\""),
            Shape::Bytes => value("b\"\""),
            Shape::ByteArray(length) => Zero::Value(format!("bytes({length})")),
            Shape::Numbers(_) | Shape::Slice(_) => factory("lambda: []"),
            Shape::Map(..) => factory("lambda: {}"),
            Shape::Array(length, element) => match self.zero_of(element)? {
                Zero::Value(item) => Zero::Factory(format!("lambda: [{item}] * {length}")),
                Zero::Factory(make) => {
                    let item = make.trim_start_matches("lambda: ");
                    Zero::Factory(format!("lambda: [{item} for _ in range({length})]"))
                }
                Zero::Unknown => Zero::Unknown,
            },
            Shape::Named(id) => {
                let underlying = self.annotator.types.underlying(*id)?;
                // The class is there once the library is loaded; Go takes what it is made of.
                match self.zero_of(&underlying)? {
                    Zero::Value(zero) => Zero::Value(format!("_t.cast(_t.Any, {zero})")),
                    zero => zero,
                }
            }
            Shape::Record(id) => {
                let declaration = self.annotator.types.declaration(*id);
                let name = self.annotator.names.of(*id, Form::Value, declaration);
                Zero::Factory(format!("lambda: {name}()"))
            }
            Shape::Adapter(adapter) => match adapter.descriptor().wire {
                Wire::Number(_) => value("_t.cast(_t.Any, 0)"),
                Wire::Text { zero, .. } => {
                    Zero::Value(format!("_t.cast(_t.Any, {})", quoted(zero)))
                }
            },
            Shape::Opaque(id) if self.annotator.types.declaration(*id).kind == TypeKind::Struct => {
                Zero::Unknown
            }
            Shape::Pointer(_)
            | Shape::Object(_)
            | Shape::Opaque(_)
            | Shape::Interface(_)
            | Shape::Any
            | Shape::Error => value("None"),
        })
    }

    fn dataclass(&mut self, id: TypeId) -> Result<Dataclass, BindingsError> {
        let declaration = self.annotator.types.declaration(id);
        let scope = self.members(&declaration.name, declaration.fields.iter());
        let mut fields = Vec::with_capacity(declaration.fields.len());
        for field in &declaration.fields {
            let name = names::attribute(&field.name).into_owned();
            let broken = broken(&declaration.name);
            let annotation = self.annotator.of(&field.type_, Direction::Out, &scope);
            let taken = self.annotator.of(&field.type_, Direction::In, &scope);
            let (annotation, mut taken) = (annotation.map_err(&broken)?, taken.map_err(&broken)?);
            if !field.required {
                taken = optional(&taken);
            }
            let zero = self.zero(&field.type_).map_err(&broken)?;
            fields.push(Field {
                key: (field.key != name).then(|| field.key.clone()),
                name,
                annotation,
                taken,
                zero,
                doc: field.doc.clone(),
            });
        }
        Ok(Dataclass {
            name: self.annotator.names.of(id, Form::Value, declaration),
            go_type: declaration.name.clone(),
            doc: docs::type_doc(declaration),
            fields,
            methods: self.methods_of(&declaration.name, &scope)?,
        })
    }

    /// What an object of Python's has that implements an interface: its methods, which are
    /// given what Go gives, and return what it takes.
    fn implementation(&mut self, id: TypeId) -> Result<Class, BindingsError> {
        let declaration = self.annotator.types.declaration(id);
        let form = Form::Implementation;
        let name = self.annotator.names.of(id, form, declaration);
        let declared = self.annotator.interfaces.get(declaration.name.as_str());
        let declared = declared.cloned().unwrap_or_default();
        let scope = self.members(&declaration.name, std::iter::empty());
        let mut methods = Vec::with_capacity(declared.len());
        for function in declared {
            let broken = broken(&function.name);
            let names = Parameters::new(&function.params).names;
            let mut names = names.into_iter();
            let mut parameters = Vec::new();
            for parameter in &function.params {
                let name = if parameter.is_context() {
                    "context".to_owned()
                } else {
                    names.next().unwrap_or_default()
                };
                let annotation = self.annotator.given(parameter, &scope);
                parameters.push(Parameter {
                    name,
                    annotation: annotation.map_err(&broken)?,
                    variadic: parameter.is_variadic(),
                });
            }
            let result = self.annotator.returned(&function.results, &scope);
            methods.push(Method {
                name: function.name.clone(),
                parameters,
                context: None,
                positional: true,
                result: result.map_err(&broken)?,
                doc: String::new(),
            });
        }
        Ok(Class {
            name,
            go_type: declaration.name.clone(),
            base: "_t.Protocol".to_owned(),
            doc: format!("An object of Python's that is a `{}`.", declaration.name),
            constructor: None,
            attributes: Vec::new(),
            file: FileMethods::default(),
            methods,
        })
    }

    fn class(&mut self, id: TypeId, form: Form) -> Result<Class, BindingsError> {
        let declaration = self.annotator.types.declaration(id);
        let name = self.annotator.names.of(id, form, declaration);
        let is_struct = form == Form::Object && declaration.kind == TypeKind::Struct;
        let own: &[schema::Field] = if is_struct { &declaration.fields } else { &[] };
        let promoted: &[schema::Field] = if is_struct {
            &declaration.promoted
        } else {
            &[]
        };
        let scope = self.members(&declaration.name, own.iter().chain(promoted));
        let mut attributes = Vec::new();
        let mut seen = HashSet::new();
        for field in own.iter().chain(promoted) {
            if !seen.insert(&field.name) {
                continue;
            }
            let broken = broken(&declaration.name);
            let copied = self.annotator.of(&field.type_, Direction::Out, &scope);
            let live = self.annotator.live(&field.type_, &scope);
            let (copied, annotation) = (copied.map_err(&broken)?, live.map_err(&broken)?);
            let taken = (annotation != copied)
                .then(|| self.annotator.of(&field.type_, Direction::In, &scope));
            attributes.push(Attribute {
                name: names::attribute(&field.name).into_owned(),
                annotation,
                taken: taken.transpose().map_err(&broken)?,
                doc: field.doc.clone(),
            });
        }
        let constructor = (is_struct && !declaration.unnameable && declaration.is_object())
            .then(|| {
                own.iter()
                    .map(|field| {
                        let annotation = self.annotator.of(&field.type_, Direction::In, &scope)?;
                        Ok((names::attribute(&field.name).into_owned(), annotation))
                    })
                    .collect::<Result<Vec<_>, ShapeError>>()
            })
            .transpose()
            .map_err(broken(&declaration.name))?;
        let mut methods = self.methods_of(&declaration.name, &scope)?;
        if let Some(signature) = &declaration.signature {
            let function = Function {
                name: "__call__".to_owned(),
                params: signature.params.clone(),
                results: signature.results.clone(),
                ..Function::default()
            };
            let mut method = self.method(&function, &scope)?;
            "Calls the func.".clone_into(&mut method.doc);
            methods.push(method);
        }
        let is_container = form == Form::Object && declaration.kind == TypeKind::Value;
        let file = match form {
            Form::Object if !is_container => {
                let declared = self.methods.get(declaration.name.as_str());
                FileMethods::of(declared.into_iter().flatten().copied())
            }
            _ => FileMethods::default(),
        };
        let base = if is_container {
            self.live_base(id).map_err(broken(&declaration.name))?
        } else if form == Form::Value {
            self.base(id).map_err(broken(&declaration.name))?
        } else if declaration.kind == TypeKind::Interface {
            for method in &mut methods {
                method.positional = true;
            }
            "_t.Protocol".to_owned()
        } else if is_struct && !declaration.is_object() && !own.is_empty() {
            // Where a record is taken, so is a live one.
            "_usegolib.GoObject, _abc.Mapping[str, _t.Any]".to_owned()
        } else {
            "_usegolib.GoObject".to_owned()
        };
        Ok(Class {
            name,
            go_type: declaration.name.clone(),
            base,
            doc: docs::type_doc(declaration),
            constructor,
            attributes,
            file,
            methods,
        })
    }

    /// The class that live references to values of a named type are instances of.
    fn live_base(&mut self, id: TypeId) -> Result<String, ShapeError> {
        let underlying = self.annotator.underlying(id)?;
        let scope = Scope::new();
        // The arguments may be classes that are defined further down.
        Ok(match &underlying {
            Shape::Map(key, value) => {
                let (key, value) = self.annotator.live_entry(key, value, &scope)?;
                format!("_usegolib.GoMap[\"{key}\", \"{value}\"]")
            }
            Shape::Slice(element) | Shape::Array(_, element) => {
                let item = self.annotator.live_shape(element, &scope)?;
                format!("_usegolib.GoSlice[\"{item}\"]")
            }
            other => self.annotator.live_shape(other, &scope)?,
        })
    }

    /// The built-in class that values of a named type are instances of.
    fn base(&mut self, id: TypeId) -> Result<String, ShapeError> {
        let underlying = self.annotator.underlying(id)?;
        let scope = Scope::new();
        Ok(match &underlying {
            Shape::Number(number) if number.is_float() => "float".to_owned(),
            // Python has no subclasses of bool.
            Shape::Bool | Shape::Number(_) => "int".to_owned(),
            Shape::Adapter(adapter) => adapter.descriptor().wire.python().to_owned(),
            Shape::Numbers(Number::Float32 | Number::Float64) => "list[float]".to_owned(),
            // The arguments may be classes that are defined further down.
            Shape::Slice(element) | Shape::Array(_, element) => {
                let item = self.annotator.shape(element, Direction::Out, &scope)?;
                format!("list[\"{item}\"]")
            }
            Shape::Map(key, value) => {
                let (key, value) = self.annotator.entry(key, value, Direction::Out, &scope)?;
                format!("dict[\"{key}\", \"{value}\"]")
            }
            other => self.annotator.shape(other, Direction::Out, &scope)?,
        })
    }
}

fn broken(name: &str) -> impl Fn(ShapeError) -> BindingsError {
    let name = name.to_owned();
    move |source| BindingsError::Type {
        name: name.clone(),
        source,
    }
}
