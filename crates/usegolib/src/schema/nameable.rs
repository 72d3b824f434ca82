//! Types that generated code can write.

use std::collections::HashSet;

use super::TypeKind;
use super::expression::{self, Expression};
use super::shape::TypeTable;

/// Whether generated code can write the type and, where the type has a name, what it
/// is made of. All parts have to be nameable, so they are looked at in any order, and
/// however long a chain of types is.
pub fn is_nameable(table: &TypeTable<'_>, text: &str) -> bool {
    let mut seen = HashSet::new();
    let mut parts = vec![text];
    while let Some(text) = parts.pop() {
        if let Some(id) = table.find(text) {
            let declaration = table.declaration(id);
            if declaration.unnameable {
                return false;
            }
            // A type made of itself is as nameable as the rest of it.
            if declaration.kind == TypeKind::Value && seen.insert(text) {
                parts.push(&declaration.underlying);
            }
            continue;
        }
        match expression::parse(text) {
            Expression::Variadic(element)
            | Expression::Pointer(element)
            | Expression::Slice(element)
            | Expression::Array(_, element) => parts.push(element),
            Expression::Map(key, value) => parts.extend([key, value]),
            Expression::Leaf(_) => {}
        }
    }
    true
}
