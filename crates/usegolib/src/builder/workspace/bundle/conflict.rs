//! Who needs a version that is not the one that was asked for.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::super::{WORK_MODULE, Workspace};
use crate::builder::BuildError;
use crate::builder::go::Go;

/// The error for a module that is asked for at one version, while Go selects
/// another one.
pub(super) fn find(
    go: &Go,
    workspace: &Workspace,
    module: &str,
    asked: &str,
    selected: &str,
) -> Result<BuildError, BuildError> {
    let requirements = workspace.requirements(go)?;
    let needed_by = chain(&requirements, &format!("{module}@{selected}"));
    Ok(BuildError::Selection {
        module: module.to_owned(),
        asked: asked.to_owned(),
        selected: selected.to_owned(),
        needed_by,
        twice: false,
    })
}

/// The error for one module that is asked for at two versions.
pub(super) fn both(module: &str, one: &str, other: &str) -> BuildError {
    BuildError::Selection {
        module: module.to_owned(),
        asked: one.to_owned(),
        selected: other.to_owned(),
        needed_by: Vec::new(),
        twice: true,
    }
}

/// The shortest way of requirements that leads from a member to `node`, without
/// `node` itself.
fn chain(requirements: &[(String, String)], node: &str) -> Vec<String> {
    let mut requiring: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (from, to) in requirements {
        requiring.entry(from).or_default().push(to);
    }
    // The work module may require it itself by now: that is no reason.
    let mut queue: VecDeque<Vec<&str>> = requiring
        .get(WORK_MODULE)
        .into_iter()
        .flatten()
        .filter(|to| **to != node)
        .map(|to| vec![*to])
        .collect();
    let mut seen = BTreeSet::new();
    while let Some(way) = queue.pop_front() {
        let last = way[way.len() - 1];
        if !seen.insert(last) {
            continue;
        }
        for to in requiring.get(last).into_iter().flatten() {
            if *to == node {
                return way.iter().map(|&step| step.to_owned()).collect();
            }
            let mut further = way.clone();
            further.push(to);
            queue.push_back(further);
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::chain;

    #[test]
    fn the_member_that_needs_it_is_named() {
        let requirements: Vec<_> = [
            ("usegolib-library.work", "a@v1"),
            ("usegolib-library.work", "b@v1"),
            ("usegolib-library.work", "x@v2"),
            ("a@v1", "c@v1"),
            ("b@v1", "x@v1"),
            ("c@v1", "x@v2"),
            ("c@v1", "a@v1"),
        ]
        .map(|(from, to)| (from.to_owned(), to.to_owned()))
        .into();
        assert_eq!(chain(&requirements, "x@v2"), ["a@v1", "c@v1"]);
        assert_eq!(chain(&requirements, "y@v1"), Vec::<String>::new());
    }
}
