"""Go's readers and writers as Python's binary files.

A class of objects whose Go type has ``Read`` or ``Write`` has these functions
besides Go's methods. They make it what the :mod:`io` module calls a raw file,
which ``shutil.copyfileobj``, ``json.load`` or ``io.BufferedReader`` take.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from usegolib import _core

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Buffer

__all__ = ["members"]


def members(reads: bool, writes: bool, seeks: bool) -> dict[str, Any]:
    """What a class gets whose Go type has these methods."""
    found: dict[str, Any] = {
        "flush": flush,
        "isatty": _says(False),
        "readable": _says(reads),
        "writable": _says(writes),
        "seekable": _says(seeks),
        "fileno": fileno,
    }
    if reads:
        found.update(read=read, readall=readall, readinto=readinto)
    if writes:
        found.update(write=write)
    if seeks:
        found.update(seek=seek, tell=tell)
    return found


def _says(answer: bool) -> Callable[[Any], bool]:
    def ask(self: Any) -> bool:  # noqa: ARG001
        return answer

    return ask


def read(self: Any, size: int | None = -1, /) -> bytes:
    """Reads up to ``size`` bytes, with one ``Read`` of Go's; everything if it is negative or None.

    At the end there is ``b""``. Raises ``GoError`` if Go's reader fails.
    """
    return _core.read(self, -1 if size is None else size)


def readall(self: Any) -> bytes:
    """Reads everything."""
    return _core.read(self, -1)


def readinto(self: Any, buffer: Buffer, /) -> int:
    """Reads into a buffer, as much as there is at once, and says how many bytes that was."""
    view = memoryview(buffer).cast("B")
    data = _core.read(self, len(view))
    view[: len(data)] = data
    return len(data)


def write(self: Any, data: Buffer, /) -> int:
    """Writes bytes, with ``Write`` of Go's, and says how many."""
    return self.Write(data)


def seek(self: Any, offset: int, whence: int = io.SEEK_SET, /) -> int:
    """Moves to a place, and says where that is."""
    return self.Seek(offset, whence)


def tell(self: Any) -> int:
    """Where it is."""
    return self.Seek(0, io.SEEK_CUR)


def flush(self: Any) -> None:
    """Does nothing: what is written is Go's."""


def fileno(self: Any) -> int:
    """Raises ``io.UnsupportedOperation``: what a descriptor is for goes through Go."""
    message = f"{type(self).__name__} is a file of Go's"
    raise io.UnsupportedOperation(message)
