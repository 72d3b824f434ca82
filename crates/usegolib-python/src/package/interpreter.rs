//! What builds need to know of the running Python: where its wheels are, which
//! may bring a Go and a C compiler along.

use pyo3::prelude::*;
use usegolib::toolchain;

/// The folders on `sys.path` that hold installed packages, and the executable.
///
/// `sys.path` rather than `site`: it is what an import would find, user and
/// virtual environment folders included, in the order they are searched.
pub(crate) fn describe(py: Python<'_>) -> PyResult<toolchain::Python> {
    let sys = py.import("sys")?;
    let mut site_packages = Vec::new();
    for entry in sys.getattr("path")?.try_iter()? {
        // Anything but a string (a path hook's own object) is not a folder.
        if let Ok(folder) = entry?.extract::<std::path::PathBuf>()
            && folder.ends_with("site-packages") | folder.ends_with("dist-packages")
        {
            site_packages.push(folder);
        }
    }
    let executable = sys
        .getattr("executable")?
        .extract::<Option<std::path::PathBuf>>()?;
    Ok(toolchain::Python {
        site_packages,
        executable: executable.filter(|path| !path.as_os_str().is_empty()),
    })
}
