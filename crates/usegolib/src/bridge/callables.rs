//! One generated function per callable.

use serde::Serialize;

use super::BridgeError;
use super::emit::{Emitter, Written};
use super::parts::{self, Row, Table};
use super::plan::Entry;
use super::receivers::UnnameableReceiver;
use super::source::{Block, Body, Import, Imports, render};
use super::types::TypeRef;
use super::values::Place;
use crate::schema::dispatch::Callable;
use crate::schema::shape::{Shape, TypeId};
use crate::schema::{Function, Lending, Parameter, Signature};

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
    /// The position of the first parameter among the arguments.
    first: usize,
    results: &'c [String],
    returned: Option<(TypeRef, Place)>,
    /// The method, of which some results may be live.
    method: Option<&'c Function>,
    /// Whether the parameters say what the callee does with its arguments.
    lends: bool,
    /// For messages.
    what: &'c str,
}

impl Emitter<'_, '_> {
    /// Generates the symbol table and the functions that it leads to.
    pub(super) fn callables(&mut self) -> Result<(), BridgeError> {
        let plan = self.plan;
        for entry in &plan.entries {
            if plan.options.mistaken.contains(&plan.origin(entry.callable))
                && let Some(bounced) = self
                    .bounce(entry, &mut Imports::new())
                    .map_err(|error| error.of(|| plan.origin(entry.callable)))?
            {
                self.mistaken.insert(bounced.layout);
            }
        }
        let mut rows = Vec::new();
        for entry in &plan.entries {
            let written = self
                .row(entry)
                .map_err(|error| error.of(|| plan.origin(entry.callable)))?;
            if let Callable::Invoke(id) = entry.callable {
                // The type table has it.
                self.invocations.insert(id, written);
                continue;
            }
            let part = self.next_part(plan.package_of(entry.callable));
            rows.push(Row {
                text: written.text,
                imports: written.imports,
                origin: plan.origin(entry.callable),
                part: part.map(|(part, _)| part).filter(|_| written.movable),
            });
        }
        self.callables = self.table(Table::Callables, rows)?;
        Ok(())
    }

    /// What the table says of a callable: straight-line code if the budget has
    /// room for that or there is no trampoline for it, else a trampoline.
    fn row(&mut self, entry: &Entry<'_>) -> Result<Written, BridgeError> {
        let mut imports = Imports::new();
        let mut row = Vec::new();
        let inferred = self.plan.is_inferred(entry.callable);
        let mut movable = false;
        // Straight-line code is for what somebody named.
        let implied = matches!(entry.callable, Callable::Function(function) if function.implied);
        let bounced = if !implied && !inferred && self.spend(1) {
            None
        } else {
            let plan = self.plan;
            let (bounced, anonymous) = plan.mentions_anonymous(|| self.bounce(entry, &mut imports));
            movable = !anonymous;
            bounced?.filter(|bounced| !self.mistaken.contains(&bounced.layout))
        };
        if let Some(bounced) = bounced {
            let trampoline = self.trampoline(bounced.layout)?;
            if trampoline.starts_with(parts::TRAMPOLINES) {
                imports.insert(Import::Trampolines);
            } else {
                movable = false;
            }
            row.push(format!("Call: {trampoline}"));
            row.push(format!("Function: {}", bounced.function));
            row.push(format!("Parameters: {:?}", entry.parameters));
            if !bounced.lent.is_empty() {
                row.push(format!("Lent: {:?}", bounced.lent));
            }
            if bounced.returns {
                row.push("Returns: true".to_owned());
            }
            if bounced.lives > 0 {
                row.push(format!("Lives: {}", bounced.lives));
            }
        } else if let Callable::Invoke(id) = entry.callable
            && self.plan.declaration(id).unnameable
        {
            row.push("Call: bridge.InvokeReflected".to_owned());
            row.push(format!("Parameters: {:?}", entry.parameters));
        } else {
            let mut body = Body::default();
            if inferred {
                self.reflected(entry, &mut body)?;
            } else {
                self.callable(entry, &mut body)?;
            }
            let text = render(
                "callable.go",
                CallableContext {
                    name: &entry.name,
                    what: &entry.what,
                    body: body.indented(1),
                },
            )?;
            let origins = vec![self.plan.origin(entry.callable)];
            self.emit(&entry.stem, Block::new(body.imports, text, origins));
            imports.clear();
            movable = false;
            row.push(format!("Call: {}", entry.name));
            row.push(format!("Parameters: {:?}", entry.parameters));
            if !matches!(entry.callable, Callable::Invoke(_))
                && let Some(function) = self.function_itself(entry, &mut imports)?
            {
                row.push(format!("Itself: {function}"));
            }
        }
        if let Some(mode) = entry.mode {
            row.push(format!("Mode: bridge.{mode}"));
        }
        Ok(Written {
            text: row.join(", "),
            imports,
            movable,
        })
    }

