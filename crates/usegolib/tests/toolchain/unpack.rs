//! Archives that would do more than fill a folder (spec: Zig Download Verification,
//! Unsafe archive paths are rejected).

use std::fs;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use tar::EntryType;
use usegolib::toolchain::zig::{ZigError, unpack};
use zip::write::SimpleFileOptions;

use super::site::{TarEntry, tar_xz};

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

    fn unpack(&self, archive: &[u8], name: &str) -> Result<(), ZigError> {
        let file = self.outside.path().join("archive");
        fs::write(&file, archive).unwrap();
        let url = format!("https://ziglang.org/{name}");
        let outcome = unpack(&file, &url, &self.inside(), &mut |_| {
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
    let outcome = ground.unpack(&tar_xz(entries), "zig.tar.xz");
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
fn links_out_of_the_folder_are_refused() {
    for (name, target) in [
        ("link", "../victim"),
        ("link", "/etc/passwd"),
        ("link", "a/../../victim"),
        ("a/link", "../../victim"),
        ("a/link", "b/../../../victim"),
        ("link", ".."),
        ("link", ""),
    ] {
        refused_tar(&[TarEntry::link(EntryType::Symlink, name, target)]);
    }
    for target in ["../victim", "/etc/passwd", "missing", "a/../../victim"] {
        refused_tar(&[TarEntry::link(EntryType::Link, "link", target)]);
    }
}

#[test]
fn nothing_is_written_through_a_link() {
    let up_by_two_links = [
        TarEntry::link(EntryType::Directory, "a", ""),
        TarEntry::link(EntryType::Symlink, "a/up", ".."),
        TarEntry::link(EntryType::Symlink, "out", "a/up/.."),
    ];
    refused_tar(&up_by_two_links);
    let folder = TarEntry::link(EntryType::Directory, "real", "");
    let link = TarEntry::link(EntryType::Symlink, "link", "real");
    refused_tar(&[folder, link, TarEntry::file("link/file", b"x")]);
    let link = TarEntry::link(EntryType::Symlink, "link", "later");
    refused_tar(&[link, TarEntry::file("link", b"x")]);
    let file = TarEntry::file("file", b"x");
    let link = TarEntry::link(EntryType::Symlink, "link", "file");
    refused_tar(&[
        file,
        link,
        TarEntry::link(EntryType::Link, "second", "link"),
    ]);
}

#[test]
fn nothing_is_written_twice() {
    refused_tar(&[TarEntry::file("a", b"x"), TarEntry::file("a", b"y")]);
    refused_tar(&[TarEntry::file("a", b"x"), TarEntry::file("a/b", b"y")]);
    refused_tar(&[TarEntry::file("a/b", b"x"), TarEntry::file("a", b"y")]);
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
fn an_archive_of_files_folders_and_inner_links_is_extracted() {
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
        TarEntry::link(EntryType::Symlink, "zig/lib/link", "../zig"),
        TarEntry::link(EntryType::Link, "zig/second", "zig/zig"),
    ]);
    ground.unpack(&archive, "zig.tar.xz").unwrap();
    ground.assert_untouched();
    let inside = ground.inside().join("zig");
    assert_eq!(fs::read(inside.join("lib/a b/é.zig")).unwrap(), b"text");
    assert_eq!(fs::read(inside.join("lib/link")).unwrap(), b"run");
    assert_eq!(fs::read(inside.join("second")).unwrap(), b"run");
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
        let outcome = ground.unpack(bytes, "zig.tar.xz");
        assert!(
            matches!(outcome, Err(ZigError::Archive { .. })),
            "{outcome:?}"
        );
        let outcome = ground.unpack(bytes, "zig.zip");
        assert!(
            matches!(outcome, Err(ZigError::Archive { .. })),
            "{outcome:?}"
        );
    }
}

fn zip_of(add: impl FnOnce(&mut zip::ZipWriter<std::io::Cursor<Vec<u8>>>)) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    add(&mut archive);
    archive.finish().unwrap().into_inner()
}

#[test]
fn zip_archives_are_extracted_as_carefully() {
    let plain = SimpleFileOptions::default();
    let ground = Ground::new();
    let good = zip_of(|archive| {
        archive.add_directory("zig", plain).unwrap();
        archive
            .start_file("zig/zig.exe", plain.unix_permissions(0o755))
            .unwrap();
        archive.write_all(b"run").unwrap();
        archive.start_file("zig/lib/std.zig", plain).unwrap();
        archive.write_all(b"text").unwrap();
    });
    ground.unpack(&good, "zig.zip").unwrap();
    assert_eq!(
        fs::read(ground.inside().join("zig/zig.exe")).unwrap(),
        b"run"
    );
    assert_eq!(
        fs::read(ground.inside().join("zig/lib/std.zig")).unwrap(),
        b"text"
    );
    ground.assert_untouched();

    for name in [
        "../victim",
        "a/../../victim",
        "/tmp/usegolib-victim",
        "..\\victim",
        "C:\\x",
    ] {
        // The writer cleans names up, so the bad one is patched in afterwards.
        let stand_in = "x".repeat(name.len());
        let mut archive = zip_of(|archive| {
            archive.start_file(&stand_in, plain).unwrap();
            archive.write_all(b"overwritten").unwrap();
        });
        let places: Vec<_> = (0..archive.len() - name.len())
            .filter(|at| archive[*at..].starts_with(stand_in.as_bytes()))
            .collect();
        assert_eq!(places.len(), 2);
        for at in places {
            archive[at..at + name.len()].copy_from_slice(name.as_bytes());
        }
        let ground = Ground::new();
        let outcome = ground.unpack(&archive, "zig.zip");
        assert!(
            matches!(outcome, Err(ZigError::UnsafeEntry { .. })),
            "{name}: {outcome:?}"
        );
        ground.assert_untouched();
    }

    let link = zip_of(|archive| archive.add_symlink("link", "../victim", plain).unwrap());
    let ground = Ground::new();
    let outcome = ground.unpack(&link, "zig.zip");
    assert!(
        matches!(outcome, Err(ZigError::UnsafeEntry { .. })),
        "{outcome:?}"
    );
}
