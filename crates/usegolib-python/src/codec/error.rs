//! Why a value could not be encoded or a response not be decoded.
//!
//! The path to the bad value is built while the error unwinds, so that nothing
//! keeps track of it when all is well.

use pyo3::PyErr;

use crate::wire::WireError;

/// One step from a value to a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    /// A record's field, by its canonical key.
    Field(String),
    /// An element of a sequence, or one of several results.
    Index(usize),
    /// A map's value, by the key as Python shows it.
    Key(String),
}

/// What went wrong, innermost path segment first.
#[derive(Debug)]
enum Failure {
    /// The value and its type don't agree.
    Schema { path: Vec<Segment>, what: String },
    /// The bytes are not a response at all.
    Malformed(String),
    /// Python code that ran during the conversion raised.
    Raised(PyErr),
}

/// What the caller raises for a failed conversion.
#[derive(Debug)]
pub(crate) enum Report {
    /// `UnsupportedTypeError` with this message.
    Schema(String),
    /// `ABIDecodeError` (never from encoding) with this message.
    Malformed(String),
    /// This exception, unchanged.
    Raised(PyErr),
}

impl Failure {
    fn report(self, prefix: &str, root: &str) -> Report {
        match self {
            Self::Schema { path, what } => {
                let path = rendered(&path);
                Report::Schema(format!("schema: {prefix}: {root}{path}: {what}"))
            }
            Self::Malformed(what) => Report::Malformed(format!("{prefix}: {what}")),
            Self::Raised(error) => Report::Raised(error),
        }
    }
}

/// A path as Go and Python would write it; of a very deep one, both ends.
fn rendered(path: &[Segment]) -> String {
    const END: usize = 10;
    let mut text = String::new();
    for (depth, segment) in path.iter().rev().enumerate() {
        if path.len() > 2 * END && (END..path.len() - END).contains(&depth) {
            if depth == END {
                text.push_str("...");
            }
            continue;
        }
        match segment {
            Segment::Field(key) => text.extend([".", key]),
            Segment::Index(at) => text.extend(["[", &at.to_string(), "]"]),
            Segment::Key(key) => text.extend(["[", key, "]"]),
        }
    }
    text
}

/// Why a value could not be encoded or a response not be decoded.
#[derive(Debug)]
pub(crate) struct ConversionError(Box<Failure>);

/// Why a value could not be encoded.
pub(crate) type EncodeError = ConversionError;

/// Why a response could not be decoded.
pub(crate) type DecodeError = ConversionError;

impl ConversionError {
    /// The value doesn't fit its type; `what` says how.
    #[cold]
    #[inline(never)]
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self(Box::new(Failure::Schema {
            path: Vec::new(),
            what: what.into(),
        }))
    }

    /// The response's frame, rather than a value in it, is wrong.
    #[cold]
    #[inline(never)]
    pub(crate) fn malformed(what: impl Into<String>) -> Self {
        Self(Box::new(Failure::Malformed(what.into())))
    }

    /// The error is about a field of the value at hand.
    #[cold]
    pub(crate) fn in_field(self, key: &str) -> Self {
        self.within(Segment::Field(key.to_owned()))
    }

    /// The error is about an element of the value at hand.
    #[cold]
    pub(crate) fn at_index(self, at: usize) -> Self {
        self.within(Segment::Index(at))
    }

    /// The error is about another element than it says: the first one of what was at
    /// hand, which is this one of the whole.
    #[cold]
    pub(crate) fn at_index_instead(mut self, at: usize) -> Self {
        if let Failure::Schema { path, .. } = &mut *self.0 {
            path.pop();
            path.push(Segment::Index(at));
        }
        self
    }

    /// The error is about a map's entry; `key` as Python shows it.
    #[cold]
    pub(crate) fn at_key(self, key: String) -> Self {
        self.within(Segment::Key(key))
    }

    /// The error is about a map's key, as Python shows it.
    #[cold]
    pub(crate) fn in_key(mut self, key: &str) -> Self {
        if let Failure::Schema { path, what } = &mut *self.0 {
            *what = format!("key {key}{}: {what}", rendered(path));
            path.clear();
        }
        self
    }

    fn within(mut self, segment: Segment) -> Self {
        if let Failure::Schema { path, .. } = &mut *self.0 {
            path.push(segment);
        }
        self
    }

    /// What to raise when argument `parameter` of `callable` was at fault.
    pub(crate) fn report_argument(self, callable: &str, parameter: &str) -> Report {
        self.0
            .report(&format!("{callable}({parameter})"), parameter)
    }

    /// What to raise when the response to `callable` was at fault.
    pub(crate) fn report_result(self, callable: &str) -> Report {
        self.0.report(callable, "result")
    }
}

impl From<PyErr> for ConversionError {
    #[cold]
    #[inline(never)]
    fn from(error: PyErr) -> Self {
        Self(Box::new(Failure::Raised(error)))
    }
}

impl From<WireError> for ConversionError {
    #[cold]
    #[inline(never)]
    fn from(error: WireError) -> Self {
        Self::new(error.to_string())
    }
}
