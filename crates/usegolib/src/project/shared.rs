//! A store that several machines share: the same tree as an artifact root, behind
//! `https` or in a folder.
//!
//! Artifacts are fetched from it before they are built, and installed as any
//! other, byte for byte as they are there: what a lock says of a manifest holds
//! for it. A manifest is checked before its library is fetched, and the library
//! before it is installed.

use std::fmt::Write as _;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use fs_err as fs;
use sha2::{Digest, Sha256};
use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use super::ProjectError;
use super::lock::ArtifactDigests;
use super::sync::compare;
use crate::artifact::{Artifact, Place, Store, StoreError};
use crate::builder::{BuildError, Interrupt};
use crate::environment;
use crate::error::Result;
use crate::manifest::{self, FILE_NAME, Manifest, SIZE_LIMIT};

/// The file with the certificates that TLS trusts, as for other programs.
const CERTIFICATES: &str = "SSL_CERT_FILE";
const BUFFER: usize = 64 << 10;

/// A shared store.
pub struct SharedStore {
    base: Base,
}

enum Base {
    Folder(PathBuf),
    Https { url: String, agent: Agent },
}

/// What a manifest in a shared store is.
pub struct Offered<'a> {
    bytes: &'a [u8],
    manifest: &'a Manifest,
}

impl Offered<'_> {
    /// An error if it isn't the artifact that a lock has.
    pub(super) fn is_expected(
        &self,
        expected: Option<&ArtifactDigests>,
        lock: &Path,
        library: &str,
    ) -> Result<(), ProjectError> {
        let Some(expected) = expected else {
            return Ok(());
        };
        let found = ArtifactDigests {
            manifest: hexadecimal(&Sha256::digest(self.bytes)),
            library: self.manifest.library.sha256.clone().unwrap_or_default(),
        };
        compare(expected, &found, lock, library)
    }
}

impl SharedStore {
    /// The one of `USEGOLIB_ARTIFACT_URL`, if that is set.
    pub fn from_environment() -> Result<Option<Self>, ProjectError> {
        environment::ARTIFACT_URL
            .text()
            .map(|url| Self::new(&url))
            .transpose()
    }

    /// The store at an address.
    pub fn new(url: &str) -> Result<Self, ProjectError> {
        let refused = |problem: String| ProjectError::Address {
            url: url.to_owned(),
            problem,
        };
        let base = if let Some(path) = url.strip_prefix("file://") {
            let path = path.strip_prefix("localhost").unwrap_or(path);
            if !path.starts_with('/') {
                return Err(refused("it is not the address of a folder".to_owned()));
            }
            Base::Folder(unescaped(path).into())
        } else if url.starts_with("https://") {
            Base::Https {
                url: url.trim_end_matches('/').to_owned(),
                agent: agent().map_err(|error| refused(error.to_string()))?,
            }
        } else {
            return Err(refused("it is neither https:// nor file://".to_owned()));
        };
        Ok(Self { base })
    }

    /// Installs the artifact of a place into a store. `None` if there is none;
    /// `check` may refuse it by its manifest.
    ///
    /// # Errors
    /// [`ProjectError`], or those of the store and the manifest.
    pub fn fetch(
        &self,
        store: &Store,
        place: Place,
        title: &str,
        interrupt: &dyn Interrupt,
        check: impl Fn(&Offered<'_>) -> Result<(), ProjectError>,
    ) -> Result<Option<Artifact>> {
        let folder = place.folder();
        let Ok(relative) = folder.strip_prefix(store.root()) else {
            return Ok(None);
        };
        let path = relative.join(FILE_NAME);
        let Some(body) = self.get(&path)? else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        let url = self.address(&path);
        body.take(SIZE_LIMIT + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| fetch_error(&url, &error))?;
        let shown = Path::new(&url);
        let manifest = manifest::parse(shown, &bytes)?;
        manifest.validate(shown, store.platform())?;
        if manifest.module != place.module || manifest.version != place.version {
            let problem = format!("it is the manifest of {}", manifest.title());
            return Err(ProjectError::Fetch { url, problem }.into());
        }
        check(&Offered {
            bytes: &bytes,
            manifest: &manifest,
        })?;
        let lock = store.lock(place, &format!("fetching {title}"), &mut |_| {
            interrupt.continuing()
        })?;
        let staging = lock.stage()?;
        let library = &manifest.library.path;
        let target = staging.path().join("library");
        self.download(&relative.join(library), &target, &manifest, interrupt)?;
        Ok(Some(staging.install_as_is(
            Path::new("library"),
            &manifest,
            &bytes,
        )?))
    }

    /// Fetches a library and checks it against its manifest.
    fn download(
        &self,
        path: &Path,
        target: &Path,
        manifest: &Manifest,
        interrupt: &dyn Interrupt,
    ) -> Result<()> {
        let url = self.address(path);
        let Some(mut body) = self.get(path)? else {
            let problem = "it isn't there, although its manifest is".to_owned();
            return Err(ProjectError::Fetch { url, problem }.into());
        };
        let mut file = fs::File::create(target).map_err(ProjectError::Io)?;
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; BUFFER];
        loop {
            if interrupt.requested() {
                return Err(BuildError::Interrupted.into());
            }
            let length = match body.read(&mut buffer) {
                Ok(0) => break,
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(fetch_error(&url, &error).into()),
            };
            hasher.update(&buffer[..length]);
            file.write_all(&buffer[..length])
                .map_err(ProjectError::Io)?;
        }
        let actual = hexadecimal(&hasher.finalize());
        let expected = manifest.library.sha256.clone().unwrap_or_default();
        if actual != expected {
            return Err(StoreError::Sha256Mismatch {
                path: url.into(),
                expected,
                actual,
            }
            .into());
        }
        Ok(())
    }

