//! Trampolines: one generated function for all functions of one layout.
//!
//! A callable that goes by a trampoline is a row of the table: the trampoline
//! and the function that it is to call. `trampoline.go` in the runtime says what
//! makes two layouts alike.

use super::emit::Emitter;
use super::names::words;
use super::parts::TRAMPOLINES;
use super::plan::Entry;
use super::source::{Block, Body, Import, Imports, render};
use super::types::TypeRef;
use super::{BridgeError, Origin};
use crate::schema::adapter::Wire;
use crate::schema::dispatch::Callable;
use crate::schema::shape::{Number, Shape};
use crate::schema::{Lending, Parameter, TypeKind};

/// How one argument or result lies in registers and on the stack, and how it is
/// read and written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Place {
    /// The receiver of a method of a pointer.
    Receiver,
    /// A context, made for the call.
    Context,
    /// A scalar: the name of the runtime's method, and Go's type.
    Scalar(&'static str, &'static str),
    String,
    Bytes,
    Any,
    Error,
    /// A pointer, map, func or channel.
    Pointer,
    /// A map as a result that the host refers to.
    LiveMap,
    Slice,
    /// An interface with methods.
    Interface,
    /// A struct or array by value: its very type.
    Exact(String),
}

impl Place {
    const fn scalar(number: Number) -> Self {
        Self::Scalar(number.method_name(), number.go_name())
    }
}

/// What the functions of one trampoline have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Layout {
    params: Vec<Place>,
    results: Vec<Place>,
    /// Whether the last result is an error, which is raised.
    raises: bool,
}

/// A callable that goes by a trampoline.
pub(super) struct Bounced {
    /// How its arguments and results lie.
    pub(super) layout: Layout,
    /// The function, as an expression.
    pub(super) function: String,
    /// What it does with its arguments, a digit each.
    pub(super) lent: String,
    /// Whether a receiver that is given by value goes back.
    pub(super) returns: bool,
    /// Which results are live, a bit each.
    pub(super) lives: u64,
}

impl Emitter<'_, '_> {
    /// How a trampoline calls what the entry calls. None if its layout can't be
    /// The function that a callable calls, as an expression: a method is one with the
    /// receiver, or the pointer to it, as its first argument, and a type of funcs a nil
    /// one. None if it can't be named.
    pub(super) fn function_itself(
        &self,
        entry: &Entry<'_>,
        imports: &mut Imports,
    ) -> Result<Option<String>, BridgeError> {
        Ok(match entry.callable {
            Callable::Function(function) => Some(self.plan.function_expression(function, imports)),
            Callable::Method(method) => {
                let recv = method.recv.as_deref().unwrap_or_default();
                if !self.plan.is_nameable(recv) {
                    return Ok(None);
                }
                let of = self.plan.lower(recv, &entry.what)?;
                let go_type = self.plan.go_type(recv, imports);
                Some(if matches!(of.shape, Shape::Interface(_)) {
                    format!("{go_type}.{}", method.name)
                } else {
                    format!("(*{go_type}).{}", method.name)
                })
            }
            Callable::Invoke(id) => {
                let declaration = self.plan.declaration(id);
                if declaration.unnameable || declaration.signature.is_none() {
                    return Ok(None);
                }
                let go_type = self.plan.go_type(&declaration.name, imports);
                Some(format!("({go_type})(nil)"))
            }
            _ => None,
        })
    }

