//! Reading, refusing and writing manifests (spec: Manifest Version And Platform
//! Validation, Library SHA256 Verification).

use fs_err as fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::{Value, json};
use usegolib::Category;
use usegolib::error::Diagnostic;
use usegolib::manifest::{self, Manifest, ManifestError, Platform};

fn sha256() -> String {
    "0123456789abcdef".repeat(4)
}

fn whole() -> Value {
    let host = Platform::host();
    json!({
        "manifest_version": 1,
        "abi_version": 0,
        "module": "example.com/mod",
        "version": "v1.2.3",
        "goos": host.goos,
        "goarch": host.goarch,
        "go_version": "go1.26.8",
        "packages": ["example.com/mod"],
        "symbols": [{"pkg": "example.com/mod", "name": "Add",
                     "params": [{"name": "a", "type": "int64"}], "results": ["int64"]}],
        "schema": {"packages": [{"path": "example.com/mod", "name": "mod"}]},
        "library": {"path": "libmod.so", "sha256": sha256()},
    })
}

/// Writes `content`, then reads and validates it as a load does.
fn load(content: &[u8]) -> Result<Manifest, ManifestError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(manifest::FILE_NAME);
    fs::write(&path, content).unwrap();
    let loaded = manifest::read(&path)?;
    loaded.validate(&path, &Platform::host())?;
    Ok(loaded)
}

fn load_with(change: impl FnOnce(&mut Value)) -> Result<Manifest, ManifestError> {
    let mut value = whole();
    change(&mut value);
    load(value.to_string().as_bytes())
}

#[test]
fn symbols_are_in_the_schema_in_memory_and_beside_it_on_disk() {
    let loaded = load_with(|_| {}).unwrap();
    assert!(loaded.symbols.is_empty());
    assert_eq!(loaded.schema.symbols[0].name, "Add");

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(manifest::FILE_NAME);
    manifest::write(&path, &loaded).unwrap();
    let on_disk: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!(on_disk["symbols"][0]["name"], "Add");
    assert!(on_disk["schema"].get("symbols").is_none());
    assert_eq!(manifest::read(&path).unwrap(), loaded);
    let names: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, [manifest::FILE_NAME], "no temporary file is left");
}

#[test]
fn unsupported_versions_are_reported_as_such_whatever_else_the_file_holds() {
    let future = br#"{"manifest_version": 2, "abi_version": 0, "modules": [1, 2], "schema": 7}"#;
    assert!(matches!(
        load(future),
        Err(ManifestError::UnsupportedManifestVersion { found, .. }) if found == "2"
    ));
    assert!(matches!(
        load_with(|value| value["abi_version"] = json!(1)),
        Err(ManifestError::UnsupportedAbiVersion { found, .. }) if found == "1"
    ));
    for odd in [
        json!("1"),
        json!(-1),
        json!(1.5),
        json!(null),
        json!([1]),
        json!(u64::MAX),
    ] {
        let error = load_with(|value| value["manifest_version"] = odd.clone()).unwrap_err();
        assert!(
            matches!(error, ManifestError::UnsupportedManifestVersion { .. }),
            "{odd}: {error}"
        );
        assert!(error.hint().is_some());
    }
}

#[test]
fn other_platforms_are_refused() {
    for (field, other) in [("goos", "plan9"), ("goarch", "wasm")] {
        let error = load_with(|value| value[field] = json!(other)).unwrap_err();
        assert!(matches!(error, ManifestError::WrongPlatform { .. }));
        assert!(error.to_string().contains(&Platform::host().to_string()));
    }
}

#[test]
fn the_digest_must_be_there_and_well_formed() {
    assert!(matches!(
        load_with(|value| value["library"] = json!({"path": "libmod.so"})),
        Err(ManifestError::MissingSha256 { .. })
    ));
    assert!(matches!(
        load_with(|value| drop(value.as_object_mut().unwrap().remove("library"))),
        Err(ManifestError::MissingSha256 { .. })
    ));
    for bad in ["", "0123", &sha256().to_uppercase(), &"x".repeat(64)] {
        assert!(matches!(
            load_with(|value| value["library"]["sha256"] = json!(bad)),
            Err(ManifestError::MalformedSha256 { .. })
        ));
    }
}

#[test]
fn the_library_must_not_leave_the_artifacts_folder() {
    for bad in ["", "/lib/libc.so.6", "../other/lib.so", "a/../../lib.so"] {
        assert!(matches!(
            load_with(|value| value["library"]["path"] = json!(bad)),
            Err(ManifestError::LibraryPath { .. })
        ));
    }
}

