"""What the modules that ``usegolib gen`` writes are made of (spec: Python Bindings Generator).

A generated module has a :class:`Library`, which loads the Go package when its
``load()`` is called, and a subclass of :class:`API` whose methods are the
package's functions. Its dataclasses derive from :class:`Struct`; results that
are structs are instances of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from os import PathLike
from types import FunctionType
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast
from uuid import UUID as _UUID

from usegolib._annotations import Annotations
from usegolib._generic import GenericFunction, GenericType
from usegolib._import import import_
from usegolib._package import TypedPackage, make
from usegolib._typed import Struct

if TYPE_CHECKING:
    from socket import socket

    from typing_extensions import Buffer
else:
    #: What Go takes for bytes and numbers; an array.array or a numpy array is one, too.
    Buffer = bytes | bytearray | memoryview

__all__ = [
    "API",
    "UUID",
    "Buffer",
    "Duration",
    "Files",
    "GenericFunction",
    "GenericType",
    "Library",
    "Readable",
    "ReadableAndWritable",
    "Struct",
    "Time",
    "Timeout",
    "Writable",
]

#: What Go takes for a ``time.Time``: RFC 3339 text, or a datetime with a time zone.
Time: TypeAlias = str | datetime
#: What Go takes for a ``time.Duration``: nanoseconds, or a timedelta.
Duration: TypeAlias = int | timedelta
#: How long a call that takes a context may last: seconds, or a timedelta.
Timeout: TypeAlias = float | timedelta
#: What Go takes for a ``uuid.UUID``.
UUID: TypeAlias = str | _UUID
#: What Go takes for an ``fs.FS``: a folder's path, or the content of files by their names.
Files: TypeAlias = str | PathLike[str] | Mapping[str, bytes] | Mapping[str, str] | Mapping[str, bytes | str]


class _Reads(Protocol):
    def read(self, size: int, /) -> bytes | str | None: ...


class _Writes(Protocol):
    # What it takes is bytes, or text.
    def write(self, data: Any, /) -> object: ...


class _ReadsAndWrites(_Reads, _Writes, Protocol): ...


if TYPE_CHECKING:
    #: A file that Go reads from.
    Readable: TypeAlias = _Reads | socket
    #: A file that Go writes to.
    Writable: TypeAlias = _Writes | socket
    #: A file for both.
    ReadableAndWritable: TypeAlias = _ReadsAndWrites | socket
else:
    Readable, Writable, ReadableAndWritable = _Reads, _Writes, _ReadsAndWrites


class API:
    """The base of the APIs of packages: each method calls a Go function."""

    def __init__(self, package: TypedPackage) -> None:
        self._package = package

    @property
    def package(self) -> TypedPackage:
        """The package as ``usegolib.import_(...).typed()`` gives it."""
        return self._package

    def _bind(self, name: str) -> Any:
        """The Go function behind a method, which takes the method's place from its first call on."""
        function = getattr(self._package, name)
        self.__dict__[name] = function
        return function

    def _get(self, name: str) -> Any:
        """The value of a constant or a variable."""
        return getattr(self._package, name)

    def _set(self, name: str, value: Any) -> None:
        """Assigns a Go variable."""
        setattr(self._package, name, value)


class Library:
    """The Go package behind a generated module.

    ``structs`` are the module's dataclasses by their Go types, ``classes`` the
    Go types of the names that only the loaded library has a class for.
    """

    def __init__(self, path: str, structs: Mapping[str, type[Struct]], classes: Mapping[str, str]) -> None:
        self.path = path
        self.structs = structs
        self.classes = classes
        self._loaded: TypedPackage | None = None

    @property
    def is_loaded(self) -> bool:
        """Whether :meth:`load` has been called."""
        return self._loaded is not None

    def load(
        self,
        artifact_dir: str | PathLike[str] | None,
        version: str | None,
        build_if_missing: bool | None,
    ) -> TypedPackage:
        """Imports the package, with the module's dataclasses for its structs.

        Raises what ``usegolib.import_`` raises, and ``LoadError`` if the library's
        structs are not those that the module was generated from.
        """
        imported = import_(self.path, version, artifact_dir, build_if_missing)
        if self._loaded is None:
            binding = imported._binding.typed_with(dict(self.structs))  # pyright: ignore[reportPrivateUsage]
            self._loaded = cast("TypedPackage", make(binding, TypedPackage))
        return self._loaded

    def class_of(self, name: str) -> type[Any]:
        """The loaded library's class for one of :attr:`classes`."""
        if self._loaded is None:
            message = f"{self.path} isn't loaded"
            raise RuntimeError(message)
        return self._loaded._binding.class_of(self.classes[name])  # pyright: ignore[reportPrivateUsage]

    def resolve_annotations(self, module: dict[str, Any]) -> None:
        """Has annotations of the module resolve in it, once the library is loaded.

        Whoever reads them finds the classes that they mention in ``module``, the
        generated module's names; ``typing.get_type_hints`` looks there.
        """

        def look(annotations: Annotations) -> bool:
            if self._loaded is None:
                return False
            written = (text for text in annotations.values() if isinstance(text, str))
            for name in _NAME.findall(" ".join(written)):
                if name in self.classes and name not in module:
                    module[name] = self.class_of(name)
            return True

        for defined in list(module.values()):
            if isinstance(defined, type) and defined.__module__ == module["__name__"]:
                for annotated in _annotated(defined):
                    annotated.__annotations__ = Annotations(annotated.__annotations__, look)


#: A name of Python's, as annotations mention it.
_NAME = re.compile(r"\b[^\W\d]\w*")


def _annotated(defined: type[Any]) -> list[Any]:
    """The class, if it has annotations, and its functions, those of properties included."""
    members = list(vars(defined).values())
    properties = [one for one in members if isinstance(one, property)]
    members += [function for one in properties for function in (one.fget, one.fset)]
    functions: list[Any] = [one for one in members if isinstance(one, FunctionType)]
    return [*functions, defined] if "__annotations__" in vars(defined) else functions
