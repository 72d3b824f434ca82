//! Where in the symbol table each callable is.
//!
//! [`dispatch::callables`] says the order; [`Slots`] reads it once and answers
//! by name, so that nobody else counts.

use serde::{Deserialize, Serialize};

use super::Schema;
use super::dispatch::{self, BUILTIN_SLOTS, Callable};
use super::shape::TypeId;

/// The indices of all callables of one schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slots {
    methods: u32,
    variables: u32,
    types: Box<[TypeSlots]>,
}

/// The indices of what belongs to one type besides its methods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeSlots {
    /// The constructor, behind which the snapshot and the fields follow.
    structural: Option<u32>,
    fields: u32,
    invoke: Option<u32>,
}

/// The indices of a variable, or of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessorSlots {
    /// What reads it.
    pub getter: u32,
    /// What assigns it.
    pub setter: u32,
}

impl AccessorSlots {
    /// The n-th of accessors that begin at `first`.
    const fn nth(first: u32, n: u32) -> Self {
        let getter = first + 2 * n;
        Self {
            getter,
            setter: getter + 1,
        }
    }
}

impl TypeSlots {
    /// What makes a value.
    pub const fn construct(self) -> Option<u32> {
        self.structural
    }

    /// What reads all fields.
    pub fn snapshot(self) -> Option<u32> {
        self.structural.map(|first| first + 1)
    }

    /// What reads and assigns the n-th field, promoted ones counted behind
    /// the declared ones; `None` if there is no such field to be accessed.
    pub fn field(self, n: u32) -> Option<AccessorSlots> {
        self.structural
            .filter(|_| n < self.fields)
            .map(|first| AccessorSlots::nth(first + 2, n))
    }

    /// What calls a func value.
    pub const fn invoke(self) -> Option<u32> {
        self.invoke
    }
}

impl Slots {
    /// Reads the symbol table of `schema`.
    pub fn new(schema: &Schema) -> Self {
        let mut types = vec![TypeSlots::default(); schema.types.len()];
        let mut next = BUILTIN_SLOTS;
        let (mut methods, mut variables) = (None, None);
        for (index, callable) in dispatch::indexed(schema) {
            next = index + 1;
            match callable {
                Callable::Construct(id) => types[id.0 as usize].structural = Some(index),
                Callable::GetField(id, n) => types[id.0 as usize].fields = n + 1,
                Callable::Invoke(id) => types[id.0 as usize].invoke = Some(index),
                Callable::Method(_) => _ = methods.get_or_insert(index),
                Callable::GetVar(_) => _ = variables.get_or_insert(index),
                Callable::Function(_)
                | Callable::Snapshot(_)
                | Callable::SetField(..)
                | Callable::SetVar(_) => {}
            }
        }
        Self {
            methods: methods.unwrap_or(next),
            variables: variables.unwrap_or(next),
            types: types.into(),
        }
    }

    /// The n-th function of the schema.
    pub const fn function(&self, n: u32) -> u32 {
        BUILTIN_SLOTS + n
    }

    /// The n-th method of the schema.
    pub const fn method(&self, n: u32) -> u32 {
        self.methods + n
    }

    /// What belongs to a type of the schema.
    ///
    /// # Panics
    /// If `id` is not of the schema.
    pub fn of_type(&self, id: TypeId) -> TypeSlots {
        self.types[id.0 as usize]
    }

    /// The n-th variable of the schema.
    pub const fn variable(&self, n: u32) -> AccessorSlots {
        AccessorSlots::nth(self.variables, n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Field, Function, Signature, TypeDeclaration, TypeKind, Variable};

    fn schema() -> Schema {
        let field = || Field::default();
        let record = TypeDeclaration {
            kind: TypeKind::Struct,
            fields: vec![field(), field()],
            promoted: vec![field()],
            ..TypeDeclaration::default()
        };
        Schema {
            symbols: vec![Function::default(), Function::default()],
            methods: vec![Function::default(); 3],
            types: vec![
                TypeDeclaration::default(),
                record.clone(),
                TypeDeclaration {
                    unnameable: true,
                    ..record.clone()
                },
                TypeDeclaration {
                    fields: Vec::new(),
                    promoted: Vec::new(),
                    ..record
                },
                TypeDeclaration {
                    kind: TypeKind::Func,
                    signature: Some(Signature::default()),
                    ..TypeDeclaration::default()
                },
            ],
            vars: vec![Variable::default(), Variable::default()],
            ..Schema::default()
        }
    }

    #[test]
    fn slots_are_where_the_table_has_the_callables() {
        let schema = schema();
        let slots = Slots::new(&schema);
        let (mut functions, mut methods) = (0.., 0..);
        for (index, callable) in dispatch::indexed(&schema) {
            let found = match callable {
                Callable::Function(_) => functions.next().map(|n| slots.function(n)),
                Callable::Method(_) => methods.next().map(|n| slots.method(n)),
                Callable::Construct(id) => slots.of_type(id).construct(),
                Callable::Snapshot(id) => slots.of_type(id).snapshot(),
                Callable::GetField(id, n) => slots.of_type(id).field(n).map(|one| one.getter),
                Callable::SetField(id, n) => slots.of_type(id).field(n).map(|one| one.setter),
                Callable::Invoke(id) => slots.of_type(id).invoke(),
                Callable::GetVar(n) => Some(slots.variable(n).getter),
                Callable::SetVar(n) => Some(slots.variable(n).setter),
            };
            assert_eq!(found, Some(index), "{callable:?}");
        }
    }

    #[test]
    fn what_is_not_in_the_table_has_no_slot() {
        let slots = Slots::new(&schema());
        let [value, record, empty, func] = [0, 1, 3, 4].map(|at| slots.of_type(TypeId(at)));
        assert_eq!(value, TypeSlots::default());
        assert_eq!(record.field(3), None);
        assert_eq!(record.invoke(), None);
        assert_eq!(empty.field(0), None);
        assert!(empty.snapshot().is_some());
        assert_eq!(func.construct().or(func.snapshot()), None);
    }
}
