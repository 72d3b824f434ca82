//! `usegolib build`.

use std::path::PathBuf;

use clap::Args;

use super::{Context, output};
use crate::artifact::Store;
use crate::builder::{self, ModuleCache, Request, progress};
use crate::error::Result;
use crate::manifest::GoOptions;
use crate::module::Target;

/// Build a module into an artifact.
#[derive(Debug, Args)]
pub(super) struct Build {
    /// A module or package path, a standard-library package, or a local
    /// directory
    #[arg(long, value_name = "PATH[@VERSION]")]
    module: String,
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
        let target = Target::parse(&self.module, self.version.as_deref())?;
        let store = match &self.out {
            Some(root) => Store::new(root)?,
            None => Store::default_root()?,
        };
        let generics = self
            .generics
            .as_deref()
            .map(builder::read_generics)
            .transpose()?;
        let request = Request {
            target,
            force: self.force || self.redownload,
            verify: true,
            packages: Some(self.packages),
            generics,
            module_cache: match (self.redownload, self.gomodcache) {
                (true, _) => ModuleCache::Fresh,
                (false, Some(folder)) => ModuleCache::Folder(folder),
                (false, None) => ModuleCache::Default,
            },
            go_options: Some(GoOptions::parse(self.tags, &self.flags, &self.variables)?),
            trial: !self.no_trial,
        };
        let progress = progress::for_stderr(&request.target.to_string());
        let built = builder::build(
            &request,
            &store,
            &context.search()?,
            progress.as_ref(),
            context.interrupt,
        )?;
        output::text(&format!("{}\n", built.artifact.manifest_path().display()))
    }
}