    fn address(&self, path: &Path) -> String {
        match &self.base {
            Base::Folder(folder) => folder.join(path).display().to_string(),
            Base::Https { url, .. } => {
                let parts: Vec<_> = path
                    .components()
                    .map(|part| escaped(&part.as_os_str().to_string_lossy()))
                    .collect();
                format!("{url}/{}", parts.join("/"))
            }
        }
    }

    /// What is at a path; `None` if there is nothing.
    fn get(&self, path: &Path) -> Result<Option<Box<dyn Read + Send>>, ProjectError> {
        match &self.base {
            Base::Folder(folder) => match fs::File::open(folder.join(path)) {
                Ok(file) => Ok(Some(Box::new(file))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error.into()),
            },
            Base::Https { agent, .. } => {
                let url = self.address(path);
                let failed = |problem: String| ProjectError::Fetch {
                    url: url.clone(),
                    problem,
                };
                let response = agent.get(&url).call();
                let response = response.map_err(|error| failed(error.to_string()))?;
                match response.status().as_u16() {
                    200 => Ok(Some(Box::new(response.into_body().into_reader()))),
                    404 | 410 => Ok(None),
                    status => Err(failed(format!("the server answered {status}"))),
                }
            }
        }
    }
}

fn fetch_error(url: &str, error: &io::Error) -> ProjectError {
    ProjectError::Fetch {
        url: url.to_owned(),
        problem: error.to_string(),
    }
}

/// A client that speaks nothing but TLS, and trusts Mozilla's roots or the
/// certificates of `SSL_CERT_FILE`.
fn agent() -> io::Result<Agent> {
    let mut tls = TlsConfig::builder();
    if let Some(file) = std::env::var_os(CERTIFICATES).filter(|file| !file.is_empty()) {
        let text = fs::read(PathBuf::from(file))?;
        let mut certificates: Vec<Certificate<'static>> = Vec::new();
        for item in parse_pem(&text) {
            if let PemItem::Certificate(certificate) = item.map_err(io::Error::other)? {
                certificates.push(certificate);
            }
        }
        tls = tls.root_certs(RootCerts::new_with_certs(&certificates));
    }
    let config = Agent::config_builder()
        .https_only(true)
        .http_status_as_error(false)
        .timeout_connect(Some(Duration::from_secs(20)))
        .timeout_recv_response(Some(Duration::from_secs(60)))
        .timeout_per_read(Some(Duration::from_secs(60)))
        .user_agent(concat!("usegolib/", env!("CARGO_PKG_VERSION")))
        .tls_config(tls.build())
        .build();
    Ok(config.into())
}

/// An element of a path as URLs have it.
fn escaped(element: &str) -> String {
    let mut text = String::new();
    for byte in element.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@+!".contains(&byte) {
            text.push(byte.into());
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

/// A path as URLs have it, unescaped.
fn unescaped(path: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after
            .get(..2)
            .and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Lays artifacts out in a folder as a shared store has them. How many of them it
/// didn't have.
///
/// # Errors
/// Those of the stores and the manifests.
pub fn push(artifacts: &[Artifact], folder: &Path, interrupt: &dyn Interrupt) -> Result<usize> {
    let mut pushed = 0;
    for artifact in artifacts {
        let header = &artifact.header;
        let platform = crate::manifest::Platform::new(&header.goos, &header.goarch);
        let store = Store::for_platform(folder, platform)?;
        let place = store.place(&header.module, &header.version)?;
        let bytes = manifest::read_bytes(&artifact.manifest_path())?;
        let there = fs::read(place.manifest()).ok();
        if there.is_some_and(|there| there == bytes) {
            continue;
        }
        let manifest = manifest::parse(&artifact.manifest_path(), &bytes)?;
        if !artifact.is_whole(&manifest) {
            let path = manifest.library_path(&artifact.folder);
            return Err(StoreError::Sha256Mismatch {
                actual: crate::artifact::sha256_of(&path).map_err(ProjectError::Io)?,
                expected: manifest.library.sha256.unwrap_or_default(),
                path,
            }
            .into());
        }
        let lock = store.lock(place, &format!("pushing {}", manifest.title()), &mut |_| {
            interrupt.continuing()
        })?;
        let staging = lock.stage()?;
        let library = manifest.library_path(&artifact.folder);
        fs::copy(library, staging.path().join("library")).map_err(ProjectError::Io)?;
        staging.install_as_is(Path::new("library"), &manifest, &bytes)?;
        pushed += 1;
    }
    Ok(pushed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked() {
        for url in ["http://a.b", "ftp://a.b", "/folder", "file://other/folder"] {
            assert!(
                matches!(SharedStore::new(url), Err(ProjectError::Address { .. })),
                "{url}"
            );
        }
        let folder = SharedStore::new("file:///a%20b/c").unwrap();
        assert_eq!(folder.address(Path::new("d")), "/a b/c/d");
        let https = SharedStore::new("https://a.b/c/").unwrap();
        assert_eq!(
            https.address(Path::new("d/e f@v1+x")),
            "https://a.b/c/d/e%20f@v1+x"
        );
    }
}
