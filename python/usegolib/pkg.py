"""The Go modules of a project, for Python's own import statement.

    from usegolib.pkg.github_com.google import uuid
    from usegolib.pkg.net import http

What the project declares (``[tool.usegolib.modules]``) can be imported so, and all
packages of it. A name is the import path with its elements as Python names: what
can't be in one is an underscore, one that begins with a digit has an underscore in
front, a keyword one behind (``gopkg_in.yaml_v3``). What comes is the package that
``import_`` gives, the very object; names that only lead to others are
:class:`Namespace`.

The finder is asked for names below this module's only, one level at a time.
"""

from __future__ import annotations

import importlib
import keyword
import re
import sys
import types
from functools import partial
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING, Any

from usegolib import _core

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Namespace"]

# What makes a module a package, which others can be imported from.
__path__: list[str] = []


class Namespace(types.ModuleType):
    """A part of import paths, such as ``github_com``: what is beneath is imported when it is touched."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            message = f"module {self.__name__!r} has no attribute {name!r}"
            raise AttributeError(message, name=name, obj=self)
        return _beneath(self.__name__, name)

    def __dir__(self) -> list[str]:
        return _below(_parts(self.__name__))

    def __repr__(self) -> str:
        return f"<Go packages below {'/'.join(_parts(self.__name__))!r}>"


class _Finder(MetaPathFinder, Loader):
    """Finds what the project declares; the loader of what it found, too."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002  the names of this module say all
        target: types.ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        if not fullname.startswith(f"{__name__}."):
            return None
        parts = _parts(fullname)
        paths = _paths(parts, fullname)
        found = [path for path in paths if _named(path) == parts]
        if len(found) > 1:
            message = f"{fullname} may be any of {', '.join(found)}: use usegolib.import_"
            raise ImportError(message, name=fullname)
        below = any(len(name) > len(parts) and name[: len(parts)] == parts for name in map(_named, paths))
        if not found and not below:
            raise ImportError(_unknown(fullname, parts, paths), name=fullname)
        spec = ModuleSpec(fullname, self, origin=found[0] if found else None, is_package=below)
        spec.loader_state = below
        return spec

    def create_module(self, spec: ModuleSpec) -> types.ModuleType | None:
        return None if spec.origin else Namespace(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        spec = module.__spec__
        if spec is None or spec.origin is None:
            return
        from usegolib._import import import_

        package = import_(spec.origin)
        if spec.loader_state:
            package.__dict__["__path__"] = []
            package.__dict__["_beneath"] = partial(_beneath, spec.name)
        # The import system takes what is there now.
        sys.modules[spec.name] = package


def _beneath(name: str, child: str) -> Any:
    """What is called so beneath a name."""
    try:
        return importlib.import_module(f"{name}.{child}")
    except ImportError as error:
        if error.name != f"{name}.{child}":
            raise
        raise AttributeError(str(error), name=child) from None


def _parts(fullname: str) -> tuple[str, ...]:
    return tuple(fullname.removeprefix(f"{__name__}.").split("."))


def _identifier(element: str) -> str:
    """An element of an import path as a Python name."""
    name = re.sub(r"[^A-Za-z0-9_]", "_", element)
    if name[:1].isdigit():
        return f"_{name}"
    return f"{name}_" if keyword.iskeyword(name) else name


def _named(path: str) -> tuple[str, ...]:
    return tuple(_identifier(element) for element in path.split("/"))


def _paths(parts: tuple[str, ...], fullname: str) -> list[str]:
    """The import paths that there are, as far as is needed to tell what these parts mean."""
    declared = _core.declared_modules()
    if declared is None:
        message = (
            f"{fullname}: usegolib.pkg has the Go modules that a project declares, and there is no project here: "
            "declare them with `usegolib add PATH`, or use usegolib.import_"
        )
        raise ImportError(message, name=fullname)
    paths = dict.fromkeys(path for path, is_package in declared if is_package)
    for path, is_package in declared:
        name = _named(path)
        if is_package:
            continue
        if parts[: len(name)] == name:
            # What is in the module only its library tells.
            paths.update(dict.fromkeys(_core.declared_packages(path)))
        else:
            paths[path] = None
    return list(paths)


def _below(parts: tuple[str, ...]) -> list[str]:
    """The names that there are right beneath a name."""
    names = map(_named, _paths(parts, ".".join((__name__, *parts))))
    return sorted({name[len(parts)] for name in names if len(name) > len(parts) and name[: len(parts)] == parts})


def _unknown(fullname: str, parts: tuple[str, ...], paths: Iterable[str]) -> str:
    import difflib  # which most imports don't need

    names = {".".join(_named(path)): path for path in paths}
    near = difflib.get_close_matches(".".join(parts), names, n=3, cutoff=0.7)
    message = f"{fullname}: the project declares no such Go module or package"
    if near:
        return f"{message}. Did you mean {', '.join(f'{one} ({names[one]})' for one in near)}?"
    return f"{message}: declare it with `usegolib add PATH`"


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message, name=name, obj=sys.modules[__name__])
    return _beneath(__name__, name)


def __dir__() -> list[str]:
    if _core.declared_modules() is None:
        return __all__
    return [*__all__, *_below(())]


sys.meta_path.append(_Finder())
