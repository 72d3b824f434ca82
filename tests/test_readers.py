"""Bytes where Go wants a reader, and Go's readers and writers as binary files."""

from __future__ import annotations

import array
import gc
import io
import json
import shutil
from collections.abc import Callable
from typing import Any

import pytest

from usegolib.errors import ClosedObjectError, GoEOFError, GoError, UnsupportedTypeError


@pytest.fixture
def readers(load: Callable[[str], Any]) -> Any:
    return load("readers")


@pytest.mark.parametrize("size", [0, 1, 100, 4095, 4096, 300_000])
def test_bytes(readers: Any, size: int) -> None:
    content = "abcdefghij" * (size // 10) + "x" * (size % 10)
    for data in (content.encode(), bytearray(content.encode()), memoryview(content.encode())):
        assert readers.All(data) == content
    assert readers.All(array.array("B", content.encode())) == content


def test_kinds_of_readers(readers: Any) -> None:
    assert readers.Close(b"abc") == "abc"
    assert readers.From(b"abcdef", 2) == "cdef"
    assert readers.At(b"abcdef", 2, 3) == "cde"
    assert readers.First(b"abc") == ord("a")
    with pytest.raises(GoEOFError):
        readers.At(b"ab", 1, 3)


def test_go_sees_its_own_reader(readers: Any) -> None:
    assert readers.Kind(b"") == "*bytes.Reader"
    assert readers.Kind(readers.NewBuffer("")) == "*bytes.Buffer"
    assert readers.Kind(None) == "<nil>"


def test_several(readers: Any) -> None:
    assert readers.Joined(b"ab", bytearray(b"cd"), readers.NewBuffer("ef")) == "abcdef"
    assert readers.Joined([b"ab", b"cd"]) == "abcd"
    assert readers.Joined() == ""


def test_fields(readers: Any) -> None:
    assert readers.Read({"Name": "n", "Body": b"body"}) == "nbody"
    assert readers.Read({"Name": "n"}) == "n"


def test_readers_that_are_kept_have_their_own_bytes(readers: Any) -> None:
    data = bytearray(b"one\n" * 5000)
    lines = readers.NewLines(memoryview(data))
    data[:] = b"two\n" * 5000
    del data
    gc.collect()
    assert [lines.Next() for _ in range(5000)] == ["one"] * 5000
    with pytest.raises(EOFError):
        lines.Next()


@pytest.mark.parametrize(
    ("function", "value", "message"),
    [
        ("All", "text", r"schema: All\(r\): r: expected io.Reader \(bytes, or an object that implements it\), got str"),
        ("All", 5, r"schema: All\(r\): r: expected io.Reader .*got int"),
        ("All", array.array("d", [1.5]), r"schema: All\(r\): r: expected"),
        ("NameOf", b"", r"expected readers.Named \(an object that implements it\), got bytes"),
        ("Finish", b"", r"expected io.Closer \(an object that implements it\), got bytes"),
    ],
)
def test_what_is_no_reader(readers: Any, function: str, value: object, message: str) -> None:
    with pytest.raises(UnsupportedTypeError, match=message):
        getattr(readers, function)(value)


class TestFiles:
    def test_read(self, readers: Any) -> None:
        file = readers.Open("hello")
        assert (file.read(2), file.read(0), file.read(100), file.read(1), file.read()) == (b"he", b"", b"llo", b"", b"")
        assert readers.Open("hello").read() == b"hello"
        assert readers.Open("hello").read(None) == b"hello"
        assert readers.Open("hello").readall() == b"hello"
        assert readers.Slow("ab").read(10) == b"a"
        assert readers.Slow("ab").read() == b"ab"

    @pytest.mark.parametrize("size", [0, 4096, 70_000, 3_000_000])
    def test_sizes(self, readers: Any, size: int) -> None:
        text = "x" * size
        assert readers.Open(text).read() == text.encode()
        assert len(readers.Open(text).read(1 << 40)) <= size
        assert io.BufferedReader(readers.Open(text)).read() == text.encode()

    def test_readinto(self, readers: Any) -> None:
        buffer = bytearray(4)
        file = readers.NewBuffer("abcdef")
        assert (file.readinto(buffer), buffer) == (4, b"abcd")
        assert (file.readinto(buffer), buffer) == (2, b"efcd")
        assert file.readinto(buffer) == 0

    def test_python_takes_them_for_files(self, readers: Any) -> None:
        assert json.load(readers.Open('{"a": [1]}')) == {"a": [1]}
        lines = io.TextIOWrapper(io.BufferedReader(readers.Slow("one\ntwo\n")))
        assert list(lines) == ["one\n", "two\n"]
        target = readers.NewBuffer("")
        shutil.copyfileobj(readers.Open("copied" * 50_000), target)
        assert target.String() == "copied" * 50_000

    def test_write(self, readers: Any) -> None:
        buffer = readers.NewBuffer("")
        assert buffer.write(b"ab") == 2
        assert buffer.write(memoryview(b"cd")) == 2
        with io.TextIOWrapper(io.BufferedWriter(buffer), write_through=True) as text:
            text.write("é")
            text.flush()
            assert buffer.String() == "abcdé"
        assert buffer.closed

    def test_seek(self, readers: Any) -> None:
        file = readers.NewSeeker("abcdef")
        assert (file.seekable(), readers.Open("").seekable()) == (True, False)
        assert (file.seek(2), file.read(2), file.tell(), file.seek(-1, io.SEEK_END), file.read()) == (
            2,
            b"cd",
            4,
            5,
            b"f",
        )

    def test_what_they_can(self, readers: Any) -> None:
        file, buffer = readers.Open(""), readers.NewBuffer("")
        assert (file.readable(), file.writable(), file.isatty()) == (True, False, False)
        assert (buffer.readable(), buffer.writable()) == (True, True)
        assert not hasattr(file, "write")
        assert not hasattr(readers.NewLines(b""), "read")
        with pytest.raises(io.UnsupportedOperation):
            file.fileno()

    def test_errors(self, readers: Any) -> None:
        file = readers.Broken("abc")
        assert file.read(10) == b"abc"
        for size in (10, -1):
            with pytest.raises(GoError, match="broken"):
                file.read(size)
        assert not file.closed
        file.close()
        assert file.closed
        with pytest.raises(ClosedObjectError):
            file.read()
