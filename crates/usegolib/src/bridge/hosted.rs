//! Funcs and adapters that are the host's: code that asks it.
//!
//! A type of func gets a function that makes one of what the host holds, and an
//! interface an adapter: a type with its methods. Types of the same parameters and
//! results, and interfaces of the same methods, share one.

use std::collections::HashMap;

use super::emit::Emitter;
use super::source::{Block, Body, Imports, render};
use super::types::TypeRef;
use super::values::Place;
use super::{BridgeError, Origin};
use crate::schema::implementable::{self, FUNCS, Implementable};
use crate::schema::shape::{Shape, TypeId};
use crate::schema::{Function, Parameter, Schema, Signature, TypeKind};

/// The parameters and results of a function that asks the host, as they are written.
struct Heading {
    parameters: String,
    results: String,
}

impl Emitter<'_, '_> {
    /// The function that makes a value of a type of what the host holds; none where
    /// there is no code for that.
    pub(super) fn hosted(&mut self, id: TypeId) -> Result<Option<String>, BridgeError> {
        let declaration = self.plan.declaration(id);
        match (declaration.kind, &declaration.signature) {
            (TypeKind::Func, Some(signature))
                if self.hosts.funcs > 0
                    && self.can_write(&signature.params, &signature.results) =>
            {
                self.hosted_func(&declaration.name, signature).map(Some)
            }
            (TypeKind::Interface, _) if self.hosts.adapters.has(&declaration.name) => {
                self.adapter(id).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Whether generated code can name all types of a signature.
    fn can_write(&self, params: &[Parameter], results: &[String]) -> bool {
        let params = params.iter().map(Parameter::argument);
        params
            .chain(results.iter().map(String::as_str))
            .all(|text| self.plan.is_nameable(text))
    }

    fn hosted_func(&mut self, name: &str, signature: &Signature) -> Result<String, BridgeError> {
        let mut body = Body::default();
        let arguments = format!("h, {}", signature.params.len());
        let mut inner = Body::default();
        let heading = self.ask(
            &format!("bridge.Ask({arguments})"),
            &signature.params,
            &signature.results,
            name,
            &mut inner,
        )?;
        let what = format!("func({}){}", heading.parameters, heading.results);
        if let Some(made) = self.hosts.made.get(&what) {
            return Ok(made.clone());
        }
        self.hosts.funcs -= 1;
        body.imports.append(&mut inner.imports);
        body.open(format!("return {what} {{"));
        body.lines_of(inner);
        body.close();
        let function = self
            .functions
            .unique("host", &self.plan.go_type(name, &mut Imports::new()));
        let text = render(
            "host_func.go",
            minijinja::context! { name => function.as_str(), what => self.plan.go_type(name, &mut Imports::new()), body => body.indented(1) },
        )?;
        let origins = vec![Origin::of_type(name)];
        self.emit("hosted", Block::new(body.imports, text, origins));
        self.hosts.made.insert(what, function.clone());
        Ok(function)
    }

    /// The function that makes an adapter of an interface.
    fn adapter(&mut self, id: TypeId) -> Result<String, BridgeError> {
        let declaration = self.plan.declaration(id);
        let name = declaration.name.as_str();
        let methods = methods(self.plan.schema, name);
        let set = implementable::set_of(&methods);
        if let Some(made) = self.hosts.made.get(&set) {
            return Ok(made.clone());
        }
        let what = self.plan.go_type(name, &mut Imports::new());
        let adapter = self.functions.unique("hosted", &what);
        let mut imports = Imports::new();
        let mut code = Vec::new();
        for (number, method) in methods.iter().enumerate() {
            let mut body = Body::default();
            let asked = format!(
                "bridge.AskMethod(&a.HostObject, {number}, {})",
                method.params.len()
            );
            let heading = self.ask(&asked, &method.params, &method.results, name, &mut body)?;
            imports.append(&mut body.imports);
            code.push(minijinja::context! {
                name => method.name.as_str(),
                heading => format!("({}){}", heading.parameters, heading.results),
                body => body.indented(1),
            });
        }
        let function = self.functions.unique("host", &what);
        let text = render(
            "adapter.go",
            minijinja::context! { name => function.as_str(), adapter, what, methods => code },
        )?;
        self.emit(
            "hosted",
            Block::new(imports, text, vec![Origin::of_type(name)]),
        );
        self.hosts.made.insert(set, function.clone());
        Ok(function)
    }

    /// Adds the statements that ask the host, beginning with a call of `ask`.
    fn ask(
        &mut self,
        ask: &str,
        params: &[Parameter],
        results: &[String],
        what: &str,
        body: &mut Body,
    ) -> Result<Heading, BridgeError> {
        let raises = results.last().is_some_and(|last| last == "error");
        let values = &results[..results.len() - usize::from(raises)];
        let mut parameters = Vec::new();
        let mut arguments = Vec::new();
        for (n, param) in params.iter().enumerate() {
            let go_type = self.plan.go_type(&param.type_, &mut body.imports);
            parameters.push(format!("p{n} {go_type}"));
            arguments.push(format!("p{n}"));
        }
        let mut named = Vec::new();
        for (n, result) in values.iter().enumerate() {
            named.push(format!(
                "r{n} {}",
                self.plan.go_type(result, &mut body.imports)
            ));
        }
        if raises {
            named.push("err error".to_owned());
        }
        // Bytes are shown by the question itself.
        let mut is_used = false;
        for param in params {
            let is_bytes = !param.is_context()
                && !param.is_variadic()
                && matches!(self.plan.lower(&param.type_, what)?.shape, Shape::Bytes);
            is_used |= !is_bytes;
        }
        let encoder = if is_used { "e" } else { "_" };
        body.line(format!("q, {encoder} := {ask}"));
        body.line(if raises {
            "defer q.Close(&err)"
        } else {
            "defer q.Close(nil)"
        });
        for (param, argument) in params.iter().zip(&arguments) {
            self.show(param, argument, what, body)?;
        }
        if values.is_empty() {
            body.line("q.Answer()");
        } else {
            body.open("if d := q.Answer(); d != nil {");
            if values.len() > 1 {
                body.line(format!("d.FixedArray({})", values.len()));
            }
            for (n, result) in values.iter().enumerate() {
                let of = self.plan.lower(result, what)?;
                self.decode_into(&of, &Place::variable(format!("r{n}")), body)?;
            }
            if values.len() > 1 {
                body.line("d.Leave()");
            }
            body.line("q.End()");
            body.close();
        }
        if !named.is_empty() {
            let returned: Vec<_> = named
                .iter()
                .filter_map(|one| one.split(' ').next())
                .collect();
            body.line(format!("return {}", returned.join(", ")));
        }
        Ok(Heading {
            parameters: parameters.join(", "),
            results: if named.is_empty() {
                String::new()
            } else {
                format!(" ({})", named.join(", "))
            },
        })
    }

    /// Adds the statements that write an argument for the host.
    fn show(
        &mut self,
        param: &Parameter,
        argument: &str,
        what: &str,
        body: &mut Body,
    ) -> Result<(), BridgeError> {
        if param.is_context() {
            body.line(format!("e.Any({argument})"));
            return Ok(());
        }
        let of: TypeRef = self.plan.lower(&param.type_, what)?;
        if param.is_variadic() {
            return self.encode(&of, &Place::variable(argument), body);
        }
        match of.shape {
            Shape::Bytes => body.line(format!("q.Show({argument})")),
            Shape::Pointer(_)
            | Shape::Slice(_)
            | Shape::Numbers(_)
            | Shape::Map(..)
            | Shape::Named(_) => body.line(format!("bridge.Show(q, e, &{argument})")),
            _ => return self.encode(&of, &Place::variable(argument).shared(), body),
        }
        Ok(())
    }
}

/// The methods of an interface, in the order of their numbers: by name.
fn methods<'s>(schema: &'s Schema, interface: &str) -> Vec<&'s Function> {
    let methods = schema.methods.iter();
    let mut methods: Vec<_> = methods
        .filter(|method| method.recv.as_deref() == Some(interface))
        .collect();
    methods.sort_by(|a, b| a.name.cmp(&b.name));
    methods
}

/// What is made for the host.
#[derive(Debug)]
pub(super) struct Hosts<'a> {
    /// How many funcs there may still be.
    funcs: usize,
    /// The functions that were written, by what they make.
    made: HashMap<String, String>,
    /// The interfaces that there are adapters for.
    adapters: Implementable<'a>,
}

impl<'a> Hosts<'a> {
    pub(super) fn new(schema: &'a Schema) -> Self {
        Self {
            funcs: FUNCS,
            made: HashMap::new(),
            adapters: Implementable::of(schema),
        }
    }
}
