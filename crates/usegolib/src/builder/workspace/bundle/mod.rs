//! Workspaces for bundles: one work module that requires all of them.
//!
//! Each member is first told apart ([`Member`]): a directory, a package of the
//! standard library, or a module at a version. The work module requires them at
//! these versions, [`local`] ones by replacement, and Go's minimal version
//! selection says which versions are built. What was asked for is exact: where
//! selection needs another version, [`conflict`] finds out who does.

mod conflict;
mod local;

use std::collections::BTreeMap;
use std::path::PathBuf;

use fs_err as fs;
use serde::Deserialize;

use self::local::Locals;
use super::remote::{LANGUAGE, parse_download};
use super::{
    MAIN_FOLDER, Resolved, WORK_MODULE, Workspace, main_of, runtime_requirement, temporary,
};
use crate::builder::bundle::Wanted;
use crate::builder::go::{Go, Invocation, Settings, check, transient_failure};
use crate::builder::list::Listing;
use crate::builder::workshop::check_release;
use crate::builder::{BuildError, Phase};
use crate::manifest::GoOptions;
use crate::module::{LOCAL_VERSION, LocalModule, ModuleError, Target, packages, patterns};

/// The versions that Go selected, of all modules there are, by their paths.
pub(crate) type Selection = BTreeMap<String, String>;

/// A member of a bundle: a module, and what was asked for of it.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// Module path; of the standard library the package.
    pub(crate) module: String,
    /// Concrete version, `local`, or the Go release.
    pub(crate) version: String,
    /// The package patterns it is restricted to.
    pub(crate) patterns: Vec<String>,
    /// Its packages that are built.
    pub(crate) packages: Vec<String>,
    kind: Kind,
    /// Its place among what was asked for.
    order: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Standard,
    Local(LocalModule),
    /// Whether this very version was asked for.
    Remote {
        exact: bool,
    },
}

/// A work module that requires the members of a bundle.
pub(crate) struct Selected {
    pub(crate) workspace: Workspace,
    pub(crate) members: Vec<Member>,
    pub(crate) selection: Selection,
    pub(crate) settings: Settings,
}

/// What `go list -m -e -json` says about a module.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    path: String,
    #[serde(default)]
    version: String,
    error: Option<serde_json::Value>,
}

impl Workspace {
    /// Finds out what the members are, and at which versions they go together.
    /// What is settled already, as a lock file has it, has to come out again.
    pub(crate) fn select(
        go: &Go,
        wanted: &[Wanted],
        settled: Option<&Settled>,
        sums: &str,
    ) -> Result<Selected, BuildError> {
        go.progress.phase(Phase::Resolve);
        let temporary = temporary()?;
        let directory = temporary.path().join("work");
        fs::create_dir_all(&directory)?;
        let workspace = Self {
            directory,
            temporary,
            module: wanted
                .iter()
                .map(|one| one.target.to_string())
                .collect::<Vec<_>>()
                .join(" + "),
            requested: Vec::new(),
            own: Vec::new(),
            packages: Vec::new(),
            flags: vec!["-mod=mod".into()],
            options: GoOptions::default(),
            main_pattern: format!("./{MAIN_FOLDER}"),
            main: main_of(WORK_MODULE),
            overlay: None,
        };
        let mut resolving = Resolving {
            go,
            workspace: &workspace,
            wanted,
            locals: Locals::find(wanted, workspace.temporary.path())?,
            members: Vec::new(),
        };
        let (selection, settings) = resolving.run(settled, sums)?;
        let members = resolving.members;
        Ok(Selected {
            workspace,
            members,
            selection,
            settings,
        })
    }

