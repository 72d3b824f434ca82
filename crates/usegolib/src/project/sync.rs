//! Bringing the libraries of a lock into the store.

use std::fmt::Write as _;

use super::lock::{ArtifactDigests, Library, Lock};
use super::resolve::{self, tags};
use super::{Declaration, Declared, ProjectError, SharedStore, Source};
use crate::artifact::{Artifact, NotFound, Store, StoreError, sha256_of};
use crate::builder::{self, Bundle, Interrupt, Progress, Settled, Wanted};
use crate::error::Result;
use crate::manifest::{self, BUNDLES, GoOptions, Manifest};
use crate::module::LocalModule;
use crate::toolchain::Search;

/// What came of a synchronisation.
#[derive(Clone, Debug)]
pub struct Synced {
    /// The lock as it is now.
    pub lock: Lock,
    /// The artifacts, in the order of the lock's libraries.
    pub artifacts: Vec<Artifact>,
}

/// Where libraries come from, if the store doesn't have them.
#[derive(Clone, Copy)]
pub struct Supply<'a> {
    /// The store.
    pub store: &'a Store,
    /// The shared store, if there is one.
    pub shared: Option<&'a SharedStore>,
    /// Where to look for a toolchain; `None` if nothing may be built.
    pub search: Option<&'a Search>,
    /// Whom to tell.
    pub progress: &'a dyn Progress,
    /// Whom to ask whether to stop.
    pub interrupt: &'a dyn Interrupt,
}

/// How a library has to be the one that the lock has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// The lock says what it is, and has to say so.
    Frozen,
    /// What the lock says holds.
    Locked,
    /// What is built here becomes what the lock says.
    Updating,
}

/// Locks a project if need be, and brings its libraries into the store. `frozen`
/// changes nothing of the lock.
///
/// # Errors
/// [`ProjectError`], or what building gives.
pub fn sync(project: &Declaration, frozen: bool, supply: &Supply<'_>) -> Result<Synced> {
    let mut lock = if frozen {
        Lock::current(project)?
    } else {
        let previous = Lock::read(project)?;
        match (previous, supply.search) {
            (Some(found), _) if found.is_of(project) => found,
            (previous, Some(search)) => resolve::lock(
                project,
                previous.as_ref(),
                supply.store,
                search,
                supply.progress,
                supply.interrupt,
            )?,
            (_, None) => Lock::current(project)?,
        }
    };
    let strictness = if frozen {
        Strictness::Frozen
    } else {
        Strictness::Updating
    };
    let mut artifacts = Vec::new();
    let platform = supply.store.platform().folder();
    for at in 0..lock.libraries.len() {
        let library = &lock.libraries[at];
        let artifact = obtain(project, &lock, library, strictness, supply)?;
        let (manifest, digests) = digests(&artifact)?;
        let library = &mut lock.libraries[at];
        for module in &mut library.modules {
            let mut compiled = manifest.modules.iter();
            let compiled = compiled.find(|one| {
                one.path == module.path && one.version == module.version && !one.sum.is_empty()
            });
            if let Some(compiled) = compiled {
                module.sum = Some(compiled.sum.clone());
            }
        }
        // What is built of local modules changes with them.
        if locals(project, library)?.is_empty() {
            library.artifacts.insert(platform.clone(), digests);
        }
        artifacts.push(artifact);
    }
    if !frozen {
        lock.write(project)?;
    }
    Ok(Synced { lock, artifacts })
}

/// The artifact of a library, from the store, the shared store or a build.
///
/// # Errors
/// [`ProjectError`], or what building gives.
pub fn obtain(
    project: &Declaration,
    lock: &Lock,
    library: &Library,
    strictness: Strictness,
    supply: &Supply<'_>,
) -> Result<Artifact> {
    let request = library_request(project, lock, library)?;
    if request.digest()? != library.digest {
        return Err(ProjectError::Outdated {
            lock: project.lock_file(),
        }
        .into());
    }
    let store = supply.store;
    let platform = store.platform().folder();
    let locals = locals(project, library)?;
    let expected = library.artifacts.get(&platform);
    if strictness == Strictness::Frozen && expected.is_none() && locals.is_empty() {
        return Err(ProjectError::Unbuilt {
            lock: project.lock_file(),
            library: library.title(),
            platform,
        }
        .into());
    }
    let checking = Checking {
        project,
        library,
        locals: &locals,
        expected,
    };
    let mut force = false;
    if let Some(found) = store.find(BUNDLES, &library.digest)? {
        match checking.check(&found, strictness != Strictness::Locked) {
            Ok(true) => return Ok(found),
            // Of other sources than there are now.
            Ok(false) => {}
            Err(error) if strictness == Strictness::Locked => return Err(error),
            // It is replaced by the one that the lock has, or by what is built.
            Err(_) => force = true,
        }
    }
    if let Some(shared) = supply.shared {
        let place = store.place(BUNDLES, &library.digest)?;
        let fetched = shared.fetch(
            store,
            place,
            &library.title(),
            supply.interrupt,
            |artifact| artifact.is_expected(expected, &project.lock_file(), &library.title()),
        )?;
        if let Some(artifact) = fetched
            && checking.check(&artifact, false)?
        {
            return Ok(artifact);
        }
    }
    let Some(search) = supply.search else {
        return Err(
            StoreError::NotFound(Box::new(NotFound::of_bundle(library.title(), store))).into(),
        );
    };
    let request = Bundle { force, ..request };
    let built = builder::bundle(&request, store, search, supply.progress, supply.interrupt)?;
    if strictness != Strictness::Updating {
        checking.check(&built.artifact, false)?;
    }
    Ok(built.artifact)
}

