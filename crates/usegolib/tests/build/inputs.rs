//! What is built again because something that Go or the C compiler reads has
//! changed, and gives the new value.

use std::process::Command;

use crate::support::{Sandbox, names, strings};

const MODULE: &str = "fixture.test/m";

/// What `Value()` of the artifact gives, by the constant in its library.
fn contains(sandbox: &Sandbox, text: &str) -> bool {
    let manifest = sandbox.manifest(MODULE, "local");
    let library = manifest["library"]["path"].as_str().unwrap();
    let bytes = fs_err::read(sandbox.artifact(MODULE, "local").join(library)).unwrap();
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

fn with_c(preamble: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("m/go.mod", "module fixture.test/m\n\ngo 1.24\n");
    sandbox.write(
        "m/m.go",
        &format!(
            "package m\n\n{preamble}\nimport \"C\"\n\nfunc Value() string {{ return C.GoString(C.value()) }}\n"
        ),
    );
    sandbox
}

#[test]
fn a_header_in_another_folder() {
    let sandbox = with_c(
        "// #cgo CFLAGS: -I${SRCDIR}/../shared\n// #include <outer.inc>\n// #include \"sub/inner.h\"\n\
         // static const char *value(void) { return OUTER INNER; }",
    );
    sandbox.write("shared/outer.inc", "#define OUTER \"outer one \"\n");
    sandbox.write("m/sub/inner.h", "#define INNER \"inner one\"\n");
    assert!(sandbox.build(["./m"]));
    assert!(contains(&sandbox, "outer one inner one"));
    assert!(!sandbox.build(["./m"]));
    sandbox.write("m/sub/inner.h", "#define INNER \"inner two\"\n");
    assert!(sandbox.build(["./m"]));
    assert!(contains(&sandbox, "outer one inner two"));
    sandbox.write("shared/outer.inc", "#define OUTER \"outer two \"\n");
    assert!(sandbox.build(["./m"]));
    assert!(contains(&sandbox, "outer two inner two"));
    assert!(!sandbox.build(["./m"]));
    assert!(!sandbox.path("m/usegolib_inputs.h").exists());
}

#[test]
fn a_library_that_is_linked() {
    let sandbox =
        with_c("// #cgo LDFLAGS: -L${SRCDIR}/../lib -lvalue\n// const char *value(void);");
    let archive = |text: &str| {
        sandbox.write(
            "lib/v.c",
            &format!("const char *value(void) {{ return \"{text}\"; }}\n"),
        );
        for command in ["gcc -c -fPIC v.c -o v.o", "ar rcs libvalue.a v.o"] {
            let mut words = command.split(' ');
            let mut command = Command::new(words.next().unwrap());
            let status = command
                .args(words)
                .current_dir(sandbox.path("lib"))
                .status();
            assert!(status.unwrap().success());
        }
    };
    archive("first value");
    assert!(sandbox.build(["./m"]));
    assert!(contains(&sandbox, "first value"));
    assert!(!sandbox.build(["./m"]));
    archive("other value");
    assert!(sandbox.build(["./m"]));
    assert!(contains(&sandbox, "other value"));
}

#[test]
fn what_pkg_config_answers() {
    let sandbox = with_c(
        "// #cgo pkg-config: thing\n// #define TEXT(x) #x\n// #define VALUE(x) TEXT(x)\n\
         // static const char *value(void) { return VALUE(THING); }",
    );
    let answer = |sandbox: &Sandbox, text: &str| {
        let script = format!("#!/bin/sh\ncase \"$*\" in *--cflags*) echo -DTHING={text};; esac\n");
        sandbox.script("bin/pkg-config", &script)
    };
    let program = answer(&sandbox, "answer_one");
    let sandbox = sandbox.with("PKG_CONFIG", program);
    assert!(sandbox.build(["./m"]));
    assert!(contains(&sandbox, "answer_one"));
    assert!(!sandbox.build(["./m"]));
    answer(&sandbox, "answer_two");
    assert!(sandbox.build(["./m"]));
    assert!(contains(&sandbox, "answer_two"));
}

#[test]
fn settings_of_cgo() {
    let sandbox = with_c("// static const char *value(void) { return VALUE; }");
    let define = |text: &str| format!("CGO_CFLAGS='-DVALUE=\"{text}\"'");
    assert!(sandbox.build(["./m", "--cgo", &define("by-option")]));
    assert!(contains(&sandbox, "by-option"));
    assert!(!sandbox.build(["./m", "--cgo", &define("by-option")]));
    assert!(sandbox.build(["./m", "--cgo", &define("by-other")]));
    let manifest = sandbox.manifest(MODULE, "local");
    assert_eq!(
        manifest["go_options"]["variables"]["CGO_CFLAGS"],
        "'-DVALUE=\"by-other\"'"
    );
    let sandbox = sandbox.with("CGO_CFLAGS", "'-DVALUE=\"by-environment\"'");
    assert!(sandbox.build(["./m"]));
    assert!(contains(&sandbox, "by-environment"));
    let other = sandbox.with("CGO_CFLAGS", "'-DVALUE=\"by-another\"'");
    assert!(other.build(["./m"]));
    assert!(contains(&other, "by-another"));
}

#[test]
fn tags_and_flags() {
    let sandbox = Sandbox::new();
    sandbox.write("m/go.mod", "module fixture.test/m\n\ngo 1.24\n");
    sandbox.write(
        "m/m.go",
        "package m\n\nvar Set = \"unset\"\n\nfunc Always() {}\n",
    );
    for tag in ["one", "two", "by_environment"] {
        sandbox.write(
            &format!("m/{tag}.go"),
            &format!(
                "//go:build {tag}\n\npackage m\n\nfunc {}() {{}}\n",
                tag.to_uppercase()
            ),
        );
    }
    let symbols = |sandbox: &Sandbox| {
        let manifest = sandbox.manifest(MODULE, "local");
        names(&manifest["symbols"]).join(" ")
    };
    assert!(sandbox.build(["./m", "--tags", "two,one"]));
    assert_eq!(symbols(&sandbox), "Always ONE TWO");
    let manifest = sandbox.manifest(MODULE, "local");
    assert_eq!(strings(&manifest["go_options"]["tags"]), ["one", "two"]);
    assert!(!sandbox.build(["./m", "--tags", "one", "--tags", "two"]));
    sandbox.write("m/more.go", "package m\n\nfunc More() {}\n");
    assert!(sandbox.build(["./m", "--tags", "two"]));
    assert_eq!(symbols(&sandbox), "Always More TWO");
    let sandbox = sandbox.with("GOFLAGS", "-tags=by_environment");
    assert!(sandbox.build(["./m", "--tags", "one"]));
    assert_eq!(symbols(&sandbox), "Always BY_ENVIRONMENT More ONE");
    assert!(sandbox.build([
        "./m",
        "--build-flag",
        "-ldflags=-X=fixture.test/m.Set=by-the-linker"
    ]));
    assert!(contains(&sandbox, "by-the-linker"));
    let done = sandbox.try_build(["./m", "--build-flag", "-o=x"]);
    assert_eq!(done.status, 2, "{}", done.stderr);
}

#[test]
fn an_overlay_of_the_user() {
    let sandbox = Sandbox::new();
    sandbox.write("m/go.mod", "module fixture.test/m\n\ngo 1.24\n");
    sandbox.write("m/m.go", "package m\n\nfunc OnDisk() {}\n");
    sandbox.write("shown.go", "package m\n\nfunc Shown() {}\n");
    sandbox.write("o.json", "{\"Replace\": {\"m.go\": \"../shown.go\"}}");
    let sandbox = sandbox.with("GOFLAGS", "-overlay=../o.json");
    let symbols = |sandbox: &Sandbox| {
        let manifest = sandbox.manifest(MODULE, "local");
        names(&manifest["symbols"]).join(" ")
    };
    assert!(sandbox.build(["./m"]));
    assert_eq!(symbols(&sandbox), "Shown");
    assert!(!sandbox.build(["./m"]));
    sandbox.write("shown.go", "package m\n\nfunc ShownAgain() {}\n");
    assert!(sandbox.build(["./m"]));
    assert_eq!(symbols(&sandbox), "ShownAgain");
}
