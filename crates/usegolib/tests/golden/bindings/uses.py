"""What type checkers accept of the bindings here: callables, objects and files of Python's. It is checked, not run."""

from __future__ import annotations

import io
import socket
import sys

import interfaces
import layouts
import objects


class Square:
    """A shape of Python's."""

    def __init__(self, side: float) -> None:
        self.side = side

    def Area(self) -> float:
        """Go's name."""
        return self.side**2

    def Scale(self, by: float) -> Square:
        """Go's name."""
        return Square(self.side * by)


class Zeros:
    """A reader of Python's."""

    def Read(self, p: memoryview) -> int:
        """Go's name."""
        p[:] = bytes(len(p))
        return len(p)


def callables(api: objects.API) -> None:
    """Funcs."""
    api.Apply(lambda n: n + 1, 2)
    api.Apply(abs, 2)
    api.Build(lambda counter: None)
    api.Apply(str.upper, 2)  # pyright: ignore[reportArgumentType]
    api.Apply(str, 2)  # pyright: ignore[reportArgumentType]


def implementations(api: interfaces.API) -> None:
    """Interfaces."""
    api.Total(Square(1), Square(2))
    api.Print(lambda: "text")
    api.ReadAll(Zeros())
    api.Total(Zeros())  # pyright: ignore[reportArgumentType]
    api.ReadAll(5)  # pyright: ignore[reportArgumentType]


def files(api: layouts.API, binary: io.BytesIO, text: io.StringIO, connection: socket.socket) -> None:
    """Readers and writers."""
    api.Pour(binary, sys.stdout)
    api.Pour(text, binary)
    api.Pour(b"bytes", text)
    api.Pour(connection, connection)
    with open("in", "rb") as read, open("out", "w") as write:
        api.Pour(read, write)
        api.Pour(lambda p: 0, write)
    api.Pour(binary, b"bytes")  # pyright: ignore[reportArgumentType]
