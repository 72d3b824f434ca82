//! One file per kind of Go value: how it is checked and written, how it is
//! read and checked.

pub(super) mod adapter;
pub(super) mod any;
pub(super) mod array;
pub(super) mod boolean;
pub(super) mod bytes;
pub(super) mod chronology;
pub(super) mod complex;
pub(super) mod enumeration;
pub(super) mod fault;
mod filesystem;
pub(super) mod float;
pub(super) mod handle;
pub(super) mod host;
pub(super) mod integer;
pub(super) mod map;
pub(super) mod mismatch;
pub(super) mod named;
pub(super) mod nil;
pub(super) mod numbers;
pub(super) mod numpy;
pub(super) mod object;
pub(super) mod pointer;
pub(super) mod record;
pub(super) mod results;
pub(super) mod rfc3339;
pub(super) mod sequence;
pub(crate) mod sequence_given;
pub(super) mod sized;
pub(super) mod slice;
pub(super) mod spelling;
pub(super) mod string;
pub(super) mod text;
pub(super) mod time;
pub(super) mod zero;
