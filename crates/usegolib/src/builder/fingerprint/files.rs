//! The files that Go reads to build a local module: sources, module files and
//! embedded files, of the module and of the local modules beside it that it
//! can use through `replace` or `go.work`; and what their C reads elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::Deserialize;

use super::{cgo, embed};
use crate::builder::BuildError;
use crate::builder::digest::Hasher;
use crate::module::{LocalModule, gomod};

/// What Go compiles, assembles or links besides Go files.
const EXTENSIONS: &[&str] = &[
    "go", "c", "cc", "cpp", "cxx", "m", "h", "hh", "hpp", "hxx", "f", "F", "for", "f90", "s", "S",
    "sx", "swig", "swigcxx", "syso",
];

/// What a local module's files come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Files {
    /// A digest of the names and contents of all that Go reads.
    pub(super) digest: String,
    /// The folders of packages with C, each with a digest of what the package
    /// reads elsewhere.
    pub(super) cgo: Vec<(PathBuf, String)>,
}

/// Reads all these files. `variables` are those that the build sets over the
/// environment's.
pub(super) fn read(
    module: &LocalModule,
    variables: &[(String, OsString)],
) -> Result<Files, BuildError> {
    let mut hasher = Hasher::default();
    let mut cgo = Vec::new();
    let mut roots = vec![module.root.clone()];
    let mut seen = BTreeSet::new();
    if let Some(work) = module.work_file() {
        let folder = work.parent().unwrap_or(Path::new("")).to_owned();
        add_file(&mut hasher, &folder, &work)?;
        add_optional(&mut hasher, &folder, "go.work.sum")?;
        let vendored = folder.join("vendor");
        if vendored.join("modules.txt").is_file() {
            add_optional(&mut hasher, &vendored, "modules.txt")?;
            roots.push(vendored);
        }
        let directives = gomod::directives(&fs::read_to_string(&work)?);
        roots.extend(gomod::local_directories(&directives, &folder));
    }
    add_overlay(&mut hasher, &module.root)?;
    // What stands in for the module's `go.mod`, and has its replacements.
    for file in in_go_flags("modfile") {
        let file = module.root.join(file);
        for file in [file.with_extension("sum"), file] {
            // What can't be read is the build's to complain about.
            let Ok(text) = fs::read(&file) else { continue };
            add(&mut hasher, &module.root, &file, &text);
            let directives = gomod::directives(&String::from_utf8_lossy(&text));
            roots.extend(gomod::local_directories(&directives, &module.root));
        }
    }
    let mut next = 0;
    while let Some(root) = roots.get(next).cloned() {
        next += 1;
        // A replacement that isn't there is Go's to complain about.
        let Ok(root) = fs::canonicalize(&root) else {
            continue;
        };
        if !seen.insert(root.clone()) {
            continue;
        }
        add_module(&mut hasher, &root, variables, &mut cgo)?;
        let go_mod = root.join("go.mod");
        if go_mod.is_file() {
            let directives = gomod::directives(&fs::read_to_string(&go_mod)?);
            roots.extend(gomod::local_directories(&directives, &root));
        }
    }
    Ok(Files {
        digest: hasher.finish(),
        cgo,
    })
}

/// All files of one module, and what its packages with C read elsewhere.
fn add_module(
    hasher: &mut Hasher,
    root: &Path,
    variables: &[(String, OsString)],
    cgo: &mut Vec<(PathBuf, String)>,
) -> Result<(), BuildError> {
    hasher.part(b"module");
    for name in ["go.mod", "go.sum", "vendor/modules.txt"] {
        add_optional(hasher, root, name)?;
    }
    let mut sources = BTreeSet::new();
    walk(root, &mut sources, &mut BTreeSet::new())?;
    let mut embedded = BTreeSet::new();
    let mut with_c = BTreeSet::new();
    for source in &sources {
        let contents = fs::read(source)?;
        if source
            .extension()
            .is_some_and(|extension| extension == "go")
        {
            let folder = source.parent().unwrap_or(root);
            embed::files(&contents, folder, &mut embedded)?;
            if cgo::is_cgo(&contents) {
                with_c.insert(folder.to_owned());
            }
        }
        add(hasher, root, source, &contents);
    }
    for file in &embedded {
        add_file(hasher, root, file)?;
    }
    for folder in with_c {
        let own = sources
            .iter()
            .filter(|source| source.parent() == Some(&folder));
        let own = own
            .map(|source| Ok((source.clone(), fs::read(source)?)))
            .collect::<Result<Vec<_>, BuildError>>()?;
        let digest = cgo::digest(&folder, &own, variables)?;
        hasher.part(digest.as_bytes());
        cgo.push((folder, digest));
    }
    Ok(())
}

