//! Types that Go reads from text (`UnmarshalText`): besides what else their values can
//! be made of, a str, and what is written as one, such as a Decimal or an address.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyString, PyType};
use usegolib::schema::shape::TypeId;

use super::any;
use crate::codec::{EncodeError, Encoder, Output};

/// How values of such a type are written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TextEncoder {
    pub(crate) id: TypeId,
    /// What else they can be made of.
    pub(crate) inner: Encoder,
}

impl TextEncoder {
    /// Writes a value of the type, or what Go makes of a text.
    pub(crate) fn encode(
        &self,
        out: &mut Output<'_>,
        value: &Bound<'_, PyAny>,
    ) -> Result<(), EncodeError> {
        if !self.is_text(out, value)? {
            let may_be_scalar = !value.is_instance_of::<PyDict>()
                && matches!(out.context.runtime.handle(value), Ok(None));
            return match may_be_scalar.then(|| any::scalar(value)).transpose()? {
                Some(Some(scalar)) => self.encode(out, &scalar),
                _ => self.inner.encode(out, value),
            };
        }
        let text = value.str()?;
        let made = out.context.runtime.parse(self.id, &text)?;
        self.inner.encode(out, &made)
    }

    fn is_text(&self, out: &Output<'_>, value: &Bound<'_, PyAny>) -> Result<bool, EncodeError> {
        if value.is_instance_of::<PyString>() {
            // A value of a named string type carries its own type.
            return Ok(out.context.runtime.go_type(&value.get_type()).is_none());
        }
        let is_number = value.is_exact_instance_of::<PyInt>() || value.is_instance_of::<PyFloat>();
        if is_number && !value.is_instance_of::<PyBool>() {
            // Of scalars a number is the value itself; a big.Int reads it.
            return Ok(matches!(
                self.inner,
                Encoder::Object(_) | Encoder::Opaque(_) | Encoder::Record(_)
            ));
        }
        is_textual(value).map_err(EncodeError::from)
    }
}

/// Whether a value is of a class of the standard library whose instances are what
/// their text says: exact numbers, addresses and networks.
pub(super) fn is_textual(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    static CLASSES: PyOnceLock<Vec<Py<PyType>>> = PyOnceLock::new();
    let py = value.py();
    let import = || {
        [
            ("decimal", "Decimal"),
            ("fractions", "Fraction"),
            ("ipaddress", "IPv4Address"),
            ("ipaddress", "IPv6Address"),
            ("ipaddress", "IPv4Network"),
            ("ipaddress", "IPv6Network"),
            ("ipaddress", "IPv4Interface"),
            ("ipaddress", "IPv6Interface"),
        ]
        .into_iter()
        .map(|(module, name)| {
            let class = py.import(module)?.getattr(name)?;
            Ok(class.cast_into::<PyType>()?.unbind())
        })
        .collect::<PyResult<_>>()
    };
    for class in CLASSES.get_or_try_init(py, import)? {
        if value.is_instance(class.bind(py))? {
            return Ok(true);
        }
    }
    Ok(false)
}
