//! The types of one library, compiled when they are first met.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use usegolib::schema::adapter::Adapter;
use usegolib::schema::catalog::Catalog;
use usegolib::schema::shape::{Shape, ShapeError, TypeId, TypeTable};
use usegolib::schema::{
    Function, Reach, TypeDeclaration, TypeKind, expression, filesystems, iteration, readers,
};

use super::error::ConversionError;
use super::kind::named::{NamedDecoder, NamedEncoder};
use super::kind::record::{RecordDecoder, RecordEncoder, Use};
use super::live::Containers;
use super::{Decoder, Encoder, Runtime};

/// The lazily built tables of one declared type.
struct Tables {
    record_encoder: PyOnceLock<RecordEncoder>,
    record_decoder: PyOnceLock<RecordDecoder>,
    fields_decoder: PyOnceLock<RecordDecoder>,
    named_encoder: PyOnceLock<NamedEncoder>,
    named_decoder: PyOnceLock<NamedDecoder>,
}

impl Tables {
    const fn new() -> Self {
        Self {
            record_encoder: PyOnceLock::new(),
            record_decoder: PyOnceLock::new(),
            fields_decoder: PyOnceLock::new(),
            named_encoder: PyOnceLock::new(),
            named_decoder: PyOnceLock::new(),
        }
    }
}

/// What decoders make of values, where there is a choice: a view's options.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// What structs by value become.
    pub(crate) structs: Structs,
    /// What times, durations and UUIDs become.
    pub(crate) times: Times,
    /// What slices and arrays of numbers become.
    pub(crate) arrays: Arrays,
}

impl Options {
    /// The options by the names that Python has for them. None for one that it has
    /// not.
    pub(crate) fn named(structs: &str, times: &str, arrays: &str) -> Option<Self> {
        Some(Self {
            structs: match structs {
                "record" => Structs::Records,
                "dataclass" => Structs::Dataclasses,
                _ => return None,
            },
            times: match times {
                "go" => Times::Go,
                "python" => Times::Python,
                _ => return None,
            },
            arrays: match arrays {
                "list" => Arrays::List,
                "numpy" => Arrays::Numpy,
                _ => return None,
            },
        })
    }

    /// The names of the options and of what they are.
    pub(crate) const fn names(self) -> [(&'static str, &'static str); 3] {
        let structs = match self.structs {
            Structs::Records => "record",
            Structs::Dataclasses => "dataclass",
        };
        let times = match self.times {
            Times::Go => "go",
            Times::Python => "python",
        };
        let arrays = match self.arrays {
            Arrays::List => "list",
            Arrays::Numpy => "numpy",
        };
        [("structs", structs), ("times", times), ("arrays", arrays)]
    }
}

/// What times, durations and UUIDs become.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Times {
    /// Their text or number, with Go's methods.
    #[default]
    Go,
    /// `datetime`, `timedelta` and `uuid.UUID`.
    Python,
}

/// What slices and arrays of numbers become.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Arrays {
    /// Lists.
    #[default]
    List,
    /// Arrays of numpy.
    Numpy,
}

/// What structs by value become.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Structs {
    /// Dicts with canonical keys.
    #[default]
    Records,
    /// Instances of a dataclass.
    Dataclasses,
}

/// Compiles the types of one schema and holds what was compiled.
pub(crate) struct Types {
    table: TypeTable<'static>,
    tables: Box<[Tables]>,
    /// The adapted types, where the schema has them.
    adapted: [Option<TypeId>; Adapter::ALL.len()],
    options: Options,
    schema: &'static Catalog,
    pub(super) containers: Containers,
}

impl Types {
    /// The types of `schema`. A library is never unloaded, so its schema lives
    /// as long as the process.
    pub(crate) fn new(schema: &'static Catalog, options: Options) -> Self {
        let table = TypeTable::of_catalog(schema);
        Self {
            adapted: Adapter::ALL.map(|adapter| table.find(adapter.go_name())),
            tables: (0..schema.types.len()).map(|_| Tables::new()).collect(),
            table,
            options,
            schema,
            containers: Containers::default(),
        }
    }

    /// The types of the values that an item has, if values of the type are sequences.
    pub(crate) fn yielded(&self, id: TypeId) -> Option<Vec<String>> {
        let declaration = self.declaration(id);
        if declaration.kind != TypeKind::Func {
            return None;
        }
        let find = |name: &str| self.find(name).map(|id| self.declaration(id));
        match iteration::items(declaration, find)? {
            iteration::Items::Typed(items) => Some(items),
            iteration::Items::Dynamic => None,
        }
    }

