"""The session's artifact root: every fixture module and public module is built into it once, by whoever comes first."""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import usegolib

from . import process
from .public import PUBLIC_MODULES, module_of

if TYPE_CHECKING:
    from collections.abc import Callable

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


@cache
def platform() -> str:
    """The platform folder of an artifact, as the Go command names it."""
    command = ["go", "env", "GOOS", "GOARCH"]
    goos, goarch = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return f"{goos}-{goarch}"


def module_path(folder: Path) -> str:
    """The module path in a folder's go.mod."""
    for line in (folder / "go.mod").read_text(encoding="utf-8").splitlines():
        if line.startswith("module "):
            return line.removeprefix("module ").strip()
    message = f"no module line in {folder / 'go.mod'}"
    raise ValueError(message)


def artifact(root: Path, module: str, version: str) -> Path:
    """The folder that an artifact has by the layout of the specification."""
    return root / f"{module}@{version}" / platform()


def manifest(root: Path, module: str, version: str) -> dict[str, Any]:
    """An artifact's manifest."""
    return json.loads((artifact(root, module, version) / "manifest.json").read_text(encoding="utf-8"))


def copy_as(source: Path, target_root: Path, module: str, version: str, **changes: Any) -> Path:
    """Copies an artifact as another version, or module, and so makes a release of a module out of nothing."""
    target = artifact(target_root, module, version)
    shutil.copytree(source, target)
    file = target / "manifest.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(content | {"module": module, "version": version} | changes), encoding="utf-8")
    return target


class Store:
    """An artifact root shared by the workers of a session."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)

    def once(self, key: str, action: Callable[[], object]) -> None:
        """Does something once per session, for the worker that comes first; a failure is everyone's."""
        outcomes = self.root.parent / "outcomes"
        outcomes.mkdir(exist_ok=True)
        outcome = outcomes / key.replace("/", "!")
        with outcome.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not outcome.exists():
                try:
                    action()
                except BaseException as error:
                    outcome.write_text(str(error) or repr(error), encoding="utf-8")
                    raise
                outcome.touch()
        failure = outcome.read_text(encoding="utf-8")
        assert not failure, f"{key} failed before: {failure}"

    def build(self, name: str) -> str:
        """Builds the fixture module `fixtures/<name>` if that hasn't been done, and says its module path."""
        folder = FIXTURES / name
        generics = folder / "generics.json"
        extra = ["--generics", generics] if generics.exists() else []
        self.once(name, lambda: process.build("--module", folder, "--out", self.root, *extra))
        return module_path(folder)

    def build_public(self, path: str) -> str:
        """Builds the public module that has a package, if that hasn't been done, and says its version."""
        module = module_of(path)
        version, packages = PUBLIC_MODULES[module] if module else ("", ())
        reference = f"{module}@{version}" if module else path
        options = [option for pattern in packages for option in ("--package", pattern)]
        # Fixture modules have names of their own.
        self.once(f"public {reference}", lambda: process.build("--module", reference, "--out", self.root, *options))
        return version

    def load(self, name: str, package: str = "") -> Any:
        """Imports a fixture module, or a package of it."""
        path = self.build(name) + (f"/{package}" if package else "")
        return usegolib.import_(path, artifact_dir=self.root)

    def load_public(self, path: str) -> Any:
        """Imports a package of a public module, or of the standard library."""
        version = self.build_public(path)
        return usegolib.import_(path, version=version or None, artifact_dir=self.root)

    def artifact(self, name: str) -> Path:
        """The artifact folder of a fixture module, built if need be."""
        return artifact(self.root, self.build(name), "local")

    def manifest(self, name: str) -> dict[str, Any]:
        """The manifest of a fixture module, built if need be."""
        return manifest(self.root, self.build(name), "local")
