//! Values of another library: what to say of them.

use pyo3::prelude::*;
use usegolib::module::LOCAL_VERSION;

use super::class;
use crate::codec::EncodeError;
use crate::instance::Instance;

/// The error for a value of one library that is given to another one: which two
/// they are, and the line that makes one of them.
#[cold]
pub(super) fn error(what: &str, of: &Instance, to: &Instance) -> EncodeError {
    EncodeError::new(format!(
        "{what} of {} can't be given to {}: they are different libraries. Import them as one, \
         before anything imports them apart: usegolib.bundle({})",
        of.path,
        to.path,
        arguments([of, to])
    ))
}

/// The modules of these libraries, as a call of `usegolib.bundle` takes them.
fn arguments(libraries: [&Instance; 2]) -> String {
    let members = libraries.iter().flat_map(|library| &library.members);
    let written = members.map(|member| {
        let module = &member.module;
        let path = match (member.built_from.get(), module.version.as_str()) {
            (Some(root), _) => root.display().to_string(),
            (None, LOCAL_VERSION) => module.module.clone(),
            (None, version) if version.starts_with("go1.") => module.module.clone(),
            (None, version) => format!("{}@{version}", module.module),
        };
        format!("{path:?}")
    });
    written.collect::<Vec<_>>().join(", ")
}

/// The error for a value that is given to `library`, if its class is of another
/// one.
#[cold]
pub(super) fn foreign(library: &Instance, value: &Bound<'_, PyAny>) -> Option<EncodeError> {
    let origin = class::origin(&value.get_type())?;
    let other = origin.view.instance;
    if std::ptr::eq(other, library) {
        return None;
    }
    let name = origin.view.types.name(origin.id);
    Some(error(&format!("a {name}"), other, library))
}
