//! File systems: the path of a folder, or a mapping of names to contents, where Go wants
//! an `fs.FS`.

use pyo3::prelude::*;
use pyo3::types::PyString;
use usegolib::schema::shape::TypeId;

use super::{map, string};
use crate::codec::{EncodeError, Encoder, Output};

/// Writes what files are given by. False if the value is no such thing, or something else
/// is wanted.
pub(super) fn encode(
    id: TypeId,
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<bool, EncodeError> {
    if !out.context.types.is_filesystem(id) {
        return Ok(false);
    }
    if value.is_instance_of::<PyString>() || string::path_of(value)?.is_some() {
        string::encode(out, value)?;
        return Ok(true);
    }
    let Some(files) = map::to_dict(value)? else {
        return Ok(false);
    };
    map::encode_entries(&Encoder::String, &Encoder::Any, out, &files)?;
    Ok(true)
}
