//! Zig's site as tests want it: archives, an index of them, and servers.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{Cursor, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use lzma_rust2::{XzOptions, XzWriter};
use serde_json::json;
use sha2::{Digest, Sha256};
use usegolib::toolchain::zig::{Fetch, FetchError, Https, INDEX_URL, Response, VERSION};

pub(crate) const TARGET: &str = "x86_64-linux";
pub(crate) const ARCHIVE_URL: &str = "https://ziglang.org/download/zig-x86_64-linux.tar.xz";

pub(crate) fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// An entry of a tar archive, of any kind and with any name.
pub(crate) struct TarEntry {
    pub(crate) name: &'static str,
    pub(crate) kind: tar::EntryType,
    pub(crate) link: &'static str,
    pub(crate) content: Vec<u8>,
    pub(crate) mode: u32,
}

impl TarEntry {
    pub(crate) fn file(name: &'static str, content: &[u8]) -> Self {
        Self {
            name,
            kind: tar::EntryType::Regular,
            link: "",
            content: content.to_vec(),
            mode: 0o644,
        }
    }

    pub(crate) fn link(kind: tar::EntryType, name: &'static str, link: &'static str) -> Self {
        Self {
            kind,
            link,
            ..Self::file(name, b"")
        }
    }
}

/// A tar archive; names are written as they are, not as a tar program would.
pub(crate) fn tar_xz(entries: &[TarEntry]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for entry in entries {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(entry.kind);
        header.set_mode(entry.mode);
        header.set_size(entry.content.len() as u64);
        let old = header.as_old_mut();
        old.name[..entry.name.len()].copy_from_slice(entry.name.as_bytes());
        old.linkname[..entry.link.len()].copy_from_slice(entry.link.as_bytes());
        header.set_cksum();
        archive.append(&header, entry.content.as_slice()).unwrap();
    }
    let mut compressed = XzWriter::new(Vec::new(), XzOptions::with_preset(1)).unwrap();
    compressed
        .write_all(&archive.into_inner().unwrap())
        .unwrap();
    compressed.finish().unwrap()
}

/// What a release of Zig looks like, small.
pub(crate) fn release() -> Vec<u8> {
    // Xorshift: what can't be compressed keeps its size.
    let mut state = 88_172_645_463_325_252_u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    })
    .take(200_000)
    .collect();
    tar_xz(&[
        TarEntry {
            mode: 0o755,
            ..TarEntry::file("zig-x86_64-linux-0.17.0/zig", b"#!/bin/sh\necho zig\n")
        },
        TarEntry::file("zig-x86_64-linux-0.17.0/lib/std/std.zig", &noise),
    ])
}

/// The index with one release, as Zig writes it.
pub(crate) fn index(url: &str, sha256: &str, size: usize) -> Vec<u8> {
    json!({
        "master": {"version": "0.18.0-dev.7", "date": "2026-11-01"},
        (VERSION): {
            "date": "2026-08-01",
            "notes": "https://ziglang.org/download/0.17.0/release-notes.html",
            (TARGET): {"tarball": url, "shasum": sha256, "size": size.to_string()},
        },
    })
    .to_string()
    .into_bytes()
}

/// How a site answers for one address.
#[derive(Clone)]
pub(crate) enum Answer {
    /// This content.
    Content(Vec<u8>),
    /// The content, but at first each answer breaks off after so many bytes.
    Breaking {
        content: Vec<u8>,
        after: usize,
        times: u32,
    },
    /// A redirect.
    Redirect(String),
    /// A status without content.
    Status(u16),
}

/// A site in memory.
#[derive(Default)]
pub(crate) struct Site {
    answers: Mutex<HashMap<String, Answer>>,
    /// What was requested.
    pub(crate) requests: Mutex<Vec<String>>,
}

impl Site {
    /// A site with this archive and an index that describes it.
    pub(crate) fn with_release(archive: &[u8]) -> Self {
        let site = Self::default();
        site.set(
            INDEX_URL,
            Answer::Content(index(ARCHIVE_URL, &sha256(archive), archive.len())),
        );
        site.set(ARCHIVE_URL, Answer::Content(archive.to_vec()));
        site
    }

    pub(crate) fn set(&self, url: &str, answer: Answer) {
        self.answers.lock().unwrap().insert(url.to_owned(), answer);
    }

    /// How often the archive was requested.
    pub(crate) fn downloads(&self) -> usize {
        let requests = self.requests.lock().unwrap();
        requests.iter().filter(|url| *url == ARCHIVE_URL).count()
    }
}

/// A body that ends with an error.
struct Broken(Cursor<Vec<u8>>);

impl Read for Broken {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(std::io::ErrorKind::ConnectionReset.into()),
            length => Ok(length),
        }
    }
}

impl Fetch for Site {
    fn get(&self, url: &str) -> Result<Response, FetchError> {
        self.requests.lock().unwrap().push(url.to_owned());
        let mut answers = self.answers.lock().unwrap();
        let (status, body): (_, Box<dyn Read + Send>) = match answers.get_mut(url) {
            Some(Answer::Breaking {
                content,
                after,
                times,
            }) if *times > 0 => {
                *times -= 1;
                (
                    200,
                    Box::new(Broken(Cursor::new(content[..*after].to_vec()))),
                )
            }
            Some(Answer::Content(content) | Answer::Breaking { content, .. }) => {
                (200, Box::new(Cursor::new(content.clone())))
            }
            Some(Answer::Redirect(_)) => (302, Box::new(std::io::empty())),
            Some(Answer::Status(status)) => (*status, Box::new(std::io::empty())),
            None => (404, Box::new(std::io::empty())),
        };
        Ok(Response { status, body })
    }
}

/// The real client, sent to a server of this machine in place of Zig's: what
/// it asks for and how it reads answers is what a user's does.
pub(crate) struct Diverted {
    client: Https,
    port: u16,
}

impl Diverted {
    /// Starts a server that answers as `site` does, for the life of the process.
    pub(crate) fn to(site: Arc<Site>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let site = Arc::clone(&site);
                std::thread::spawn(move || serve(&mut stream.unwrap(), &site));
            }
        });
        Self {
            client: Https::new(),
            port,
        }
    }
}

impl Fetch for Diverted {
    fn get(&self, url: &str) -> Result<Response, FetchError> {
        let here = url.replace(
            "https://ziglang.org",
            &format!("http://127.0.0.1:{}", self.port),
        );
        self.client.get(&here)
    }
}

fn serve(stream: &mut std::net::TcpStream, site: &Site) {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).unwrap_or(0) == 0 {
            return;
        }
        request.push(byte[0]);
    }
    let text = String::from_utf8(request).unwrap();
    let path = text.split_whitespace().nth(1).unwrap();
    let url = format!("https://ziglang.org{path}");
    let length = match site.answers.lock().unwrap().get(&url) {
        Some(Answer::Content(content) | Answer::Breaking { content, .. }) => content.len(),
        _ => 0,
    };
    let location = match site.answers.lock().unwrap().get(&url) {
        Some(Answer::Redirect(location)) => format!("Location: {location}\r\n"),
        _ => String::new(),
    };
    let mut response = site.get(&url).unwrap();
    let head = format!(
        "HTTP/1.1 {} X\r\nContent-Length: {length}\r\nConnection: close\r\n{location}",
        response.status
    );
    let _ = stream.write_all((head + "\r\n").as_bytes());
    // A broken body is a connection that closes too early.
    let mut body = Vec::new();
    let _ = response.body.read_to_end(&mut body);
    let _ = stream.write_all(&body);
}