    /// A workspace with the members' packages, and the members with theirs.
    pub(crate) fn bundle(
        go: &Go,
        wanted: &[Wanted],
        settled: Option<&Settled>,
        sums: &str,
    ) -> Result<(Self, Vec<Member>), BuildError> {
        let Selected {
            mut workspace,
            mut members,
            ..
        } = Self::select(go, wanted, settled, sums)?;
        let directories = download(go, &workspace, &members)?;
        for (at, member) in members.iter_mut().enumerate() {
            let all = match (&member.kind, &directories[at]) {
                (Kind::Local(module), _) => packages::importable(&module.root, &module.path)?,
                (Kind::Remote { .. }, Some(folder)) => {
                    packages::importable(folder, &member.module)?
                }
                _ => vec![member.module.clone()],
            };
            member.packages = patterns::select(all, &member.patterns, &member.module)?;
            if member.packages.is_empty() {
                let module = member.module.clone();
                return Err(BuildError::NoPackages { module });
            }
        }
        for one in wanted {
            let path = one.import_path()?;
            // A package in testdata, say, is importable when asked for.
            if let Some(member) = members.iter_mut().find(
                |member| matches!(&member.kind, Kind::Local(module) if module.package == path),
            ) && path != member.module
                && !member.packages.contains(&path)
            {
                member.packages.push(path.clone());
            }
            workspace.requested.push(path);
        }
        for member in &members {
            workspace.packages.extend(member.packages.iter().cloned());
            if member.kind != Kind::Standard {
                workspace.own.push(member.module.clone());
            }
        }
        Ok((workspace, members))
    }
}

/// Checks that the packages that were listed are of the versions that were selected:
/// where a module doesn't list all that it needs, that is known only now.
pub(crate) fn check_listed(
    go: &Go,
    workspace: &Workspace,
    members: &mut [Member],
    listing: &Listing,
) -> Result<(), BuildError> {
    for member in members {
        let Kind::Remote { exact } = member.kind else {
            continue;
        };
        let found = member
            .packages
            .iter()
            .find_map(|package| listing.version_of(package));
        match found {
            Some(found) if found != member.version && exact => {
                let (module, asked) = (&member.module, &member.version);
                return Err(conflict::find(go, workspace, module, asked, found)?);
            }
            Some(found) => found.clone_into(&mut member.version),
            None => {}
        }
    }
    Ok(())
}

/// Versions that are settled already.
#[derive(Clone, Debug, Default)]
pub struct Settled {
    /// The Go release to build with.
    pub release: String,
    /// Of all modules that are needed.
    pub versions: BTreeMap<String, String>,
}

struct Resolving<'a, 'g> {
    go: &'a Go<'g>,
    workspace: &'a Workspace,
    wanted: &'a [Wanted],
    locals: Locals,
    members: Vec<Member>,
}

