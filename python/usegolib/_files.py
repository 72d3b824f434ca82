"""Python's files where Go wants its readers and writers.

A file object of Python's, or a socket, has other methods than Go's interfaces have. :func:`stand_in` gives Go an object
with Go's methods, which calls the file's. Text files cross as UTF-8.
"""

from __future__ import annotations

import codecs
import errno
import io
import operator
import os
import weakref
from typing import Any, ClassVar, cast

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
    """A file object with Go's methods, and its own: what Python gets where Go hands the file back."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._text = _Text.of(file) if isinstance(file, io.TextIOBase) else None
        # Of text what didn't fit where Go wanted bytes.
        self._rest = b""
        self._last: int | None = None
        self._again = False

    def __del__(self) -> None:
        # Go has kept it, and written more.
        self.settle()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._file, name)

    def __iter__(self) -> Any:
        return iter(self._file)

    def __enter__(self) -> Any:
        self._file.__enter__()
        return self

    def __exit__(self, *exception: object) -> Any:
        return self._file.__exit__(*exception)

    def __eq__(self, other: object) -> bool:
        return self._file is (other._file if isinstance(other, File) else other)

    def __hash__(self) -> int:
        return hash(self._file)

    def __repr__(self) -> str:
        return f"<Go's view of {self._file!r}>"

    def _read(self, size: int) -> bytes:
        """Up to so many bytes, none at the end."""
        if self._rest:
            data, self._rest = self._rest[:size], self._rest[size:]
            return data
        # A character has up to four bytes.
        data = self._file.read(size if self._text is None else max(1, size // 4))
        if isinstance(data, str):
            self._text = self._text or _Text.of(self._file)
            data = data.encode("utf-8", "surrogateescape")
            data, self._rest = data[:size], data[size:]
        return self._bytes(data, size)

    def _bytes(self, data: Any, size: int) -> bytes:
        """What the file's read returned that was asked for so many bytes."""
        if data is None:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        if not isinstance(data, bytes):
            try:
                data = memoryview(data).tobytes()
            except TypeError:
                message = f"read({size}) of {self._file!r} returned {type(data).__name__}, not bytes or str"
                raise TypeError(message) from None
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
                data = self._bytes(self._file.read(len(p) - done), len(p) - done)
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
        if self._text is not None:
            self._text.write(self._file, data)
            return
        try:
            written = self._file.write(data)
        except TypeError:
            # A text stream of another kind, as notebooks have.
            if self._file.write("") not in (0, None):
                raise
            self._text = _Text.of(self._file)
            self._text.write(self._file, data)
            return
        # Some write what fits; others say nothing, or everything.
        while (count := _count(self._file, written, len(data))) < len(data):
            data = data[count:]
            written = self._file.write(data)

    def settle(self) -> None:
        """Has the file the start of a character that Go hasn't written whole: it may never be."""
        if self._text is not None:
            self._text.settle(self._file)

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
        self.settle()
        self._rest, self._last, self._again = b"", None, False
        place = self._file.seek(offset, whence)
        return self._file.tell() if place is None else place

    def Flush(self) -> None:  # noqa: N802
        """What Go's buffered writers have."""
        self.settle()
        if hasattr(self._file, "flush"):
            self._file.flush()

    Sync = Flush

    def Close(self) -> None:  # noqa: N802
        """io.Closer."""
        self.settle()
        self._file.close()


def _count(file: Any, written: Any, given: int) -> int:
    """How much a write took, by what it returned; all of it if it doesn't say."""
    if written is None:
        if isinstance(file, io.RawIOBase):
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return given
    try:
        count = operator.index(written)
    except TypeError:
        count = -1
    if isinstance(written, bool) or not 0 <= count <= given or (count == 0 and given > 0):
        message = f"write of {file!r} returned {written!r} for {given} bytes or characters"
        raise (TypeError if isinstance(written, bool) or not hasattr(written, "__index__") else ValueError)(message)
    return count


class _Text:
    """What Go has written to a text file of the start of a character, for as long as there is the file.

    When a call ends, the file gets it as it is, for the rest may never come: a file in UTF-8 the bytes, a StringIO
    surrogates, which the character takes the place of when it comes whole, other streams the replacement character.
    """

    _known: ClassVar[weakref.WeakKeyDictionary[Any, _Text]] = weakref.WeakKeyDictionary()

    def __init__(self) -> None:
        self._start = b""
        # Where what a StringIO was given of a character begins and ends.
        self._given: tuple[int, int] | None = None

    @classmethod
    def of(cls, file: Any) -> _Text:
        try:
            return cls._known.setdefault(file, cls())
        except TypeError:
            return cls()

    def write(self, file: Any, data: bytes) -> None:
        if self._given is not None:
            (begin, end), self._given = self._given, None
            place = file.tell()
            if place == end == file.seek(0, io.SEEK_END):
                file.seek(begin)
                file.truncate()
            else:
                # Something else has been written meanwhile, or was there before.
                file.seek(place)
                self._start = b""
        data = self._start + data
        self._start = b""
        decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        text = decoder.decode(data)
        start = decoder.getstate()[0]
        self._put(file, text, data[: len(data) - len(start)])
        self._start = start

    def settle(self, file: Any) -> None:
        if not self._start or self._given is not None or getattr(file, "closed", False):
            return
        if isinstance(file, io.StringIO):
            begin = file.tell()
            self._put(file, self._start.decode("utf-8", "surrogateescape"), self._start)
            self._given = begin, file.tell()
            return
        start, self._start = self._start, b""
        self._put(file, start.decode("utf-8", "surrogateescape"), start)

    def _put(self, file: Any, text: str, data: bytes) -> None:
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            encoding = getattr(file, "encoding", None) or ""
            if isinstance(file, io.TextIOWrapper) and encoding.lower().replace("_", "-") in {"utf-8", "utf8"}:
                # Which has them as they are, and whatever comes behind.
                file.flush()
                cast("Any", file).buffer.write(data)
                return
            if not isinstance(file, io.StringIO):
                text = data.decode("utf-8", "replace")
        while text:
            written = file.write(text)
            # Some say how many bytes that was.
            count = len(text) if type(written) is int and written > len(text) else _count(file, written, len(text))
            text = text[count:]


class Socket(File):
    """A socket with Go's methods."""

    def _read(self, size: int) -> bytes:
        return self._file.recv(size)

    def _write(self, data: bytes) -> None:
        self._file.sendall(data)
