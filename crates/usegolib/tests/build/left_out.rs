//! What Go refuses, or what can't be loaded, is left out; the rest is built.

use serde_json::Value;

use crate::support::{Sandbox, strings};

const MODULE: &str = "fixture.test/m";

fn sandbox(files: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::new().with("USEGOLIB_TRIAL_SECONDS", "5");
    sandbox.write("m/go.mod", "module fixture.test/m\n\ngo 1.24\n");
    for (path, text) in files {
        sandbox.write(&format!("m/{path}"), text);
    }
    sandbox
}

/// The reason that a list of the manifest has for a name.
fn reason<'v>(list: &'v Value, key: &str, name: &str) -> &'v str {
    let found = list.as_array().unwrap().iter().find(|one| one[key] == name);
    let found = found.unwrap_or_else(|| panic!("{name} is not in {list}"));
    let reason = &found["reason"];
    // Packages have it in words only.
    let words = reason.as_str().or(reason["obstacle"]["message"].as_str());
    words.unwrap()
}

fn names(list: &Value) -> Vec<&str> {
    let items = list.as_array().unwrap().iter();
    items.map(|item| item["name"].as_str().unwrap()).collect()
}

#[test]
fn what_crashes_the_compiler_is_left_out_with_its_words() {
    let sandbox = sandbox(&[(
        "m.go",
        "package m\n\ntype T struct{ A [0][4]string }\n\nfunc F(t T) T { return t }\n\n\
         func G(a [0][4]string) {}\n\nfunc Add(a, b int) int { return a + b }\n",
    )]);
    sandbox.build(["./m"]);
    let manifest = sandbox.manifest(MODULE, "local");
    assert_eq!(names(&manifest["symbols"]), ["Add", "F"]);
    for name in ["A", "G"] {
        let reason = reason(&manifest["schema"]["unsupported"], "name", name);
        assert!(reason.contains("internal compiler error"), "{reason}");
    }
    assert_eq!(manifest["tried"], true);
}

#[test]
fn what_the_linker_misses_is_left_out_by_its_symbol() {
    let sandbox = sandbox(&[
        (
            "m.go",
            "package m\n\nfunc Missing(a int) int\n\nfunc Add(a, b int) int { return a + b }\n",
        ),
        ("empty.s", ""),
    ]);
    sandbox.build(["./m"]);
    let manifest = sandbox.manifest(MODULE, "local");
    assert_eq!(names(&manifest["symbols"]), ["Add"]);
    let reason = reason(&manifest["schema"]["unsupported"], "name", "Missing");
    assert!(
        reason.contains("undefined symbol `fixture.test/m.Missing'"),
        "{reason}"
    );
}

/// Builds a module of `good` and `bad` and returns the reason that `bad` is
/// left out for.
fn left_out(bad: &str) -> String {
    // Of a package without anything to call nothing is linked.
    let bad = format!("{bad}\nfunc Bad() {{}}\n");
    let sandbox = sandbox(&[
        ("m.go", "package m\n\nfunc Root() {}\n"),
        (
            "good/good.go",
            "package good\n\nimport \"flag\"\n\nvar V = flag.Bool(\"v\", false, \"\")\n",
        ),
        ("bad/bad.go", &bad),
        (
            "user/user.go",
            "package user\n\nimport _ \"fixture.test/m/bad\"\n\nfunc Use() {}\n",
        ),
    ]);
    sandbox.build(["./m/good"]);
    let manifest = sandbox.manifest(MODULE, "local");
    assert_eq!(
        strings(&manifest["packages"]),
        ["fixture.test/m", "fixture.test/m/good"]
    );
    let excluded = &manifest["schema"]["excluded"];
    let user = reason(excluded, "path", "fixture.test/m/user");
    assert!(user.contains("fixture.test/m/bad"), "{user}");
    let inspected = sandbox.run(["inspect", "--module", MODULE]);
    assert!(
        inspected.stdout.contains("fixture.test/m/bad"),
        "{}",
        inspected.stdout
    );

    // Asked for by name it is tried again, and then is the error.
    let done = sandbox.try_build(["./m/bad"]);
    assert_eq!(done.status, 1);
    assert!(
        done.stderr
            .contains("package fixture.test/m/bad can't be loaded"),
        "{}",
        done.stderr
    );
    reason(excluded, "path", "fixture.test/m/bad").to_owned()
}

#[test]
fn a_sibling_that_panics() {
    let reason = left_out("package bad\n\nfunc init() { panic(\"no luck\") }\n");
    assert!(reason.contains("panic: no luck"), "{reason}");
}

#[test]
fn a_sibling_that_blocks() {
    let reason = left_out("package bad\n\nfunc init() { select {} }\n");
    assert!(
        reason.contains("deadlock") || reason.contains("doesn't end within"),
        "{reason}"
    );
}

