//! `go build`: from the generated bridge to the library.

use std::path::Path;

use super::BuildError;
use super::go::{self, Go, Output};
use super::list::COMPILE_FLAGS;
use super::site::{Site, is_bridge};

/// What came of linking.
pub(super) enum Outcome {
    /// The library is there.
    Built,
    /// These packages don't compile, each with Go's message.
    Failed(Vec<(String, String)>),
}

/// Links the library to `library`.
pub(super) fn compile(
    go: &Go,
    site: &Site,
    packages: &[String],
    library: &Path,
) -> Result<Outcome, BuildError> {
    let invocation = site
        .invocation("build", COMPILE_FLAGS)
        .arguments(["-ldflags=-s -w", "-o"])
        .arguments([library])
        .arguments([site.main_pattern()]);
    let output = go.attempt(&invocation, go::transient_failure)?;
    if output.success {
        return Ok(Outcome::Built);
    }
    let failed = failed_packages(&output, packages);
    if !failed.is_empty() {
        return Ok(Outcome::Failed(failed));
    }
    let in_bridge = sections(&output.stderr)
        .any(|(package, text)| is_bridge(package) && !text.contains("/link: "));
    if in_bridge {
        return Err(BuildError::Bridge {
            module: site.module.clone(),
            output: output.stderr,
        });
    }
    go::check(&invocation, output).map(|_| Outcome::Built)
}

/// The packages among `packages` that Go blames.
fn failed_packages(output: &Output, packages: &[String]) -> Vec<(String, String)> {
    sections(&output.stderr)
        .filter(|(package, _)| packages.iter().any(|known| known == package))
        .map(|(package, text)| (package.to_owned(), text.trim().to_owned()))
        .collect()
}

/// What the go command prints about each package: `# import/path`, then the
/// compiler's lines.
fn sections(stderr: &str) -> impl Iterator<Item = (&str, &str)> {
    stderr.split("\n# ").map(|section| {
        let section = section.strip_prefix("# ").unwrap_or(section);
        section.split_once('\n').unwrap_or((section, ""))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blamed_packages_are_found() {
        let output = Output {
            success: false,
            stdout: Vec::new(),
            stderr: "# e.c/m/a\na/a.go:3:1: undefined: x\n# e.c/other\nb.go:1:1: y\n".to_owned(),
        };
        assert_eq!(
            failed_packages(&output, &["e.c/m/a".to_owned(), "e.c/m".to_owned()]),
            [("e.c/m/a".to_owned(), "a/a.go:3:1: undefined: x".to_owned())]
        );
    }
}
