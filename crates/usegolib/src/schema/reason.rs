//! Why a name can't be used: what stands in the way, and where.
//!
//! Reasons are data from the scanner to whoever shows them; the words are here.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

/// Why a name can't be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Where the obstacle is; `None` if it is the name itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What is there.
    pub obstacle: Obstacle,
}

/// A part of a declaration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Place {
    /// A parameter.
    Parameter {
        /// Go's name, if it has one.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        name: String,
        /// Counted from 1.
        number: u32,
    },
    /// A result.
    Result {
        /// Counted from 1.
        number: u32,
        /// How many there are.
        of: u32,
    },
    /// The type of a constant or variable.
    Type,
    /// A type argument that was asked for.
    Argument {
        /// As it was written.
        name: String,
    },
    /// What a method is called on.
    Receiver,
}

/// What keeps something from being used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Obstacle {
    /// `unsafe.Pointer`
    UnsafePointer,
    /// A type of C.
    CType {
        /// C's name of it.
        #[serde(rename = "type")]
        type_: String,
    },
    /// A type that has errors.
    Invalid,
    /// An interface that only bounds type parameters.
    Constraint,
    /// The type parameter of something generic.
    TypeParameter,
    /// A method that has type parameters.
    TypeParameters,
    /// A type that other packages can't name.
    Unnameable {
        /// Its expression.
        #[serde(rename = "type")]
        type_: String,
    },
    /// A type with more levels than anyone writes.
    TooDeep,
    /// A type of which only instantiations can be used.
    GenericType,
    /// A generic function that was not asked to be built for any types.
    GenericFunction {
        /// What it can be built for.
        suggestion: Suggestion,
    },
    /// Something that the scanner fails on.
    Failed {
        /// How it failed.
        message: String,
    },
    /// Something whose generated code Go doesn't take.
    Generated {
        /// What Go says.
        message: String,
    },
    /// A type of which nothing that Python can call gives a value.
    NoValue {
        /// Its expression.
        #[serde(rename = "type")]
        type_: String,
    },
    /// An iterator, which Python can't iterate.
    Iterator {
        /// Its expression.
        #[serde(rename = "type")]
        type_: String,
    },
    /// What an artifact says that was built when reasons were text.
    Text {
        /// The text.
        message: String,
    },
}

/// An instantiation of a generic function that can be asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suggestion {
    /// Import path of the function's package.
    pub pkg: String,
    /// The function's name.
    pub name: String,
    /// Type arguments as type expressions; the names of the type parameters
    /// where their constraints ask for something that is not obvious.
    pub type_args: Vec<String>,
}

impl From<Obstacle> for Reason {
    fn from(obstacle: Obstacle) -> Self {
        Self {
            place: None,
            obstacle,
        }
    }
}

impl<'de> Deserialize<'de> for Reason {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Text(String),
            Data {
                #[serde(default)]
                place: Option<Place>,
                obstacle: Obstacle,
            },
        }
        Ok(match Written::deserialize(deserializer)? {
            Written::Text(message) => Obstacle::Text { message }.into(),
            Written::Data { place, obstacle } => Self { place, obstacle },
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter { name, number } if name.is_empty() => write!(f, "parameter {number}"),
            Self::Parameter { name, .. } => write!(f, "parameter {name}"),
            Self::Result { of: 1, .. } => f.write_str("the result"),
            Self::Result { number, .. } => write!(f, "result {number}"),
            Self::Type => f.write_str("its type"),
            Self::Argument { name } => write!(f, "type argument {name}"),
            Self::Receiver => f.write_str("its receiver"),
        }
    }
}

impl Obstacle {
    /// What it is, wherever it is, and without advice: what reports count by.
    pub fn summary(&self) -> String {
        match self {
            Self::GenericFunction { .. } => "generic function".to_owned(),
            Self::GenericType => "generic type".to_owned(),
            Self::Constraint => "constraint interface".to_owned(),
            Self::Failed { .. } => "the scanner failed on it".to_owned(),
            Self::Generated { .. } => "Go doesn't take what is generated for it".to_owned(),
            Self::TypeParameters => "type parameters of its own".to_owned(),
            Self::NoValue { type_ } => format!("{type_}, which Python can't give yet"),
            Self::Iterator { type_ } => format!("{type_}, which Python can't iterate yet"),
            Self::Text { message } => {
                let (what, _) = message.split_once(": ").unwrap_or((message, ""));
                what.to_owned()
            }
            Self::UnsafePointer
            | Self::CType { .. }
            | Self::Invalid
            | Self::TypeParameter
            | Self::Unnameable { .. }
            | Self::TooDeep => self.noun(),
        }
    }

