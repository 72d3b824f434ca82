//! The Go packages that every library is linked with, as they are in `go/`.

use std::borrow::Cow;

use super::SourceFile;

macro_rules! embedded {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../../../go/", $path)))),*]
    };
}

/// Every file of the packages, tests left out. They import nothing of this
/// project, so they compile under any import path.
const FILES: &[(&str, &str)] = embedded![
    "bridge/accessors.go",
    "bridge/adapters.go",
    "bridge/attendant.go",
    "bridge/builtins.go",
    "bridge/bytes.go",
    "bridge/carried.go",
    "bridge/cells.go",
    "bridge/changes.go",
    "bridge/codec.go",
    "bridge/codec_decode.go",
    "bridge/codec_encode.go",
    "bridge/context.go",
    "bridge/decoder.go",
    "bridge/dispatch.go",
    "bridge/doc.go",
    "bridge/dynamic_decode.go",
    "bridge/dynamic_encode.go",
    "bridge/encoder.go",
    "bridge/envelope.go",
    "bridge/equality.go",
    "bridge/error_findings.go",
    "bridge/error_value.go",
    "bridge/failure.go",
    "bridge/filesystem.go",
    "bridge/given.go",
    "bridge/goroutines.go",
    "bridge/handles.go",
    "bridge/host.go",
    "bridge/host_error.go",
    "bridge/host_func.go",
    "bridge/host_own.go",
    "bridge/host_sequence.go",
    "bridge/initialize.go",
    "bridge/interfaces.go",
    "bridge/invoke.go",
    "bridge/isolate.go",
    "bridge/iteration.go",
    "bridge/layout_check.go",
    "bridge/layout_samples.go",
    "bridge/leash.go",
    "bridge/live.go",
    "bridge/live_builtins.go",
    "bridge/live_map.go",
    "bridge/live_slice.go",
    "bridge/loans.go",
    "bridge/locate.go",
    "bridge/map_layouts.go",
    "bridge/messagepack.go",
    "bridge/numbers.go",
    "bridge/objects.go",
    "bridge/pending.go",
    "bridge/protocol.go",
    "bridge/question.go",
    "bridge/read.go",
    "bridge/reader.go",
    "bridge/reception.go",
    "bridge/record.go",
    "bridge/reflected_call.go",
    "bridge/registry.go",
    "bridge/sequence.go",
    "bridge/sized.go",
    "bridge/text.go",
    "bridge/times.go",
    "bridge/trampoline.go",
    "bridge/typename.go",
    "bridge/undeclared.go",
    "bridge/writer.go",
    "cabi/cabi.go",
    "cabi/free.c",
    "cabi/signals.c",
];

/// The files of the packages `bridge` and `cabi`.
pub fn runtime_files() -> impl Iterator<Item = SourceFile> {
    FILES.iter().map(|(path, contents)| SourceFile {
        path: (*path).to_owned(),
        contents: Cow::Borrowed(contents),
        spans: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_source_file_is_embedded() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../go");
        let mut found = Vec::new();
        for package in ["bridge", "cabi"] {
            for entry in fs_err::read_dir(root.join(package)).expect("the Go sources are there") {
                let name = entry.expect("a readable folder").file_name();
                let name = name.to_str().expect("ASCII file names").to_owned();
                if name.ends_with("_test.go") || name == "testdata" {
                    continue;
                }
                found.push(format!("{package}/{name}"));
            }
        }
        found.sort();
        let embedded: Vec<_> = FILES.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(embedded, found);
    }
}
