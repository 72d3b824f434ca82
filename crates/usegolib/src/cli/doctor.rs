//! `usegolib doctor`.

use clap::Args;

use super::locate::Root;
use super::{Context, output};
use crate::artifact::cache_folder;
use crate::environment;
use crate::error::Result;
use crate::manifest::Platform;
use crate::toolchain::Toolchain;

/// Show what builds would be made with, and how to fix what is missing.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    #[command(flatten)]
    root: Root,
}

impl Doctor {
    /// The exit status: 1 if something is missing.
    pub(super) fn run(self, context: &Context<'_>) -> Result<i32> {
        let survey = Toolchain::survey(&context.search()?);
        let healthy =
            survey.go.is_ok() && survey.c_compiler.is_ok() && Platform::loadable_host().is_ok();
        let mut lines = vec![
            ("usegolib", env!("CARGO_PKG_VERSION").to_owned()),
            ("platform", Platform::host().to_string()),
        ];
        if let Err(error) = Platform::loadable_host() {
            lines.push(("platform", error.to_string()));
        }
        lines.extend(
            survey
                .describe()
                .into_iter()
                .map(|fact| (fact.name, fact.value)),
        );
        lines.push((
            "artifact root",
            self.root.store()?.root().display().to_string(),
        ));
        lines.push(("cache folder", cache_folder()?.display().to_string()));
        for variable in environment::ALL {
            if let Some(value) = variable.get() {
                lines.push((variable.name, value.to_string_lossy().into_owned()));
            }
        }
        let verdict = if healthy {
            "everything is there to build modules"
        } else {
            "modules can't be built; prebuilt artifacts can be used"
        };
        lines.push(("verdict", verdict.to_owned()));
        let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let mut text = String::new();
        for (name, value) in lines {
            let value = value
                .trim_end()
                .replace('\n', &format!("\n{:width$}  ", ""));
            text.push_str(&[&format!("{name:width$}  "), value.as_str(), "\n"].concat());
        }
        output::text(&text)?;
        Ok(i32::from(!healthy))
    }
}