    /// What is there, as something that a type has.
    fn noun(&self) -> String {
        match self {
            Self::UnsafePointer => "unsafe.Pointer".to_owned(),
            Self::CType { type_ } => format!("the C type {type_}"),
            Self::Invalid => "an invalid type".to_owned(),
            Self::Constraint => "a constraint interface".to_owned(),
            Self::TypeParameter => "a type parameter".to_owned(),
            Self::Unnameable { type_ } => {
                format!("the type {type_}, which other packages can't name")
            }
            Self::TooDeep => "a type that is nested too deep".to_owned(),
            Self::TypeParameters
            | Self::GenericType
            | Self::GenericFunction { .. }
            | Self::Failed { .. }
            | Self::Generated { .. }
            | Self::NoValue { .. }
            | Self::Iterator { .. }
            | Self::Text { .. } => self.summary(),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.place, &self.obstacle) {
            (_, Obstacle::Text { message }) => f.write_str(message),
            (_, Obstacle::Failed { message } | Obstacle::Generated { message }) => {
                write!(f, "{}: {message}", self.obstacle.summary())
            }
            (_, Obstacle::TypeParameters) => f.write_str("it has type parameters of its own"),
            (_, Obstacle::GenericType) => f.write_str(
                "generic type: nothing hands out an instantiation, and none is possible for int, string, float64 or any; \
                 a generics file can name one",
            ),
            (_, Obstacle::GenericFunction { suggestion }) => {
                let Suggestion {
                    pkg,
                    name,
                    type_args,
                } = suggestion;
                // Quoted as in JSON: none of them has anything to escape.
                write!(
                    f,
                    "generic function: name the type arguments it is to be built for in a generics \
                     file, {{\"instantiations\": [{{\"pkg\": {pkg:?}, \"name\": {name:?}, \
                     \"type_args\": {type_args:?}}}]}}"
                )
            }
            (None, Obstacle::Constraint) => f.write_str(
                "constraint interface: it can only bound type parameters, no value has it",
            ),
            (Some(Place::Receiver) | None, Obstacle::NoValue { type_ }) => {
                write!(f, "no value of {type_} can be had yet")
            }
            (Some(place), Obstacle::NoValue { .. }) => {
                write!(f, "{place} takes {}", self.obstacle.summary())
            }
            (Some(place), Obstacle::Iterator { .. }) => {
                write!(f, "{place} is an {}", self.obstacle.summary())
            }
            (Some(place), obstacle) => write!(f, "{place} has {}", obstacle.noun()),
            (None, obstacle) => write!(f, "it is made of {}", obstacle.noun()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Reason {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn reasons_are_said_with_their_place() {
        for (json, expected) in [
            (
                r#"{"place": {"kind": "parameter", "name": "p", "number": 1}, "obstacle": {"kind": "unsafe_pointer"}}"#,
                "parameter p has unsafe.Pointer",
            ),
            (
                r#"{"place": {"kind": "parameter", "number": 2}, "obstacle": {"kind": "unnameable", "type": "m.t"}}"#,
                "parameter 2 has the type m.t, which other packages can't name",
            ),
            (
                r#"{"place": {"kind": "result", "number": 1, "of": 1}, "obstacle": {"kind": "c_type", "type": "int"}}"#,
                "the result has the C type int",
            ),
            (
                r#"{"place": {"kind": "result", "number": 2, "of": 3}, "obstacle": {"kind": "too_deep"}}"#,
                "result 2 has a type that is nested too deep",
            ),
            (
                r#"{"place": {"kind": "type"}, "obstacle": {"kind": "invalid"}}"#,
                "its type has an invalid type",
            ),
            (
                r#"{"obstacle": {"kind": "unsafe_pointer"}}"#,
                "it is made of unsafe.Pointer",
            ),
            (
                r#"{"obstacle": {"kind": "constraint"}}"#,
                "constraint interface: it can only bound type parameters, no value has it",
            ),
            (
                r#"{"place": {"kind": "receiver"}, "obstacle": {"kind": "no_value", "type": "m.T"}}"#,
                "no value of m.T can be had yet",
            ),
            (
                r#"{"obstacle": {"kind": "generic_function", "suggestion": {"pkg": "m", "name": "F", "type_args": ["int"]}}}"#,
                "generic function: name the type arguments it is to be built for in a generics \
                 file, {\"instantiations\": [{\"pkg\": \"m\", \"name\": \"F\", \"type_args\": [\"int\"]}]}",
            ),
        ] {
            let reason = read(json);
            assert_eq!(reason.to_string(), expected);
            let written: serde_json::Value = serde_json::to_value(&reason).unwrap();
            assert_eq!(
                written,
                serde_json::from_str::<serde_json::Value>(json).unwrap()
            );
        }
    }

    #[test]
    fn reasons_of_artifacts_built_before_are_text() {
        let reason = read(r#""generic type: only its instantiations can be used""#);
        assert_eq!(
            reason.to_string(),
            "generic type: only its instantiations can be used"
        );
        assert_eq!(reason.obstacle.summary(), "generic type");
    }

    #[test]
    fn what_is_no_reason_is_refused() {
        for json in ["5", "{}", r#"{"obstacle": {"kind": "odd"}}"#] {
            assert!(serde_json::from_str::<Reason>(json).is_err(), "{json}");
        }
    }
}
