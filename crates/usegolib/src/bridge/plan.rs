//! The plan: what is generated for a schema, before anything is written.
//!
//! [`Plan::new`] gives every package its alias and every callable its name, its
//! file and the way it is emitted. How types are written is in `types`.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::names::{Aliases, FunctionNames};
use super::source::Imports;
use super::types::{Anonymous, TypeRef};
use super::{BridgeError, Options, Origin};
use crate::python::Parameters;
use crate::schema::dispatch::{self, Callable};
use crate::schema::expression::{self, Expression};
use crate::schema::shape::{TypeId, TypeTable};
use crate::schema::{Field, Function, Parameter, Schema, Signature, TypeKind};

/// Everything that is decided about the bridge of one schema.
pub(super) struct Plan<'a> {
    pub(super) schema: &'a Schema,
    pub(super) options: &'a Options,
    pub(super) table: TypeTable<'a>,
    pub(super) aliases: Aliases,
    /// The callables that code is generated for, in the order of the symbol table.
    pub(super) entries: Vec<Entry<'a>>,
    /// Aliases for struct and interface types without a name, which don't fit
    /// in a line.
    pub(super) anonymous: RefCell<Anonymous>,
}

/// How one callable is emitted.
pub(super) struct Entry<'a> {
    pub(super) callable: Callable<'a>,
    /// The generated function.
    pub(super) name: String,
    /// What it calls, in Go's words: `mod.Add`.
    pub(super) what: String,
    /// The names of its arguments, separated by spaces, as messages give them.
    pub(super) parameters: String,
    /// How it is called, if not plainly: the name of a constant of the runtime.
    pub(super) mode: Option<&'static str>,
    /// The stem of the file it goes to.
    pub(super) stem: String,
}

impl<'a> Plan<'a> {
    pub(super) fn new(schema: &'a Schema, options: &'a Options) -> Self {
        let mut plan = Self {
            schema,
            options,
            table: TypeTable::new(schema),
            aliases: Aliases::default(),
            entries: Vec::new(),
            anonymous: RefCell::default(),
        };
        plan.name_packages();
        plan.entries = plan.callables();
        plan
    }

    fn name_packages(&mut self) {
        let schema = self.schema;
        for path in ["reflect", "unsafe", "context"] {
            self.aliases.add(path, Some(path));
        }
        // The module's own packages choose their aliases first.
        for package in &schema.packages {
            self.aliases.add(&package.path, Some(&package.name));
        }
        let mut others = BTreeSet::new();
        for function in schema.symbols.iter().chain(&schema.methods) {
            others.insert(function.pkg.as_str());
            for argument in &function.type_args {
                others.extend(expression::paths(argument));
            }
        }
        for declaration in &schema.types {
            if declaration.unnameable {
                continue;
            }
            others.extend(expression::paths(&declaration.name));
        }
        for var in &schema.vars {
            others.insert(&var.pkg);
        }
        for path in others {
            self.aliases.add(path, None);
        }
    }

