//! Adapters: the Go types that cross as something more useful in Python than
//! what they are made of (spec: Typed Adapter For ...).
//!
//! A descriptor says all about such a type that isn't its codec: everything else
//! that treats these types differently reads it. What encodes and decodes their
//! values is `codec/kind/adapter.rs` of the extension module and
//! `go/bridge/adapters.go`; CONTRIBUTING says how a type is added.

use super::shape::Number;

/// A type that crosses as something of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Adapter {
    /// `time.Time`: RFC 3339 with nanoseconds.
    Time,
    /// `time.Duration`: nanoseconds.
    Duration,
    /// `github.com/google/uuid.UUID`: its canonical form.
    Uuid,
}

/// What an adapted type is, on both sides.
#[derive(Clone, Copy, Debug)]
pub struct Descriptor {
    /// The type's expression.
    pub go_name: &'static str,
    /// What its values are on the wire.
    pub wire: Wire,
    /// The Python classes that are given for it besides what comes from Go:
    /// module and name.
    pub given: &'static [(&'static str, &'static str)],
    /// The annotation of what Python can give, as the modules that `usegolib
    /// gen` writes have it: names of a module that [`given`](Self::given) lists
    /// stand behind `_module.`.
    pub annotation: &'static str,
}

/// What values of an adapted type are on the wire, and thereby in Python.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// The number that they are made of; an int in Python.
    Number(Number),
    /// A string.
    Text {
        /// The method by which the bridge's Decoder reads them, and its Encoder
        /// writes them.
        method: &'static str,
        /// Whether the method's value isn't of the type, which the bridge can't
        /// import, but of the bytes that it is made of.
        bytes: bool,
        /// The zero value's.
        zero: &'static str,
    },
}

impl Wire {
    /// The built-in class of Python that the values are instances of.
    pub const fn python(self) -> &'static str {
        match self {
            Self::Number(_) => "int",
            Self::Text { .. } => "str",
        }
    }
}

impl Adapter {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Time, Self::Duration, Self::Uuid];

    /// What the type is.
    pub const fn descriptor(self) -> &'static Descriptor {
        match self {
            Self::Time => &Descriptor {
                go_name: "time.Time",
                wire: Wire::Text {
                    method: "Time",
                    bytes: false,
                    zero: "0001-01-01T00:00:00Z",
                },
                given: &[("datetime", "datetime")],
                annotation: "_bindings.Time",
            },
            Self::Duration => &Descriptor {
                go_name: "time.Duration",
                wire: Wire::Number(Number::Int64),
                given: &[("datetime", "timedelta")],
                annotation: "_bindings.Duration",
            },
            Self::Uuid => &Descriptor {
                go_name: "github.com/google/uuid.UUID",
                wire: Wire::Text {
                    method: "UUID",
                    bytes: true,
                    zero: "00000000-0000-0000-0000-000000000000",
                },
                given: &[("uuid", "UUID")],
                annotation: "_bindings.UUID",
            },
        }
    }

    /// The adapter of the type with this expression.
    pub fn of(go_name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|adapter| adapter.descriptor().go_name == go_name)
    }

    /// The expression of the type.
    pub const fn go_name(self) -> &'static str {
        self.descriptor().go_name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_adapter_is_found_by_its_name() {
        for (at, adapter) in Adapter::ALL.into_iter().enumerate() {
            assert_eq!(adapter as usize, at);
            assert_eq!(Adapter::of(adapter.go_name()), Some(adapter));
        }
        assert_eq!(Adapter::of("time.Month"), None);
    }
}
