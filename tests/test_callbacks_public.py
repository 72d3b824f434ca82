"""Public modules that call Python: funcs and interfaces of theirs, as they are."""

# Go names methods so.
# ruff: noqa: N802
# pyright: reportUnknownLambdaType=false

from __future__ import annotations

import contextlib
import io
import socket
import threading
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import usegolib

pytestmark = pytest.mark.network
Load = Callable[[str], Any]


def test_sort(public: Load) -> None:
    class Items:
        def __init__(self, items: list[int]) -> None:
            self.items = items

        def Len(self) -> int:
            return len(self.items)

        def Less(self, i: int, j: int) -> bool:
            return self.items[i] < self.items[j]

        def Swap(self, i: int, j: int) -> None:
            self.items[i], self.items[j] = self.items[j], self.items[i]

    sort = public("sort")
    items = Items([3, 1, 2])
    sort.Sort(items)
    assert items.items == [1, 2, 3]
    assert sort.Search(100, lambda at: at >= 23) == 23


def test_a_func_of_the_package_itself(public: Load) -> None:
    bufio = public("bufio")
    scanner = bufio.NewScanner(b"a b\nc")
    scanner.Split(bufio.ScanWords)
    words: list[str] = []
    while len(words) < 9 and scanner.Scan():
        words.append(scanner.Text())
    assert words == ["a", "b", "c"]


def test_bbolt_rolls_back_what_raises(public: Load, tmp_path: Path) -> None:
    bolt = public("go.etcd.io/bbolt")
    database = bolt.Open(str(tmp_path / "bolt.db"), 0o600, None)

    def fill(transaction: Any) -> None:
        transaction.CreateBucket(b"b").Put(b"kept", b"1")

    def fail(transaction: Any) -> None:
        transaction.Bucket(b"b").Put(b"lost", b"2")
        raise LookupError("changed my mind")

    found: list[bytes] = []

    def look(transaction: Any) -> None:
        bucket = transaction.Bucket(b"b")
        found.extend([bucket.Get(b"kept"), bucket.Get(b"lost")])

    database.Update(fill)
    with pytest.raises(LookupError, match="changed my mind"):
        database.Update(fail)
    database.View(look)
    assert found == [b"1", b""]
    database.Close()


def test_template_funcs_and_writer(public: Load) -> None:
    class Writer:
        written = b""

        def Write(self, data: memoryview) -> int:
            self.written += bytes(data)
            return len(data)

    template, writer = public("text/template"), Writer()
    parsed = template.New("greeting").Funcs({"shout": str.upper}).Parse("Hello, {{shout .}}!")
    parsed.Execute(writer, "you")
    assert writer.written == b"Hello, YOU!"


def test_goquery_each_and_map(public: Load) -> None:
    document = public("github.com/PuerkitoBio/goquery").NewDocumentFromReader(b"<a>1</a><a>2</a>")
    seen: list[tuple[int, str]] = []
    document.Find("a").Each(lambda at, selection: seen.append((at, selection.Text())))
    assert seen == [(0, "1"), (1, "2")]
    assert document.Find("a").Map(lambda _, selection: selection.Text() + "!") == ["1!", "2!"]


def test_cron_fires_into_python(public: Load) -> None:
    cron, fired = public("github.com/robfig/cron/v3"), threading.Event()
    schedule = cron.New(cron.WithSeconds())
    schedule.AddFunc("* * * * * *", fired.set)
    schedule.Start()
    assert fired.wait(30)
    schedule.Stop()


def test_jwt_with_a_key_function(public: Load) -> None:
    jwt = public("github.com/golang-jwt/jwt/v5")
    signed = jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims({"a": 1})).SignedString(b"key")
    assert jwt.Parse(signed, lambda _: b"key").Valid
    with pytest.raises(usegolib.errors.GoError):
        jwt.Parse(signed, lambda _: b"another")


def test_goldmark_with_an_extension_and_a_renderer_in_python(public: Load) -> None:
    root = "github.com/yuin/goldmark"
    goldmark, extension, util = public(root), public(f"{root}/extension"), public(f"{root}/util")
    renderer, ast = public(f"{root}/renderer"), public(f"{root}/ast")

    @usegolib.implements(renderer.NodeRenderer)
    class Titles:
        def RegisterFuncs(self, registerer: Any) -> None:
            registerer.Register(ast.KindHeading, self.heading)

        def heading(self, writer: Any, _source: memoryview, _node: Any, entering: bool) -> Any:
            writer.WriteString("<title>" if entering else "</title>\n")
            return ast.WalkContinue

    markdown = goldmark.New(
        goldmark.WithExtensions(extension.GFM),
        goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(Titles(), 100))),
    )
    page = io.BytesIO()
    markdown.Convert("# Höhe\n\n~~gone~~ www.example.com\n\n|a|\n|-|\n|1|\n".encode(), page)
    written = page.getvalue().decode()
    assert written.startswith("<title>Höhe</title>\n<p><del>gone</del> <a href=")
    assert "<td>1</td>" in written

    class Kinds:
        def Render(self, w: Any, _source: memoryview, node: Any) -> None:
            def visit(node: Any, entering: bool) -> Any:
                if entering:
                    w.Write(f"{node.Kind()} ".encode())
                return ast.WalkContinue

            ast.Walk(node, visit)

        def AddOptions(self, *_options: Any) -> None: ...

    kinds = io.StringIO()
    goldmark.New(goldmark.WithRenderer(Kinds())).Convert(b"# T *x*", kinds)
    assert kinds.getvalue() == "Document Heading Text Emphasis Text "


