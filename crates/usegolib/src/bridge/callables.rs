//! One generated function per callable.

use std::collections::HashMap;

use serde::Serialize;

use super::BridgeError;
use super::output::{Body, Row, render};
use super::receivers::{UnnameableReceiver, method_interface};
use super::types::{Generator, Imports, TypeRef};
use super::values::Place;
use crate::schema::dispatch::{self, BUILTIN_SLOTS, Callable};
use crate::schema::shape::{Shape, TypeId};
use crate::schema::{Function, Lending, Parameter, Signature};

#[derive(Serialize)]
struct CallableContext<'c> {
    name: &'c str,
    what: &'c str,
    body: String,
}

/// What the table and the comments say of a callable.
pub(super) struct Described {
    /// What it is, in Go's words: `mod.Add`.
    pub(super) what: String,
    /// The names of its arguments, separated by spaces.
    pub(super) parameters: String,
}

/// What a generated call calls, and how its results are written.
struct Call<'c> {
    /// The callee, with all but its arguments: `mod.Add`, `receiver.Len`.
    callee: String,
    params: &'c [Parameter],
    results: &'c [String],
    returned: Option<(TypeRef, Place)>,
    /// Whether the parameters say what the callee does with its arguments.
    lends: bool,
    /// For messages.
    what: &'c str,
}

