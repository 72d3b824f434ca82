//! Lookups with the index and the snapshot against lookups by listing the tree, over random
//! histories of a store (spec: Artifact Index Cache).

use std::path::{Path, PathBuf};
use std::time::Duration;

use fs_err as fs;
use proptest::prelude::*;
use serde_json::json;

use super::lookup::Ways;
use super::{INDEX_FILE_NAME, Store, StoreError, snapshot};
use crate::manifest::Platform;

/// Short, so that listings are remembered within a test; longer than a tick of
/// the file system's clock, so that remembering is as sound as it is for users.
const SETTLING_TIME: Duration = Duration::from_millis(20);

const MODULES: [&str; 6] = ["a", "a/b", "a/b/c", "a/b@x", "a/d", "e.test/f"];
const VERSIONS: [&str; 3] = ["v1.0.0", "v1.1.0", "local"];
const PATHS: [&str; 8] = [
    "a",
    "a/b",
    "a/b/c",
    "a/b/c/p",
    "a/d",
    "a/d/p",
    "e.test/f/p",
    "e.test",
];

/// A file that remembers what was in the tree.
#[derive(Clone, Copy, Debug)]
enum Memory {
    Index,
    Snapshot,
}

/// Something that happens to a store.
#[derive(Clone, Debug)]
enum Step {
    /// An artifact appears, with a package at its root and one below, or not.
    Add {
        module: usize,
        version: usize,
        root: bool,
        sub: bool,
    },
    /// A manifest disappears, its folders stay.
    RemoveManifest { module: usize, version: usize },
    /// The whole version disappears.
    RemoveVersion { module: usize, version: usize },
    /// A manifest is damaged.
    Damage { module: usize, version: usize },
    /// A version's folder is renamed to another version.
    Rename {
        module: usize,
        from: usize,
        to: usize,
    },
    /// An artifact appears where it doesn't belong.
    Displace { module: usize, version: usize },
    /// A file that remembers disappears.
    Forget(Memory),
    /// It is overwritten.
    Scribble(Memory, Vec<u8>),
    /// One of an earlier state comes back.
    Restore(Memory),
    /// Time passes.
    Wait,
}

fn memory() -> impl Strategy<Value = Memory> {
    prop_oneof![Just(Memory::Index), Just(Memory::Snapshot)]
}

fn step() -> impl Strategy<Value = Step> {
    let place = || (0..MODULES.len(), 0..VERSIONS.len());
    prop_oneof![
        6 => (place(), any::<bool>(), any::<bool>()).prop_map(|((module, version), root, sub)| {
            Step::Add { module, version, root, sub }
        }),
        1 => place().prop_map(|(module, version)| Step::RemoveManifest { module, version }),
        2 => place().prop_map(|(module, version)| Step::RemoveVersion { module, version }),
        1 => place().prop_map(|(module, version)| Step::Damage { module, version }),
        1 => (place(), 0..VERSIONS.len()).prop_map(|((module, from), to)| {
            Step::Rename { module, from, to }
        }),
        1 => place().prop_map(|(module, version)| Step::Displace { module, version }),
        1 => memory().prop_map(Step::Forget),
        1 => (memory(), prop::collection::vec(any::<u8>(), 0..50))
            .prop_map(|(memory, bytes)| Step::Scribble(memory, bytes)),
        2 => memory().prop_map(Step::Restore),
        3 => Just(Step::Wait),
    ]
}

struct History {
    folder: tempfile::TempDir,
    store: Store,
    /// The index and the snapshot as they were once.
    earlier: [Option<Vec<u8>>; 2],
}

