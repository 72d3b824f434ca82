//! What packages with C read besides the files in their folder.
//!
//! Headers and data are followed from `#include` to `#include`, in every folder
//! that flags name; libraries and objects are found in the linker's flags; and
//! pkg-config is asked what it answers now. No condition is evaluated, so a file
//! too many may count, which does no harm. Go itself knows nothing of these
//! files: its cache would go on to answer with what it compiled before, so a
//! build shows Go a header that has their digest.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use fs_err as fs;
use memchr::memmem;

use crate::builder::BuildError;
use crate::builder::digest::Hasher;

/// Variables with flags for the C compiler or the linker.
const FLAGS: &[&str] = &[
    "CGO_CFLAGS",
    "CGO_CPPFLAGS",
    "CGO_CXXFLAGS",
    "CGO_FFLAGS",
    "CGO_LDFLAGS",
];
/// Variables with folders to search.
const FOLDERS: &[&str] = &[
    "CPATH",
    "C_INCLUDE_PATH",
    "CPLUS_INCLUDE_PATH",
    "LIBRARY_PATH",
];
/// What the linker looks for when it is told `-lname`.
const LIBRARIES: [(&str, &str); 5] = [
    ("lib", ".a"),
    ("lib", ".so"),
    ("lib", ".dylib"),
    ("lib", ".dll.a"),
    ("", ".lib"),
];

/// Whether a Go file belongs to a package with C.
pub(super) fn is_cgo(source: &[u8]) -> bool {
    memmem::find(source, b"import \"C\"").is_some() || memmem::find(source, b"\t\"C\"").is_some()
}

/// A digest of what the package in `folder` reads elsewhere; `sources` are its
/// files. `variables` are those that the build sets over the environment's.
pub(super) fn digest(
    folder: &Path,
    sources: &[(PathBuf, Vec<u8>)],
    variables: &[(String, OsString)],
) -> Result<String, BuildError> {
    let mut inputs = Inputs {
        folder,
        folders: vec![folder.to_owned()],
        names: BTreeSet::new(),
        files: BTreeSet::new(),
        packages: Vec::new(),
    };
    let value = |name: &str| {
        let set = variables.iter().find(|(one, _)| one == name);
        let set = set.map(|(_, value)| value.clone());
        set.or_else(|| std::env::var_os(name)).unwrap_or_default()
    };
    for name in FOLDERS {
        inputs
            .folders
            .extend(std::env::split_paths(&value(name)).filter(|path| path.is_absolute()));
    }
    for name in FLAGS {
        inputs.flags(&value(name).to_string_lossy());
    }
    for (_, contents) in sources {
        for line in directives(contents) {
            inputs.directive(&line);
        }
    }
    let mut hasher = Hasher::default();
    if !inputs.packages.is_empty() {
        let answer = pkg_config(folder, &inputs.packages, &value("PKG_CONFIG"));
        hasher.part(answer.as_bytes());
        inputs.flags(&answer);
    }
    inputs.find_libraries();
    inputs.follow(sources)?;
    for file in &inputs.files {
        hasher.part(file.as_os_str().as_encoded_bytes());
        hasher.part(&fs::read(file)?);
    }
    Ok(hasher.finish())
}

/// What the flags and sources of one package lead to.
struct Inputs<'a> {
    folder: &'a Path,
    /// Where files are searched.
    folders: Vec<PathBuf>,
    /// Libraries by the names that the linker is given.
    names: BTreeSet<String>,
    files: BTreeSet<PathBuf>,
    /// What pkg-config is asked for.
    packages: Vec<String>,
}

