"""Python classes that stand for Go interfaces."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

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

    def check(cls: _Class) -> _Class:
        faults = [fault for interface in interfaces for fault in _faults(cls, interface)]
        if faults:
            raise TypeError(f"{cls.__qualname__} " + "; ".join(faults))
        cls.__go_interfaces__ = (*interfaces, *getattr(cls, "__go_interfaces__", ()))  # type: ignore[attr-defined]
        return cls

    return check


def _faults(cls: type, interface: type) -> list[str]:
    name = interface.__name__
    methods = {key: value for key, value in vars(interface).items() if not key.startswith("_") and callable(value)}
    if not issubclass(interface, GoObject) or not methods:
        raise TypeError(f"{name} is no Go interface with methods")
    missing = [key for key in methods if not callable(getattr(cls, key, None))]
    if missing:
        plural = "s" if len(missing) > 1 else ""
        return [f"does not implement {name} (missing method{plural} {', '.join(missing)})"]
    return [
        f"does not implement {name} ({key}{wanted} is given {count} arguments)"
        for key, method in methods.items()
        if (found := _mismatch(getattr(cls, key), method)) is not None
        for wanted, count in [found]
    ]


def _mismatch(method: Callable[..., Any], wanted: Callable[..., Any]) -> tuple[str, int] | None:
    given = [
        parameter
        for parameter in inspect.signature(wanted).parameters.values()
        if parameter.kind is not parameter.KEYWORD_ONLY and parameter.name != "self"
    ]
    try:
        signature = inspect.signature(method)
    except (TypeError, ValueError):
        # Not every callable says what it takes.
        return None
    fixed = [parameter for parameter in given if parameter.kind is not parameter.VAR_POSITIONAL]
    contexts = 1 if "timeout" in inspect.signature(wanted).parameters else 0
    count = len(fixed) + contexts
    try:
        signature.bind(None, *[None] * count)
    except TypeError:
        return str(signature), count
    return None
