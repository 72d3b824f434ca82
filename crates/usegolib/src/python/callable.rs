//! Annotations of what Go calls: a callable for a func, an object for an interface, a
//! file for a reader.
//!
//! Arguments are what Go gives, and results what it takes. What Go doesn't ask for may be
//! returned as well.

use super::annotation::{Annotator, Direction, Scope};
use super::class_names::Form;
use crate::schema::filesystems::is_filesystem;
use crate::schema::iteration::Items;
use crate::schema::shape::{Shape, ShapeError, TypeId};
use crate::schema::{Function, Parameter, TypeKind};

/// A callable of which no more is said: where one takes another, without end.
const ANY: &str = "_abc.Callable[..., _t.Any]";
/// How deep callables are told in callables.
const DEEPEST: usize = 2;

/// What files are given for, by the methods that an interface may have.
const READING: [&str; 6] = ["Read", "ReadAt", "ReadByte", "UnreadByte", "Seek", "Close"];
const WRITING: [&str; 8] = [
    "Write",
    "WriteAt",
    "WriteByte",
    "WriteString",
    "Flush",
    "Sync",
    "Seek",
    "Close",
];

impl Annotator<'_> {
    /// The annotation of what Go calls as a func.
    pub(super) fn called(
        &mut self,
        params: &[Parameter],
        results: &[String],
        scope: &Scope,
    ) -> Result<String, ShapeError> {
        if self.within >= DEEPEST {
            return Ok(ANY.to_owned());
        }
        self.within += 1;
        let written = self.arguments(params, scope).and_then(|arguments| {
            let result = self.returned(results, scope)?;
            Ok(format!("_abc.Callable[{arguments}, {result}]"))
        });
        self.within -= 1;
        written
    }

    fn arguments(&mut self, params: &[Parameter], scope: &Scope) -> Result<String, ShapeError> {
        if params.last().is_some_and(Parameter::is_variadic) {
            return Ok("...".to_owned());
        }
        let arguments = params.iter().map(|one| self.given(one, scope));
        let arguments: Vec<_> = arguments.collect::<Result<_, _>>()?;
        Ok(format!("[{}]", arguments.join(", ")))
    }

    /// The annotation of an argument that Go gives: of each, for a variadic parameter.
    pub(super) fn given(
        &mut self,
        parameter: &Parameter,
        scope: &Scope,
    ) -> Result<String, ShapeError> {
        if parameter.is_context() {
            return Ok("_t.Any".to_owned());
        }
        let shape = self.types.lower(parameter.argument())?;
        let made_of = match &shape {
            Shape::Named(id) => self.types.underlying(*id)?,
            other => other.clone(),
        };
        match made_of {
            _ if parameter.is_variadic() => self.shape(&shape, Direction::Out, scope),
            Shape::Bytes => Ok("memoryview".to_owned()),
            Shape::Pointer(target) if !self.is_live(&target)? => {
                let target = self.shape(&target, Direction::Out, scope)?;
                Ok(format!("_usegolib.Ref[{target}] | None"))
            }
            Shape::Pointer(_) | Shape::Slice(_) | Shape::Numbers(_) | Shape::Map(..) => {
                self.live_shape(&shape, scope)
            }
            _ => self.shape(&shape, Direction::Out, scope),
        }
    }

    /// Whether what a pointer leads to is a reference itself, and else a variable.
    fn is_live(&self, target: &Shape) -> Result<bool, ShapeError> {
        Ok(match target {
            Shape::Record(_)
            | Shape::Slice(_)
            | Shape::Numbers(_)
            | Shape::Array(..)
            | Shape::Map(..) => true,
            Shape::Opaque(id) => self.types.declaration(*id).kind == TypeKind::Struct,
            Shape::Named(id) => match self.types.underlying(*id)? {
                Shape::Named(_) => false,
                made_of => self.is_live(&made_of)?,
            },
            _ => false,
        })
    }

    /// The annotation of what Go takes as a callable's result.
    pub(super) fn returned(
        &mut self,
        results: &[String],
        scope: &Scope,
    ) -> Result<String, ShapeError> {
        let results = match results.split_last() {
            Some((last, rest)) if last == "error" => rest,
            _ => results,
        };
        match results {
            [] => Ok("object".to_owned()),
            [one] => self.of(one, Direction::In, scope),
            several => {
                let several = several.iter().map(|one| self.of(one, Direction::In, scope));
                let several: Vec<_> = several.collect::<Result<_, _>>()?;
                Ok(format!("tuple[{}]", several.join(", ")))
            }
        }
    }

    /// The annotation of what a `for` of Go's ranges over.
    pub(super) fn iterable(&mut self, items: &Items, scope: &Scope) -> Result<String, ShapeError> {
        let Items::Typed(types) = items else {
            return Ok("_abc.Iterable[_t.Any]".to_owned());
        };
        let items = types.iter().map(|one| self.of(one, Direction::In, scope));
        let items: Vec<_> = items.collect::<Result<_, _>>()?;
        Ok(match &items[..] {
            [] => "_abc.Iterable[object]".to_owned(),
            [one] => format!("_abc.Iterable[{one}]"),
            [key, value] => {
                format!("_abc.Iterable[tuple[{key}, {value}]] | _abc.Mapping[{key}, {value}]")
            }
            several => format!("_abc.Iterable[tuple[{}]]", several.join(", ")),
        })
    }

    /// What can be given for an interface besides Go's objects, each behind a bar.
    pub(super) fn implementations(
        &mut self,
        id: TypeId,
        scope: &Scope,
    ) -> Result<String, ShapeError> {
        let declaration = self.types.declaration(id);
        let methods = self.interfaces.get(declaration.name.as_str());
        let methods: Vec<&Function> = methods.cloned().unwrap_or_default();
        if declaration.is_sealed() || methods.is_empty() {
            return Ok(String::new());
        }
        let mut others = vec![self.class(id, Form::Implementation, scope)];
        if let [one] = &methods[..] {
            others.push(self.called(&one.params, &one.results, scope)?);
        }
        let all = |names: &[&str]| {
            methods
                .iter()
                .all(|method| names.contains(&method.name.as_str()))
        };
        if all(&READING) {
            others.push("_bindings.Readable".to_owned());
        }
        if all(&WRITING) {
            others.push("_bindings.Writable".to_owned());
        }
        if !all(&READING) && !all(&WRITING) && all(&[READING.as_slice(), &WRITING].concat()) {
            others.push("_bindings.ReadableAndWritable".to_owned());
        }
        if is_filesystem(&methods) {
            others.push("_bindings.Files".to_owned());
        }
        Ok(format!(" | {}", others.join(" | ")))
    }
}
