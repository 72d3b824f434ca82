//! Go signatures as a Go programmer writes them, from the schema's type
//! expressions.

use crate::schema::{Function, expression};

/// `Name(a, b int64) (int, error)`; package names in front of the types of
/// packages other than `pkg`.
pub(super) fn of(function: &Function, pkg: &str) -> String {
    let mut text = format!("{}(", function.name);
    for (at, parameter) in function.params.iter().enumerate() {
        if at > 0 {
            text.push_str(", ");
        }
        text.push_str(&parameter.name);
        // `a, b int64`: a type is written once for those in a row that have it.
        let next = function.params.get(at + 1);
        if next.is_none_or(|next| next.type_ != parameter.type_ || next.name.is_empty()) {
            if !parameter.name.is_empty() {
                text.push(' ');
            }
            text.push_str(&short(&parameter.type_, pkg));
        }
    }
    text.push(')');
    match function.results.as_slice() {
        [] => {}
        [result] => {
            text.push(' ');
            text.push_str(&short(result, pkg));
        }
        results => {
            let results: Vec<_> = results.iter().map(|result| short(result, pkg)).collect();
            text.push_str(&[" (", &results.join(", "), ")"].concat());
        }
    }
    text
}

/// The same with the receiver of a method in front: `(*Counter) Inc(n int)`.
pub(super) fn of_callable(function: &Function, pkg: &str) -> String {
    let signature = of(function, pkg);
    let Some(receiver) = &function.recv else {
        return signature;
    };
    let star = if function.pointer { "*" } else { "" };
    format!("({star}{}) {signature}", short(receiver, pkg))
}

/// A type expression with package names for import paths, and neither for the
/// types of `pkg`.
pub(super) fn short(text: &str, pkg: &str) -> String {
    expression::short_within(text, pkg)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Parameter;

    #[test]
    fn parameters_of_one_type_are_grouped() {
        let parameter = |name: &str, type_: &str| Parameter {
            name: name.to_owned(),
            type_: type_.to_owned(),
            ..Parameter::default()
        };
        let function = Function {
            name: "F".to_owned(),
            params: vec![
                parameter("a", "int64"),
                parameter("b", "int64"),
                parameter("rest", "...e.c/m.T"),
            ],
            results: vec!["int64".to_owned(), "error".to_owned()],
            ..Function::default()
        };
        assert_eq!(
            of(&function, "e.c/m"),
            "F(a, b int64, rest ...T) (int64, error)"
        );
        let unnamed = Function {
            name: "G".to_owned(),
            params: vec![parameter("", "int"), parameter("", "int")],
            ..Function::default()
        };
        assert_eq!(of(&unnamed, "e.c/m"), "G(int, int)");
    }
}
