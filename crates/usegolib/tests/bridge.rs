//! Generated bridges: their text against golden files, and that Go takes them.
//!
//! Each folder under `tests/golden/bridge` is one feature: `schema.json`, the
//! Go package `module/` that it describes, and the generated main package in
//! `expected/`. `USEGOLIB_BLESS=1` (`make bless`) rewrites `expected/`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use fs_err as fs;
use usegolib::bridge::{self, Options, SourceFile};
use usegolib::schema::Schema;

const PREFIX: &str = "usegolib.build";

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
    let mut options = Options::new(PREFIX);
    options
        .isolated_packages
        .insert("example.com/exits".to_owned());
    options
}

fn write_all(folder: &Path, files: &[SourceFile]) {
    for file in files {
        let path = folder.join(&file.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file.contents.as_bytes()).unwrap();
    }
}

#[test]
fn generated_source_is_as_expected() {
    let bless = std::env::var_os("USEGOLIB_BLESS").is_some();
    for feature in features() {
        let folder = feature.join("expected");
        let files = bridge::generate_main(&schema(&feature), &options()).unwrap();
        if bless {
            if folder.exists() {
                fs::remove_dir_all(&folder).unwrap();
            }
            write_all(&folder, &files);
            continue;
        }
        let expected: BTreeMap<_, _> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                (name, fs::read_to_string(path).unwrap())
            })
            .collect();
        let names: Vec<_> = expected.keys().map(String::as_str).collect();
        let mut generated: Vec<_> = files.iter().map(|file| file.path.as_str()).collect();
        generated.sort_unstable();
        assert_eq!(generated, names, "{}: run make bless", feature.display());
        for file in &files {
            assert!(
                file.contents == expected[&file.path],
                "{}/{} differs: run make bless and look at the diff",
                feature.display(),
                file.path
            );
        }
    }
}

/// Lays out a build folder as the builder does for a remote module.
fn lay_out(folder: &Path, feature: &Path) {
    let name = feature.file_name().unwrap().to_str().unwrap();
    let module = format!("example.com/{name}");
    let files = bridge::generate(&schema(feature), &options()).unwrap();
    write_all(folder, &files);
    fs::write(
        folder.join("go.mod"),
        format!(
            "module {PREFIX}\n\ngo 1.24\n\nrequire {module} v0.0.0\n\n\
             replace {module} => ./module_under_test\n"
        ),
    )
    .unwrap();
    let target = folder.join("module_under_test");
    copy_tree(&feature.join("module"), &target);
    fs::write(
        target.join("go.mod"),
        format!("module {module}\n\ngo 1.24\n"),
    )
    .unwrap();
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
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{program} {} in {}:\n{text}",
        arguments.join(" "),
        folder.display()
    );
    text
}

#[test]
fn go_takes_the_generated_source() {
    let scratch = tempfile::tempdir().unwrap();
    for feature in features() {
        let folder = scratch.path().join(feature.file_name().unwrap());
        lay_out(&folder, &feature);
        let sources: Vec<_> = bridge::generate_main(&schema(&feature), &options())
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
        run(&folder, "go", &["vet", "."]);
        run(
            &folder,
            "go",
            &["build", "-buildmode=c-shared", "-o", "library.so", "."],
        );
    }
}