impl<'a> Resolving<'a, '_> {
    fn run(
        &mut self,
        settled: Option<&Settled>,
        known: &str,
    ) -> Result<(Selection, Settings), BuildError> {
        let mut sums = known.to_owned();
        if settled.is_none() {
            sums += &self.locals.sums()?;
        }
        if !sums.is_empty() {
            fs::write(self.workspace.directory.join("go.sum"), sums)?;
        }
        self.write()?;
        let settings = Settings::read(self.go, &self.workspace.directory)?;
        let mut open = Vec::new();
        for one in self.wanted {
            match &one.target {
                Target::Local { directory } => {
                    let module = LocalModule::find(directory)?;
                    self.add(
                        &module.path.clone(),
                        LOCAL_VERSION,
                        one,
                        Kind::Local(module),
                    )?;
                }
                Target::Standard { package, .. } => {
                    check_release(package, one.target.pinned(), &settings)?;
                    self.add(package, settings.release(), one, Kind::Standard)?;
                }
                Target::Remote { path, .. } => match one.target.pinned() {
                    Some(LOCAL_VERSION) => {
                        let path = path.clone();
                        return Err(ModuleError::BuiltFromDirectory { path }.into());
                    }
                    Some(version) if settings.has_module(path, version) => {
                        self.add(path, version, one, Kind::Remote { exact: true })?;
                    }
                    _ => open.push(one),
                },
            }
        }
        self.look_up(&open)?;
        self.members.sort_by_key(|member| member.order);
        self.write()?;
        let selection = selection(self.go, self.workspace)?;
        for member in &mut self.members {
            let Kind::Remote { exact } = member.kind else {
                continue;
            };
            let Some(selected) = selection.get(&member.module) else {
                continue;
            };
            if *selected == member.version {
                continue;
            }
            if exact {
                return Err(conflict::find(
                    self.go,
                    self.workspace,
                    &member.module,
                    &member.version,
                    selected,
                )?);
            }
            member.version.clone_from(selected);
        }
        if let Some(settled) = settled {
            self.check_settled(settled, &selection)?;
        }
        Ok((selection, settings))
    }

    /// Refuses another selection than the settled one: a local member's `go.mod` was
    /// changed, or the lock file.
    fn check_settled(&self, settled: &Settled, selection: &Selection) -> Result<(), BuildError> {
        let mut found = selection.clone();
        found.retain(|path, _| !self.locals.replaces(path));
        let mut paths = settled.versions.keys().chain(found.keys());
        match paths.find(|path| settled.versions.get(*path) != found.get(*path)) {
            None => Ok(()),
            Some(path) => Err(BuildError::Unsettled {
                module: path.clone(),
                settled: settled.versions.get(path).cloned(),
                selected: found.get(path).cloned(),
            }),
        }
    }

    /// Which modules and versions the rest means: first what a version is asked
    /// for of, for what these need is not looked for a newer version of.
    fn look_up(&mut self, open: &[&'a Wanted]) -> Result<(), BuildError> {
        let (versioned, unversioned): (Vec<&Wanted>, Vec<&Wanted>) =
            open.iter().partition(|one| one.target.wanted().is_some());
        self.query(&versioned)?;
        if unversioned.is_empty() {
            return Ok(());
        }
        let needed = if self.members.is_empty() {
            Selection::new()
        } else {
            self.write()?;
            selection(self.go, self.workspace)?
        };
        let mut rest = Vec::new();
        for one in unversioned {
            let path = one.import_path()?;
            match needed.get(&path) {
                Some(version) => self.add(&path, version, one, Kind::Remote { exact: false })?,
                None => rest.push(one),
            }
        }
        self.query(&rest)
    }

    /// Asks Go for modules that are to be remote ones.
    fn query(&mut self, open: &[&'a Wanted]) -> Result<(), BuildError> {
        let mut queries = Vec::new();
        for one in open {
            if let Target::Remote { path, query } = &one.target {
                queries.push((*one, path, query.as_deref()));
            }
        }
        if queries.is_empty() {
            return Ok(());
        }
        let asked = queries
            .iter()
            .map(|(_, path, query)| format!("{path}@{}", query.unwrap_or("latest")));
        let list = self
            .workspace
            .module_command(&["list", "-m", "-e", "-json=Path,Version,Error"])
            .arguments(asked);
        let output = self.go.attempt(&list, transient_failure)?;
        let listed: Vec<Listed> = serde_json::Deserializer::from_slice(&output.stdout)
            .into_iter()
            .collect::<Result<_, _>>()
            .unwrap_or_default();
        for (one, path, query) in queries {
            let mut same = open.iter().filter(|other| other.is_of(path));
            let is_alone = same.next().is_some() && same.next().is_none();
            let found = listed.iter().find(|listed| {
                is_alone
                    && listed.path == *path
                    && listed.error.is_none()
                    && !listed.version.is_empty()
            });
            let resolved = match found {
                Some(found) => Resolved {
                    module: found.path.clone(),
                    version: found.version.clone(),
                },
                // A package inside a module, or what can't be had: Go's own search.
                None => Workspace::remote(self.go, path, query, one.target.pinned())?.1,
            };
            let exact = query.is_some();
            let kind = Kind::Remote { exact };
            self.add(&resolved.module, &resolved.version, one, kind)?;
        }
        Ok(())
    }

    /// Notes a member, or what else is asked of one that is there.
    fn add(
        &mut self,
        module: &str,
        version: &str,
        wanted: &Wanted,
        kind: Kind,
    ) -> Result<(), BuildError> {
        let is_it = |one: &Wanted| std::ptr::eq(one, wanted);
        let order = self.wanted.iter().position(is_it).unwrap_or(usize::MAX);
        let known = self
            .members
            .iter_mut()
            .find(|member| member.module == module);
        let Some(known) = known else {
            self.members.push(Member {
                module: module.to_owned(),
                version: version.to_owned(),
                patterns: wanted.packages.clone(),
                packages: Vec::new(),
                kind,
                order,
            });
            return Ok(());
        };
        known.order = known.order.min(order);
        match (&mut known.kind, kind) {
            (Kind::Standard, Kind::Standard) => {}
            (Kind::Local(one), Kind::Local(other)) if one.root == other.root => {}
            (Kind::Remote { exact }, Kind::Remote { exact: also }) => {
                if *exact && also && known.version != version {
                    return Err(conflict::both(module, &known.version, version));
                }
                if also {
                    version.clone_into(&mut known.version);
                }
                *exact |= also;
            }
            (_, _) => return Err(conflict::both(module, &known.version, version)),
        }
        // Without patterns it is the whole module, whatever else is asked for.
        if wanted.packages.is_empty() {
            known.patterns.clear();
        } else if !known.patterns.is_empty() {
            known.patterns.extend(wanted.packages.iter().cloned());
        }
        Ok(())
    }

    /// Writes the `go.mod` of the work module.
    fn write(&self) -> Result<(), BuildError> {
        let mut text = format!(
            "module {WORK_MODULE}\n\ngo {}\n\n",
            self.locals.language(LANGUAGE)
        );
        let mut required = BTreeMap::new();
        for member in &self.members {
            if let Kind::Remote { .. } = member.kind {
                required.insert(member.module.as_str(), member.version.as_str());
            }
        }
        for (path, version) in required {
            if !self.locals.replaces(path) {
                text.extend(["require ", path, " ", version, "\n"]);
            }
        }
        text += &self.locals.directives();
        text += &runtime_requirement("../runtime");
        Ok(fs::write(self.workspace.directory.join("go.mod"), text)?)
    }
}

/// What minimal version selection gives.
fn selection(go: &Go, workspace: &Workspace) -> Result<Selection, BuildError> {
    let list = workspace.module_command(&[
        "list",
        "-mod=mod",
        "-m",
        "-f",
        "{{if not .Main}}{{.Path}} {{.Version}}{{end}}",
        "all",
    ]);
    let output = go.fetch(&list)?;
    let text = String::from_utf8_lossy(&output.stdout);
    let pair = |line: &str| {
        let (path, version) = line.split_once(' ')?;
        (path != super::RUNTIME_MODULE).then(|| (path.to_owned(), version.to_owned()))
    };
    Ok(text.lines().filter_map(pair).collect())
}

/// Where the members that Go downloads are, each at its place in the list.
fn download(
    go: &Go,
    workspace: &Workspace,
    members: &[Member],
) -> Result<Vec<Option<PathBuf>>, BuildError> {
    let names: Vec<_> = members
        .iter()
        .filter(|member| matches!(member.kind, Kind::Remote { .. }))
        .map(|member| format!("{}@{}", member.module, member.version))
        .collect();
    if names.is_empty() {
        return Ok(vec![None; members.len()]);
    }
    let command = workspace
        .module_command(&["mod", "download", "-json"])
        .arguments(&names);
    let output = go.attempt(&command, transient_failure)?;
    let output = check(&command, output)?;
    let mut found = Vec::new();
    for part in serde_json::Deserializer::from_slice(&output.stdout).into_iter() {
        let part: Box<serde_json::value::RawValue> = part.map_err(|source| BuildError::Output {
            what: "go mod download",
            source,
        })?;
        found.push(parse_download(part.get().as_bytes())?);
    }
    let folder = |member: &Member| {
        let download = found.iter().find(|download| {
            download.path == member.module && download.version == member.version
        })?;
        Some(download.dir.clone())
    };
    Ok(members.iter().map(folder).collect())
}

impl Workspace {
    /// What `go mod graph` says: which module at which version requires which.
    pub(crate) fn requirements(&self, go: &Go) -> Result<Vec<(String, String)>, BuildError> {
        let output = go.fetch(&self.module_command(&["mod", "graph"]))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let pair = |line: &str| {
            let (from, to) = line.split_once(' ')?;
            Some((from.to_owned(), to.to_owned()))
        };
        Ok(text.lines().filter_map(pair).collect())
    }

    /// A go command about modules.
    fn module_command(&self, arguments: &[&str]) -> Invocation {
        Invocation::new(&self.directory, arguments)
            .variable("GOFLAGS", super::remote::flags())
            .variable("GOWORK", "off")
    }
}
