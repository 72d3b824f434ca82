//! From listed packages to a library that loads: what stands in its way is left
//! out, so that the rest can be used.
//!
//! A package that doesn't compile, can't be linked with the others or whose
//! `init` ends the process is left out as a whole; of the bridge, what Go refuses
//! is left out by its origin ([`Blame`]). Where Go names nobody, the first one
//! with which it goes wrong is searched by halving. Every round leaves something
//! out, so there is an end.

use std::collections::BTreeSet;
use std::path::Path;

use super::blame::{Blame, abridged, is_compilers, linked_package};
use super::compile::{Outcome, compile};
use super::go::{Go, Settings};
use super::leave_out::{leave_out, parts};
use super::list::Listing;
use super::scan::{Instances, scan};
use super::trial::{self, Failure, Trial};
use super::workspace::Workspace;
use super::{BuildError, Phase};
use crate::bridge::Origin;
use crate::schema::{ExcludedPackage, Schema, dispatch};

/// How often Go may name nobody before that is a bug.
const SEARCHES: usize = 8;

/// What is linked, with what.
pub(super) struct Linking<'a, 'g> {
    pub(super) go: &'a Go<'g>,
    pub(super) workspace: &'a mut Workspace,
    pub(super) settings: &'a Settings,
    pub(super) instances: Instances<'a>,
    /// Where the library goes.
    pub(super) library: &'a Path,
    /// The trial, unless there is none.
    pub(super) trial: Option<Trial>,
    /// The packages, those first that are rather kept.
    pub(super) listing: &'a mut Listing,
    /// How many these are.
    pub(super) preferred: usize,
    pub(super) excluded: Vec<ExcludedPackage>,
    pub(super) refused: Vec<(Origin, String)>,
    /// Callables whose trampolines failed when they were tried.
    pub(super) mistaken: BTreeSet<Origin>,
    pub(super) searches: usize,
}

/// What came of loading a library.
enum Loaded {
    /// It can be used. Whether it was tried.
    Good(bool),
    /// The trampolines of these callables don't do what they should.
    Mistaken(Vec<Origin>),
    Failed(Failure),
}

/// Why the packages at hand make no library.
enum Trouble {
    /// These, each for its own reason. Whether they compile.
    Packages(Vec<(String, String)>, bool),
    /// Some package, which nobody named.
    Unnamed(String),
}

impl Linking<'_, '_> {
    /// Leaves out until there is a library; its schema, and whether it was
    /// loaded once.
    pub(super) fn run(mut self) -> Result<(Schema, bool), BuildError> {
        loop {
            let mut schema = self.scan(&self.listing.packages.clone())?;
            check_schema(&schema, self.workspace)?;
            let trouble = match self.link(&mut schema)? {
                None => match self.load(&schema)? {
                    Loaded::Good(tried) => return Ok((schema, tried)),
                    Loaded::Mistaken(callables) => {
                        self.distrust(callables)?;
                        continue;
                    }
                    Loaded::Failed(failure) => self.trace(failure),
                },
                Some(trouble) => trouble,
            };
            match trouble {
                Trouble::Packages(packages, compiles) => {
                    for (package, reason) in packages {
                        self.exclude(package, reason, compiles);
                    }
                }
                Trouble::Unnamed(words) => {
                    let package = self.search_package(&words)?;
                    let others = match self.listing.packages.first() {
                        Some(first) if *first != package => " beside the packages before it",
                        _ => "",
                    };
                    for user in self.listing.importing(&package) {
                        if user != package {
                            let reason = format!("{package}, which it imports, can't be loaded");
                            self.exclude(user, reason, true);
                        }
                    }
                    self.exclude(
                        package,
                        format!("it can't be loaded{others}: {words}"),
                        true,
                    );
                }
            }
        }
    }

