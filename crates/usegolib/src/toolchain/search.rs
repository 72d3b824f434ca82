//! Where tools are looked for.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::ToolchainError;
use crate::artifact::{StoreError, cache_folder};
use crate::environment;

/// What the front end knows about the Python it runs in. Empty without one.
#[derive(Clone, Debug, Default)]
pub struct Python {
    /// The folders that packages are installed in (`site-packages`), first first.
    pub site_packages: Vec<PathBuf>,
    /// The Python executable. An application that has Python inside is none.
    pub executable: Option<PathBuf>,
}

/// Where tools are looked for.
#[derive(Clone, Debug)]
pub struct Search {
    /// `PATH`.
    pub path: OsString,
    /// `USEGOLIB_GO`.
    pub go: Option<PathBuf>,
    /// `CC`, as Go reads it: a command with arguments.
    pub cc: Option<OsString>,
    /// `USEGOLIB_ZIG`.
    pub zig: Option<PathBuf>,
    /// The Python whose wheels may bring tools along.
    pub python: Python,
    /// The program that runs, if it is the command line.
    pub command_line: Option<PathBuf>,
    /// Where a downloaded Zig and the caches of Zig are kept.
    pub cache_folder: PathBuf,
}

impl Search {
    /// The search that the environment of this process asks for.
    pub fn from_environment(python: Python) -> Result<Self, StoreError> {
        Ok(Self {
            path: std::env::var_os("PATH").unwrap_or_default(),
            go: environment::GO.path(),
            cc: std::env::var_os("CC").filter(|value| !value.is_empty()),
            zig: environment::ZIG.path(),
            python,
            command_line: None,
            cache_folder: cache_folder()?,
        })
    }

    /// The executable called `name` in a folder of `PATH`.
    pub(super) fn on_path(&self, name: &str) -> Option<PathBuf> {
        std::env::split_paths(&self.path)
            // A relative folder would mean another one for each directory that
            // the tool is run in.
            .filter(|folder| folder.is_absolute())
            .find_map(|folder| executable_in(&folder, name))
    }

    /// The executable at `relative` in the folders of Python packages.
    pub(super) fn in_wheel(&self, folder: &str, name: &str) -> Option<PathBuf> {
        self.python
            .site_packages
            .iter()
            .find_map(|packages| executable_in(&packages.join(folder), name))
    }

    /// The executable called `name` in the folder of the Python executable.
    pub(super) fn beside_python(&self, name: &str) -> Option<PathBuf> {
        executable_in(self.python.executable.as_ref()?.parent()?, name)
    }
}

/// The executable a variable names; `inside` is where it is if the variable
/// names the folder of the installation.
pub(super) fn named_by_variable(
    variable: &'static str,
    value: &Path,
    inside: &[&str],
    name: &str,
) -> Result<PathBuf, ToolchainError> {
    let candidates = [
        executable(value.to_owned()),
        executable_in(
            &inside
                .iter()
                .fold(value.to_owned(), |at, part| at.join(part)),
            name,
        ),
    ];
    candidates
        .into_iter()
        .flatten()
        .next()
        .ok_or_else(|| ToolchainError::NotExecutable {
            variable,
            value: value.display().to_string(),
        })
}

fn executable_in(folder: &Path, name: &str) -> Option<PathBuf> {
    executable(folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

fn executable(path: PathBuf) -> Option<PathBuf> {
    let metadata = fs_err::metadata(&path).ok()?;
    (metadata.is_file() && may_be_run(&metadata)).then_some(path)
}

#[cfg(unix)]
fn may_be_run(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn may_be_run(_metadata: &std::fs::Metadata) -> bool {
    true
}

/// The first word of a command as Go splits it: quotes of either kind hold a
/// word with spaces together.
pub(super) fn first_word(command: &OsStr) -> Option<String> {
    let command = command.to_str()?.trim_start();
    let word = match command.chars().next()? {
        quote @ ('"' | '\'') => command[1..].split(quote).next()?,
        _ => command.split_whitespace().next()?,
    };
    (!word.is_empty()).then(|| word.to_owned())
}

/// The path as one word of a command that Go splits.
pub(super) fn quoted(path: &Path) -> Result<String, ToolchainError> {
    let unquotable = || ToolchainError::Unquotable {
        path: path.to_owned(),
    };
    let text = path.to_str().ok_or_else(unquotable)?;
    if !text.contains(|c: char| c.is_whitespace() || c == '"' || c == '\'') {
        return Ok(text.to_owned());
    }
    match (text.contains('"'), text.contains('\'')) {
        (false, _) => Ok(format!("\"{text}\"")),
        (true, false) => Ok(format!("'{text}'")),
        (true, true) => Err(unquotable()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_path_is_one_word_again() {
        for path in [
            "/bin/zig",
            "/a b/zig",
            "/it's/zig",
            "/a \"b\"/zig",
            "/é ü/zig",
        ] {
            let command = format!("{} cc -O2", quoted(Path::new(path)).unwrap());
            assert_eq!(first_word(OsStr::new(&command)).as_deref(), Some(path));
        }
        assert!(quoted(Path::new("/it's \"b\"/zig")).is_err());
        assert_eq!(
            first_word(OsStr::new("  ccache gcc")).as_deref(),
            Some("ccache")
        );
        assert_eq!(first_word(OsStr::new(" ")), None);
        assert_eq!(first_word(OsStr::new("\"\" x")), None);
    }
}