impl History {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::new(folder.path()).unwrap();
        store.settling_time = SETTLING_TIME;
        Self {
            folder,
            store,
            earlier: [None, None],
        }
    }

    fn index(&self) -> PathBuf {
        self.file(Memory::Index)
    }

    fn file(&self, memory: Memory) -> PathBuf {
        self.folder.path().join(match memory {
            Memory::Index => INDEX_FILE_NAME,
            Memory::Snapshot => snapshot::FILE_NAME,
        })
    }

    fn version_folder(&self, module: usize, version: usize) -> PathBuf {
        let (module, version) = (MODULES[module], VERSIONS[version]);
        self.folder.path().join(format!("{module}@{version}"))
    }

    fn manifest(&self, module: usize, version: usize) -> PathBuf {
        let folder = self.version_folder(module, version);
        folder.join(Platform::host().folder()).join("manifest.json")
    }

    fn write(folder: &Path, module: usize, version: usize, packages: &[String]) {
        let host = Platform::host();
        let content = json!({"module": MODULES[module], "version": VERSIONS[version],
            "goos": host.goos, "goarch": host.goarch, "packages": packages});
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join("manifest.json"), content.to_string()).unwrap();
    }

    /// Steps that make no sense at the moment do nothing.
    fn apply(&mut self, step: &Step) {
        match step {
            Step::Add {
                module,
                version,
                root,
                sub,
            } => {
                let path = MODULES[*module];
                let packages: Vec<_> = [(*root, path.to_owned()), (*sub, format!("{path}/p"))]
                    .into_iter()
                    .filter_map(|(present, package)| present.then_some(package))
                    .collect();
                let folder = self.manifest(*module, *version);
                Self::write(folder.parent().unwrap(), *module, *version, &packages);
            }
            Step::RemoveManifest { module, version } => {
                let _ = fs::remove_file(self.manifest(*module, *version));
            }
            Step::RemoveVersion { module, version } => {
                let _ = fs::remove_dir_all(self.version_folder(*module, *version));
            }
            Step::Damage { module, version } => {
                if self.manifest(*module, *version).exists() {
                    fs::write(self.manifest(*module, *version), b"{").unwrap();
                }
            }
            Step::Rename { module, from, to } => {
                let from = self.version_folder(*module, *from);
                let _ = fs::rename(from, self.version_folder(*module, *to));
            }
            Step::Displace { module, version } => {
                let folder = self.folder.path().join("elsewhere");
                let path = MODULES[*module].to_owned();
                Self::write(&folder, *module, *version, &[path]);
            }
            Step::Forget(memory) => {
                let _ = fs::remove_file(self.file(*memory));
            }
            Step::Scribble(memory, bytes) => fs::write(self.file(*memory), bytes).unwrap(),
            Step::Restore(memory) => {
                let file = self.file(*memory);
                let earlier = &mut self.earlier[*memory as usize];
                match earlier {
                    Some(bytes) => fs::write(file, bytes).unwrap(),
                    None => *earlier = fs::read(file).ok(),
                }
            }
            Step::Wait => std::thread::sleep(SETTLING_TIME + Duration::from_millis(10)),
        }
    }

    fn compare(&self) {
        for path in PATHS {
            for version in [None, Some("v1.0.0")] {
                let ways = Ways {
                    versions: &|module| self.store.versions_by_listing(module),
                    displaced: &|| self.store.displaced_by_walking(),
                };
                let by_listing = self.store.lookup_with(path, version, &ways);
                let by_index = self.store.lookup(path, version);
                assert_eq!(text(by_index), text(by_listing), "{path} {version:?}");
            }
        }
    }
}

fn text(outcome: Result<super::Found, StoreError>) -> String {
    match outcome {
        Ok(found) => format!("{found:?}"),
        Err(error) => format!("{error}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_index_never_changes_the_outcome(steps in prop::collection::vec(step(), 1..25)) {
        let mut history = History::new();
        for step in &steps {
            history.apply(step);
            history.compare();
        }
    }
}

#[cfg(unix)]
fn add(module: usize, version: usize) -> Step {
    Step::Add {
        module,
        version,
        root: true,
        sub: false,
    }
}

#[cfg(unix)]
#[test]
fn listings_are_remembered_when_they_have_settled_and_renewed_when_they_change() {
    let mut history = History::new();
    history.apply(&add(1, 0));
    history.apply(&add(4, 0));
    let module = MODULES[1];
    history.store.versions(module).unwrap();
    let too_fresh = fs::read_to_string(history.index()).unwrap();
    assert!(!too_fresh.contains(module), "{too_fresh}");

    history.apply(&Step::Wait);
    history.store.versions(module).unwrap();
    let remembered = fs::read_to_string(history.index()).unwrap();
    for module in ["\"a/b\"", "\"a/d\""] {
        assert!(remembered.contains(module), "{remembered}");
    }
    history.store.versions(MODULES[4]).unwrap();
    history.store.versions("a/absent").unwrap();
    let again = fs::read_to_string(history.index()).unwrap();
    assert_eq!(again, remembered, "nothing is rewritten for nothing");

    history.apply(&add(1, 1));
    let versions = history.store.versions(module).unwrap();
    assert_eq!(versions, ["v1.0.0", "v1.1.0"]);
    history.apply(&Step::Wait);
    history.store.versions(module).unwrap();
    let renewed = fs::read_to_string(history.index()).unwrap();
    assert!(renewed.contains("v1.1.0"), "{renewed}");
}

#[cfg(unix)]
#[test]
fn a_miss_reads_only_the_folders_that_changed_since_the_last_one() {
    let mut history = History::new();
    for module in 0..MODULES.len() {
        history.apply(&add(module, 0));
    }
    history.apply(&Step::Displace {
        module: 5,
        version: 2,
    });
    history.apply(&Step::Wait);
    let everything = history.store.displaced().unwrap();
    assert!(everything.read > 2 * MODULES.len(), "{everything:?}");
    // The root is short, and remembering changes it.
    let again = history.store.displaced().unwrap();
    assert_eq!(again.read, 1, "{again:?}");
    assert_eq!(again.artifacts, everything.artifacts);
    assert_eq!(again.artifacts.len(), 1);

    history.apply(&add(1, 1));
    let added = history.store.displaced().unwrap();
    // The root, the folder with all versions, the new one and the platform's in it.
    assert_eq!(added.read, 4, "{added:?}");
    // What is written over a manifest, in a folder that stays as it was.
    let folder = history.manifest(0, 0);
    History::write(folder.parent().unwrap(), 4, 1, &["a/d".to_owned()]);
    let found = history.store.lookup("a/d", Some("v1.1.0")).unwrap();
    assert_eq!(found.artifact.folder, folder.parent().unwrap());
}
