//! Doc strings (spec: `GoDoc` To Python Docstrings).

use super::Parameters;
use crate::schema::{Function, TypeDeclaration, TypeKind, Variable, declaration, expression};

/// The doc string: the declaration, then the `GoDoc`.
pub fn doc(declaration: &str, go_doc: &str) -> String {
    if go_doc.is_empty() {
        declaration.to_owned()
    } else {
        format!("{declaration}\n\n{go_doc}")
    }
}

/// The doc string of a function or method.
pub fn function_doc(function: &Function) -> String {
    doc(&declaration::in_full(function), &function.doc)
}

/// The same behind its name and text signature, as the interpreter takes both
/// in one.
pub fn signed_doc(function: &Function, method: bool) -> String {
    let text_signature = Parameters::new(&function.params).text_signature(method);
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
