//! Builds that are stopped: by an interrupt, and by a kill at any moment.

use std::cell::Cell;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fs_err as fs;
use usegolib::artifact::Store;
use usegolib::builder::{self, Interrupt, Request, progress};
use usegolib::error::Category;
use usegolib::module::Target;
use usegolib::toolchain::{Python, Search};

use crate::support::Sandbox;

/// Interrupts when a build has run for some time.
struct After {
    start: Instant,
    time: Duration,
    asked: Cell<u32>,
}

impl Interrupt for After {
    fn requested(&self) -> bool {
        self.asked.set(self.asked.get() + 1);
        self.start.elapsed() >= self.time
    }
}

fn module(sandbox: &Sandbox) {
    sandbox.write("m/go.mod", "module fixture.test/m\n\ngo 1.21\n");
    sandbox.write("m/m.go", "package m\n\nfunc F() int { return 1 }\n");
}

/// What is in the root, the index left out.
fn contents(sandbox: &Sandbox) -> Vec<String> {
    if !sandbox.path("root").exists() {
        return Vec::new();
    }
    let mut found: Vec<_> = sandbox
        .snapshot("root")
        .into_iter()
        .map(|(path, _)| path.display().to_string())
        .filter(|path| !path.contains(".usegolib-"))
        .collect();
    found.sort();
    found
}

#[test]
fn an_interrupt_ends_the_build_at_once_and_leaves_nothing() {
    let sandbox = Sandbox::new();
    module(&sandbox);
    // A compiler that takes for ever.
    let pid = sandbox.path("pid");
    let slow = sandbox.script(
        "bin/slow",
        &format!(
            "#!/bin/sh\necho $$ >> '{}'\nexec sleep 300\n",
            pid.display()
        ),
    );
    sandbox.write(
        "m/c.go",
        "package m\n\n// static int one(void) { return 1; }\nimport \"C\"\n\nfunc One() int { return int(C.one()) }\n",
    );
    sandbox.write(
        "goenv",
        &format!(
            "CC={}\nGOFLAGS=-toolexec={}\n",
            slow.display(),
            slow.display()
        ),
    );
    let script = format!(
        "#!/bin/sh\nexport GOENV='{}'\ncase $1 in env) exec go \"$@\";; esac\nexec go \"$@\"\n",
        sandbox.path("goenv").display()
    );
    let go = sandbox.script("bin/go", &script);
    let search = Search {
        go: Some(go),
        ..Search::from_environment(Python::default()).unwrap()
    };
    let target = Target::parse(sandbox.path("m").to_str().unwrap(), None).unwrap();
    let store = Store::new(&sandbox.path("root")).unwrap();
    let interrupt = After {
        start: Instant::now(),
        time: Duration::from_secs(2),
        asked: Cell::new(0),
    };
    let error = builder::build(
        &Request::new(target),
        &store,
        &search,
        &progress::Silent,
        &interrupt,
    )
    .unwrap_err();
    assert_eq!(error.to_string(), "the build was interrupted");
    assert_eq!(error.category(), Category::Build);
    assert!(interrupt.asked.get() > 1);
    assert!(interrupt.start.elapsed() < Duration::from_secs(20));
    assert!(contents(&sandbox).is_empty());
    for pid in fs::read_to_string(pid).unwrap().lines() {
        // It was killed, but the kernel ends it when it gets to it.
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            if state.is_empty() || state.contains(") Z ") {
                break;
            }
            assert!(Instant::now() < deadline, "{state}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

#[test]
fn a_build_killed_at_any_moment_leaves_no_half_artifact() {
    let sandbox = Sandbox::new();
    module(&sandbox);
    sandbox.build(["./m"]);
    let whole = contents(&sandbox);
    for milliseconds in [5, 30, 80, 150, 300, 500, 800] {
        let mut child = sandbox
            .command(["build", "--module", "./m", "--force"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
        // Whatever was left, what was there is still whole.
        let inspected = sandbox.run(["inspect", "--module", "fixture.test/m"]);
        assert_eq!(inspected.status, 0, "{}", inspected.stderr);
    }
    sandbox.build(["./m", "--force"]);
    let left = contents(&sandbox);
    assert_eq!(left.len(), whole.len(), "{left:?}");
}

#[test]
fn a_closed_reader_is_no_failure() {
    let sandbox = Sandbox::new();
    module(&sandbox);
    sandbox.build(["./m"]);
    let status = Command::new("/bin/sh")
        .args(["-c", "\"$0\" artifact list --artifact-dir \"$1\" | true"])
        .arg(env!("CARGO_BIN_EXE_usegolib"))
        .arg(sandbox.path("root"))
        .status()
        .unwrap();
    assert!(status.success());
}
