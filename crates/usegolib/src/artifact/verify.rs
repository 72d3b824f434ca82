//! The last checks before a library is loaded: manifest, platform, sha256.

use std::env::consts::DLL_EXTENSION;
use std::fmt::Write as _;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::thread;

use fs_err as fs;
use sha2::{Digest, Sha256};

use super::contents::Contents;
use super::identity::{Identity, SETTLING_TIME};
use super::{Artifact, LibraryFile, StoreError};
use crate::environment;
use crate::manifest::{self, Manifest, ManifestError, Platform, regular};
use crate::schema::catalog::Catalog;

const REMEMBERED: &str = ".verified";
/// More than its line has, in bytes.
const LONGEST_MEMORY: u64 = 1024;
/// Small enough for what was read to be in the processor's cache when it is hashed.
const BUFFER: usize = 64 << 10;
/// From this size on, in bytes, parsing a manifest takes longer than starting a
/// thread.
const LARGE_MANIFEST: usize = 256 << 10;
/// An artifact that is replaced at each of so many readings isn't being
/// replaced: it is damaged.
const ATTEMPTS: usize = 4;

/// When the library's sha256 is computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verify {
    /// At every load.
    #[default]
    Always,
    /// When the file is not the one that was hashed last: device, inode, size
    /// or a timestamp differ. Weaker against a writer who can set the clock.
    Changed,
}

impl Verify {
    /// `USEGOLIB_VERIFY=changed` is [`Verify::Changed`], everything else
    /// [`Verify::Always`].
    pub fn from_environment() -> Self {
        match environment::VERIFY.text().as_deref() {
            Some("changed") => Self::Changed,
            _ => Self::Always,
        }
    }
}

/// An artifact that passed every check.
#[derive(Debug)]
pub struct Loadable {
    /// The manifest, without its schema.
    pub manifest: Manifest,
    /// What the library exports: the manifest's schema.
    pub catalog: Catalog,
    /// The library.
    pub library: LibraryFile,
}

impl Artifact {
    /// Reads the manifest, checks it against `host` and the library against the
    /// manifest (spec: Library SHA256 Verification, Manifest Version And
    /// Platform Validation).
    pub fn load(&self, host: &Platform, verify: Verify) -> Result<Loadable, StoreError> {
        let path = self.manifest_path();
        let mut bytes = manifest::read_bytes(&path)?;
        for attempt in 1.. {
            let (contents, hashed) = self.read_and_hash(&path, &bytes, verify);
            let contents = contents?;
            let manifest = &contents.manifest;
            manifest.validate(&path, host)?;
            let error = match self.verify_library(manifest, verify, hashed) {
                Ok(library) => {
                    let (manifest, catalog) = contents.catalog(&path, bytes)?;
                    return Ok(Loadable {
                        manifest,
                        catalog,
                        library,
                    });
                }
                Err(error) => error,
            };
            // A manifest and a library that don't fit may be of two builds, if
            // a new one was installed between our reading one and the other.
            let again = manifest::read_bytes(&path)?;
            if again == bytes || attempt == ATTEMPTS {
                return Err(error);
            }
            bytes = again;
        }
        unreachable!("the last attempt returns")
    }

    /// Whether the library is the one that the manifest describes.
    pub fn is_whole(&self, manifest: &Manifest) -> bool {
        self.verify_library(manifest, Verify::Always, None).is_ok()
    }

    /// Parses the manifest. If that takes its time, the library that it is
    /// probably about is hashed meanwhile.
    fn read_and_hash(
        &self,
        path: &Path,
        bytes: &[u8],
        verify: Verify,
    ) -> (Result<Contents, ManifestError>, Option<Hashed>) {
        if bytes.len() < LARGE_MANIFEST {
            return (Contents::whole(path, bytes), None);
        }
        if verify != Verify::Always {
            return (Contents::read(path, bytes), None);
        }
        thread::scope(|scope| {
            let hashing = scope.spawn(|| {
                let path = only_library(&self.folder)?;
                let mut library = LibraryFile::open(&self.folder, path).ok()?;
                let sha256 = library.sha256().ok()?;
                Some(Hashed { library, sha256 })
            });
            let manifest = Contents::read(path, bytes);
            // Without it the library is hashed later.
            (manifest, hashing.join().ok().flatten())
        })
    }

