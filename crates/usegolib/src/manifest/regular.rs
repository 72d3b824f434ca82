//! Opening what should be a file and may be anything.

use std::io;
use std::path::Path;

use fs_err as fs;
use fs_err::os::unix::fs::OpenOptionsExt;

/// What the error of [`open`] is for something that is no file.
pub(crate) const KIND: io::ErrorKind = io::ErrorKind::InvalidInput;

/// Opens a regular file to read it. A pipe is not waited for, nor is a device
/// started: what is not a regular file is an error of [`KIND`]. It is the open
/// file that is asked, so nobody can put another in its place after that.
pub(crate) fn open(path: &Path) -> io::Result<(fs::File, std::fs::Metadata)> {
    let file = fs::OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY)
        .open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() {
        return Ok((file, metadata));
    }
    let message = format!("{} is not a regular file", path.display());
    Err(io::Error::new(KIND, message))
}

/// Reads a small file of text, and no more of it than `limit` bytes.
pub(crate) fn read_text(path: &Path, limit: u64) -> io::Result<String> {
    let (file, _) = open(path)?;
    let mut text = String::new();
    io::Read::read_to_string(&mut io::Read::take(file, limit), &mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::ffi::CString;

    use super::*;

    #[test]
    fn pipes_devices_and_folders_are_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let name = CString::new(pipe.as_os_str().as_encoded_bytes()).unwrap();
        // SAFETY: the name is a C string.
        assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0);
        for path in [&pipe, Path::new("/dev/zero"), folder.path()] {
            let error = open(path).unwrap_err();
            assert_eq!(error.kind(), KIND, "{}", path.display());
        }
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&pipe, &link).unwrap();
        assert_eq!(open(&link).unwrap_err().kind(), KIND);
        assert_eq!(
            open(&folder.path().join("none")).unwrap_err().kind(),
            io::ErrorKind::NotFound
        );
    }
}
