"""Go's readers and writers as Python's binary files.

A class of objects whose Go type has ``Read`` or ``Write`` has these functions
besides Go's methods. They make it what the :mod:`io` module calls a raw file,
which ``shutil.copyfileobj``, ``json.load`` or ``io.BufferedReader`` take.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from usegolib import _core
from usegolib.errors import GoEOFError

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Buffer

__all__ = ["members", "value_members"]

_CHUNK = 1 << 16


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


def value_members(reads: bool, writes: bool, seeks: bool) -> dict[str, Any]:
    """What a class of values gets whose Go type has these methods.

    A value is Python's: there is nothing to be closed, and what it holds is given to Go by each call.
    """
    found = members(reads, writes, seeks)
    found.update(close=flush, closed=False)
    if reads:
        found.update(read=read_value, readall=readall_value, readinto=readinto_value)
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


def _read_once(self: Any, buffer: bytearray) -> tuple[int, bool]:
    """How many bytes one ``Read`` of Go's gave, and whether there may be more."""
    try:
        return self.Read(buffer), True
    except GoEOFError as end:
        return (end.results[0] if end.results else 0), False


def readinto_value(self: Any, buffer: Buffer, /) -> int:
    """Reads into a buffer, as much as there is at once, and says how many bytes that was."""
    view = memoryview(buffer).cast("B")
    data = bytearray(min(len(view), _CHUNK))
    count, more = _read_once(self, data) if data else (0, False)
    while count == 0 and more:
        count, more = _read_once(self, data)
    view[:count] = data[:count]
    return count


def readall_value(self: Any) -> bytes:
    """Reads everything."""
    found, data, more = bytearray(), bytearray(_CHUNK), True
    while more:
        count, more = _read_once(self, data)
        found += data[:count]
    return bytes(found)


def read_value(self: Any, size: int | None = -1, /) -> bytes:
    """Reads up to ``size`` bytes, with one ``Read`` of Go's; everything if it is negative or None.

    At the end there is ``b""``. Raises ``GoError`` if Go's reader fails.
    """
    if size is None or size < 0:
        return readall_value(self)
    data = bytearray(size)
    return bytes(data[: readinto_value(self, data)])


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
