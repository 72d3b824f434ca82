//! Building into a store (spec: Artifact Directory Layout, Build Reuse And Locking).

use fs_err as fs;
use std::path::{Path, PathBuf};

use usegolib::Category;
use usegolib::artifact::{Artifact, StoreError, Verify, sha256_of};
use usegolib::error::Diagnostic;
use usegolib::manifest::{self, Manifest, Platform};
use usegolib::schema::Package;

use super::{Root, header, patiently};

pub(super) const MODULE: &str = "example.com/mod";
pub(super) const VERSION: &str = "v1.2.3";

/// Builds and installs an artifact whose library has this content.
pub(super) fn install(root: &Path, content: &[u8]) -> Result<Artifact, StoreError> {
    install_with_doc(root, content, "")
}

/// The same with a manifest that contains this text.
pub(super) fn install_with_doc(
    root: &Path,
    content: &[u8],
    doc: &str,
) -> Result<Artifact, StoreError> {
    let store = usegolib::artifact::Store::new(root)?;
    let lock = store.lock(store.place(MODULE, VERSION)?, "test", &mut patiently)?;
    let staging = lock.stage()?;
    fs::write(staging.path().join("out.so"), content).unwrap();
    let mut manifest = empty_manifest();
    manifest.schema.packages = vec![Package {
        doc: doc.to_owned(),
        ..Package::default()
    }];
    staging.install(Path::new("out.so"), manifest)
}

fn empty_manifest() -> Manifest {
    serde_json::from_value(header(MODULE, VERSION, &[MODULE])).unwrap()
}

/// Everything under the root but the index.
fn files(root: &Root) -> Vec<PathBuf> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, found);
            } else {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    collect(root.path(), &mut found);
    // What the store remembers of the tree.
    let is_memory = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default();
        name.as_encoded_bytes().starts_with(b".usegolib-")
    };
    found.retain(|path| !is_memory(path));
    found.sort();
    found
}

#[test]
fn an_installed_artifact_is_in_the_specs_place_and_loads() {
    let root = Root::new();
    let artifact = install(root.path(), b"a library").unwrap();
    let folder = root.path().join(format!(
        "example.com/mod@v1.2.3/{}",
        Platform::host().folder()
    ));
    assert_eq!(artifact.folder, folder);
    let loaded = artifact.load(&Platform::host(), Verify::Always).unwrap();
    assert_eq!(loaded.manifest.module, MODULE);
    assert!(loaded.manifest.library.path.is_relative());
    assert_eq!(fs::read(loaded.library.path()).unwrap(), b"a library");
    assert_eq!(
        files(&root),
        [
            loaded.library.path().to_owned(),
            folder.join(manifest::FILE_NAME)
        ],
        "neither lock nor staging folder is left"
    );
    let found = root.store().lookup(MODULE, None).unwrap();
    assert_eq!(found.artifact, artifact);
    assert_eq!(root.store().find(MODULE, VERSION).unwrap(), Some(artifact));
    assert_eq!(root.store().find(MODULE, "v1.2.4").unwrap(), None);
}

#[test]
fn replacing_an_artifact_keeps_the_file_of_those_who_have_it_open() {
    let root = Root::new();
    let first = install(root.path(), b"first").unwrap();
    let library = first
        .load(&Platform::host(), Verify::Always)
        .unwrap()
        .library
        .path()
        .to_owned();
    let mut open = fs::File::open(&library).unwrap();
    let second = install(root.path(), b"the second").unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut open, &mut text).unwrap();
    assert_eq!(text, "first");
    let loaded = second.load(&Platform::host(), Verify::Always).unwrap();
    assert_ne!(loaded.library.path().to_owned(), library);
    assert_eq!(fs::read(loaded.library.path()).unwrap(), b"the second");
    assert_eq!(files(&root).len(), 2, "the old library is gone");
}

