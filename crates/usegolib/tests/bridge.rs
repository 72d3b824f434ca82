//! Generated bridges: their text against golden files, and that Go takes them.
//!
//! Each folder under `tests/golden/bridge` is one feature: the Go module
//! `module/` (with `dependencies/`, where it needs any) and what the scanner
//! says of it in `schema.json`. A few, which together show all that is
//! generated, have the generated main package in `expected/`, to be read by
//! people; in `tables/` it is as it is without straight-line code. `USEGOLIB_BLESS=1` (`make bless`) rewrites schemas and sources.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use fs_err as fs;
use usegolib::bridge::{self, Options, Origin, STRAIGHT_LINE, SourceFile};
use usegolib::schema::Schema;
use usegolib::schema::adapter::Adapter;

const PREFIX: &str = "usegolib.build";
/// Here the main package is at the root of the same module.
const MAIN: &str = PREFIX;

fn features() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/bridge");
    let mut folders: Vec<_> = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    assert!(!folders.is_empty());
    folders
}

fn schema(feature: &Path) -> Schema {
    let text = fs::read_to_string(feature.join("schema.json")).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", feature.display()))
}

fn options() -> Options {
    with_budget(STRAIGHT_LINE)
}

/// Options with so much straight-line code.
fn with_budget(straight_line: usize) -> Options {
    let mut options = Options {
        straight_line,
        ..Options::new(PREFIX, MAIN)
    };
    options
        .isolated_packages
        .insert("example.com/exits".to_owned());
    options
}

/// Options for tables in small parts, and little code.
fn in_parts() -> Options {
    Options {
        part_rows: 4,
        ..with_budget(3)
    }
}

fn write_all(folder: &Path, files: &[SourceFile]) {
    for file in files {
        let path = folder.join(&file.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file.contents.as_bytes()).unwrap();
    }
}

/// Has the scanner write `schema.json`.
fn bless_schema(feature: &Path) {
    let scratch = tempfile::tempdir().unwrap();
    lay_out_module(scratch.path(), feature);
    let target = scratch.path().join("module_under_test");
    let list = run(
        &target,
        "go",
        &[
            "list",
            "-e",
            "-export",
            "-deps",
            "-json",
            "-buildmode=c-shared",
            "./...",
        ],
    );
    fs::write(scratch.path().join("list.json"), list).unwrap();
    let name = feature.file_name().unwrap().to_str().unwrap();
    let packages = run(&target, "go", &["list", "./..."]);
    let packages: Vec<_> = packages
        .lines()
        .filter(|path| !path.contains("/internal"))
        .collect();
    let generics: serde_json::Value = match fs::read_to_string(feature.join("instantiations.json"))
    {
        Ok(text) => serde_json::from_str(&text).unwrap(),
        Err(_) => serde_json::json!([]),
    };
    let tools = run(&target, "go", &["env", "GOTOOLDIR"]);
    let config = scratch.path().join("config.json");
    let settings = serde_json::json!({
        "list": scratch.path().join("list.json"),
        "modules": [format!("example.com/{name}")],
        "packages": packages,
        "generics": generics,
        "adapted": Adapter::ALL.map(Adapter::go_name),
        "compiler": Path::new(tools.trim()).join("compile"),
    });
    fs::write(&config, settings.to_string()).unwrap();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../go");
    let config = config.to_str().unwrap();
    let schema = run(&sources, "go", &["run", "./scan", "-config", config]);
    fs::write(feature.join("schema.json"), schema).unwrap();
}

#[test]
fn generated_source_is_as_expected() {
    let bless = std::env::var_os("USEGOLIB_BLESS").is_some();
    for feature in features() {
        if bless {
            bless_schema(&feature);
        }
        for (folder, options) in [
            ("expected", options()),
            ("tables", with_budget(0)),
            ("parts", in_parts()),
        ] {
            let folder = feature.join(folder);
            if !folder.exists() {
                continue;
            }
            let files = bridge::generate_main(&schema(&feature), &options).unwrap();
            if bless {
                fs::remove_dir_all(&folder).unwrap();
                write_all(&folder, &files);
            } else {
                assert_written(&folder, &files);
            }
        }
    }
}

/// The files are those of the folder.
fn assert_written(folder: &Path, files: &[SourceFile]) {
    let mut expected = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(inner).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
            expected.insert(name.to_owned(), fs::read_to_string(&path).unwrap());
        }
    }
    let names: Vec<_> = expected.keys().map(String::as_str).collect();
    let mut generated: Vec<_> = files.iter().map(|file| file.path.as_str()).collect();
    generated.sort_unstable();
    assert_eq!(generated, names, "{}: run make bless", folder.display());
    for file in files {
        assert!(
            file.contents == expected[&file.path],
            "{}/{} differs: run make bless and look at the diff",
            folder.display(),
            file.path
        );
    }
}

