"""The exception classes of a Go package: ``package.exceptions``.

There is one for each exported variable that is an error and for each exported error type. What a Go function
returns is raised as an instance of all of them that ``errors.Is`` and ``errors.As`` say it is: such a combination is
a class of its own, made once.
"""

from __future__ import annotations

import copyreg
from functools import cache
from typing import TYPE_CHECKING, Any

from usegolib import errors
from usegolib._pickling import package_of
from usegolib.errors import GoError

if TYPE_CHECKING:
    from usegolib._package import Package

Name = tuple[str, str]
"""A loaded library, and the qualified name of a variable or type in it."""

_STANDARD: dict[str, type[GoError]] = {one.__name__: one for one in (GoError, errors.GoEOFError, errors.GoTimeoutError)}


class ErrorClass(type):
    """The type of exception classes that are made for Go's errors, which pickle by the names of what they are for."""

    go_name: Name | None
    errno: int
    _key: tuple[tuple[Name, ...], str, int]


def define(package: str, name: str, library: str) -> ErrorClass:
    """The class of a package's error variable or type."""
    made = ErrorClass(
        name,
        (GoError,),
        {
            "__module__": package,
            "__qualname__": f"exceptions.{name}",
            "__doc__": f"Raised for what is, or wraps, Go's {package}.{name}.",
        },
    )
    made.go_name = (library, f"{package}.{name}")
    made._key = (made.go_name,), GoError.__name__, 0  # pyright: ignore[reportPrivateUsage]
    return made


@cache
def _combined(classes: tuple[ErrorClass, ...], base: str, errno: int) -> type[GoError]:
    return _combine(classes, _STANDARD[base], errno)


def combine(classes: tuple[ErrorClass, ...], base: type[GoError], errno: int) -> type[GoError]:
    """The class of errors that are all of ``classes``, of the kind of ``base``, and the system's error ``errno``."""
    return _combined(classes, base.__name__, errno)


def _combine(classes: tuple[ErrorClass, ...], base: type[GoError], errno: int) -> type[GoError]:
    bases: list[type] = [*classes]
    if base is not GoError or not classes:
        bases.append(base)
    if errno:
        # Python knows which of its classes a number has.
        system = type(OSError(errno, ""))
        if not any(issubclass(one, system) for one in bases):
            bases.append(system)
    if len(bases) == 1:
        return bases[0]
    first = bases[0]
    made: Any = ErrorClass(
        first.__name__,
        tuple(bases),
        {"__module__": first.__module__, "__qualname__": first.__qualname__, "__doc__": first.__doc__},
    )
    made.go_name = None
    made._key = tuple(one.go_name for one in classes), base.__name__, errno
    return made


def _restored(names: tuple[tuple[Package, str], ...], base: str, errno: int) -> type[GoError]:
    classes: list[Any] = [
        package._binding.exception_of(name)  # pyright: ignore[reportPrivateUsage]
        for package, name in names
    ]
    return _combined(tuple(classes), base, errno)


def _reduce_class(class_: ErrorClass) -> tuple[Any, ...]:
    names, base, errno = class_._key  # pyright: ignore[reportPrivateUsage]
    return _restored, (tuple((package_of(library), name) for library, name in names), base, errno)


copyreg.pickle(ErrorClass, _reduce_class)  # pyright: ignore[reportArgumentType]


class Exceptions:
    """The exception classes of a package, by the Go names of its error variables and types."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._binding = package._binding  # pyright: ignore[reportPrivateUsage]

    def __getattr__(self, name: str) -> type[GoError]:
        try:
            found = self._binding.exception(name)
        except KeyError:
            package = self._binding.package
            message = f"Go package {package!r} has no exported error variable or error type {name!r}"
            raise AttributeError(message, name=name, obj=self) from None
        self.__dict__[name] = found
        return found

    def __dir__(self) -> list[str]:
        return self._binding.exceptions()

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, (self._package, "exceptions")

    def __repr__(self) -> str:
        return f"<exceptions of Go package {self._binding.package!r}>"
