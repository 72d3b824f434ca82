//! Archives that would do more than fill a folder (spec: Zig Download Verification,
//! Unsafe archive paths are rejected).

use fs_err as fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use tar::EntryType;
use usegolib::toolchain::zig::{ZigError, unpack};

use super::site::{ARCHIVE_URL, TarEntry, tar_xz};

/// A folder to extract into, in a folder that must stay as it is.
struct Ground {
    outside: tempfile::TempDir,
}

impl Ground {
    fn new() -> Self {
        let outside = tempfile::tempdir().unwrap();
        fs::create_dir(outside.path().join("inside")).unwrap();
        fs::write(outside.path().join("victim"), b"untouched").unwrap();
        Self { outside }
    }

    fn inside(&self) -> PathBuf {
        self.outside.path().join("inside")
    }

    fn unpack(&self, archive: &[u8]) -> Result<(), ZigError> {
        let file = self.outside.path().join("archive");
        fs::write(&file, archive).unwrap();
        let outcome = unpack(&file, ARCHIVE_URL, &self.inside(), &mut |_| {
            ControlFlow::Continue(())
        });
        fs::remove_file(file).unwrap();
        outcome
    }

    fn assert_untouched(&self) {
        let names = fs::read_dir(self.outside.path()).unwrap();
        let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["inside", "victim"]);
        let victim = self.outside.path().join("victim");
        assert_eq!(fs::read(victim).unwrap(), b"untouched");
    }
}

fn refused_tar(entries: &[TarEntry]) {
    let ground = Ground::new();
    let names: Vec<_> = entries
        .iter()
        .map(|entry| (entry.name, entry.link))
        .collect();
    let outcome = ground.unpack(&tar_xz(entries));
    assert!(
        matches!(outcome, Err(ZigError::UnsafeEntry { .. })),
        "{names:?}: {outcome:?}"
    );
    ground.assert_untouched();
}

#[test]
fn paths_out_of_the_folder_are_refused() {
    for name in [
        "../victim",
        "a/../../victim",
        "a/..",
        "/tmp/usegolib-victim",
        "//tmp/usegolib-victim",
        "..\\victim",
        "C:\\victim",
        "C:victim",
        "..",
    ] {
        refused_tar(&[TarEntry::file(name, b"overwritten")]);
        refused_tar(&[TarEntry::link(EntryType::Directory, name, "")]);
    }
    assert!(!Path::new("/tmp/usegolib-victim").exists());
}

#[test]
fn links_are_refused() {
    for (name, target) in [
        ("link", "../victim"),
        ("link", "/etc/passwd"),
        ("a/link", "../../victim"),
        ("link", "inside"),
    ] {
        for kind in [EntryType::Symlink, EntryType::Link] {
            refused_tar(&[TarEntry::link(kind, name, target)]);
        }
    }
}

#[test]
fn nothing_is_written_twice() {
    for names in [["a", "a"], ["a", "a/b"], ["a/b", "a"]] {
        let ground = Ground::new();
        let archive = tar_xz(&names.map(|name| TarEntry::file(name, b"x")));
        let outcome = ground.unpack(&archive);
        assert!(
            matches!(outcome, Err(ZigError::Archive { .. })),
            "{names:?}: {outcome:?}"
        );
        ground.assert_untouched();
    }
}

#[test]
fn devices_and_pipes_are_refused() {
    for kind in [
        EntryType::Char,
        EntryType::Block,
        EntryType::Fifo,
        EntryType::new(b'Z'),
    ] {
        refused_tar(&[TarEntry::link(kind, "thing", "")]);
    }
}

#[test]
fn an_archive_of_files_and_folders_is_extracted() {
    use std::os::unix::fs::PermissionsExt;
    let ground = Ground::new();
    let archive = tar_xz(&[
        TarEntry::link(EntryType::Directory, "./", ""),
        TarEntry::link(EntryType::Directory, "zig/", ""),
        TarEntry {
            mode: 0o6777,
            ..TarEntry::file("zig/zig", b"run")
        },
        TarEntry::file("zig/lib/a b/é.zig", b"text"),
    ]);
    ground.unpack(&archive).unwrap();
    ground.assert_untouched();
    let inside = ground.inside().join("zig");
    assert_eq!(fs::read(inside.join("lib/a b/é.zig")).unwrap(), b"text");
    assert_eq!(fs::read(inside.join("zig")).unwrap(), b"run");
    let mode = |name| {
        fs::metadata(inside.join(name))
            .unwrap()
            .permissions()
            .mode()
    };
    assert_eq!(
        mode("zig") & 0o7100,
        0o100,
        "executable, but not set-user-id"
    );
    assert_eq!(mode("lib/a b/é.zig") & 0o111, 0);
}

#[test]
fn damaged_archives_are_errors() {
    let whole = tar_xz(&[TarEntry::file("a", &vec![7; 100_000])]);
    for bytes in [
        &b""[..],
        b"not an archive",
        &whole[..whole.len() / 2],
        &whole[..20],
    ] {
        let ground = Ground::new();
        let outcome = ground.unpack(bytes);
        assert!(
            matches!(outcome, Err(ZigError::Archive { .. })),
            "{outcome:?}"
        );
    }
}
