//! What builds need to know of the running Python: where its wheels are, which
//! may bring a Go and a C compiler along.

use std::path::PathBuf;

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
        if let Ok(folder) = entry?.extract::<PathBuf>()
            && folder.ends_with("site-packages") | folder.ends_with("dist-packages")
        {
            site_packages.push(folder);
        }
    }
    Ok(toolchain::Python {
        site_packages,
        executable: executable(&sys)?,
    })
}

/// `sys.executable`, if it is a Python: where an application has Python inside,
/// it is the application, and running that does whatever it is for.
fn executable(sys: &Bound<'_, PyModule>) -> PyResult<Option<PathBuf>> {
    let path: Option<PathBuf> = sys.getattr("executable")?.extract()?;
    let is_python = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.to_ascii_lowercase().starts_with("python")
    };
    let frozen = sys.hasattr("frozen")?;
    Ok(path.filter(|path| !frozen && is_python(path)))
}
