//! Running the scanner: from `go list` output to the schema.
//!
//! The scanner is a Go program whose sources this crate carries. It is compiled
//! once per Go release, with that release (export data is read by the release
//! that wrote it), and kept in the cache folder under a digest of its sources.

use std::path::PathBuf;
use std::process::Command;

use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::digest::Hasher;
use super::embedded::SCANNER;
use super::go::{Go, Invocation, Settings, process};
use super::list::Listing;
use super::workspace::Workspace;
use super::{BuildError, Phase};
use crate::artifact::{Lock, cache_folder};
use crate::manifest::Instantiation;
use crate::schema::Schema;
use crate::schema::adapter::Adapter;
use crate::schema::reason::Reason;

/// The exit status for an instantiation that isn't possible.
const IMPOSSIBLE: i32 = 3;

#[derive(Debug, Serialize)]
struct Config<'a> {
    list: &'a PathBuf,
    modules: &'a [String],
    packages: &'a [String],
    generics: &'a [Instantiation],
    missed: &'a [Instantiation],
    adapted: Vec<&'static str>,
    compiler: PathBuf,
}

/// Which instantiations of generic functions are to be made besides the usual ones.
#[derive(Clone, Copy)]
pub(super) struct Instances<'a> {
    /// Those that were named. One that can't be made is an error.
    pub(super) named: &'a [Instantiation],
    /// Those that Python asked for in vain.
    pub(super) missed: &'a [Instantiation],
}

/// Scans some of the listed packages.
pub(super) fn scan(
    go: &Go,
    workspace: &Workspace,
    settings: &Settings,
    listing: &Listing,
    packages: &[String],
    instances: Instances<'_>,
) -> Result<Schema, BuildError> {
    let program = scanner(go, settings)?;
    go.progress.phase(Phase::Scan);
    let config = workspace.file("scan.json");
    let text = serde_json::to_vec(&Config {
        list: &listing.file,
        modules: &workspace.own,
        packages,
        generics: instances.named,
        missed: instances.missed,
        adapted: Adapter::ALL.map(Adapter::go_name).to_vec(),
        compiler: settings.compiler(),
    })
    .map_err(|source| BuildError::Output {
        what: "the scanner's configuration",
        source,
    })?;
    fs::write(&config, text)?;
    let mut command = Command::new(&program);
    command
        .arg("-config")
        .arg(&config)
        .envs(settings.target())
        .env("TMPDIR", workspace.temporary_files())
        .current_dir(&workspace.directory);
    let output = process::run(&mut command, go.interrupt, &mut |_| {})
        .map_err(|source| BuildError::Start { program, source })?
        .ok_or(BuildError::Interrupted)?;
    if output.status.code() == Some(IMPOSSIBLE) {
        return Err(BuildError::Generics {
            message: message(&output.stderr),
        });
    }
    // Without any package there is still a schema, which says why.
    if !output.status.success() && output.stdout.is_empty() {
        return Err(BuildError::Scanner {
            module: workspace.module.clone(),
            output: output.stderr,
        });
    }
    for warning in output.stderr.lines() {
        if let Some(warning) = warning.strip_prefix("scan: warning: ") {
            go.progress.note(warning);
        }
    }
    serde_json::from_slice(&output.stdout).map_err(|source| BuildError::Output {
        what: "the scanner",
        source,
    })
}

/// What the scanner says about an impossible instantiation: in words, but for
/// the reasons why something can't cross, which are in the JSON line behind them.
fn message(stderr: &str) -> String {
    /// The part of the JSON line that the words lack.
    #[derive(Deserialize)]
    struct Impossible {
        #[serde(flatten)]
        wanted: Instantiation,
        reason: Reason,
    }
    let last = stderr.trim_end().lines().last().unwrap_or_default();
    if let Ok(Impossible { wanted, reason }) = serde_json::from_str(last) {
        let Instantiation {
            pkg,
            name,
            type_args,
        } = wanted;
        return format!("{pkg}.{name}[{}]: {reason}", type_args.join(", "));
    }
    stderr
        .lines()
        .filter_map(|line| line.strip_prefix("scan: "))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The compiled scanner, compiling it if nobody has yet.
fn scanner(go: &Go, settings: &Settings) -> Result<PathBuf, BuildError> {
    let name = format!(
        "scan-{}-{}{}",
        file_name(&settings.version),
        digest(),
        std::env::consts::EXE_SUFFIX
    );
    let folder = cache_folder()?.join("scanner");
    let program = folder.join(&name);
    if program.is_file() {
        return Ok(program);
    }
    fs::create_dir_all(&folder)?;
    let lock = folder.join(format!(".{name}.lock"));
    let _lock = Lock::acquire(&lock, "compiling the scanner", &mut |waiting| {
        go.progress.detail(&waiting.to_string());
        go.continuing()
    })?;
    if program.is_file() {
        return Ok(program);
    }
    go.progress.phase(Phase::Compile);
    go.progress.detail("the scanner");
    let work = tempfile::Builder::new()
        .prefix(".scan-")
        .tempdir_in(&folder)?;
    for (path, contents) in SCANNER {
        let file = work.path().join(path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(file, contents)?;
    }
    let mut build = Invocation::new(
        work.path(),
        [
            "build",
            "-trimpath",
            "-buildvcs=false",
            "-o",
            "program",
            "./scan",
        ],
    )
    // The user's flags and go.work are for the user's module.
    .variable("GOFLAGS", "")
    .variable("GOWORK", "off")
    .variable("CGO_ENABLED", "0");
    if let Some(toolchain) = settings.toolchain() {
        build = build.variable("GOTOOLCHAIN", toolchain);
    }
    go.run(&build)?;
    fs::rename(work.path().join("program"), &program)?;
    Ok(program)
}

/// A digest of the scanner's sources.
pub(super) fn digest() -> String {
    let mut hasher = Hasher::default();
    for (path, contents) in SCANNER {
        hasher.part(path.as_bytes());
        hasher.part(contents.as_bytes());
    }
    let mut digest = hasher.finish();
    digest.truncate(16);
    digest
}

fn file_name(version: &str) -> String {
    version
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '.' {
                c
            } else {
                '-'
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::message;

    #[test]
    fn impossible_instantiations_are_said_in_words() {
        let words = "scan: m.F[int]: m.F is not generic\n\
                     {\"pkg\": \"m\", \"name\": \"F\", \"type_args\": [\"int\"], \"message\": \"m.F is not generic\"}\n";
        assert_eq!(message(words), "m.F[int]: m.F is not generic");
        let data = r#"scan: m.F[m.t, int]: unnameable in the way
{"pkg": "m", "name": "F", "type_args": ["m.t", "int"], "argument": "m.t", "reason": {"place": {"kind": "argument", "name": "m.t"}, "obstacle": {"kind": "unnameable", "type": "m.t"}}}
"#;
        assert_eq!(
            message(data),
            "m.F[m.t, int]: type argument m.t has the type m.t, which other packages can't name"
        );
    }
}
