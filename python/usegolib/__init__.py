"""Import any Go module from Python.

    import usegolib

    uuid = usegolib.import_("github.com/google/uuid")
    uuid.NewString()

:func:`import_` finds, builds if needed, and loads a Go module into this process
and returns a package object whose attributes are the exported Go names.
"""

from __future__ import annotations

import atexit

from usegolib import _core, errors
from usegolib._bundle import bundle
from usegolib._core import GoObject, Ref, stats, sync_env
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
    "plain",
    "ref",
    "stats",
    "sync_env",
]

ref = Ref

__version__ = _core.__version__

# Go's goroutines may want to call Python when there is none any more.
atexit.register(_core.end_callbacks)
