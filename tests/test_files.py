"""Python's files where Go wants readers and writers."""

from __future__ import annotations

import io
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import usegolib

pytestmark = pytest.mark.requirement("Go Object Handles And Exported Methods")
Load = Callable[[str], Any]


class Slow(io.RawIOBase):
    """A raw file that reads and writes little at a time."""

    def __init__(self, content: bytes = b"") -> None:
        self.content = content

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part, self.content = self.content[:3], self.content[3:]
        buffer[: len(part)] = part
        return len(part)

    def write(self, data: Any) -> int:
        self.content += bytes(data[:2])
        return min(2, len(data))


class TestReaders:
    def test_binary_files(self, public: Load, tmp_path: Path) -> None:
        package = public("io")
        (tmp_path / "file").write_bytes(b"content" * 50_000)
        with (tmp_path / "file").open("rb") as file:
            assert package.ReadAll(file) == b"content" * 50_000
        assert package.ReadAll(Slow(b"0123456789")) == b"0123456789"

    def test_text_files(self, public: Load) -> None:
        package = public("io")
        assert package.ReadAll(io.StringIO("größe" * 1000)) == "größe".encode() * 1000

    def test_sockets(self, public: Load) -> None:
        one, other = socket.socketpair()
        with one, other:
            one.sendall(b"ping")
            one.shutdown(socket.SHUT_WR)
            assert public("io").ReadAll(other) == b"ping"
            public("io").WriteString(other, "pong")
            assert one.recv(10) == b"pong"

    def test_sections(self, public: Load, tmp_path: Path) -> None:
        package = public("io")
        (tmp_path / "file").write_bytes(b"0123456789")
        with (tmp_path / "file").open("rb") as file:
            assert package.ReadAll(package.NewSectionReader(file, 2, 3)) == b"234"
            assert file.tell() == 0

    def test_what_reading_raises(self, public: Load) -> None:
        class Failing:
            def read(self, size: int) -> bytes:
                raise LookupError(size)

        with pytest.raises(LookupError):
            public("io").ReadAll(Failing())

    def test_files_that_lie(self, public: Load) -> None:
        class Lying:
            def read(self, size: int) -> bytes:
                return bytes(size + 1)

        with pytest.raises(ValueError, match="returned"):
            public("io").ReadAll(Lying())

    @pytest.mark.parametrize("result", [5, {}, [], 0, object()])
    def test_what_is_not_read(self, public: Load, result: object) -> None:
        class Odd:
            def read(self, _size: int) -> object:
                return result

        with pytest.raises(TypeError, match=r"read\(\d+\) of <.*Odd.*> returned \w+, not bytes or str"):
            public("io").ReadAll(Odd())

    def test_any_buffer_is_read(self, public: Load) -> None:
        class Arrays:
            left = 1

            def read(self, _size: int) -> bytearray:
                self.left -= 1
                return bytearray(b"ab") if self.left >= 0 else bytearray()

        assert public("io").ReadAll(Arrays()) == b"ab"

    def test_what_would_block(self, public: Load) -> None:
        class Empty:
            def read(self, _size: int) -> None:
                return None

        with pytest.raises(BlockingIOError):
            public("io").ReadAll(Empty())


class TestWriters:
    def test_files(self, public: Load) -> None:
        package = public("io")
        out = io.BytesIO()
        assert package.Copy(out, io.BytesIO(b"x" * 200_000)) == 200_000
        assert out.getvalue() == b"x" * 200_000
        slow = Slow()
        assert package.WriteString(slow, "0123456789") == 10
        assert slow.content == b"0123456789"

    def test_text_is_never_cut_in_a_character(self, public: Load) -> None:
        out = io.StringIO()
        public("io").Copy(out, io.BytesIO("größe".encode() * 20_000))
        assert out.getvalue() == "größe" * 20_000

    def test_characters_that_come_in_pieces(self, public: Load, tmp_path: Path) -> None:
        package = public("io")
        pieces = (b"a\xe2", b"\x82", b"\xacb", b"\xff", b"\xe2\x82")
        whole = b"".join(pieces)

        def write(out: Any) -> None:
            for piece in pieces:
                assert package.Copy(out, piece) == len(piece)

        text = io.StringIO()
        write(text)
        assert text.getvalue() == whole.decode("utf-8", "surrogateescape") == "a€b\udcff\udce2\udc82"
        text.write("!")
        package.WriteString(text, "\udcacc")
        assert text.getvalue().endswith("\udce2\udc82!\udcacc")
        with (tmp_path / "file").open("w", encoding="utf-8") as file:
            write(file)
        assert (tmp_path / "file").read_bytes() == whole

        class Stream:
            """Text of another kind."""

            text = ""

            def write(self, text: str) -> int:
                self.text += text + ""
                return len(text.encode())

        stream = Stream()
        package.Copy(stream, "größe€".encode() + b"\xe2\x82")
        assert stream.text == "größe€�"
        kept = io.StringIO()
        bufio = public("bufio")
        writer = bufio.NewWriterSize(kept, 16)
        for piece in (b"0123456789abcd\xe2\x82", b"\xac", b"\xe2\x82"):
            writer.Write(piece)
            writer.Flush()
        assert kept.getvalue() == "0123456789abcd€"

    def test_short_writes(self, public: Load) -> None:
        package = public("io")

        class Short:
            def __init__(self, *results: Any) -> None:
                self.results, self.content = list(results), b""

            def write(self, data: bytes) -> Any:
                result = self.results.pop(0) if self.results else len(data)
                if isinstance(result, int):
                    self.content += data[:result]
                return result

        for results in ((3, 2), (None,), ()):
            short = Short(*results)
            assert package.WriteString(short, "0123456789") == 10
            assert short.content == (b"" if results == (None,) else b"0123456789")
        for wrong, error in ((-1, ValueError), (11, ValueError), (0, ValueError), ("10", TypeError), (True, TypeError)):
            with pytest.raises(error, match=r"write of <.*Short.* returned .* for 10 bytes"):
                package.WriteString(Short(wrong), "0123456789")
        read, write = os.pipe()
        os.set_blocking(write, False)
        with os.fdopen(read, "rb") as reader, os.fdopen(write, "wb", buffering=0):

            class Descriptor:
                def write(self, data: bytes) -> int:
                    return os.write(write, data)

            with pytest.raises(BlockingIOError):
                package.Copy(Descriptor(), io.BytesIO(b"x" * 1_000_000))
            assert reader.read(10) == b"x" * 10

    def test_standard_output(self, public: Load, capsys: pytest.CaptureFixture[str]) -> None:
        import sys

        public("fmt").Fprintf(sys.stdout, "%d %s\n", 5, "größe")
        assert capsys.readouterr().out == "5 größe\n"

    def test_closed_files(self, public: Load) -> None:
        out = io.BytesIO()
        out.close()
        with pytest.raises(ValueError, match="closed"):
            public("io").WriteString(out, "text")

    def test_what_is_no_file(self, public: Load) -> None:
        for value in (5, object(), "text", io.BytesIO):
            with pytest.raises(usegolib.errors.UnsupportedTypeError, match=r"io\.Writer"):
                public("io").WriteString(value, "text")