#[test]
fn a_sibling_that_waits_for_ever() {
    let reason = left_out(
        "package bad\n\nimport \"time\"\n\nfunc init() { wait() }\n\n\
         //go:noinline\nfunc wait() { time.Sleep(time.Hour) }\n",
    );
    assert!(
        reason.contains("doesn't end within 5 s (in fixture.test/m/bad.wait)"),
        "{reason}"
    );
}

#[test]
fn a_sibling_with_the_same_flag() {
    let reason =
        left_out("package bad\n\nimport \"flag\"\n\nvar V = flag.Bool(\"v\", false, \"\")\n");
    assert!(reason.contains("flag redefined: v"), "{reason}");
}

/// Nothing says who it was: found by halving.
#[test]
fn a_sibling_that_exits() {
    let sandbox = sandbox(&[
        ("a/a.go", "package a\n\nfunc A() {}\n"),
        (
            "b/b.go",
            "package b\n\nimport \"os\"\n\nfunc init() { os.Exit(0) }\n\nfunc B() {}\n",
        ),
        ("c/c.go", "package c\n\nfunc C() {}\n"),
    ]);
    sandbox.build(["./m"]);
    let manifest = sandbox.manifest(MODULE, "local");
    assert_eq!(
        strings(&manifest["packages"]),
        ["fixture.test/m/a", "fixture.test/m/c"]
    );
    let reason = reason(&manifest["schema"]["excluded"], "path", "fixture.test/m/b");
    assert!(
        reason.contains("it ends the process (exit status: 0)"),
        "{reason}"
    );
}

#[test]
fn siblings_that_define_one_c_symbol() {
    let c = |value: u8| format!("int twice(void) {{ return {value}; }}\n");
    let go = |name: &str| {
        format!(
            "package {name}\n\n// int twice(void);\nimport \"C\"\n\nfunc F() int {{ return int(C.twice()) }}\n"
        )
    };
    let sandbox = sandbox(&[
        ("a/a.go", &go("a")),
        ("a/a.c", &c(1)),
        ("b/b.go", &go("b")),
        ("b/b.c", &c(2)),
    ]);
    sandbox.build(["./m/b"]);
    let manifest = sandbox.manifest(MODULE, "local");
    assert_eq!(strings(&manifest["packages"]), ["fixture.test/m/b"]);
    let reason = reason(&manifest["schema"]["excluded"], "path", "fixture.test/m/a");
    assert!(
        reason.contains("multiple definition of `twice'"),
        "{reason}"
    );
    // Alone it can be built.
    sandbox.build(["./m/a", "--package", "./a"]);
    let manifest = sandbox.manifest(MODULE, "local");
    assert_eq!(strings(&manifest["packages"]), ["fixture.test/m/a"]);
}

#[test]
fn without_a_trial_nothing_is_run() {
    let sandbox = sandbox(&[("m.go", "package m\n\nfunc init() { panic(1) }\n")]);
    sandbox.build(["./m", "--no-trial"]);
    let manifest = sandbox.manifest(MODULE, "local");
    assert_eq!(manifest["tried"], false);
    let inspected = sandbox.run(["inspect", "--module", MODULE]);
    assert!(
        inspected.stdout.contains("never loaded"),
        "{}",
        inspected.stdout
    );
}

#[test]
fn the_command_line_under_another_name_tries_too() {
    let sandbox = sandbox(&[("m.go", "package m\n\nfunc F() {}\n")]);
    let program = sandbox.path("usegolib-0.2");
    fs_err::copy(env!("CARGO_BIN_EXE_usegolib"), &program).unwrap();
    let mut command = sandbox.command_of(&program, ["build", "--module", "./m"]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(sandbox.manifest(MODULE, "local")["tried"], true);
}

/// The compiler may name a line that is there for nothing in particular: the
/// part it can't do is found by halving.
#[test]
fn what_crashes_the_compiler_at_a_line_of_nobody() {
    let sandbox = sandbox(&[
        ("a/a.go", "package a\n\nfunc Good() {}\n"),
        ("b/b.go", "package b\n\nfunc Bad() {}\n\nfunc Fine() {}\n"),
    ]);
    let go = sandbox.script(
        "go",
        "#!/bin/sh\n\
         if [ \"$1\" = build ]; then for argument; do case \"$argument\" in -overlay=*)\n\
         if grep -q Bad \"$(dirname \"${argument#-overlay=}\")\"/main/*.go; then\n\
         printf '# x/usegolib-library\\nusegolib.build/bridge/x.go:1:2: internal compiler error: y\\n' >&2\n\
         exit 1; fi;; esac; done; fi\nPATH=${PATH#*:} exec go \"$@\"\n",
    );
    let path = std::env::var("PATH").unwrap();
    let sandbox = sandbox
        .with("USEGOLIB_GO", go)
        .with("PATH", format!("/nowhere:{path}"));
    sandbox.build(["./m"]);
    let manifest = sandbox.manifest(MODULE, "local");
    assert_eq!(names(&manifest["symbols"]), ["Good", "Fine"]);
    let reason = reason(&manifest["schema"]["unsupported"], "name", "Bad");
    assert!(reason.contains("internal compiler error: y"), "{reason}");
}
