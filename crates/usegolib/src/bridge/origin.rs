//! Which line of generated source is there for what.
//!
//! Go may refuse a line: because of a fault of its own, or one of ours. What the
//! line was generated for can then be left out, and the rest be built. So every
//! [`SourceFile`](super::SourceFile) says what its lines are for.

use std::fmt;
use std::ops::RangeInclusive;

use crate::schema::Schema;
use crate::schema::dispatch::{self, Callable};
use crate::schema::shape::TypeId;

/// What of a schema a piece of source is there for. Named as the schema names
/// it, so that it means the same in another schema of the module.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A package-level function, or an instantiation.
    Function {
        /// Import path.
        pkg: String,
        /// The symbol.
        name: String,
    },
    /// A method.
    Method {
        /// The receiver's type, without `*`.
        recv: String,
        /// Its name.
        name: String,
    },
    /// The accessors of a field.
    Field {
        /// The struct.
        recv: String,
        /// The field's Go name.
        name: String,
    },
    /// A package variable.
    Variable {
        /// Import path.
        pkg: String,
        /// Its name.
        name: String,
    },
    /// A type, declared or composed, wherever it is mentioned.
    Type {
        /// Its type expression.
        text: String,
    },
}

impl Origin {
    /// What a callable of the schema is.
    pub fn of(schema: &Schema, callable: Callable<'_>) -> Self {
        let declaration = |id: TypeId| &schema.types[id.0 as usize];
        match callable {
            Callable::Function(function) => Self::Function {
                pkg: function.pkg.clone(),
                name: function.name.clone(),
            },
            Callable::Method(method) => Self::Method {
                recv: method.recv.clone().unwrap_or_default(),
                name: method.name.clone(),
            },
            Callable::Construct(id) | Callable::Snapshot(id) | Callable::Invoke(id) => {
                Self::of_type(&declaration(id).name)
            }
            Callable::GetField(id, n) | Callable::SetField(id, n) => Self::Field {
                recv: declaration(id).name.clone(),
                name: dispatch::field(declaration(id), n).name.clone(),
            },
            Callable::GetVar(n) | Callable::SetVar(n) => {
                let var = &schema.vars[n as usize];
                Self::Variable {
                    pkg: var.pkg.clone(),
                    name: var.name.clone(),
                }
            }
        }
    }

    /// A type by its type expression.
    pub(super) fn of_type(text: &str) -> Self {
        Self::Type {
            text: text.to_owned(),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Function { pkg: of, name }
            | Self::Method { recv: of, name }
            | Self::Field { recv: of, name }
            | Self::Variable { pkg: of, name } => write!(f, "{of}.{name}"),
            Self::Type { text } => f.write_str(text),
        }
    }
}

/// Some lines of a file, and what they are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Line numbers, from 1.
    pub lines: RangeInclusive<usize>,
    /// What they are for: several things where these share a function.
    pub origins: Vec<Origin>,
}
