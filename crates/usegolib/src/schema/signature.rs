//! How a Go callable reads in Python: parameter names, text signature, doc.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write;

use super::expression;
use super::{Function, Parameter, TypeDeclaration, TypeKind, Variable};

/// Python's reserved words: not to be had as parameter names.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// How a function's parameters read in Python.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PythonParameters {
    /// Go's names as Python can write them: reserved words get a trailing
    /// underscore, unnamed parameters are `arg0`, `arg1`, ... Contexts are not
    /// among them.
    pub names: Vec<String>,
    /// Whether the last of them takes any number of arguments.
    pub variadic: bool,
    /// The keywords that stand for a context: the one for a timeout in seconds
    /// and the one for a context from Go.
    pub context: Option<[String; 2]>,
}

impl PythonParameters {
    /// Python's view of Go's parameters.
    pub fn new(parameters: &[Parameter]) -> Self {
        let mut taken = HashSet::new();
        let mut unique = |mut name: String| {
            while !taken.insert(name.clone()) {
                name.push('_');
            }
            name
        };
        let visible = parameters
            .iter()
            .filter(|parameter| !parameter.is_context());
        let names = visible
            .enumerate()
            .map(|(at, parameter)| match parameter.name.as_str() {
                "" | "_" => unique(format!("arg{at}")),
                // `self` is the receiver's name in Python.
                name if KEYWORDS.contains(&name) || name == "self" => unique(format!("{name}_")),
                name => unique(name.to_owned()),
            })
            .collect();
        let takes_context = parameters.iter().any(Parameter::is_context);
        Self {
            names,
            variadic: parameters.last().is_some_and(Parameter::is_variadic),
            context: takes_context.then(|| ["timeout", "ctx"].map(|name| unique(name.to_owned()))),
        }
    }

    /// The text signature that `inspect.signature` reads: `(a, b, *rest)`, with
    /// `$self` in front for a method.
    pub fn text_signature(&self, method: bool) -> String {
        let mut parts = Vec::with_capacity(self.names.len() + 4);
        parts.extend(method.then(|| "$self".to_owned()));
        parts.extend(self.names.iter().cloned());
        if self.variadic
            && let Some(last) = parts.last_mut()
        {
            last.insert(0, '*');
        }
        if let Some(keywords) = &self.context {
            parts.extend((!self.variadic).then(|| "*".to_owned()));
            parts.extend(keywords.iter().map(|name| format!("{name}=None")));
        }
        format!("({})", parts.join(", "))
    }
}

/// The declaration as Go writes it, import paths cut short:
/// `func (*Buffer) Write(p []uint8) (n int, err error)`.
pub fn go_signature(function: &Function) -> String {
    let mut out = String::from("func ");
    if let Some(receiver) = &function.recv {
        let pointer = if function.pointer { "*" } else { "" };
        let receiver = expression::short_within(receiver, &function.pkg);
        let _ = write!(out, "({pointer}{receiver}) ");
    }
    let _ = write!(out, "{}(", function.name);
    for (at, parameter) in function.params.iter().enumerate() {
        let comma = if at == 0 { "" } else { ", " };
        let space = if parameter.name.is_empty() { "" } else { " " };
        let type_ = expression::short(&parameter.type_);
        let _ = write!(out, "{comma}{}{space}{type_}", parameter.name);
    }
    out.push(')');
    let results: Vec<_> = function
        .results
        .iter()
        .map(|text| expression::short(text))
        .collect();
    match results.as_slice() {
        [] => {}
        [one] => {
            let _ = write!(out, " {one}");
        }
        several => {
            let _ = write!(out, " ({})", several.join(", "));
        }
    }
    out
}

/// The doc string: the declaration, then the `GoDoc` (spec: `GoDoc` To Python
/// Docstrings).
pub fn doc(declaration: &str, go_doc: &str) -> String {
    if go_doc.is_empty() {
        declaration.to_owned()
    } else {
        format!("{declaration}\n\n{go_doc}")
    }
}

/// The doc string of a function or method.
pub fn function_doc(function: &Function) -> String {
    doc(&go_signature(function), &function.doc)
}

/// The same behind its name and text signature, as the interpreter takes both
/// in one.
pub fn signed_doc(function: &Function, method: bool) -> String {
    let text_signature = PythonParameters::new(&function.params).text_signature(method);
    let doc = function_doc(function);
    format!("{}{text_signature}\n--\n\n{doc}", function.name)
}

/// The doc string of a package variable: `var Level int`, then the `GoDoc`.
pub fn variable_doc(variable: &Variable) -> String {
    let type_ = expression::short(&variable.type_);
    doc(&format!("var {} {type_}", variable.name), &variable.doc)
}

/// The doc string of a type: `type Person struct`, then the `GoDoc`.
pub fn type_doc(declaration: &TypeDeclaration) -> String {
    let kind = match declaration.kind {
        TypeKind::Struct => "struct",
        TypeKind::Interface => "interface",
        TypeKind::Func => "func",
        TypeKind::Chan => "chan",
        TypeKind::Pointer => "pointer",
        TypeKind::Value => &expression::short(&declaration.underlying),
    };
    doc(
        &format!("type {} {kind}", declaration.ident),
        &declaration.doc,
    )
}

/// An exported name as an attribute: Go's own, unless that is one of the three
/// keywords of Python that are exported names in Go.
pub fn attribute(name: &str) -> Cow<'_, str> {
    match name {
        "None" | "True" | "False" => format!("{name}_").into(),
        name => name.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(given: &[(&str, &str)]) -> Vec<Parameter> {
        let parameter = |&(name, type_): &(&str, &str)| Parameter {
            name: name.into(),
            type_: type_.into(),
            ..Parameter::default()
        };
        given.iter().map(parameter).collect()
    }

    #[test]
    fn names_are_python_identifiers_and_unique() {
        let given = parameters(&[("from", "int"), ("_", "int"), ("", "int"), ("arg1", "int")]);
        let read = PythonParameters::new(&given);
        assert_eq!(read.names, ["from_", "arg1", "arg2", "arg1_"]);
        assert_eq!(read.context, None);
    }

    #[test]
    fn contexts_are_keywords() {
        let text = |given: &[(&str, &str)]| {
            PythonParameters::new(&parameters(given)).text_signature(false)
        };
        let ctx = ("ctx", "context.Context");
        assert_eq!(text(&[ctx]), "(*, timeout=None, ctx=None)");
        assert_eq!(
            text(&[ctx, ("", "int"), ("timeout", "time.Duration")]),
            "(arg0, timeout, *, timeout_=None, ctx=None)"
        );
        assert_eq!(
            text(&[("a", "int"), ctx, ("rest", "...int")]),
            "(a, *rest, timeout=None, ctx=None)"
        );
    }

    #[test]
    fn signatures_show_receiver_and_variadic() {
        let read = PythonParameters::new(&parameters(&[("a", "int"), ("rest", "...int")]));
        assert_eq!(read.text_signature(false), "(a, *rest)");
        assert_eq!(PythonParameters::new(&[]).text_signature(true), "($self)");
        let method = Function {
            name: "Write".into(),
            pkg: "example.com/m/v2/p".into(),
            recv: Some("example.com/m/v2/p.Buffer[io.Reader]".into()),
            pointer: true,
            params: parameters(&[("p", "[]uint8"), ("more", "...example.com/m/p.T")]),
            results: vec!["int".into(), "error".into()],
            ..Function::default()
        };
        assert_eq!(
            go_signature(&method),
            "func (*Buffer[io.Reader]) Write(p []uint8, more ...p.T) (int, error)"
        );
    }
}
