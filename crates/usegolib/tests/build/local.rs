//! Local modules: built in place, nothing written, again when they change.

use fs_err as fs;

use crate::support::{Sandbox, names, strings};

fn simple() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("m/go.mod", "module fixture.test/m\n\ngo 1.12\n");
    sandbox.write(
        "m/m.go",
        "// Package m adds.\npackage m\n\n// Add adds.\nfunc Add(a, b int64) int64 { return a + b }\n",
    );
    sandbox.write(
        "m/sub/sub.go",
        "package sub\n\nfunc Name() string { return \"sub\" }\n",
    );
    sandbox.write("m/internal/in/in.go", "package in\n\nfunc In() {}\n");
    sandbox.write("m/cmd/tool/main.go", "package main\n\nfunc main() {}\n");
    sandbox
}

#[test]
fn a_module_of_an_old_language_version_is_built_and_nothing_written_to_it() {
    let sandbox = simple();
    let before = sandbox.snapshot("m");
    assert!(sandbox.build(["./m"]));
    assert_eq!(sandbox.snapshot("m"), before);
    let manifest = sandbox.manifest("fixture.test/m", "local");
    assert_eq!(manifest["version"], "local");
    assert_eq!(
        strings(&manifest["packages"]),
        ["fixture.test/m", "fixture.test/m/sub"]
    );
    assert_eq!(names(&manifest["symbols"]), ["Add", "Name"]);
    assert!(manifest["go_version"].as_str().unwrap().starts_with("go1."));
    assert!(manifest["input_fingerprint"].is_string());
    let library = manifest["library"]["path"].as_str().unwrap();
    let mut files: Vec<_> = fs::read_dir(sandbox.artifact("fixture.test/m", "local"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(files, [library, "manifest.json"]);
}

#[test]
fn it_is_built_again_only_when_it_changed() {
    let sandbox = simple();
    assert!(sandbox.build(["./m"]));
    assert!(!sandbox.build(["./m"]));
    // Any folder of the module is the module.
    assert!(!sandbox.build(["./m/sub"]));
    assert!(sandbox.build(["./m", "--force"]));
    sandbox.write(
        "m/sub/sub.go",
        "package sub\n\nfunc Other() string { return \"sub\" }\n",
    );
    assert!(sandbox.build(["./m"]));
    assert_eq!(
        names(&sandbox.manifest("fixture.test/m", "local")["symbols"]),
        ["Add", "Other"]
    );
}

#[test]
fn the_settings_of_go_are_part_of_what_reuse_compares() {
    let sandbox = simple();
    sandbox.write(
        "m/special.go",
        "//go:build special\n\npackage m\n\nfunc Special() {}\n",
    );
    assert!(sandbox.build(["./m"]));
    let sandbox = sandbox.with("GOFLAGS", "-tags=special");
    assert!(sandbox.build(["./m"]));
    assert_eq!(
        names(&sandbox.manifest("fixture.test/m", "local")["symbols"]),
        ["Add", "Special", "Name"]
    );
}

#[test]
fn package_patterns_restrict_and_are_part_of_what_reuse_compares() {
    let sandbox = simple();
    assert!(sandbox.build(["./m", "--package", "./sub"]));
    let manifest = sandbox.manifest("fixture.test/m", "local");
    assert_eq!(strings(&manifest["packages"]), ["fixture.test/m/sub"]);
    assert_eq!(strings(&manifest["package_patterns"]), ["./sub"]);
    assert!(!sandbox.build(["./m", "--package", "./sub"]));
    assert!(sandbox.build(["./m"]));
    assert_eq!(
        strings(&sandbox.manifest("fixture.test/m", "local")["packages"]).len(),
        2
    );
    let done = sandbox.try_build(["./m", "--package", "./nowhere"]);
    assert_eq!(done.status, 1);
    assert!(
        done.stderr
            .contains("no importable package of fixture.test/m matches ./nowhere")
    );
}

#[test]
fn replaced_modules_are_used() {
    let sandbox = Sandbox::new().with("GOPROXY", "off");
    sandbox.write(
        "m/go.mod",
        "module fixture.test/m\n\ngo 1.21\n\nrequire fixture.test/r v1.0.0\n\nreplace fixture.test/r => ../r\n",
    );
    sandbox.write(
        "m/m.go",
        "package m\n\nimport \"fixture.test/r\"\n\nfunc R() r.Number { return r.One }\n",
    );
    sandbox.write("r/go.mod", "module fixture.test/r\n");
    sandbox.write(
        "r/r.go",
        "package r\n\ntype Number int\n\nconst One Number = 1\n",
    );
    assert!(sandbox.build(["./m"]));
    assert!(!sandbox.build(["./m"]));
    sandbox.write(
        "r/r.go",
        "package r\n\ntype Number int\n\nconst One Number = 2\n",
    );
    assert!(sandbox.build(["./m"]));
}

#[test]
fn workspaces_are_used() {
    let sandbox = Sandbox::new().with("GOPROXY", "off");
    sandbox.write("w/go.work", "go 1.21\n\nuse (\n\t./app\n\t./lib\n)\n");
    sandbox.write("w/app/go.mod", "module fixture.test/app\n\ngo 1.21\n");
    sandbox.write(
        "w/app/app.go",
        "package app\n\nimport \"fixture.test/lib\"\n\nfunc Where() string { return lib.Name }\n",
    );
    sandbox.write("w/lib/go.mod", "module fixture.test/lib\n\ngo 1.21\n");
    sandbox.write("w/lib/lib.go", "package lib\n\nconst Name = \"lib\"\n");
    let before = sandbox.snapshot("w");
    assert!(sandbox.build(["./w/app"]));
    assert!(!sandbox.build(["./w/app"]));
    assert_eq!(sandbox.snapshot("w"), before);
    sandbox.write("w/lib/lib.go", "package lib\n\nconst Name = \"changed\"\n");
    assert!(sandbox.build(["./w/app"]));
}

#[test]
fn vendored_modules_are_used_without_network_or_module_cache() {
    let sandbox = Sandbox::new().with("GOPROXY", "off");
    let sandbox = {
        let cache = sandbox.path("empty-module-cache");
        sandbox.with("GOMODCACHE", cache)
    };
    sandbox.write(
        "m/go.mod",
        "module fixture.test/m\n\ngo 1.21\n\nrequire (\n\tfixture.test/v v1.0.0\n\tfixture.test/unused v1.0.0\n)\n",
    );
    sandbox.write(
        "m/m.go",
        "package m\n\nimport \"fixture.test/v/deep\"\n\nfunc Where() deep.Place { return deep.Here }\n",
    );
    sandbox.write(
        "m/vendor/modules.txt",
        "# fixture.test/unused v1.0.0\n## explicit\n# fixture.test/v v1.0.0\n## explicit; go 1.21\nfixture.test/v/deep\n",
    );
    sandbox.write(
        "m/vendor/fixture.test/v/deep/deep.go",
        "package deep\n\ntype Place string\n\nconst Here Place = \"vendor\"\n",
    );
    let before = sandbox.snapshot("m");
    assert!(sandbox.build(["./m"]));
    assert_eq!(sandbox.snapshot("m"), before);
}

#[test]
fn modules_with_cgo_embedded_files_and_odd_paths_are_built() {
    let sandbox = Sandbox::new();
    let folder = "it's a \"mödül\"";
    sandbox.write(
        &format!("{folder}/go.mod"),
        "module fixture.test/odd\n\ngo 1.21\n",
    );
    sandbox.write(
        &format!("{folder}/odd.go"),
        "package odd\n\n// int twice(int x);\nimport \"C\"\nimport _ \"embed\"\n\n//go:embed data.txt\nvar Data string\n\nfunc Twice(x int) int { return int(C.twice(C.int(x))) }\n",
    );
    sandbox.write(
        &format!("{folder}/twice.c"),
        "int twice(int x) { return 2 * x; }\n",
    );
    sandbox.write(&format!("{folder}/data.txt"), "data");
    let module = format!("./{folder}");
    assert!(sandbox.build([&module]));
    assert!(!sandbox.build([&module]));
    sandbox.write(&format!("{folder}/data.txt"), "other data");
    assert!(sandbox.build([&module]));
    sandbox.write(
        &format!("{folder}/twice.c"),
        "int twice(int x) { return x + x; }\n",
    );
    assert!(sandbox.build([&module]));
}

#[test]
fn instantiations_are_built_and_kept() {
    let sandbox = Sandbox::new();
    sandbox.write("m/go.mod", "module fixture.test/m\n\ngo 1.21\n");
    sandbox.write(
        "m/m.go",
        "package m\n\ntype Number interface{ ~int | ~float64 }\n\nfunc Sum[T Number](a, b T) T { return a + b }\n",
    );
    let generics = |type_: &str| {
        format!(
            r#"{{"instantiations": [{{"pkg": "fixture.test/m", "name": "Sum", "type_args": ["{type_}"]}}]}}"#
        )
    };
    sandbox.write("int.json", &generics("int"));
    sandbox.write("float.json", &generics("float64"));
    sandbox.write("string.json", &generics("string"));
    assert!(sandbox.build(["./m", "--generics", "int.json"]));
    assert!(!sandbox.build(["./m", "--generics", "int.json"]));
    // Who doesn't ask for instantiations keeps what there is.
    assert!(!sandbox.build(["./m"]));
    sandbox.write("m/new.go", "package m\n");
    assert!(sandbox.build(["./m"]));
    assert_eq!(
        names(&sandbox.manifest("fixture.test/m", "local")["symbols"]),
        ["Sum__int"]
    );
    assert!(sandbox.build(["./m", "--generics", "float.json"]));
    assert_eq!(
        names(&sandbox.manifest("fixture.test/m", "local")["symbols"]),
        ["Sum__float64"]
    );
    let done = sandbox.try_build(["./m", "--generics", "string.json"]);
    assert_eq!(done.status, 1);
    assert!(done.stderr.contains("Sum[string]"), "{}", done.stderr);
    assert!(done.stderr.contains("Number"), "{}", done.stderr);
}

#[test]
fn several_processes_build_once() {
    let sandbox = simple();
    let children: Vec<_> = (0..4)
        .map(|_| {
            sandbox
                .command(["build", "--module", "./m"])
                .stderr(std::process::Stdio::piped())
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    let mut built = 0;
    for child in children {
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{stderr}");
        built += usize::from(stderr.contains(": built "));
    }
    assert_eq!(built, 1);
}
