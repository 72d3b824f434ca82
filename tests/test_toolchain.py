"""Finding Go and a C compiler, and what happens without; downloads that fail."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.process import bare_python, run, run_python, usegolib
from tests.support.store import FIXTURES, artifact, manifest

requirement = pytest.mark.requirement
scenario = pytest.mark.scenario

# What the Go command prints, shortened, for failures of each kind.
TRANSIENT = [
    'go: example.test/mod@v1.0.0: Get "https://proxy.golang.org/example.test/mod/@v/v1.0.0.mod": dial tcp: i/o timeout',
    "go: example.test/mod@v1.0.0: reading https://proxy.golang.org/example.test/mod/@v/v1.0.0.zip: 502 Bad Gateway",
    'go: example.test/mod@v1.0.0: Get "https://proxy.golang.org/x": net/http: TLS handshake timeout',
    "go: example.test/mod@v1.0.0: read tcp 127.0.0.1:1->127.0.0.1:2: read: connection reset by peer",
]
PERMANENT = [
    "go: example.test/mod@v1.0.0: reading https://proxy.golang.org/example.test/mod/@v/v1.0.0.info: 404 Not Found",
    "go: example.test/mod@v1.0.0: verifying module: checksum mismatch",
]


@pytest.fixture
def failing_go(tmp_path: Path) -> Callable[..., tuple[Path, Path]]:
    """Makes a `go` whose downloads fail some times before they work; it writes each of its calls to a log."""
    real = shutil.which("go")
    assert real

    def make(message: str, failures: int) -> tuple[Path, Path]:
        folder = tmp_path / "bin"
        folder.mkdir()
        log = tmp_path / "log"
        script = folder / "go"
        script.write_text(
            "#!/bin/sh\n"
            # Asking Go about itself downloads nothing.
            f'case "$1" in env|version) exec "{real}" "$@";; esac\n'
            f'echo "${{GOPROXY-unset}} $*" >> "{log}"\n'
            f"if [ \"$(wc -l < '{log}')\" -le {failures} ]; then echo '{message}' >&2; exit 1; fi\n"
            f'exec "{real}" "$@"\n',
            encoding="utf-8",
        )
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        return script, log

    return make


@requirement("Missing Go Toolchain Hint")
class TestMissingGo:
    CODE = """
        import usegolib
        try:
            usegolib.import_("example.com/mod", version="v1.2.3")
        except usegolib.errors.BuildError as error:
            print(error)
    """

    @scenario("Import auto-build fails because `go` is missing")
    def test_import(self, tmp_path: Path) -> None:
        python, env = bare_python(tmp_path / "bare")
        env["USEGOLIB_ARTIFACT_DIR"] = str(tmp_path / "root")
        output = run_python(self.CODE, python=python, env=env)
        assert "PATH" in output
        assert "go" in output
        assert "hint: " in output
        assert "build_if_missing=False" in output

    def test_cli(self, tmp_path: Path) -> None:
        python, env = bare_python(tmp_path / "bare")
        done = usegolib("build", "--module", FIXTURES / "versions", "--out", tmp_path / "out", python=python, env=env)
        assert done.returncode == 1
        assert "hint: " in done.stderr
        assert "Traceback" not in done.stderr

    def test_go_that_is_not_there(self, tmp_path: Path) -> None:
        env = {"USEGOLIB_GO": str(tmp_path / "nowhere" / "go")}
        done = usegolib("build", "--module", FIXTURES / "versions", "--out", tmp_path / "out", env=env)
        assert done.returncode == 1
        assert "nowhere" in done.stderr

    def test_usegolib_go(self, tmp_path: Path) -> None:
        go = shutil.which("go")
        assert go
        log = tmp_path / "log"
        script = tmp_path / "go-of-mine"
        script.write_text(f'#!/bin/sh\necho "$@" >> "{log}"\nexec "{go}" "$@"\n', encoding="utf-8")
        script.chmod(0o755)
        env = {"USEGOLIB_GO": str(script)}
        done = usegolib("build", "--module", FIXTURES / "versions", "--out", tmp_path / "out", env=env)
        assert done.returncode == 0, done.stderr
        assert "c-shared" in log.read_text(encoding="utf-8")


@requirement("Builder Retries Transient Go Network Failures")
@pytest.mark.network
class TestNetworkFailures:
    MODULE = "github.com/cespare/xxhash/v2"

    def build(self, tmp_path: Path, go: Path, **env: str | None) -> subprocess.CompletedProcess[str]:
        """Builds a public module with a `go` of the test's, retrying fast."""
        changes = {"USEGOLIB_GO": str(go), "USEGOLIB_RETRY_DELAYS": "1,1,1"} | env
        return usegolib("build", "--module", f"{self.MODULE}@v2.3.0", "--out", tmp_path / "out", env=changes)

    @scenario("Transient proxy failures are retried and may fall back to GOPROXY=direct")
    @pytest.mark.parametrize("message", TRANSIENT, ids=["timeout", "gateway", "handshake", "reset"])
    def test_retried(self, tmp_path: Path, failing_go: Callable[..., tuple[Path, Path]], message: str) -> None:
        go, log = failing_go(message, 2)
        done = self.build(tmp_path, go)
        assert done.returncode == 0, done.stderr
        first, second, third, *_ = (line.split(" ", 1)[1] for line in log.read_text(encoding="utf-8").splitlines())
        assert first == second == third
        assert manifest(tmp_path / "out", self.MODULE, "v2.3.0")["version"] == "v2.3.0"

    def test_no_fallback_when_the_proxy_is_set(
        self, tmp_path: Path, failing_go: Callable[..., tuple[Path, Path]]
    ) -> None:
        go, log = failing_go(TRANSIENT[0], 10**6)
        done = self.build(tmp_path, go, GOPROXY="https://proxy.test")
        assert done.returncode == 1
        used = {line.split(" ", 1)[0] for line in log.read_text(encoding="utf-8").splitlines()}
        assert used == {"https://proxy.test"}

    @scenario("Failures include a hint for common network/proxy remediation")
    def test_hint(self, tmp_path: Path, failing_go: Callable[..., tuple[Path, Path]]) -> None:
        go, log = failing_go(TRANSIENT[0], 10**6)
        done = self.build(tmp_path, go)
        assert done.returncode == 1
        assert "i/o timeout" in done.stderr
        assert "GOPROXY=direct" in done.stderr
        assert len(log.read_text(encoding="utf-8").splitlines()) > 1
        assert not artifact(tmp_path / "out", self.MODULE, "v2.3.0").exists()

    @pytest.mark.parametrize("message", PERMANENT, ids=["not found", "checksum"])
    def test_permanent_refusal(
        self, tmp_path: Path, failing_go: Callable[..., tuple[Path, Path]], message: str
    ) -> None:
        go, log = failing_go(message, 10**6)
        done = self.build(tmp_path, go)
        assert done.returncode == 1
        assert message.rsplit(": ", 1)[1] in done.stderr
        calls = [line.split(" ", 1)[1] for line in log.read_text(encoding="utf-8").splitlines()]
        assert len(calls) == len(set(calls))


