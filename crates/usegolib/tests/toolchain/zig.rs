//! Downloading Zig (spec: Zig Download Verification).

use fs_err as fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use usegolib::Category;
use usegolib::error::Diagnostic;
use usegolib::toolchain::zig::{Bootstrap, Event, Fetch, INDEX_URL, ZigError};

use super::site::{
    ARCHIVE_URL, Answer, Diverted, Site, TARGET, TarEntry, index, release, sha256, tar_xz,
};

const PAUSES: [Duration; 2] = [Duration::from_millis(1); 2];

fn install(cache: &Path, fetch: &dyn Fetch) -> Result<PathBuf, ZigError> {
    Bootstrap::new(cache, fetch)
        .for_target(TARGET)
        .with_pauses(&PAUSES)
        .install(&mut |_| ControlFlow::Continue(()))
}

/// What is in the folder of downloads, without installed releases.
fn leftovers(cache: &Path) -> Vec<String> {
    let names = fs::read_dir(cache.join("zig")).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !name.starts_with("0.")).collect()
}

#[test]
fn a_genuine_release_is_installed_once() {
    let cache = tempfile::tempdir().unwrap();
    let site = Site::with_release(&release());
    let zig = install(cache.path(), &site).unwrap();
    assert_eq!(fs::read(&zig).unwrap(), b"#!/bin/sh\necho zig\n");
    assert!(zig.parent().unwrap().join("lib/std/std.zig").is_file());
    assert!(leftovers(cache.path()).is_empty());
    #[cfg(unix)]
    assert_eq!(
        std::process::Command::new(&zig).output().unwrap().stdout,
        b"zig\n"
    );
    assert_eq!(*site.requests.lock().unwrap(), [INDEX_URL, ARCHIVE_URL]);

    let offline = Site::default();
    assert_eq!(install(cache.path(), &offline).unwrap(), zig);
    assert!(offline.requests.lock().unwrap().is_empty());
}

#[test]
fn an_archive_with_another_digest_is_never_extracted() {
    let cache = tempfile::tempdir().unwrap();
    let genuine = release();
    let site = Site::with_release(&genuine);
    let mut tampered = genuine.clone();
    tampered[1000] ^= 1;
    site.set(ARCHIVE_URL, Answer::Content(tampered));
    let error = install(cache.path(), &site).unwrap_err();
    assert!(matches!(error, ZigError::Sha256Mismatch { .. }), "{error}");
    assert_eq!(error.category(), Category::Build);
    assert!(
        leftovers(cache.path()).is_empty(),
        "not even the archive is kept"
    );
    assert_eq!(site.downloads(), 1, "another attempt would bring the same");
}

#[test]
fn nothing_is_requested_from_elsewhere() {
    let archive = release();
    let digest = sha256(&archive);
    for elsewhere in [
        "http://ziglang.org/zig.tar.xz",
        "https://mirror.test/zig.tar.xz",
        "https://ziglang.org.mirror.test/zig.tar.xz",
        "//mirror.test/zig.tar.xz",
        "file:///zig.tar.xz",
    ] {
        let cache = tempfile::tempdir().unwrap();
        let site = Site::default();
        site.set(
            INDEX_URL,
            Answer::Content(index(elsewhere, &digest, archive.len())),
        );
        site.set(elsewhere, Answer::Content(archive.clone()));
        let error = install(cache.path(), &site).unwrap_err();
        assert!(matches!(error, ZigError::ForeignAddress { .. }), "{error}");
        assert_eq!(*site.requests.lock().unwrap(), [INDEX_URL]);
    }
}

#[test]
fn redirects_are_not_followed() {
    let archive = release();
    for url in [INDEX_URL, ARCHIVE_URL] {
        let cache = tempfile::tempdir().unwrap();
        let site = Arc::new(Site::with_release(&archive));
        site.set(url, Answer::Redirect("/zig.tar.xz".to_owned()));
        let archive = Answer::Content(archive.clone());
        site.set("https://ziglang.org/zig.tar.xz", archive);
        let error = install(cache.path(), &Diverted::to(Arc::clone(&site))).unwrap_err();
        assert!(error.to_string().contains("302"), "{error}");
        assert_eq!(site.requests.lock().unwrap().last().unwrap(), url);
    }
}

