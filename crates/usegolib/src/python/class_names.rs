//! One Python name for each Go type that the bindings mention.

use std::collections::{HashMap, HashSet, VecDeque};

use super::names::identifier;
use crate::schema::shape::TypeId;
use crate::schema::{TypeDeclaration, TypeKind, expression};

/// What the generated module uses at its top level besides Go's names, and
/// the built-in names that annotations are made of.
const RESERVED: &[&str] = &[
    "API", "None", "True", "False", "bool", "bytes", "complex", "dict", "float", "int", "list",
    "load", "object", "property", "str", "tuple",
];

/// The two ways in which a type can be a Python class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Form {
    /// A value: a dataclass, or a subclass of a built-in type.
    Value,
    /// A live reference to a value in Go's memory.
    Object,
    /// What Python implements an interface by.
    Implementation,
}

/// The names given so far, and the classes that are still to be defined.
#[derive(Debug)]
pub(super) struct ClassNames {
    /// The structs that come by value.
    by_value: HashSet<TypeId>,
    given: HashMap<(TypeId, Form), String>,
    taken: HashSet<String>,
    undefined: VecDeque<(TypeId, Form)>,
}

impl ClassNames {
    /// No name given yet; `by_value` are the structs that come by value.
    pub(super) fn new(by_value: HashSet<TypeId>) -> Self {
        Self {
            by_value,
            given: HashMap::new(),
            taken: RESERVED.iter().map(|&name| name.to_owned()).collect(),
            undefined: VecDeque::new(),
        }
    }

    /// Whether a struct comes from Go by value.
    pub(super) fn comes_by_value(&self, id: TypeId) -> bool {
        self.by_value.contains(&id)
    }

    /// The name of a type's class. At its first mention it gets its Go name, if
    /// that is free.
    pub(super) fn of(&mut self, id: TypeId, form: Form, declaration: &TypeDeclaration) -> String {
        if let Some(name) = self.given.get(&(id, form)) {
            return name.clone();
        }
        let mut name = identifier(&expression::short(&declaration.ident));
        let has_values = self.by_value.contains(&id)
            || declaration.kind == TypeKind::Value
            || self.given.contains_key(&(id, Form::Value));
        if form == Form::Object && has_values {
            name.push_str("Object");
        }
        if form == Form::Implementation {
            name.push_str("Implementation");
        }
        if self.taken.contains(&name) && !declaration.pkg.is_empty() {
            let package = declaration.pkg.rsplit('/').next().unwrap_or_default();
            name = format!("{}_{name}", identifier(package));
        }
        while self.taken.contains(&name) {
            name.push('_');
        }
        self.taken.insert(name.clone());
        self.given.insert((id, form), name.clone());
        self.undefined.push_back((id, form));
        name
    }

    /// The next class to define.
    pub(super) fn next_undefined(&mut self) -> Option<(TypeId, Form)> {
        self.undefined.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declaration(pkg: &str, ident: &str) -> TypeDeclaration {
        TypeDeclaration {
            pkg: pkg.to_owned(),
            ident: ident.to_owned(),
            kind: TypeKind::Struct,
            hidden: ident == "Counter",
            ..TypeDeclaration::default()
        }
    }

    #[test]
    fn every_type_has_one_name() {
        let mut names = ClassNames::new(HashSet::from([TypeId(0)]));
        let given: Vec<_> = [
            (0, Form::Object, declaration("e.c/m", "Counter")),
            (0, Form::Value, declaration("e.c/m", "Counter")),
            (0, Form::Object, declaration("e.c/m", "Counter")),
            (1, Form::Object, declaration("e.c/other-one", "Counter")),
            (2, Form::Value, declaration("e.c/m", "Box[e.c/m.T]")),
            (3, Form::Value, declaration("e.c/m", "API")),
            (4, Form::Value, declaration("", "struct{A int}")),
            (5, Form::Value, declaration("", "struct{B int}")),
        ]
        .iter()
        .map(|(at, form, declaration)| names.of(TypeId(*at), *form, declaration))
        .collect();
        assert_eq!(
            given,
            [
                "CounterObject",
                "Counter",
                "CounterObject",
                "other_one_Counter",
                "Box_m_T",
                "m_API",
                "Struct",
                "Struct_",
            ]
        );
        assert_eq!(names.next_undefined(), Some((TypeId(0), Form::Object)));
    }
}