    fn verify_library(
        &self,
        manifest: &Manifest,
        verify: Verify,
        hashed: Option<Hashed>,
    ) -> Result<LibraryFile, StoreError> {
        let path = manifest.library_path(&self.folder);
        let Some(expected) = &manifest.library.sha256 else {
            return Err(ManifestError::MissingSha256 {
                path: self.manifest_path(),
            }
            .into());
        };
        let (library, actual) = match hashed {
            Some(Hashed { library, sha256 }) if library.path() == path => (library, sha256),
            _ => {
                let mut library = LibraryFile::open(&self.folder, path)?;
                let memory = Memory::new(&self.folder, &library, verify);
                if memory.remembers(expected) {
                    return Ok(library);
                }
                let sha256 = library.sha256();
                let sha256 = sha256.map_err(StoreError::read(library.path()))?;
                (library, sha256)
            }
        };
        if actual != *expected {
            return Err(StoreError::Sha256Mismatch {
                path: library.path().to_owned(),
                expected: expected.clone(),
                actual,
            });
        }
        Memory::new(&self.folder, &library, verify).remember(expected);
        Ok(library)
    }
}

/// A library's sha256.
struct Hashed {
    library: LibraryFile,
    sha256: String,
}

/// The only file in an artifact's folder that may be its library.
fn only_library(folder: &Path) -> Option<PathBuf> {
    let mut libraries = fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == DLL_EXTENSION)
        });
    let found = libraries.next();
    found.filter(|_| libraries.next().is_none())
}

/// Which state of the library was hashed last, kept beside it. `None` where
/// nothing may be remembered.
struct Memory(Option<(PathBuf, Identity)>);

impl Memory {
    fn new(folder: &Path, library: &LibraryFile, verify: Verify) -> Self {
        if verify == Verify::Always {
            return Self(None);
        }
        let identity = library.identity;
        Self(identity.map(|identity| (folder.join(REMEMBERED), identity)))
    }

    fn line(identity: &Identity, sha256: &str) -> String {
        format!("{} {sha256}\n", identity.text())
    }

    fn remembers(&self, sha256: &str) -> bool {
        self.0.as_ref().is_some_and(|(path, identity)| {
            regular::read_text(path, LONGEST_MEMORY)
                .is_ok_and(|text| text == Self::line(identity, sha256))
        })
    }

    /// Failing (the store may be read-only) means hashing again next time.
    fn remember(&self, sha256: &str) {
        let Some((path, identity)) = &self.0 else {
            return;
        };
        let _ = (|| -> io::Result<()> {
            let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
            let mut file = manifest::new_file_in(folder)?;
            io::Write::write_all(&mut file, Self::line(identity, sha256).as_bytes())?;
            let now = Identity::of(&file.as_file().metadata()?);
            if now.is_some_and(|now| identity.settled_before(&now, SETTLING_TIME)) {
                file.persist(path).map_err(|error| error.error)?;
            }
            Ok(())
        })();
    }
}

/// The sha256 of a file, as 64 lower-case hexadecimal digits. The processor's
/// own instructions do the hashing where it has them.
///
/// The file is read, not mapped: mapping it saves less than a tenth of the time,
/// and a file that somebody truncates meanwhile would end the process.
pub fn sha256_of(path: &Path) -> io::Result<String> {
    let (mut file, _) = regular::open(path)?;
    sha256_of_reader(&mut file)
}

pub(super) fn sha256_of_reader(file: &mut impl Read) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; BUFFER];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hexadecimal(&hasher.finalize())),
            Ok(length) => hasher.update(&buffer[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
