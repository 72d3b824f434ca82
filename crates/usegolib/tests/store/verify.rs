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
        let library = artifact
            .load(&host, verify)
            .unwrap()
            .library
            .path()
            .to_owned();
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
    let library = artifact
        .load(&host, Verify::Changed)
        .unwrap()
        .library
        .path()
        .to_owned();
    assert!(memory.exists());
    artifact.load(&host, Verify::Changed).unwrap();

    // Same size, and the modification time put back.
    let modified = fs::metadata(&library).unwrap().modified().unwrap();
    fs::write(&library, b"A library").unwrap();
    let file = fs::File::options().write(true).open(&library).unwrap();
    file.set_modified(modified).unwrap();
    assert!(artifact.load(&host, Verify::Changed).is_err());
}

/// Runs `action` on another thread and gives up on it if it waits for something.
fn in_time<T: Send + 'static>(action: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, outcome) = std::sync::mpsc::channel();
    std::thread::spawn(move || done.send(action()));
    outcome
        .recv_timeout(std::time::Duration::from_secs(20))
        .expect("it waits for what will never come")
}

fn make_pipe(path: &std::path::Path) {
    let name = std::ffi::CString::new(path.as_os_str().as_encoded_bytes()).unwrap();
    // SAFETY: the name is a C string.
    assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0);
}

#[test]
fn what_is_no_file_is_neither_waited_for_nor_read() {
    use std::os::unix::fs::symlink;
    for verify in [Verify::Always, Verify::Changed] {
        for name in ["library", "manifest", "memory"] {
            for kind in ["pipe", "device", "folder"] {
                let root = Root::new();
                let artifact = install(root.path(), b"a library").unwrap();
                let library = artifact.load(&Platform::host(), verify).unwrap();
                let path = match name {
                    "library" => library.library.path().to_owned(),
                    "manifest" => artifact.manifest_path(),
                    _ => artifact.folder.join(".verified"),
                };
                let _ = fs::remove_file(&path);
                match kind {
                    "pipe" => make_pipe(&path),
                    "device" => symlink("/dev/zero", &path).unwrap(),
                    _ => fs::create_dir(&path).unwrap(),
                }
                let outcome = in_time(move || artifact.load(&Platform::host(), verify).err());
                if name == "memory" {
                    assert!(outcome.is_none(), "{kind}: {outcome:?}");
                } else {
                    let error = outcome.unwrap();
                    assert_eq!(error.category(), Category::Load, "{name} {kind}");
                    assert!(error.to_string().contains("not a regular file"), "{error}");
                }
            }
        }
    }
}

#[test]
fn a_library_outside_the_folder_is_refused_however_the_path_gets_there() {
    use std::os::unix::fs::symlink;
    for verify in [Verify::Always, Verify::Changed] {
        let root = Root::new();
        let artifact = install(root.path(), b"a library").unwrap();
        let host = Platform::host();
        let library = artifact
            .load(&host, verify)
            .unwrap()
            .library
            .path()
            .to_owned();
        // The same bytes: it is the place that is wrong.
        let elsewhere = root.path().join("elsewhere");
        fs::create_dir(&elsewhere).unwrap();
        fs::rename(&library, elsewhere.join("lib.so")).unwrap();
        symlink(elsewhere.join("lib.so"), &library).unwrap();
        let error = artifact.load(&host, verify).unwrap_err();
        assert_eq!(error.category(), Category::Load);
        assert!(
            error.to_string().contains("not in the artifact's folder"),
            "{error}"
        );

        symlink(&elsewhere, artifact.folder.join("sub")).unwrap();
        let path = artifact.manifest_path();
        let name = library.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace(name, "sub/lib.so")).unwrap();
        let error = artifact.load(&host, verify).unwrap_err();
        assert!(
            error.to_string().contains("not in the artifact's folder"),
            "{error}"
        );

        // A link that stays inside is as good as the file.
        fs::remove_file(artifact.folder.join("sub")).unwrap();
        fs::create_dir(artifact.folder.join("sub")).unwrap();
        fs::rename(elsewhere.join("lib.so"), artifact.folder.join("real.so")).unwrap();
        symlink("../real.so", artifact.folder.join("sub/lib.so")).unwrap();
        artifact.load(&host, verify).unwrap();
    }
}

#[test]
fn what_was_hashed_stays_open_whatever_comes_in_its_place() {
    use std::io::{Read, Seek};
    let root = Root::new();
    let artifact = install(root.path(), b"a library").unwrap();
    let loadable = artifact.load(&Platform::host(), Verify::Always).unwrap();
    let path = loadable.library.path();
    fs::write(path.with_extension("new"), b"another one").unwrap();
    fs::rename(path.with_extension("new"), path).unwrap();
    let mut file = loadable.library.file();
    let mut content = String::new();
    file.rewind().unwrap();
    file.read_to_string(&mut content).unwrap();
    assert_eq!(content, "a library");
}

#[test]
fn what_everyone_may_write_to_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let root = Root::new();
    let artifact = install(root.path(), b"a library").unwrap();
    let library = artifact.load(&Platform::host(), Verify::Always).unwrap();
    let library = library.library.path().to_owned();
    let store = root.store();
    let set = |path: &std::path::Path, mode| {
        fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    assert_eq!(store.exposure(&artifact, &library), None);
    for path in [
        library.clone(),
        artifact.manifest_path(),
        artifact.folder.clone(),
        artifact.folder.parent().unwrap().to_owned(),
        root.path().to_owned(),
    ] {
        let before = fs::metadata(&path).unwrap().permissions().mode();
        set(&path, 0o777);
        let exposure = store.exposure(&artifact, &library).unwrap().to_string();
        assert!(exposure.contains(&path.display().to_string()), "{exposure}");
        set(&path, before);
    }
}
