//! What is out of place in a root, without reading all of it each time.
//!
//! A manifest may be anywhere, so that nothing matches is known only when every
//! folder has been looked into. The snapshot remembers what the last such walk
//! saw: of each folder the identity and the folders in it, of each manifest the
//! identity and whether it is in place. The next walk asks only whether these
//! are still the same, and looks into what is not. So a stale, missing, damaged
//! or foreign snapshot costs time and nothing else.
//!
//! The file is a line with the format's version and a digest of the rest, then
//! the tree as JSON.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::Hasher;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use fnv::FnvHasher;
use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::identity::Identity;
use super::scan::{DEEPEST, folders_in};
use super::{Artifact, Store, StoreError};
use crate::manifest::{self, Header, regular};

/// The snapshot's file name, in the artifact root.
pub(super) const FILE_NAME: &str = ".usegolib-snapshot";

const FORMAT: &str = "usegolib-snapshot 1";
/// A snapshot as large as this is rather made anew than read.
const SIZE_LIMIT: u64 = 1 << 30;

/// Artifacts that are not where the layout says.
#[derive(Debug, Default)]
pub(super) struct Displaced {
    /// Sorted by folder.
    pub(super) artifacts: Vec<Artifact>,
    /// Folders that couldn't be looked into.
    pub(super) unreadable: Vec<PathBuf>,
    /// How many folders were read, not remembered.
    pub(super) read: usize,
}

/// One folder as it was when it was looked into.
#[derive(Debug, Serialize, Deserialize)]
struct Node<'a> {
    /// Its name; the root has none.
    #[serde(borrow)]
    name: Cow<'a, str>,
    kind: Kind,
    /// That of the folder, or of the manifest in it. Empty if it is not to be
    /// relied on: then it is looked into again.
    #[serde(borrow)]
    identity: Cow<'a, str>,
    /// The folders in it that may hold artifacts.
    folders: Vec<Node<'a>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Kind {
    /// Without a manifest.
    #[serde(rename = "f")]
    Folder,
    /// An artifact where it belongs.
    #[serde(rename = "p")]
    InPlace,
    /// A manifest that doesn't belong there, or can't be read.
    #[serde(rename = "d")]
    Displaced,
}

impl Store {
    /// The artifacts that are not in place.
    pub(super) fn displaced(&self) -> Result<Displaced, StoreError> {
        let path = self.root().join(FILE_NAME);
        let bytes = read(&path).unwrap_or_default();
        let known = parse(&bytes);
        // The store may be read-only, or not be there: nothing is remembered then.
        let file = self
            .root()
            .exists()
            .then(|| manifest::new_file_in(self.root()));
        let file = file.and_then(Result::ok);
        let now = file.as_ref().and_then(|file| {
            let metadata = file.as_file().metadata().ok()?;
            Identity::of(&metadata)
        });
        let mut walk = Walk {
            store: self,
            now,
            found: Displaced::default(),
            changed: false,
        };
        let tree = walk.folder(self.root(), Cow::Borrowed(""), 0, known.as_ref());
        let Walk {
            mut found, changed, ..
        } = walk;
        if let Some(first) = found.unreadable.first()
            && first == self.root()
            && let Err(source) = fs::read_dir(first)
        {
            return Err(StoreError::read(first)(source));
        }
        if let (Some(tree), Some(file), true) = (tree, file, changed || known.is_none()) {
            let _ = write(&tree, file, &path);
        }
        found
            .artifacts
            .sort_by(|one, other| one.folder.cmp(&other.folder));
        Ok(found)
    }

    /// The same by reading everything.
    #[cfg(test)]
    pub(super) fn displaced_by_walking(&self) -> Result<Displaced, StoreError> {
        let listing = self.list()?;
        let artifacts = listing.artifacts.into_iter().filter_map(|listed| {
            let header = listed.header.ok()?;
            let folder = listed.folder;
            (!is_in_place(self.root(), &folder, &header)).then_some(Artifact { folder, header })
        });
        Ok(Displaced {
            artifacts: artifacts.collect(),
            unreadable: listing.unreadable,
            read: 0,
        })
    }
}

/// Whether an artifact is where the layout says.
fn is_in_place(root: &Path, folder: &Path, header: &Header) -> bool {
    let Header {
        module,
        version,
        goos,
        goarch,
        ..
    } = header;
    let place = if header.is_bundle() {
        format!("{module}/{version}/{goos}-{goarch}")
    } else {
        format!("{module}@{version}/{goos}-{goarch}")
    };
    folder == root.join(place)
}

struct Walk<'s> {
    store: &'s Store,
    /// The state of a file that was written when the walk began.
    now: Option<Identity>,
    found: Displaced,
    /// Whether there is something to remember that isn't yet.
    changed: bool,
}

