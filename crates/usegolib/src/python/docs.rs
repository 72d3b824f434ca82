//! Doc strings (spec: `GoDoc` To Python Docstrings).

use super::Parameters;
use crate::schema::{
    Function, GenericFunction, GenericType, TypeDeclaration, TypeKind, Variable, declaration,
    expression,
};

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

/// The doc string of a generic function: `func Id[T](value T) T`, then the `GoDoc`.
pub fn generic_function_doc(function: &GenericFunction) -> String {
    let parameters: Vec<_> = function.type_params.iter().map(|one| &*one.name).collect();
    function_doc(&Function {
        pkg: function.pkg.clone(),
        name: format!("{}[{}]", function.name, parameters.join(", ")),
        params: function.params.clone(),
        results: function.results.clone(),
        doc: function.doc.clone(),
        ..Function::default()
    })
}

/// The doc string of a generic type: `type Box[T]`, then the `GoDoc`.
pub fn generic_type_doc(declared: &GenericType) -> String {
    let mut heading = format!(
        "type {}[{}]",
        declared.name,
        declared.type_params.join(", ")
    );
    if !declared.alias.is_empty() {
        heading.extend([" = ", &expression::short(&declared.alias)]);
    }
    doc(&heading, &declared.doc)
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
