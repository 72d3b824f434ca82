"""``import_``, with the packages it has already returned at hand."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from usegolib import _core, _handlers, _package

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from usegolib._core import Binding
    from usegolib._package import Package, Source

bundled: dict[str, Source] = {}
"""What makes the bundles again in another process, by the loaded library."""

_imported: dict[tuple[object, ...], Package] = {}
# One for each package of the process, however it was asked for.
_packages: dict[str, Package] = {}


def import_(
    path: str | os.PathLike[str],
    version: str | None = None,
    artifact_dir: str | os.PathLike[str] | None = None,
    build_if_missing: bool | None = None,
    *,
    packages: Sequence[str] | None = None,
    tags: Sequence[str] = (),
) -> Package:
    """Imports a Go package into this process.

    ``path`` is a module (``github.com/google/uuid``), a package inside one, a
    package of Go's standard library, or a directory of a local module.
    ``version`` pins the module's version; without one, a module that is already
    loaded is followed, else the artifact root must have one version, else the
    latest is built. ``artifact_dir`` is the artifact root; without one it is
    ``USEGOLIB_ARTIFACT_DIR`` or the platform's cache folder.
    ``build_if_missing`` says whether a missing artifact is built; by default it is
    when ``artifact_dir`` is not given. ``packages`` (``["./a", "./b"]``)
    restricts a build to those packages; ``tags`` are Go's build tags, which a
    module that is loaded or found must have been built with.

    Raises ``ArtifactNotFoundError``, ``AmbiguousArtifactError``,
    ``VersionConflictError``, ``LoadError``, ``BuildError`` or ``ForkedError``
    (spec: Python Import API).
    """
    tags = (tags,) if isinstance(tags, str) else tuple(tags)
    key = (path, version, artifact_dir, build_if_missing, packages and tuple(packages), tags)
    package = _imported.get(key)
    if package is None:
        binding = _core.import_package(
            os.fspath(path),
            version,
            None if artifact_dir is None else os.fspath(artifact_dir),
            build_if_missing,
            None if packages is None else list(packages),
            list(tags),
        )
        _handlers.watch()
        package = package_of(binding, _source(binding, path, artifact_dir, tags))
        # A directory is looked at each time: it may have been edited.
        if not binding.is_local:
            _imported[key] = package
    return package


def package_of(binding: Binding, source: Source) -> Package:
    """The package object of a binding: one for each package of the process. ``source`` imports it elsewhere."""
    package = _packages.get(binding.package)
    if package is None:
        made = _package.make(binding)
        made._source = source  # pyright: ignore[reportPrivateUsage]
        # Another thread may have been as fast; the first one stays.
        package = _packages.setdefault(binding.package, made)
    return package


def imported() -> Iterable[Package]:
    """The packages that the process has imported."""
    return list(_packages.values())


def _source(
    binding: Binding,
    path: str | os.PathLike[str],
    artifact_dir: str | os.PathLike[str] | None,
    tags: tuple[str, ...],
) -> Source:
    """What imports the same package in another process."""
    source = bundled.get(str(binding.library))
    if source is not None:
        return source
    root = None if artifact_dir is None else _core.absolute_path(os.fspath(artifact_dir))
    if binding.is_local:
        return {"path": _core.absolute_path(os.fspath(path)), "artifact_dir": root, "tags": tags}
    return {"path": binding.package, "version": binding.version, "artifact_dir": root, "tags": tags}
