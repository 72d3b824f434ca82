//! Build tags, build flags and cgo's variables that a build is asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;

use super::BuildError;
use crate::manifest::GoOptions;

/// Go's own settings that decide what is built of the same module, where there
/// is no fingerprint to hold them.
const ENVIRONMENT: &[&str] = &[
    "GOFLAGS",
    "CGO_CFLAGS",
    "CGO_CPPFLAGS",
    "CGO_CXXFLAGS",
    "CGO_FFLAGS",
    "CGO_LDFLAGS",
];

/// Flags that say how or where to build: that is not for the module to choose.
const TAKEN: &[&str] = &[
    "C",
    "a",
    "buildmode",
    "json",
    "mod",
    "modfile",
    "n",
    "o",
    "overlay",
    "tags",
    "toolexec",
    "trimpath",
    "work",
    "x",
];

impl GoOptions {
    /// Tags alone, each of which may be several, separated by commas.
    pub fn of_tags(tags: impl IntoIterator<Item = String>) -> Self {
        let mut set = BTreeSet::new();
        for tags in tags {
            let tags = tags.split([',', ' ']).filter(|tag| !tag.is_empty());
            set.extend(tags.map(str::to_owned));
        }
        Self {
            tags: set.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Understands `tags`, `flags` as `go build` takes them, and `NAME=VALUE` for
    /// `variables`.
    pub fn parse(
        tags: Vec<String>,
        flags: &[String],
        variables: &[String],
    ) -> Result<Self, BuildError> {
        for flag in flags {
            let name = flag
                .trim_start_matches('-')
                .split('=')
                .next()
                .unwrap_or_default();
            if !flag.starts_with('-') || TAKEN.contains(&name) {
                return Err(BuildError::Option {
                    option: flag.clone(),
                    problem: "is not a build flag that can be chosen",
                });
            }
        }
        let variables = variables
            .iter()
            .map(|variable| match variable.split_once('=') {
                Some((name, value)) if name.starts_with("CGO_") && name != "CGO_ENABLED" => {
                    Ok((name.to_owned(), value.to_owned()))
                }
                _ => Err(BuildError::Option {
                    option: variable.clone(),
                    problem: "is not CGO_NAME=VALUE",
                }),
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            flags: flags.to_vec(),
            variables,
            ..Self::of_tags(tags)
        })
    }

    /// The variables, as processes take them.
    pub(super) fn environment(&self) -> Vec<(String, OsString)> {
        let variables = self.variables.iter();
        variables
            .map(|(name, value)| (name.clone(), value.into()))
            .collect()
    }

    /// The flags for every command that loads packages; `tags` are those of
    /// `GOFLAGS`, which a flag on the command line replaces.
    pub(super) fn arguments(&self, tags: &[String]) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = self.flags.iter().map(OsString::from).collect();
        if !self.tags.is_empty() {
            let tags: Vec<_> = tags.iter().chain(&self.tags).map(String::as_str).collect();
            arguments.push(format!("-tags={}", tags.join(",")).into());
        }
        arguments
    }

    /// What the flags have for the linker.
    pub(super) fn linker_flags(&self) -> impl Iterator<Item = &str> {
        self.flags
            .iter()
            .filter_map(|flag| flag.trim_start_matches('-').strip_prefix("ldflags="))
    }
}

/// Those of Go's settings that are set in the environment of this process.
pub(super) fn go_environment() -> BTreeMap<String, String> {
    let set = ENVIRONMENT.iter().filter_map(|name| {
        let value = std::env::var(name).ok().filter(|value| !value.is_empty())?;
        Some(((*name).to_owned(), value))
    });
    set.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn tags_are_a_set() {
        let options = GoOptions::parse(strings(&["b,a", "a"]), &[], &[]).unwrap();
        assert_eq!(options.tags, ["a", "b"]);
        assert_eq!(options.arguments(&strings(&["x"])), ["-tags=x,a,b"]);
    }

    #[test]
    fn what_is_not_for_the_user_to_choose_is_refused() {
        for flag in ["-o=x", "--buildmode=pie", "-overlay=x", "x", "-C=/"] {
            assert!(
                GoOptions::parse(Vec::new(), &strings(&[flag]), &[]).is_err(),
                "{flag}"
            );
        }
        for variable in ["CC=gcc", "CGO_ENABLED=0", "CGO_CFLAGS", "PATH=/"] {
            assert!(
                GoOptions::parse(Vec::new(), &[], &strings(&[variable])).is_err(),
                "{variable}"
            );
        }
        let options = GoOptions::parse(
            Vec::new(),
            &strings(&["-ldflags=-X a.b=c"]),
            &strings(&["CGO_CFLAGS=-DA=1"]),
        );
        let options = options.unwrap();
        assert_eq!(options.linker_flags().collect::<Vec<_>>(), ["-X a.b=c"]);
        assert_eq!(options.variables["CGO_CFLAGS"], "-DA=1");
    }
}
