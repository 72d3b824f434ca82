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
    /// An artifact's folder or its manifest.json
    #[arg(value_name = "ARTIFACT", required_unless_present = "module")]
    artifact: Option<PathBuf>,
    #[command(flatten)]
    root: Root,
    /// A module in the artifact root
    #[arg(long, value_name = "PATH[@VERSION]", conflicts_with = "artifact")]
    module: Option<String>,
    /// The version, if it isn't in the path
    #[arg(long, requires = "module")]
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
        let artifact = match (&self.artifact, &self.module) {
            (Some(path), _) => locate::at(path)?,
            (None, module) => {
                let module = module.as_deref().unwrap_or_default();
                let target = Target::parse(module, self.version.as_deref())?;
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
