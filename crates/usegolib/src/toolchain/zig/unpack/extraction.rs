//! Writing the entries of an archive, each after it was found harmless.

use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use fs_err as fs;

use crate::toolchain::zig::{Event, OnEvent, ZigError};

/// Limits that a release of Zig (400 MB in 20 000 files) is far from.
const MOST_BYTES: u64 = 4 << 30;
const MOST_ENTRIES: u64 = 500_000;
const EVENTS_EVERY: u64 = 64;

/// What an entry is to become.
pub(super) enum Entry<'a> {
    Folder,
    File {
        executable: bool,
        content: &'a mut dyn Read,
    },
    SymbolicLink {
        target: &'a [u8],
    },
    HardLink {
        target: &'a [u8],
    },
}

/// An extraction at work.
pub(super) struct Extraction<'a, 'b> {
    url: &'a str,
    folder: &'a Path,
    on_event: &'a mut OnEvent<'b>,
    entries: u64,
    bytes: u64,
}

impl<'a, 'b> Extraction<'a, 'b> {
    pub(super) fn new(url: &'a str, folder: &'a Path, on_event: &'a mut OnEvent<'b>) -> Self {
        Self {
            url,
            folder,
            on_event,
            entries: 0,
            bytes: 0,
        }
    }

    /// The error for an entry that is not extracted.
    pub(super) fn refuse(&self, name: &[u8], problem: &'static str) -> ZigError {
        ZigError::UnsafeEntry {
            url: self.url.to_owned(),
            entry: String::from_utf8_lossy(name).chars().take(200).collect(),
            problem,
        }
    }

    /// The error for an archive that can't be read.
    pub(super) fn damaged(&self, source: io::Error) -> ZigError {
        ZigError::Archive {
            url: self.url.to_owned(),
            source,
        }
    }

    /// Writes one entry.
    pub(super) fn add(&mut self, name: &[u8], entry: Entry<'_>) -> Result<(), ZigError> {
        self.count(name)?;
        let relative = match relative_path(name) {
            Ok(relative) => relative,
            Err(problem) => return Err(self.refuse(name, problem)),
        };
        // An entry for the folder itself (`./`).
        if relative.as_os_str().is_empty() {
            return match entry {
                Entry::Folder => Ok(()),
                _ => Err(self.refuse(name, "has no name")),
            };
        }
        let path = self.folder.join(&relative);
        self.make_parents(name, &relative)?;
        match entry {
            Entry::Folder => self.make_folder(name, &path),
            Entry::File {
                executable,
                content,
            } => self.write_file(name, &path, executable, content),
            Entry::SymbolicLink { target } => self.link_symbolically(name, &relative, target),
            Entry::HardLink { target } => self.link(name, &path, target),
        }
    }

    fn count(&mut self, name: &[u8]) -> Result<(), ZigError> {
        self.entries += 1;
        if self.entries > MOST_ENTRIES {
            return Err(self.refuse(name, "is one too many"));
        }
        if self.entries.is_multiple_of(EVENTS_EVERY) {
            let event = Event::Extracting {
                entries: self.entries,
            };
            if (self.on_event)(event).is_break() {
                return Err(ZigError::Interrupted);
            }
        }
        Ok(())
    }

    /// Makes the folders above an entry, none of which may be a link.
    fn make_parents(&self, name: &[u8], relative: &Path) -> Result<(), ZigError> {
        let mut path = self.folder.to_owned();
        for component in relative.parent().into_iter().flat_map(Path::components) {
            path.push(component);
            self.make_folder(name, &path)?;
        }
        Ok(())
    }

