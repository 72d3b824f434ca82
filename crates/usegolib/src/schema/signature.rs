//! How a Go callable reads in Python: parameter names, text signature, doc.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write;

use super::expression;
use super::{Function, Parameter, TypeDeclaration, TypeKind};

/// Python's reserved words: not to be had as parameter names.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// Go's parameter names as Python can write them: reserved words get a
/// trailing underscore, unnamed parameters are `arg0`, `arg1`, ...
pub fn parameter_names(parameters: &[Parameter]) -> Vec<String> {
    let mut taken = HashSet::new();
    let mut names = Vec::with_capacity(parameters.len());
    for (at, parameter) in parameters.iter().enumerate() {
        let mut name = match parameter.name.as_str() {
            "" | "_" => format!("arg{at}"),
            // `self` is the receiver's name in Python.
            name if KEYWORDS.contains(&name) || name == "self" => format!("{name}_"),
            name => name.to_owned(),
        };
        while !taken.insert(name.clone()) {
            name.push('_');
        }
        names.push(name);
    }
    names
}

/// The text signature that `inspect.signature` reads: `(a, b, *rest)`, with
/// `$self` in front for a method.
pub fn text_signature(names: &[String], variadic: bool, method: bool) -> String {
    let mut out = String::from("(");
    let receiver = method.then_some("$self");
    let parameters = receiver.into_iter().chain(names.iter().map(String::as_str));
    let count = names.len() + usize::from(method);
    for (at, name) in parameters.enumerate() {
        let star = if variadic && at + 1 == count { "*" } else { "" };
        let comma = if at == 0 { "" } else { ", " };
        // Writing to a String cannot fail.
        let _ = write!(out, "{comma}{star}{name}");
    }
    out.push(')');
    out
}

/// The declaration as Go writes it, import paths cut short:
/// `func (*Buffer) Write(p []uint8) (n int, err error)`.
pub fn go_signature(function: &Function) -> String {
    let mut out = String::from("func ");
    if let Some(receiver) = &function.recv {
        let pointer = if function.pointer { "*" } else { "" };
        let receiver = expression::short(receiver);
        let name = receiver
            .rsplit_once('.')
            .map_or(&*receiver, |(_, name)| name);
        let _ = write!(out, "({pointer}{name}) ");
    }
    let _ = write!(out, "{}(", function.name);
    for (at, parameter) in function.params.iter().enumerate() {
        let comma = if at == 0 { "" } else { ", " };
        let space = if parameter.name.is_empty() { "" } else { " " };
        let type_ = go_type(&parameter.type_);
        let _ = write!(out, "{comma}{}{space}{type_}", parameter.name);
    }
    out.push(')');
    let results: Vec<_> = function.results.iter().map(|text| go_type(text)).collect();
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

fn go_type(text: &str) -> String {
    match text.strip_prefix("...") {
        Some(element) => format!("...{}", expression::short(element)),
        None => expression::short(text),
    }
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
        assert_eq!(parameter_names(&given), ["from_", "arg1", "arg2", "arg1_"]);
    }

    #[test]
    fn signatures_show_receiver_and_variadic() {
        let names = ["a".to_owned(), "rest".to_owned()];
        assert_eq!(text_signature(&names, true, false), "(a, *rest)");
        assert_eq!(text_signature(&[], false, true), "($self)");
        let method = Function {
            name: "Write".into(),
            recv: Some("example.com/m/v2/p.Buffer".into()),
            pointer: true,
            params: parameters(&[("p", "[]uint8"), ("more", "...example.com/m/p.T")]),
            results: vec!["int".into(), "error".into()],
            ..Function::default()
        };
        assert_eq!(
            go_signature(&method),
            "func (*Buffer) Write(p []uint8, more ...p.T) (int, error)"
        );
    }
}
