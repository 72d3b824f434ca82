//! Reading manifests that may hold anything.

use std::fmt;
use std::io::{self, Read};
use std::path::Path;

use fs_err as fs;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{ABI_VERSION, Header, MANIFEST_VERSION, Manifest, ManifestError};
use super::{bounds, regular};

/// The most bytes a manifest may have. The largest seen (a cloud provider's
/// whole SDK) has about a tenth of it.
pub const SIZE_LIMIT: u64 = 256 << 20;

/// As much of a manifest as nearly always holds its header.
const FRONT: u64 = 8 << 10;
/// How much more is read where that was not enough: a header with thousands of
/// packages is longer, and still little of its manifest.
const FACTOR: u64 = 8;

/// Reads the manifest at `path` and checks that its versions are supported.
/// Whether it fits the host is for [`Manifest::validate`] to say.
pub fn read(path: &Path) -> Result<Manifest, ManifestError> {
    parse(path, &read_bytes(path)?)
}

/// Reads the file, unless it can't be a manifest. A file that isn't there is
/// [`ManifestError::Read`] with [`io::ErrorKind::NotFound`].
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, ManifestError> {
    let (file, size) = open(path)?;
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
    // A file that grows while it is read must not get past the limit.
    file.take(SIZE_LIMIT + 1)
        .read_to_end(&mut bytes)
        .map_err(|source| read_error(path, source))?;
    check_size(path, bytes.len() as u64)?;
    Ok(bytes)
}

fn open(path: &Path) -> Result<(fs::File, u64), ManifestError> {
    let (file, metadata) = regular::open(path).map_err(|source| {
        if source.kind() == regular::KIND {
            let path = path.to_owned();
            return ManifestError::NotAFile { path };
        }
        read_error(path, source)
    })?;
    check_size(path, metadata.len())?;
    Ok((file, metadata.len()))
}

fn check_size(path: &Path, size: u64) -> Result<(), ManifestError> {
    if size > SIZE_LIMIT {
        return Err(ManifestError::TooLarge {
            path: path.to_owned(),
            size,
            limit: SIZE_LIMIT,
        });
    }
    Ok(())
}

fn read_error(path: &Path, source: io::Error) -> ManifestError {
    ManifestError::Read {
        path: path.to_owned(),
        source,
    }
}

/// The two fields every format of a manifest has.
#[derive(Deserialize)]
struct Versions {
    manifest_version: Value,
    abi_version: Value,
}

/// Parses a manifest; `path` is for messages. A manifest of an unsupported
/// version is reported as such even if nothing else in it can be understood.
pub fn parse(path: &Path, bytes: &[u8]) -> Result<Manifest, ManifestError> {
    let malformed = |source| ManifestError::Malformed {
        path: path.to_owned(),
        source,
    };
    // Where serde expects an object it would take an array of the values.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(malformed(serde::de::Error::custom("it is no JSON object")));
    }
    match serde_json::from_slice::<Manifest>(bytes) {
        Ok(manifest)
            if manifest.manifest_version == MANIFEST_VERSION
                && manifest.abi_version == ABI_VERSION =>
        {
            let manifest = with_symbols_in_schema(manifest);
            match bounds::problem(&manifest.schema) {
                None => Ok(manifest),
                Some(problem) => Err(ManifestError::Types {
                    path: path.to_owned(),
                    problem,
                }),
            }
        }
        // The usual case is over in one pass; only a refusal takes a second one.
        other => {
            let versions: Versions = serde_json::from_slice(bytes).map_err(malformed)?;
            check_versions(path, &versions)?;
            other.map_err(malformed)
        }
    }
}

fn check_versions(path: &Path, versions: &Versions) -> Result<(), ManifestError> {
    if versions.manifest_version != MANIFEST_VERSION {
        return Err(ManifestError::UnsupportedManifestVersion {
            path: path.to_owned(),
            found: abbreviated(&versions.manifest_version),
        });
    }
    if versions.abi_version != ABI_VERSION {
        return Err(ManifestError::UnsupportedAbiVersion {
            path: path.to_owned(),
            found: abbreviated(&versions.abi_version),
        });
    }
    Ok(())
}

fn abbreviated(value: &Value) -> String {
    const LONGEST: usize = 40;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text,
    }
}

fn with_symbols_in_schema(mut manifest: Manifest) -> Manifest {
    if !manifest.symbols.is_empty() {
        manifest.schema.symbols = std::mem::take(&mut manifest.symbols);
    }
    let mut instances = std::mem::take(&mut manifest.schema.instances);
    manifest.schema.symbols.append(&mut instances);
    manifest
}

/// Reads only as much of the manifest as holds the fields of a [`Header`],
/// which are at the front of the manifests that usegolib writes.
pub fn read_header(path: &Path) -> Result<Header, ManifestError> {
    let (mut file, size) = open(path)?;
    let mut front = Vec::new();
    let mut wanted = FRONT;
    loop {
        (&mut file)
            .take(wanted - front.len() as u64)
            .read_to_end(&mut front)
            .map_err(|source| read_error(path, source))?;
        match parse_header(path, &front) {
            Err(_) if wanted < size => wanted = size.min(wanted * FACTOR),
            outcome => return outcome,
        }
    }
}

/// Parses only the header; `path` is for messages.
pub fn parse_header(path: &Path, bytes: &[u8]) -> Result<Header, ManifestError> {
    header_from(&mut serde_json::Deserializer::from_slice(bytes)).map_err(|source| {
        ManifestError::Malformed {
            path: path.to_owned(),
            source,
        }
    })
}

fn header_from<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Header, D::Error> {
    let mut partial = PartialHeader::default();
    let outcome = HeaderSeed(&mut partial).deserialize(deserializer);
    // Stopping early looks like an error to the parser, which expects the end.
    match (partial.complete(), outcome) {
        (Some(header), _) => Ok(header),
        (None, Err(error)) => Err(error),
        (None, Ok(missing)) => Err(serde::de::Error::missing_field(missing)),
    }
}

#[derive(Default)]
struct PartialHeader {
    module: Option<String>,
    version: Option<String>,
    goos: Option<String>,
    goarch: Option<String>,
    packages: Option<Vec<String>>,
}

impl PartialHeader {
    fn missing(&self) -> Option<&'static str> {
        [
            ("module", self.module.is_none()),
            ("version", self.version.is_none()),
            ("goos", self.goos.is_none()),
            ("goarch", self.goarch.is_none()),
            ("packages", self.packages.is_none()),
        ]
        .into_iter()
        .find_map(|(name, missing)| missing.then_some(name))
    }

    fn complete(self) -> Option<Header> {
        Some(Header {
            module: self.module?,
            version: self.version?,
            goos: self.goos?,
            goarch: self.goarch?,
            packages: self.packages?,
        })
    }
}

/// Fills a [`PartialHeader`] and stops when it is complete; its value is the
/// name of a missing field (empty if none is).
struct HeaderSeed<'a>(&'a mut PartialHeader);

impl<'de> DeserializeSeed<'de> for HeaderSeed<'_> {
    type Value = &'static str;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for HeaderSeed<'_> {
    type Value = &'static str;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a manifest")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "module" => self.0.module = Some(map.next_value()?),
                "version" => self.0.version = Some(map.next_value()?),
                "goos" => self.0.goos = Some(map.next_value()?),
                "goarch" => self.0.goarch = Some(map.next_value()?),
                "packages" => self.0.packages = Some(map.next_value()?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            if self.0.missing().is_none() {
                return Ok("");
            }
        }
        Ok(self.0.missing().unwrap_or_default())
    }
}
