//! Bringing the index and an archive here, whole and genuine.

use std::io::{self, Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fs_err as fs;

use super::fetch::Fetch;
use super::index::{Release, check};
use super::{Event, FetchError, INDEX_URL, OnEvent, ZigError};
use crate::artifact::sha256_of;

const CHUNK: usize = 128 << 10;
/// The release index has about 300 kB.
const LARGEST_INDEX: u64 = 16 << 20;

/// The release index as it is.
pub(super) fn index(
    fetch: &dyn Fetch,
    pauses: &[Duration],
    on_event: &mut OnEvent,
) -> Result<Vec<u8>, ZigError> {
    with_retries(INDEX_URL, pauses, on_event, |_| {
        let mut content = Vec::new();
        let into = &mut content;
        transfer(fetch, INDEX_URL, LARGEST_INDEX, &mut |bytes| {
            into.extend_from_slice(bytes);
            Ok(())
        })?;
        Ok(content)
    })
}

/// Downloads an archive to `path` and checks its sha256. What fails the check
/// is deleted.
pub(super) fn archive(
    fetch: &dyn Fetch,
    release: &Release,
    folder: &Path,
    pauses: &[Duration],
    on_event: &mut OnEvent,
) -> Result<PathBuf, ZigError> {
    let path = folder.join("archive");
    with_retries(&release.url, pauses, on_event, |on_event| {
        let mut file = fs::File::create(&path).map_err(ZigError::write(&path))?;
        let mut received = 0;
        transfer(fetch, &release.url, release.size, &mut |bytes| {
            file.write_all(bytes).map_err(ZigError::write(&path))?;
            received += bytes.len() as u64;
            go_on(on_event(Event::Downloading {
                url: &release.url,
                received,
                total: release.size,
            }))
        })
    })?;
    go_on(on_event(Event::Verifying))?;
    let actual = sha256_of(&path).map_err(ZigError::write(&path))?;
    if actual == release.sha256 {
        return Ok(path);
    }
    fs::remove_file(&path).map_err(ZigError::write(&path))?;
    Err(ZigError::Sha256Mismatch {
        url: release.url.clone(),
        expected: release.sha256.clone(),
        actual,
    })
}

pub(super) fn go_on(answer: ControlFlow<()>) -> Result<(), ZigError> {
    if answer.is_break() {
        return Err(ZigError::Interrupted);
    }
    Ok(())
}

/// Makes attempts until one succeeds, fails for good, or the pauses run out.
fn with_retries<T>(
    url: &str,
    pauses: &[Duration],
    on_event: &mut OnEvent,
    mut attempt: impl FnMut(&mut OnEvent) -> Result<T, ZigError>,
) -> Result<T, ZigError> {
    let mut pauses = pauses.iter();
    loop {
        let error = match attempt(on_event) {
            Err(error) if error.is_transient() => error,
            done => return done,
        };
        let Some(pause) = pauses.next() else {
            return Err(error);
        };
        go_on(on_event(Event::Retrying { url, error: &error }))?;
        std::thread::sleep(*pause);
    }
}

/// Gives the content at `url`, of at most `most` bytes, to `take` piece by
/// piece, the first of them empty.
fn transfer(
    fetch: &dyn Fetch,
    url: &str,
    most: u64,
    take: &mut dyn FnMut(&[u8]) -> Result<(), ZigError>,
) -> Result<(), ZigError> {
    let failed = |source| ZigError::Fetch {
        url: url.to_owned(),
        source,
    };
    check(url)?;
    take(&[])?;
    let response = fetch.get(url).map_err(failed)?;
    if response.status != 200 {
        return Err(failed(FetchError::Status(response.status)));
    }
    let mut body = response.body.take(most + 1);
    let mut buffer = vec![0; CHUNK];
    loop {
        match body.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => take(&buffer[..length])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(failed(FetchError::Network(error))),
        }
        if body.limit() == 0 {
            return Err(failed(FetchError::TooLarge(most)));
        }
    }
    Ok(())
}