/// Checking an artifact against a lock.
struct Checking<'a> {
    project: &'a Declaration,
    library: &'a Library,
    locals: &'a [LocalModule],
    expected: Option<&'a ArtifactDigests>,
}

impl Checking<'_> {
    /// Whether an artifact is of what local modules are now. An error if it isn't
    /// the one that the lock has; `whole` looks at the library, too, which loading it
    /// does anyway.
    fn check(&self, artifact: &Artifact, whole: bool) -> Result<bool> {
        let (manifest, found) = digests(artifact)?;
        if let Some(expected) = self.expected {
            let title = self.library.title();
            compare(expected, &found, &self.project.lock_file(), &title)?;
        }
        if whole && !artifact.is_whole(&manifest) {
            let path = manifest.library_path(&artifact.folder);
            let actual = sha256_of(&path).map_err(ProjectError::Io)?;
            return Err(StoreError::Sha256Mismatch {
                path,
                expected: found.library,
                actual,
            }
            .into());
        }
        for local in self.locals {
            if !builder::is_built_from(&manifest, local)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// An error if an artifact isn't the one that is expected.
pub(super) fn compare(
    expected: &ArtifactDigests,
    found: &ArtifactDigests,
    lock: &std::path::Path,
    library: &str,
) -> Result<(), ProjectError> {
    for (what, expected, found) in [
        ("the library", &expected.library, &found.library),
        ("the manifest", &expected.manifest, &found.manifest),
    ] {
        if expected != found {
            return Err(ProjectError::Digest {
                lock: lock.to_owned(),
                what,
                library: library.to_owned(),
                expected: expected.clone(),
                found: found.clone(),
            });
        }
    }
    Ok(())
}

fn digests(artifact: &Artifact) -> Result<(Manifest, ArtifactDigests)> {
    let path = artifact.manifest_path();
    let manifest = manifest::read(&path)?;
    let digests = ArtifactDigests {
        manifest: sha256_of(&path).map_err(ProjectError::Io)?,
        library: manifest.library.sha256.clone().unwrap_or_default(),
    };
    Ok((manifest, digests))
}

/// What to build for a library of a lock: the locked versions, and nothing else.
pub fn library_request(project: &Declaration, lock: &Lock, library: &Library) -> Result<Bundle> {
    let mut declared = Vec::new();
    let mut members = Vec::new();
    let mut generics = Vec::new();
    for member in &library.members {
        let found = declared_as(project, &member.path)?;
        declared.push(found);
        members.push(Wanted {
            target: found.target(&project.root, Some(&member.version)),
            packages: found.packages.clone(),
        });
        if let Some(file) = &found.generics {
            generics.extend(builder::read_generics(&project.root.join(file))?);
        }
    }
    Ok(Bundle {
        members,
        generics,
        go_options: GoOptions::of_tags(tags(declared)),
        settled: Some(Settled {
            release: lock.go.clone(),
            versions: library
                .modules
                .iter()
                .map(|module| (module.path.clone(), module.version.clone()))
                .collect(),
        }),
        sums: sums(library),
        ..Bundle::default()
    })
}

/// The lines of a `go.sum` that a library has.
pub(super) fn sums(library: &Library) -> String {
    let mut text = String::new();
    for module in &library.modules {
        for (sum, what) in [(&module.sum, ""), (&module.go_mod_sum, "/go.mod")] {
            if let Some(sum) = sum {
                let _ = writeln!(text, "{} {}{what} {sum}", module.path, module.version);
            }
        }
    }
    text
}

fn declared_as<'a>(project: &'a Declaration, path: &str) -> Result<&'a Declared, ProjectError> {
    let mut modules = project.modules.iter();
    let found = modules.find(|declared| declared.path == path);
    found.ok_or_else(|| ProjectError::Outdated {
        lock: project.lock_file(),
    })
}

/// The local modules of a library.
fn locals(project: &Declaration, library: &Library) -> Result<Vec<LocalModule>> {
    let mut found = Vec::new();
    for member in &library.members {
        if let Source::Directory(directory) = &declared_as(project, &member.path)?.source {
            found.push(LocalModule::find(&project.root.join(directory))?);
        }
    }
    Ok(found)
}
