//! Which artifact answers an import (spec: Python Import API, Artifact Directory
//! Layout, Artifact Index Cache).

use fs_err as fs;

use serde_json::json;
use usegolib::Category;
use usegolib::artifact::{Found, INDEX_FILE_NAME, Provides, StoreError, Verify};
use usegolib::error::Diagnostic;
use usegolib::manifest::Platform;

use super::{Root, header};

fn found(root: &Root, path: &str, version: Option<&str>) -> (String, String) {
    let Found { artifact, provides } = root.store().lookup(path, version).unwrap();
    assert_eq!(provides, Provides::Package);
    (artifact.header.module, artifact.header.version)
}

fn refused(root: &Root, path: &str, version: Option<&str>) -> StoreError {
    root.store().lookup(path, version).unwrap_err()
}

fn pair(module: &str, version: &str) -> (String, String) {
    (module.to_owned(), version.to_owned())
}

#[test]
fn a_package_is_found_in_its_module() {
    let root = Root::new();
    root.add(
        "example.com/mod",
        "v1.2.3",
        &["example.com/mod", "example.com/mod/a/b"],
    );
    root.add("encoding/hex", "go1.26.8", &["encoding/hex"]);
    root.add("strings", "go1.26.8", &["strings"]);
    for version in [None, Some("v1.2.3")] {
        for path in ["example.com/mod", "example.com/mod/a/b"] {
            assert_eq!(
                found(&root, path, version),
                pair("example.com/mod", "v1.2.3")
            );
        }
    }
    for package in ["encoding/hex", "strings"] {
        assert_eq!(found(&root, package, None), pair(package, "go1.26.8"));
    }
}

#[test]
fn nothing_that_matches_is_not_found_with_a_hint() {
    let root = Root::new();
    root.add("example.com/mod", "v1.2.3", &["example.com/mod"]);
    for (path, version) in [
        ("example.com/mod", Some("v1.2.4")),
        ("example.com/mod/sub", None),
        ("example.com/modx", None),
        ("example.com", None),
        ("mod", None),
    ] {
        let error = refused(&root, path, version);
        assert_eq!(error.category(), Category::ArtifactNotFound, "{path}");
        assert!(error.to_string().contains(path));
        assert!(error.hint().unwrap().contains("usegolib build --module"));
    }
    let nowhere = usegolib::artifact::Store::new(&root.path().join("nowhere")).unwrap();
    let error = nowhere.lookup("example.com/mod", None).unwrap_err();
    assert_eq!(error.category(), Category::ArtifactNotFound);
    assert!(!nowhere.root().exists(), "a lookup makes no root");
}

#[test]
fn several_versions_are_ambiguous_unless_one_is_asked_for() {
    let root = Root::new();
    for version in ["v1.10.0", "v1.9.0", "local", "v1.9.0-rc.1"] {
        root.add("example.com/mod", version, &["example.com/mod"]);
    }
    let error = refused(&root, "example.com/mod", None);
    let StoreError::Ambiguous(ambiguous) = &error else {
        panic!("{error}");
    };
    assert_eq!(
        ambiguous.versions,
        ["local", "v1.9.0-rc.1", "v1.9.0", "v1.10.0"]
    );
    assert_eq!(error.category(), Category::AmbiguousArtifact);
    assert_eq!(
        found(&root, "example.com/mod", Some("v1.9.0")),
        pair("example.com/mod", "v1.9.0")
    );
}

#[test]
fn versions_without_the_package_do_not_make_it_ambiguous() {
    let root = Root::new();
    root.add("example.com/mod", "v1.0.0", &["example.com/mod"]);
    root.add(
        "example.com/mod",
        "v1.1.0",
        &["example.com/mod", "example.com/mod/new"],
    );
    assert_eq!(
        found(&root, "example.com/mod/new", None),
        pair("example.com/mod", "v1.1.0")
    );
}

#[test]
fn the_module_with_the_longest_path_wins() {
    let root = Root::new();
    root.add(
        "cloud.test/go",
        "v0.1.0",
        &["cloud.test/go/civil", "cloud.test/go/storage"],
    );
    root.add(
        "cloud.test/go/storage",
        "v1.5.0",
        &["cloud.test/go/storage"],
    );
    root.add(
        "example.com/mod/v2",
        "v2.0.0",
        &["example.com/mod/v2", "example.com/mod/v2/x"],
    );
    root.add(
        "example.com/mod",
        "v1.0.0",
        &["example.com/mod", "example.com/mod/x"],
    );
    for (path, module) in [
        ("cloud.test/go/storage", "cloud.test/go/storage"),
        ("cloud.test/go/civil", "cloud.test/go"),
        ("example.com/mod/v2/x", "example.com/mod/v2"),
        ("example.com/mod/x", "example.com/mod"),
    ] {
        assert_eq!(found(&root, path, None).0, module);
    }
}

