//! Methods that stand for what Python does with operators and built-in functions:
//! `len`, `in`, iteration, equality and order of objects, by their usual Go names and
//! signatures.

use super::Function;

/// What the objects of a type can do, by the names of the methods that do it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Protocols<'f> {
    /// `Len() int`.
    pub length: Option<&'f str>,
    /// `Contains(x) bool`, else `Has`.
    pub contains: Option<&'f str>,
    /// `All()`, `Values()` or `Iter()`, which return a sequence.
    pub iterate: Option<&'f str>,
    /// `Equal(T) bool`.
    pub equal: Option<&'f str>,
    /// `Cmp(T) int`, else `Compare`.
    pub compare: Option<&'f str>,
    /// `Less(T) bool`, else `LessThan`, else `Before`.
    pub less: Option<&'f str>,
    /// `String() string`, else `Error`.
    pub text: Option<&'f str>,
}

impl<'f> Protocols<'f> {
    /// What objects of the type `of` can do that has these methods.
    pub fn of(of: &str, methods: impl IntoIterator<Item = &'f Function>) -> Self {
        let methods: Vec<_> = methods.into_iter().collect();
        // The first name of several is the one that counts.
        let find = |names: &[&str], fits: &dyn Fn(&[&str], &[&str]) -> bool| {
            names.iter().find_map(|name| {
                let method = methods.iter().find(|method| method.name == *name)?;
                let params: Vec<_> = method.params.iter().map(|one| &*one.type_).collect();
                let results: Vec<_> = method.results.iter().map(String::as_str).collect();
                fits(&params, &results).then_some(method.name.as_str())
            })
        };
        let own = |result: &'static str| {
            move |params: &[&str], results: &[&str]| {
                matches!(params, [one] if is_own(of, one)) && *results == [result]
            }
        };
        Self {
            length: find(&["Len"], &|params, results| {
                params.is_empty() && *results == ["int"]
            }),
            contains: find(&["Contains", "Has"], &|params, results| {
                matches!(params, [one] if !one.starts_with("...")) && *results == ["bool"]
            }),
            iterate: find(&["All", "Values", "Iter"], &|params, results| {
                params.is_empty() && matches!(results, [one] if is_sequence(one))
            }),
            equal: find(&["Equal"], &own("bool")),
            compare: find(&["Cmp", "Compare"], &own("int")),
            less: find(&["Less", "LessThan", "Before"], &own("bool")),
            text: find(&["String", "Error"], &|params, results| {
                params.is_empty() && *results == ["string"]
            }),
        }
    }

    /// Whether objects are containers by methods, and so not by their fields.
    pub const fn is_container(&self) -> bool {
        self.length.is_some() || self.contains.is_some() || self.iterate.is_some()
    }
}

/// Whether a parameter is of the type itself, a pointer to it, or of any type.
fn is_own(of: &str, param: &str) -> bool {
    let target = param.strip_prefix('*').unwrap_or(param);
    target == of || matches!(param, "any" | "interface{}" | "interface {}")
}

/// Whether Python can iterate over a result.
fn is_sequence(result: &str) -> bool {
    [
        "[",
        "iter.Seq[",
        "iter.Seq2[",
        "func(func(",
        "<-chan ",
        "chan ",
    ]
    .iter()
    .any(|start| result.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Parameter;

    fn method(name: &str, params: &[&str], results: &[&str]) -> Function {
        let parameter = |type_: &&str| Parameter {
            type_: (*type_).to_owned(),
            ..Parameter::default()
        };
        Function {
            name: name.to_owned(),
            params: params.iter().map(parameter).collect(),
            results: results.iter().map(ToString::to_string).collect(),
            ..Function::default()
        }
    }

    #[test]
    fn the_usual_names_and_signatures_count() {
        let methods = [
            method("Len", &[], &["int"]),
            method("Has", &["string"], &["bool"]),
            method("Contains", &["string"], &["bool"]),
            method("Iter", &[], &["[]string"]),
            method("All", &[], &["iter.Seq[string]"]),
            method("Compare", &["*m.T"], &["int"]),
            method("Cmp", &["m.T"], &["int"]),
            method("Before", &["*m.T"], &["bool"]),
            method("Error", &[], &["string"]),
            method("String", &[], &["string"]),
        ];
        for methods in [
            methods.iter().collect::<Vec<_>>(),
            methods.iter().rev().collect(),
        ] {
            let found = Protocols::of("m.T", methods);
            assert_eq!(found.length, Some("Len"));
            assert_eq!(found.contains, Some("Contains"));
            assert_eq!(found.iterate, Some("All"));
            assert_eq!(found.compare, Some("Cmp"));
            assert_eq!(found.less, Some("Before"));
            assert_eq!(found.equal, None);
            assert_eq!(found.text, Some("String"));
            assert!(found.is_container());
        }
    }

    #[test]
    fn other_signatures_do_not() {
        let methods = [
            method("Len", &[], &["int64"]),
            method("Has", &["string", "string"], &["bool"]),
            method("Contains", &["...string"], &["bool"]),
            method("All", &["int"], &["[]string"]),
            method("Values", &[], &["map[string]string"]),
            method("Less", &["int", "int"], &["bool"]),
            method("Equal", &["*m.U"], &["bool"]),
            method("Cmp", &["*m.T"], &["bool"]),
            method("String", &[], &["[]uint8"]),
        ];
        assert_eq!(Protocols::of("m.T", &methods), Protocols::default());
    }
}
