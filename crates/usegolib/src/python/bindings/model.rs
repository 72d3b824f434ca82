//! A Go package in Python's terms: everything is named and annotated, so that
//! printing it decides nothing.

use crate::schema::readers::FileMethods;

/// The module to generate.
#[derive(Debug)]
pub(super) struct Module {
    /// Import path of the Go package.
    pub(super) package: String,
    /// `example.com/m v1.2.3`, for the module's docstring.
    pub(super) origin: String,
    /// The version that `load()` asks for; `None` for whatever is there.
    pub(super) version: Option<String>,
    /// The package's `GoDoc`.
    pub(super) doc: String,
    /// Structs that cross as values.
    pub(super) dataclasses: Vec<Dataclass>,
    /// Classes that only the type checker sees: at runtime the loaded library
    /// has them.
    pub(super) classes: Vec<Class>,
    /// What Python implements interfaces by, which only the type checker sees.
    pub(super) implementations: Vec<Class>,
    /// Names for classes that a member of the same name hides in some class
    /// (`func (v Value) Kind() Kind`): alias and class.
    pub(super) aliases: Vec<(String, String)>,
    /// What the package exports.
    pub(super) api: Api,
}

/// The API of the package.
#[derive(Debug)]
pub(super) struct Api {
    /// Its functions.
    pub(super) methods: Vec<Method>,
    /// Its constants and variables.
    pub(super) properties: Vec<Property>,
    /// Names that can't be called, each with its reason.
    pub(super) unsupported: Vec<(String, String)>,
}

/// A struct as a dataclass.
#[derive(Debug)]
pub(super) struct Dataclass {
    pub(super) name: String,
    /// The type's key in the schema.
    pub(super) go_type: String,
    pub(super) doc: String,
    pub(super) fields: Vec<Field>,
    pub(super) methods: Vec<Method>,
}

/// A zero value in Python.
#[derive(Debug)]
pub(super) enum Zero {
    /// An immutable one, as an expression.
    Value(String),
    /// One that every instance has its own of: an expression of what makes it.
    Factory(String),
    /// One that only Go can make.
    Unknown,
}

/// A field of a dataclass.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) annotation: String,
    /// The annotation of what it can be made from.
    pub(super) taken: String,
    /// The canonical key, where it isn't the name.
    pub(super) key: Option<String>,
    /// Its zero value, which it is when it isn't given.
    pub(super) zero: Zero,
    pub(super) doc: String,
}

/// A class that the type checker sees.
#[derive(Debug)]
pub(super) struct Class {
    pub(super) name: String,
    /// The type's key in the schema.
    pub(super) go_type: String,
    pub(super) base: String,
    pub(super) doc: String,
    /// The fields that `T(...)` takes, if it can be called: name and annotation.
    pub(super) constructor: Option<Vec<(String, String)>>,
    /// Fields that read and write Go's memory.
    pub(super) attributes: Vec<Attribute>,
    /// What it has besides Go's methods, as a binary file.
    pub(super) file: FileMethods,
    pub(super) methods: Vec<Method>,
}

/// A field of an object.
#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) name: String,
    pub(super) annotation: String,
    /// What it can be assigned, where that is more: what is live is copied from values.
    pub(super) taken: Option<String>,
    pub(super) doc: String,
}

/// A function or method.
#[derive(Debug)]
pub(super) struct Method {
    pub(super) name: String,
    pub(super) parameters: Vec<Parameter>,
    /// The keywords that stand for a context, if it takes one.
    pub(super) context: Option<[String; 2]>,
    /// Whether the parameters' names are the implementer's own affair.
    pub(super) positional: bool,
    pub(super) result: String,
    pub(super) doc: String,
}

/// One parameter.
#[derive(Debug)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) annotation: String,
    pub(super) variadic: bool,
}

/// A constant or a variable.
#[derive(Debug)]
pub(super) struct Property {
    pub(super) name: String,
    pub(super) annotation: String,
    /// What it can be set to, for a variable.
    pub(super) settable: Option<String>,
    pub(super) doc: String,
}
