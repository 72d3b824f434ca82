//! From what Go says of generated source to what it was generated for.

use std::collections::BTreeMap;
use std::path::Path;

use super::workspace::{MAIN_FOLDER, source};
use crate::bridge::{Origin, SourceFile, Span};

/// Where in the generated source is what.
#[derive(Debug, Default)]
pub(super) struct Blame {
    files: BTreeMap<String, Vec<Span>>,
    /// In which file and line each function begins.
    functions: BTreeMap<String, (String, usize)>,
}

/// Something that Go refuses, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Blamed {
    pub(super) origins: Vec<Origin>,
    pub(super) reason: String,
}

impl Blame {
    /// Remembers the files as they are written to the workspace.
    pub(super) fn new(files: &[SourceFile]) -> Self {
        let mut blame = Self::default();
        for file in files.iter().filter(|file| !file.spans.is_empty()) {
            let written = source::for_any_module(Path::new(&file.path), &file.contents);
            let shift = written.lines().count() - file.contents.lines().count();
            for (at, line) in (1..).zip(file.contents.lines()) {
                let name = line.strip_prefix("func ").and_then(|rest| {
                    let end = rest.find(['(', '['])?;
                    Some(&rest[..end])
                });
                if let Some(name) = name {
                    let place = (file.path.clone(), at + shift);
                    blame.functions.insert(name.to_owned(), place);
                }
            }
            let spans = file.spans.iter().map(|span| Span {
                lines: span.lines.start() + shift..=span.lines.end() + shift,
                origins: span.origins.clone(),
            });
            blame.files.insert(file.path.clone(), spans.collect());
        }
        blame
    }

    /// What the compiler's and the linker's messages are about, as far as they
    /// say it.
    pub(super) fn read(&self, messages: &str) -> Vec<Blamed> {
        let mut found: Vec<Blamed> = Vec::new();
        let mut lines = messages.lines().peekable();
        while let Some(line) = lines.next() {
            let traced = self.compiled(line).or_else(|| self.linked(line));
            let traced = traced.map(|(origins, reason)| (origins.to_vec(), reason));
            let Some((origins, reason)) = traced.or_else(|| undefined(line)) else {
                continue;
            };
            let mut reason = reason.to_owned();
            while let Some(more) = lines.next_if(|line| line.starts_with('\t')) {
                reason.push('\n');
                reason.push_str(more);
            }
            found.push(Blamed { origins, reason });
        }
        found
    }

    /// `.../usegolib-library/file.go:12:3: what is wrong`
    fn compiled<'m>(&self, line: &'m str) -> Option<(&[Origin], &'m str)> {
        let (place, message) = line.split_once(": ")?;
        let (_, place) = place.rsplit_once(&format!("{MAIN_FOLDER}/"))?;
        let mut parts = place.split(':');
        let file = parts.next()?;
        let line = parts.next()?.parse().ok()?;
        Some((self.at(file, line)?, message))
    }

    /// `main.callF: relocation target example.com/m.f not defined`
    fn linked<'m>(&self, line: &'m str) -> Option<(&[Origin], &'m str)> {
        let line = line.strip_prefix("link: ").unwrap_or(line);
        let (symbol, message) = line.strip_prefix("main.")?.split_once(": ")?;
        // A closure has its function's name in front of its own.
        let name = symbol.split('.').next()?;
        let (file, line) = self.functions.get(name)?;
        Some((self.at(file, *line)?, message))
    }

    fn at(&self, file: &str, line: usize) -> Option<&[Origin]> {
        let spans = self.files.get(file)?;
        let span = spans.iter().find(|span| span.lines.contains(&line))?;
        (!span.origins.is_empty()).then_some(&span.origins)
    }
}

/// What the C toolchain's linker says of a function without a body: that it is
/// an undefined symbol, which it quotes.
fn undefined(line: &str) -> Option<(Vec<Origin>, &str)> {
    let at = line.find("undefined ")?;
    let symbol = line[at..].split_once('`')?.1.split('\'').next()?;
    let folder = symbol.rfind('/').map_or(0, |at| at + 1);
    let dot = folder + symbol[folder..].find('.')?;
    // Dots in the last element of an import path are escaped.
    let pkg = symbol[..dot].replace("%2e", ".");
    let name = &symbol[dot + 1..];
    let origin = match name.rsplit_once('.') {
        None => Origin::Function {
            pkg,
            name: name.to_owned(),
        },
        Some((receiver, name)) => Origin::Method {
            recv: format!("{pkg}.{}", receiver.trim_matches(['(', '*', ')'])),
            name: name.to_owned(),
        },
    };
    Some((vec![origin], &line[at..]))
}

