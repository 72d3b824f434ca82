//! Build tags that an import asks for.

use std::borrow::Cow;

use crate::error::{Category, Diagnostic};

/// A module was built with other tags than are asked for.
#[derive(Debug, thiserror::Error)]
#[error("{module} {} built with {}, asked for was {}", if *loaded { "is loaded," } else { "is there," }, listed(found), listed(wanted))]
pub struct TagsError {
    /// Module path.
    pub module: String,
    /// The tags it was built with.
    pub found: Vec<String>,
    /// The tags asked for.
    pub wanted: Vec<String>,
    /// Whether it is loaded into this process.
    pub loaded: bool,
}

fn listed(tags: &[String]) -> String {
    if tags.is_empty() {
        "no tags".to_owned()
    } else {
        format!("tags {}", tags.join(","))
    }
}

impl Diagnostic for TagsError {
    fn category(&self) -> Category {
        if self.loaded {
            Category::VersionConflict
        } else {
            Category::ArtifactNotFound
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some(if self.loaded {
            "a process has one build of a module: ask for the same tags in all its imports".into()
        } else {
            format!(
                "build it with `usegolib build --module {} --tags {}`, or let the import build it \
                 (build_if_missing=True)",
                self.module,
                self.wanted.join(",")
            )
            .into()
        })
    }
}
