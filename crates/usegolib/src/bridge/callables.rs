//! One generated function per callable.

use serde::Serialize;

use super::BridgeError;
use super::output::{Body, Row, render};
use super::receivers::Receiver;
use super::types::{Generator, TypeRef};
use super::values::Place;
use crate::schema::dispatch::{self, BUILTIN_SLOTS, Callable};
use crate::schema::shape::TypeId;
use crate::schema::{Function, Parameter};

#[derive(Serialize)]
struct CallableContext<'c> {
    name: &'c str,
    what: &'c str,
    body: String,
}

/// What a generated call calls, and how its results are written.
struct Call<'c> {
    /// The callee, with all but its arguments: `mod.Add`, `receiver.Len`.
    callee: String,
    params: &'c [Parameter],
    results: &'c [String],
    returned: Option<(TypeRef, Place)>,
    /// For messages.
    what: &'c str,
}

impl Generator<'_> {
    /// Generates the functions of the whole symbol table and returns its rows.
    pub(super) fn callables(&mut self) -> Result<Vec<Row>, BridgeError> {
        let schema = self.schema;
        let mut rows = Vec::new();
        for (index, callable) in (BUILTIN_SLOTS..).zip(dispatch::callables(schema)) {
            let name = format!("call{index}");
            let mut body = Body::default();
            let (what, package, parameters) = self.callable(callable, &mut body)?;
            let text = render(
                "callable.go",
                CallableContext {
                    name: &name,
                    what: &what,
                    body: body.indented(1),
                },
            )?;
            let kind = match callable {
                Callable::Function(_) => "functions",
                Callable::Method(_) => "methods",
                Callable::GetVar(_) | Callable::SetVar(_) => "vars",
                _ => "fields",
            };
            let stem = self.stem(package, kind);
            self.emit(&stem, body.imports, text);
            rows.push(Row {
                function: name,
                parameters,
                isolated: self.options.isolated_packages.contains(package),
            });
        }
        Ok(rows)
    }

    /// Adds the statements of one callable. Returns what it is, the package it
    /// belongs to and the names of its arguments.
    fn callable<'s>(
        &mut self,
        callable: Callable<'s>,
        body: &mut Body,
    ) -> Result<(String, &'s str, String), BridgeError>
    where
        Self: 's,
    {
        match callable {
            Callable::Function(function) => {
                let base = self.base_name(function).to_owned();
                let mut callee = self.qualified(&function.pkg, &base, &mut body.imports);
                if !function.type_args.is_empty() {
                    let arguments: Vec<_> = function
                        .type_args
                        .iter()
                        .map(|argument| self.go_type(argument, &mut body.imports))
                        .collect();
                    callee = format!("{callee}[{}]", arguments.join(", "));
                }
                let what = callee.clone();
                let call = Call {
                    callee,
                    params: &function.params,
                    results: &function.results,
                    returned: None,
                    what: &what,
                };
                self.call(&call, body)?;
                Ok((what, &function.pkg, argument_names(&[], &function.params)))
            }
            Callable::Method(method) => {
                let what = self.method(method, body)?;
                let names = argument_names(&["receiver"], &method.params);
                Ok((what, &method.pkg, names))
            }
            Callable::Construct(id) => {
                let what = format!("&{}{{...}}", self.short_name(id));
                let decode = match self.object_decoder(id)? {
                    Some(function) => format!("{function}(d)"),
                    None => {
                        let name = self.declaration(id).name.clone();
                        let go_type = self.go_type(&name, &mut body.imports);
                        format!("bridge.Object[{go_type}](d)")
                    }
                };
                body.line(format!("v := {decode}"));
                body.line("d.End()");
                body.line("e.Success()");
                body.line(format!("e.Object({}, v)", id.0));
                Ok((what, self.package_of(callable), "fields".to_owned()))
            }
            Callable::Snapshot(id) => {
                self.object_argument(id, body);
                let function = self.fields_encoder(id)?;
                body.line("d.End()");
                body.line("e.Success()");
                body.line(format!("{function}(e, receiver)"));
                let what = format!("the exported fields of {}", self.short_name(id));
                Ok((what, self.package_of(callable), "receiver".to_owned()))
            }
            Callable::GetField(id, n) => {
                let field = dispatch::field(self.declaration(id), n);
                let of = self.field_type(id, field)?;
                self.object_argument(id, body);
                body.line("d.End()");
                body.line("e.Success()");
                // A field that is an object is the object in the struct.
                let place = Place::variable(format!("receiver.{}", field.name)).shared();
                self.encode(&of, &place, body)?;
                let what = format!("{}.{}", self.short_name(id), field.name);
                Ok((what, self.package_of(callable), "receiver".to_owned()))
            }
            Callable::SetField(id, n) => {
                let field = dispatch::field(self.declaration(id), n);
                let of = self.field_type(id, field)?;
                self.object_argument(id, body);
                self.assign(&of, &format!("receiver.{}", field.name), body)?;
                let what = format!("{}.{} =", self.short_name(id), field.name);
                let names = format!("receiver {}", field.name);
                Ok((what, self.package_of(callable), names))
            }
            Callable::Invoke(id) => {
                let declaration = self.declaration(id);
                let go_type = self.go_type(&declaration.name, &mut body.imports);
                body.line(format!("receiver := bridge.Opaque[{go_type}](d)"));
                let signature = declaration
                    .signature
                    .as_ref()
                    .expect("only funcs are invoked");
                let what = format!("a {go_type}");
                let call = Call {
                    callee: "receiver".to_owned(),
                    params: &signature.params,
                    results: &signature.results,
                    returned: None,
                    what: &what,
                };
                self.call(&call, body)?;
                let names = argument_names(&["receiver"], &signature.params);
                Ok((what, self.package_of(callable), names))
            }
            Callable::GetVar(n) => {
                let var = &self.schema.vars[n as usize];
                let name = self.qualified(&var.pkg, &var.name, &mut body.imports);
                let of = self.lower(&var.type_, &name)?;
                body.line("d.End()");
                body.line("e.Success()");
                self.encode(&of, &Place::variable(name.clone()).shared(), body)?;
                Ok((name, self.package_of(callable), String::new()))
            }
            Callable::SetVar(n) => {
                let var = &self.schema.vars[n as usize];
                let name = self.qualified(&var.pkg, &var.name, &mut body.imports);
                let of = self.lower(&var.type_, &name)?;
                self.assign(&of, &name, body)?;
                let names = var.name.clone();
                Ok((format!("{name} ="), self.package_of(callable), names))
            }
        }
    }

    /// The package whose files a callable of a type or variable goes to.
    fn package_of<'s>(&self, callable: Callable<'s>) -> &'s str
    where
        Self: 's,
    {
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

    fn short_name(&self, id: TypeId) -> String {
        self.go_type(&self.declaration(id).name, &mut Default::default())
    }

    /// Adds the statement that reads the struct that an accessor is of.
    fn object_argument(&self, id: TypeId, body: &mut Body) {
        let go_type = self.go_type(&self.declaration(id).name, &mut body.imports);
        body.line(format!("receiver := bridge.Box[{go_type}](d)"));
    }

    /// Adds the statements that read a value and assign it to `target`.
    fn assign(&mut self, of: &TypeRef, target: &str, body: &mut Body) -> Result<(), BridgeError> {
        if self.is_nameable(&of.text) {
            let value = self.decode_variable(of, "v", body)?;
            body.line("d.End()");
            body.line(format!("{target} = {value}"));
        } else {
            body.line(format!("bridge.DecodeReflected(d, &{target})"));
            body.line("d.End()");
        }
        body.line("e.Success()");
        body.line("e.Nil()");
        Ok(())
    }

    /// Adds the statements of a method call and returns the method's name.
    fn method(&mut self, method: &Function, body: &mut Body) -> Result<String, BridgeError> {
        let recv = method.recv.as_deref().unwrap_or_default();
        let nameable = self.is_nameable(recv);
        let what = if nameable {
            format!(
                "{}.{}",
                self.go_type(recv, &mut Default::default()),
                method.name
            )
        } else {
            format!("{recv}.{}", method.name)
        };
        let Receiver {
            expression,
            returned,
        } = if nameable {
            self.receiver(method, body)?
        } else {
            self.unnameable_receiver(method, body)?
        };
        let call = Call {
            callee: format!("{expression}.{}", method.name),
            params: &method.params,
            results: &method.results,
            returned,
            what: &what,
        };
        self.call(&call, body)?;
        Ok(what)
    }

    /// Adds the statements that read a receiver whose type can't be named: the
    /// method is called through an interface that has just that method.
    fn unnameable_receiver(
        &mut self,
        method: &Function,
        body: &mut Body,
    ) -> Result<Receiver, BridgeError> {
        let recv = method.recv.as_deref().unwrap_or_default();
        let number = self.table.find(recv).map_or(u32::MAX, |id| id.0);
        let signature = method
            .params
            .iter()
            .map(|param| &param.type_)
            .chain(&method.results);
        if signature.into_iter().all(|text| self.is_nameable(text)) {
            let params: Vec<_> = method
                .params
                .iter()
                .map(|param| self.go_type(&param.type_, &mut body.imports))
                .collect();
            let results: Vec<_> = method
                .results
                .iter()
                .map(|text| self.go_type(text, &mut body.imports))
                .collect();
            let results = match &results[..] {
                [] => String::new(),
                [one] => format!(" {one}"),
                several => format!(" ({})", several.join(", ")),
            };
            let (name, params) = (&method.name, params.join(", "));
            body.line(format!(
                "receiver := bridge.Receive[interface{{ {name}({params}){results} }}](d, {number})"
            ));
        } else {
            // The interface can't be written either.
            body.line(format!("receiver := bridge.ReceiveAny(d, {number})"));
        }
        Ok(Receiver {
            expression: "receiver".to_owned(),
            returned: None,
        })
    }

    /// Adds the statements that read the arguments, call and write the results.
    fn call(&mut self, call: &Call<'_>, body: &mut Body) -> Result<(), BridgeError> {
        if !call
            .params
            .iter()
            .all(|param| self.is_nameable(&param.type_))
        {
            body.line(format!("bridge.CallReflected(d, e, {})", call.callee));
            return Ok(());
        }
        let locals = self
            .aliases
            .locals(call.params.iter().map(|param| param.name.as_str()));
        let mut arguments = Vec::new();
        for (param, local) in call.params.iter().zip(&locals) {
            let of = self.lower(&param.type_, call.what)?;
            let mut argument = self.decode_variable(&of, local, body)?;
            if param.is_variadic() {
                argument.push_str("...");
            }
            arguments.push(argument);
        }
        body.line("d.End()");

        let raises = call.results.last().is_some_and(|last| last == "error");
        let values = &call.results[..call.results.len() - usize::from(raises)];
        let mut names: Vec<_> = (0..values.len()).map(|n| format!("r{n}")).collect();
        if raises {
            names.push("err".to_owned());
        }
        let invocation = format!("{}({})", call.callee, arguments.join(", "));
        if names.is_empty() {
            body.line(invocation);
        } else if raises && values.is_empty() {
            body.open(format!("if err := {invocation}; err != nil {{"));
            body.line("e.Failure(err)");
            body.line("return");
            body.close();
        } else {
            body.line(format!("{} := {invocation}", names.join(", ")));
            if raises {
                body.open("if err != nil {");
                body.line("e.Failure(err)");
                body.line("return");
                body.close();
            }
        }

        if call.returned.is_some() {
            body.line("e.SuccessOf(byValue)");
        } else {
            body.line("e.Success()");
        }
        match values.len() {
            0 => body.line("e.Nil()"),
            1 => {}
            n => body.line(format!("e.Results({n})")),
        }
        for (text, name) in values.iter().zip(names) {
            let of = self.lower(text, call.what)?;
            // Nothing else has a result's memory.
            self.encode(&of, &Place::variable(name).shared(), body)?;
        }
        if let Some((of, place)) = &call.returned {
            body.open("if byValue {");
            self.encode(of, place, body)?;
            body.close();
        }
        Ok(())
    }
}

/// The names of a callable's arguments as messages give them.
fn argument_names(first: &[&str], params: &[Parameter]) -> String {
    let mut names: Vec<_> = first.iter().map(|name| (*name).to_owned()).collect();
    for (at, param) in params.iter().enumerate() {
        if param.name.is_empty() || param.name == "_" {
            names.push(format!("arg{}", at + 1));
        } else {
            names.push(param.name.clone());
        }
    }
    names.join(" ")
}
