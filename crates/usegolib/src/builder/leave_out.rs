//! A schema without what Go doesn't take: it moves to what is unsupported.

use crate::bridge::Origin;
use crate::schema::expression::mentions;
use crate::schema::reason::{Obstacle, Reason};
use crate::schema::{Function, Parameter, RefusedInstance, Schema, TypeKind, Unsupported};

/// Takes `origin` out of the schema, and all that can't be without it. `false`
/// if there was nothing to take out.
///
/// A struct first becomes opaque: it is still an object that can be passed on.
pub(super) fn leave_out(schema: &mut Schema, origin: &Origin, reason: &str) -> bool {
    let unsupported = schema.unsupported.len();
    let removed = match origin {
        Origin::Function { pkg, name } => remove_functions(schema, reason, |function| {
            function.pkg == *pkg && function.name == *name
        }),
        Origin::Method { recv, name } => remove_methods(schema, reason, |method| {
            method.recv.as_ref() == Some(recv) && method.name == *name
        }),
        Origin::Field { recv, name } => remove_fields(schema, reason, |owner, field, _| {
            owner == recv && field == name
        }),
        Origin::Variable { pkg, name } => remove_variables(schema, reason, |of, variable, _| {
            of == pkg && variable == name
        }),
        Origin::Type { text } => {
            remove_fields(schema, reason, |owner, _, _| owner == text)
                || remove_type(schema, text, reason)
        }
    };
    // What is gone for the same reason is told once for each name.
    schema.unsupported[unsupported..].sort_by(|a, b| (&a.pkg, &a.name).cmp(&(&b.pkg, &b.name)));
    removed
}

/// Everything in the schema that can be left out by itself.
pub(super) fn parts(schema: &Schema) -> Vec<Origin> {
    let types = schema.types.iter().map(|declaration| Origin::Type {
        text: declaration.name.clone(),
    });
    let variables = schema.vars.iter().map(|variable| Origin::Variable {
        pkg: variable.pkg.clone(),
        name: variable.name.clone(),
    });
    let methods = schema.methods.iter().map(|method| Origin::Method {
        recv: method.recv.clone().unwrap_or_default(),
        name: method.name.clone(),
    });
    let functions = schema.symbols.iter().map(|function| Origin::Function {
        pkg: function.pkg.clone(),
        name: function.name.clone(),
    });
    types
        .chain(variables)
        .chain(methods)
        .chain(functions)
        .collect()
}

/// Takes a type out, and everything that mentions it.
fn remove_type(schema: &mut Schema, text: &str, reason: &str) -> bool {
    let mut removed = false;
    let mut types = vec![text.to_owned()];
    while let Some(text) = types.pop() {
        let signature_mentions = |params: &[Parameter], results: &[String]| {
            params.iter().any(|param| mentions(&param.type_, &text))
                || results.iter().any(|result| mentions(result, &text))
        };
        let function_mentions = |function: &Function| {
            signature_mentions(&function.params, &function.results)
                || function
                    .type_args
                    .iter()
                    .any(|argument| mentions(argument, &text))
        };
        removed |= remove_functions(schema, reason, function_mentions);
        removed |= remove_methods(schema, reason, |method| {
            function_mentions(method)
                || method
                    .recv
                    .as_ref()
                    .is_some_and(|recv| mentions(recv, &text))
        });
        removed |= remove_fields(schema, reason, |_, _, type_| mentions(type_, &text));
        removed |= remove_variables(schema, reason, |_, _, type_| mentions(type_, &text));
        let unsupported = &mut schema.unsupported;
        schema.consts.retain(|constant| {
            let kept = !mentions(&constant.type_, &text);
            if !kept {
                unsupported.push(refused(&constant.pkg, &constant.name, None, reason));
            }
            kept
        });
        schema.aliases.retain(|alias| {
            let kept = !mentions(&alias.type_, &text);
            if !kept {
                unsupported.push(refused(&alias.pkg, &alias.name, None, reason));
            }
            kept
        });
        schema.types.retain(|declaration| {
            let gone = declaration.name == text
                || mentions(&declaration.name, &text)
                || mentions(&declaration.underlying, &text)
                || declaration.signature.as_ref().is_some_and(|signature| {
                    signature_mentions(&signature.params, &signature.results)
                });
            if gone {
                removed = true;
                if !declaration.pkg.is_empty() {
                    unsupported.push(refused(&declaration.pkg, &declaration.ident, None, reason));
                }
                if declaration.name != text {
                    types.push(declaration.name.clone());
                }
            }
            !gone
        });
    }
    removed
}

fn remove_functions(schema: &mut Schema, reason: &str, goes: impl Fn(&Function) -> bool) -> bool {
    let before = schema.symbols.len();
    let unsupported = &mut schema.unsupported;
    let generics = &mut schema.generics;
    let generic_functions = &mut schema.generic_functions;
    schema.symbols.retain(|function| {
        let gone = goes(function);
        if gone {
            let mut generic = None;
            generics.retain(|one| {
                let is_its = one.pkg == function.pkg && one.symbol == function.name;
                if is_its {
                    generic = Some(one.name.clone());
                }
                !is_its
            });
            let generic = generic_functions
                .iter_mut()
                .find(|one| one.pkg == function.pkg && Some(&one.name) == generic.as_ref());
            match generic {
                Some(generic) if function.implied => generic.refused.push(RefusedInstance {
                    type_args: function.type_args.clone(),
                    reason: reason.to_owned(),
                }),
                _ => unsupported.push(refused_function(function, reason)),
            }
        }
        !gone
    });
    schema.symbols.len() < before
}

