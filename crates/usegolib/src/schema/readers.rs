//! Interfaces that bytes can stand for: `io.Reader` and its relatives.
//!
//! Python's bytes become a `*bytes.Reader` where Go wants an interface that has
//! nothing but methods of that type's (or `Close`), whatever it is called. The
//! other way, what has `Read` or `Write` is a binary file in Python.

use std::collections::{HashMap, HashSet};

use super::shape::TypeId;
use super::{Function, Schema, TypeKind};

/// What a reader of bytes has, as interfaces compare methods.
const METHODS: [&str; 12] = [
    "Close() (error)",
    "Len() (int)",
    "Read([]uint8) (int, error)",
    "ReadAt([]uint8, int64) (int, error)",
    "ReadByte() (uint8, error)",
    "ReadRune() (int32, int, error)",
    "Reset([]uint8) ()",
    "Seek(int64, int) (int64, error)",
    "Size() (int64)",
    "UnreadByte() (error)",
    "UnreadRune() (error)",
    "WriteTo(io.Writer) (int64, error)",
];

/// The methods by which something is read: an interface without one of them
/// (`io.Closer`) is not about reading.
const READING: [&str; 4] = ["Read", "ReadAt", "ReadByte", "ReadRune"];

/// The interfaces of a schema that bytes can be given for.
pub fn readers(schema: &Schema) -> HashSet<TypeId> {
    let mut interfaces = HashMap::new();
    for (id, declaration) in (0..).zip(&schema.types) {
        if declaration.kind == TypeKind::Interface {
            interfaces.insert(declaration.name.as_str(), (TypeId(id), Vec::new()));
        }
    }
    for method in &schema.methods {
        let receiver = method.recv.as_deref().unwrap_or_default();
        if let Some((_, methods)) = interfaces.get_mut(receiver) {
            methods.push(method);
        }
    }
    interfaces
        .into_values()
        .filter(|(_, methods)| is_reader(methods))
        .map(|(id, _)| id)
        .collect()
}

/// Whether bytes can be given for an interface that has these methods.
pub fn is_reader(methods: &[&Function]) -> bool {
    methods
        .iter()
        .any(|method| READING.contains(&method.name.as_str()))
        && methods
            .iter()
            .all(|method| METHODS.contains(&method.comparable().as_str()))
}

/// What a type can do as a binary file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileMethods {
    /// It is an `io.Reader`.
    pub reads: bool,
    /// It is an `io.Writer`.
    pub writes: bool,
    /// It is an `io.Seeker`.
    pub seeks: bool,
}

impl FileMethods {
    /// What a type with these methods can do.
    pub fn of<'f>(methods: impl IntoIterator<Item = &'f Function>) -> Self {
        let mut found = Self::default();
        for method in methods {
            let ability = match method.name.as_str() {
                "Read" => (&mut found.reads, "Read([]uint8) (int, error)"),
                "Write" => (&mut found.writes, "Write([]uint8) (int, error)"),
                "Seek" => (&mut found.seeks, "Seek(int64, int) (int64, error)"),
                _ => continue,
            };
            *ability.0 = method.comparable() == ability.1;
        }
        found
    }

    /// Whether it is a file at all.
    pub const fn is_file(self) -> bool {
        self.reads || self.writes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Parameter, TypeDeclaration};

    fn method(recv: &str, name: &str, params: &[&str], results: &[&str]) -> Function {
        let parameter = |type_: &&str| Parameter {
            type_: (*type_).to_owned(),
            ..Parameter::default()
        };
        Function {
            recv: Some(recv.to_owned()),
            name: name.to_owned(),
            params: params.iter().map(parameter).collect(),
            results: results.iter().map(ToString::to_string).collect(),
            ..Function::default()
        }
    }

    #[test]
    fn files_have_methods_of_package_io() {
        let methods = [
            method("m.F", "Read", &["[]uint8"], &["int", "error"]),
            method("m.F", "Write", &["string"], &["int", "error"]),
            method("m.F", "Seek", &["int64", "int"], &["int64", "error"]),
        ];
        let found = FileMethods::of(&methods);
        assert_eq!(
            (found.reads, found.writes, found.seeks),
            (true, false, true)
        );
        assert!(found.is_file() && !FileMethods::of(&methods[1..]).is_file());
    }

    #[test]
    fn what_reads_bytes_has_their_methods_only() {
        let read = |recv: &str| method(recv, "Read", &["[]uint8"], &["int", "error"]);
        let close = |recv: &str| method(recv, "Close", &[], &["error"]);
        let interface = |name: &str| TypeDeclaration {
            name: name.to_owned(),
            kind: TypeKind::Interface,
            ..TypeDeclaration::default()
        };
        let schema = Schema {
            types: [
                "io.Reader",
                "io.Closer",
                "io.ReadCloser",
                "m.File",
                "m.Odd",
                "m.Far",
            ]
            .map(interface)
            .to_vec(),
            methods: vec![
                read("io.Reader"),
                close("io.Closer"),
                read("io.ReadCloser"),
                close("io.ReadCloser"),
                read("m.File"),
                method("m.File", "Name", &[], &["string"]),
                method("m.Odd", "Read", &["int"], &["int", "error"]),
            ],
            ..Schema::default()
        };
        assert_eq!(readers(&schema), HashSet::from([TypeId(0), TypeId(2)]));
    }
}
