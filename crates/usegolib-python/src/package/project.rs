//! Imports in a project: answered by the library of its lock that has the package.

use std::path::Path;

use pyo3::prelude::*;
use usegolib::artifact::Store;
use usegolib::module::{LOCAL_VERSION, LocalModule, Target};
use usegolib::project::{self, Declaration, Library, Lock, Member, ProjectError, Source};

use super::binding::Binding;
use super::bundle::{Locked, Request};
use crate::exception;
use crate::objects::View;

/// What a project has for an import.
struct Found {
    request: Request,
    package: String,
    is_local: bool,
}

/// The package of the project's library, if there is a project and it has the
/// package.
pub(crate) fn import(
    py: Python<'_>,
    path: &str,
    version: Option<&str>,
    build: bool,
) -> PyResult<Option<Binding>> {
    let found = find(path, version, build).map_err(|error| exception::raise(py, error))?;
    let Some(found) = found else {
        return Ok(None);
    };
    let instance = found.request.instance(py)?;
    let member = &instance.member_of(&found.package).module;
    // A module whose path is around it need not have it: it may be one of its own.
    let has = member.module == found.package || member.packages.contains(&found.package);
    Ok(has.then(|| Binding::new(View::plain(instance), &found.package, found.is_local)))
}

/// The packages of the project's library, if what is to be bundled is declared. An
/// error if it is so in part, or if the project has it otherwise (`own` says that
/// tags or instantiations are asked for).
pub(crate) fn bundle(
    py: Python<'_>,
    paths: &[String],
    own: bool,
    build: bool,
) -> PyResult<Option<Vec<Binding>>> {
    let raise = |error: usegolib::Error| exception::raise(py, error);
    let mut found = Vec::new();
    let mut others = Vec::new();
    for path in paths {
        match find(path, None, build).map_err(raise)? {
            Some(one) => found.push(one),
            None => others.push(path.as_str()),
        }
    }
    let Some(first) = found.first() else {
        return Ok(None);
    };
    let instance = || first.request.instance(py);
    let digest = |one: &Found| Some(one.request.locked.as_ref()?.library.digest.clone());
    let problem = if !others.is_empty() {
        Some(format!(
            "it declares {}, but not {}, which the locked library doesn't have",
            first.package,
            others.join(" and ")
        ))
    } else if found.iter().any(|one| digest(one) != digest(first)) {
        Some("with `bundle = false` each module is a library of its own".to_owned())
    } else if own {
        Some("tags and generics of what it declares are in there".to_owned())
    } else {
        let members = &instance()?.members;
        let has = |one: &&Found| {
            let mut packages = members.iter().flat_map(|one| &one.module.packages);
            packages.any(|package| *package == one.package)
                || members
                    .iter()
                    .any(|member| member.module.module == one.package)
        };
        let missing = found.iter().find(|one| !has(one));
        missing.map(|one| format!("its library has no package {}", one.package))
    };
    if let (Some(problem), Some(locked)) = (problem, &first.request.locked) {
        let file = locked.project.file();
        return Err(exception::raise(py, ProjectError::Apart { file, problem }));
    }
    let instance = instance()?;
    let binding = |one: Found| Binding::new(View::plain(instance), &one.package, one.is_local);
    Ok(Some(found.into_iter().map(binding).collect()))
}

/// What the project declares: each path, and whether it is a package of the standard
/// library. `None` without a project.
#[pyfunction]
pub(crate) fn declared_modules(py: Python<'_>) -> PyResult<Option<Vec<(String, bool)>>> {
    let project = project::current().map_err(|error| exception::raise(py, error))?;
    Ok(project.map(|project| {
        let modules = project.modules.into_iter();
        modules
            .map(|declared| (declared.path, declared.source == Source::Standard))
            .collect()
    }))
}

/// The packages that the project's library has of the module that is declared, or
/// has what is declared.
#[pyfunction]
pub(crate) fn declared_packages(py: Python<'_>, path: &str) -> PyResult<Vec<String>> {
    let found = find(path, None, true).map_err(|error| exception::raise(py, error))?;
    let Some(found) = found else {
        return Ok(Vec::new());
    };
    let instance = found.request.instance(py)?;
    Ok(instance.member_of(&found.package).module.packages.clone())
}

fn find(path: &str, version: Option<&str>, build: bool) -> usegolib::Result<Option<Found>> {
    let Some(project) = project::current()? else {
        return Ok(None);
    };
    let target = Target::parse(path, version)?;
    let package = match &target {
        Target::Local { directory } => {
            let module = LocalModule::find(directory)?;
            if !declares(&project, &module.root) {
                return Ok(None);
            }
            module.package
        }
        Target::Standard { package, .. } => package.clone(),
        Target::Remote { path, .. } => path.clone(),
    };
    let lock_file = project.lock_file();
    let lock = Lock::read(&project)?;
    let answer = lock.as_ref().and_then(|lock| lock.library_of(&package));
    let Some((library, member)) = answer else {
        let is_declared = project.modules.iter().any(|declared| {
            let rest = package.strip_prefix(&declared.path);
            rest.is_some_and(|rest| {
                rest.is_empty() || rest.starts_with('/') && declared.source != Source::Standard
            })
        });
        return match (is_declared, lock) {
            (false, _) => Ok(None),
            (true, None) => Err(ProjectError::NoLock { lock: lock_file }.into()),
            (true, Some(_)) => Err(ProjectError::Outdated { lock: lock_file }.into()),
        };
    };
    let (library, member) = (library.clone(), member.clone());
    let lock = Lock::current(&project)?;
    check_version(&target, &package, &member, &lock_file)?;
    let request = request(project, lock, library, build)?;
    Ok(Some(Found {
        request,
        package,
        is_local: matches!(target, Target::Local { .. }),
    }))
}

/// Whether the project declares the module in a folder.
fn declares(project: &Declaration, root: &Path) -> bool {
    project
        .modules
        .iter()
        .any(|declared| match &declared.source {
            Source::Directory(directory) => {
                let module = LocalModule::find(&project.root.join(directory));
                module.is_ok_and(|module| module.root == *root)
            }
            _ => false,
        })
}

fn check_version(
    target: &Target,
    package: &str,
    member: &Member,
    lock: &Path,
) -> Result<(), ProjectError> {
    match target.wanted() {
        Some(LOCAL_VERSION) if matches!(target, Target::Local { .. }) => Ok(()),
        Some(asked) if asked != member.version => Err(ProjectError::Version {
            lock: lock.to_owned(),
            path: package.to_owned(),
            asked: asked.to_owned(),
            locked: member.version.clone(),
        }),
        _ => Ok(()),
    }
}

fn request(
    project: Declaration,
    lock: Lock,
    library: Library,
    build: bool,
) -> usegolib::Result<Request> {
    let bundle = project::library_request(&project, &lock, &library)?;
    let mut request = Request::new(bundle, Store::default_root()?, build)?;
    request.locked = Some(Locked {
        project,
        lock,
        library,
    });
    Ok(request)
}