#[test]
fn a_download_that_breaks_off_is_made_again() {
    let archive = release();
    for (times, downloads) in [(2, 3), (3, 3)] {
        let cache = tempfile::tempdir().unwrap();
        let site = Site::with_release(&archive);
        let breaking = Answer::Breaking {
            content: archive.clone(),
            after: 50_000,
            times,
        };
        site.set(ARCHIVE_URL, breaking);
        let outcome = install(cache.path(), &site);
        assert_eq!(outcome.is_ok(), times < 3, "{outcome:?}");
        assert_eq!(site.downloads(), downloads);
        assert!(leftovers(cache.path()).is_empty());
    }
}

#[test]
fn refusals_are_not_repeated_and_transient_failures_are() {
    for (status, requests) in [(404, 1), (403, 1), (503, 3), (429, 3)] {
        let cache = tempfile::tempdir().unwrap();
        let site = Site::with_release(&release());
        site.set(ARCHIVE_URL, Answer::Status(status));
        let error = install(cache.path(), &site).unwrap_err();
        assert!(error.to_string().contains(&status.to_string()), "{error}");
        assert!(error.hint().unwrap().contains("USEGOLIB_ZIG"));
        assert_eq!(site.downloads(), requests, "{status}");
    }
}

#[test]
fn an_answer_of_another_size_is_refused() {
    let archive = release();
    let short = archive[..archive.len() - 1].to_vec();
    let long = [&archive[..], b"x"].concat();
    for (content, message) in [(short, "sha256"), (long, "more than")] {
        let cache = tempfile::tempdir().unwrap();
        let site = Site::with_release(&archive);
        site.set(ARCHIVE_URL, Answer::Content(content));
        let error = install(cache.path(), &site).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
        assert!(leftovers(cache.path()).is_empty());
    }
}

#[test]
fn an_archive_without_zig_is_an_error() {
    let cache = tempfile::tempdir().unwrap();
    let site = Site::with_release(&tar_xz(&[TarEntry::file("zig/README", b"hello")]));
    let error = install(cache.path(), &site).unwrap_err();
    assert!(matches!(error, ZigError::NoExecutable { .. }), "{error}");
}

#[test]
fn it_can_be_stopped_at_every_event_and_started_again() {
    let archive = release();
    for stop_at in 0..8 {
        let cache = tempfile::tempdir().unwrap();
        let site = Site::with_release(&archive);
        let mut events = 0;
        let outcome = Bootstrap::new(cache.path(), &site)
            .for_target(TARGET)
            .install(&mut |_| {
                events += 1;
                if events > stop_at {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            });
        match outcome {
            Err(error) => assert!(matches!(error, ZigError::Interrupted), "{error}"),
            Ok(_) => assert!(events <= stop_at),
        }
        install(cache.path(), &site).unwrap();
        assert!(leftovers(cache.path()).is_empty());
    }
}

#[test]
fn progress_ends_at_the_total() {
    let cache = tempfile::tempdir().unwrap();
    let archive = release();
    let mut last = (0, 0);
    Bootstrap::new(cache.path(), &Site::with_release(&archive))
        .for_target(TARGET)
        .install(&mut |event| {
            if let Event::Downloading {
                received, total, ..
            } = event
            {
                assert!(received >= last.0);
                last = (received, total);
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(last, (archive.len() as u64, archive.len() as u64));
}

#[test]
fn several_at_once_download_once() {
    let cache = tempfile::tempdir().unwrap();
    let site = Site::with_release(&release());
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| install(cache.path(), &site).unwrap());
        }
    });
    assert_eq!(site.downloads(), 1);
}

#[test]
fn the_real_client_downloads_and_reports_statuses() {
    let cache = tempfile::tempdir().unwrap();
    let archive = release();
    let site = Arc::new(Site::with_release(&archive));
    let breaking = Answer::Breaking {
        content: archive,
        after: 80_000,
        times: 1,
    };
    site.set(ARCHIVE_URL, breaking);
    site.set("https://ziglang.org/sick", Answer::Status(503));
    let client = Diverted::to(Arc::clone(&site));
    install(cache.path(), &client).unwrap();
    assert_eq!(site.downloads(), 2);
    let status = |path| {
        client
            .get(&format!("https://ziglang.org/{path}"))
            .unwrap()
            .status
    };
    assert_eq!((status("sick"), status("none")), (503, 404));
}