/// Sources below a folder that are part of its module. Folders whose name no
/// import path can have are left out, and so are tests. `./...` doesn't enter
/// links to folders, but an import may lead through one.
fn walk(
    folder: &Path,
    sources: &mut BTreeSet<PathBuf>,
    linked: &mut BTreeSet<PathBuf>,
) -> Result<(), BuildError> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let kind = entry.file_type()?;
        if kind.is_dir() || kind.is_symlink() && path.is_dir() {
            let entered = !kind.is_symlink() || linked.insert(fs::canonicalize(&path)?);
            if entered && !name.starts_with('.') && !path.join("go.mod").is_file() {
                walk(&path, sources, linked)?;
            }
        } else if !name.ends_with("_test.go")
            && path
                .extension()
                .is_some_and(|extension| EXTENSIONS.iter().any(|known| extension == *known))
        {
            sources.insert(path);
        }
    }
    Ok(())
}

/// What `GOFLAGS` sets a flag to.
fn in_go_flags(name: &str) -> Vec<String> {
    let flags = std::env::var("GOFLAGS").unwrap_or_default();
    let values = flags.split_whitespace().filter_map(|flag| {
        let flag = flag.trim_start_matches('-').strip_prefix(name)?;
        flag.strip_prefix('=').map(str::to_owned)
    });
    values.collect()
}

/// The overlay in `GOFLAGS` and what it shows.
fn add_overlay(hasher: &mut Hasher, root: &Path) -> Result<(), BuildError> {
    #[derive(Deserialize)]
    struct Overlay {
        #[serde(rename = "Replace")]
        replace: BTreeMap<PathBuf, PathBuf>,
    }
    for file in in_go_flags("overlay") {
        // What can't be read is the build's to complain about.
        let Ok(text) = fs::read(root.join(file)) else {
            continue;
        };
        hasher.part(&text);
        let shown = serde_json::from_slice::<Overlay>(&text);
        for file in shown
            .into_iter()
            .flat_map(|overlay| overlay.replace.into_values())
        {
            let file = root.join(file);
            if file.is_file() {
                add_file(hasher, root, &file)?;
            }
        }
    }
    Ok(())
}

fn add_optional(hasher: &mut Hasher, root: &Path, name: &str) -> Result<(), BuildError> {
    let file = root.join(name);
    if file.is_file() {
        add_file(hasher, root, &file)?;
    }
    Ok(())
}

fn add_file(hasher: &mut Hasher, root: &Path, file: &Path) -> Result<(), BuildError> {
    let contents = fs::read(file)?;
    add(hasher, root, file, &contents);
    Ok(())
}

