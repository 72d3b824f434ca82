//! `usegolib gen`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::{locate, output};
use crate::artifact::{Artifact, Store};
use crate::error::Result;
use crate::manifest::{self, FILE_NAME};
use crate::module::Target;
use crate::python::bindings::{self, BindingsError, Release};

/// Write a package of an artifact as a typed Python module.
#[derive(Debug, Args)]
pub(super) struct Bindings {
    /// The artifact root, or the folder of one artifact [default:
    /// `USEGOLIB_ARTIFACT_DIR`, else the platform's cache folder]
    #[arg(long, value_name = "DIR")]
    artifact_dir: Option<PathBuf>,
    /// The package, as `import_` takes it
    #[arg(long, value_name = "PATH[@VERSION]")]
    package: String,
    /// The version, if it isn't in the path and the root has several
    #[arg(long)]
    version: Option<String>,
    /// The Python file to write; `-` for standard output
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Bindings {
    pub(super) fn run(self) -> Result<()> {
        let target = Target::parse(&self.package, self.version.as_deref())?;
        let package = locate::import_path(&target)?;
        let artifact = self.artifact(&target)?;
        let manifest = manifest::read(&artifact.manifest_path())?;
        let release = Release {
            module: &manifest.module,
            version: &manifest.version,
            schema: &manifest.schema,
        };
        let source = bindings::generate(release, &package)?;
        if self.out == Path::new("-") {
            return output::text(&source);
        }
        write(&self.out, &source).map_err(|source| BindingsError::Write {
            path: self.out.clone(),
            source,
        })?;
        output::text(&format!("{}\n", self.out.display()))
    }

    fn artifact(&self, target: &Target) -> Result<Artifact> {
        match &self.artifact_dir {
            Some(folder) if folder.join(FILE_NAME).is_file() => locate::at(folder),
            Some(root) => locate::find(&Store::new(root)?, target),
            None => locate::find(&Store::default_root()?, target),
        }
    }
}

/// Replaces the file in one step.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    fs_err::create_dir_all(folder)?;
    let mut file = manifest::new_file_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
