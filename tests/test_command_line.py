"""The command line: what it prints, where, and its exit status."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import usegolib as package
from tests.support.process import build, usegolib
from tests.support.store import FIXTURES, Store, artifact

Release = Callable[..., Path]
MODULE = "fixture.test/versions"


def test_version() -> None:
    done = usegolib("version")
    assert done.returncode == 0
    assert package.__version__ in done.stdout


@pytest.mark.parametrize(
    "arguments", [[], ["nonsense"], ["build"], ["build", "--module"], ["inspect"], ["build", "--x"]]
)
def test_usage_errors(arguments: list[str]) -> None:
    done = usegolib(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "--help" in done.stderr or "Usage" in done.stderr


def test_help() -> None:
    done = usegolib("--help")
    assert done.returncode == 0
    for command in ("build", "inspect", "gen", "artifact", "doctor", "version"):
        assert command in done.stdout


def test_build_says_where(tmp_path: Path) -> None:
    done = usegolib("build", "--module", FIXTURES / "versions", "--out", tmp_path)
    assert done.returncode == 0
    assert str(artifact(tmp_path, MODULE, "local")) in done.stdout


def test_build_progress_is_plain_lines(tmp_path: Path) -> None:
    done = usegolib("build", "--module", FIXTURES / "versions", "--out", tmp_path, env={"USEGOLIB_PROGRESS": None})
    assert done.returncode == 0
    assert done.stderr
    assert "\x1b" not in done.stderr
    assert "\r" not in done.stderr


class TestInspect:
    def test_exports(self, store: Store) -> None:
        done = usegolib("inspect", "--artifact-dir", store.root, "--module", store.build("signatures"))
        assert done.returncode == 0, done.stderr
        assert "AddGrouped(a, b int64) int64" in done.stdout or "AddGrouped(a int64, b int64) int64" in done.stdout
        assert "unsafe.Pointer" in done.stdout

    def test_coverage(self, store: Store) -> None:
        done = usegolib("inspect", "--artifact-dir", store.root, "--module", store.build("signatures"), "--coverage")
        assert done.returncode == 0, done.stderr
        assert "%" in done.stdout
        # Counted by what it is, wherever it is.
        assert re.search(r"^ +\d+ \S unsafe\.Pointer$", done.stdout, re.MULTILINE)

    def test_reasons_are_data_and_words(self, store: Store) -> None:
        done = usegolib("inspect", "--artifact-dir", store.root, "--module", store.build("signatures"), "--json")
        (package,) = json.loads(done.stdout)["packages"]
        refused = {item["declaration"].removeprefix("func ").partition("(")[0]: item for item in package["unsupported"]}
        assert refused["Pointer"]["obstacle"] == {"kind": "unsafe_pointer"}
        assert refused["Pointer"]["place"] == {"kind": "parameter", "name": "p", "number": 1}
        assert refused["Pointer"]["reason"] == "parameter p has unsafe.Pointer"

    def test_excluded_packages(self, store: Store) -> None:
        done = usegolib("inspect", "--artifact-dir", store.root, "--module", store.build("partial"))
        assert "fixture.test/partial/broken" in done.stdout
        assert "cannot use" in done.stdout

    def test_nothing_there(self, tmp_path: Path) -> None:
        done = usegolib("inspect", "--artifact-dir", tmp_path, "--module", MODULE)
        assert done.returncode == 1
        assert done.stderr


class TestArtifact:
    def test_list(self, release: Release) -> None:
        root = release("versions", "v1.0.0", "v1.1.0")
        done = usegolib("artifact", "list", "--artifact-dir", root)
        assert done.returncode == 0, done.stderr
        assert f"{MODULE}" in done.stdout
        assert "v1.0.0" in done.stdout
        assert "v1.1.0" in done.stdout

    def test_rm_is_a_dry_run(self, release: Release) -> None:
        root = release("versions", "v1.0.0")
        folder = artifact(root, MODULE, "v1.0.0")
        done = usegolib("artifact", "rm", "--artifact-dir", root, "--module", MODULE, "--version", "v1.0.0")
        assert done.returncode == 0, done.stderr
        assert folder.exists()
        done = usegolib("artifact", "rm", "--artifact-dir", root, "--module", MODULE, "--version", "v1.0.0", "--yes")
        assert done.returncode == 0, done.stderr
        assert not folder.exists()

    def test_rm_needs_to_know_which(self, release: Release) -> None:
        root = release("versions", "v1.0.0", "v1.1.0")
        done = usegolib("artifact", "rm", "--artifact-dir", root, "--module", MODULE, "--yes")
        assert done.returncode != 0
        assert artifact(root, MODULE, "v1.0.0").exists()
        done = usegolib("artifact", "rm", "--artifact-dir", root, "--module", MODULE, "--all-versions", "--yes")
        assert done.returncode == 0, done.stderr
        assert not artifact(root, MODULE, "v1.0.0").exists()
        assert not artifact(root, MODULE, "v1.1.0").exists()

    def test_rebuild(self, tmp_path: Path) -> None:
        build("--module", FIXTURES / "versions", "--out", tmp_path)
        before = (artifact(tmp_path, MODULE, "local") / "manifest.json").stat().st_mtime_ns
        done = usegolib("artifact", "rebuild", "--artifact-dir", tmp_path, "--module", FIXTURES / "versions")
        assert done.returncode == 0, done.stderr
        assert (artifact(tmp_path, MODULE, "local") / "manifest.json").stat().st_mtime_ns > before


def test_generics_constraint_is_named(tmp_path: Path) -> None:
    config = tmp_path / "generics.json"
    config.write_text(
        '{"instantiations": [{"pkg": "fixture.test/generics", "name": "Sum", "type_args": ["string"]}]}',
        encoding="utf-8",
    )
    done = usegolib("build", "--module", FIXTURES / "generics", "--out", tmp_path / "out", "--generics", config)
    assert done.returncode == 1
    assert "Number" in done.stderr
    assert "Sum" in done.stderr
