//! The one place that decides which addresses are requested.

use super::fetch::{Fetch, Response};
use super::{FetchError, ZigError};

const ORIGIN: &str = "https://ziglang.org/";
const MOST_REDIRECTS: usize = 5;

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

/// Requests `url` from byte `offset` on, following redirects within the site.
pub(super) fn get(fetch: &dyn Fetch, url: &str, offset: u64) -> Result<Response, ZigError> {
    let mut current = url.to_owned();
    for _ in 0..=MOST_REDIRECTS {
        check(&current)?;
        let response = fetch
            .get(&current, offset)
            .map_err(|source| ZigError::Fetch {
                url: current.clone(),
                source,
            })?;
        match (response.status, response.location) {
            (301 | 302 | 303 | 307 | 308, Some(location)) => current = resolve(&location),
            (_, location) => {
                return Ok(Response {
                    location,
                    ..response
                });
            }
        }
    }
    Err(ZigError::Fetch {
        url: url.to_owned(),
        source: FetchError::TooManyRedirects,
    })
}

/// A redirect's target: an address, or a path on the same site.
fn resolve(location: &str) -> String {
    match location.strip_prefix('/') {
        // `//host/path` is another host.
        Some(path) if !path.starts_with('/') => format!("{ORIGIN}{path}"),
        _ => location.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
