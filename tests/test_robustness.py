"""Many processes at once, killed builds, damaged artifacts, odd paths: a typed error or a good result, nothing lost."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from tests.support.process import build, environment, run_python, usegolib
from tests.support.store import FIXTURES, artifact

pytestmark = pytest.mark.requirement("Build Reuse And Locking")
Release = Callable[..., Path]
MODULE = "fixture.test/versions"

BUILD_AND_CALL = """
    import sys, usegolib
    package = usegolib.import_(sys.argv[1], artifact_dir=sys.argv[2], build_if_missing=True)
    print(getattr(package, sys.argv[3])())
"""
ATTEMPT = """
    import sys, usegolib
    try:
        print(usegolib.import_(sys.argv[1], artifact_dir=sys.argv[2]).Where())
    except usegolib.errors.UseGoLibError as error:
        print(type(error).__name__)
"""


def attempt(root: Path) -> str:
    """What importing from a root gives in a fresh interpreter: a value, or the name of an error."""
    return run_python(ATTEMPT, MODULE, root).strip()


def group_is_gone(group: int) -> bool:
    """Whether the last process of a group ends within some seconds."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def test_eight_processes_at_once(tmp_path: Path) -> None:
    work = [("versions", "Where", "root"), ("partial", "Works", "True"), ("tagged", "Platform", "linux")]
    code = textwrap.dedent(BUILD_AND_CALL)
    processes = []
    for n in range(8):
        name, function, value = work[n % len(work)]
        command = [sys.executable, "-c", code, str(FIXTURES / name), str(tmp_path), function]
        process = subprocess.Popen(
            command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        processes.append((process, value))
    for process, value in processes:
        stdout, stderr = process.communicate(timeout=500)
        assert (process.returncode, stdout.strip()) == (0, value), stderr


def test_killed_builds_leave_nothing_half(tmp_path: Path) -> None:
    choose = random.Random(7)
    command = [sys.executable, "-m", "usegolib", "build", "--module", str(FIXTURES / "versions"), "--force"]
    for _ in range(6):
        process = subprocess.Popen(
            [*command, "--out", str(tmp_path)],
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(choose.uniform(0.02, 1.5))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        # Whatever was there before is still whole, or nothing is there.
        assert attempt(tmp_path) in {"root", "ArtifactNotFoundError"}
    build("--module", FIXTURES / "versions", "--out", tmp_path)
    assert attempt(tmp_path) == "root"
    folder = artifact(tmp_path, MODULE, "local")
    library = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["library"]["path"]
    assert {path.name for path in folder.iterdir() if not path.name.startswith(".")} == {"manifest.json", library}


def test_interrupted_build_stops_go_and_leaves_the_store_clean(tmp_path: Path) -> None:
    started, root = tmp_path / "started", tmp_path / "root"
    # A Go that doesn't finish compiling before it is interrupted.
    go = tmp_path / "go"
    go.write_text(
        f'#!/bin/sh\n[ "$1" != build ] || {{ touch "{started}"; sleep 500; }}\nexec "{shutil.which("go")}" "$@"\n',
        encoding="utf-8",
    )
    go.chmod(0o755)
    # Jobs in the background ignore the signal, and so do the processes that they start.
    code = """if True:
        import signal, sys
        from usegolib.__main__ import main
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.exit(main())
    """
    process = subprocess.Popen(
        [sys.executable, "-c", code, "build", "--module", str(FIXTURES / "versions"), "--out", str(root)],
        env=environment({"USEGOLIB_GO": str(go)}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not started.exists() and process.poll() is None:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert started.exists(), stderr
    assert process.returncode != 0
    assert "panicked" not in stderr
    assert group_is_gone(process.pid)
    assert attempt(root) == "ArtifactNotFoundError"


class TestDamagedArtifacts:
    def library(self, root: Path) -> Path:
        folder = artifact(root, MODULE, "v1.0.0")
        return folder / json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["library"]["path"]

    @pytest.mark.parametrize("keep", [0, 1, 4096, -1])
    def test_truncated_library(self, release: Release, keep: int) -> None:
        root = release("versions", "v1.0.0")
        library = self.library(root)
        content = library.read_bytes()
        library.write_bytes(content[:keep])
        assert attempt(root) == "LoadError"

    def test_missing_library(self, release: Release) -> None:
        root = release("versions", "v1.0.0")
        self.library(root).unlink()
        assert attempt(root) == "LoadError"

    def test_swapped_library(self, release: Release) -> None:
        root = release("versions", "v1.0.0")
        other = release("scalars", "v1.0.0")
        folder = artifact(other, "fixture.test/scalars", "v1.0.0")
        foreign = folder / json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["library"]["path"]
        shutil.copyfile(foreign, self.library(root))
        assert attempt(root) == "LoadError"

    def test_swapped_library_with_its_digest(self, release: Release) -> None:
        root = release("versions", "v1.0.0")
        other = release("scalars", "v1.0.0")
        folder = artifact(other, "fixture.test/scalars", "v1.0.0")
        foreign = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["library"]
        shutil.copyfile(folder / foreign["path"], self.library(root))
        file = artifact(root, MODULE, "v1.0.0") / "manifest.json"
        manifest = json.loads(file.read_text(encoding="utf-8"))
        manifest["library"]["sha256"] = foreign["sha256"]
        file.write_text(json.dumps(manifest), encoding="utf-8")
        # The library itself knows that it isn't the one the manifest describes.
        assert attempt(root) == "LoadError"

    def test_library_that_is_none(self, release: Release) -> None:
        root = release("versions", "v1.0.0")
        self.library(root).write_bytes(b"not a library at all")
        file = artifact(root, MODULE, "v1.0.0") / "manifest.json"
        manifest = json.loads(file.read_text(encoding="utf-8"))
        manifest["library"]["sha256"] = hashlib.sha256(b"not a library at all").hexdigest()
        file.write_text(json.dumps(manifest), encoding="utf-8")
        assert attempt(root) == "LoadError"

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"{",
            b"null",
            b"[]",
            b"42",
            b"\xff\xfe\x00",
            b'{"manifest_version": "1"}',
            b'{"manifest_version": 1}',
            b"[" * 200_000,
            b'{"a":' * 200_000,
        ],
        ids=["empty", "open", "null", "list", "number", "not text", "text version", "only version", "deep", "deep map"],
    )
    def test_hostile_manifest(self, release: Release, content: bytes) -> None:
        root = release("versions", "v1.0.0")
        (artifact(root, MODULE, "v1.0.0") / "manifest.json").write_bytes(content)
        assert attempt(root) in {"LoadError", "ArtifactNotFoundError"}

    @pytest.mark.parametrize(
        "changes",
        [
            {"symbols": 5},
            {"symbols": [{"pkg": 1}]},
            {"packages": "x"},
            {"schema": 5},
            {"schema": {"types": [{"name": "x"}]}},
            {"library": None},
            {"library": "x.so"},
            {"symbols": [{"pkg": MODULE, "name": "F", "params": [{"name": "a", "type": "][nonsense"}], "results": []}]},
            {"symbols": [{"pkg": MODULE, "name": "F", "params": [], "results": ["[]" * 50_000 + "int"]}]},
            {"module": "../../etc"},
        ],
        ids=str,
    )
    def test_wrong_types_in_a_manifest(self, release: Release, changes: dict[str, object]) -> None:
        root = release("versions", "v1.0.0")
        file = artifact(root, MODULE, "v1.0.0") / "manifest.json"
        file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | changes), encoding="utf-8")
        assert attempt(root) in {"LoadError", "ArtifactNotFoundError"}

    def test_a_damaged_neighbour_does_not_matter(self, release: Release) -> None:
        root = release("versions", "v1.0.0")
        for name, content in {"a": b"{", "b": b"[" * 100_000, "c": b""}.items():
            folder = artifact(root, f"other.test/{name}", "v1.0.0")
            folder.mkdir(parents=True)
            (folder / "manifest.json").write_bytes(content)
        assert attempt(root) == "root"

    def test_a_damaged_artifact_is_rebuilt(self, tmp_path: Path) -> None:
        build("--module", FIXTURES / "versions", "--out", tmp_path)
        (artifact(tmp_path, MODULE, "local") / "manifest.json").write_bytes(b"{")
        build("--module", FIXTURES / "versions", "--out", tmp_path)
        assert attempt(tmp_path) == "root"


