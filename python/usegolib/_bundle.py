"""``bundle``: Go packages in one library, so that their values meet."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from usegolib import _core, _handlers
from usegolib._import import bundled, package_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from usegolib._package import Package, Source

__all__ = ["Instantiation", "bundle"]

_bundled: dict[tuple[object, ...], tuple[Package, ...]] = {}


class Instantiation(TypedDict):
    """A generic function and the Go types to build it for, as generics files have them."""

    pkg: str
    name: str
    type_args: list[str]


def bundle(
    *paths: str | os.PathLike[str],
    tags: Sequence[str] = (),
    generics: str | os.PathLike[str] | Sequence[Instantiation] | None = None,
    artifact_dir: str | os.PathLike[str] | None = None,
    build_if_missing: bool | None = None,
) -> tuple[Package, ...]:
    """Imports Go packages into this process as one library, and returns them in order.

    Objects of one library can't be given to another one; those of a bundle's
    packages can be given to each other. ``paths`` are what ``import_`` takes:
    modules (``github.com/google/uuid@v1.6.0``), packages of modules or of the
    standard library, and directories. A version that is given is exact; the others
    are those that Go's minimal version selection gives, the latest where nobody
    needs any. Once a bundle is loaded, ``import_`` of any package of its modules
    gives the bundle's.

    ``tags`` are Go's build tags; ``generics`` says which generic functions to
    instantiate, as a list or in a JSON file. ``artifact_dir`` and
    ``build_if_missing`` are those of ``import_``.

    Raises ``VersionConflictError`` if the versions don't go together (it names who
    needs which), or if one of the modules is already loaded in another library;
    else what ``import_`` raises.
    """
    tags = (tags,) if isinstance(tags, str) else tuple(tags)
    instantiations = _arguments(generics)
    key = (paths, artifact_dir, build_if_missing, tags, _key_of(instantiations))
    packages = _bundled.get(key)
    if packages is None:
        bindings = _core.import_bundle(
            [os.fspath(path) for path in paths],
            None if artifact_dir is None else os.fspath(artifact_dir),
            build_if_missing,
            list(tags),
            instantiations,
        )
        _handlers.watch()
        source = _source(paths, tags, generics, artifact_dir)
        bundled.update({str(binding.library): source for binding in bindings})
        packages = tuple(package_of(binding, source) for binding in bindings)
        # A directory is looked at each time: it may have been edited.
        if not any(binding.is_local for binding in bindings):
            _bundled[key] = packages
    return packages


def _source(
    paths: tuple[str | os.PathLike[str], ...],
    tags: tuple[str, ...],
    generics: str | os.PathLike[str] | Sequence[Instantiation] | None,
    artifact_dir: str | os.PathLike[str] | None,
) -> Source:
    """What bundles the same members in another process."""
    is_file = isinstance(generics, (str, os.PathLike))
    return {
        "members": [str(Path(path).absolute()) if Path(path).is_dir() else os.fspath(path) for path in paths],
        "artifact_dir": None if artifact_dir is None else str(Path(artifact_dir).absolute()),
        "generics": str(Path(generics).absolute()) if is_file else generics,
        "tags": tags,
    }


def _arguments(
    generics: str | os.PathLike[str] | Sequence[Instantiation] | None,
) -> str | list[tuple[str, str, list[str]]] | None:
    if generics is None:
        return None
    if isinstance(generics, (str, os.PathLike)):
        return os.fspath(generics)
    return [(one["pkg"], one["name"], list(one["type_args"])) for one in generics]


def _key_of(arguments: str | list[tuple[str, str, list[str]]] | None) -> object:
    """The same for generics that ask for the same."""
    if not isinstance(arguments, list):
        return arguments
    return tuple((package, name, *types) for package, name, types in arguments)