/// What Go takes for a platform at the end of a file's name, or for a test.
const SUFFIXES: &[&str] = &[
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
    "zos",
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "armbe",
    "arm64",
    "arm64be",
    "loong64",
    "mips",
    "mipsle",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
    "test",
];

/// Go would leave such a file out, silently.
#[test]
fn no_file_is_for_one_platform_or_a_test() {
    // Several files of a kind.
    const FUNCTIONS: usize = 1000;
    let mut schema = Schema::default();
    for name in SUFFIXES.iter().copied().chain(["linux_arm64", "x_test"]) {
        let path = format!("example.com/{name}");
        let text = serde_json::json!({
            "packages": [{"path": path, "name": name}],
            "symbols": [{"pkg": path, "name": "F", "params": [], "results": []}],
            "types": [{
                "name": format!("{path}.T"), "pkg": path, "ident": "T", "kind": "struct", "reach": "own",
                "fields": [{"name": "A", "key": "A", "type": "int", "required": true}]
            }],
            "methods": [{"pkg": path, "name": "M", "recv": format!("{path}.T"), "params": [], "results": []}],
        });
        let part: Schema = serde_json::from_value(text).unwrap();
        schema.packages.extend(part.packages);
        schema.symbols.extend(part.symbols);
        schema.types.extend(part.types);
        schema.methods.extend(part.methods);
    }
    let one = schema.symbols[0].clone();
    schema.symbols.extend((0..FUNCTIONS).map(|n| {
        let mut function = one.clone();
        function.name = format!("F{n}");
        function
    }));
    let files = bridge::generate(&schema, &with_budget(usize::MAX)).unwrap();
    for file in files {
        let name = file.path.rsplit('/').next().unwrap();
        let stem = name.split('.').next().unwrap();
        if let Some((_, last)) = stem.rsplit_once('_') {
            assert!(!SUFFIXES.contains(&last), "{name}");
            assert!(last.starts_with(char::is_alphabetic), "{name}");
        }
    }
}

/// The span of a generated function is it with its comment, and is for what
/// the comment names.
#[test]
fn lines_are_traced_to_what_they_are_for() {
    for feature in features() {
        for file in bridge::generate_main(&schema(&feature), &options()).unwrap() {
            let lines: Vec<_> = file.contents.lines().collect();
            let mut end = 0;
            for span in &file.spans {
                assert!(*span.lines.start() > end, "{}: {span:?}", file.path);
                end = *span.lines.end();
                let text = lines[span.lines.start() - 1..end].join("\n");
                let name = match &span.origins[0] {
                    Origin::Function { name, .. } => name.split("__").next().unwrap(),
                    Origin::Method { name, .. }
                    | Origin::Field { name, .. }
                    | Origin::Variable { name, .. } => name,
                    Origin::Type { text } => text.rsplit(['.', ']', '*', '}']).next().unwrap(),
                };
                assert!(text.contains(name), "{}: {span:?}: {text}", file.path);
            }
            let traced: usize = file
                .spans
                .iter()
                .map(|span| span.lines.clone().count())
                .sum();
            let declarations = lines
                .iter()
                .filter(|line| line.starts_with("func "))
                .count();
            // A trampoline is for a layout: only types that it names are told.
            let constant = matches!(
                file.path.as_str(),
                "main.go" | "table.go" | "trampolines.go" | "types.go" | "variables.go"
            );
            assert!(constant || traced > declarations, "{}", file.path);
        }
    }
}

/// Lays out a build folder as the builder does for a remote module.
fn lay_out(folder: &Path, feature: &Path, options: &Options) {
    let files = bridge::generate(&schema(feature), options).unwrap();
    write_all(folder, &files);
    lay_out_module(folder, feature);
}