    /// Has callables get code of their own, and all that lie as they do.
    fn distrust(&mut self, callables: Vec<Origin>) -> Result<(), BuildError> {
        self.go.progress.note(&format!(
            "this release of Go passes arguments of {} otherwise than expected: code is generated \
             for functions like these",
            callables
                .iter()
                .map(Origin::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        ));
        let before = self.mistaken.len();
        self.mistaken.extend(callables);
        if self.mistaken.len() == before {
            return Err(self.bug("a trampoline that is not to be there fails".to_owned()));
        }
        Ok(())
    }

    fn exclude(&mut self, path: String, reason: String, compiles: bool) {
        if let Some(at) = self.listing.packages.iter().position(|one| *one == path) {
            self.listing.packages.remove(at);
            self.preferred -= usize::from(at < self.preferred);
        }
        self.excluded.push(ExcludedPackage {
            path,
            reason,
            compiles,
        });
    }

    /// What these packages export, without what was refused before.
    fn scan(&self, packages: &[String]) -> Result<Schema, BuildError> {
        let mut schema = scan(
            self.go,
            self.workspace,
            self.settings,
            self.listing,
            packages,
            self.instances,
        )?;
        schema.excluded.extend(self.excluded.iter().cloned());
        for (origin, reason) in &self.refused {
            leave_out(&mut schema, origin, reason);
        }
        Ok(schema)
    }

    /// Generates the bridge and links the library, without what Go refuses of
    /// the bridge.
    fn link(&mut self, schema: &mut Schema) -> Result<Option<Trouble>, BuildError> {
        loop {
            let (outcome, blame) = self.compile(schema)?;
            let messages = match outcome {
                Outcome::Built => return Ok(None),
                Outcome::Failed(packages) => return Ok(Some(Trouble::Packages(packages, false))),
                Outcome::Refused(messages) => messages,
            };
            let mut progressed = false;
            for blamed in blame.read(&messages) {
                for origin in blamed.origins {
                    progressed |= self.refuse(schema, origin, &blamed.reason);
                }
            }
            if progressed {
                continue;
            }
            if let Some((package, reason)) = linked_package(&messages, &self.listing.packages) {
                let packages = vec![(package.to_owned(), reason)];
                return Ok(Some(Trouble::Packages(packages, true)));
            }
            if self.listing.packages.len() > 1 && !is_compilers(&messages) {
                return Ok(Some(Trouble::Unnamed(abridged(&messages))));
            }
            let Some(origin) = self.search_part(schema, &messages)? else {
                return Err(self.bug(messages));
            };
            if !self.refuse(schema, origin, &abridged(&messages)) {
                return Err(self.bug(messages));
            }
        }
    }

    fn refuse(&mut self, schema: &mut Schema, origin: Origin, reason: &str) -> bool {
        let removed = leave_out(schema, &origin, reason);
        if removed {
            self.refused.push((origin, reason.to_owned()));
        }
        removed
    }

    /// Compiles the bridge, without what none can be generated for.
    fn compile(&mut self, schema: &mut Schema) -> Result<(Outcome, Blame), BuildError> {
        self.go.progress.phase(Phase::Generate);
        let leaving = &self.listing.leaving;
        let (files, refused) =
            super::generate::bridge(schema, &self.workspace.main, leaving, &self.mistaken)?;
        self.refused.extend(refused);
        self.workspace.write_bridge(&files)?;
        self.go.progress.phase(Phase::Link);
        let packages = &self.listing.packages;
        let outcome = compile(self.go, self.workspace, packages, self.library)?;
        Ok((outcome, Blame::new(&files)))
    }

    /// Loads the library once.
    fn load(&self, schema: &Schema) -> Result<Loaded, BuildError> {
        let Some(trial) = &self.trial else {
            return Ok(Loaded::Good(false));
        };
        self.go.progress.phase(Phase::Try);
        let outcome = trial.run(self.go, self.library, dispatch::digest(schema))?;
        Ok(match outcome {
            trial::Outcome::Passed => Loaded::Good(true),
            trial::Outcome::Mistaken(indices) => {
                let callables = dispatch::indexed(schema);
                let mistaken = callables.filter(|(index, _)| indices.contains(index));
                let origins = mistaken.map(|(_, callable)| Origin::of(schema, callable));
                Loaded::Mistaken(origins.collect())
            }
            trial::Outcome::Failed(failure) => Loaded::Failed(failure),
            trial::Outcome::NotTried(problem) => {
                self.go.progress.note(&format!(
                    "the library could not be loaded once to try it: {problem}"
                ));
                Loaded::Good(false)
            }
        })
    }

    /// Which packages a failed trial leaves no room for: all that import the
    /// one whose `init` ended it.
    fn trace(&self, failure: Failure) -> Trouble {
        let culprits = failure
            .package
            .as_deref()
            .map(|package| (package, self.listing.importing(package)));
        // Of two that can't be together the later one ends the process, which may
        // be the one that is rather kept.
        let preferred = &self.listing.packages[..self.preferred];
        let is_clear = |culprits: &[String]| {
            self.listing.packages.len() == 1
                || !culprits.is_empty() && !culprits.iter().any(|one| preferred.contains(one))
        };
        match culprits {
            Some((package, culprits)) if is_clear(&culprits) => {
                let reason = |culprit: &String| {
                    let whose = if culprit == package {
                        "its init".to_owned()
                    } else {
                        format!("the init of {package}, which it imports,")
                    };
                    format!("{whose} can't be run: {}", failure.words)
                };
                let culprits = culprits.iter().map(|one| (one.clone(), reason(one)));
                Trouble::Packages(culprits.collect(), true)
            }
            _ => Trouble::Unnamed(failure.words),
        }
    }

    /// The first package with which the library doesn't load any more.
    fn search_package(&mut self, words: &str) -> Result<String, BuildError> {
        self.count_search(words)?;
        let all = self.listing.packages.clone();
        let at = first_failing(all.len(), &mut |count| {
            let mut schema = self.scan(&all[..count])?;
            Ok(match self.link(&mut schema)? {
                None => matches!(self.load(&schema)?, Loaded::Failed(_)),
                Some(_) => true,
            })
        })?;
        Ok(all[at].clone())
    }

    /// The first part of the schema that Go refuses, if it takes the bridge
    /// without any.
    fn search_part(
        &mut self,
        schema: &Schema,
        messages: &str,
    ) -> Result<Option<Origin>, BuildError> {
        self.count_search(messages)?;
        let all = parts(schema);
        let mut fails = |count: usize| {
            let mut partial = schema.clone();
            for part in &all[count..] {
                // A struct goes in two steps.
                let _ = leave_out(&mut partial, part, "") && leave_out(&mut partial, part, "");
            }
            Ok(!matches!(self.compile(&mut partial)?.0, Outcome::Built))
        };
        if fails(0)? {
            return Ok(None);
        }
        first_failing(all.len(), &mut fails).map(|at| Some(all[at].clone()))
    }

    fn count_search(&mut self, messages: &str) -> Result<(), BuildError> {
        self.searches += 1;
        if self.searches > SEARCHES {
            return Err(self.bug(messages.to_owned()));
        }
        Ok(())
    }

    fn bug(&self, output: String) -> BuildError {
        BuildError::Bridge {
            module: self.workspace.module.clone(),
            output,
        }
    }
}

/// The index of the first of `length` things with which a list of them fails,
/// given that the whole list does and that an empty one doesn't.
fn first_failing(
    length: usize,
    fails: &mut dyn FnMut(usize) -> Result<bool, BuildError>,
) -> Result<usize, BuildError> {
    let (mut good, mut bad) = (0, length);
    while bad - good > 1 {
        let middle = good.midpoint(bad);
        if fails(middle)? {
            bad = middle;
        } else {
            good = middle;
        }
    }
    Ok(bad - 1)
}

/// An error if there is nothing to build, or not what was asked for.
fn check_schema(schema: &Schema, workspace: &Workspace) -> Result<(), BuildError> {
    let requested = schema
        .excluded
        .iter()
        .find(|excluded| workspace.requested.contains(&excluded.path));
    if let Some(excluded) = requested {
        return Err(BuildError::excluded(excluded));
    }
    if !schema.packages.is_empty() {
        return Ok(());
    }
    let reasons: Vec<_> = schema
        .excluded
        .iter()
        .map(|excluded| format!("{}: {}", excluded.path, excluded.reason.trim_end()))
        .collect();
    Err(BuildError::NothingToBuild {
        module: workspace.module.clone(),
        reasons: reasons.join("\n"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halving_finds_the_first_that_fails() {
        for length in 1..20 {
            for culprit in 0..length {
                let mut tries = 0;
                let found = first_failing(length, &mut |count| {
                    tries += 1;
                    Ok(count > culprit)
                });
                assert_eq!(found.unwrap(), culprit);
                assert!(tries <= 5);
            }
        }
    }
}
