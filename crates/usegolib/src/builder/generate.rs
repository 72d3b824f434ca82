//! From the schema to the source of the bridge.

use super::BuildError;
use super::site::RUNTIME_MODULE;
use crate::bridge::{self, SourceFile};
use crate::schema::Schema;

/// The generated main package and the packages it is linked with.
pub(super) fn bridge(schema: &Schema) -> Result<Vec<SourceFile>, BuildError> {
    let options = bridge::Options::new(RUNTIME_MODULE);
    Ok(bridge::generate(schema, &options)?)
}