#[test]
fn hostile_json_is_a_typed_error_that_names_the_file() {
    let deep = "[".repeat(1_000_000);
    let deep_field = format!(
        r#"{{"manifest_version": 1, "x": {}"#,
        "{\"a\":".repeat(500_000)
    );
    let long_number = format!(r#"{{"manifest_version": {}}}"#, "9".repeat(1_000_000));
    let duplicates = r#"{"manifest_version": 1, "manifest_version": 1, "abi_version": 0}"#;
    let cases: [&[u8]; 10] = [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe{}",
        b"{\"manifest_version\": 1",
        deep.as_bytes(),
        deep_field.as_bytes(),
        long_number.as_bytes(),
        duplicates.as_bytes(),
    ];
    for case in cases {
        let error = load(case).unwrap_err();
        assert_eq!(error.category(), Category::Load, "{error}");
        assert!(error.to_string().contains(manifest::FILE_NAME), "{error}");
        assert!(error.to_string().len() < 1000, "{error}");
    }
}

#[test]
fn a_file_of_impossible_size_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(manifest::FILE_NAME);
    let file = fs::File::create(&path).unwrap();
    file.set_len(manifest::SIZE_LIMIT + 1).unwrap();
    assert!(matches!(
        manifest::read(&path),
        Err(ManifestError::TooLarge { .. })
    ));
}

#[cfg(unix)]
#[test]
fn what_is_not_a_file_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    let status = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(status.unwrap().success());
    for path in [folder.path(), &pipe] {
        assert!(matches!(
            manifest::read(path),
            Err(ManifestError::NotAFile { .. })
        ));
    }
}

#[test]
fn a_manifest_that_could_not_be_loaded_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(manifest::FILE_NAME);
    let mut loaded = load_with(|_| {}).unwrap();
    loaded.library.path = PathBuf::from("../lib.so");
    assert!(matches!(
        manifest::write(&path, &loaded),
        Err(ManifestError::LibraryPath { .. })
    ));
    assert!(!path.exists());
}

#[test]
fn the_header_is_read_from_the_front_wherever_its_fields_are() {
    let front = br#"{"packages": ["a/b"], "other": {"x": [1]}, "goarch": "wasm", "goos": "js",
        "version": "v1", "module": "a", and this is not even JSON"#;
    let header = manifest::parse_header(Path::new("m"), front).unwrap();
    assert_eq!(
        (header.module.as_str(), header.version.as_str()),
        ("a", "v1")
    );
    assert_eq!(header.packages, ["a/b"]);
    for bad in [
        r#"{"module": "a"}"#,
        r#"{"module": 1}"#,
        r#"{"packages": "a"}"#,
        "[",
        "3",
    ] {
        assert!(
            manifest::parse_header(Path::new("m"), bad.as_bytes()).is_err(),
            "{bad}"
        );
    }
}

#[test]
fn a_header_of_any_length_is_read_from_a_file_and_no_more_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("manifest.json");
    for count in [1, 300, 20_000] {
        let packages: Vec<_> = (0..count)
            .map(|n| format!("example.com/mod/p{n}"))
            .collect();
        let header = json!({"goos": "js", "goarch": "wasm", "module": "a", "version": "v1",
            "packages": packages});
        let mut text = header.to_string();
        text.pop();
        // What is behind it isn't looked at: it is no JSON, and no text.
        fs::write(&path, [text.as_bytes(), b", \xff"].concat()).unwrap();
        let file = fs::OpenOptions::new().append(true).open(&path).unwrap();
        file.set_len(200 << 20).unwrap();
        assert_eq!(manifest::read_header(&path).unwrap().packages, packages);
        // Nor does it have to be at the front.
        let text = format!(r#"{{"doc": "{}", {}"#, "x".repeat(100_000), &text[1..]);
        fs::write(&path, text + "}").unwrap();
        assert_eq!(manifest::read_header(&path).unwrap().packages, packages);
    }
}

/// Any JSON, to be put anywhere into a manifest.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(".*", inner, 0..6)
                .prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_a_manifest_or_a_load_error(bytes: Vec<u8>) {
        if let Err(error) = load(&bytes) {
            prop_assert_eq!(error.category(), Category::Load);
        }
    }

    #[test]
    fn any_value_in_any_field_is_accepted_or_a_load_error(at in 0..12_usize, value in any_json()) {
        let field = ["manifest_version", "abi_version", "module", "version", "goos", "goarch",
            "go_version", "packages", "symbols", "schema", "library", "input_fingerprint"][at];
        if let Err(error) = load_with(|manifest| manifest[field] = value) {
            prop_assert_eq!(error.category(), Category::Load);
        }
    }

    #[test]
    fn a_truncated_manifest_is_a_load_error(cut in 0.0..1.0_f64) {
        let text = whole().to_string();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss,
                 clippy::cast_precision_loss)]
        let length = (text.len() as f64 * cut) as usize;
        prop_assert!(load(&text.as_bytes()[..length]).is_err());
    }
}