    fn make_folder(&self, name: &[u8], path: &Path) -> Result<(), ZigError> {
        match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_dir() => Ok(()),
            Ok(_) => Err(self.refuse(name, "goes through a link or a file")),
            Err(_) => fs::create_dir(path).map_err(ZigError::write(path)),
        }
    }

    fn write_file(
        &mut self,
        name: &[u8],
        path: &Path,
        executable: bool,
        content: &mut dyn Read,
    ) -> Result<(), ZigError> {
        // A new file: never the target of a link, never one that was written.
        let file = options(executable).open(path);
        let mut file = file.map_err(|error| self.occupied(name, path, error))?;
        let rest = MOST_BYTES - self.bytes;
        let mut content = content.take(rest + 1);
        let written = copy(&mut content, &mut file).map_err(|error| match error {
            CopyError::Read(error) => self.damaged(error),
            CopyError::Write(error) => ZigError::write(path)(error),
        })?;
        if written > rest {
            return Err(self.refuse(name, "makes the archive larger than is allowed"));
        }
        self.bytes += written;
        Ok(())
    }

    /// Makes a link that stays inside: up only at its beginning and not above
    /// the folder, then down. Down may lead through other links, which stay
    /// inside themselves; up after down could lead out through them.
    fn link_symbolically(
        &self,
        name: &[u8],
        relative: &Path,
        target: &[u8],
    ) -> Result<(), ZigError> {
        const LEAVES: &str = "is a link out of the folder";
        let text = plain_text(target).map_err(|problem| self.refuse(name, problem))?;
        let mut depth = relative.components().count() - 1;
        let mut descending = false;
        for component in Path::new(text).components() {
            match component {
                Component::Normal(_) => descending = true,
                Component::CurDir => {}
                Component::ParentDir if descending || depth == 0 => {
                    return Err(self.refuse(name, LEAVES));
                }
                Component::ParentDir => depth -= 1,
                Component::RootDir | Component::Prefix(_) => {
                    return Err(self.refuse(name, LEAVES));
                }
            }
        }
        let path = self.folder.join(relative);
        symbolic_link(text, &path).map_err(|error| self.occupied(name, &path, error))
    }

    /// Makes a second name for a file that was extracted before.
    fn link(&self, name: &[u8], path: &Path, target: &[u8]) -> Result<(), ZigError> {
        let target = relative_path(target).map_err(|problem| self.refuse(name, problem))?;
        let mut source = self.folder.to_owned();
        let mut components = target.components().peekable();
        while let Some(component) = components.next() {
            source.push(component);
            let is_as_expected = fs::symlink_metadata(&source).is_ok_and(|metadata| {
                if components.peek().is_some() {
                    metadata.is_dir()
                } else {
                    metadata.is_file()
                }
            });
            if !is_as_expected {
                return Err(
                    self.refuse(name, "is a link to something that is no file in the folder")
                );
            }
        }
        fs::hard_link(&source, path).map_err(|error| self.occupied(name, path, error))
    }

    fn occupied(&self, name: &[u8], path: &Path, error: io::Error) -> ZigError {
        match error.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::IsADirectory => {
                self.refuse(name, "is there twice")
            }
            _ => ZigError::write(path)(error),
        }
    }
}

enum CopyError {
    Read(io::Error),
    Write(io::Error),
}

/// [`io::copy`] that knows which end failed.
fn copy(content: &mut dyn Read, file: &mut fs::File) -> Result<u64, CopyError> {
    let mut buffer = [0; 16 << 10];
    let mut written = 0;
    loop {
        let length = match content.read(&mut buffer) {
            Ok(0) => return Ok(written),
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(CopyError::Read(error)),
        };
        io::Write::write_all(file, &buffer[..length]).map_err(CopyError::Write)?;
        written += length as u64;
    }
}

/// The entry's name as a path of plain names, or what is wrong with it.
fn relative_path(name: &[u8]) -> Result<PathBuf, &'static str> {
    let text = plain_text(name)?;
    let mut path = PathBuf::new();
    for component in Path::new(text).components() {
        match component {
            Component::Normal(part) => path.push(part),
            Component::CurDir => {}
            Component::ParentDir => return Err("leads out of the folder"),
            Component::RootDir | Component::Prefix(_) => return Err("is absolute"),
        }
    }
    Ok(path)
}

/// The name as text that means the same on every system.
fn plain_text(name: &[u8]) -> Result<&str, &'static str> {
    let text = std::str::from_utf8(name).map_err(|_| "has a name that is not UTF-8")?;
    if text.is_empty() {
        return Err("has no name");
    }
    if text.contains(['\\', ':', '\0']) {
        return Err("has a character that is special on some system");
    }
    Ok(text)
}

fn options(executable: bool) -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use fs_err::os::unix::fs::OpenOptionsExt;
        // Nothing else of the archived mode: no set-user-id, no sticky bit.
        options.mode(if executable { 0o777 } else { 0o666 });
    }
    #[cfg(not(unix))]
    let _ = executable;
    options
}

#[cfg(unix)]
fn symbolic_link(target: &str, path: &Path) -> io::Result<()> {
    fs_err::os::unix::fs::symlink(target, path)
}

#[cfg(not(unix))]
fn symbolic_link(_target: &str, _path: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
