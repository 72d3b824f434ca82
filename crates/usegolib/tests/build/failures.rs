//! Builds that fail for other reasons than the network, as users see it.

use crate::support::Sandbox;

/// The error output of a failing build, paths of the sandbox replaced.
fn failure(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let done = sandbox.try_build(arguments);
    let folder = sandbox.path("");
    let folder = folder.to_str().unwrap().trim_end_matches('/');
    let mut lines: Vec<_> = done
        .stderr
        .lines()
        .filter(|line| !line.starts_with("usegolib: "))
        .map(|line| line.replace(folder, "[sandbox]"))
        .collect();
    lines.push(format!("exit status {}", done.status));
    lines.join("\n")
}

#[test]
fn a_compile_error_is_shown_as_go_prints_it() {
    let sandbox = Sandbox::new();
    sandbox.write("m/go.mod", "module fixture.test/m\n\ngo 1.21\n");
    sandbox.write(
        "m/m.go",
        "package m\n\nfunc F() int {\n\treturn missing\n}\n",
    );
    insta::assert_snapshot!(failure(&sandbox, &["./m"]), @r#"
        error: package fixture.test/m can't be built:
        # fixture.test/m
        ./m.go:4:9: undefined: missing
        exit status 1
        "#);
}

#[test]
fn folders_that_are_no_modules() {
    let sandbox = Sandbox::new();
    sandbox.write("empty/README", "");
    sandbox.write("none/go.mod", "module fixture.test/none\n");
    sandbox.write("none/cmd/main.go", "package main\n\nfunc main() {}\n");
    sandbox.write("none/internal/i/i.go", "package i\n");
    insta::assert_snapshot!(failure(&sandbox, &["./nowhere"]), @r#"
        error: ./nowhere: no such directory
        exit status 1
        "#);
    insta::assert_snapshot!(failure(&sandbox, &["./empty"]), @r#"
        error: [sandbox]/empty: no go.mod here or in a parent directory
        hint: run `go mod init <module path>` in [sandbox]/empty, or give the directory of a module
        exit status 1
        "#);
    insta::assert_snapshot!(failure(&sandbox, &["./none"]), @r#"
        error: fixture.test/none has no package that can be imported
        exit status 1
        "#);
    insta::assert_snapshot!(failure(&sandbox, &["./none/cmd"]), @r#"
        error: fixture.test/none/cmd can't be imported: it is a command (package main)
        exit status 1
        "#);
    insta::assert_snapshot!(failure(&sandbox, &["./none/internal/i"]), @r#"
        error: fixture.test/none/internal/i can't be imported: it is internal to its module
        exit status 1
        "#);
    insta::with_settings!({filters => [(r"\(/.*/src/", "([goroot]/src/")]}, {
        insta::assert_snapshot!(failure(&sandbox, &["nosuchpackage"]), @r#"
        error: package nosuchpackage can't be built:
        package nosuchpackage is not in std ([goroot]/src/nosuchpackage)
        hint: a local directory starts with ./ or ../ or is an absolute path
        exit status 1
        "#);
    });
}

#[test]
fn nonsense() {
    let sandbox = Sandbox::new().with("GOPROXY", "off");
    insta::assert_snapshot!(failure(&sandbox, &[""]), @r#"
        error: no module given
        exit status 2
        "#);
    insta::assert_snapshot!(failure(&sandbox, &["not a path"]), @r#"
        error: "not a path" is not a module path, a package path or a local directory: it has a character that no import path has
        hint: a local directory starts with ./ or ../ or is an absolute path
        exit status 2
        "#);
    insta::assert_snapshot!(failure(&sandbox, &["./m", "--version", "v1.0.0"]), @r#"
        error: ./m: a local directory has no version v1.0.0
        hint: leave the version out: what is in ./m is what is built
        exit status 2
        "#);
    insta::assert_snapshot!(failure(&sandbox, &["a.b/c@v1.0.0", "--version", "v1.0.1"]), @r#"
        error: a.b/c: asked for version v1.0.0 in the path and for version v1.0.1 beside it
        hint: give the version once
        exit status 2
        "#);
    insta::assert_snapshot!(failure(&sandbox, &["https://a.b/c"]), @r#"
        error: "https://a.b/c" is not a module path, a package path or a local directory: it is a URL
        hint: a local directory starts with ./ or ../ or is an absolute path
        exit status 2
        "#);
}

#[test]
fn no_go_at_all() {
    let sandbox = Sandbox::new().with("PATH", "/nonexistent");
    sandbox.write("m/go.mod", "module fixture.test/m\n\ngo 1.21\n");
    sandbox.write("m/m.go", "package m\n");
    insta::assert_snapshot!(failure(&sandbox, &["./m"]), @r#"
        error: the Go toolchain is needed to build, but no `go` executable was found
        hint: install Go (https://go.dev/dl/) and make sure `go` is on PATH, or `pip install 'usegolib[toolchain]'`; or disable auto-build with build_if_missing=False and use prebuilt artifacts or wheels
        exit status 1
        "#);
}

#[test]
fn a_module_that_needs_a_newer_go() {
    let sandbox = Sandbox::new().with("GOTOOLCHAIN", "local");
    sandbox.write("m/go.mod", "module fixture.test/m\n\ngo 1.999\n");
    sandbox.write("m/m.go", "package m\n");
    let failure = failure(&sandbox, &["./m"]);
    assert!(failure.contains("go.mod requires go >= 1.999"), "{failure}");
    assert!(
        failure.contains("hint: install the Go release named above"),
        "{failure}"
    );
}

#[test]
fn an_untidy_module() {
    let sandbox = Sandbox::new().with("GOPROXY", "off");
    sandbox.write("m/go.mod", "module fixture.test/m\n\ngo 1.21\n");
    sandbox.write("m/m.go", "package m\n\nimport _ \"fixture.test/missing\"\n");
    insta::assert_snapshot!(failure(&sandbox, &["./m"]), @r#"
        error: package fixture.test/m can't be built:
        m.go:3:8: cannot find module providing package fixture.test/missing: import lookup disabled by -mod=readonly
        hint: run `go mod tidy` in the module
        exit status 1
        "#);
}

#[test]
fn generics_files() {
    let sandbox = Sandbox::new();
    sandbox.write("m/go.mod", "module fixture.test/m\n\ngo 1.21\n");
    sandbox.write(
        "m/m.go",
        "package m\n\nfunc Id[T comparable](x T) T { return x }\n",
    );
    sandbox.write(
        "bad.json",
        r#"{"instantiations": [{"pkg": "fixture.test/m", "name": "Id"}]}"#,
    );
    sandbox.write(
        "constraint.json",
        r#"{"instantiations": [{"pkg": "fixture.test/m", "name": "Id", "type_args": ["[]int"]}]}"#,
    );
    insta::assert_snapshot!(failure(&sandbox, &["./m", "--generics", "nowhere.json"]), @r#"
        error: failed to open file `nowhere.json`: No such file or directory (os error 2)
        exit status 1
        "#);
    insta::assert_snapshot!(failure(&sandbox, &["./m", "--generics", "bad.json"]), @r#"
        error: bad.json: missing field `type_args` at line 1 column 59
        hint: the file has the form {"instantiations": [{"pkg": "example.com/mod", "name": "Id", "type_args": ["int64"]}]}
        exit status 1
        "#);
    insta::assert_snapshot!(failure(&sandbox, &["./m", "--generics", "constraint.json"]), @r#"
        error: generic function can't be instantiated: fixture.test/m.Id[[]int]: type argument []int does not satisfy the constraint comparable: []int does not satisfy comparable
        exit status 1
        "#);
}

#[test]
fn a_missing_brace_is_no_network_failure() {
    let sandbox = Sandbox::new().with("USEGOLIB_RETRY_DELAYS", "60000");
    sandbox.write("m/go.mod", "module fixture.test/m\n\ngo 1.21\n");
    sandbox.write("m/m.go", "package m\n\nfunc F() {\n");
    insta::assert_snapshot!(failure(&sandbox, &["./m"]), @r"
    error: package fixture.test/m can't be built:
    # fixture.test/m
    ./m.go:4:1: syntax error: unexpected EOF, expected }
    exit status 1
    ");
}

#[test]
fn a_module_beside_the_workspace() {
    let sandbox = Sandbox::new();
    sandbox.write("go.work", "go 1.24\n\nuse ./a\n");
    for name in ["a", "b"] {
        sandbox.write(
            &format!("{name}/go.mod"),
            &format!("module fixture.test/{name}\n\ngo 1.24\n"),
        );
        sandbox.write(&format!("{name}/x.go"), "package x\n\nfunc F() {}\n");
    }
    sandbox.build(["./a"]);
    insta::assert_snapshot!(failure(&sandbox, &["./b"]), @r"
    error: fixture.test/b: [sandbox]/go.work doesn't list [sandbox]/b
    hint: run `go work use [sandbox]/b`, or set GOWORK=off to build the module by itself
    exit status 1
    ");
}

#[test]
fn names_that_go_has_for_itself_and_versions_that_are_none() {
    let sandbox = Sandbox::new();
    insta::assert_snapshot!(failure(&sandbox, &["unsafe"]), @r"
    error: unsafe can't be imported: it is part of the compiler, there is nothing in it to call
    exit status 1
    ");
    insta::assert_snapshot!(failure(&sandbox, &["fmt@1"]), @r"
    error: fmt: go1 is not a release of Go
    hint: a package of the standard library has the version of its Go release, like go1.26.8; leave it out to take the Go that is installed
    exit status 1
    ");
}

#[test]
fn a_service_without_home_can_build() {
    let sandbox = Sandbox::new();
    sandbox.write("m/go.mod", "module fixture.test/m\n\ngo 1.21\n");
    sandbox.write("m/m.go", "package m\n\nfunc F() {}\n");
    let mut command = sandbox.command(["build", "--module", "./m"]);
    let output = command.env_remove("HOME").output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
}

#[test]
fn a_folder_that_was_removed() {
    let sandbox = Sandbox::new();
    let gone = sandbox.path("gone");
    fs_err::create_dir(&gone).unwrap();
    // A shell goes there and removes it below its feet.
    let mut shell = std::process::Command::new("/bin/sh");
    shell
        .args(["-c", "rmdir \"$PWD\" && exec \"$0\" build --module ./x"])
        .arg(env!("CARGO_BIN_EXE_usegolib"))
        .env("USEGOLIB_ARTIFACT_DIR", sandbox.path("root"))
        .current_dir(&gone);
    let stderr = String::from_utf8(shell.output().unwrap().stderr).unwrap();
    assert_eq!(
        stderr,
        "error: ./x: no such directory\n\
         hint: the working directory has been removed; relative paths lead nowhere from it\n"
    );
}
