//! What is checked before a library is loaded (spec: Library SHA256 Verification).

use fs_err as fs;

use usegolib::Category;
use usegolib::artifact::{StoreError, Verify, sha256_of};
use usegolib::error::Diagnostic;
use usegolib::manifest::Platform;

use super::Root;
use super::install::install;

#[test]
fn digests_are_those_of_the_standard() {
    let root = Root::new();
    let path = root.path().join("file");
    for (content, digest) in [
        (
            String::new(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ),
        (
            "abc".into(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        (
            "a".repeat(1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
        ),
    ] {
        fs::write(&path, content).unwrap();
        assert_eq!(sha256_of(&path).unwrap(), digest);
    }
}

#[test]
fn a_changed_truncated_or_missing_library_is_refused() {
    for verify in [Verify::Always, Verify::Changed] {
        let root = Root::new();
        let artifact = install(root.path(), b"a library").unwrap();
        let host = Platform::host();
        let library = artifact.load(&host, verify).unwrap().library;
        for content in [&b"A library"[..], b"a lib", b""] {
            fs::write(&library, content).unwrap();
            let error = artifact.load(&host, verify).unwrap_err();
            assert!(matches!(error, StoreError::Sha256Mismatch { .. }));
            assert_eq!(error.category(), Category::Load);
            assert!(error.to_string().contains(&library.display().to_string()));
        }
        fs::remove_file(&library).unwrap();
        let error = artifact.load(&host, verify).unwrap_err();
        assert_eq!(error.category(), Category::Load);
    }
}

#[cfg(unix)]
#[test]
fn only_a_library_that_changed_is_hashed_again_if_so_wanted() {
    let root = Root::new();
    let artifact = install(root.path(), b"a library").unwrap();
    let host = Platform::host();
    let memory = artifact.folder.join(".verified");
    artifact.load(&host, Verify::Changed).unwrap();
    assert!(
        !memory.exists(),
        "a file that was just written may change unseen"
    );

    std::thread::sleep(std::time::Duration::from_millis(2300));
    artifact.load(&host, Verify::Always).unwrap();
    assert!(!memory.exists(), "remembering is opt-in");
    let library = artifact.load(&host, Verify::Changed).unwrap().library;
    assert!(memory.exists());
    artifact.load(&host, Verify::Changed).unwrap();

    // Same size, and the modification time put back.
    let modified = fs::metadata(&library).unwrap().modified().unwrap();
    fs::write(&library, b"A library").unwrap();
    let file = fs::File::options().write(true).open(&library).unwrap();
    file.set_modified(modified).unwrap();
    assert!(artifact.load(&host, Verify::Changed).is_err());
}