fn remove_methods(schema: &mut Schema, reason: &str, goes: impl Fn(&Function) -> bool) -> bool {
    let before = schema.methods.len();
    let unsupported = &mut schema.unsupported;
    schema.methods.retain(|method| {
        let gone = goes(method);
        if gone {
            unsupported.push(refused_function(method, reason));
        }
        !gone
    });
    schema.methods.len() < before
}

/// Takes out fields by their struct, name and type. What is left doesn't show
/// the struct's whole state any more.
fn remove_fields(
    schema: &mut Schema,
    reason: &str,
    goes: impl Fn(&str, &str, &str) -> bool,
) -> bool {
    let mut removed = false;
    for declaration in &mut schema.types {
        if declaration.kind != TypeKind::Struct {
            continue;
        }
        let (pkg, owner) = (&declaration.pkg, &declaration.name);
        for (fields, own) in [
            (&mut declaration.fields, true),
            (&mut declaration.promoted, false),
        ] {
            fields.retain(|field| {
                let gone = goes(owner, &field.name, &field.type_);
                if gone {
                    removed = true;
                    declaration.hidden |= own;
                    schema.unsupported.push(Unsupported {
                        signature: format!("{owner}.{} {}", field.name, field.type_),
                        ..refused(pkg, &field.name, Some(owner), reason)
                    });
                }
                !gone
            });
        }
    }
    removed
}

/// Takes out variables by their package, name and type.
fn remove_variables(
    schema: &mut Schema,
    reason: &str,
    goes: impl Fn(&str, &str, &str) -> bool,
) -> bool {
    let before = schema.vars.len();
    let unsupported = &mut schema.unsupported;
    schema.vars.retain(|variable| {
        let gone = goes(&variable.pkg, &variable.name, &variable.type_);
        if gone {
            unsupported.push(refused(&variable.pkg, &variable.name, None, reason));
        }
        !gone
    });
    schema.vars.len() < before
}

fn refused(pkg: &str, name: &str, recv: Option<&str>, reason: &str) -> Unsupported {
    Unsupported {
        pkg: pkg.to_owned(),
        name: name.to_owned(),
        recv: recv.map(str::to_owned),
        signature: String::new(),
        reason: Reason::from(Obstacle::Generated {
            message: reason.to_owned(),
        }),
    }
}

fn refused_function(function: &Function, reason: &str) -> Unsupported {
    let recv = function.recv.as_deref();
    let receiver = recv.map_or_else(String::new, |recv| format!("({recv}) "));
    Unsupported {
        signature: format!("func {receiver}{}", function.comparable()),
        ..refused(&function.pkg, &function.name, recv, reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Schema {
        serde_json::from_str(
            r#"{
            "symbols": [
                {"pkg": "e.c/m", "name": "F", "params": [{"name": "t", "type": "e.c/m.T"}], "results": ["e.c/m.T"]},
                {"pkg": "e.c/m", "name": "G", "params": [{"name": "a", "type": "[0][4]string"}], "results": []}
            ],
            "types": [
                {"name": "e.c/m.T", "pkg": "e.c/m", "ident": "T", "kind": "struct", "reach": "own", "fields": [
                    {"name": "A", "key": "A", "type": "[0][4]string", "required": true},
                    {"name": "B", "key": "B", "type": "int", "required": true}]},
                {"name": "func(e.c/m.T)", "ident": "func(e.c/m.T)", "kind": "func", "reach": "own",
                    "signature": {"params": [{"name": "", "type": "e.c/m.T"}], "results": []}}
            ],
            "methods": [{"pkg": "e.c/m", "name": "M", "recv": "e.c/m.T", "params": [], "results": []}]
        }"#,
        )
        .unwrap()
    }

    fn names(schema: &Schema) -> Vec<&str> {
        schema
            .unsupported
            .iter()
            .map(|one| one.name.as_str())
            .collect()
    }

    fn of_type(text: &str) -> Origin {
        Origin::Type {
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_composed_type_takes_what_is_made_of_it_along() {
        let mut schema = schema();
        assert!(leave_out(&mut schema, &of_type("[0][4]string"), "why"));
        assert_eq!(names(&schema), ["A", "G"]);
        assert_eq!(schema.unsupported[0].recv.as_deref(), Some("e.c/m.T"));
        assert!(schema.types[0].hidden && schema.types[0].fields.len() == 1);
        assert!(!leave_out(&mut schema, &of_type("[0][4]string"), "why"));
    }

    #[test]
    fn a_struct_becomes_opaque_before_it_goes() {
        let mut schema = schema();
        assert!(leave_out(&mut schema, &of_type("e.c/m.T"), "why"));
        assert_eq!(names(&schema), ["A", "B"]);
        assert!(schema.types[0].is_opaque());
        assert!(leave_out(&mut schema, &of_type("e.c/m.T"), "why"));
        assert!(schema.types.is_empty() && schema.methods.is_empty());
        assert_eq!(schema.symbols.len(), 1);
        assert_eq!(names(&schema), ["A", "B", "F", "M", "T"]);
    }

    #[test]
    fn every_part_can_go() {
        let mut schema = schema();
        for part in parts(&schema) {
            leave_out(&mut schema, &part, "why");
            leave_out(&mut schema, &part, "why");
        }
        assert_eq!(parts(&schema), []);
    }
}
