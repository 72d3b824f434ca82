//! Several threads and processes on one root (spec: Build Reuse And Locking).

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use usegolib::Category;
use usegolib::artifact::{Store, Verify};
use usegolib::error::Diagnostic;
use usegolib::manifest::Platform;

use super::install::{MODULE, VERSION, install, install_with_doc};
use super::{Root, patiently};

/// Set in the processes that a test starts of its own test binary.
const ROLE: &str = "USEGOLIB_TEST_ROOT";

/// Starts another process that runs only the test `name`, which acts on `root`.
fn process(name: &str, root: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([&format!("concurrency::{name}"), "--exact"])
        .env(ROLE, root)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// The root to act on, in a process started by [`process`].
fn role() -> Option<PathBuf> {
    std::env::var_os(ROLE).map(PathBuf::from)
}

fn builds_many_times(root: &Path) {
    for n in 0..20_u8 {
        // Large enough for a torn write to be seen.
        let content = vec![std::process::id().to_le_bytes()[0].wrapping_add(n); 300_000];
        install(root, &content).unwrap();
    }
}

// These are parts of the tests below, run in processes of their own.

#[test]
fn builder_process() {
    if let Some(root) = role() {
        builds_many_times(&root);
    }
}

#[test]
fn endless_builder_process() {
    while let Some(root) = role() {
        builds_many_times(&root);
    }
}

#[cfg(unix)]
#[test]
fn process_without_room() {
    if let Some(root) = role() {
        let error = install_with_doc(&root, b"the second", &"x".repeat(200_000)).unwrap_err();
        assert_eq!(error.category(), Category::Build);
        assert!(error.hint().unwrap().contains("no room"), "{error}");
    }
}

/// Stands for a full disk: the process may write files of 64 KiB only.
#[cfg(unix)]
#[test]
fn without_room_the_old_artifact_stays_and_nothing_else() {
    let root = Root::new();
    let artifact = install(root.path(), b"the first").unwrap();
    let limited = r#"trap "" XFSZ; ulimit -f 64; exec "$0" "$@""#;
    let status = Command::new("sh")
        .args(["-c", limited])
        .arg(std::env::current_exe().unwrap())
        .args(["concurrency::process_without_room", "--exact"])
        .env(ROLE, root.path())
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    artifact.load(&Platform::host(), Verify::Always).unwrap();
    install(root.path(), b"the third").unwrap();
    let left: Vec<_> = fs_err::read_dir(&artifact.folder).unwrap().collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn readers_always_see_a_whole_artifact_while_processes_and_threads_replace_it() {
    let root = Root::new();
    install(root.path(), b"the first").unwrap();
    let done = AtomicBool::new(false);
    let store = root.store();
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut loads = 0;
                    while !done.load(Ordering::Relaxed) {
                        let found = store.lookup(MODULE, None).unwrap();
                        match found.artifact.load(&Platform::host(), Verify::Always) {
                            Ok(_) => loads += 1,
                            Err(error) => panic!("{error}"),
                        }
                    }
                    loads
                })
            })
            .collect();
        let processes: Vec<_> = (0..3)
            .map(|_| process("builder_process", root.path()))
            .collect();
        // Whatever happens here, the readers have to hear of the end.
        let here = std::panic::catch_unwind(|| builds_many_times(root.path()));
        let elsewhere: Vec<_> = processes
            .into_iter()
            .map(|mut process| process.wait().unwrap())
            .collect();
        done.store(true, Ordering::Relaxed);
        here.unwrap();
        assert!(elsewhere.iter().all(ExitStatus::success), "{elsewhere:?}");
        for reader in readers {
            assert!(reader.join().unwrap() > 0);
        }
    });
}

#[test]
fn a_builder_killed_at_any_moment_leaves_a_good_store() {
    let root = Root::new();
    for round in 0..12 {
        let mut builder = process("endless_builder_process", root.path());
        // Not before it has got somewhere, then at another moment each time.
        let start = Instant::now();
        while root.store().find(MODULE, VERSION).unwrap().is_none() {
            assert!(start.elapsed() < Duration::from_secs(30));
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_micros(1500 * round + 37 * round * round));
        builder.kill().unwrap();
        builder.wait().unwrap();

        let found = root.store().lookup(MODULE, None).unwrap();
        found
            .artifact
            .load(&Platform::host(), Verify::Always)
            .unwrap();
        // Nothing it held keeps the next one out.
        let store = root.store();
        let place = store.place(MODULE, VERSION).unwrap();
        drop(
            store
                .lock(place, "next", &mut |_| panic!("the holder is dead"))
                .unwrap(),
        );
    }
    install(root.path(), b"the last").unwrap();
    let version_folder = root.store().place(MODULE, VERSION).unwrap();
    let left = fs_err::read_dir(version_folder.version_folder())
        .unwrap()
        .count();
    assert_eq!(left, 1, "only the platform's folder is left");
}

#[test]
fn different_artifacts_do_not_wait_for_each_other() {
    let root = Root::new();
    let store = root.store();
    let first = store.place(MODULE, "v1.0.0").unwrap();
    let second = store.place(MODULE, "v2.0.0").unwrap();
    let _held = store.lock(first, "x", &mut patiently).unwrap();
    store.lock(second, "x", &mut |_| panic!("waits")).unwrap();
}

#[test]
fn lookups_of_many_threads_agree_while_artifacts_come_and_the_index_is_rewritten() {
    let root = Root::new();
    root.add("example.com/stays", "v1.0.0", &["example.com/stays"]);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let root = &root;
            scope.spawn(move || {
                let store = Store::new(root.path()).unwrap();
                for n in 0..40 {
                    let module = format!("example.com/m{thread}n{n}");
                    let error = store.lookup(&module, None).unwrap_err();
                    assert_eq!(error.category(), Category::ArtifactNotFound);
                    root.add(&module, "v1.0.0", &[&module]);
                    store.lookup(&module, None).unwrap();
                    store.lookup("example.com/stays", None).unwrap();
                    root.add(&module, "v1.1.0", &[&module]);
                    let error = store.lookup(&module, None).unwrap_err();
                    assert_eq!(error.category(), Category::AmbiguousArtifact);
                }
            });
        }
    });
}