    /// Adds the statements of one callable.
    fn callable(&mut self, entry: &Entry<'_>, body: &mut Body) -> Result<(), BridgeError> {
        match entry.callable {
            Callable::Function(function) => self.function_call(function, &entry.what, body),
            Callable::Method(method) => self.method_call(method, &entry.what, body),
            Callable::Invoke(id) => self.invoke(id, &entry.what, body),
            _ => unreachable!("what is reached of types and variables is data"),
        }
    }

    /// Adds the statements of a callable that has parameters whose types can't be
    /// named and by which no trampoline goes: its own type says what they are.
    fn reflected(&mut self, entry: &Entry<'_>, body: &mut Body) -> Result<(), BridgeError> {
        let mut lives = String::new();
        let (function, first, given) = match entry.callable {
            Callable::Function(function) => {
                let expression = self.plan.function_expression(function, &mut body.imports);
                (expression, 0, "false, nil")
            }
            Callable::Method(method)
                if self
                    .plan
                    .is_nameable(method.recv.as_deref().unwrap_or_default()) =>
            {
                let receiver = self.receiver(method, body)?;
                lives = self.lives(method)?;
                let given = match receiver.returned {
                    Some(_) => "byValue, receiver",
                    None => "false, nil",
                };
                (format!("{}.{}", receiver.expression, method.name), 1, given)
            }
            Callable::Invoke(id) => {
                let go_type = self.plan.short_name(id);
                self.plan
                    .go_type(&self.plan.declaration(id).name, &mut body.imports);
                body.line(format!("receiver := bridge.Opaque[{go_type}](d)"));
                ("receiver".to_owned(), 1, "false, nil")
            }
            _ => return self.callable(entry, body),
        };
        body.imports.insert(Import::Package("reflect".to_owned()));
        body.line(format!(
            "bridge.CallReflected(d, e, reflect.ValueOf({function}), {first}, {given}{lives})"
        ));
        Ok(())
    }

    /// The positions of a method's live results, as further arguments.
    fn lives(&self, method: &Function) -> Result<String, BridgeError> {
        let mut positions = Vec::new();
        for (n, text) in method.value_results().iter().enumerate() {
            if self.plan.is_live_result(method, text)? {
                positions.push(format!(", {n}"));
            }
        }
        Ok(positions.concat())
    }

    /// Calls a package-level function.
    fn function_call(
        &mut self,
        function: &Function,
        what: &str,
        body: &mut Body,
    ) -> Result<(), BridgeError> {
        let call = Call {
            callee: self.plan.function_expression(function, &mut body.imports),
            params: &function.params,
            first: 0,
            results: &function.results,
            returned: None,
            method: None,
            lends: true,
            what,
        };
        self.call(&call, body)
    }

    /// Calls the func that a handle leads to.
    fn invoke(&mut self, id: TypeId, what: &str, body: &mut Body) -> Result<(), BridgeError> {
        let declaration = self.plan.declaration(id);
        let go_type = self.plan.go_type(&declaration.name, &mut body.imports);
        body.line(format!("receiver := bridge.Opaque[{go_type}](d)"));
        let Signature { params, results } = declaration
            .signature
            .as_ref()
            .expect("only funcs are invoked");
        let call = Call {
            callee: "receiver".to_owned(),
            params,
            first: 1,
            results,
            returned: None,
            method: None,
            lends: false,
            what,
        };
        self.call(&call, body)
    }

