"""Import any Go module from Python.

    import usegolib

    uuid = usegolib.import_("github.com/google/uuid")
    uuid.NewString()

:func:`import_` finds, builds if needed, and loads a Go module into this process
and returns a package object whose attributes are the exported Go names.
"""

from __future__ import annotations

import atexit

from usegolib import _core
from usegolib._core import GoObject, Ref, stats, sync_env

TYPE_CHECKING = False
if TYPE_CHECKING:
    from usegolib import errors, pkg
    from usegolib._bundle import bundle
    from usegolib._implements import implements
    from usegolib._import import import_
    from usegolib._live import GoMap, GoSlice
    from usegolib._package import Package
    from usegolib._plain import plain

__all__ = [
    "GoMap",
    "GoObject",
    "GoSlice",
    "Package",
    "Ref",
    "bundle",
    "errors",
    "implements",
    "import_",
    "pkg",
    "plain",
    "ref",
    "stats",
    "sync_env",
]

ref = Ref

__version__ = _core.__version__

# Go's goroutines may want to call Python when there is none any more.
atexit.register(_core.end_callbacks)

# Where the names are that are imported when they are first used: the command line
# needs none of them, and most of its time would be theirs.
_HOMES = {
    "GoMap": "usegolib._live",
    "GoSlice": "usegolib._live",
    "Package": "usegolib._package",
    "bundle": "usegolib._bundle",
    "implements": "usegolib._implements",
    "import_": "usegolib._import",
    "plain": "usegolib._plain",
}
_MODULES = ("errors", "pkg")


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name in _MODULES:
        return import_module(f"usegolib.{name}")
    if home := _HOMES.get(name):
        value = globals()[name] = getattr(import_module(home), name)
        return value
    message = f"module 'usegolib' has no attribute {name!r}"
    raise AttributeError(message, name=name, obj=__import__("usegolib"))


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
