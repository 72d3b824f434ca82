"""Fixtures of all tests, and the markers that tie tests to the specification."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import usegolib
from tests.support import lying
from tests.support.store import FIXTURES, Store, copy_as, module_path


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of the session share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def store(shared_folder: Path) -> Store:
    """The session's artifact root."""
    return Store(shared_folder / "store")


@pytest.fixture(scope="session", autouse=True)
def default_root(shared_folder: Path) -> Path:
    """The default artifact root of everything a test runs: never the user's own."""
    root = shared_folder / "default root"
    os.environ["USEGOLIB_ARTIFACT_DIR"] = str(root)
    os.environ["USEGOLIB_CACHE_DIR"] = str(shared_folder / "cache")
    os.environ["USEGOLIB_PROGRESS"] = "0"
    return root


Fixture = Callable[[str], Any]


@pytest.fixture(scope="session")
def load(store: Store) -> Fixture:
    """Imports a fixture module by its name."""
    return store.load


@pytest.fixture(scope="session")
def public(store: Store) -> Fixture:
    """Imports a package of a public module at the version that all tests use, or of the standard library."""
    return store.load_public


@pytest.fixture(scope="session")
def lying_library(store: Store) -> Callable[[], Any]:
    """Imports the library that answers with whatever it is told to."""

    def load() -> Any:
        store.once("lying", lambda: lying.install(store.root))
        return usegolib.import_(lying.MODULE, artifact_dir=store.root)

    return load


@pytest.fixture
def copy_module(tmp_path: Path) -> Callable[..., Path]:
    """Copies a fixture module's source to a folder of the test's own, to change it there."""

    def copy(name: str, folder: str = "module") -> Path:
        target = tmp_path / folder
        shutil.copytree(FIXTURES / name, target)
        return target

    return copy


@pytest.fixture
def release(store: Store, tmp_path: Path) -> Callable[..., Path]:
    """Makes versions of a fixture module in an artifact root of the test's own."""

    def make(name: str, *versions: str, **changes: Any) -> Path:
        root = tmp_path / "out"
        for version in versions:
            copy_as(store.artifact(name), root, module_path(FIXTURES / name), version, **changes)
        return root

    return make
