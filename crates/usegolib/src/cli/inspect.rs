//! `usegolib inspect`.

use std::path::PathBuf;

use clap::Args;

use super::contents::{self, Format};
use super::locate::{self, Root};
use super::output;
use super::report::Report;
use crate::error::Result;
use crate::manifest;
use crate::module::Target;

/// Show what an artifact exports, and what can't be used and why.
#[derive(Debug, Args)]
pub(super) struct Inspect {
    /// A module in the artifact root, or an artifact's folder or manifest.json
    #[arg(value_name = "PATH[@VERSION]", required_unless_present = "module")]
    artifact: Option<PathBuf>,
    #[command(flatten)]
    root: Root,
    /// A module in the artifact root
    #[arg(long, value_name = "PATH[@VERSION]", conflicts_with = "artifact")]
    module: Option<String>,
    /// The version, if it isn't in the path
    #[arg(long)]
    version: Option<String>,
    /// Only say how much of each package is callable, and what keeps the rest
    /// from it
    #[arg(long)]
    coverage: bool,
    /// Show the modules that were compiled in, with their licences
    #[arg(long, conflicts_with = "coverage")]
    licenses: bool,
    /// Print a bill of materials of the modules that were compiled in
    #[arg(long, value_name = "FORMAT", conflicts_with_all = ["coverage", "licenses", "json"])]
    sbom: Option<Format>,
    /// Print JSON
    #[arg(long, conflicts_with = "coverage")]
    json: bool,
}

impl Inspect {
    pub(super) fn run(self) -> Result<()> {
        let named = match &self.artifact {
            // What is a folder here is an artifact, unless it is a module.
            Some(path)
                if self.version.is_none() && path.exists() && !path.join("go.mod").exists() =>
            {
                None
            }
            Some(path) => path.to_str(),
            None => self.module.as_deref(),
        };
        let artifact = match (named, &self.artifact) {
            (None, Some(path)) => locate::at(path)?,
            (named, _) => {
                let target = Target::parse(named.unwrap_or_default(), self.version.as_deref())?;
                locate::find(&self.root.store()?, &target)?
            }
        };
        let manifest = manifest::read(&artifact.manifest_path())?;
        if let Some(format) = self.sbom {
            return output::json(&contents::bill(&manifest, format));
        }
        if self.licenses {
            return if self.json {
                output::json(&manifest.modules)
            } else {
                output::text(&contents::text(&manifest))
            };
        }
        let report = Report::new(&artifact, &manifest);
        if self.json {
            output::json(&report)
        } else if self.coverage {
            output::text(&report.coverage())
        } else {
            output::text(&report.to_string())
        }
    }
}