def test_streams_both_ways(public: Load) -> None:
    package = public("compress/gzip")
    packed = io.BytesIO()
    writer = package.NewWriter(packed)
    writer.Write(b"content" * 10_000)
    writer.Close()
    packed.seek(0)
    assert package.NewReader(packed).read() == b"content" * 10_000


def test_templates(public: Load) -> None:
    template = public("text/template").New("page").Parse("Hello {{.Name}}!")
    out = io.StringIO()
    template.Execute(out, {"Name": "you"})
    assert out.getvalue() == "Hello you!"


class TestFileSystems:
    """A folder's path, or a mapping of names to contents, is an fs.FS."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        (tmp_path / "sub").mkdir()
        (tmp_path / "a.html").write_text("[{{.}}]", encoding="utf-8")
        (tmp_path / "sub" / "b.txt").write_bytes(b"b")
        return tmp_path

    def test_templates(self, public: Load, folder: Path) -> None:
        template = public("html/template")
        for files in (folder, str(folder), {"a.html": "[{{.}}]"}, {"a.html": b"[{{.}}]"}):
            out = io.StringIO()
            template.ParseFS(files, "*.html").Execute(out, "&")
            assert out.getvalue() == "[&amp;]"

    def test_walking(self, public: Load, folder: Path) -> None:
        fs = public("io/fs")
        for files in (folder, {"sub/b.txt": b"b", "a.html": "[{{.}}]"}):
            seen: list[tuple[str, bool]] = []

            def see(path: str, entry: Any, error: Any, seen: list[tuple[str, bool]] = seen) -> None:
                assert error is None
                seen.append((path, entry.IsDir()))

            fs.WalkDir(files, ".", see)
            assert seen == [(".", True), ("a.html", False), ("sub", True), ("sub/b.txt", False)]

            def skip(path: str, _entry: Any, _error: Any) -> None:
                if path == "sub":
                    raise fs.SkipDir
                assert path != "sub/b.txt"

            assert fs.WalkDir(files, ".", skip) is None
            assert fs.ReadFile(files, "sub/b.txt") == b"b"
            assert fs.Glob(files, "*.html") == ["a.html"]
            assert fs.Stat(files, "sub").IsDir()
            assert [entry.Name() for entry in fs.ReadDir(files, ".")] == ["a.html", "sub"]
            assert fs.ReadFile(fs.Sub(files, "sub"), "b.txt") == b"b"
            with pytest.raises(FileNotFoundError):
                fs.ReadFile(files, "c")

    def test_what_is_none(self, public: Load) -> None:
        fs = public("io/fs")
        for wrong, message in [
            ({"/a": ""}, "no name of a file"),
            ({"a": 5}, "neither bytes nor text"),
            ({"a": "", "a/b": ""}, "a file and a folder"),
            ({5: ""}, "expected str"),
            (5, r"expected fs\.FS"),
        ]:
            with pytest.raises(usegolib.errors.UnsupportedTypeError, match=message):
                fs.ReadFile(wrong, "a")


@pytest.mark.network
def test_goldmark_converts_into_a_file(public: Load) -> None:
    goldmark = public("github.com/yuin/goldmark")
    out = io.BytesIO()
    goldmark.Convert(b"# Title\n\n*text*\n", out)
    assert out.getvalue() == b"<h1>Title</h1>\n<p><em>text</em></p>\n"
