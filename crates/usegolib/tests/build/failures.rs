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