#[test]
fn a_module_without_root_package_is_found_as_such() {
    let root = Root::new();
    root.add("example.com/mod", "v1.0.0", &["example.com/mod/sub"]);
    for version in [None, Some("v1.0.0")] {
        let found = root.store().lookup("example.com/mod", version).unwrap();
        assert_eq!(found.provides, Provides::ModuleOnly);
    }
    // But a package of an outer module is better than that.
    root.add("example.com", "v0.1.0", &["example.com/mod"]);
    assert_eq!(found(&root, "example.com/mod", None).0, "example.com");
}

#[test]
fn artifacts_of_other_platforms_are_not_considered() {
    let root = Root::new();
    let mut other = header("example.com/mod", "v1.0.0", &["example.com/mod"]);
    other["goos"] = json!("plan9");
    root.write("example.com/mod@v1.0.0/plan9-amd64", &other);
    let error = refused(&root, "example.com/mod", None);
    assert_eq!(error.category(), Category::ArtifactNotFound);
    root.add("example.com/mod", "v1.1.0", &["example.com/mod"]);
    assert_eq!(found(&root, "example.com/mod", None).1, "v1.1.0");
}

#[test]
fn a_manifest_of_the_wrong_platform_in_the_hosts_place_is_a_load_error() {
    let root = Root::new();
    let mut other = header("example.com/mod", "v1.0.0", &["example.com/mod"]);
    other["goarch"] = json!("wasm");
    root.add_manifest("example.com/mod", "v1.0.0", &other);
    let found = root.store().lookup("example.com/mod", None).unwrap();
    let error = found
        .artifact
        .load(&Platform::host(), Verify::Always)
        .unwrap_err();
    assert_eq!(error.category(), Category::Load);
    assert!(error.to_string().contains("wasm"), "{error}");
}

#[test]
fn unsupported_and_broken_manifests_are_load_errors_not_absent() {
    let root = Root::new();
    root.add_manifest(
        "example.com/new",
        "v1.0.0",
        &json!({"manifest_version": 2, "abi_version": 0}),
    );
    root.add_manifest("example.com/broken", "v1.0.0", &json!([1, 2]));
    for (path, text) in [
        ("example.com/new", "manifest_version 2"),
        ("example.com/new/sub", "manifest_version 2"),
        ("example.com/broken", "malformed"),
    ] {
        for version in [None, Some("v1.0.0")] {
            let error = refused(&root, path, version);
            assert_eq!(error.category(), Category::Load);
            assert!(error.to_string().contains(text), "{error}");
        }
    }
    // What can't be read may be what was meant.
    root.add("example.com/broken", "v1.1.0", &["example.com/broken"]);
    let error = refused(&root, "example.com/broken", None);
    assert_eq!(error.category(), Category::AmbiguousArtifact);
    assert_eq!(
        found(&root, "example.com/broken", Some("v1.1.0")).1,
        "v1.1.0"
    );
}

#[test]
fn a_header_alone_is_found_and_its_load_is_refused() {
    let root = Root::new();
    root.add("example.com/mod", "v1.0.0", &["example.com/mod"]);
    let found = root.store().lookup("example.com/mod", None).unwrap();
    let error = found
        .artifact
        .load(&Platform::host(), Verify::Always)
        .unwrap_err();
    assert_eq!(error.category(), Category::Load);
    assert!(error.to_string().contains("library.sha256"), "{error}");
}

#[test]
fn displaced_artifacts_are_found_when_nothing_in_place_matches() {
    let root = Root::new();
    let one = header("example.com/mod", "v1.0.0", &["example.com/mod"]);
    root.write("copied/here", &one);
    assert_eq!(found(&root, "example.com/mod", None).1, "v1.0.0");
    root.write("copied/there", &one);
    assert_eq!(found(&root, "example.com/mod", None).1, "v1.0.0");
    root.write(
        "x",
        &header("example.com/mod", "v1.1.0", &["example.com/mod"]),
    );
    let error = refused(&root, "example.com/mod", None);
    assert_eq!(error.category(), Category::AmbiguousArtifact);
    assert_eq!(found(&root, "example.com/mod", Some("v1.1.0")).1, "v1.1.0");
    root.add("example.com/mod", "v1.2.0", &["example.com/mod"]);
    assert_eq!(found(&root, "example.com/mod", None).1, "v1.2.0");
}

#[test]
fn a_manifest_in_anothers_place_is_not_taken_for_it() {
    let root = Root::new();
    let moved = header("example.com/moved", "v1.0.0", &["example.com/moved"]);
    root.add_manifest("example.com/mod", "v1.0.0", &moved);
    let error = refused(&root, "example.com/mod", Some("v1.0.0"));
    assert_eq!(error.category(), Category::ArtifactNotFound);
    assert_eq!(
        found(&root, "example.com/moved", None).0,
        "example.com/moved"
    );
}

