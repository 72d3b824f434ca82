//! Which failures of a download are worth another try.
//!
//! Go prints network failures as text; this is the one place that reads them
//! (spec: Builder Retries Transient Go Network Failures). Compilers print text
//! too, and may say "unexpected EOF": only what Go's download steps print is
//! taken for a failure of the network.

use std::fmt;

/// Why a download failed for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 404, or a version or package that doesn't exist.
    NotFound,
    /// 401 or 403.
    Forbidden,
    /// 410.
    Gone,
    /// What was downloaded is not what the checksum says.
    Checksum,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotFound => "not found",
            Self::Forbidden => "access refused",
            Self::Gone => "no longer available",
            Self::Checksum => "checksum mismatch",
        })
    }
}

impl Refusal {
    /// What the user can do about it.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::NotFound => {
                "check the spelling of path and version; for a private module set GOPRIVATE"
            }
            Self::Forbidden => {
                "check the spelling of path and version; for a private module set GOPRIVATE and \
                 credentials in .netrc, as for the go command"
            }
            Self::Gone => "ask for another version, or set GOPROXY=direct to go to the source",
            Self::Checksum => {
                "the download is not what its author published; try --redownload, and if that \
                 doesn't help, don't use this version"
            }
        }
    }
}

/// How a failed go command failed, as far as the network goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Worth another try.
    Transient,
    /// Another try would fail the same way.
    Refused(Refusal),
    /// Nothing to do with the network.
    Other,
}

const REFUSALS: &[(&str, Refusal)] = &[
    ("checksum mismatch", Refusal::Checksum),
    ("security error", Refusal::Checksum),
    ("404 not found", Refusal::NotFound),
    ("unknown revision", Refusal::NotFound),
    ("does not contain package", Refusal::NotFound),
    ("no matching versions", Refusal::NotFound),
    ("repository not found", Refusal::NotFound),
    ("410 gone", Refusal::Gone),
    ("401 unauthorized", Refusal::Forbidden),
    ("403 forbidden", Refusal::Forbidden),
];

const TRANSIENT: &[&str] = &[
    "i/o timeout",
    "timeout awaiting",
    "timed out",
    "deadline exceeded",
    "tls handshake",
    "connection refused",
    "connection reset",
    "broken pipe",
    "network is unreachable",
    "no route to host",
    "temporary failure",
    "server misbehaving",
    "http2: ",
    "stream error",
    "unexpected eof",
    ": eof",
    "429 too many requests",
    "500 internal server error",
    "502 bad gateway",
    "503 service unavailable",
    "504 gateway",
];

/// What only messages about connections have.
const CONNECTION: &[&str] = &[
    "://",
    "dial ",
    "read tcp",
    "write tcp",
    "lookup ",
    "net/http",
    "http2: ",
    "ssh: ",
];

/// The lines that Go's download steps may have printed: not what compilers and
/// linkers say, which stands under the name of its package.
fn outside_of_packages(stderr: &str) -> impl Iterator<Item = &str> {
    let mut in_package = false;
    stderr.lines().filter(move |line| {
        if line.starts_with("# ") {
            in_package = true;
        } else if line.starts_with("go: ") {
            in_package = false;
        }
        !in_package
    })
}

/// Reads what a failed go command printed.
pub(crate) fn classify(stderr: &str) -> Failure {
    let mut transient = false;
    let mut connecting = false;
    for line in outside_of_packages(stderr) {
        let line = line.to_ascii_lowercase();
        // What a version control system said is indented below.
        let continued = connecting && line.starts_with('\t');
        connecting = continued || CONNECTION.iter().any(|text| line.contains(text));
        if let Some((_, refusal)) = REFUSALS.iter().find(|(text, _)| line.contains(text)) {
            return Failure::Refused(*refusal);
        }
        // The host of a path that nobody has is no network failure; the
        // proxy's is.
        if line.contains("no such host") && line.contains("unrecognized import path") {
            return Failure::Refused(Refusal::NotFound);
        }
        transient |= connecting
            && (line.contains("no such host") || TRANSIENT.iter().any(|t| line.contains(t)));
    }
    if transient {
        Failure::Transient
    } else {
        Failure::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transient_failures() {
        for text in [
            "go: a.b/c@v1: Get \"https://proxy.test/a\": dial tcp 1.2.3.4:443: i/o timeout",
            "go: a.b/c@v1: reading https://proxy.test/a: 502 Bad Gateway",
            "go: a.b/c@v1: Get \"https://proxy.test/a\": net/http: TLS handshake timeout",
            "go: a.b/c@v1: Get \"https://proxy.test/a\": EOF",
            "dial tcp: connect: connection refused",
            "go: a.b/c@v1: read tcp 1.2.3.4:5->6.7.8.9:443: connection reset by peer",
            "go: a.b/c@v1: git fetch -f https://a.b/c in /x: exit status 128:\n\tfatal: Connection timed out",
            "dial tcp: lookup proxy.test: no such host",
            "go: a.b/c@v1: unrecognized import path \"a.b/c\": https fetch: dial tcp: i/o timeout",
        ] {
            assert_eq!(classify(text), Failure::Transient, "{text}");
        }
    }

    #[test]
    fn refusals_are_told_apart_and_win() {
        for (text, refusal) in [
            ("reading https://p.test/a: 404 Not Found", Refusal::NotFound),
            (
                "reading https://p.test/a: 403 Forbidden\n\tserver response: no",
                Refusal::Forbidden,
            ),
            ("reading https://p.test/a: 410 Gone", Refusal::Gone),
            (
                "verifying a.b/c@v1: checksum mismatch\n\tdownloaded: h1:x",
                Refusal::Checksum,
            ),
            ("invalid version: unknown revision v9", Refusal::NotFound),
            (
                "a.b/c@v1: unrecognized import path \"a.b/c\": dial tcp: lookup a.b: no such host",
                Refusal::NotFound,
            ),
            (
                "go: a.b/c@v1: dial tcp: i/o timeout\ngo: a.b/d@v1: reading https://p.test/a: 404 Not Found",
                Refusal::NotFound,
            ),
        ] {
            assert_eq!(classify(text), Failure::Refused(refusal), "{text}");
        }
    }

    #[test]
    fn compile_errors_are_no_network_failures() {
        for text in [
            "# a.b/c\n./c.go:3:1: undefined: x",
            "# a.b/c\n./c.go:3:1: syntax error: unexpected EOF, expecting }",
            "./c.go:3:1: syntax error: unexpected EOF, expecting }",
            "c.go:4:1: expected '}', found 'EOF'",
            "# a.b/c\n./c.go:3:1: undefined: x: EOF\n./c.go:4:1: \"https://a.b\": connection refused",
            "# a.b/c\nc.c:1:2: error: #error \"fetch https://a.b: 404 not found, timed out\"",
        ] {
            assert_eq!(classify(text), Failure::Other, "{text}");
        }
        let both = "# a.b/c\nx\ngo: a.b/d@v1: Get \"https://p.test/a\": EOF";
        assert_eq!(classify(both), Failure::Transient);
    }
}
