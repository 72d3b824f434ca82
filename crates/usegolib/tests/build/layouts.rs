//! Trampolines are tried with the library: those that don't pass arguments as Go
//! does are not used, and what they called gets code of its own.

use fs_err as fs;

use crate::support::Sandbox;

/// A sandbox in which Go compiles the bridge of `./m` with trampolines that were
/// changed by sed, and the name of a function whose trampoline is.
fn with_trampolines(edit: &str) -> (Sandbox, String) {
    let sandbox = Sandbox::new();
    // Go's cache must not give what is compiled here to another build.
    let unique = sandbox.path("");
    let unique = unique.file_name().unwrap().to_str().unwrap();
    let name = format!("Less{}", unique.trim_start_matches('.'));
    sandbox.write("m/go.mod", "module example.test/sums\n\ngo 1.21\n");
    let source = format!(
        "package sums\n\n\
         func {name}(a, b int64) int64 {{ return a - b }}\n\n\
         func Minus{name}(a, b int64) int64 {{ return a - b }}\n\n\
         func Join(a, b string) string {{ return a + b }}\n"
    );
    sandbox.write("m/m.go", &source);
    let script = sandbox.path("tool");
    let text = format!(
        "#!/bin/sh\ncase \"$2\" in -V*) exec \"$@\" ;; esac\n\
         for argument; do\n  shift\n  case \"$argument\" in\n\
         */trampolines.go) sed '{edit}' \"$argument\" > '{0}.go'; argument='{0}.go' ;;\n\
         esac\n  set -- \"$@\" \"$argument\"\ndone\nexec \"$@\"\n",
        script.display()
    );
    let script = sandbox.script("tool", &text);
    let sandbox = sandbox
        .with("GOFLAGS", format!("-toolexec={}", script.display()))
        .with("USEGOLIB_STRAIGHT_LINE", "0");
    (sandbox, name)
}

fn has(library: &[u8], symbol: &str) -> bool {
    memchr::memmem::find(library, symbol.as_bytes()).is_some()
}

/// The library of `./m`, and what its build said.
fn build(sandbox: &Sandbox) -> (Vec<u8>, String) {
    let done = sandbox.run(["build", "--module", "./m"]);
    assert_eq!(done.status, 0, "{}", done.stderr);
    let manifest = sandbox.manifest("example.test/sums", "local");
    let library = manifest["library"]["path"].as_str().unwrap();
    let file = sandbox.artifact("example.test/sums", "local").join(library);
    (fs::read(file).unwrap(), done.stderr)
}

#[test]
fn trampolines_that_mix_arguments_up_are_replaced_by_code() {
    // Strings are mixed up too. Only where both have one type: the rest would not compile.
    let (sandbox, name) = with_trampolines(
        "/^func trampoline\\(Int64Int64\\|StringString\\)/,/^}/s/(p0, p1)$/(p1, p0)/",
    );
    let (library, said) = build(&sandbox);
    assert!(said.contains("otherwise than expected"), "{said}");
    for function in [name.as_str(), &format!("Minus{name}"), "Join"] {
        assert!(has(&library, &format!("callSums{function}")), "{function}");
    }
    assert!(!has(&library, "trampolineInt64Int64Int64"));
}

#[test]
fn trampolines_that_end_the_process_are_replaced_by_code() {
    // A panic on a goroutine that nobody recovers on.
    let (sandbox, name) = with_trampolines(
        "/^func trampolineInt64/,/^}/s/\td.End()/\tgo func() { panic(f) }(); select {}/",
    );
    let (library, said) = build(&sandbox);
    assert!(said.contains("otherwise than expected"), "{said}");
    assert!(has(&library, &format!("callSums{name}")));
    assert!(has(&library, "trampolineStringStringString"));
    assert!(!has(&library, "callSumsJoin"));
}

#[test]
fn right_trampolines_are_kept() {
    let (sandbox, name) = with_trampolines("s/nothing/nothing/");
    let (library, said) = build(&sandbox);
    assert!(!said.contains("otherwise than expected"), "{said}");
    assert!(has(&library, "trampolineInt64Int64Int64"));
    assert!(!has(&library, &format!("callSums{name}")));
}