#[test]
fn rebuilding_repairs_a_damaged_library() {
    let root = Root::new();
    let artifact = install(root.path(), b"a library").unwrap();
    let library = artifact
        .load(&Platform::host(), Verify::Always)
        .unwrap()
        .library
        .path()
        .to_owned();
    fs::write(&library, b"a l").unwrap();
    assert!(artifact.load(&Platform::host(), Verify::Always).is_err());
    install(root.path(), b"a library").unwrap();
    assert!(artifact.load(&Platform::host(), Verify::Always).is_ok());
}

#[test]
fn a_build_that_fails_leaves_nothing() {
    let root = Root::new();
    let store = root.store();
    let lock = store
        .lock(
            store.place(MODULE, VERSION).unwrap(),
            "test",
            &mut patiently,
        )
        .unwrap();
    let staging = lock.stage().unwrap();
    fs::write(staging.path().join("half.o"), b"half").unwrap();
    drop(staging);
    drop(lock);
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
}

#[test]
fn what_a_killed_build_left_is_swept_by_the_next_one() {
    let root = Root::new();
    let platform = Platform::host().folder();
    let version_folder = root.path().join("example.com/mod@v1.2.3");
    let dead = version_folder.join(format!(".{platform}.new-dead"));
    fs::create_dir_all(dead.join("deep")).unwrap();
    fs::write(dead.join("deep/half.o"), b"half").unwrap();
    fs::write(
        version_folder.join(format!(".{platform}.lock")),
        b"process 1: dead",
    )
    .unwrap();
    // Killed between moving the library and the manifest into place.
    fs::create_dir(version_folder.join(&platform)).unwrap();
    fs::write(
        version_folder.join(&platform).join("libmod-0123.so"),
        b"old",
    )
    .unwrap();
    let error = root.store().lookup(MODULE, None).unwrap_err();
    assert_eq!(error.category(), Category::ArtifactNotFound);

    install(root.path(), b"a library").unwrap();
    assert_eq!(files(&root).len(), 2);
}

#[test]
fn removing_leaves_an_empty_root() {
    let root = Root::new();
    install(root.path(), b"a library").unwrap();
    let other = root.add("example.com/other", "v1.0.0", &["example.com/other"]);
    let store = root.store();
    let place = store.place(MODULE, VERSION).unwrap();
    store
        .lock(place.clone(), "rm", &mut patiently)
        .unwrap()
        .remove()
        .unwrap();
    assert!(store.find(MODULE, VERSION).unwrap().is_none());
    assert!(!root.path().join("example.com/mod@v1.2.3").exists());
    assert!(other.exists());
    // Removing what isn't there is no error.
    store
        .lock(place, "rm", &mut patiently)
        .unwrap()
        .remove()
        .unwrap();
}

#[test]
fn the_install_says_what_the_artifact_is() {
    let root = Root::new();
    let mut manifest = empty_manifest();
    manifest.module = "something/else".into();
    manifest.goos = "plan9".into();
    let store = root.store();
    let lock = store
        .lock(
            store.place(MODULE, VERSION).unwrap(),
            "test",
            &mut patiently,
        )
        .unwrap();
    let staging = lock.stage().unwrap();
    fs::write(staging.path().join("out.so"), b"a library").unwrap();
    let digest = sha256_of(&staging.path().join("out.so")).unwrap();
    let artifact = staging.install(Path::new("out.so"), manifest).unwrap();
    let written = manifest::read(&artifact.manifest_path()).unwrap();
    assert_eq!(written.module, MODULE);
    assert_eq!(written.goos, Platform::host().goos);
    assert_eq!(written.library.sha256, Some(digest));
}

#[test]
fn a_root_that_cannot_be_written_is_a_build_error_with_a_remedy() {
    let root = Root::new();
    let file = root.path().join("file");
    fs::write(&file, b"").unwrap();
    let error = install(&file, b"a library").unwrap_err();
    assert_eq!(error.category(), Category::Build);
    assert!(error.to_string().contains("file"), "{error}");
}
