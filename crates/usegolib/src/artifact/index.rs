//! The index: folder listings, remembered across processes.
//!
//! The file is JSON that can be searched without parsing it: a first line with
//! the format's version, then one line per entry, sorted by key.
//!
//! ```text
//! {"index_version":2,"listings":[
//! ["example.com/","801-1f3-1000-18...-18...",[],"90b1..."],
//! ["example.com/mod","801-1f3-1000-18...-18...",["v1.0.0","v1.2.0"],"3f9c..."],
//! []]}
//! ```
//!
//! An entry says that the folder, when its identity was the one in the second
//! place, listed these versions of the module; the one whose key ends in a
//! slash, that all modules of the folder are recorded. The last part is a digest of
//! the others, so that a damaged line is not taken for a good one.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hasher;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use fnv::FnvHasher;
use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::identity::Identity;
use super::lookup::listed_in;
use super::scan::versions_in;
use super::{Store, StoreError};
use crate::manifest::{self, regular};

/// The index's file name, in the artifact root.
pub const FILE_NAME: &str = ".usegolib-index.json";

const FIRST_LINE: &[u8] = b"{\"index_version\":2,\"listings\":[\n";
const LAST_LINE: &[u8] = b"[]]}\n";
/// What is read at once, and the range from which on a search goes line by line.
const BLOCK: u64 = 2048;
/// No entry is longer: thousands of versions.
const LONGEST_LINE: usize = 1 << 20;
/// An index as large as this is rather rewritten than read.
const SIZE_LIMIT: u64 = 1 << 30;

/// One remembered listing. The key is a module path, or a folder and a slash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    key: String,
    identity: String,
    versions: Vec<String>,
}

impl Store {
    /// The versions of a module that have a folder in the tree.
    pub(super) fn versions(&self, module: &str) -> Result<Vec<String>, StoreError> {
        let (folder, last) = listed_in(self.root(), module);
        // Writing the index changes the root itself, so its listing can't be
        // remembered in it; it is short, for module paths begin with a host.
        if folder == self.root() {
            return self.versions_by_listing(module);
        }
        let Some(identity) = identity_of(&folder) else {
            return self.versions_by_listing(module);
        };
        let path = self.root().join(FILE_NAME);
        let mut reader = Reader::open(&path);
        if let Some(entry) = reader.as_mut().and_then(|reader| reader.find(module))
            && entry.identity == identity.text()
        {
            return Ok(entry.versions);
        }
        let mut listing = versions_in(&folder)?;
        let folder_key = folder_key(module);
        let nothing_to_record = reader.is_some_and(|mut reader| {
            identity.is_fresh(self.settling_time)
                || reader
                    .find(&folder_key)
                    .is_some_and(|entry| entry.identity == identity.text())
        });
        if !nothing_to_record {
            // Looked at again: the listing may be older than this change.
            let unchanged = identity_of(&folder) == Some(identity);
            let fresh = unchanged.then_some(Fresh {
                folder_key,
                identity,
                listing: &listing,
            });
            // The store may be read-only: the next lookup lists again.
            let _ = rewrite(self, fresh);
        }
        Ok(listing.remove(last).unwrap_or_default())
    }

    /// Makes an index if the root has none.
    pub(super) fn ensure_index(&self) {
        if !self.root().join(FILE_NAME).exists() {
            let _ = rewrite(self, None);
        }
    }
}

fn identity_of(folder: &Path) -> Option<Identity> {
    Identity::of(&fs::metadata(folder).ok()?)
}

fn folder_key(module: &str) -> String {
    match module.rsplit_once('/') {
        Some((parent, _)) => format!("{parent}/"),
        None => "/".to_owned(),
    }
}

/// The key of the entry for the folder whose listing `key` is about.
fn folder_of(key: &str) -> &str {
    key.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// A listing that is to be remembered.
struct Fresh<'a> {
    folder_key: String,
    identity: Identity,
    listing: &'a BTreeMap<String, Vec<String>>,
}

