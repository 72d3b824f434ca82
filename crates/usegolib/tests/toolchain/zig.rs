//! Downloading Zig (spec: Zig Download Verification).

use std::fs;
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
    let urls: Vec<_> = site
        .requests
        .lock()
        .unwrap()
        .iter()
        .map(|(url, _)| url.clone())
        .collect();
    assert_eq!(urls, [INDEX_URL, ARCHIVE_URL]);

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
    assert_eq!(site.offsets(), [0], "another attempt would bring the same");
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
        let by_index = Site::default();
        by_index.set(
            INDEX_URL,
            Answer::Content(index(elsewhere, &digest, archive.len())),
        );
        let of_archive = Site::with_release(&archive);
        of_archive.set(ARCHIVE_URL, Answer::Redirect(elsewhere.to_owned()));
        let of_index = Site::with_release(&archive);
        of_index.set(INDEX_URL, Answer::Redirect(elsewhere.to_owned()));
        for site in [by_index, of_archive, of_index] {
            site.set(elsewhere, Answer::Content(archive.clone()));
            let error = install(cache.path(), &site).unwrap_err();
            assert!(matches!(error, ZigError::ForeignAddress { .. }), "{error}");
            let requests = site.requests.lock().unwrap();
            assert!(requests.iter().all(|(url, _)| url != elsewhere));
        }
    }
}

#[test]
fn redirects_within_the_site_are_followed_but_not_forever() {
    let archive = release();
    for location in [
        "/builds/zig.tar.xz",
        "https://ziglang.org/builds/zig.tar.xz",
    ] {
        let cache = tempfile::tempdir().unwrap();
        let site = Site::with_release(&archive);
        site.set(ARCHIVE_URL, Answer::Redirect(location.to_owned()));
        site.set(
            "https://ziglang.org/builds/zig.tar.xz",
            Answer::Content(archive.clone()),
        );
        install(cache.path(), &site).unwrap();
    }
    let cache = tempfile::tempdir().unwrap();
    let site = Site::with_release(&archive);
    site.set(ARCHIVE_URL, Answer::Redirect(ARCHIVE_URL.to_owned()));
    let error = install(cache.path(), &site).unwrap_err();
    assert!(error.to_string().contains("too many redirects"), "{error}");
}

#[test]
fn a_download_that_breaks_off_goes_on_where_it_stopped() {
    let cache = tempfile::tempdir().unwrap();
    let archive = release();
    let site = Site::with_release(&archive);
    let breaking = Answer::Breaking {
        content: archive.clone(),
        after: 50_000,
        times: 3,
    };
    site.set(ARCHIVE_URL, breaking);
    install(cache.path(), &site).unwrap();
    assert_eq!(site.offsets(), [0, 50_000, 100_000, 150_000]);
}

#[test]
fn a_download_that_failed_is_resumed_by_the_next_process() {
    let cache = tempfile::tempdir().unwrap();
    let archive = release();
    let site = Site::with_release(&archive);
    let unplugged = Answer::Breaking {
        content: archive.clone(),
        after: 0,
        times: 100,
    };
    site.set(ARCHIVE_URL, unplugged);
    assert!(matches!(
        install(cache.path(), &site),
        Err(ZigError::Fetch { .. })
    ));
    assert_eq!(
        site.offsets(),
        [0; 3],
        "so many retries as there are pauses"
    );

    let part = cache.path().join(format!("zig/{}.part", sha256(&archive)));
    fs::write(&part, &archive[..70_000]).unwrap();
    let site = Site::with_release(&archive);
    install(cache.path(), &site).unwrap();
    assert_eq!(site.offsets(), [70_000]);
}

#[test]
fn a_damaged_part_costs_a_second_download_not_the_installation() {
    let archive = release();
    for part in [
        vec![0; 1000],
        vec![0; archive.len()],
        vec![0; archive.len() + 1],
    ] {
        let cache = tempfile::tempdir().unwrap();
        fs::create_dir(cache.path().join("zig")).unwrap();
        fs::write(
            cache.path().join(format!("zig/{}.part", sha256(&archive))),
            part,
        )
        .unwrap();
        install(cache.path(), &Site::with_release(&archive)).unwrap();
    }
}

#[test]
fn a_server_without_ranges_sends_everything_again() {
    let cache = tempfile::tempdir().unwrap();
    let archive = release();
    fs::create_dir(cache.path().join("zig")).unwrap();
    let part = cache.path().join(format!("zig/{}.part", sha256(&archive)));
    fs::write(part, &archive[..70_000]).unwrap();
    let site = Site::with_release(&archive);
    site.set(ARCHIVE_URL, Answer::NoRanges(archive));
    install(cache.path(), &site).unwrap();
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
        assert_eq!(site.offsets().len(), requests, "{status}");
    }
}

#[test]
fn an_answer_of_another_size_is_refused() {
    let archive = release();
    for content in [
        archive[..archive.len() - 1].to_vec(),
        [&archive[..], b"x"].concat(),
    ] {
        let cache = tempfile::tempdir().unwrap();
        let site = Site::with_release(&archive);
        site.set(ARCHIVE_URL, Answer::Content(content));
        let error = install(cache.path(), &site).unwrap_err();
        assert!(matches!(error, ZigError::Size { .. }), "{error}");
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
    assert_eq!(site.offsets(), [0]);
}

#[test]
fn the_real_client_downloads_resumes_and_is_redirected() {
    let cache = tempfile::tempdir().unwrap();
    let archive = release();
    let site = Arc::new(Site::with_release(&archive));
    let breaking = Answer::Breaking {
        content: archive.clone(),
        after: 80_000,
        times: 1,
    };
    site.set("https://ziglang.org/builds/zig.tar.xz", breaking);
    site.set(
        ARCHIVE_URL,
        Answer::Redirect("/builds/zig.tar.xz".to_owned()),
    );
    let client = Diverted::to(Arc::clone(&site));
    install(cache.path(), &client).unwrap();
    assert_eq!(site.offsets(), [0, 80_000]);
}

#[test]
fn the_real_client_reports_statuses_and_does_not_follow_redirects_itself() {
    let site = Arc::new(Site::default());
    site.set(
        "https://ziglang.org/away",
        Answer::Redirect("http://127.0.0.1:1/x".into()),
    );
    site.set("https://ziglang.org/sick", Answer::Status(503));
    let client = Diverted::to(site);
    let away = client.get("https://ziglang.org/away", 0).unwrap();
    assert_eq!(
        (away.status, away.location.as_deref()),
        (302, Some("http://127.0.0.1:1/x"))
    );
    assert_eq!(
        client.get("https://ziglang.org/sick", 0).unwrap().status,
        503
    );
    assert_eq!(
        client.get("https://ziglang.org/none", 7).unwrap().status,
        404
    );
}
