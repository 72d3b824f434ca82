//! Go's release numbers.

use std::cmp::Ordering;
use std::fmt;

/// The oldest Go that can build: what the bridge and the scanner need.
pub const MINIMUM_GO: GoVersion = GoVersion {
    major: 1,
    minor: 24,
    rest: String::new(),
};

/// The version of a Go toolchain (`go1.26.8`, `go1.27rc1`, `devel go1.28-2f3a`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoVersion {
    /// `1`
    pub major: u32,
    /// `26`
    pub minor: u32,
    /// `.8`, `rc1`, `-devel...`; empty in a language version.
    pub rest: String,
}

impl GoVersion {
    /// Parses what `go env GOVERSION` prints.
    pub fn parse(text: &str) -> Option<Self> {
        let number = text
            .split_whitespace()
            .find_map(|word| word.strip_prefix("go"))?;
        let (major, rest) = number.split_once('.')?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        Some(Self {
            major: major.parse().ok()?,
            minor: rest[..digits].parse().ok()?,
            rest: rest[digits..].to_owned(),
        })
    }

    /// Whether this is at least `other`, by major and minor number: that is
    /// what languages and standard libraries differ in.
    pub fn is_at_least(&self, other: &Self) -> bool {
        (self.major, self.minor).cmp(&(other.major, other.minor)) != Ordering::Less
    }
}

impl fmt::Display for GoVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "go{}.{}{}", self.major, self.minor, self.rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_version_is_read() {
        for (text, major, minor) in [
            ("go1.26.8", 1, 26),
            ("go1.21", 1, 21),
            ("go1.27rc1", 1, 27),
            ("go1.27-devel_3f2c Tue", 1, 27),
            ("devel go1.28-2f3a9c Mon Oct 5 linux/amd64", 1, 28),
            ("go1.26.8 X:nojsonv2", 1, 26),
            ("go2.0", 2, 0),
        ] {
            let version = GoVersion::parse(text).unwrap();
            assert_eq!((version.major, version.minor), (major, minor), "{text}");
        }
        for text in ["", "1.26", "go", "go1", "go1.x", "devel +3f2c"] {
            assert_eq!(GoVersion::parse(text), None, "{text}");
        }
        assert_eq!(
            GoVersion::parse("go1.26.8").unwrap().to_string(),
            "go1.26.8"
        );
    }

    #[test]
    fn versions_are_ordered_by_number_not_by_text() {
        let at_least = |text| GoVersion::parse(text).unwrap().is_at_least(&MINIMUM_GO);
        for enough in ["go1.24", "go1.24rc1", "go1.100.1", "go2.0"] {
            assert!(at_least(enough), "{enough}");
        }
        for old in ["go1.9.7", "go1.23.12", "go0.99"] {
            assert!(!at_least(old), "{old}");
        }
    }
}
