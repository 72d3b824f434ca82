//! What the commands print.

use crate::support::{Done, Sandbox};

fn module() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("m/go.mod", "module fixture.test/m\n\ngo 1.21\n");
    sandbox.write(
        "m/m.go",
        "package m\n\nimport \"unsafe\"\n\nconst Answer = 42\n\nvar Count int\n\n\
         type Point struct{ X, Y int }\n\nfunc (p *Point) Move(dx, dy int) {}\n\n\
         func (p Point) Far() bool { return false }\n\n\
         func Add(a, b int64) (int64, error) { return a + b, nil }\n\n\
         func Origin(names ...string) *Point { return nil }\n\n\
         func Raw(p unsafe.Pointer) {}\n",
    );
    sandbox.write("m/broken/b.go", "package broken\n\nvar X int = \"x\"\n");
    sandbox.build(["./m"]);
    sandbox
}

/// The output, with what differs from machine to machine replaced.
fn shown(sandbox: &Sandbox, done: &Done) -> String {
    let folder = sandbox.path("");
    let folder = folder.to_str().unwrap().trim_end_matches('/');
    let host = usegolib::manifest::Platform::host();
    assert_eq!(done.stderr, "");
    done.stdout
        .replace(folder, "[sandbox]")
        .replace(&host.folder(), "[platform]")
        .replace(&host.to_string(), "[platform]")
        .replace(env!("CARGO_PKG_VERSION"), "[version]")
}

macro_rules! assert_output {
    ($sandbox:expr, $arguments:expr, @$expected:literal) => {
        insta::with_settings!({filters => [
            (r"\bgo1\.[0-9a-z.]+", "[go]"),
            (r"[0-9.]+ MB", "[size]"),
        ]}, {
            let done = $sandbox.run($arguments);
            insta::assert_snapshot!(shown(&$sandbox, &done), @$expected);
        });
    };
}

#[test]
fn version() {
    assert_output!(Sandbox::new(), ["version"], @"usegolib [version]");
}

#[test]
fn build_several() {
    let sandbox = module();
    sandbox.write("n/go.mod", "module fixture.test/n\n\ngo 1.21\n");
    sandbox.write("n/n.go", "package n\n");
    let done = sandbox.run(["build", "./m", "./n"]);
    let folders: Vec<_> = ["fixture.test/m", "fixture.test/n"]
        .map(|module| sandbox.artifact(module, "local").join("manifest.json"))
        .iter()
        .map(|file| file.display().to_string())
        .collect();
    assert_eq!(done.stdout.lines().collect::<Vec<_>>(), folders);
}

#[test]
fn inspect() {
    let sandbox = module();
    assert_output!(sandbox, ["inspect", "--module", "./m"], @r#"
        fixture.test/m@local for [platform] ([go], usegolib [version])
        [sandbox]/root/fixture.test/m@local/[platform]

        package fixture.test/m (4 of 5 callable, 80 %)
          functions
            Add(a, b int64) (int64, error)
            Origin(names ...string) *Point
          constants
            Answer untyped int = 42
          variables
            Count int
          types
            Point struct
              (Point) Far() bool
              (*Point) Move(dx, dy int)
          not usable
            func Raw(p unsafe.Pointer)
              parameter p has unsafe.Pointer

        packages left out
          fixture.test/m/broken
            # fixture.test/m/broken
            broken/b.go:3:13: cannot use "x" (untyped string constant) as int value in variable declaration
        "#);
    assert_output!(sandbox, ["inspect", "--module", "fixture.test/m", "--coverage"], @r#"
        fixture.test/m: 4 of 5 callable, 80 %
          1 × unsafe.Pointer
        fixture.test/m/broken: left out
        all packages: 4 of 5 callable, 80 %
        "#);
    let folder = sandbox.artifact("fixture.test/m", "local");
    let by_folder = sandbox.run(["inspect".as_ref(), folder.as_os_str()]);
    let by_file = sandbox.run(["inspect".as_ref(), folder.join("manifest.json").as_os_str()]);
    let by_module = sandbox.run(["inspect", "--module", "fixture.test/m"]);
    assert_eq!(by_folder.stdout, by_module.stdout);
    assert_eq!(by_file.stdout, by_module.stdout);
    for place in ["fixture.test/m", "fixture.test/m@local", "./m"] {
        assert_eq!(
            sandbox.run(["inspect", place]).stdout,
            by_module.stdout,
            "{place}"
        );
    }
    let json = sandbox.run(["inspect", "--module", "fixture.test/m", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(
        json["packages"][0]["functions"][0],
        "Add(a, b int64) (int64, error)"
    );
}

#[test]
fn artifacts() {
    let sandbox = module();
    assert_output!(sandbox, ["artifact", "list"], @"fixture.test/m@local  [platform]  1 package  [size]");
    let dry = sandbox.run(["artifact", "rm", "--module", "fixture.test/m"]);
    assert_eq!(dry.stderr, "nothing was removed; add --yes to do it\n");
    let folder = sandbox.artifact("fixture.test/m", "local");
    assert_eq!(dry.stdout, format!("would remove {}\n", folder.display()));
    assert!(folder.exists());
    let rebuilt = sandbox.run(["artifact", "rebuild", "--module", "./m", "--clean"]);
    assert_eq!(rebuilt.status, 0, "{}", rebuilt.stderr);
    assert_output!(sandbox, ["artifact", "rm", "--module", "./m", "--yes"], @"removed [sandbox]/root/fixture.test/m@local/[platform]");
    assert!(!folder.exists());
    let gone = sandbox.run(["artifact", "rm", "--module", "./m", "--yes"]);
    assert_eq!(gone.status, 1);
    assert_output!(sandbox, ["artifact", "list"], @"");
}

#[test]
fn doctor_finds_what_is_missing() {
    let healthy = Sandbox::new().run(["doctor"]);
    assert_eq!(healthy.status, 0);
    assert!(
        healthy.stdout.contains("everything is there"),
        "{}",
        healthy.stdout
    );
    let sandbox = Sandbox::new().with("PATH", "/nonexistent");
    let ill = sandbox.run(["doctor"]);
    assert_eq!(ill.status, 1);
    assert!(
        ill.stdout.contains("no `go` executable was found"),
        "{}",
        ill.stdout
    );
    assert!(ill.stdout.contains("hint: install Go"), "{}", ill.stdout);
}

#[test]
fn progress_can_be_silenced_and_is_silent_for_what_is_there() {
    let sandbox = module();
    let again = sandbox.try_build(["./m"]);
    assert_eq!(again.stderr, "");
    let sandbox = sandbox.with("USEGOLIB_PROGRESS", "0");
    let forced = sandbox.try_build(["./m", "--force"]);
    assert_eq!(forced.status, 0);
    assert_eq!(forced.stderr, "");
}