    /// Whether bytes can be given for an interface.
    pub(crate) fn is_reader(&self, id: TypeId) -> bool {
        self.declaration(id).kind == TypeKind::Interface && readers::is_reader(&self.methods(id))
    }

    /// Whether files can be given for an interface: a folder's path, or a mapping.
    pub(crate) fn is_filesystem(&self, id: TypeId) -> bool {
        self.declaration(id).kind == TypeKind::Interface
            && filesystems::is_filesystem(&self.methods(id))
    }

    fn methods(&self, id: TypeId) -> Vec<&Function> {
        let methods = self.schema.exports.of_type(id).methods.iter();
        methods
            .map(|&at| &self.schema.methods[at as usize])
            .collect()
    }

    /// Why Python's objects can't be values of an interface; `None` if they can.
    pub(crate) fn refuses_implementations(&self, id: TypeId) -> Option<String> {
        let declaration = self.declaration(id);
        if !declaration.is_sealed() {
            return None;
        }
        let left_out = self.schema.exports.of_type(id).unsupported.first();
        Some(match left_out {
            _ if declaration.reach == Reach::Far => {
                "it is beyond the nearest types, so that the library doesn't have its methods"
                    .to_owned()
            }
            Some(&at) => {
                let method = &self.schema.unsupported[at as usize];
                format!("its method {} can't cross: {}", method.name, method.reason)
            }
            None if declaration.sealed => {
                "it has methods that only types of its own package can have".to_owned()
            }
            None => "other packages can't name it".to_owned(),
        })
    }

    /// Whether Go reads values of the type from text: it, or a pointer to it, has an
    /// `UnmarshalText`.
    pub(crate) fn reads_text(&self, id: TypeId) -> bool {
        let methods = &self.schema.exports.of_type(id).methods;
        methods.iter().any(|&at| {
            let method = &self.schema.methods[at as usize];
            method.name == "UnmarshalText"
                && matches!(&method.params[..], [one] if one.type_ == "[]uint8")
                && method.results == ["error"]
        })
    }

    /// Whether the type, or a pointer to it, is an error in Go.
    pub(crate) fn is_error(&self, id: TypeId) -> bool {
        let methods = &self.schema.exports.of_type(id).methods;
        methods.iter().any(|&at| {
            let method = &self.schema.methods[at as usize];
            method.name == "Error" && method.params.is_empty() && method.results == ["string"]
        })
    }

    /// What decoders make of values.
    pub(crate) fn options(&self) -> Options {
        self.options
    }

    /// Compiles the encoder of a type expression.
    pub(crate) fn encoder(&self, expression: &str) -> Result<Encoder, ShapeError> {
        Ok(Encoder::compile(self, &self.table.lower(expression)?))
    }

    /// Compiles the encoder of a parameter; `...T` takes a slice.
    pub(crate) fn parameter(&self, expression: &str) -> Result<Encoder, ShapeError> {
        let shape = self.table.lower_parameter(expression)?;
        Ok(Encoder::compile(self, &shape))
    }

    /// The shape of a parameter; `...T` takes a slice.
    pub(crate) fn parameter_shape(&self, expression: &str) -> Result<Shape, ShapeError> {
        self.table.lower_parameter(expression)
    }

    /// Compiles the decoder of what comes back of a parameter's argument.
    pub(crate) fn parameter_decoder(&self, expression: &str) -> Result<Decoder, ShapeError> {
        let shape = self.table.lower_parameter(expression)?;
        Ok(Decoder::compile(self, &shape))
    }

    /// Compiles the decoder of a type expression.
    pub(crate) fn decoder(&self, expression: &str) -> Result<Decoder, ShapeError> {
        Ok(Decoder::compile(self, &self.table.lower(expression)?))
    }

    /// Compiles the decoder of what is at a place in Go's memory, which Python may
    /// change there.
    pub(crate) fn live_decoder(&self, expression: &str) -> Result<Decoder, ShapeError> {
        Ok(Decoder::compile_live(self, &self.table.lower(expression)?))
    }