class TestPlaces:
    @pytest.mark.parametrize("name", ["with space", "größe 日本", "a'b\"c$d;e", "-dash", "a%20b#c"])
    def test_odd_paths(self, tmp_path: Path, name: str) -> None:
        source = tmp_path / name / "source"
        shutil.copytree(FIXTURES / "replaced", source)
        root = tmp_path / name / "out"
        output = run_python(BUILD_AND_CALL, source, root, "Where")
        assert output == "folder\n"
        assert run_python(BUILD_AND_CALL, source, root, "Data") == "embedded\n"

    @pytest.fixture
    def read_only(self, release: Release) -> Generator[Path, None, None]:
        root = release("versions", "v1.0.0")
        folders = [root, *(path for path in root.rglob("*") if path.is_dir())]
        for folder in folders:
            folder.chmod(0o555)
        yield root
        for folder in folders:
            folder.chmod(0o755)

    def test_read_only_root(self, read_only: Path) -> None:
        assert attempt(read_only) == "root"
        assert attempt(read_only) == "root"

    def test_root_that_can_not_be(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("not a folder", encoding="utf-8")
        done = usegolib("build", "--module", FIXTURES / "versions", "--out", tmp_path / "file" / "out")
        assert done.returncode == 1
        assert "file" in done.stderr
        assert "panicked" not in done.stderr

    def test_full_disk(self, tmp_path: Path) -> None:
        # A file size limit is what a full disk looks like to a writer, without needing a disk.
        command = f'ulimit -f 200; exec "{sys.executable}" -m usegolib build --module "$0" --out "$1"'
        done = subprocess.run(
            ["bash", "-c", command, str(FIXTURES / "versions"), str(tmp_path)],
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode != 0
        assert "panicked" not in done.stderr
        assert attempt(tmp_path) == "ArtifactNotFoundError"
        build("--module", FIXTURES / "versions", "--out", tmp_path)
        assert attempt(tmp_path) == "root"
