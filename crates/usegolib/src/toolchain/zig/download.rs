//! Bringing an archive here, whole and genuine.

use std::io::{self, Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fs_err as fs;

use super::fetch::Fetch;
use super::index::Release;
use super::{Event, FetchError, OnEvent, ZigError, pin};
use crate::artifact::sha256_of;

const CHUNK: usize = 128 << 10;
/// The release index has about 300 kB.
const SMALL: u64 = 16 << 20;

/// The whole content at `url`, which must not be large.
pub(super) fn small(fetch: &dyn Fetch, url: &str) -> Result<Vec<u8>, ZigError> {
    let failed = |source| ZigError::Fetch {
        url: url.to_owned(),
        source,
    };
    let response = pin::get(fetch, url, 0)?;
    if response.status != 200 {
        return Err(failed(FetchError::Status(response.status)));
    }
    let mut content = Vec::new();
    response
        .body
        .take(SMALL + 1)
        .read_to_end(&mut content)
        .map_err(|error| failed(FetchError::Network(error)))?;
    if content.len() as u64 > SMALL {
        return Err(failed(FetchError::TooLarge(SMALL)));
    }
    Ok(content)
}

/// Makes attempts until one succeeds, fails for good, or the pauses run out.
/// An attempt says by its argument whether it got anywhere: then the pauses
/// begin anew.
pub(super) fn with_retries<T>(
    url: &str,
    pauses: &[Duration],
    on_event: &mut OnEvent,
    mut attempt: impl FnMut(&mut Attempt<'_, '_>) -> Result<T, ZigError>,
) -> Result<T, ZigError> {
    let mut failures = 0;
    loop {
        let mut state = Attempt {
            on_event: &mut *on_event,
            progressed: false,
        };
        let error = match attempt(&mut state) {
            Err(error) if error.is_transient() => error,
            done => return done,
        };
        if state.progressed {
            failures = 0;
        }
        let Some(pause) = pauses.get(failures) else {
            return Err(error);
        };
        failures += 1;
        let event = Event::Retrying { url, error: &error };
        if on_event(event).is_break() {
            return Err(ZigError::Interrupted);
        }
        std::thread::sleep(*pause);
    }
}

/// One attempt of [`with_retries`].
pub(super) struct Attempt<'a, 'b> {
    on_event: &'a mut OnEvent<'b>,
    progressed: bool,
}

/// Downloads an archive into `folder`, going on where an earlier download
/// stopped, and checks its sha256. What fails the check is deleted.
pub(super) fn download(
    fetch: &dyn Fetch,
    release: &Release,
    folder: &Path,
    pauses: &[Duration],
    on_event: &mut OnEvent,
) -> Result<PathBuf, ZigError> {
    // Named after the digest: parts of different archives are never mixed.
    let path = folder.join(format!("{}.part", release.sha256));
    let resumed = length_of(&path) > 0;
    match download_and_check(fetch, release, &path, pauses, on_event) {
        // What was here before may have been damaged; what is new may not.
        Err(ZigError::Sha256Mismatch { .. }) if resumed => {
            download_and_check(fetch, release, &path, pauses, on_event)?;
        }
        outcome => outcome?,
    }
    Ok(path)
}

fn download_and_check(
    fetch: &dyn Fetch,
    release: &Release,
    path: &Path,
    pauses: &[Duration],
    on_event: &mut OnEvent,
) -> Result<(), ZigError> {
    with_retries(&release.url, pauses, on_event, |attempt| {
        resume(fetch, release, path, attempt)
    })?;
    if on_event(Event::Verifying).is_break() {
        return Err(ZigError::Interrupted);
    }
    let actual = sha256_of(path).map_err(ZigError::write(path))?;
    if actual == release.sha256 {
        return Ok(());
    }
    fs::remove_file(path).map_err(ZigError::write(path))?;
    Err(ZigError::Sha256Mismatch {
        url: release.url.clone(),
        expected: release.sha256.clone(),
        actual,
    })
}

fn length_of(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// Requests what is missing of the file and appends it.
fn resume(
    fetch: &dyn Fetch,
    release: &Release,
    path: &Path,
    attempt: &mut Attempt<'_, '_>,
) -> Result<(), ZigError> {
    let failed = |source| ZigError::Fetch {
        url: release.url.clone(),
        source,
    };
    let mut file = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .map_err(ZigError::write(path))?;
    let mut received = length_of(path);
    if received == release.size {
        return Ok(());
    }
    if received > release.size {
        file.set_len(0).map_err(ZigError::write(path))?;
        received = 0;
    }
    let response = pin::get(fetch, &release.url, received)?;
    let (from, rest) = match response.status {
        206 if response.starts_at == Some(received) => (received, release.size - received),
        200 => (0, release.size),
        // The server has less than we have: ours is of no use.
        416 => {
            file.set_len(0).map_err(ZigError::write(path))?;
            return Err(failed(FetchError::Network(io::Error::other(
                "the download could not be resumed",
            ))));
        }
        status => return Err(failed(FetchError::Status(status))),
    };
    if let Some(length) = response.length.filter(|length| *length != rest) {
        return Err(ZigError::Size {
            url: release.url.clone(),
            found: from + length,
            expected: release.size,
        });
    }
    file.set_len(from).map_err(ZigError::write(path))?;
    received = from;
    let mut body = response.body.take(rest + 1);
    let mut buffer = vec![0; CHUNK];
    loop {
        let event = Event::Downloading {
            url: &release.url,
            received,
            total: release.size,
        };
        if let ControlFlow::Break(()) = (attempt.on_event)(event) {
            return Err(ZigError::Interrupted);
        }
        let length = match body.read(&mut buffer) {
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(failed(FetchError::Network(error))),
        };
        if length == 0 {
            break;
        }
        file.write_all(&buffer[..length])
            .map_err(ZigError::write(path))?;
        received += length as u64;
        attempt.progressed = true;
    }
    if received < release.size {
        return Err(failed(FetchError::Network(
            io::ErrorKind::UnexpectedEof.into(),
        )));
    }
    if received > release.size {
        fs::remove_file(path).map_err(ZigError::write(path))?;
        return Err(ZigError::Size {
            url: release.url.clone(),
            found: received,
            expected: release.size,
        });
    }
    Ok(())
}
