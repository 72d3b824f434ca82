//! Where in the text of a manifest each entry of its schema is.
//!
//! A map is a file of its own, derived from the manifest and of no use without
//! it: it has positions in the manifest's text, and what is found by name. It
//! says of which text it is (by a hash of it), so one that is left over from
//! another manifest is not taken, and it ends in a hash of itself, so a damaged
//! one isn't either.

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use twox_hash::XxHash3_128;

use super::entries::Span;
use super::{Catalog, Entries, Exports};
use crate::schema::{
    ExcludedPackage, GenericFunction, GenericInstance, GenericType, Package, Schema, dispatch,
};

/// Changes with what is in a map, with the schema, and with what the digest is of.
fn format() -> String {
    let package = env!("CARGO_PKG_VERSION");
    format!("3 {package} {}", dispatch::WIRE_REVISION)
}
/// The length of a hash, at the end of the file.
const HASH: usize = 16;

/// The map of one manifest.
#[derive(Debug, Serialize, Deserialize)]
pub struct Map {
    format: String,
    /// The hash of the text.
    text: u128,
    /// The manifest without what the catalog has, as JSON.
    rest: String,
    symbols: Vec<Span>,
    types: Vec<Span>,
    methods: Vec<Span>,
    consts: Vec<Span>,
    vars: Vec<Span>,
    unsupported: Vec<Span>,
    /// [`Schema`]'s, as JSON.
    packages: String,
    generics: String,
    generic_functions: String,
    generic_types: String,
    excluded: String,
    exports: Exports,
    digest: u64,
}

/// A map can't be made of a text, or read.
#[derive(Debug, thiserror::Error)]
pub enum MapError {
    /// The text is not that of a schema.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The file is no map.
    #[error("not a map: {0}")]
    Format(#[from] postcard::Error),
    /// It is of another text or of another usegolib, or damaged.
    #[error("a map of something else")]
    Other,
}

/// The lists of a manifest's text, each item unread.
#[derive(Deserialize)]
struct Lists<'a> {
    #[serde(borrow, default)]
    symbols: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    schema: SchemaLists<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SchemaLists<'a> {
    #[serde(borrow)]
    symbols: Vec<&'a RawValue>,
    #[serde(borrow)]
    instances: Vec<&'a RawValue>,
    #[serde(borrow)]
    types: Vec<&'a RawValue>,
    #[serde(borrow)]
    methods: Vec<&'a RawValue>,
    #[serde(borrow)]
    consts: Vec<&'a RawValue>,
    #[serde(borrow)]
    vars: Vec<&'a RawValue>,
    #[serde(borrow)]
    unsupported: Vec<&'a RawValue>,
}

impl Map {
    /// Makes the map of a manifest's text, given the schema that was read from
    /// it, and what of the manifest is to be kept.
    pub fn new(text: &[u8], schema: &Schema, rest: &impl Serialize) -> Result<Self, MapError> {
        let lists: Lists<'_> = serde_json::from_slice(text)?;
        let symbols = if lists.symbols.is_empty() {
            &lists.schema.symbols
        } else {
            &lists.symbols
        };
        let spans = |items: &[&RawValue]| -> Vec<Span> {
            items.iter().map(|item| span(text, item)).collect()
        };
        Ok(Self {
            format: format(),
            text: XxHash3_128::oneshot(text),
            rest: serde_json::to_string(rest)?,
            symbols: [spans(symbols), spans(&lists.schema.instances)].concat(),
            types: spans(&lists.schema.types),
            methods: spans(&lists.schema.methods),
            consts: spans(&lists.schema.consts),
            vars: spans(&lists.schema.vars),
            unsupported: spans(&lists.schema.unsupported),
            packages: serde_json::to_string(&schema.packages)?,
            generics: serde_json::to_string(&schema.generics)?,
            generic_functions: serde_json::to_string(&schema.generic_functions)?,
            generic_types: serde_json::to_string(&schema.generic_types)?,
            excluded: serde_json::to_string(&schema.excluded)?,
            exports: Exports::new(schema),
            digest: dispatch::digest(schema),
        })
    }

    /// The bytes of the file.
    pub fn to_bytes(&self) -> Result<Vec<u8>, MapError> {
        let mut bytes = postcard::to_allocvec(self)?;
        let hash = XxHash3_128::oneshot(&bytes);
        bytes.extend_from_slice(&hash.to_le_bytes());
        Ok(bytes)
    }

    /// Reads a file that should be the map of `text`.
    pub fn from_bytes(bytes: &[u8], text: &[u8]) -> Result<Self, MapError> {
        let (content, hash) = bytes.split_last_chunk::<HASH>().ok_or(MapError::Other)?;
        if XxHash3_128::oneshot(content) != u128::from_le_bytes(*hash) {
            return Err(MapError::Other);
        }
        // The front is the same in all formats: the rest may mean something else.
        let (format, _): (&str, _) = postcard::take_from_bytes(content)?;
        if format != self::format() {
            return Err(MapError::Other);
        }
        let map: Self = postcard::from_bytes(content)?;
        if map.text != XxHash3_128::oneshot(text) {
            return Err(MapError::Other);
        }
        Ok(map)
    }

    /// What of the manifest was kept.
    pub fn rest<T: serde::de::DeserializeOwned>(&self) -> Result<T, MapError> {
        Ok(serde_json::from_str(&self.rest)?)
    }

    /// The catalog of the text that this is the map of.
    pub fn catalog(self, text: Vec<u8>) -> Result<Catalog, MapError> {
        let packages: Vec<Package> = serde_json::from_str(&self.packages)?;
        let generics: Vec<GenericInstance> = serde_json::from_str(&self.generics)?;
        let generic_functions: Vec<GenericFunction> =
            serde_json::from_str(&self.generic_functions)?;
        let generic_types: Vec<GenericType> = serde_json::from_str(&self.generic_types)?;
        let excluded: Vec<ExcludedPackage> = serde_json::from_str(&self.excluded)?;
        let text = Arc::new(text);
        macro_rules! entries {
            ($list:ident) => {
                Entries::at(&text, self.$list).ok_or(MapError::Other)?
            };
        }
        Ok(Catalog {
            symbols: entries!(symbols),
            types: entries!(types),
            methods: entries!(methods),
            consts: entries!(consts),
            vars: entries!(vars),
            unsupported: entries!(unsupported),
            packages,
            generics,
            generic_functions,
            generic_types,
            excluded,
            exports: self.exports,
            digest: self.digest,
        })
    }
}

/// Where an item is in the text that it was borrowed from.
fn span(text: &[u8], item: &RawValue) -> Span {
    let position = |address: *const u8| {
        let position = address.addr().saturating_sub(text.as_ptr().addr());
        u32::try_from(position).unwrap_or(u32::MAX)
    };
    let Range { start, end } = item.get().as_bytes().as_ptr_range();
    (position(start), position(end))
}
