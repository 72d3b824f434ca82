//! Instantiations of generic functions that Python asked for in vain, noted beside
//! the manifest until the artifact is built again: then they are among what is built.

use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::manifest::{self, Instantiation, regular};

/// The name of the file in an artifact's folder.
const FILE_NAME: &str = "missed.json";
/// No more are noted: what asks for so many doesn't mean them.
const MOST: usize = 200;
/// A file of more bytes is not read.
const LARGEST: u64 = 1 << 20;

#[derive(Default, Serialize, Deserialize)]
struct Missed {
    instantiations: Vec<Instantiation>,
}

/// What is noted in an artifact's folder. A file that can't be understood notes
/// nothing.
pub fn read(folder: &Path) -> Vec<Instantiation> {
    let Ok((file, metadata)) = regular::open(&folder.join(FILE_NAME)) else {
        return Vec::new();
    };
    if metadata.len() > LARGEST {
        return Vec::new();
    }
    let found: Result<Missed, _> = serde_json::from_reader(io::BufReader::new(file));
    found.unwrap_or_default().instantiations
}

/// Notes one more.
pub fn note(folder: &Path, missed: Instantiation) -> io::Result<()> {
    let mut instantiations = read(folder);
    if instantiations.contains(&missed) {
        return Ok(());
    }
    if instantiations.len() >= MOST {
        return Err(io::Error::other(format!("{MOST} are noted already")));
    }
    instantiations.push(missed);
    let mut file = manifest::new_file_in(folder)?;
    serde_json::to_writer(&mut file, &Missed { instantiations })?;
    file.write_all(b"\n")?;
    file.persist(folder.join(FILE_NAME))
        .map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_read_and_noted_once() {
        let folder = tempfile::tempdir().unwrap();
        let one = |argument: &str| Instantiation {
            pkg: "m.test".to_owned(),
            name: "F".to_owned(),
            type_args: vec![argument.to_owned()],
        };
        assert!(read(folder.path()).is_empty());
        for argument in ["int8", "int16", "int8"] {
            note(folder.path(), one(argument)).unwrap();
        }
        assert_eq!(read(folder.path()), [one("int8"), one("int16")]);
        fs_err::write(folder.path().join(FILE_NAME), b"{").unwrap();
        assert!(read(folder.path()).is_empty());
    }
}