    /// Compiles the decoder of a function's results, a trailing `error` not
    /// among them: None for none, a tuple for several.
    pub(crate) fn results(&self, function: &Function) -> Result<Decoder, ShapeError> {
        let decoder = |result: &String| {
            if self.table.is_live_result(function, result)? {
                return Ok(Decoder::compile_live(self, &self.table.lower(result)?));
            }
            self.decoder(result)
        };
        match function.value_results() {
            [] => Ok(Decoder::Nothing),
            [one] => decoder(one),
            several => Ok(Decoder::Tuple(
                several.iter().map(decoder).collect::<Result<_, _>>()?,
            )),
        }
    }

    /// The number of the type whose key in the schema is exactly `name`.
    pub(crate) fn find(&self, name: &str) -> Option<TypeId> {
        self.table.find(name)
    }

    /// Whether `id` is a type of this schema.
    pub(crate) fn has(&self, id: TypeId) -> bool {
        (id.0 as usize) < self.tables.len()
    }

    /// The declaration of a type of this schema.
    pub(crate) fn declaration(&self, id: TypeId) -> &'static TypeDeclaration {
        self.table.declaration(id)
    }

    /// The type as Go code writes it, for messages.
    pub(crate) fn name(&self, id: TypeId) -> String {
        expression::short(&self.declaration(id).name)
    }

    /// What a declared pointer points to: `any`, for the type `*any`.
    pub(crate) fn pointee(&self, id: TypeId) -> Option<Shape> {
        let declaration = self.declaration(id);
        if declaration.kind != TypeKind::Pointer {
            return None;
        }
        self.shape(declaration.underlying.strip_prefix('*')?).ok()
    }

    /// The number of an adapted type, if the schema has it.
    pub(crate) fn adapted(&self, adapter: Adapter) -> Option<TypeId> {
        self.adapted[adapter as usize]
    }

    /// The adapter of a declared type, if it has one.
    pub(crate) fn adapter(&self, id: TypeId) -> Option<Adapter> {
        let mut all = Adapter::ALL.into_iter();
        all.find(|adapter| self.adapted(*adapter) == Some(id))
    }

    pub(crate) fn shape(&self, expression: &str) -> Result<Shape, ShapeError> {
        self.table.lower(expression)
    }

    /// The underlying shape of a named type, if it contains no other type.
    pub(crate) fn scalar_underlying(&self, id: TypeId) -> Option<Shape> {
        self.table.underlying(id).ok().filter(|shape| {
            matches!(
                shape,
                Shape::Bool
                    | Shape::Number(_)
                    | Shape::Complex { .. }
                    | Shape::String
                    | Shape::Bytes
                    | Shape::ByteArray(_)
                    | Shape::Numbers(_)
            )
        })
    }

    #[inline]
    pub(crate) fn record_encoder(
        &self,
        py: Python<'_>,
        id: TypeId,
    ) -> Result<&RecordEncoder, ConversionError> {
        self.tables[id.0 as usize]
            .record_encoder
            .get_or_try_init(py, || RecordEncoder::compile(py, self, id))
    }

    #[inline]
    pub(crate) fn record_decoder(
        &self,
        py: Python<'_>,
        runtime: &dyn Runtime,
        id: TypeId,
    ) -> Result<&RecordDecoder, ConversionError> {
        self.tables[id.0 as usize]
            .record_decoder
            .get_or_try_init(py, || {
                RecordDecoder::compile(py, self, runtime, id, Use::Value)
            })
    }

    pub(crate) fn fields_decoder(
        &self,
        py: Python<'_>,
        runtime: &dyn Runtime,
        id: TypeId,
    ) -> Result<&RecordDecoder, ConversionError> {
        self.tables[id.0 as usize]
            .fields_decoder
            .get_or_try_init(py, || {
                RecordDecoder::compile(py, self, runtime, id, Use::Fields)
            })
    }

    #[inline]
    pub(crate) fn named_encoder(
        &self,
        py: Python<'_>,
        id: TypeId,
    ) -> Result<&NamedEncoder, ConversionError> {
        self.tables[id.0 as usize]
            .named_encoder
            .get_or_try_init(py, || NamedEncoder::compile(self, id))
    }

    #[inline]
    pub(crate) fn named_decoder(
        &self,
        py: Python<'_>,
        id: TypeId,
    ) -> Result<&NamedDecoder, ConversionError> {
        self.tables[id.0 as usize]
            .named_decoder
            .get_or_try_init(py, || NamedDecoder::compile(self, id))
    }
}

impl From<ShapeError> for ConversionError {
    #[cold]
    fn from(error: ShapeError) -> Self {
        Self::new(error.to_string())
    }
}