    /// Calls a method.
    fn method_call(
        &mut self,
        method: &Function,
        what: &str,
        body: &mut Body,
    ) -> Result<(), BridgeError> {
        let recv = method.recv.as_deref().unwrap_or_default();
        let receiver = if self.plan.is_nameable(recv) {
            self.receiver(method, body)?
        } else {
            match self.unnameable_receiver(method, body)? {
                UnnameableReceiver::Interface(receiver) => receiver,
                UnnameableReceiver::Reflected { returns } => {
                    let given = if returns {
                        "byValue, receiver"
                    } else {
                        "false, nil"
                    };
                    body.imports.insert(Import::Package("reflect".to_owned()));
                    let lives = self.lives(method)?;
                    // A constant name, so that the linker keeps only methods
                    // that are called so.
                    body.line(format!(
                        "method := reflect.ValueOf(receiver).MethodByName({:?})",
                        method.name
                    ));
                    body.line(format!(
                        "bridge.CallReflected(d, e, method, 1, {given}{lives})"
                    ));
                    return Ok(());
                }
            }
        };
        let call = Call {
            callee: format!("{}.{}", receiver.expression, method.name),
            params: &method.params,
            first: 1,
            results: &method.results,
            returned: receiver.returned,
            method: Some(method),
            lends: true,
            what,
        };
        self.call(&call, body)
    }

    /// Adds the statements that read the arguments, call and write the results.
    fn call(&mut self, call: &Call<'_>, body: &mut Body) -> Result<(), BridgeError> {
        let locals = self
            .plan
            .aliases
            .locals(call.params.iter().map(|param| param.name.as_str()));
        let mut arguments = Vec::new();
        let mut lent = Lending::Kept;
        let mut changing = Vec::new();
        for (at, (param, local)) in call.params.iter().zip(&locals).enumerate() {
            if param.is_context() {
                body.line(format!("{local} := d.Context()"));
                arguments.push(local.clone());
                continue;
            }
            let of = self.plan.lower(&param.type_, call.what)?;
            let scalar = matches!(of.shape, Shape::Bool | Shape::Number(_));
            if call.lends && !scalar && param.lent != lent {
                lent = param.lent;
                body.line(format!("d.Lend({})", lending(lent)));
            }
            if param.changes {
                changing.push((call.first + at, local));
            }
            let mut argument = self.decode_variable(&of, local, body)?;
            if param.is_variadic() {
                argument.push_str("...");
            }
            arguments.push(argument);
        }
        body.line("d.End()");
        if let Some((of, place)) = &call.returned {
            body.open("if byValue {");
            body.open("e.Changes(0, func(e *bridge.Encoder) {");
            self.encode(of, place, body)?;
            body.close_with("})");
            body.close();
        }
        for (position, local) in changing {
            body.open(format!("if d.GoesBack({position}) {{"));
            // A copy: nothing of the variable is to be moved to the heap for this.
            body.line(format!("d.Returns(e, {position}, bridge.Copy(&{local}))"));
            body.close();
        }

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
        }

        let outcome = raises && !values.is_empty();
        let is_live = |text: &str| match call.method {
            Some(method) => self.plan.is_live_result(method, text),
            None => Ok(false),
        };
        let lives: Vec<_> = values
            .iter()
            .map(|text| is_live(text))
            .collect::<Result<_, _>>()?;
        if let ([text], false, [false]) = (values, outcome, &lives[..]) {
            let of = self.plan.lower(text, call.what)?;
            // Nothing else has a result's memory.
            return self.succeed(&of, &Place::variable("r0".to_owned()).shared(), body);
        }
        // Beside an error the other results cross too.
        body.line(if outcome {
            "e.Outcome(err)"
        } else {
            "e.Success()"
        });
        match values.len() {
            0 => body.line("e.Nil()"),
            1 => {}
            n => body.line(format!("e.Results({n})")),
        }
        for ((text, name), live) in values.iter().zip(names).zip(lives) {
            if live {
                body.line(format!("bridge.LiveMap(e, &{name})"));
                continue;
            }
            let of = self.plan.lower(text, call.what)?;
            // Nothing else has a result's memory.
            self.encode(&of, &Place::variable(name).shared(), body)?;
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
