"""What an artifact is on disk, and what keeps a wrong one from being loaded."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.process import run_python
from tests.support.store import Store, artifact, platform

requirement = pytest.mark.requirement
scenario = pytest.mark.scenario
MODULE = "fixture.test/versions"
Release = Callable[..., Path]

# Imports an artifact and prints the error. A library that gets loaded says so by an output of its constructor, and
# one that isn't a library at all by the loader's message.
ATTEMPT = """
    import sys, usegolib
    try:
        usegolib.import_("fixture.test/versions", artifact_dir=sys.argv[1])
    except usegolib.errors.LoadError as error:
        print("LoadError:", error)
    else:
        print("loaded")
"""


def change_manifest(root: Path, version: str = "v1.0.0", **changes: Any) -> Path:
    """Changes fields of a manifest; None removes one."""
    file = artifact(root, MODULE, version) / "manifest.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    content = {key: value for key, value in (content | changes).items() if value is not None}
    file.write_text(json.dumps(content), encoding="utf-8")
    return file.parent


@requirement("Artifact Directory Layout")
@scenario("Builder output layout")
def test_layout(store: Store) -> None:
    folder = store.artifact("versions")
    assert folder == store.root / f"{MODULE}@local" / platform()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    library = Path(manifest["library"]["path"])
    assert not library.is_absolute()
    assert (folder / library).is_file()
    assert ".." not in library.parts


@requirement("Artifact Directory Layout")
def test_manifest_says_what_the_artifact_is(store: Store) -> None:
    manifest = store.manifest("versions")
    goos, goarch = platform().split("-")
    expected = {
        "manifest_version": 1,
        "abi_version": 0,
        "module": MODULE,
        "version": "local",
        "goos": goos,
        "goarch": goarch,
        "packages": [MODULE, f"{MODULE}/subpkg", f"{MODULE}/subpkg/deeper"],
    }
    assert {key: manifest[key] for key in expected} == expected
    assert manifest["go_version"].startswith("go1.")


@requirement("Library SHA256 Verification")
class TestLibrarySha256:
    @scenario("Correct SHA256 loads successfully")
    def test_correct(self, release: Release) -> None:
        root = release("versions", "v1.0.0")
        folder = artifact(root, MODULE, "v1.0.0")
        library = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["library"]
        assert re.fullmatch(r"[0-9a-f]{64}", library["sha256"])
        assert hashlib.sha256((folder / library["path"]).read_bytes()).hexdigest() == library["sha256"]
        assert run_python(ATTEMPT, root) == "loaded\n"

    @scenario("Missing SHA256 is rejected")
    def test_missing(self, release: Release) -> None:
        root = release("versions", "v1.0.0")
        folder = artifact(root, MODULE, "v1.0.0")
        library = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["library"]
        change_manifest(root, library={"path": library["path"]})
        # Not even a library: the refusal must come before the loader sees it.
        (folder / library["path"]).write_bytes(b"not a library")
        output = run_python(ATTEMPT, root)
        assert output.startswith("LoadError:")
        assert "sha256" in output.lower()

    @pytest.mark.parametrize("digest", ["0" * 64, "", "abc", "Z" * 64])
    @scenario("Mismatched SHA256 is rejected")
    def test_mismatched(self, release: Release, digest: str) -> None:
        root = release("versions", "v1.0.0")
        folder = artifact(root, MODULE, "v1.0.0")
        library = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["library"]
        change_manifest(root, library=library | {"sha256": digest})
        output = run_python(ATTEMPT, root)
        assert output.startswith("LoadError:")
        assert "sha256" in output.lower()

    def test_upper_case_is_not_the_format(self, release: Release) -> None:
        root = release("versions", "v1.0.0")
        folder = artifact(root, MODULE, "v1.0.0")
        library = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["library"]
        change_manifest(root, library=library | {"sha256": library["sha256"].upper()})
        assert run_python(ATTEMPT, root).startswith("LoadError:")


@requirement("Manifest Version And Platform Validation")
class TestManifestValidation:
    @pytest.mark.parametrize("version", [0, 2, 99])
    @scenario("Unsupported manifest version is rejected")
    def test_manifest_version(self, release: Release, version: int) -> None:
        root = release("versions", "v1.0.0")
        change_manifest(root, manifest_version=version)
        output = run_python(ATTEMPT, root)
        assert output.startswith("LoadError:")
        assert str(version) in output

    @pytest.mark.parametrize("version", [1, 99])
    @scenario("Unsupported ABI version is rejected")
    def test_abi_version(self, release: Release, version: int) -> None:
        root = release("versions", "v1.0.0")
        change_manifest(root, abi_version=version)
        output = run_python(ATTEMPT, root)
        assert output.startswith("LoadError:")
        assert str(version) in output

    @pytest.mark.parametrize("changes", [{"goos": "plan9"}, {"goarch": "mips"}])
    @scenario("Wrong platform artifact is rejected")
    def test_platform(self, release: Release, changes: dict[str, str]) -> None:
        root = release("versions", "v1.0.0")
        change_manifest(root, **changes)
        output = run_python(ATTEMPT, root)
        assert output.startswith("LoadError:")
        assert next(iter(changes.values())) in output

    def test_library_outside_the_artifact(self, release: Release, tmp_path: Path) -> None:
        root = release("versions", "v1.0.0")
        folder = artifact(root, MODULE, "v1.0.0")
        library = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["library"]
        outside = tmp_path / "outside.so"
        outside.write_bytes((folder / library["path"]).read_bytes())
        for path in (str(outside), "../../../../outside.so"):
            change_manifest(root, library=library | {"path": path})
            assert run_python(ATTEMPT, root).startswith("LoadError:")
