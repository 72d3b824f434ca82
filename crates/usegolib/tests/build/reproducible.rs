//! One module, one Go, one C compiler: the same bytes, wherever and whenever it is
//! built; and a build again compiles nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

use fs_err as fs;

use crate::support::{Proxy, Sandbox};

const GO_MOD: &str = "module example.test/m\n\ngo 1.21\n";
const SOURCE: &str = "// Package m adds.\npackage m\n\n\
                      // Add adds.\nfunc Add(a, b int64) int64 { return a + b }\n\n\
                      // Point is a point.\ntype Point struct{ X, Y int64 }\n\n\
                      // Flip flips.\nfunc (p *Point) Flip() { p.X, p.Y = p.Y, p.X }\n";
const WITH_C: &str = "package m\n\n// int triple(int n) { return 3 * n; }\nimport \"C\"\n\n\
                      // Triple triples, in C.\nfunc Triple(n int) int { return int(C.triple(C.int(n))) }\n";

/// A sandbox with a home and temporary files of its own; Go's caches are shared.
fn elsewhere(sandbox: Sandbox) -> Sandbox {
    let (home, temporary) = (sandbox.path("home"), sandbox.path("temporary files"));
    for folder in [&home, &temporary] {
        fs::create_dir_all(folder).unwrap();
    }
    let asked = Command::new("go")
        .args(["env", "GOCACHE"])
        .output()
        .unwrap();
    let cache = String::from_utf8(asked.stdout).unwrap();
    sandbox
        .with("HOME", home)
        .with("TMPDIR", temporary)
        .with("GOCACHE", cache.trim())
}

fn library(sandbox: &Sandbox, module: &str, version: &str) -> PathBuf {
    let manifest = sandbox.manifest(module, version);
    sandbox
        .artifact(module, version)
        .join(manifest["library"]["path"].as_str().unwrap())
}

/// Both libraries are the same, and tell no path of the machine's.
fn assert_same(one: &Path, other: &Path, sandboxes: [&Sandbox; 2]) {
    assert_eq!(one.file_name(), other.file_name());
    let bytes = fs::read(one).unwrap();
    assert!(bytes == fs::read(other).unwrap(), "the libraries differ");
    for sandbox in sandboxes {
        let place = sandbox.path("");
        let place = place.to_str().unwrap().trim_end_matches('/');
        assert!(
            memchr::memmem::find(&bytes, place.as_bytes()).is_none(),
            "{place} is in the library"
        );
    }
    assert!(memchr::memmem::find(&bytes, b"usegolib-scratch").is_none());
}

#[test]
fn local_modules_are_the_same_in_every_folder() {
    let sandboxes = ["one", "a folder of another name"].map(|folder| {
        let sandbox = elsewhere(Sandbox::new());
        sandbox.write(&format!("{folder}/go.mod"), GO_MOD);
        sandbox.write(&format!("{folder}/m.go"), SOURCE);
        sandbox.write(&format!("{folder}/c.go"), WITH_C);
        assert!(sandbox.build([format!("./{folder}")]));
        sandbox
    });
    let [one, other] = sandboxes
        .each_ref()
        .map(|sandbox| library(sandbox, "example.test/m", "local"));
    assert_same(&one, &other, sandboxes.each_ref());
}

#[test]
fn downloaded_modules_are_the_same_in_every_home() {
    let proxy = Proxy::new();
    let files = [("go.mod", GO_MOD), ("m.go", SOURCE), ("c.go", WITH_C)];
    proxy.publish("example.test/m", "v1.0.0", &files);
    let sandboxes = [(), ()].map(|()| {
        let sandbox = elsewhere(proxy.sandbox());
        assert!(sandbox.build(["example.test/m@v1.0.0"]));
        sandbox
    });
    let [one, other] = sandboxes
        .each_ref()
        .map(|sandbox| library(sandbox, "example.test/m", "v1.0.0"));
    assert_same(&one, &other, sandboxes.each_ref());
}

/// The sandbox, in which is noted what Go compiles and links.
struct Noted {
    sandbox: Sandbox,
    log: PathBuf,
}

impl Noted {
    fn new(sandbox: Sandbox) -> Self {
        // Go runs its tools through this.
        let log = sandbox.path("tools");
        let script = format!(
            "#!/bin/sh\ncase \"$2\" in -V*) ;; *) echo \"${{1##*/}} $TOOLEXEC_IMPORTPATH\" >> '{}';; esac\n\
             exec \"$@\"\n",
            log.display()
        );
        let script = sandbox.script("tool", &script);
        let sandbox = sandbox.with("GOFLAGS", format!("-toolexec={}", script.display()));
        Self { sandbox, log }
    }

    /// The packages that were compiled since this was last asked.
    fn compiled(&self) -> Vec<String> {
        let text = fs::read_to_string(&self.log).unwrap();
        fs::remove_file(&self.log).unwrap();
        assert!(text.contains("link "), "{text}");
        let mut packages: Vec<_> = text
            .lines()
            .filter_map(|line| Some(line.strip_prefix("compile ")?.to_owned()))
            .collect();
        packages.sort();
        packages.dedup();
        packages
    }
}

#[test]
fn a_build_again_compiles_nothing() {
    let noted = Noted::new(elsewhere(Sandbox::new()));
    let sandbox = &noted.sandbox;
    sandbox.write("m/go.mod", GO_MOD);
    // Nobody else's build has left this in Go's cache.
    let unique = format!("// {}\n{SOURCE}", sandbox.path("m").display());
    sandbox.write("m/m.go", &unique);
    assert!(sandbox.build(["./m"]));
    let before = fs::read(library(sandbox, "example.test/m", "local")).unwrap();
    assert!(noted.compiled().contains(&"example.test/m".to_owned()));
    assert!(sandbox.build(["./m", "--force"]));
    let nothing: [&str; 0] = [];
    assert_eq!(noted.compiled(), nothing);
    assert!(before == fs::read(library(sandbox, "example.test/m", "local")).unwrap());
}

#[test]
fn of_a_bridge_in_parts_only_what_changed_is_compiled_again() {
    let sandbox = elsewhere(Sandbox::new())
        .with("USEGOLIB_STRAIGHT_LINE", "0")
        .with("USEGOLIB_PART_ROWS", "2");
    let noted = Noted::new(sandbox);
    let sandbox = &noted.sandbox;
    sandbox.write("m/go.mod", GO_MOD);
    // What Go has compiled of another run's is not taken for this one's.
    let unique = sandbox.path("m").display().to_string();
    let source = |package: &str, value: i32| {
        format!(
            "package {package}\n\nconst Unique = {unique:?}\n\n//go:noinline\nfunc Get() int {{ return {value} }}\n\n\
             func Keep(s string) string {{ return s }}\n"
        )
    };
    for package in ["one", "two", "three"] {
        sandbox.write(&format!("m/{package}/{package}.go"), &source(package, 1));
    }
    assert!(sandbox.build(["./m"]));
    let compiled = noted.compiled();
    for part in ["part_one", "part_two", "part_three"] {
        let part = format!("example.test/m/usegolib-library/{part}");
        assert!(compiled.contains(&part), "{part}: {compiled:?}");
    }
    sandbox.write("m/two/two.go", &source("two", 2));
    assert!(sandbox.build(["./m"]));
    // Not even the main package: what it sees of the part is the same.
    let part = "example.test/m/usegolib-library/part_two";
    assert_eq!(noted.compiled(), ["example.test/m/two", part]);
}
