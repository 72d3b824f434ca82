//! Interfaces that a folder or a mapping of names to contents can stand for: `fs.FS` and
//! its relatives.

use super::Function;

/// What the library's file systems have, as interfaces compare methods.
const METHODS: [&str; 4] = [
    "Open(string) (io/fs.File, error)",
    "ReadDir(string) ([]io/fs.DirEntry, error)",
    "ReadFile(string) ([]uint8, error)",
    "Stat(string) (io/fs.FileInfo, error)",
];

/// Whether files can be given for an interface that has these methods.
pub fn is_filesystem(methods: &[&Function]) -> bool {
    !methods.is_empty()
        && methods
            .iter()
            .all(|method| METHODS.contains(&method.comparable().as_str()))
}
