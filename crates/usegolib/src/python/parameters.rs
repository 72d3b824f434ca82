//! Parameters: what they are called, in signatures and in errors alike.

use std::collections::HashSet;

use super::names::{KEYWORDS, normalized};
use crate::schema::Parameter;

/// How a function's parameters read in Python.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// Go's names as Python can write them: reserved words get a trailing
    /// underscore, unnamed parameters are `arg0`, `arg1`, ... Contexts are not
    /// among them.
    pub names: Vec<String>,
    /// Whether the last of them takes any number of arguments.
    pub variadic: bool,
    /// The keywords that stand for a context: the one for a timeout in seconds
    /// and the one for a context from Go.
    pub context: Option<[String; 2]>,
    /// The names in Go's order, where a context goes by the keyword for it: what
    /// the values of a call are called, one by one.
    pub in_order: Vec<String>,
}

impl Parameters {
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
                name => unique(normalized(name).into_owned()),
            })
            .collect::<Vec<_>>();
        let takes_context = parameters.iter().any(Parameter::is_context);
        let context = takes_context.then(|| ["timeout", "ctx"].map(|name| unique(name.to_owned())));
        let mut visible = names.iter();
        let in_order = parameters
            .iter()
            .filter_map(|parameter| match &context {
                Some([_, keyword]) if parameter.is_context() => Some(keyword),
                _ => visible.next(),
            })
            .cloned()
            .collect();
        Self {
            variadic: parameters.last().is_some_and(Parameter::is_variadic),
            in_order,
            context,
            names,
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
        let read = Parameters::new(&given);
        assert_eq!(read.names, ["from_", "arg1", "arg2", "arg1_"]);
        assert_eq!(read.context, None);
    }

    #[test]
    fn contexts_are_keywords() {
        let text =
            |given: &[(&str, &str)]| Parameters::new(&parameters(given)).text_signature(false);
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
    fn values_are_called_what_the_signature_calls_them() {
        let given = parameters(&[
            ("", "int"),
            ("c", "context.Context"),
            ("_", "int"),
            ("ctx", "string"),
            ("from", "...int"),
        ]);
        let read = Parameters::new(&given);
        assert_eq!(read.names, ["arg0", "arg1", "ctx", "from_"]);
        assert_eq!(read.in_order, ["arg0", "ctx_", "arg1", "ctx", "from_"]);
        assert_eq!(
            read.text_signature(false),
            "(arg0, arg1, ctx, *from_, timeout=None, ctx_=None)"
        );
    }

    #[test]
    fn signatures_show_receiver_and_variadic() {
        let read = Parameters::new(&parameters(&[("a", "int"), ("rest", "...int")]));
        assert_eq!(read.text_signature(false), "(a, *rest)");
        assert_eq!(Parameters::new(&[]).text_signature(true), "($self)");
    }
}
