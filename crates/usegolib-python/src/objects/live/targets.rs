//! The builtins of containers, as a view calls them.

use usegolib::schema::dispatch::{Builtin, Editing};

use crate::call::{Scope, Target};

/// What is called for containers.
pub(crate) struct Targets {
    pub(super) item: Target,
    pub(super) set_item: Target,
    pub(super) length: Target,
    pub(super) batch: Target,
    pub(super) copy: Target,
    edits: Box<[Target]>,
}

impl Targets {
    /// The builtins of a library.
    pub(in crate::objects) fn new(scope: Scope) -> Self {
        let target =
            |builtin: Builtin, arguments, name| Target::new(scope, builtin as u32, arguments, name);
        Self {
            item: target(Builtin::Item, 2, "[]"),
            set_item: target(Builtin::SetItem, 3, "[]="),
            length: target(Builtin::Length, 1, "len()"),
            batch: target(Builtin::Batch, 3, "iter()"),
            copy: target(Builtin::Copy, 1, "copy()"),
            edits: Editing::ALL
                .iter()
                .map(|editing| {
                    let more = match editing {
                        Editing::Delete | Editing::Has | Editing::Take => 1,
                        Editing::Clear | Editing::Iterate | Editing::Pin => 0,
                        Editing::Splice => 3,
                    };
                    target(Builtin::Edit, 2 + more, editing.name())
                })
                .collect(),
        }
    }

    /// What does an [`Editing`].
    pub(super) fn edit(&self, editing: Editing) -> &Target {
        &self.edits[usize::from(editing.number())]
    }
}
