//! Zig's release index.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::ZigError;

const ORIGIN: &str = "https://ziglang.org/";

/// Where the index is.
pub const INDEX_URL: &str = "https://ziglang.org/download/index.json";

/// One archive of a release, as the index describes it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Release {
    /// The archive's address, already checked.
    pub(super) url: String,
    /// 64 lower-case hexadecimal digits.
    pub(super) sha256: String,
    /// Bytes.
    pub(super) size: u64,
}

/// What a release has under the name of a platform; other names hold other things.
#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Archive {
        tarball: String,
        shasum: String,
        size: String,
    },
    Other(IgnoredAny),
}

/// Finds the archive of a release for a platform in the index.
pub(super) fn find(index: &[u8], version: &str, target: &str) -> Result<Release, ZigError> {
    let mut releases: BTreeMap<String, BTreeMap<String, Entry>> = serde_json::from_slice(index)
        .map_err(|error| ZigError::Index {
            problem: format!("is not understood: {error}"),
        })?;
    let entry = releases
        .get_mut(version)
        .and_then(|release| release.remove(target));
    let (url, sha256, size) = match entry {
        Some(Entry::Archive {
            tarball,
            shasum,
            size,
        }) => (tarball, shasum, size),
        Some(Entry::Other(_)) | None => {
            return Err(ZigError::NoRelease {
                version: version.to_owned(),
                target: target.to_owned(),
            });
        }
    };
    check(&url)?;
    let is_digest = sha256.len() == 64
        && sha256
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let size = size.parse();
    match size {
        Ok(size) if is_digest => Ok(Release { url, sha256, size }),
        _ => Err(ZigError::Index {
            problem: format!("has no usable digest or size for {version} on {target}"),
        }),
    }
}

/// Refuses every address but those of Zig's own site over https. What follows
/// the origin must not be able to make a client read another host out of it.
pub(super) fn check(url: &str) -> Result<(), ZigError> {
    let allowed = url.strip_prefix(ORIGIN).is_some_and(|rest| {
        rest.bytes()
            .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'@' | b'\\'))
    });
    if allowed {
        return Ok(());
    }
    Err(ZigError::ForeignAddress {
        url: url.chars().filter(|c| !c.is_control()).take(200).collect(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn index(tarball: &str, shasum: &str, size: &str) -> Vec<u8> {
        json!({
            "master": {"version": "0.18.0-dev.1", "date": "2026-11-01",
                       "x86_64-linux": {"tarball": "x", "shasum": "y", "size": "1"}},
            "0.17.0": {"date": "2026-08-01", "docs": "https://ziglang.org/documentation/0.17.0/",
                       "src": {"tarball": "s", "shasum": "t", "size": "2"},
                       "x86_64-linux": {"tarball": tarball, "shasum": shasum, "size": size}},
        })
        .to_string()
        .into_bytes()
    }

    #[test]
    fn a_release_is_found_by_version_and_platform() {
        let sha256 = "0a".repeat(32);
        let url = "https://ziglang.org/download/0.17.0/zig.tar.xz";
        let index = index(url, &sha256, "53000000");
        let release = find(&index, "0.17.0", "x86_64-linux").unwrap();
        assert_eq!(
            release,
            Release {
                url: url.into(),
                sha256,
                size: 53_000_000
            }
        );
        for (version, target) in [
            ("0.17.0", "riscv64-plan9"),
            ("0.1.0", "x86_64-linux"),
            ("0.17.0", "date"),
        ] {
            assert!(matches!(
                find(&index, version, target),
                Err(ZigError::NoRelease { .. })
            ));
        }
    }

    #[test]
    fn an_index_that_cannot_be_trusted_is_refused() {
        let sha256 = "0a".repeat(32);
        let url = "https://ziglang.org/download/0.17.0/zig.tar.xz";
        let find = |index: &[u8]| find(index, "0.17.0", "x86_64-linux").unwrap_err();
        assert!(matches!(
            find(&index("https://mirror.test/zig.tar.xz", &sha256, "1")),
            ZigError::ForeignAddress { .. }
        ));
        for bad in [
            index(url, "", "1"),
            index(url, &sha256.to_uppercase(), "1"),
            index(url, &sha256, "-1"),
            index(url, &sha256, "many"),
            b"<html>".to_vec(),
            b"[]".to_vec(),
            "[".repeat(100_000).into_bytes(),
        ] {
            assert!(matches!(find(&bad), ZigError::Index { .. }));
        }
    }

    #[test]
    fn only_zigs_own_site_over_https_is_allowed() {
        for good in [
            "https://ziglang.org/download/index.json",
            "https://ziglang.org/download/0.17.0/zig-x86_64-linux-0.17.0.tar.xz",
        ] {
            assert!(check(good).is_ok(), "{good}");
        }
        for bad in [
            "http://ziglang.org/download/index.json",
            "https://ziglang.org",
            "https://ziglang.org.evil.test/x",
            "https://ziglang.org@evil.test/x",
            "https://ziglang.org:8443/x",
            "https://ziglang.org/x@evil.test",
            "https://ziglang.org/\\evil.test",
            "https://ziglang.org/a b",
            "https://ziglang.org/a\nHost: evil.test",
            "https://evil.test/https://ziglang.org/",
            "HTTPS://ZIGLANG.ORG/x",
            "file:///etc/passwd",
            "//ziglang.org/x",
            "",
        ] {
            assert!(
                matches!(check(bad), Err(ZigError::ForeignAddress { .. })),
                "{bad}"
            );
        }
    }
}