/// Writes a new index: the entries of the present one that are still true,
/// and those of a fresh listing.
fn rewrite(store: &Store, fresh: Option<Fresh<'_>>) -> io::Result<()> {
    let root = store.root();
    let mut file = manifest::new_file_in(root)?;
    let now = Identity::of(&file.as_file().metadata()?);
    let path = root.join(FILE_NAME);
    let present = read_all(&path);
    // A listing is remembered only if a later change of the folder will show.
    let settled = fresh.filter(|fresh| {
        now.is_some_and(|now| fresh.identity.settled_before(&now, store.settling_time))
    });
    if settled.is_none() && present.is_some() {
        return Ok(());
    }
    let mut entries = BTreeMap::new();
    let mut identities = HashMap::new();
    for entry in present.unwrap_or_default() {
        let folder = folder_of(&entry.key);
        let current = identities.entry(folder.to_owned()).or_insert_with(|| {
            let identity = identity_of(&root.join(folder));
            identity.map(|identity| identity.text()).unwrap_or_default()
        });
        if *current == entry.identity {
            entries.insert(entry.key.clone(), entry);
        }
    }
    if let Some(fresh) = settled {
        let identity = fresh.identity.text();
        for (last, versions) in fresh.listing {
            let key = format!("{}{last}", fresh.folder_key);
            let entry = Entry {
                key: key.clone(),
                identity: identity.clone(),
                versions: versions.clone(),
            };
            entries.insert(key, entry);
        }
        let entry = Entry {
            key: fresh.folder_key.clone(),
            identity,
            versions: Vec::new(),
        };
        entries.insert(fresh.folder_key, entry);
    }
    let mut bytes = FIRST_LINE.to_vec();
    for entry in entries.values() {
        entry.write(&mut bytes)?;
    }
    bytes.extend_from_slice(LAST_LINE);
    file.write_all(&bytes)?;
    file.persist(&path).map_err(|error| error.error)?;
    Ok(())
}

/// All entries, or `None` if there is no index, or not a whole one of this format.
fn read_all(path: &Path) -> Option<Vec<Entry>> {
    let mut bytes = Vec::new();
    let (file, _) = regular::open(path).ok()?;
    file.take(SIZE_LIMIT).read_to_end(&mut bytes).ok()?;
    let lines = bytes.strip_prefix(FIRST_LINE)?.strip_suffix(LAST_LINE)?;
    lines
        .split_inclusive(|byte| *byte == b'\n')
        .map(Entry::parse)
        .collect()
}

impl Entry {
    fn digest(&self) -> String {
        let mut hash = FnvHasher::default();
        let words = [&self.key, &self.identity]
            .into_iter()
            .chain(&self.versions);
        for word in words {
            hash.write(word.as_bytes());
            hash.write_u8(0);
        }
        format!("{:016x}", hash.finish())
    }

    fn write(&self, bytes: &mut Vec<u8>) -> io::Result<()> {
        let line = (&self.key, &self.identity, &self.versions, self.digest());
        serde_json::to_writer(&mut *bytes, &line)?;
        bytes.extend_from_slice(b",\n");
        Ok(())
    }

    fn parse(line: &[u8]) -> Option<Self> {
        let line = line.strip_suffix(b",\n")?;
        let (key, identity, versions, digest): (_, _, _, String) =
            serde_json::from_slice(line).ok()?;
        let entry = Self {
            key,
            identity,
            versions,
        };
        (entry.digest() == digest).then_some(entry)
    }
}

/// The key of a line, the rest of which is not looked at.
fn key_of(line: &[u8]) -> Option<String> {
    let text = line.strip_prefix(b"[")?;
    String::deserialize(&mut serde_json::Deserializer::from_slice(text)).ok()
}

/// Searches an index file without reading all of it.
struct Reader<F> {
    file: F,
    size: u64,
    /// The part of the file that was read last, and where it begins.
    window: Vec<u8>,
    window_start: u64,
}

impl Reader<fs::File> {
    fn open(path: &Path) -> Option<Self> {
        let (file, metadata) = regular::open(path).ok()?;
        Self::new(file, metadata.len())
    }
}

impl<F: Read + Seek> Reader<F> {
    /// `None` if the file isn't an index of this format.
    fn new(file: F, size: u64) -> Option<Self> {
        let mut reader = Self {
            file,
            size,
            window: Vec::new(),
            window_start: 0,
        };
        (reader.line_at(0)? == FIRST_LINE).then_some(reader)
    }

    /// The entry with this key. Anything odd on the way means there is none.
    fn find(&mut self, key: &str) -> Option<Entry> {
        // The entry, if there is one, begins at or after `low` and before `high`.
        let mut low = FIRST_LINE.len() as u64;
        let mut high = self.size.checked_sub(LAST_LINE.len() as u64)?;
        while high.checked_sub(low)? > BLOCK {
            let middle = low + (high - low) / 2;
            let start = middle + self.line_at(middle)?.len() as u64;
            if start >= high {
                // One long line: the rest is searched line by line.
                break;
            }
            let line = self.line_at(start)?;
            match key_of(line)?.as_str().cmp(key) {
                Ordering::Equal => return Entry::parse(line),
                Ordering::Less => low = start,
                Ordering::Greater => high = start,
            }
        }
        while low < high {
            let line = self.line_at(low)?;
            let length = line.len() as u64;
            match key_of(line)?.as_str().cmp(key) {
                Ordering::Equal => return Entry::parse(line),
                Ordering::Less => low += length,
                Ordering::Greater => return None,
            }
        }
        None
    }

