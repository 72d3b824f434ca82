"""Python's files where Go wants its readers and writers.

A file object of Python's, or a socket, has other methods than Go's interfaces have. :func:`stand_in` gives Go an object
with Go's methods, which calls the file's. Text files cross as UTF-8.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
from typing import Any

__all__ = ["stand_in"]

_READS = frozenset({"Read", "ReadAt", "ReadByte", "UnreadByte"})
_WRITES = frozenset({"Write", "WriteAt", "WriteByte", "WriteString", "Flush", "Sync"})
_SEEKS = frozenset({"Seek", "ReadAt", "WriteAt"})


def stand_in(value: Any, methods: list[str]) -> File | None:
    """What has the methods of a Go interface for a file; None if it is no file, or not one that can do so."""
    wanted = set(methods)
    if not wanted <= _READS | _WRITES | _SEEKS | {"Close"} or not wanted:
        return None
    is_socket = hasattr(value, "recv_into") and hasattr(value, "sendall")
    able: set[str] = {"Close"} if hasattr(value, "close") else set()
    if is_socket or hasattr(value, "read"):
        able |= _READS
    if is_socket or hasattr(value, "write"):
        able |= _WRITES
    if not hasattr(value, "seek"):
        able -= _SEEKS
    else:
        able |= {"Seek"}
    if not wanted <= able:
        return None
    return (Socket if is_socket else File)(value)


class File:
    """A file object with Go's methods."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._is_text = isinstance(file, io.TextIOBase)
        # Of text what didn't fit where Go wanted bytes, and the start of a character that Go has not yet written whole.
        self._rest = b""
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._last: int | None = None
        self._again = False

    def __repr__(self) -> str:
        return f"<Go's view of {self._file!r}>"

    def _read(self, size: int) -> bytes:
        """Up to so many bytes, none at the end."""
        if self._rest:
            data, self._rest = self._rest[:size], self._rest[size:]
            return data
        # A character has up to four bytes.
        data = self._file.read(max(1, size // 4) if self._is_text else size)
        if data is None:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        if isinstance(data, str):
            self._is_text = True
            data = data.encode("utf-8", "surrogateescape")
            data, self._rest = data[:size], data[size:]
        if len(data) > size:
            message = f"read({size}) of {self._file!r} returned {len(data)} bytes"
            raise ValueError(message)
        return data

    def Read(self, p: memoryview) -> int:  # noqa: N802
        """io.Reader: fewer bytes than there is room for are no end, none are."""
        if len(p) == 0:
            return 0
        if self._again and self._last is not None:
            self._again = False
            p[0] = self._last
            return 1
        data = self._read(len(p))
        if not data:
            raise EOFError
        p[: len(data)] = data
        self._last, self._again = data[-1], False
        return len(data)

    def ReadByte(self) -> int:  # noqa: N802
        """io.ByteReader."""
        if self._again and self._last is not None:
            self._again = False
            return self._last
        data = self._read(1)
        if not data:
            raise EOFError
        self._last = data[0]
        return self._last

    def UnreadByte(self) -> None:  # noqa: N802
        """io.ByteScanner: the byte that was read last comes again."""
        if self._last is None or self._again:
            raise ValueError("there is no byte to unread")
        self._again = True

    def ReadAt(self, p: memoryview, off: int) -> int:  # noqa: N802
        """io.ReaderAt: all that there is room for, unless the file ends."""
        place = self._file.tell()
        try:
            self._file.seek(off)
            done = 0
            while done < len(p):
                data = self._file.read(len(p) - done)
                if not data:
                    break
                p[done : done + len(data)] = data
                done += len(data)
        finally:
            self._file.seek(place)
        if done == 0 and len(p) > 0:
            raise EOFError
        return done

    def Write(self, p: memoryview) -> int:  # noqa: N802
        """io.Writer: everything, in as many steps as the file needs."""
        # A copy: the file may keep what it is given.
        self._write(bytes(p))
        return len(p)

    def _write(self, data: bytes) -> None:
        if self._is_text:
            self._file.write(self._decoder.decode(data))
            return
        try:
            written = self._file.write(data)
        except TypeError:
            # A text stream of another kind, as notebooks have.
            if self._file.write("") not in (0, None):
                raise
            self._is_text = True
            self._file.write(self._decoder.decode(data))
            return
        # Raw files write what fits; others say nothing, or everything.
        while isinstance(self._file, io.RawIOBase) and (written is None or written < len(data)):
            if written is None:
                raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
            data = data[written:]
            written = self._file.write(data)

    def WriteAt(self, p: memoryview, off: int) -> int:  # noqa: N802
        """io.WriterAt."""
        place = self._file.tell()
        try:
            self._file.seek(off)
            return self.Write(p)
        finally:
            self._file.seek(place)

    def WriteByte(self, c: int) -> None:  # noqa: N802
        """io.ByteWriter."""
        self._write(bytes([c]))

    def WriteString(self, s: str) -> int:  # noqa: N802
        """io.StringWriter: the number of bytes."""
        data = s.encode("utf-8", "surrogateescape")
        self._write(data)
        return len(data)

    def Seek(self, offset: int, whence: int) -> int:  # noqa: N802
        """io.Seeker."""
        self._rest, self._last, self._again = b"", None, False
        return self._file.seek(offset, whence)

    def Flush(self) -> None:  # noqa: N802
        """What Go's buffered writers have."""
        if hasattr(self._file, "flush"):
            self._file.flush()

    Sync = Flush

    def Close(self) -> None:  # noqa: N802
        """io.Closer."""
        self._file.close()


class Socket(File):
    """A socket with Go's methods."""

    def _read(self, size: int) -> bytes:
        return self._file.recv(size)

    def _write(self, data: bytes) -> None:
        self._file.sendall(data)
