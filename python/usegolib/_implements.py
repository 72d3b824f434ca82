"""Python classes that stand for Go interfaces."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar, cast

from usegolib._core import GoObject

_Class = TypeVar("_Class", bound=type)


def implements(*interfaces: type) -> Callable[[_Class], _Class]:
    """Checks when a class is made that it has the methods of Go interfaces, by Go's names.

        @usegolib.implements(http.Handler)
        class Hello:
            def ServeHTTP(self, writer, request): ...

    It raises ``TypeError`` for a method that is missing, or doesn't take what Go gives it. Go is given instances
    whether or not their class was checked so. Where Go takes anything at all, an ``any``, they are there for the first
    interface of that library that is named here.
    """
    wanted = {interface: _methods(interface) for interface in interfaces}
    if not wanted:
        raise TypeError("implements() takes the interfaces that the class implements")

    def check(cls: _Class) -> _Class:
        faults = [fault for interface, methods in wanted.items() for fault in _faults(cls, interface, methods)]
        if faults:
            raise TypeError(f"{cls.__qualname__} " + "; ".join(faults))
        cls.__go_interfaces__ = (*interfaces, *getattr(cls, "__go_interfaces__", ()))  # type: ignore[attr-defined]
        return cls

    return check


def _methods(interface: Any) -> list[str]:
    """The names of an interface's methods."""
    if not isinstance(interface, type):
        message = f"{interface!r} is no Go interface: implements() takes classes of them"
        raise TypeError(message)
    found = interface._interface() if issubclass(interface, GoObject) else None  # pyright: ignore[reportPrivateUsage]
    if found is None:
        message = f"{interface.__name__} is no Go interface"
        raise TypeError(message)
    methods, refusal = found
    if refusal is not None:
        message = f"Python can't implement {interface.__name__}: {refusal}"
        raise TypeError(message)
    if not methods:
        message = f"{interface.__name__} is a Go interface without methods, which every value implements"
        raise TypeError(message)
    return methods


def _faults(cls: type, interface: type, methods: list[str]) -> list[str]:
    name = interface.__name__
    missing = [key for key in methods if not callable(getattr(cls, key, None))]
    if missing:
        plural = "s" if len(missing) > 1 else ""
        return [f"does not implement {name} (missing method{plural} {', '.join(missing)})"]
    return [
        f"does not implement {name} ({key}{signature} is given {count} argument{'' if count == 1 else 's'})"
        for key in methods
        if (found := _mismatch(cls, key, getattr(interface, key))) is not None
        for signature, count in [found]
    ]


def _mismatch(cls: type, key: str, wanted: Callable[..., Any]) -> tuple[str, int] | None:
    """What a method takes and how many arguments it is given, if these don't fit."""
    taken = inspect.signature(wanted).parameters
    given = [
        parameter
        for parameter in taken.values()
        if parameter.kind in {parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD} and parameter.name != "self"
    ]
    method = getattr(cls, key)
    try:
        signature = inspect.signature(method)
    except (TypeError, ValueError):
        # Not every callable says what it takes.
        return None
    count = len(given) + (1 if "timeout" in taken else 0)
    try:
        signature.bind(*[None] * (count + _takes_self(cls, key)))
    except TypeError:
        return str(signature), count
    return None


def _takes_self(cls: type, key: str) -> bool:
    """Whether what the class has by that name is given the instance, as functions are."""
    found: Any = inspect.getattr_static(cls, key)
    is_bound = isinstance(found, (staticmethod, classmethod))
    return not is_bound and inspect.getattr_static(type(cast("object", found)), "__get__", None) is not None