fn add(hasher: &mut Hasher, root: &Path, file: &Path, contents: &[u8]) {
    let relative = file.strip_prefix(root).unwrap_or(file);
    hasher.part(relative.as_os_str().as_encoded_bytes());
    hasher.part(contents);
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixture(tempfile::TempDir);

    impl Fixture {
        fn new() -> Self {
            let fixture = Self(tempfile::tempdir().unwrap());
            fixture.write("m/go.mod", "module e.c/m\nreplace e.c/r => ../r\n");
            fixture.write(
                "m/a.go",
                "package m\n\nimport \"embed\"\n\n//go:embed data *.txt \"with space\"\nvar F embed.FS\n",
            );
            fixture.write("m/data/deep/x.bin", "x");
            fixture.write("m/a.txt", "a");
            fixture.write("m/with space", "s");
            fixture.write("m/README.md", "r");
            fixture.write("m/a_test.go", "package m");
            fixture.write("m/sub/b.c", "int b;");
            fixture.write("m/.git/HEAD", "ref");
            fixture.write("m/.git/x.go", "package x");
            fixture.write("r/go.mod", "module e.c/r\n");
            fixture.write("r/r.go", "package r\n");
            fixture
        }

        fn write(&self, path: &str, text: &str) {
            let file = self.0.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }

        fn digest(&self) -> String {
            let module = LocalModule::find(&self.0.path().join("m")).unwrap();
            read(&module, &[]).unwrap().digest
        }
    }

    #[test]
    fn every_input_counts() {
        for (path, text) in [
            ("m/a.go", "package m // changed"),
            ("m/new.go", "package m"),
            ("m/go.mod", "module e.c/m2\n"),
            ("m/go.sum", "e.c/x v1 h1:y"),
            ("m/data/deep/x.bin", "y"),
            ("m/data/.hidden", "h"),
            ("m/a.txt", "b"),
            ("m/b.txt", ""),
            ("m/with space", "t"),
            ("m/sub/b.c", "int c;"),
            ("m/testdata/t.go", "package t"),
            ("m/vendor/modules.txt", "# e.c/v v1"),
            ("r/r.go", "package r // changed"),
            ("go.work", "go 1.24\nuse ./m\n"),
        ] {
            let fixture = Fixture::new();
            let before = fixture.digest();
            assert_eq!(fixture.digest(), before);
            fixture.write(path, text);
            assert_ne!(fixture.digest(), before, "{path}");
        }
    }

    #[test]
    fn what_c_reads_elsewhere_counts() {
        let fixture = Fixture::new();
        fixture.write(
            "m/c/c.go",
            "package c\n\n// #cgo CFLAGS: -I${SRCDIR}/../../include\n\
             // #cgo LDFLAGS: -L${SRCDIR}/../../lib -lthing ${SRCDIR}/../../lib/one.o -Wl,--x=../../lib/map\n\
             // #include \"a.inc\"\nimport \"C\"\n",
        );
        fixture.write("m/c/.deep/x.h", "");
        fixture.write("m/c/c.c", "#include \".deep/x.h\"\n#include <sys.h>\n");
        fixture.write("include/a.inc", "#include \"b/b.inc\"\n");
        for path in [
            "include/a.inc",
            "include/b/b.inc",
            "include/sys.h",
            "m/c/.deep/x.h",
            "lib/libthing.a",
            "lib/one.o",
            "lib/map",
        ] {
            if path != "include/a.inc" {
                let before = fixture.digest();
                fixture.write(path, "1");
                assert_ne!(fixture.digest(), before, "new: {path}");
            }
            let before = fixture.digest();
            let text = if path.ends_with("a.inc") {
                "#include \"b/b.inc\"\n//"
            } else {
                "2"
            };
            fixture.write(path, text);
            assert_ne!(fixture.digest(), before, "changed: {path}");
        }
        let before = fixture.digest();
        fixture.write("lib/other.o", "1");
        assert_eq!(fixture.digest(), before);
    }

    #[test]
    fn what_go_does_not_read_does_not_count() {
        for (path, text) in [
            ("m/README.md", "changed"),
            ("m/a_test.go", "package m // changed"),
            ("m/.git/HEAD", "changed"),
            ("m/.git/x.go", "changed"),
            ("m/nested/go.mod", "module n"),
            ("m/nested/n.go", "package n"),
            ("r/other.txt", "t"),
        ] {
            let fixture = Fixture::new();
            fixture.write("m/nested/go.mod", "module n");
            let before = fixture.digest();
            fixture.write(path, text);
            assert_eq!(fixture.digest(), before, "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn linked_folders_count_once() {
        let fixture = Fixture::new();
        fixture.write("elsewhere/e.go", "package e");
        let link = |target: &str, name: &str| {
            fs_err::os::unix::fs::symlink(target, fixture.0.path().join(name)).unwrap();
        };
        link("../elsewhere", "m/link");
        // A circle, and a link to nothing.
        link("..", "m/sub/up");
        link("nowhere", "m/sub/gone");
        let before = fixture.digest();
        fixture.write("elsewhere/e.go", "package e // changed");
        assert_ne!(fixture.digest(), before);
    }

    #[test]
    fn vendored_modules_of_a_workspace_count() {
        let fixture = Fixture::new();
        fixture.write("go.work", "go 1.24\nuse ./m\n");
        fixture.write("vendor/modules.txt", "## workspace\n");
        fixture.write("vendor/e.c/v/v.go", "package v");
        let before = fixture.digest();
        fixture.write("vendor/e.c/v/v.go", "package v // changed");
        assert_ne!(fixture.digest(), before);
    }

    #[test]
    fn used_modules_of_a_workspace_count() {
        let fixture = Fixture::new();
        fixture.write("go.work", "go 1.24\nuse (\n\t./m\n\t./w\n)\n");
        fixture.write("w/go.mod", "module e.c/w");
        fixture.write("w/w.go", "package w");
        let before = fixture.digest();
        fixture.write("w/w.go", "package w // changed");
        assert_ne!(fixture.digest(), before);
    }
}
