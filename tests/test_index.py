"""The index cache of an artifact root makes lookup faster and changes nothing else."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.process import run_python
from tests.support.store import Store, artifact, copy_as

pytestmark = pytest.mark.requirement("Artifact Index Cache")
scenario = pytest.mark.scenario
MODULE = "fixture.test/versions"
INDEX = ".usegolib-index.json"
Release = Callable[..., Path]

LOOKUP = """
    import re, sys, usegolib
    try:
        usegolib.import_("fixture.test/versions", artifact_dir=sys.argv[1])
        with open("/proc/self/maps", encoding="utf-8") as maps:
            print(*set(re.findall("fixture.test/versions@([^/]+)/", maps.read())))
    except usegolib.errors.UseGoLibError as error:
        print(type(error).__name__)
"""


def lookup(root: Path) -> str:
    """What a fresh interpreter finds in a root: a version, or the name of an error."""
    return run_python(LOOKUP, root).strip()


@scenario("Index is created on first import")
def test_created(release: Release) -> None:
    root = release("versions", "v1.0.0")
    assert not (root / INDEX).exists()
    assert lookup(root) == "v1.0.0"
    assert lookup(root) == "v1.0.0"
    if (root / INDEX).exists():
        assert isinstance(json.loads((root / INDEX).read_text(encoding="utf-8")), dict)


@scenario("Stale index entries are handled")
def test_stale_entries(release: Release) -> None:
    root = release("versions", "v1.0.0", "v1.1.0")
    assert lookup(root) == "AmbiguousArtifactError"
    shutil.rmtree(root / f"{MODULE}@v1.1.0")
    assert lookup(root) == "v1.0.0"
    shutil.rmtree(root / f"{MODULE}@v1.0.0")
    assert lookup(root) == "ArtifactNotFoundError"


@scenario("Stale index does not hide ambiguity")
def test_new_version_is_seen(release: Release, store: Store) -> None:
    root = release("versions", "v1.0.0")
    assert lookup(root) == "v1.0.0"
    copy_as(store.artifact("versions"), root, MODULE, "v1.1.0")
    assert lookup(root) == "AmbiguousArtifactError"


def test_an_index_of_an_earlier_state_is_not_believed(release: Release, store: Store) -> None:
    root = release("versions", "v1.0.0")
    # Listings are remembered once they are old enough for a change to show.
    time.sleep(2.2)
    assert lookup(root) == "v1.0.0"
    index = (root / INDEX).read_text(encoding="utf-8")
    assert f'["{MODULE}"' in index
    assert "v1.0.0" in index
    copy_as(store.artifact("versions"), root, MODULE, "v1.1.0")
    # It says that there is one version, and nothing has renewed it since.
    assert (root / INDEX).read_text(encoding="utf-8") == index
    assert lookup(root) == "AmbiguousArtifactError"
    (root / INDEX).write_text(index, encoding="utf-8")
    shutil.rmtree(root / f"{MODULE}@v1.0.0")
    assert lookup(root) == "v1.1.0"
    (root / INDEX).write_text(index, encoding="utf-8")
    shutil.rmtree(root / f"{MODULE}@v1.1.0")
    assert lookup(root) == "ArtifactNotFoundError"


def test_new_version_is_seen_even_with_an_old_time(release: Release, store: Store) -> None:
    root = release("versions", "v1.0.0")
    before = (root / "fixture.test").stat()
    assert lookup(root) == "v1.0.0"
    copy_as(store.artifact("versions"), root, MODULE, "v1.1.0")
    # As an archive that keeps times would leave it.
    os.utime(root / "fixture.test", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert lookup(root) == "AmbiguousArtifactError"


def test_changed_manifest_is_seen(release: Release) -> None:
    root = release("versions", "v1.0.0")
    assert lookup(root) == "v1.0.0"
    file = artifact(root, MODULE, "v1.0.0") / "manifest.json"
    content = json.loads(file.read_text(encoding="utf-8")) | {"module": "fixture.test/other"}
    file.write_text(json.dumps(content), encoding="utf-8")
    assert lookup(root) == "ArtifactNotFoundError"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe",
        b'{"version": 99}',
        b'{"artifacts": 7}',
        b"[" * 100_000,
        json.dumps({"entries": [{"module": MODULE, "version": "v9.9.9", "path": "/etc/passwd"}]}).encode(),
    ],
    ids=["empty", "open", "null", "list", "not text", "future", "wrong type", "deep", "hostile"],
)
def test_corrupted_index(release: Release, content: bytes) -> None:
    root = release("versions", "v1.0.0")
    assert lookup(root) == "v1.0.0"
    (root / INDEX).write_bytes(content)
    assert lookup(root) == "v1.0.0"


def test_index_is_a_folder(release: Release) -> None:
    root = release("versions", "v1.0.0")
    (root / INDEX).mkdir()
    assert lookup(root) == "v1.0.0"


def test_root_moves_with_its_index(release: Release, tmp_path: Path) -> None:
    root = release("versions", "v1.0.0")
    assert lookup(root) == "v1.0.0"
    moved = root.rename(tmp_path / "moved")
    assert lookup(moved) == "v1.0.0"


def test_large_root(release: Release) -> None:
    root = release("versions", "v1.0.0")
    manifest = json.loads((artifact(root, MODULE, "v1.0.0") / "manifest.json").read_text(encoding="utf-8"))
    manifest["symbols"] = []
    for n in range(1000):
        module = f"other.test/m{n}"
        folder = artifact(root, module, "v1.0.0")
        folder.mkdir(parents=True)
        content = manifest | {"module": module, "packages": [module]}
        (folder / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
    assert lookup(root) == "v1.0.0"
    copy_as(artifact(root, MODULE, "v1.0.0"), root, MODULE, "v1.0.1")
    assert lookup(root) == "AmbiguousArtifactError"