@requirement("Zig Download Verification")
class TestZigDownloadVerification:
    """The host is fixed and the downloads are real, so a server of lies only exists in the crate's own tests."""

    def holds(self, *tests: str) -> None:
        """Runs tests of the crate by name, all of which must be there and pass."""
        command = ["cargo", "test", "--workspace", "--test", "toolchain", "--", "--color=never", *tests]
        done = run(command, cwd=Path(__file__).resolve().parent.parent, timeout=550)
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"test result: ok. {len(tests)} passed" in done.stdout, done.stdout

    @scenario("Mismatched Zig archive SHA256 is rejected")
    def test_mismatched_sha256(self) -> None:
        self.holds("an_archive_with_another_digest_is_never_extracted", "nothing_is_requested_from_elsewhere")

    @scenario("Unsafe archive paths are rejected")
    def test_unsafe_paths(self) -> None:
        self.holds(
            "paths_out_of_the_folder_are_refused",
            "links_are_refused",
        )


class TestDoctor:
    def test_says_what_there_is(self) -> None:
        done = usegolib("doctor")
        assert done.returncode == 0, done.stderr
        assert shutil.which("go") in done.stdout  # type: ignore[operator]

    def test_says_what_is_missing(self, tmp_path: Path) -> None:
        python, env = bare_python(tmp_path / "bare")
        done = usegolib("doctor", python=python, env={**env, "CC": None})
        assert done.returncode == 1
        assert "the Go toolchain is needed" in done.stdout
        assert "Traceback" not in done.stderr


def test_a_local_module_needs_nothing_in_gos_cache(tmp_path: Path) -> None:
    env = {"GOCACHE": str(tmp_path / "cache")}
    done = usegolib("build", "--module", FIXTURES / "echo", "--out", tmp_path / "out", env=env)
    assert done.returncode == 0, done.stderr


def test_c_compiler_from_cc(tmp_path: Path) -> None:
    compiler = shutil.which("cc") or shutil.which("gcc")
    assert compiler
    log = tmp_path / "log"
    script = tmp_path / "cc-of-mine"
    script.write_text(f'#!/bin/sh\necho called >> "{log}"\nexec "{compiler}" "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    env = {"CC": str(script)}
    done = usegolib("build", "--module", FIXTURES / "native", "--out", tmp_path / "out", env=env)
    assert done.returncode == 0, done.stderr
    assert log.exists()


def test_python_dash_m_is_the_command(tmp_path: Path) -> None:
    done = usegolib("version")
    assert done.returncode == 0
    script = Path(sys.executable).with_name("usegolib")
    installed = subprocess.run([str(script), "version"], capture_output=True, text=True, check=True)
    assert installed.stdout == done.stdout