impl Inputs<'_> {
    /// `#cgo linux LDFLAGS: -L${SRCDIR}/lib -lfoo`
    fn directive(&mut self, line: &str) {
        let Some((head, flags)) = line.split_once(':') else {
            return;
        };
        let flags = flags.replace("${SRCDIR}", &self.folder.to_string_lossy());
        if head.trim_end().ends_with("pkg-config") {
            self.packages.extend(words(&flags));
        } else {
            self.flags(&flags);
        }
    }

    fn flags(&mut self, flags: &str) {
        let words = words(flags);
        let mut words = words.iter().map(String::as_str);
        while let Some(word) = words.next() {
            let mut after = |flag: &str| {
                let rest = word.strip_prefix(flag)?;
                if rest.is_empty() {
                    words.next()
                } else {
                    Some(rest)
                }
            };
            let folders = ["-isystem", "-iquote", "-idirafter", "-I", "-L", "-F"];
            if let Some(folder) = folders.iter().find_map(|flag| after(flag)) {
                self.folders.push(self.folder.join(folder));
            } else if let Some(name) = after("-l") {
                self.names.insert(name.to_owned());
            } else {
                // Objects, archives, linker scripts: `-Wl,--script=x.ld`.
                for part in word.split([',', '=']) {
                    self.add(&self.folder.join(part));
                }
            }
        }
    }

    fn find_libraries(&mut self) {
        for name in std::mem::take(&mut self.names) {
            for folder in self.folders.clone() {
                match name.strip_prefix(':') {
                    Some(file) => self.add(&folder.join(file)),
                    None => {
                        for (before, after) in LIBRARIES {
                            self.add(&folder.join(format!("{before}{name}{after}")));
                        }
                    }
                }
            }
        }
    }

    /// Adds everything that the sources include.
    fn follow(&mut self, sources: &[(PathBuf, Vec<u8>)]) -> Result<(), BuildError> {
        let mut seen = BTreeSet::new();
        let mut queue = Vec::new();
        for (path, contents) in sources {
            queue.push((
                path.parent().unwrap_or(self.folder).to_owned(),
                included(contents),
            ));
        }
        // A script or an object may be named by a flag; text in it may include.
        while let Some((beside, names)) = queue.pop() {
            for name in names {
                let folders = std::iter::once(&beside).chain(&self.folders);
                let found: Vec<_> = folders
                    .map(|folder| folder.join(&name))
                    .filter_map(|path| fs::canonicalize(path).ok())
                    .filter(|path| path.is_file())
                    .collect();
                for path in found {
                    self.files.insert(path.clone());
                    if seen.insert(path.clone()) {
                        let beside = path.parent().unwrap_or(self.folder).to_owned();
                        queue.push((beside, included(&fs::read(&path)?)));
                    }
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, path: &Path) {
        if path.is_file()
            && let Ok(path) = fs::canonicalize(path)
        {
            self.files.insert(path);
        }
    }
}

/// What a `#cgo` or a preprocessor line says, comment marks of Go dropped.
fn hash_lines(contents: &[u8]) -> impl Iterator<Item = &str> {
    contents
        .split(|&byte| byte == b'\n')
        .filter(|line| {
            memchr::memchr(b'#', line).is_some() || memmem::find(line, b"incbin").is_some()
        })
        .filter_map(|line| std::str::from_utf8(line).ok())
        .map(|line| line.trim_start().trim_start_matches("//").trim())
}

fn directives(contents: &[u8]) -> impl Iterator<Item = String> {
    hash_lines(contents).filter_map(|line| Some(line.strip_prefix("#cgo")?.to_owned()))
}

/// The names in `#include "a.h"`, `#include <b.h>`, `#embed`, `.incbin`, and in
/// macros that an `#include` may use.
fn included(contents: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    for line in hash_lines(contents) {
        if !(line.starts_with('#') || line.contains("incbin")) || line.starts_with("#cgo") {
            continue;
        }
        // Whatever stands between marks: a name too many leads to no file.
        let parts = line.split(['"', '<', '>', '\\']).skip(1);
        let parts = parts.map(str::trim).filter(|part| !part.is_empty());
        names.extend(parts.map(str::to_owned));
    }
    names
}

/// The words of a list of flags, with quotes as Go understands them.
fn words(flags: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = flags.trim_start();
    while let Some(first) = rest.chars().next() {
        if matches!(first, '"' | '\'') {
            let body = &rest[1..];
            let end = body.find(first).unwrap_or(body.len());
            words.push(body[..end].to_owned());
            rest = body.get(end + 1..).unwrap_or_default().trim_start();
        } else {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            words.push(rest[..end].to_owned());
            rest = rest[end..].trim_start();
        }
    }
    words
}

/// The flags that pkg-config gives now; empty where it gives none, which is
/// Go's to complain about.
fn pkg_config(folder: &Path, packages: &[String], program: &OsString) -> String {
    let program = Some(program).filter(|program| !program.is_empty());
    let output = Command::new(program.unwrap_or(&OsString::from("pkg-config")))
        .args(["--cflags", "--libs"])
        .args(packages)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output();
    output.map_or_else(
        |_| String::new(),
        |output| String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_included_is_named_in_many_ways() {
        let source = b"// #include \"a.h\"\n#include <b/c.h> // \"d\"\n  # include \"e.h\"\n\
            #define F \"f.inc\"\nasm(\".incbin \\\"g.bin\\\"\");\nchar *s = \"not\";\n// #cgo CFLAGS: -DX=\"no\"\n";
        let found = included(source);
        for name in ["a.h", "b/c.h", "d", "e.h", "f.inc", "g.bin"] {
            assert!(found.iter().any(|one| one == name), "{name}: {found:?}");
        }
        assert!(
            !found.iter().any(|one| one == "not" || one == "no"),
            "{found:?}"
        );
        assert!(is_cgo(b"import \"C\"\n") && is_cgo(b"import (\n\t\"C\"\n)"));
        assert!(!is_cgo(b"const c = \"C\""));
    }

    #[test]
    fn flags_have_quoted_words() {
        assert_eq!(words(" -Ia  \"-I b c\" '-lx'"), ["-Ia", "-I b c", "-lx"]);
    }
}
