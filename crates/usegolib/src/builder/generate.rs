//! From the schema to the source of the bridge.

use std::collections::BTreeSet;

use super::BuildError;
use super::workspace::RUNTIME_MODULE;
use crate::bridge::{self, Origin, SourceFile};
use crate::environment;
use crate::schema::Schema;

/// The generated main package and the packages it is linked with. Calls into
/// the packages of `leaving` survive `runtime.Goexit`, and no trampoline is
/// generated for callables that lie as the `mistaken` ones.
pub(super) fn bridge(
    schema: &Schema,
    leaving: &BTreeSet<String>,
    mistaken: &BTreeSet<Origin>,
) -> Result<Vec<SourceFile>, BuildError> {
    let wanted = environment::STRAIGHT_LINE.text();
    let options = bridge::Options {
        isolated_packages: leaving.clone(),
        mistaken: mistaken.clone(),
        straight_line: wanted
            .and_then(|text| text.parse().ok())
            .unwrap_or(bridge::STRAIGHT_LINE),
        ..bridge::Options::new(RUNTIME_MODULE)
    };
    Ok(bridge::generate(schema, &options)?)
}
