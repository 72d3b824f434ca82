"""Bytes where Go wants a reader."""

from __future__ import annotations

import array
import gc
from collections.abc import Callable
from typing import Any

import pytest

from usegolib.errors import GoEOFError, UnsupportedTypeError


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
