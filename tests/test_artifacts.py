"""What an artifact is on disk, and what keeps a wrong one from being loaded."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.process import run_python, usegolib
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


class TestHostile:
    """A manifest may say anything; what comes of it is an error."""

    @pytest.mark.parametrize("deep", ["[]" * 100_000 + "int64", "map[string]" * 100_000 + "int", "*" * 100_000 + "int"])
    def test_a_deep_type_expression(self, release: Release, store: Store, deep: str) -> None:
        manifest = store.manifest("versions")
        symbols = manifest["symbols"]
        symbols[0]["params"] = [{"name": "x", "type": deep}]
        root = release("versions", "v1.0.0", symbols=symbols)
        said = run_python(ATTEMPT, root)
        assert said.startswith("LoadError"), said
        assert "levels deep" in said
        for command in (["inspect", "--module", MODULE], ["gen", "--out", "-", "--package", MODULE]):
            done = usegolib(*command, "--artifact-dir", root)
            assert done.returncode == 1
            assert "levels deep" in done.stderr

    @pytest.mark.parametrize("underlying", [["T"], ["U", "T"], ["[2]T"]])
    def test_a_type_that_is_its_own_underlying_type(
        self, release: Release, store: Store, underlying: list[str]
    ) -> None:
        schema = store.manifest("versions")["schema"]
        names = ["T", "U"][: len(underlying)]
        schema["types"] = [
            {"name": f"{MODULE}.{name}", "pkg": MODULE, "ident": name, "kind": "value"}
            | {"underlying": "".join(under.partition("]")[:2]) * ("]" in under) + f"{MODULE}.{under[-1]}"}
            for name, under in zip(names, underlying, strict=True)
        ]
        said = run_python(ATTEMPT, release("versions", "v1.0.0", schema=schema))
        assert said.startswith("LoadError"), said
        assert "its own underlying type" in said

    @pytest.mark.parametrize("name", ["manifest.json", "library", ".usegolib-index.json"])
    def test_a_pipe_is_not_waited_for(self, release: Release, name: str) -> None:
        root = release("versions", "v1.0.0")
        folder = artifact(root, MODULE, "v1.0.0")
        library = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["library"]["path"]
        path = root / name if name.startswith(".") else folder / (library if name == "library" else name)
        path.unlink(missing_ok=True)
        os.mkfifo(path)
        said = run_python(ATTEMPT, root, timeout=30)
        assert said.startswith("loaded" if name.startswith(".") else "LoadError"), said

    def test_a_library_elsewhere(self, release: Release, tmp_path: Path) -> None:
        root = release("versions", "v1.0.0")
        folder = artifact(root, MODULE, "v1.0.0")
        (library,) = folder.glob("*.so")
        library.rename(tmp_path / "elsewhere.so")
        library.symlink_to(tmp_path / "elsewhere.so")
        said = run_python(ATTEMPT, root)
        assert said.startswith("LoadError"), said
        assert "not in the artifact's folder" in said

    def test_a_store_that_everyone_may_write_to(self, release: Release) -> None:
        root = release("versions", "v1.0.0")
        code = """
            import sys, warnings, usegolib
            warnings.simplefilter("error")
            try:
                usegolib.import_("fixture.test/versions", artifact_dir=sys.argv[1])
            except usegolib.errors.UseGoLibWarning as warning:
                print(warning)
            warnings.simplefilter("ignore")
            print(usegolib.import_("fixture.test/versions", artifact_dir=sys.argv[1]).Where())
        """
        assert run_python(code, root) == "root\n"
        folder = artifact(root, MODULE, "v1.0.0")
        folder.chmod(0o777)
        warning, where = run_python(code, root).splitlines()
        assert str(folder) in warning
        assert "everyone" in warning
        assert where == "root"


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