#[test]
fn builds_at_work_are_not_artifacts() {
    let root = Root::new();
    let content = header("example.com/mod", "v1.0.0", &["example.com/mod"]);
    root.write("example.com/mod@v1.0.0/.linux-amd64.new-abc", &content);
    let error = refused(&root, "example.com/mod", None);
    assert_eq!(error.category(), Category::ArtifactNotFound);
}

#[test]
fn what_is_no_import_path_or_version_is_a_usage_error() {
    let root = Root::new();
    for (path, version) in [
        ("", None),
        ("../../etc", None),
        ("/etc", None),
        ("a", Some("../b")),
        ("a\0b", None),
        ("a", Some("")),
    ] {
        assert_eq!(
            refused(&root, path, version).category(),
            Category::Usage,
            "{path:?}"
        );
    }
}

#[test]
fn an_index_appears_with_the_first_lookup_and_is_json() {
    let root = Root::new();
    root.add("example.com/mod", "v1.0.0", &["example.com/mod"]);
    found(&root, "example.com/mod", Some("v1.0.0"));
    let text = fs::read(root.path().join(INDEX_FILE_NAME)).unwrap();
    let index: serde_json::Value = serde_json::from_slice(&text).unwrap();
    assert!(index["index_version"].is_u64());
}

#[test]
fn whatever_is_in_the_index_file_the_outcome_is_the_same() {
    let root = Root::new();
    root.add("example.com/mod", "v1.0.0", &["example.com/mod"]);
    let index = root.path().join(INDEX_FILE_NAME);
    let foreign = json!({"index_version": 1, "entries": [
        {"manifest_dir": "example.com/mod@v9.0.0/linux-amd64", "module": "example.com/mod",
         "version": "v9.0.0", "packages": ["example.com/mod"]}]});
    for content in [
        "",
        "{",
        "null",
        "\u{0}\u{0}",
        &foreign.to_string(),
        &"[".repeat(100_000),
    ] {
        fs::write(&index, content).unwrap();
        assert_eq!(found(&root, "example.com/mod", None).1, "v1.0.0");
        assert!(
            root.store()
                .lookup("example.com/mod", Some("v9.0.0"))
                .is_err()
        );
    }
    fs::remove_file(&index).unwrap();
    fs::create_dir(&index).unwrap();
    assert_eq!(found(&root, "example.com/mod", None).1, "v1.0.0");
}

#[test]
fn everything_under_the_root_is_listed() {
    let root = Root::new();
    let good = root.add("example.com/mod", "v1.0.0", &["example.com/mod"]);
    let broken = root.add_manifest("example.com/mod", "v1.1.0", &json!(3));
    let displaced = root.write("other", &header("a.test/b", "v1.0.0", &["a.test/b"]));
    let listing = root.store().list().unwrap();
    let folders: Vec<_> = listing
        .artifacts
        .iter()
        .map(|listed| &listed.folder)
        .collect();
    assert_eq!(folders, [&good, &broken, &displaced]);
    assert!(listing.artifacts[0].header.is_ok());
    assert!(listing.artifacts[1].header.is_err());
    assert!(listing.unreadable.is_empty());
    assert!(listing.artifacts[0].size().unwrap() > 50);
}

#[test]
fn an_index_that_is_no_file_is_neither_waited_for_nor_read() {
    let root = Root::new();
    root.add("example.com/mod", "v1.2.3", &["example.com/mod"]);
    let index = root.path().join(INDEX_FILE_NAME);
    let name = std::ffi::CString::new(index.as_os_str().as_encoded_bytes()).unwrap();
    // SAFETY: the name is a C string.
    assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0);
    let expected = pair("example.com/mod", "v1.2.3");
    assert_eq!(found(&root, "example.com/mod", None), expected);
    let _ = fs::remove_file(&index);
    std::os::unix::fs::symlink("/dev/zero", &index).unwrap();
    assert_eq!(found(&root, "example.com/mod", None), expected);
}

#[test]
fn a_miss_says_which_versions_are_there() {
    let root = Root::new();
    for n in 0..30 {
        root.add(
            "example.com/mod",
            &format!("v1.{n}.0"),
            &["example.com/mod"],
        );
    }
    for version in ["v2.0.0", "v1.2", "main", "feature/x"] {
        let error = refused(&root, "example.com/mod", Some(version));
        assert_eq!(error.category(), Category::ArtifactNotFound);
        let message = error.to_string();
        assert!(
            message.contains("v1.28.0, v1.29.0 and 22 more"),
            "{message}"
        );
    }
    let error = refused(&root, "example.com/mod", Some("../x"));
    assert_eq!(error.category(), Category::Usage);
    // And which there are to choose from.
    let message = refused(&root, "example.com/mod", None).to_string();
    assert!(
        message.contains("v1.28.0, v1.29.0 and 22 more"),
        "{message}"
    );
}