/// Whether the Go compiler speaks, about a line: then packages can be linked, but
/// for some part of the bridge.
pub(super) fn is_compilers(messages: &str) -> bool {
    messages.lines().any(|line| {
        line.split_once(".go:").is_some_and(|(file, place)| {
            !file.contains(' ') && place.starts_with(|c: char| c.is_ascii_digit())
        })
    })
}

/// A message without the commands that were run, and not endless.
pub(super) fn abridged(messages: &str) -> String {
    const MOST_LINES: usize = 12;
    let lines = messages.trim().lines();
    let lines = lines.filter(|line| !line.contains(" -o a.out "));
    lines.take(MOST_LINES).collect::<Vec<_>>().join("\n")
}

/// The package that a linker message is about, if it is one of these: it says
/// `link: example.com/m: ...` or `example.com/m.f: relocation target ...`.
pub(super) fn linked_package<'p>(
    messages: &str,
    packages: &'p [String],
) -> Option<(&'p str, String)> {
    messages.lines().find_map(|line| {
        let line = line.strip_prefix("link: ").unwrap_or(line);
        let (subject, _) = line.split_once(": ")?;
        let package = packages
            .iter()
            .filter(|package| {
                subject
                    .strip_prefix(package.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
            .max_by_key(|package| package.len())?;
        Some((package.as_str(), line.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(name: &str) -> Origin {
        Origin::Function {
            pkg: "e.c/m".to_owned(),
            name: name.to_owned(),
        }
    }

    fn blame() -> Blame {
        let span = |lines, name| Span {
            lines,
            origins: vec![function(name)],
        };
        Blame::new(&[SourceFile {
            path: "m_functions.go".to_owned(),
            contents: "package main\n\n// callA is m.A.\nfunc callA() {\n}\n\nfunc callB() {\n}\n"
                .into(),
            spans: vec![span(3..=5, "A"), span(7..=8, "B")],
        }])
    }

    #[test]
    fn a_message_is_traced_by_its_line() {
        // The file is written with a build constraint in front of it.
        let blamed = blame().read(
            "# e.c/m/usegolib-library\n\
             e.c/m/usegolib-library/m_functions.go:6:2: internal compiler error: 'callA': x\n\
             \tmore\n\nPlease file a bug report\n\
             e.c/m/usegolib-library/m_functions.go:10:1: y\n\
             e.c/m/usegolib-library/main.go:9:1: z\n",
        );
        assert_eq!(blamed.len(), 2);
        assert_eq!(blamed[0].origins, [function("A")]);
        assert_eq!(
            blamed[0].reason,
            "internal compiler error: 'callA': x\n\tmore"
        );
        assert_eq!(blamed[1].origins, [function("B")]);
    }

    #[test]
    fn the_linker_is_understood() {
        let missing = "main.callB: relocation target e.c/m.b not defined";
        let blamed = blame().read(missing);
        assert_eq!(blamed[0].origins, [function("B")]);
        assert_eq!(blamed[0].reason, "relocation target e.c/m.b not defined");
        for (symbol, origin) in [
            ("e.c/m.B", function("B")),
            (
                "e.c/m%2ev2.(*T).M",
                Origin::Method {
                    recv: "e.c/m.v2.T".to_owned(),
                    name: "M".to_owned(),
                },
            ),
        ] {
            let line = format!(
                "/usr/bin/ld: go.o: relocation R against undefined symbol `{symbol}' can not"
            );
            assert_eq!(blame().read(&line)[0].origins, [origin]);
        }
        let packages = ["e.c/m".to_owned(), "e.c/m/sub".to_owned()];
        let found = |text| linked_package(text, &packages).map(|(package, _)| package);
        assert_eq!(
            found("link: e.c/m/sub: invalid reference to encoding/json.f"),
            Some("e.c/m/sub")
        );
        assert_eq!(
            found("e.c/m.f: relocation target e.c/m.g not defined"),
            Some("e.c/m")
        );
        assert_eq!(found("/usr/bin/ld: x.o: multiple definition of `f'"), None);
    }
}
