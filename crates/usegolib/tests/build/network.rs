//! Failures of the network, by a `go` that plays them (spec: Builder Retries
//! Transient Go Network Failures).

use std::path::Path;

use fs_err as fs;

use crate::support::{Done, Sandbox};

const TIMEOUT: &str =
    "go: fixture.test/m@v1.0.0: Get \"https://proxy.test/m\": dial tcp 192.0.2.1:443: i/o timeout";

/// A sandbox whose `go get` prints `message` and fails, the first `failures`
/// times; later it says that all is well. Every call of `go get` is logged
/// with its GOPROXY.
fn failing(message: &str, failures: usize) -> Sandbox {
    let sandbox = Sandbox::new();
    let log = sandbox.path("log");
    fs::write(sandbox.path("message"), message).unwrap();
    let script = format!(
        "#!/bin/sh\n\
         [ \"$1\" = get ] || exec {go} \"$@\"\n\
         echo \"${{GOPROXY-unset}}\" >> {log}\n\
         [ $(wc -l < {log}) -gt {failures} ] && {{ echo 'go: well' >&2; exit 1; }}\n\
         cat {message} >&2\n\
         exit 1\n",
        go = which("go").display(),
        log = log.display(),
        message = sandbox.path("message").display(),
    );
    let go = sandbox.script("bin/go", &script);
    sandbox.with("USEGOLIB_GO", go)
}

fn which(name: &str) -> std::path::PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
        .unwrap()
}

fn calls(sandbox: &Sandbox) -> Vec<String> {
    let log = fs::read_to_string(sandbox.path("log")).unwrap();
    log.lines().map(str::to_owned).collect()
}

fn build(sandbox: &Sandbox) -> Done {
    let done = sandbox.try_build(["fixture.test/m@v1.0.0"]);
    assert_eq!(done.status, 1, "{}", done.stderr);
    assert!(is_empty(&sandbox.path("root")));
    done
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none())
}

#[test]
fn transient_failures_are_tried_again() {
    let sandbox = failing(TIMEOUT, 2);
    let done = build(&sandbox);
    assert!(done.stderr.contains("go: well"), "{}", done.stderr);
    assert_eq!(calls(&sandbox), ["unset", "unset", "unset"]);
    assert!(
        done.stderr.contains("i/o timeout; trying again in"),
        "{}",
        done.stderr
    );
}

#[test]
fn lasting_failures_go_to_the_source_if_no_proxy_is_chosen() {
    let sandbox = failing(TIMEOUT, 9);
    let done = build(&sandbox);
    assert_eq!(calls(&sandbox), ["unset", "unset", "unset", "direct"]);
    assert!(done.stderr.contains("i/o timeout"), "{}", done.stderr);
    assert!(
        done.stderr.contains("hint: ") && done.stderr.contains("GOPROXY=direct"),
        "{}",
        done.stderr
    );
    let sandbox = failing(TIMEOUT, 9).with("GOPROXY", "https://proxy.test");
    build(&sandbox);
    assert_eq!(calls(&sandbox), ["https://proxy.test"; 3]);
}

#[test]
fn a_proxy_chosen_by_go_env_is_not_passed_by() {
    let sandbox = failing(TIMEOUT, 9);
    sandbox.write("goenv", "GOPROXY=https://proxy.test\n");
    let file = sandbox.path("goenv");
    let sandbox = sandbox.with("GOENV", file);
    build(&sandbox);
    assert_eq!(calls(&sandbox), ["unset", "unset", "unset"]);
}

#[test]
fn refusals_are_told_apart_and_not_tried_again() {
    for (message, what) in [
        (
            "go: m: reading https://proxy.test/m.info: 404 Not Found",
            "not found",
        ),
        (
            "go: m: reading https://proxy.test/m.info: 403 Forbidden",
            "access refused",
        ),
        (
            "go: m: reading https://proxy.test/m.info: 410 Gone",
            "no longer available",
        ),
        (
            "go: m: verifying module: checksum mismatch",
            "checksum mismatch",
        ),
        (
            "go: m@v9: invalid version: unknown revision v9",
            "not found",
        ),
    ] {
        let sandbox = failing(message, 9);
        let done = build(&sandbox);
        assert_eq!(calls(&sandbox).len(), 1, "{message}");
        let first = format!("error: {what}: {message}");
        assert!(done.stderr.contains(&first), "{}", done.stderr);
        assert!(done.stderr.contains("hint: "), "{}", done.stderr);
    }
}

#[test]
fn a_dependency_that_cannot_be_fetched_now_is_not_left_out_for_good() {
    let sandbox = Sandbox::new();
    sandbox.write("m/go.mod", "module fixture.test/m\n\ngo 1.21\n");
    sandbox.write("m/m.go", "package m\n\nfunc F() {}\n");
    let log = sandbox.path("log");
    let script = format!(
        "#!/bin/sh\n\
         [ \"$1\" = list ] || exec {go} \"$@\"\n\
         echo list >> {log}\n\
         echo '{{\"ImportPath\": \"fixture.test/m\", \"Error\": {{\"Err\": \"dial tcp: i/o timeout\"}}}}'\n",
        go = which("go").display(),
        log = log.display(),
    );
    let go = sandbox.script("bin/go", &script);
    let sandbox = sandbox.with("USEGOLIB_GO", go);
    let done = sandbox.try_build(["./m"]);
    assert_eq!(done.status, 1);
    assert!(done.stderr.contains("i/o timeout"), "{}", done.stderr);
    // Three tries, and one without a proxy.
    assert_eq!(calls(&sandbox).len(), 4);
}
