//! `go build`: from the generated bridge to the library.

use std::path::Path;

use super::BuildError;
use super::go::{self, Go, Output};
use super::list::COMPILE_FLAGS;
use super::workspace::{RUNTIME_MODULE, Workspace, is_bridge};

/// What came of linking.
pub(super) enum Outcome {
    /// The library is there.
    Built,
    /// These packages don't compile, each with Go's message.
    Failed(Vec<(String, String)>),
    /// Go doesn't compile the bridge or doesn't link the library: what it says.
    Refused(String),
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
        .arguments([workspace.linker_flags().as_str(), "-o"])
        .arguments([library])
        .arguments([workspace.main_pattern()]);
    let mut output = go.attempt(&invocation, go::transient_failure)?;
    if !output.success
        && lacks_entry_points(&output.stderr)
        && let Some(warming) = workspace.entry_points(COMPILE_FLAGS)?
    {
        go::check(&warming, go.attempt(&warming, go::transient_failure)?)?;
        output = go.attempt(&invocation, go::transient_failure)?;
    }
    if output.success {
        return Ok(Outcome::Built);
    }
    let failed = failed_packages(&output, packages);
    if !failed.is_empty() {
        return Ok(Outcome::Failed(failed));
    }
    if let Some(messages) = about_bridge(&output.stderr) {
        return Ok(Outcome::Refused(messages));
    }
    go::check(&invocation, output).map(|_| Outcome::Built)
}

/// Whether cgo was to run in the folder of the C entry points, which only the
/// overlay has: Go's cache doesn't have them yet.
fn lacks_entry_points(stderr: &str) -> bool {
    let about = format!("{RUNTIME_MODULE}/cabi: ");
    stderr
        .lines()
        .any(|line| line.starts_with(&about) && line.contains("no such file or directory"))
}

/// What Go says of the bridge, or as the linker under the bridge's name.
fn about_bridge(stderr: &str) -> Option<String> {
    let texts: Vec<_> = sections(stderr)
        .filter(|(package, _)| is_bridge(package))
        .map(|(_, text)| text.trim())
        .collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
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
    fn what_is_said_of_the_bridge_is_found() {
        for (stderr, about) in [
            (
                "# work/usegolib-library\nusegolib-library/main.go:3:1: undefined: x\n",
                Some("usegolib-library/main.go:3:1: undefined: x"),
            ),
            (
                "# work/usegolib-library\nlink: e.c/m: invalid reference to encoding/json.f\n",
                Some("link: e.c/m: invalid reference to encoding/json.f"),
            ),
            ("# e.c/m\na.go:3:1: undefined: x\n", None),
            ("go: updates to go.mod needed\n", None),
        ] {
            assert_eq!(about_bridge(stderr).as_deref(), about, "{stderr}");
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_told_from_other_failures() {
        let cgo = "usegolib.build/cabi: /go/cgo: chdir /m/cabi: no such file or directory\n";
        assert!(lacks_entry_points(cgo));
        assert!(!lacks_entry_points(
            "e.c/m: open x.c: no such file or directory\n"
        ));
        assert!(!lacks_entry_points(
            "# usegolib.build/cabi\ncabi.go:1:1: no\n"
        ));
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