    /// The bytes from `start` through the next line break.
    fn line_at(&mut self, start: u64) -> Option<&[u8]> {
        let mut wanted = usize::try_from(BLOCK).ok()?;
        loop {
            let skipped = start
                .checked_sub(self.window_start)
                .and_then(|skipped| usize::try_from(skipped).ok())
                .filter(|skipped| *skipped <= self.window.len());
            if let Some(skipped) = skipped
                && let Some(length) = self.window[skipped..]
                    .iter()
                    .position(|byte| *byte == b'\n')
            {
                return self.window.get(skipped..=skipped + length);
            }
            if wanted > LONGEST_LINE {
                return None;
            }
            self.file.seek(SeekFrom::Start(start)).ok()?;
            self.window_start = start;
            self.window.resize(wanted, 0);
            let read = self.file.read(&mut self.window).ok()?;
            self.window.truncate(read);
            if read == 0 {
                return None;
            }
            wanted *= 8;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    fn entry(key: &str, versions: usize) -> Entry {
        Entry {
            key: key.to_owned(),
            identity: "1-2-3".to_owned(),
            versions: (0..versions).map(|n| format!("v1.0.{n}")).collect(),
        }
    }

    fn file_of(entries: &[Entry]) -> Vec<u8> {
        let mut bytes = FIRST_LINE.to_vec();
        for entry in entries {
            entry.write(&mut bytes).unwrap();
        }
        bytes.extend_from_slice(LAST_LINE);
        bytes
    }

    fn find(bytes: &[u8], key: &str) -> Option<Entry> {
        Reader::new(Cursor::new(bytes), bytes.len() as u64)?.find(key)
    }

    #[test]
    fn the_file_is_json() {
        let bytes = file_of(&[entry("a/b", 2), entry("a/\"c\u{7f}é", 0)]);
        let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(value["index_version"], 2);
        assert_eq!(value["listings"][0][0], "a/b");
    }

    #[test]
    fn a_search_reads_little_of_a_large_index() {
        struct Counting(Cursor<Vec<u8>>, u64);
        impl Read for Counting {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let length = self.0.read(buffer)?;
                self.1 += length as u64;
                Ok(length)
            }
        }
        impl Seek for Counting {
            fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
                self.0.seek(to)
            }
        }
        let entries: Vec<_> = (0..10_000)
            .map(|n| entry(&format!("example.com/mod{n:05}"), 1))
            .collect();
        let bytes = file_of(&entries);
        let size = bytes.len() as u64;
        let mut reader = Reader::new(Counting(Cursor::new(bytes), 0), size).unwrap();
        assert_eq!(
            reader.find("example.com/mod07777"),
            Some(entries[7777].clone())
        );
        assert!(reader.file.1 < 100_000, "{} of {size} bytes", reader.file.1);
    }

    #[cfg(unix)]
    #[test]
    fn an_entry_counts_exactly_as_long_as_its_folder_is_unchanged() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("a");
        fs::create_dir(&folder).unwrap();
        let store = Store::new(root.path()).unwrap();
        // Nothing in the tree has this version: only the index can answer it.
        let planted = Entry {
            key: "a/b".to_owned(),
            identity: identity_of(&folder).unwrap().text(),
            versions: vec!["v7.7.7".to_owned()],
        };
        fs::write(root.path().join(FILE_NAME), file_of(&[planted])).unwrap();
        assert_eq!(store.versions("a/b").unwrap(), ["v7.7.7"]);
        fs::create_dir(folder.join("b@v1.0.0")).unwrap();
        assert_eq!(store.versions("a/b").unwrap(), ["v1.0.0"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn every_entry_is_found_and_no_other(
            keys in prop::collection::btree_set("[a-c]{1,3}(/[a-z\u{e9}\"]{0,4}){0,3}", 0..200),
            versions in prop::collection::vec(prop_oneof![9 => 0..4_usize, 1 => 0..300_usize], 200),
            absent in "[a-d]{1,3}(/[a-z]{0,4}){0,3}",
        ) {
            let entries: Vec<_> =
                keys.iter().zip(&versions).map(|(key, count)| entry(key, *count)).collect();
            let bytes = file_of(&entries);
            for entry in &entries {
                prop_assert_eq!(find(&bytes, &entry.key), Some(entry.clone()));
            }
            prop_assert_eq!(find(&bytes, &absent).is_some(), keys.contains(&absent));
        }

        #[test]
        fn a_damaged_file_hides_entries_but_changes_none(
            at in any::<prop::sample::Index>(),
            damage in prop::collection::vec(any::<u8>(), 0..40),
            cut in any::<bool>(),
        ) {
            let entries: Vec<_> =
                (0..300).map(|n| entry(&format!("a/m{n:03}"), n % 4)).collect();
            let mut bytes = file_of(&entries);
            let at = at.index(bytes.len());
            if cut {
                bytes.truncate(at);
            }
            let end = bytes.len().min(at + damage.len());
            bytes.splice(at.min(end)..end, damage);
            for entry in entries.iter().step_by(7) {
                if let Some(found) = find(&bytes, &entry.key) {
                    prop_assert_eq!(&found, entry);
                }
            }
        }
    }
}
