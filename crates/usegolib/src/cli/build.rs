//! `usegolib build`.

use std::path::PathBuf;

use clap::Args;

use super::{Context, output};
use crate::artifact::Store;
use crate::builder::{self, Built, Bundle, ModuleCache, Request, Wanted, progress};
use crate::error::Result;
use crate::manifest::GoOptions;
use crate::module::Target;

/// Build a module, or several in one library, into an artifact.
#[derive(Debug, Args)]
pub(super) struct Build {
    /// Module or package paths, standard-library packages, or local directories,
    /// each into an artifact of its own
    #[arg(
        value_name = "PATH[@VERSION]",
        required_unless_present_any = ["module", "bundle"],
        conflicts_with_all = ["module", "bundle"]
    )]
    paths: Vec<String>,
    /// The same, for one
    #[arg(long, value_name = "PATH[@VERSION]")]
    module: Option<String>,
    /// Build these into one library, as `usegolib.bundle` imports them
    #[arg(
        long,
        value_name = "PATH[@VERSION]",
        num_args = 1..,
        conflicts_with_all = ["module", "version", "packages"]
    )]
    bundle: Vec<String>,
    /// The artifact root to build into [default: `USEGOLIB_ARTIFACT_DIR`, else
    /// the platform's cache folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The version, if it isn't in the path: v1.2.3, latest, a branch, a commit
    #[arg(long)]
    version: Option<String>,
    /// Build even if the artifact is there already
    #[arg(long)]
    force: bool,
    /// Download all modules anew, into a module cache of this build only
    #[arg(long, conflicts_with = "gomodcache")]
    redownload: bool,
    /// Use this module cache in place of Go's own
    #[arg(long, value_name = "DIR")]
    gomodcache: Option<PathBuf>,
    /// A JSON file that says which generic functions to instantiate
    #[arg(long, value_name = "FILE")]
    generics: Option<PathBuf>,
    /// Build only the packages that match (./a, ./a/...); can be repeated
    #[arg(long = "package", value_name = "PATTERN")]
    packages: Vec<String>,
    /// Build tags, separated by commas; can be repeated
    #[arg(long, value_name = "TAGS")]
    tags: Vec<String>,
    /// A flag for `go build` (-gcflags=-N, -ldflags=-X=pkg.name=value); can be
    /// repeated
    #[arg(long = "build-flag", value_name = "FLAG", allow_hyphen_values = true)]
    flags: Vec<String>,
    /// A variable of cgo (CGO_CFLAGS=-DX); can be repeated
    #[arg(long = "cgo", value_name = "NAME=VALUE")]
    variables: Vec<String>,
    /// Don't load the new library in a process of its own before it is installed
    #[arg(long)]
    no_trial: bool,
}

impl Build {
    pub(super) fn run(self, context: &Context<'_>) -> Result<()> {
        let store = match &self.out {
            Some(root) => Store::new(root)?,
            None => Store::default_root()?,
        };
        let generics = self
            .generics
            .as_deref()
            .map(builder::read_generics)
            .transpose()?;
        let force = self.force || self.redownload;
        let module_cache = match (self.redownload, self.gomodcache) {
            (true, _) => ModuleCache::Fresh,
            (false, Some(folder)) => ModuleCache::Folder(folder),
            (false, None) => ModuleCache::Default,
        };
        let go_options = GoOptions::parse(self.tags, &self.flags, &self.variables)?;
        let (search, interrupt) = (context.search()?, context.interrupt);
        if !self.bundle.is_empty() {
            let members = self.bundle.iter().map(|path| Target::parse(path, None));
            let request = Bundle {
                members: members
                    .map(|target| target.map(Wanted::new))
                    .collect::<Result<_, _>>()?,
                generics: generics.unwrap_or_default(),
                go_options,
                force,
                verify: true,
                module_cache,
                untried: self.no_trial,
                ..Bundle::default()
            };
            let progress = progress::for_stderr(&request.title());
            let built = builder::bundle(&request, &store, &search, progress.as_ref(), interrupt)?;
            return print(&built);
        }
        let targets = self.paths.iter().chain(&self.module);
        let targets = targets
            .map(|path| Target::parse(path, self.version.as_deref()))
            .collect::<Result<Vec<_>, _>>()?;
        for target in targets {
            let request = Request {
                target,
                force,
                verify: true,
                packages: Some(self.packages.clone()),
                generics: generics.clone(),
                module_cache: module_cache.clone(),
                go_options: Some(go_options.clone()),
                trial: !self.no_trial,
            };
            let progress = progress::for_stderr(&request.target.to_string());
            print(&builder::build(
                &request,
                &store,
                &search,
                progress.as_ref(),
                interrupt,
            )?)?;
        }
        Ok(())
    }
}

/// Prints where an artifact is.
fn print(built: &Built) -> Result<()> {
    output::text(&format!("{}\n", built.artifact.manifest_path().display()))
}