impl Walk<'_> {
    /// Looks into a folder, if it isn't as it is known. None if it is not there.
    fn folder<'a>(
        &mut self,
        folder: &Path,
        name: Cow<'a, str>,
        depth: usize,
        known: Option<&'a Node<'a>>,
    ) -> Option<Node<'a>> {
        if let Some(known) = known
            && !known.identity.is_empty()
            && self.is_unchanged(folder, known)
        {
            return Some(self.again(folder, depth, known));
        }
        self.found.read += 1;
        self.anew(folder, name, depth, known)
    }

    fn is_unchanged(&self, folder: &Path, known: &Node<'_>) -> bool {
        let looked_at = match known.kind {
            // Remembering changes the root.
            Kind::Folder if folder == self.store.root() => return false,
            Kind::Folder => identity_of(folder),
            Kind::InPlace | Kind::Displaced => identity_of(&folder.join(manifest::FILE_NAME)),
        };
        looked_at.is_some_and(|identity| identity.text() == known.identity)
    }

    /// A folder that is as it was.
    fn again<'a>(&mut self, folder: &Path, depth: usize, known: &'a Node<'a>) -> Node<'a> {
        if known.kind == Kind::Displaced
            && let Some(Ok(artifact)) = Artifact::open(folder.to_owned())
        {
            self.found.artifacts.push(artifact);
        }
        let folders = known.folders.iter().filter_map(|inner| {
            let name = Cow::Borrowed(&*inner.name);
            self.folder(&folder.join(&*inner.name), name, depth + 1, Some(inner))
        });
        Node {
            folders: folders.collect(),
            name: Cow::Borrowed(&known.name),
            kind: known.kind,
            identity: Cow::Borrowed(&known.identity),
        }
    }

    /// A folder that is new or has changed.
    fn anew<'a>(
        &mut self,
        folder: &Path,
        name: Cow<'a, str>,
        depth: usize,
        known: Option<&'a Node<'a>>,
    ) -> Option<Node<'a>> {
        // Before they are read: what changes meanwhile is another one then.
        let own = identity_of(folder);
        let manifests = identity_of(&folder.join(manifest::FILE_NAME));
        let node = |kind, identity, folders| Node {
            name,
            kind,
            identity,
            folders,
        };
        if let Some(outcome) = Artifact::open(folder.to_owned()) {
            let kind = match outcome {
                Ok(artifact) if is_in_place(self.store.root(), folder, &artifact.header) => {
                    Kind::InPlace
                }
                outcome => {
                    self.found.artifacts.extend(outcome);
                    Kind::Displaced
                }
            };
            return Some(node(kind, self.settled(manifests), Vec::new()));
        }
        if depth == DEEPEST {
            return Some(node(Kind::Folder, Cow::Borrowed(""), Vec::new()));
        }
        let names = match folders_in(folder) {
            Ok(names) => names,
            // Removed while we walk: it holds no artifact any more.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.changed = true;
                return None;
            }
            Err(_) => {
                self.found.unreadable.push(folder.to_owned());
                return Some(node(Kind::Folder, Cow::Borrowed(""), Vec::new()));
            }
        };
        let known: HashMap<&str, &'a Node<'a>> = known
            .into_iter()
            .flat_map(|known| &known.folders)
            .map(|inner| (&*inner.name, inner))
            .collect();
        let mut is_whole = true;
        let mut folders = Vec::new();
        for inner in names {
            let path = folder.join(&inner);
            let Some(inner) = inner.to_str() else {
                // JSON has no such names: the folder is looked into again.
                is_whole = false;
                self.found.read += 1;
                self.anew(&path, Cow::Borrowed(""), depth + 1, None);
                continue;
            };
            let name = Cow::Owned(inner.to_owned());
            folders.extend(self.folder(&path, name, depth + 1, known.get(inner).copied()));
        }
        let identity = self.settled(own.filter(|_| is_whole && folder != self.store.root()));
        Some(node(Kind::Folder, identity, folders))
    }

    /// An identity to remember: a later change has to show.
    fn settled(&mut self, identity: Option<Identity>) -> Cow<'static, str> {
        let settled = identity.filter(|identity| {
            self.now
                .is_some_and(|now| identity.settled_before(&now, self.store.settling_time))
        });
        match settled {
            Some(identity) => {
                self.changed = true;
                Cow::Owned(identity.text())
            }
            None => Cow::Borrowed(""),
        }
    }
}

fn identity_of(path: &Path) -> Option<Identity> {
    Identity::of(&fs::metadata(path).ok()?)
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let (file, metadata) = regular::open(path)?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    file.take(SIZE_LIMIT).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn first_line(tree: &[u8]) -> String {
    let mut hash = FnvHasher::default();
    hash.write(tree);
    format!("{FORMAT} {:016x}\n", hash.finish())
}

fn parse(bytes: &[u8]) -> Option<Node<'_>> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let (first, tree) = bytes.split_at(end + 1);
    if first != first_line(tree).as_bytes() {
        return None;
    }
    serde_json::from_slice(tree).ok()
}

fn write(tree: &Node<'_>, mut file: tempfile::NamedTempFile, path: &Path) -> io::Result<()> {
    let tree = serde_json::to_vec(tree)?;
    file.write_all(first_line(&tree).as_bytes())?;
    file.write_all(&tree)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
