//! From what is declared to a lock.

use std::collections::{BTreeMap, BTreeSet};

use super::lock::{Library, Lock, LockedModule, Member, declared};
use super::sync::{library_request, sums};
use super::{Declaration, Declared, Source};
use crate::artifact::Store;
use crate::builder::{self, Bundle, Interrupt, Progress, Resolution, Wanted};
use crate::error::{Category, Result};
use crate::toolchain::Search;

/// Resolves what a project declares. Versions that are declared as queries stay
/// those of `previous` as long as they are declared as they were; libraries that
/// stay the same keep what is known of them.
///
/// # Errors
/// As for [`builder::bundle`].
pub fn lock(
    project: &Declaration,
    previous: Option<&Lock>,
    store: &Store,
    search: &Search,
    progress: &dyn Progress,
    interrupt: &dyn Interrupt,
) -> Result<Lock> {
    if let Some(previous) = previous
        && is_settled(project, previous, search)
    {
        return Ok(previous.clone());
    }
    let groups: Vec<Vec<&Declared>> = if project.bundle {
        vec![project.modules.iter().collect()]
    } else {
        project.modules.iter().map(|module| vec![module]).collect()
    };
    let mut lock = Lock {
        declared: declared(project),
        ..Lock::default()
    };
    let known: String = previous
        .into_iter()
        .flat_map(|previous| &previous.libraries)
        .map(sums)
        .collect();
    for group in groups.into_iter().filter(|group| !group.is_empty()) {
        let resolve = |previous: Option<&Lock>| {
            let request = Bundle {
                members: group
                    .iter()
                    .map(|module| wanted(project, module, previous))
                    .collect(),
                // What is known of versions stays so, whatever is selected now.
                sums: known.clone(),
                ..Bundle::default()
            };
            builder::resolve_bundle(&request, store, search, progress, interrupt)
        };
        let resolution = match resolve(previous) {
            // A version that was kept is in the way, and nobody asked for it.
            Err(error) if error.category() == Category::VersionConflict && previous.is_some() => {
                resolve(None)?
            }
            outcome => outcome?,
        };
        lock.go.clone_from(&resolution.go);
        let mut library = library(&group, resolution);
        library.digest = library_request(project, &lock, &library)?.digest()?;
        lock.libraries.push(library);
    }
    if let Some(previous) = previous {
        lock.keep(previous);
    }
    Ok(lock)
}

/// Whether resolving would give what is locked: the same is declared, what was resolved
/// was not edited, Go is of the same release, and there are no local modules, whose
/// requirements may be others by now. Versions of modules never change.
fn is_settled(project: &Declaration, lock: &Lock, search: &Search) -> bool {
    let is_local = |module: &Declared| matches!(module.source, Source::Directory(_));
    lock.is_of(project)
        && !project.modules.iter().any(is_local)
        && builder::installed_release(search).is_some_and(|release| release == lock.go)
        && lock.libraries.iter().all(|library| {
            library_request(project, lock, library)
                .and_then(|request| request.digest())
                .is_ok_and(|digest| digest == library.digest)
        })
}

fn wanted(project: &Declaration, module: &Declared, previous: Option<&Lock>) -> Wanted {
    let target = module.target(&project.root, None);
    let kept = previous
        .filter(|previous| target.is_query() && previous.declared.contains(&module.text()))
        .and_then(|previous| {
            let members = previous
                .libraries
                .iter()
                .flat_map(|library| &library.members);
            let mut members = members.filter(|member| member.path == module.path);
            members.next()
        });
    let target = match kept {
        Some(member) if matches!(module.source, Source::Version(_)) => {
            module.target(&project.root, Some(&member.version))
        }
        _ => target,
    };
    Wanted {
        target,
        packages: module.packages.clone(),
    }
}

fn library(group: &[&Declared], resolution: Resolution) -> Library {
    let around = |module: &str, path: &str| {
        path.strip_prefix(module)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let members = group.iter().filter_map(|declared| {
        let found = resolution.members.iter();
        let found = found.filter(|(module, _)| around(module, &declared.path));
        let (module, version) = found.max_by_key(|(module, _)| module.len())?;
        Some(Member {
            path: declared.path.clone(),
            module: module.clone(),
            version: version.clone(),
        })
    });
    Library {
        members: members.collect(),
        modules: resolution
            .modules
            .into_iter()
            .map(|(path, selected)| LockedModule {
                path,
                version: selected.version,
                sum: selected.sum,
                go_mod_sum: selected.go_mod_sum,
            })
            .collect(),
        ..Library::default()
    }
}

impl Lock {
    /// Keeps what is known of libraries that stay the same.
    pub fn keep(&mut self, previous: &Self) {
        for library in &mut self.libraries {
            let mut known = previous.libraries.iter();
            if let Some(known) = known.find(|known| known.digest == library.digest) {
                library.artifacts.clone_from(&known.artifacts);
                keep_sums(&mut library.modules, &known.modules);
            }
        }
    }
}

/// Keeps hashes that are known, of the same versions.
fn keep_sums(modules: &mut [LockedModule], known: &[LockedModule]) {
    let known: BTreeMap<_, _> = known.iter().map(|one| (&one.path, one)).collect();
    for module in modules {
        if let Some(known) = known.get(&module.path)
            && known.version == module.version
        {
            module.sum = module.sum.take().or_else(|| known.sum.clone());
            module.go_mod_sum = module
                .go_mod_sum
                .take()
                .or_else(|| known.go_mod_sum.clone());
        }
    }
}

/// All build tags of these modules.
pub(super) fn tags<'a>(modules: impl IntoIterator<Item = &'a Declared>) -> Vec<String> {
    let tags: BTreeSet<&String> = modules.into_iter().flat_map(|one| &one.tags).collect();
    tags.into_iter().cloned().collect()
}