def test_flag_values(public: Load) -> None:
    flag = public("flag")

    @usegolib.implements(flag.Value)
    class Levels:
        def __init__(self) -> None:
            self.levels: list[str] = []

        def String(self) -> str:
            return ",".join(self.levels)

        def Set(self, text: str) -> None:
            if not text:
                raise ValueError("no level")
            self.levels.append(text)

    flags, levels, usage = flag.NewFlagSet("program", flag.ContinueOnError), Levels(), io.StringIO()
    flags.SetOutput(usage)
    called: list[str] = []
    flags.Var(levels, "level", "what is told")
    flags.Func("call", "what is called", called.append)
    flags.Parse(["-level", "a", "-level", "b", "-call", "x", "rest"])
    assert (levels.levels, called, flags.Args()) == (["a", "b"], ["x"], ["rest"])
    with pytest.raises(usegolib.errors.GoError, match="ValueError: no level"):
        flags.Parse(["-level", ""])
    # It asks a zero value for its text, too.
    flags.PrintDefaults()
    assert "what is told" in usage.getvalue()
    assert "panic" not in usage.getvalue()


def test_sequences_of_one_package_in_another(public: Load) -> None:
    slices, maps = public("slices"), public("maps")
    counts = {"b": 1, "a": 2}
    assert sorted(slices.Collect(maps.Keys(counts))) == ["a", "b"]
    assert slices.Sorted(maps.Keys(counts)) == ["a", "b"]
    assert slices.SortedFunc(maps.Values(counts), lambda a, b: b - a) == [2, 1]


def test_a_template_that_raises(public: Load) -> None:
    def find(name: str) -> str:
        return {"a": "1"}[name]

    template = public("text/template").New("page").Funcs({"find": find, "join": str.join})
    out = io.StringIO()
    template.Parse("{{find .Name}}").Execute(out, {"Name": "a"})
    assert out.getvalue() == "1"
    with pytest.raises(KeyError, match="b"):
        template.Execute(out, {"Name": "b"})


def test_an_http_handler_in_python(public: Load) -> None:
    http = public("net/http")

    @usegolib.implements(http.Handler)
    class Hello:
        def ServeHTTP(self, writer: Any, request: Any) -> None:
            writer.Header().Set("X-Method", request.Method)
            writer.WriteHeader(201)
            writer.Write(b"Hello, " + request.URL.Path.encode() + request.Body.read())

    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    server = http.Server(Addr=address, Handler=Hello())
    threading.Thread(target=_served, args=(server,), daemon=True).start()
    for _ in range(100):
        try:
            response = http.Get(f"http://{address}/x")
            break
        except usegolib.errors.GoError:
            threading.Event().wait(0.05)
    else:
        pytest.fail("nobody serves")
    assert (response.StatusCode, response.Body.read()) == (201, b"Hello, /x")
    assert response.Header.Get("X-Method") == "GET"
    response.Body.Close()
    with urllib.request.urlopen(f"http://{address}/y", data=b"?") as response:
        assert (response.status, response.headers["X-Method"], response.read()) == (201, "POST", b"Hello, /y?")
    server.Close()


@pytest.mark.parametrize("kind", ["dict", "header"])
def test_a_response_writer_in_python(public: Load, kind: str) -> None:
    http = public("net/http")

    class Writer:
        def __init__(self) -> None:
            self.h: Any = {} if kind == "dict" else http.Header({})
            self.status, self.body = 0, b""
            self.sent: Any = None

        def Header(self) -> Any:
            return self.h

        def WriteHeader(self, status: int) -> None:
            self.status, self.sent = status, dict(self.h)

        def Write(self, p: memoryview) -> int:
            self.body += bytes(p)
            return len(p)

    writer = Writer()
    server = http.FileServer(http.FS({"a.txt": b"hello"}))
    server.ServeHTTP(writer, http.NewRequest("GET", "/a.txt", None))
    assert (writer.status, writer.body) == (200, b"hello")
    assert writer.h["Content-Length"] == ["5"]
    assert writer.h["Content-Type"] == ["text/plain; charset=utf-8"]
    assert writer.sent == writer.h


def _served(server: Any) -> None:
    # It says so when it is closed.
    with contextlib.suppress(usegolib.errors.GoError):
        server.ListenAndServe()
