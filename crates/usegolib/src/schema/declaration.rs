//! Functions as a Go programmer declares them, from the schema's type
//! expressions.

use super::{Function, expression};

/// `func (*Buffer) Write(p []uint8) (int, error)`, with package names in front
/// of all types but the receiver.
pub fn in_full(function: &Function) -> String {
    let signature = signature(function, "", false);
    match receiver(function, &function.pkg) {
        Some(receiver) => format!("func {receiver} {signature}"),
        None => format!("func {signature}"),
    }
}

/// `(*Buffer) Write(p, q []uint8) (int, error)` as code of the package at `pkg`
/// would write it.
pub fn within(function: &Function, pkg: &str) -> String {
    let signature = signature(function, pkg, true);
    match receiver(function, pkg) {
        Some(receiver) => format!("{receiver} {signature}"),
        None => signature,
    }
}

/// The receiver of a method, in its parentheses.
fn receiver(function: &Function, pkg: &str) -> Option<String> {
    let star = if function.pointer { "*" } else { "" };
    let type_ = expression::short_within(function.recv.as_ref()?, pkg);
    Some(format!("({star}{type_})"))
}

/// Name, parameters and results. With `grouped`, a type is written once for
/// those in a row that have it.
fn signature(function: &Function, pkg: &str, grouped: bool) -> String {
    let short = |text: &String| expression::short_within(text, pkg);
    let mut text = format!("{}(", function.name);
    for (at, parameter) in function.params.iter().enumerate() {
        if at > 0 {
            text.push_str(", ");
        }
        text.push_str(&parameter.name);
        let next = function.params.get(at + 1).filter(|_| grouped);
        if next.is_some_and(|next| next.type_ == parameter.type_ && !next.name.is_empty()) {
            continue;
        }
        if !parameter.name.is_empty() {
            text.push(' ');
        }
        text.push_str(&short(&parameter.type_));
    }
    text.push(')');
    match function.results.as_slice() {
        [] => {}
        [result] => text.extend([" ", &short(result)]),
        results => {
            let results: Vec<_> = results.iter().map(short).collect();
            text.extend([" (", &results.join(", "), ")"]);
        }
    }
    text
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
            within(&function, "e.c/m"),
            "F(a, b int64, rest ...T) (int64, error)"
        );
        let unnamed = Function {
            name: "G".to_owned(),
            params: vec![parameter("", "int"), parameter("", "int")],
            ..Function::default()
        };
        assert_eq!(within(&unnamed, "e.c/m"), "G(int, int)");
    }

    #[test]
    fn a_declaration_in_full_has_receiver_and_packages() {
        let parameter = |name: &str, type_: &str| Parameter {
            name: name.to_owned(),
            type_: type_.to_owned(),
            ..Parameter::default()
        };
        let method = Function {
            pkg: "example.com/m/v2/p".to_owned(),
            name: "Write".to_owned(),
            recv: Some("example.com/m/v2/p.Buffer[io.Reader]".to_owned()),
            pointer: true,
            params: vec![
                parameter("p", "[]uint8"),
                parameter("q", "[]uint8"),
                parameter("more", "...example.com/m/p.T"),
            ],
            results: vec!["int".to_owned(), "error".to_owned()],
            ..Function::default()
        };
        assert_eq!(
            in_full(&method),
            "func (*Buffer[io.Reader]) Write(p []uint8, q []uint8, more ...p.T) (int, error)"
        );
    }
}