    /// told: a type by value that generated code can't name is in it.
    pub(super) fn bounce(
        &self,
        entry: &Entry<'_>,
        imports: &mut Imports,
    ) -> Result<Option<Bounced>, BridgeError> {
        let mut params = Vec::new();
        let mut returns = false;
        let Some(function) = self.function_itself(entry, imports)? else {
            return Ok(None);
        };
        let (parameters, results) = match entry.callable {
            Callable::Function(function) => (&function.params, &function.results),
            Callable::Method(method) => {
                let recv = method.recv.as_deref().unwrap_or_default();
                let of = self.plan.lower(recv, &entry.what)?;
                if matches!(of.shape, Shape::Interface(_)) {
                    params.push(Place::Interface);
                } else {
                    params.push(Place::Receiver);
                    let handle = matches!(of.shape, Shape::Opaque(_));
                    returns = !handle && method.changes;
                }
                (&method.params, &method.results)
            }
            Callable::Invoke(id) => match &self.plan.declaration(id).signature {
                Some(signature) => (&signature.params, &signature.results),
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        let lent = lent(
            &params,
            parameters,
            matches!(entry.callable, Callable::Invoke(_)),
        );
        for param in parameters {
            if param.is_context() {
                params.push(Place::Context);
                continue;
            }
            let of = self.plan.lower(&param.type_, &entry.what)?;
            let Some(place) = self.place(&of)? else {
                return Ok(None);
            };
            params.push(place);
        }
        let raises = results.last().is_some_and(|last| last == "error");
        let mut places = Vec::new();
        for text in &results[..results.len() - usize::from(raises)] {
            let of = self.plan.lower(text, &entry.what)?;
            let place = match entry.callable {
                Callable::Method(method) if self.plan.is_live_result(method, text)? => {
                    Some(Place::LiveMap)
                }
                _ => self.place(&of)?,
            };
            let Some(place) = place else {
                return Ok(None);
            };
            places.push(place);
        }
        let lives = places.iter().take(64).enumerate();
        let lives = lives
            .filter(|(_, place)| **place == Place::LiveMap)
            .fold(0, |bits, (n, _)| bits | 1 << n);
        let layout = Layout {
            params,
            results: places,
            raises,
        };
        Ok(Some(Bounced {
            layout,
            function,
            lent,
            returns,
            lives,
        }))
    }

    /// How a value of a type lies in registers and on the stack.
    fn place(&self, of: &TypeRef) -> Result<Option<Place>, BridgeError> {
        Ok(Some(match &of.shape {
            Shape::Bool => Place::Scalar("Bool", "bool"),
            Shape::Number(number) => Place::scalar(*number),
            Shape::Adapter(adapter) => match adapter.descriptor().wire {
                Wire::Number(number) => Place::scalar(number),
                Wire::Text { .. } => return Ok(self.exact(of)),
            },
            Shape::Complex { wide: true } => Place::Scalar("Complex128", "complex128"),
            Shape::Complex { wide: false } => Place::Scalar("Complex64", "complex64"),
            Shape::String => Place::String,
            Shape::Bytes => Place::Bytes,
            Shape::Numbers(_) | Shape::Slice(_) => Place::Slice,
            Shape::Map(..) | Shape::Pointer(_) | Shape::Object(_) => Place::Pointer,
            Shape::Interface(_) => Place::Interface,
            Shape::Any => Place::Any,
            Shape::Error => Place::Error,
            Shape::Opaque(id) if self.plan.declaration(*id).kind != TypeKind::Struct => {
                Place::Pointer
            }
            Shape::Named(id) => {
                let inner = self.plan.underlying(*id)?;
                match self.place(&inner)? {
                    Some(Place::Exact(_)) | None => return Ok(self.exact(of)),
                    Some(place) => place,
                }
            }
            Shape::Opaque(_) | Shape::Record(_) | Shape::Array(..) | Shape::ByteArray(_) => {
                return Ok(self.exact(of));
            }
        }))
    }

    /// The place of a value that only its very type describes.
    fn exact(&self, of: &TypeRef) -> Option<Place> {
        self.plan
            .is_nameable(&of.text)
            .then(|| Place::Exact(of.text.clone()))
    }

    /// The name of the trampoline for a layout, which is written if it is new.
    pub(super) fn trampoline(&mut self, layout: Layout) -> Result<String, BridgeError> {
        if let Some(name) = self.trampolines.get(&layout) {
            return Ok(name.clone());
        }
        let mut body = Body::default();
        body.imports.insert(Import::Package("unsafe".to_owned()));
        let plan = self.plan;
        let (what, anonymous) = plan.mentions_anonymous(|| self.write(&layout, &mut body));
        // Those of parts are all in one package, which the main package uses too.
        let shared = !anonymous && !self.parts.folders.is_empty();
        let prefix = if shared { "Of" } else { "trampoline" };
        let name = self.functions.unique(prefix, &layout.words(&what));
        let text = render(
            "trampoline.go",
            minijinja::context! { name => name.as_str(), what, body => body.indented(1) },
        )?;
        let origins = layout.origins();
        let block = if origins.is_empty() {
            Block {
                imports: body.imports,
                text,
                spans: Vec::new(),
            }
        } else {
            Block::new(body.imports, text, origins)
        };
        let (stem, name) = if shared {
            let stem = format!("{TRAMPOLINES}/trampolines");
            (stem, format!("{TRAMPOLINES}.{name}"))
        } else {
            ("trampolines".to_owned(), name)
        };
        self.emit(&stem, block);
        self.trampolines.insert(layout, name.clone());
        Ok(name)
    }

    /// Adds the statements of a trampoline, and returns the type of the functions
    /// that it calls.
    fn write(&self, layout: &Layout, body: &mut Body) -> String {
        body.line("f := d.Function()");
        let mut types = Vec::new();
        let mut arguments = Vec::new();
        let mut given = false;
        let mut back = Vec::new();
        for (n, place) in layout.params.iter().enumerate() {
            let argument = format!("p{n}");
            let mut holds_lock = false;
            if !matches!(place, Place::Receiver | Place::Context | Place::Scalar(..)) {
                body.line(format!("d.LendAt({n})"));
            }
            let read = match place {
                Place::Receiver => {
                    given = true;
                    "d.Receiver()".to_owned()
                }
                Place::Context => "d.Context()".to_owned(),
                Place::Scalar(method, _) => format!("d.{method}()"),
                Place::String => "d.String()".to_owned(),
                Place::Bytes => "d.Bytes()".to_owned(),
                Place::Any => "d.Any()".to_owned(),
                Place::Error => "d.Error()".to_owned(),
                Place::Pointer | Place::LiveMap => format!("d.Pointer({n})"),
                Place::Slice => format!("d.Slice({n})"),
                Place::Interface => format!("d.Iface({n})"),
                Place::Exact(_) => String::new(),
            };
            match place {
                Place::Bytes => back.push(format!("d.BytesBack(e, {n}, {argument})")),
                Place::Slice => back.push(format!("d.SliceBack(e, {n}, {argument})")),
                Place::Pointer => back.push(format!("d.PointerBack(e, {n}, {argument})")),
                Place::Exact(_) => {
                    back.push(format!("d.Back(e, {n}, unsafe.Pointer(&{argument}))"));
                }
                _ => {}
            }
            let go_type = self.layout_type(place, &mut body.imports);
            if let Place::Exact(text) = place {
                body.line(format!("var {argument} {go_type}"));
                let found = self.plan.table.find(text);
                holds_lock = found.is_some_and(|id| {
                    let of = self.plan.declaration(id);
                    of.kind == TypeKind::Struct && (of.hidden || of.fields.is_empty())
                });
                body.line(format!("d.Into({n}, unsafe.Pointer(&{argument}))"));
            } else {
                body.line(format!("{argument} := {read}"));
            }
            types.push(go_type);
            // What may hold a lock is copied where vet doesn't mind.
            arguments.push(if holds_lock {
                format!("bridge.Value(&{argument})")
            } else {
                argument
            });
        }
        body.line("d.End()");
        if given {
            body.line("d.GiveBack(e)");
        }
        if !back.is_empty() {
            body.open("if d.HasBack() {");
            for line in back {
                body.line(line);
            }
            body.close();
        }
        let mut results: Vec<_> = layout
            .results
            .iter()
            .map(|place| self.layout_type(place, &mut body.imports))
            .collect();
        let mut names: Vec<_> = (0..results.len()).map(|n| format!("r{n}")).collect();
        if layout.raises {
            results.push("error".to_owned());
            names.push("err".to_owned());
        }
        let result = match &results[..] {
            [] => String::new(),
            [one] => format!(" {one}"),
            several => format!(" ({})", several.join(", ")),
        };
        let what = format!("func({}){result}", types.join(", "));
        let call = format!("(*(*{what})(unsafe.Pointer(&f)))({})", arguments.join(", "));
        if names.is_empty() {
            body.line(call);
        } else {
            body.line(format!("{} := {call}", names.join(", ")));
        }
        if layout.raises && layout.results.is_empty() {
            body.open("if err != nil {");
            body.line("e.Failure(err)");
            body.line("return");
            body.close();
        }
        respond(layout, body);
        what
    }

    /// A type that lies as the place says.
    fn layout_type(&self, place: &Place, imports: &mut Imports) -> String {
        match place {
            Place::Receiver | Place::Pointer | Place::LiveMap => "unsafe.Pointer".to_owned(),
            Place::Context => self.plan.qualified("context", "Context", imports),
            Place::Scalar(_, go_type) => (*go_type).to_owned(),
            Place::String => "string".to_owned(),
            Place::Bytes => "[]byte".to_owned(),
            Place::Any => "any".to_owned(),
            Place::Error => "error".to_owned(),
            Place::Slice => "bridge.Slice".to_owned(),
            Place::Interface => "bridge.Iface".to_owned(),
            Place::Exact(text) => self.plan.go_type(text, imports),
        }
    }
}

impl Layout {
    /// What a trampoline is named after: the type of the functions, where a
    /// receiver is one.
    fn words(&self, what: &str) -> String {
        let what = what.replace("unsafe.", "").replace("bridge.", "");
        let receiver = self.params.first() == Some(&Place::Receiver);
        let name = words(&what);
        let name = name.strip_prefix("Func").unwrap_or(&name);
        match name.strip_prefix("Pointer") {
            Some(rest) if receiver => format!("Receiver{rest}"),
            _ => name.to_owned(),
        }
    }

    /// The types that the trampoline names.
    fn origins(&self) -> Vec<Origin> {
        let places = self.params.iter().chain(&self.results);
        places
            .filter_map(|place| match place {
                Place::Exact(text) => Some(Origin::of_type(text)),
                _ => None,
            })
            .collect()
    }
}

/// What a function does with its arguments, a digit each; nothing where the rest
/// is kept.
fn lent(before: &[Place], parameters: &[Parameter], invoked: bool) -> String {
    if invoked {
        return String::new();
    }
    let mut digits = "0".repeat(before.len());
    for param in parameters {
        digits.push(match param.lent {
            Lending::Kept => '0',
            Lending::Change => '1',
            Lending::Read => '2',
        });
    }
    digits.truncate(digits.trim_end_matches('0').len());
    digits
}

/// Adds the statements that write the response.
fn respond(layout: &Layout, body: &mut Body) {
    match &layout.results[..] {
        _ if layout.raises && !layout.results.is_empty() => {}
        [Place::Scalar(method, go_type)] if method.starts_with("Int") => {
            body.line(format!(
                "e.SuccessInt64({})",
                widened("int64", go_type, "r0")
            ));
            return;
        }
        [Place::String] => {
            body.line("e.SuccessString(r0)");
            return;
        }
        _ => {}
    }
    // Beside an error the other results cross too.
    body.line(if layout.raises && !layout.results.is_empty() {
        "e.Outcome(err)"
    } else {
        "e.Success()"
    });
    match layout.results.len() {
        0 => body.line("e.Nil()"),
        1 => {}
        n => body.line(format!("e.Results({n})")),
    }
    for (n, place) in layout.results.iter().enumerate() {
        body.line(result_statement(n, place));
    }
}

/// The statement that writes the n-th result.
fn result_statement(n: usize, place: &Place) -> String {
    let value = format!("r{n}");
    match place {
        Place::Scalar("Bool", _) => format!("e.Bool({value})"),
        Place::Scalar("Float64" | "Float32", from) => {
            format!("e.Float64({})", widened("float64", from, &value))
        }
        Place::Scalar("Complex128" | "Complex64", from) => {
            format!("e.Complex128({})", widened("complex128", from, &value))
        }
        Place::Scalar(method, from) if method.starts_with("Int") => {
            format!("e.Int64({})", widened("int64", from, &value))
        }
        Place::Scalar(_, from) => format!("e.Uint64({})", widened("uint64", from, &value)),
        Place::String => format!("e.String({value})"),
        Place::Bytes => format!("e.Bytes({value})"),
        Place::Any => format!("e.Any({value})"),
        Place::Error => format!("e.Error({value})"),
        Place::Slice => format!("d.SliceResult(e, {n}, {value})"),
        Place::Interface => format!("e.Any({value}.Any())"),
        Place::Exact(_) => format!("d.ResultFrom(e, {n}, unsafe.Pointer(&{value}))"),
        Place::LiveMap => format!("d.LiveResult(e, {n}, {value})"),
        Place::Pointer | Place::Receiver | Place::Context => {
            format!("d.PointerResult(e, {n}, {value})")
        }
    }
}

/// A value as one of the widest type of its kind.
fn widened(to: &str, from: &str, value: &str) -> String {
    if to == from {
        value.to_owned()
    } else {
        format!("{to}({value})")
    }
}
