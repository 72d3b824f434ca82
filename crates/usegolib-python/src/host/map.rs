//! Dicts that methods return for Go's maps: the same dict is the same map again.

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::entry;
use super::signature::Function;
use crate::call::mirrors;
use crate::codec::EncodeError;
use crate::exception::Exception;

impl Function {
    /// What to give Go for a result that is a map: a reference to the one map that stands
    /// for a dict, if somebody else has the dict. `None` if it crosses as any result does.
    #[inline]
    pub(super) fn map<'py>(
        &self,
        at: usize,
        returned: &Bound<'py, PyAny>,
    ) -> Result<Option<Bound<'py, PyAny>>, EncodeError> {
        match self.maps.get(at) {
            Some(Some(_)) => self.mirrored(at, returned),
            _ => Ok(None),
        }
    }

    #[cold]
    fn mirrored<'py>(
        &self,
        at: usize,
        returned: &Bound<'py, PyAny>,
    ) -> Result<Option<Bound<'py, PyAny>>, EncodeError> {
        let py = returned.py();
        let runtime = self.scope.context.runtime;
        let Some(shape) = &self.maps[at] else {
            return Ok(None);
        };
        // Nobody else sees what becomes of one that was made to be returned, and without a
        // call on this thread there is nobody to tell what did.
        // SAFETY: a live object, which this thread holds.
        let holders = unsafe { ffi::Py_REFCNT(returned.as_ptr()) };
        if holders <= 1 || entry::is_outermost() {
            return Ok(None);
        }
        let is_dict = returned.is_instance_of::<PyDict>();
        if !is_dict && (returned.is_none() || runtime.container_of(returned)?.is_some()) {
            return Ok(None);
        }
        if !is_dict {
            let mutable = py.import("collections.abc")?.getattr("MutableMapping")?;
            if !returned.is_instance(&mutable)? {
                return Ok(None);
            }
        }
        let make = || match runtime.live_map(shape, returned) {
            Ok(live) => Ok(live),
            Err(error) => Err(crate::call::encode_result_error(py, error, &self.name)),
        };
        match mirrors::live(returned, make) {
            Ok(live) => Ok(Some(live)),
            // As any result it is told by its place.
            Err(error) if error.is_instance(py, Exception::UnsupportedType.class(py)?) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
