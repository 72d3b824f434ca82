//! Large manifests, of which a map is kept.

use std::path::Path;

use fs_err as fs;
use serde_json::{Value, json};
use usegolib::artifact::{Artifact, Loadable, Verify};
use usegolib::manifest::Platform;

use super::Root;
use super::install::install;

const MAP: &str = ".manifest-map";

/// Gives an artifact a schema of many functions, whose docs say `doc`.
fn enlarge(artifact: &Artifact, doc: &str) {
    let path = artifact.manifest_path();
    let mut content: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let functions = (0..5000).map(|n| {
        json!({"pkg": "example.com/mod", "name": format!("F{n}"), "params": [], "results": [], "doc": doc})
    });
    content["symbols"] = functions.collect();
    content["schema"]["packages"] = json!([{"path": "example.com/mod", "name": "mod"}]);
    fs::write(&path, content.to_string()).unwrap();
}

fn load(artifact: &Artifact) -> Loadable {
    artifact.load(&Platform::host(), Verify::Always).unwrap()
}

fn doc(loadable: &Loadable) -> &str {
    &loadable.catalog.symbols[4321].doc
}

fn identity(path: &Path) -> (u64, Vec<u8>) {
    use std::os::unix::fs::MetadataExt;
    (fs::metadata(path).unwrap().ino(), fs::read(path).unwrap())
}

#[test]
fn a_map_is_made_once_and_never_believed_over_the_manifest() {
    let root = Root::new();
    let artifact = install(root.path(), b"a library").unwrap();
    let map = artifact.folder.join(MAP);
    load(&artifact);
    assert!(!map.exists(), "a small manifest has none");

    enlarge(&artifact, "one");
    assert_eq!(doc(&load(&artifact)), "one");
    let made = identity(&map);
    let loaded = load(&artifact);
    assert_eq!((doc(&loaded), loaded.catalog.symbols.len()), ("one", 5000));
    assert_eq!(identity(&map), made, "it is used as it is");

    // The same length, so that a map of the one would do for the other.
    enlarge(&artifact, "two");
    assert_eq!(doc(&load(&artifact)), "two");
    assert_ne!(identity(&map), made, "and made again for another manifest");
    enlarge(&artifact, "one");
    fs::write(&map, &made.1).unwrap();
    assert_eq!(doc(&load(&artifact)), "one");

    for damaged in [&b""[..], b"map", &made.1[..made.1.len() / 2]] {
        fs::write(&map, damaged).unwrap();
        assert_eq!(doc(&load(&artifact)), "one");
        assert_eq!(fs::read(&map).unwrap(), made.1);
    }
    fs::remove_file(&map).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &map).unwrap();
    assert_eq!(doc(&load(&artifact)), "one");
}

#[test]
fn a_map_that_was_changed_anywhere_is_made_again() {
    let root = Root::new();
    let artifact = install(root.path(), b"a library").unwrap();
    let map = artifact.folder.join(MAP);
    enlarge(&artifact, "one");
    load(&artifact);
    let made = fs::read(&map).unwrap();
    // Some of all places, the first and the last among them.
    let step = made.len() / 100;
    for at in (0..made.len()).step_by(step).chain([made.len() - 1]) {
        let mut flipped = made.clone();
        flipped[at] ^= 1 << (at % 8);
        for damaged in [&flipped[..], &made[..at]] {
            fs::write(&map, damaged).unwrap();
            assert_eq!(doc(&load(&artifact)), "one", "byte {at}");
            assert_eq!(fs::read(&map).unwrap(), made, "byte {at}");
        }
    }
}

#[test]
fn a_map_of_somebody_else_is_not_believed() {
    use usegolib::schema::Schema;
    use usegolib::schema::catalog::Map;

    let root = Root::new();
    let artifact = install(root.path(), b"a library").unwrap();
    let map = artifact.folder.join(MAP);
    enlarge(&artifact, "one");
    load(&artifact);
    let made = fs::read(&map).unwrap();
    // It is whole, of this manifest, and has nothing in it.
    let text = fs::read(artifact.manifest_path()).unwrap();
    let content: Value = serde_json::from_slice(&text).unwrap();
    let mut rest = content;
    for list in ["schema", "symbols"] {
        rest.as_object_mut().unwrap().remove(list);
    }
    let forged = Map::new(&text, &Schema::default(), &rest).unwrap();
    let forged = forged.to_bytes().unwrap();
    fs::write(&map, &forged).unwrap();
    let package = |loaded: &Loadable| loaded.catalog.exports.package("example.com/mod").is_some();
    assert!(!package(&load(&artifact)), "as this user's own");
    // Only the administrator can give files away.
    if std::os::unix::fs::chown(&map, Some(12345), None).is_ok() {
        assert!(package(&load(&artifact)));
        assert_eq!(fs::read(&map).unwrap(), made);
    }
}

#[test]
fn a_malformed_large_manifest_is_refused_and_has_no_map() {
    let root = Root::new();
    let artifact = install(root.path(), b"a library").unwrap();
    enlarge(&artifact, "one");
    let path = artifact.manifest_path();
    let text = fs::read_to_string(&path).unwrap();
    fs::write(
        &path,
        text.replacen("\"name\":\"F4000\"", "\"name\":4000", 1),
    )
    .unwrap();
    assert!(artifact.load(&Platform::host(), Verify::Always).is_err());
    assert!(!artifact.folder.join(MAP).exists());
}