/// Lays out the module, its dependencies and a main module that requires them.
fn lay_out_module(folder: &Path, feature: &Path) {
    let name = feature.file_name().unwrap().to_str().unwrap();
    let module = format!("example.com/{name}");
    let mut requirements = String::new();
    if let Ok(entries) = fs::read_dir(feature.join("dependencies")) {
        copy_tree(&feature.join("dependencies"), &folder.join("dependencies"));
        for entry in entries {
            let entry = entry.unwrap();
            let text = fs::read_to_string(entry.path().join("go.mod")).unwrap();
            let path = text.split_whitespace().nth(1).unwrap();
            let target = folder.join("dependencies").join(entry.file_name());
            let target = target.display();
            requirements += &["require ", path, " v0.0.0\n\n"].concat();
            requirements += &["replace ", path, " => ", &target.to_string(), "\n\n"].concat();
        }
    }
    fs::create_dir_all(folder).unwrap();
    fs::write(
        folder.join("go.mod"),
        format!(
            "module {PREFIX}\n\ngo 1.24\n\nrequire {module} v0.0.0\n\n\
             replace {module} => ./module_under_test\n\n{requirements}"
        ),
    )
    .unwrap();
    let target = folder.join("module_under_test");
    copy_tree(&feature.join("module"), &target);
    let text = format!("module {module}\n\ngo 1.24\n\n{requirements}");
    fs::write(target.join("go.mod"), text).unwrap();
}

fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_tree(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn run(folder: &Path, program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("GOWORK", "off")
        .env("GOFLAGS", "-mod=mod")
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(
        output.status.success(),
        "{program} {} in {}:\n{}{}",
        arguments.join(" "),
        folder.display(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn go_takes_the_generated_source() {
    takes("straight", &options());
}

/// Go takes them, and passes arguments as their trampolines expect; the feature
/// `layouts` has one of each kind.
#[test]
fn go_takes_bridges_of_tables_alone() {
    takes("tables", &with_budget(0));
}

/// The same where there are parts.
#[test]
fn go_takes_bridges_in_parts() {
    takes("parts", &in_parts());
}

/// What of a package stays as it is stays as it is in its part, whatever becomes
/// of other packages.
#[test]
fn a_part_changes_only_with_its_packages() {
    let feature = features()
        .into_iter()
        .find(|feature| feature.ends_with("names"))
        .unwrap();
    let before = schema(&feature);
    let generated = |schema: &Schema| -> BTreeMap<String, String> {
        let options = Options {
            part_rows: 1,
            ..with_budget(0)
        };
        let files = bridge::generate_main(schema, &options).unwrap();
        let files = files
            .into_iter()
            .filter(|file| file.path.starts_with("part_"));
        files
            .map(|file| (file.path, file.contents.into_owned()))
            .collect()
    };
    let mut after = before.clone();
    let mut added = before.symbols[0].clone();
    added.name = "Added".to_owned();
    let changed = added.pkg.clone();
    after.symbols.insert(0, added);
    let (before, after) = (generated(&before), generated(&after));
    let differing: Vec<_> = after
        .iter()
        .filter(|(path, text)| before.get(*path) != Some(text))
        .map(|(path, _)| path.as_str())
        .collect();
    assert!(!differing.is_empty() && before.len() > 4, "{before:?}");
    let alias = changed.rsplit('/').next().unwrap();
    assert!(
        differing
            .iter()
            .all(|path| path.starts_with(&format!("part_{alias}"))),
        "{differing:?} for {changed}"
    );
}

/// Tries the layouts of all trampolines.
const LAYOUT_TEST: &str = r#"package main

import (
	"testing"

	"usegolib.build/bridge"
)

func TestLayouts(t *testing.T) {
	if err := bridge.CheckLayouts(); err != nil {
		t.Fatal(err)
	}
}
"#;

fn takes(label: &str, options: &Options) {
    let scratch = tempfile::tempdir().unwrap();
    for feature in features() {
        let folder = scratch
            .path()
            .join(label)
            .join(feature.file_name().unwrap());
        // USEGOLIB_FEATURE picks one.
        if std::env::var_os("USEGOLIB_FEATURE").is_some_and(|name| !feature.ends_with(name)) {
            continue;
        }
        lay_out(&folder, &feature, options);
        let sources: Vec<_> = bridge::generate_main(&schema(&feature), options)
            .unwrap()
            .into_iter()
            .map(|file| file.path)
            .collect();
        let mut arguments = vec!["-l"];
        arguments.extend(sources.iter().map(String::as_str));
        assert_eq!(
            run(&folder, "gofmt", &arguments),
            "",
            "{}",
            feature.display()
        );
        run(&folder, "go", &["vet", ".", "./..."]);
        if options.straight_line < STRAIGHT_LINE {
            fs::write(folder.join("layout_test.go"), LAYOUT_TEST).unwrap();
            let mut test = vec!["test", "."];
            if feature.ends_with("layouts") {
                // Every layout, with the race detector and checked pointers.
                test.insert(1, "-race");
            }
            run(&folder, "go", &test);
        }
        run(
            &folder,
            "go",
            &["build", "-buildmode=c-shared", "-o", "library.so", "."],
        );
    }
}
