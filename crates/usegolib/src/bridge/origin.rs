//! Which line of generated source is there for what.
//!
//! Go may refuse a line: because of a fault of its own, or one of ours. What the
//! line was generated for can then be left out, and the rest be built. So every
//! [`SourceFile`](super::SourceFile) says what its lines are for.

use std::ops::RangeInclusive;

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
    /// A type by its type expression.
    pub(super) fn of_type(text: &str) -> Self {
        Self::Type {
            text: text.to_owned(),
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