impl Generator<'_> {
    /// Generates the functions of the whole symbol table and returns its rows.
    pub(super) fn callables(&mut self) -> Result<Vec<Row>, BridgeError> {
        let schema = self.schema;
        let alike = self.shared_methods();
        // The functions for those that are alike, once they are there.
        let mut shared: HashMap<String, String> = HashMap::new();
        let mut rows = Vec::new();
        for (index, callable) in (BUILTIN_SLOTS..).zip(dispatch::callables(schema)) {
            let mut name = format!("call{index}");
            let package = self.package_of(callable);
            let manner = self.manner(callable, package);
            let key = self.shared_key(callable, &alike);
            if let Some((key, method)) = &key {
                if let Some(name) = shared.get(key) {
                    rows.push(Row {
                        function: name.clone(),
                        parameters: argument_names(&["receiver"], &method.params),
                        manner,
                    });
                    continue;
                }
                name = self.functions.unique("call", &method.name);
                shared.insert(key.clone(), name.clone());
            }
            let mut body = Body::default();
            let Described { what, parameters } = match key {
                Some((key, method)) => self.shared_method(method, alike[&key], &mut body)?,
                None => self.callable(callable, &mut body)?,
            };
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
                manner,
            });
        }
        Ok(rows)
    }

    /// How a callable is called, if not plainly.
    fn manner(&self, callable: Callable<'_>, package: &str) -> Option<&'static str> {
        let params: &[Parameter] = match callable {
            Callable::Function(function) | Callable::Method(function) => &function.params,
            Callable::Invoke(id) => {
                let signature = self.declaration(id).signature.as_ref();
                signature.map_or(&[], |signature| &signature.params)
            }
            _ => &[],
        };
        if params.iter().any(Parameter::is_context) {
            return Some("Cancellably");
        }
        let isolated = self.options.isolated_packages.contains(package);
        isolated.then_some("Isolated")
    }

    /// What a callable has in common with the ones that are alike, if any are.
    fn shared_key<'c>(
        &self,
        callable: Callable<'c>,
        alike: &HashMap<String, usize>,
    ) -> Option<(String, &'c Function)> {
        let Callable::Method(method) = callable else {
            return None;
        };
        let key = method_interface(method);
        (alike.contains_key(&key) && self.is_shareable(method)).then_some((key, method))
    }

    /// Calls a method of any of several types.
    fn shared_method(
        &mut self,
        method: &Function,
        count: usize,
        body: &mut Body,
    ) -> Result<Described, BridgeError> {
        let receiver = self.shared_receiver(method, body);
        let what = format!("the method {} of {count} types", method.name);
        let call = Call {
            callee: format!("{}.{}", receiver.expression, method.name),
            params: &method.params,
            results: &method.results,
            returned: receiver.returned,
            lends: false,
            what: &what,
        };
        self.call(&call, body)?;
        Ok(Described {
            what,
            parameters: argument_names(&["receiver"], &method.params),
        })
    }

    /// Adds the statements of one callable.
    fn callable(
        &mut self,
        callable: Callable<'_>,
        body: &mut Body,
    ) -> Result<Described, BridgeError> {
        match callable {
            Callable::Function(function) => self.function_call(function, body),
            Callable::Method(method) => self.method_call(method, body),
            Callable::Construct(id) => self.construct(id, body),
            Callable::Snapshot(id) => self.snapshot(id, body),
            Callable::GetField(id, n) => self.get_field(id, n, body),
            Callable::SetField(id, n) => self.set_field(id, n, body),
            Callable::Invoke(id) => self.invoke(id, body),
            Callable::GetVar(n) => self.get_var(n, body),
            Callable::SetVar(n) => self.set_var(n, body),
        }
    }

    /// Calls a package-level function.
    fn function_call(
        &mut self,
        function: &Function,
        body: &mut Body,
    ) -> Result<Described, BridgeError> {
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
            lends: true,
            what: &what,
        };
        self.call(&call, body)?;
        Ok(Described {
            what,
            parameters: argument_names(&[], &function.params),
        })
    }

    /// Calls the func that a handle leads to.
    fn invoke(&mut self, id: TypeId, body: &mut Body) -> Result<Described, BridgeError> {
        let declaration = self.declaration(id);
        let go_type = self.go_type(&declaration.name, &mut body.imports);
        body.line(format!("receiver := bridge.Opaque[{go_type}](d)"));
        let Signature { params, results } = declaration
            .signature
            .as_ref()
            .expect("only funcs are invoked");
        let what = format!("a {go_type}");
        let call = Call {
            callee: "receiver".to_owned(),
            params,
            results,
            returned: None,
            lends: false,
            what: &what,
        };
        self.call(&call, body)?;
        Ok(Described {
            what,
            parameters: argument_names(&["receiver"], params),
        })
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

    pub(super) fn short_name(&self, id: TypeId) -> String {
        self.go_type(&self.declaration(id).name, &mut Imports::new())
    }

    /// Calls a method.
    fn method_call(
        &mut self,
        method: &Function,
        body: &mut Body,
    ) -> Result<Described, BridgeError> {
        let parameters = argument_names(&["receiver"], &method.params);
        let recv = method.recv.as_deref().unwrap_or_default();
        let nameable = self.is_nameable(recv);
        let what = if nameable {
            format!(
                "{}.{}",
                self.go_type(recv, &mut Imports::new()),
                method.name
            )
        } else {
            format!("{recv}.{}", method.name)
        };
        let receiver = if nameable {
            self.receiver(method, body)?
        } else {
            match self.unnameable_receiver(method, body)? {
                UnnameableReceiver::Interface(receiver) => receiver,
                UnnameableReceiver::Reflected { returns } => {
                    let returned = if returns {
                        "byValue, receiver"
                    } else {
                        "false, nil"
                    };
                    body.imports.insert("reflect".to_owned());
                    // A constant name, so that the linker keeps only methods
                    // that are called so.
                    body.line(format!(
                        "method := reflect.ValueOf(receiver).MethodByName({:?})",
                        method.name
                    ));
                    body.line(format!("bridge.CallReflected(d, e, method, {returned})"));
                    return Ok(Described { what, parameters });
                }
            }
        };
        let call = Call {
            callee: format!("{}.{}", receiver.expression, method.name),
            params: &method.params,
            results: &method.results,
            returned: receiver.returned,
            lends: true,
            what: &what,
        };
        self.call(&call, body)?;
        Ok(Described { what, parameters })
    }

    /// Adds the statements that read the arguments, call and write the results.
    fn call(&mut self, call: &Call<'_>, body: &mut Body) -> Result<(), BridgeError> {
        let locals = self
            .aliases
            .locals(call.params.iter().map(|param| param.name.as_str()));
        let mut arguments = Vec::new();
        let mut lent = Lending::Kept;
        for (param, local) in call.params.iter().zip(&locals) {
            if param.is_context() {
                body.line(format!("{local} := d.Context()"));
                arguments.push(local.clone());
                continue;
            }
            let of = self.lower(&param.type_, call.what)?;
            let scalar = matches!(of.shape, Shape::Bool | Shape::Number(_));
            if call.lends && !scalar && param.lent != lent {
                lent = param.lent;
                body.line(format!("d.Lend({})", lending(lent)));
            }
            if !self.is_nameable(&of.text) {
                return Err(BridgeError::Unnameable {
                    what: call.what.to_owned(),
                    type_: of.text,
                });
            }
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

        if let ([text], None) = (values, &call.returned) {
            let of = self.lower(text, call.what)?;
            // Nothing else has a result's memory.
            return self.succeed(&of, &Place::variable("r0".to_owned()).shared(), body);
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

const fn lending(lent: Lending) -> &'static str {
    match lent {
        Lending::Kept => "bridge.Kept",
        Lending::Change => "bridge.LentToChange",
        Lending::Read => "bridge.LentToRead",
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
