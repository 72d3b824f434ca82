//! Package constants as Python values.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyComplex, PyFloat, PyInt, PyString};
use usegolib::schema::{Constant, ConstantKind};

use crate::call::decode_error;
use crate::codec::{Runtime, Times, of_adapter};
use crate::objects::View;

/// The value of a constant: exact for integers of any size, an instance of its
/// type's class when that has methods.
pub(crate) fn value<'py>(
    py: Python<'py>,
    view: &'static View,
    constant: &Constant,
) -> PyResult<Bound<'py, PyAny>> {
    let plain = plain(py, constant)?;
    let id = view.types.find(&constant.type_);
    if view.types.options().times == Times::Python
        && let Some(adapter) = id.and_then(|id| view.types.adapter(id))
    {
        return of_adapter(adapter, &plain)
            .map_err(|error| decode_error(py, error, &constant.name));
    }
    let class = id.and_then(|id| (&view).value_class(py, id));
    match class {
        Some(class) => class.call1((plain,)),
        None => Ok(plain),
    }
}

fn plain<'py>(py: Python<'py>, constant: &Constant) -> PyResult<Bound<'py, PyAny>> {
    let text = constant.value.as_str();
    Ok(match constant.kind {
        ConstantKind::Bool => (text == "true").into_pyobject(py)?.to_owned().into_any(),
        ConstantKind::Int => py.get_type::<PyInt>().call1((text,))?,
        ConstantKind::Float => float(py, text)?,
        ConstantKind::Complex => {
            let (real, imaginary) = text.split_once(' ').unwrap_or((text, "0"));
            let parts = (float(py, real)?, float(py, imaginary)?);
            py.get_type::<PyComplex>().call1(parts)?
        }
        ConstantKind::String => PyString::new(py, text).into_any(),
        ConstantKind::Hex => py
            .get_type::<PyBytes>()
            .call_method1("fromhex", (text,))?
            .call_method1("decode", ("utf-8", "surrogateescape"))?,
    })
}

fn float<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    let class = py.get_type::<PyFloat>();
    if text.contains(['x', 'X']) {
        class.call_method1("fromhex", (text,))
    } else {
        class.call1((text,))
    }
}
