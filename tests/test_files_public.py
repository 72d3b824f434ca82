"""Public modules that read and write Python's files, and fill Python's variables."""

# Lambdas are what is tested.
# pyright: reportUnknownLambdaType=false

from __future__ import annotations

import io
import random
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import usegolib
from tests.support.store import Store

pytestmark = pytest.mark.network
Load = Callable[[str], Any]

CONTENT = random.Random(1).randbytes(100_000) + b"content" * 100_000


class Full(io.RawIOBase):
    """A file without room."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        raise OSError(28, f"no room for {len(data)} bytes")


@pytest.mark.parametrize("path", ["github.com/andybalholm/brotli", "github.com/klauspost/compress/zstd"])
def test_streams_both_ways(public: Load, path: str, tmp_path: Path) -> None:
    package = public(path)
    with (tmp_path / "packed").open("wb") as packed:
        writer = package.NewWriter(packed)
        # Go's writer is a file of Python's, over a file of Python's.
        shutil.copyfileobj(io.BytesIO(CONTENT), writer)
        writer.Close()
    with (tmp_path / "packed").open("rb") as packed:
        unpacked = io.BytesIO()
        shutil.copyfileobj(package.NewReader(packed), unpacked)
    assert zlib.crc32(unpacked.getvalue()) == zlib.crc32(CONTENT)
    with (tmp_path / "packed").open("rb") as packed:
        text = io.BufferedReader(package.NewReader(packed))
        assert text.read(1000) == CONTENT[:1000]
    with pytest.raises(OSError, match="no room"):
        _write_all(package.NewWriter(Full()))


def _write_all(writer: Any) -> None:
    writer.Write(CONTENT)
    writer.Close()


def test_zstd_copies_by_itself(public: Load) -> None:
    zstd, packed, unpacked = public("github.com/klauspost/compress/zstd"), io.BytesIO(), io.BytesIO()
    writer = zstd.NewWriter(packed, zstd.WithEncoderConcurrency(4))
    assert writer.ReadFrom(io.BytesIO(CONTENT)) == len(CONTENT)
    writer.Close()
    packed.seek(0)
    assert zstd.NewReader(packed).WriteTo(unpacked) == len(CONTENT)
    assert unpacked.getvalue() == CONTENT


def test_chroma_highlights_into_text(public: Load) -> None:
    root = "github.com/alecthomas/chroma/v2"
    chroma, quick, formatters = public(root), public(f"{root}/quick"), public(f"{root}/formatters")
    page = io.StringIO()
    quick.Highlight(page, "größe = 'x'", "python", "html", "monokai")
    assert "größe" in page.getvalue()

    class Brackets:
        def Format(self, w: Any, style: Any, iterator: Any) -> None:  # noqa: N802
            assert style.Name == "monokai"
            for token in iterator.Tokens():
                w.Write(f"[{token.Type}]{token.Value}".encode())

    def shout(w: Any, _style: Any, iterator: Any) -> None:
        # An iterator of the module's is a func, which Python calls.
        for token in iter(iterator, chroma.EOF):
            w.Write(token.Value.upper().encode())

    formatters.Register("brackets", Brackets())
    formatters.Register("shout", chroma.FormatterFunc(shout))
    written: list[bytes] = []
    for name in ("brackets", "shout"):
        out = io.BytesIO()
        quick.Highlight(out, "x = 1", "python", name, "monokai")
        written.append(out.getvalue())
    assert written == [b"[Name]x[Text] [Operator]=[Text] [LiteralNumberInteger]1", b"X = 1"]


def test_goquery_from_files(public: Load, tmp_path: Path) -> None:
    goquery = public("github.com/PuerkitoBio/goquery")
    page = tmp_path / "page.html"
    page.write_text("<a href=1>eins</a><p><a href=2>zwö</a>", encoding="utf-8")
    with page.open(encoding="utf-8") as text, page.open("rb") as binary:
        for file in (text, binary):
            links = goquery.NewDocumentFromReader(file).Find("a")
            seen: list[tuple[int, str, str]] = []
            links.Each(lambda at, link: seen.append((at, link.Text(), link.AttrOr("href", ""))))  # noqa: B023
            assert seen == [(0, "eins", "1"), (1, "zwö", "2")]
            assert links.Map(lambda _, link: link.Text().upper()) == ["EINS", "ZWÖ"]
            assert links.FilterFunction(lambda at, _: at == 1).Text() == "zwö"
            assert [link.Text() for _, link in links.EachIter()] == ["eins", "zwö"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("encoding/json", '{"a": [1, 2], "b": {"c": "d"}}'),
        ("gopkg.in/yaml.v3", "a: [1, 2]\nb: {c: d}\n"),
        ("github.com/BurntSushi/toml", "a = [1, 2]\n[b]\nc = 'd'\n"),
    ],
)
def test_unmarshal_into_variables(public: Load, path: str, text: str) -> None:
    package, expected = public(path), {"a": [1, 2], "b": {"c": "d"}}
    for variable in (usegolib.ref(), usegolib.ref({})):
        package.Unmarshal(text.encode(), variable)
        assert variable.value == expected
    variable = usegolib.ref({})
    package.NewDecoder(io.StringIO(text)).Decode(variable)
    assert variable.value == expected
    out = io.StringIO()
    package.NewEncoder(out).Encode(expected)
    again = usegolib.ref()
    package.Unmarshal(out.getvalue().encode(), again)
    assert again.value == expected


def test_pictures_written_in_python(store: Store) -> None:
    image, png, color = usegolib.bundle(
        "image", "image/png", "image/color", artifact_dir=store.root, build_if_missing=True
    )

    @usegolib.implements(image.Image)
    class Gradient:
        def ColorModel(self) -> Any:  # noqa: N802
            return color.RGBAModel

        def Bounds(self) -> Any:  # noqa: N802
            return image.Rect(0, 0, 16, 8)

        def At(self, x: int, y: int) -> Any:  # noqa: N802
            return color.RGBA(R=16 * x, G=32 * y, B=0, A=255)

    file = io.BytesIO()
    png.Encode(file, Gradient())
    file.seek(0)
    picture = png.Decode(file)
    assert picture.Bounds() == image.Rect(0, 0, 16, 8)
    assert picture.At(3, 4) == {"R": 48, "G": 128, "B": 0, "A": 255}


def test_a_picture_without_its_package(public: Load) -> None:
    """What Go wants is what has the methods, wherever its types are."""

    class Gray:
        def __init__(self, level: int) -> None:
            self.level = level

        def RGBA(self) -> tuple[int, int, int, int]:  # noqa: N802
            return (self.level, self.level, self.level, 0xFFFF)

    class Checkers:
        def ColorModel(self) -> Any:  # noqa: N802
            return lambda color: color

        def Bounds(self) -> Any:  # noqa: N802
            return {"Min": {"X": 0, "Y": 0}, "Max": {"X": 4, "Y": 2}}

        def At(self, x: int, y: int) -> Any:  # noqa: N802
            return Gray(0xFFFF * ((x + y) % 2))

    file = io.BytesIO()
    public("image/png").Encode(file, Checkers())
    file.seek(0)
    picture = public("image/png").Decode(file)
    assert [picture.At(x, 0).RGBA()[0] for x in range(4)] == [0, 0xFFFF, 0, 0xFFFF]
