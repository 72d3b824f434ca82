//! Lookups with the index against lookups by listing the tree, over random
//! histories of a store (spec: Artifact Index Cache).

use std::path::{Path, PathBuf};
use std::time::Duration;

use fs_err as fs;
use proptest::prelude::*;
use serde_json::json;

use super::{INDEX_FILE_NAME, Store, StoreError};
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
    /// The index disappears.
    RemoveIndex,
    /// The index is overwritten.
    ScribbleOnIndex(Vec<u8>),
    /// An index of an earlier state comes back.
    RestoreIndex,
    /// Time passes.
    Wait,
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
        1 => Just(Step::RemoveIndex),
        1 => prop::collection::vec(any::<u8>(), 0..50).prop_map(Step::ScribbleOnIndex),
        2 => Just(Step::RestoreIndex),
        3 => Just(Step::Wait),
    ]
}

struct History {
    folder: tempfile::TempDir,
    store: Store,
    earlier_index: Option<Vec<u8>>,
}

impl History {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::new(folder.path()).unwrap();
        store.settling_time = SETTLING_TIME;
        Self {
            folder,
            store,
            earlier_index: None,
        }
    }

    fn index(&self) -> PathBuf {
        self.folder.path().join(INDEX_FILE_NAME)
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
            Step::RemoveIndex => {
                let _ = fs::remove_file(self.index());
            }
            Step::ScribbleOnIndex(bytes) => fs::write(self.index(), bytes).unwrap(),
            Step::RestoreIndex => match &self.earlier_index {
                Some(bytes) => fs::write(self.index(), bytes).unwrap(),
                None => self.earlier_index = fs::read(self.index()).ok(),
            },
            Step::Wait => std::thread::sleep(SETTLING_TIME + Duration::from_millis(10)),
        }
    }

    fn compare(&self) {
        for path in PATHS {
            for version in [None, Some("v1.0.0")] {
                let by_listing = self.store.lookup_with(path, version, |module| {
                    self.store.versions_by_listing(module)
                });
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
#[test]
fn listings_are_remembered_when_they_have_settled_and_renewed_when_they_change() {
    let mut history = History::new();
    let add = |module, version| Step::Add {
        module,
        version,
        root: true,
        sub: false,
    };
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