    fn callables(&self) -> Vec<Entry<'a>> {
        let mut names = FunctionNames::default();
        let mut entries = Vec::new();
        for callable in dispatch::callables(self.schema) {
            let Some((verb, what, parameters)) = self.described(callable) else {
                continue;
            };
            let name = names.unique(verb, callee(&what));
            let package = self.package_of(callable);
            let kind = match callable {
                Callable::Function(_) => "functions",
                Callable::Method(_) => "methods",
                _ => "types",
            };
            entries.push(Entry {
                callable,
                name,
                what,
                parameters,
                mode: self.mode(callable, package),
                stem: self.stem(package, kind),
            });
        }
        entries
    }

    /// What the function that is generated for a callable is there for.
    pub(super) fn origin(&self, callable: Callable<'_>) -> Origin {
        Origin::of(self.schema, callable)
    }

    /// The verb that the name of a callable's function begins with, what it
    /// calls, and the names of its arguments.
    fn described(&self, callable: Callable<'_>) -> Option<(&'static str, String, String)> {
        let mut none = Imports::new();
        Some(match callable {
            Callable::Function(function) => (
                "call",
                self.function_expression(function, &mut none),
                argument_names(&[], &function.params),
            ),
            Callable::Method(method) => {
                let recv = method.recv.as_deref().unwrap_or_default();
                let parameters = argument_names(&["receiver"], &method.params);
                let receiver = self.spoken(recv);
                ("call", format!("{receiver}.{}", method.name), parameters)
            }
            Callable::Invoke(id) => {
                let declaration = self.declaration(id);
                let params = declaration
                    .signature
                    .as_ref()
                    .map_or(&[][..], |s| &s.params);
                (
                    "invoke",
                    format!("a {}", self.short_name(id)),
                    argument_names(&["receiver"], params),
                )
            }
            // Tables say what there is to know of fields and variables.
            _ => return None,
        })
    }

    /// A function as generated code writes it, type arguments included.
    pub(super) fn function_expression(&self, function: &Function, imports: &mut Imports) -> String {
        let base = self.base_name(function);
        let callee = self.qualified(&function.pkg, base, imports);
        if function.type_args.is_empty() {
            return callee;
        }
        let arguments: Vec<_> = function
            .type_args
            .iter()
            .map(|argument| self.go_type(argument, imports))
            .collect();
        format!("{callee}[{}]", arguments.join(", "))
    }

    /// The name of the Go function behind a symbol: for an instantiation, the
    /// generic function's.
    fn base_name<'f>(&'f self, function: &'f Function) -> &'f str {
        if function.type_args.is_empty() {
            return &function.name;
        }
        self.schema
            .generics
            .iter()
            .find(|instance| instance.symbol == function.name && instance.pkg == function.pkg)
            .map_or(&function.name, |instance| &instance.name)
    }

    /// How a callable is called, if not plainly.
    fn mode(&self, callable: Callable<'_>, package: &str) -> Option<&'static str> {
        let params: &[Parameter] = match callable {
            Callable::Function(function) | Callable::Method(function) => &function.params,
            Callable::Invoke(id) => {
                let signature = self.declaration(id).signature.as_ref();
                signature.map_or(&[], |Signature { params, .. }| params)
            }
            _ => &[],
        };
        if params.iter().any(Parameter::is_context) {
            return Some("Cancellably");
        }
        let isolated = &self.options.isolated_packages;
        // Behind a func or an interface there may be any of them.
        let is_isolated = match callable {
            Callable::Invoke(_) => !isolated.is_empty(),
            Callable::Method(method) if !isolated.is_empty() => {
                isolated.contains(package)
                    || method
                        .recv
                        .as_deref()
                        .is_some_and(|recv| self.is_interface(recv))
            }
            _ => isolated.contains(package),
        };
        is_isolated.then_some("Isolated")
    }

    fn is_interface(&self, name: &str) -> bool {
        let found = self.table.find(name);
        found.is_some_and(|id| self.declaration(id).kind == TypeKind::Interface)
    }

    /// The package whose files a callable of a type or variable goes to.
    pub(super) fn package_of(&self, callable: Callable<'a>) -> &'a str {
        match callable {
            Callable::Function(function) | Callable::Method(function) => &function.pkg,
            Callable::Construct(id)
            | Callable::Snapshot(id)
            | Callable::GetField(id, _)
            | Callable::SetField(id, _)
            | Callable::Invoke(id) => &self.declaration(id).pkg,
            Callable::GetVar(n) | Callable::SetVar(n) => &self.schema.vars[n as usize].pkg,
        }
    }

    /// The stem of the file for what belongs to the package at `path`.
    pub(super) fn stem(&self, path: &str, kind: &str) -> String {
        match self.aliases.get(path) {
            // The kind comes last: a file named x_windows.go would be built on
            // Windows only.
            Some(alias) => format!("{alias}_{kind}"),
            None => format!("other_{kind}"),
        }
    }

    /// A declared type as generated code writes it.
    pub(super) fn short_name(&self, id: TypeId) -> String {
        self.spoken(&self.declaration(id).name)
    }

    /// A type in names and comments: as generated code writes it, if it can.
    pub(super) fn spoken(&self, text: &str) -> String {
        if self.is_nameable(text) {
            self.go_type(text, &mut Imports::new())
        } else {
            text.to_owned()
        }
    }

    /// The type of a field of the struct `id`.
    pub(super) fn field_type(&self, id: TypeId, field: &Field) -> Result<TypeRef, BridgeError> {
        let what = format!("{}.{}", self.declaration(id).name, field.name);
        self.lower(&field.type_, &what).map_err(|error| {
            error.of(|| Origin::Field {
                recv: self.declaration(id).name.clone(),
                name: field.name.clone(),
            })
        })
    }

    /// What the named type `id` is made of.
    pub(super) fn underlying(&self, id: TypeId) -> Result<TypeRef, BridgeError> {
        let declaration = self.declaration(id);
        self.lower(&declaration.underlying, &declaration.name)
            .map_err(|error| error.of(|| Origin::of_type(&declaration.name)))
    }

    /// Whether a method's result of that type is live.
    pub(super) fn is_live_result(
        &self,
        method: &Function,
        text: &str,
    ) -> Result<bool, BridgeError> {
        let live = self.table.is_live_result(method, text);
        live.map_err(|source| BridgeError::Shape {
            what: method.name.clone(),
            source,
        })
    }

    /// Whether a callable has parameters of types that generated code can't name.
    pub(super) fn is_inferred(&self, callable: Callable<'_>) -> bool {
        let params = match callable {
            Callable::Function(function) | Callable::Method(function) => &function.params,
            Callable::Invoke(id) => match &self.declaration(id).signature {
                _ if self.declaration(id).unnameable => return true,
                Some(signature) => &signature.params,
                None => return false,
            },
            _ => return false,
        };
        !params
            .iter()
            .all(|param| self.is_nameable(param.argument()))
    }

    /// Whether the schema has the very signature of a method. Where a parameter's
    /// type can't be named, the schema has the type underneath, which has no
    /// name; Go would take its values, but not the method for another one.
    pub(super) fn is_exact(&self, method: &Function) -> bool {
        let has_name = |text: &str| match expression::parse(text) {
            Expression::Leaf(leaf) => !leaf.contains(['{', '(', ' ']),
            Expression::Pointer(_) | Expression::Variadic(_) => true,
            _ => false,
        };
        method
            .params
            .iter()
            .all(|param| has_name(&param.type_) && self.is_nameable(&param.type_))
            && method.results.iter().all(|text| self.is_nameable(text))
    }
}

/// The interface with just this method, as a type expression.
pub(super) fn method_interface(method: &Function) -> String {
    let params: Vec<_> = method
        .params
        .iter()
        .map(|param| param.type_.as_str())
        .collect();
    let results = match &method.results[..] {
        [] => String::new(),
        [one] => format!(" {one}"),
        several => format!(" ({})", several.join(", ")),
    };
    let (name, params) = (&method.name, params.join(", "));
    format!("interface{{{name}({params}){results}}}")
}

/// The part of a description that a function is named after.
fn callee(what: &str) -> &str {
    what.strip_prefix("a ").unwrap_or(what)
}

/// What messages call a callable's arguments: what its signature in Python does.
fn argument_names(first: &[&str], params: &[Parameter]) -> String {
    let Parameters { in_order, .. } = Parameters::new(params);
    let first = first.iter().copied();
    let names: Vec<_> = first.chain(in_order.iter().map(String::as_str)).collect();
    names.join(" ")
}
