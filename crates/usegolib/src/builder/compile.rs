//! `go build`: from the generated bridge to the library.

use std::path::Path;

use super::BuildError;
use super::go::{self, Go, Output};
use super::list::COMPILE_FLAGS;
use super::workspace::{Workspace, is_bridge};

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
    workspace: &Workspace,
    packages: &[String],
    library: &Path,
) -> Result<Outcome, BuildError> {
    let invocation = workspace
        .invocation("build", COMPILE_FLAGS)
        .arguments(["-ldflags=-s -w", "-o"])
        .arguments([library])
        .arguments([workspace.main_pattern()]);
    let output = go.attempt(&invocation, go::transient_failure)?;
    if output.success {
        return Ok(Outcome::Built);
    }
    let failed = failed_packages(&output, packages);
    if !failed.is_empty() {
        return Ok(Outcome::Failed(failed));
    }
    if is_bridge_at_fault(&output.stderr) {
        return Err(BuildError::Bridge {
            module: workspace.module.clone(),
            output: output.stderr,
        });
    }
    go::check(&invocation, output).map(|_| Outcome::Built)
}

/// Whether the generated source doesn't compile. What the linker says under the
/// name of the main package is about the packages that are linked.
fn is_bridge_at_fault(stderr: &str) -> bool {
    let by_linker =
        |line: &str| line.starts_with("link: ") || line.contains("/link: ") || line.is_empty();
    sections(stderr)
        .filter(|(package, _)| is_bridge(package))
        .any(|(_, text)| !text.lines().next().is_none_or(by_linker))
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
    fn what_the_linker_says_is_not_the_bridges_fault() {
        for (stderr, at_fault) in [
            (
                "# work/usegolib-library\nusegolib-library/main.go:3:1: undefined: x\n",
                true,
            ),
            (
                "# work/usegolib-library\nlink: e.c/m: invalid reference to encoding/json.f\n",
                false,
            ),
            (
                "# work/usegolib-library\n/go/tool/link: running gcc failed: exit status 1\n",
                false,
            ),
            ("# e.c/m\na.go:3:1: undefined: x\n", false),
        ] {
            assert_eq!(is_bridge_at_fault(stderr), at_fault, "{stderr}");
        }
    }

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
