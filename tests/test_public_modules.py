"""Public modules of many kinds, as they are."""

# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import datetime
import http.server
import re
import textwrap
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import usegolib
from tests.support.process import run_python

pytestmark = pytest.mark.network
Public = Callable[[str], Any]


def test_google_uuid(public: Public) -> None:
    package = public("github.com/google/uuid")
    assert uuid.UUID(package.NewString()).version == 4
    value = package.New()
    assert uuid.UUID(value).version == 4
    assert package.Parse(str(value)) == value
    assert value.Version() == 4
    with pytest.raises(usegolib.errors.GoError, match="invalid UUID"):
        package.Parse("nonsense")
    assert package.NewSHA1(package.NameSpaceDNS, b"example.test") == str(uuid.uuid5(uuid.NAMESPACE_DNS, "example.test"))


def test_semver(public: Public) -> None:
    package = public("github.com/Masterminds/semver/v3")
    version = package.MustParse("v1.2.3-beta.1+build")
    assert (version.Major(), version.Minor(), version.Prerelease()) == (1, 2, "beta.1")
    constraint = package.NewConstraint(">= 1.2, < 3.0")
    assert constraint.Check(package.MustParse("2.9.9")) is True
    assert constraint.Check(package.MustParse("3.0.0")) is False
    assert version.LessThan(package.MustParse("1.2.3")) is True


def test_decimal(public: Public) -> None:
    package = public("github.com/shopspring/decimal")
    a, b = package.NewFromString("0.1"), package.NewFromString("0.2")
    assert a.Add(b).String() == "0.3"
    assert a.Add(b).Equal(package.RequireFromString("0.3")) is True
    assert str(a.Mul(b)) == "0.02"
    assert package.Sum(a, b, b).String() == "0.5"
    with pytest.raises(usegolib.errors.GoError):
        package.NewFromString("x")


PAGE = b"""<html><body>
<p id="one" class="x">First <a href="/1">link</a></p>
<p class="x y">Second <a href="/2">link</a> and <a href="/3">another</a></p>
</body></html>"""


@pytest.fixture
def page() -> Iterator[str]:
    """The address of a page on a server in this process."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_goquery(public: Public, page: str) -> None:
    package = public("github.com/PuerkitoBio/goquery")
    document = package.NewDocument(page)
    links = document.Find("p > a")
    assert links.Length() == 3
    assert links.Text() == "linklinkanother"
    assert [links.Eq(n).AttrOr("href", "") for n in range(3)] == ["/1", "/2", "/3"]
    assert links.First().Attr("href") == ("/1", True)
    assert links.First().Attr("id") == ("", False)
    second = document.Find("p").Filter(".y")
    assert second.HasClass("x") is True
    assert second.Find("a").Length() == 2
    assert links.Last().Parent().IsSelection(second) is True
    assert second.Find("a").First().SetAttr("href", "/changed").AttrOr("href", "") == "/changed"
    assert second.Children().Nodes[0].Attr[0]["Val"] == "/changed"
    assert document.Find("#one").Html().startswith("First <a")
    assert document.Find("nothing").Nodes == []


def test_bluemonday(public: Public) -> None:
    package = public("github.com/microcosm-cc/bluemonday")
    policy = package.UGCPolicy()
    assert policy.Sanitize('<a onblur="alert(1)" href="https://example.test">x</a>').startswith("<a href=")
    assert package.StrictPolicy().Sanitize("<b>x</b>") == "x"
    assert policy.SanitizeBytes(b"<script>x</script>y") == b"y"


def test_expr(public: Public) -> None:
    package = public("github.com/expr-lang/expr")
    assert package.Eval("a + 2 * len(b)", {"a": 1, "b": [1, 2]}) == 5
    program = package.Compile('x > 1 ? "big" : "small"')
    assert [package.Run(program, {"x": x}) for x in (1, 2)] == ["small", "big"]
    with pytest.raises(usegolib.errors.GoError, match="unexpected token"):
        package.Compile("1 +")


def test_goja(public: Public) -> None:
    package = public("github.com/dop251/goja")
    runtime = package.New()
    value = runtime.RunString("const x = [1, 2, 3].map(n => n * 2); x.length + x[2]")
    assert value.ToInteger() == 9
    assert value.Export() == 9
    runtime.Set("y", {"a": [1, None]})
    assert runtime.RunString("JSON.stringify(y)").String() == '{"a":[1,null]}'
    with pytest.raises(usegolib.errors.GoError, match="ReferenceError"):
        runtime.RunString("nothing")


def test_badger_options(public: Public) -> None:
    package = public("github.com/dgraph-io/badger/v4")
    options = package.DefaultOptions("/nowhere").WithInMemory(True).WithValueThreshold(5)
    assert (options["InMemory"], options["ValueThreshold"], options["Dir"]) == (True, 5, "/nowhere")


def test_language_tags(public: Public) -> None:
    package = public("golang.org/x/text/language")
    tag = package.Parse("de-CH")
    assert (str(tag), str(tag.Base()[0]), str(tag.Region()[0])) == ("de-CH", "de", "CH")
    matcher = package.NewMatcher([package.English, package.German])
    assert matcher.Match(package.Make("de-AT"))[1] == 1
    with pytest.raises(usegolib.errors.GoError, match="tag is not well-formed"):
        package.Parse("not a tag")


def test_goldmark(public: Public) -> None:
    package = public("github.com/yuin/goldmark")
    markdown = package.New()
    assert markdown is not None
    assert {"New", "Convert", "WithExtensions"} <= set(dir(package))


def test_gjson(public: Public) -> None:
    package = public("github.com/tidwall/gjson")
    text = '{"name": {"first": "Ann"}, "ages": [37, 41]}'
    assert package.Get(text, "name.first").String() == "Ann"
    assert [age.Int() for age in package.Get(text, "ages").Array()] == [37, 41]
    assert package.Get(text, "none").Exists() is False
    assert package.Valid(text) is True


def test_yaml(public: Public) -> None:
    package = public("gopkg.in/yaml.v3")
    assert package.Marshal({"a": [1, "two"], "b": None}) == b"a:\n    - 1\n    - two\nb: null\n"


def test_bcrypt(public: Public) -> None:
    package = public("golang.org/x/crypto/bcrypt")
    digest = package.GenerateFromPassword(b"secret", package.MinCost)
    assert package.CompareHashAndPassword(digest, b"secret") is None
    with pytest.raises(usegolib.errors.GoError) as caught:
        package.CompareHashAndPassword(digest, b"wrong")
    assert caught.value == package.ErrMismatchedHashAndPassword
    assert package.Cost(digest) == package.MinCost


def test_crypto(public: Public) -> None:
    argon2 = public("golang.org/x/crypto/argon2")
    assert len(argon2.IDKey(b"password", b"saltsalt", 1, 64, 1, 32)) == 32
    secretbox = public("golang.org/x/crypto/nacl/secretbox")
    nonce, key = bytes(24), bytes(32)
    box = secretbox.Seal(None, b"message", nonce, key)
    assert secretbox.Open(None, box, nonce, key) == (b"message", True)


def test_xxhash(public: Public) -> None:
    package = public("github.com/cespare/xxhash/v2")
    assert package.Sum64String("a") == package.Sum64(b"a") == 15154266338359012955
    digest = package.New()
    digest.WriteString("a")
    assert digest.Sum64() == 15154266338359012955


def test_geohash(public: Public) -> None:
    package = public("github.com/mmcloughlin/geohash")
    assert package.Encode(48.86, 2.35).startswith("u09t")
    latitude, longitude = package.DecodeCenter("u09tvw")
    assert (round(latitude, 1), round(longitude, 1)) == (48.9, 2.4)


def test_geo(public: Public) -> None:
    package = public("github.com/golang/geo/s2")
    point = package.LatLngFromDegrees(48.86, 2.35)
    cell = package.CellIDFromLatLng(point)
    assert isinstance(cell, int)
    assert cell.IsValid() is True
    assert cell.Parent(10).Level() == 10
    assert point.IsValid() is True


def test_blake3(public: Public) -> None:
    package = public("github.com/zeebo/blake3")
    digest = package.Sum256(b"")
    assert digest.hex() == "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"


def test_strings(public: Public) -> None:
    package = public("strings")
    assert package.ToUpper("go") == "GO"
    assert package.Split("a,b,c", ",") == ["a", "b", "c"]
    assert package.Cut("k=v", "=") == ("k", "v", True)
    assert package.NewReplacer("a", "b").Replace("banana") == "bbnbnb"


def test_strconv(public: Public) -> None:
    package = public("strconv")
    assert package.Quote("a\n") == '"a\\n"'
    assert package.ParseInt("ff", 16, 64) == 255
    with pytest.raises(usegolib.errors.GoError, match="invalid syntax") as caught:
        package.Atoi("x")
    number_error: Any = caught.value.object
    assert number_error.Num == "x"
    assert caught.value == package.ErrSyntax


def test_regexp(public: Public) -> None:
    package = public("regexp")
    pattern = package.MustCompile(r"(\w)(\d)")
    assert pattern.FindAllStringSubmatch("a1 b2", -1) == [["a1", "a", "1"], ["b2", "b", "2"]]
    assert pattern.ReplaceAllString("a1", "$2$1") == "1a"
    with pytest.raises(usegolib.errors.GoError, match="missing closing"):
        package.Compile("(")
    with pytest.raises(usegolib.errors.GoPanicError, match="missing closing"):
        package.MustCompile("(")


def test_net_url(public: Public) -> None:
    package = public("net/url")
    url = package.Parse("https://u:p@example.test:8080/a?q=1&q=2#f")
    assert (url.Scheme, url.Host, url.Port(), url.Fragment) == ("https", "example.test:8080", "8080", "f")
    assert url.Query().Get("q") == "1"
    assert url.User.Username() == "u"
    url.Host = "other.test"
    assert str(url) == "https://u:p@other.test/a?q=1&q=2#f"
    values = package.Values({"a": ["1"]})
    values.Add("b", "2 3")
    assert values.Encode() == "a=1&b=2+3"


def test_time(public: Public) -> None:
    package = public("time")
    assert package.ParseDuration("1h30m") == datetime.timedelta(hours=1.5) // datetime.timedelta(microseconds=1) * 1000
    assert package.Hour.Minutes() == 60.0
    moment = package.Date(2024, 2, 29, 12, 0, 0, 0, package.UTC)
    assert moment == "2024-02-29T12:00:00Z"
    assert moment.Weekday().String() == "Thursday"
    assert re.match(r"\d{4}-\d\d-\d\dT", package.Now())


def test_math_big(public: Public) -> None:
    package = public("math/big")
    total = package.NewInt(2).Exp(package.NewInt(2), package.NewInt(200), None)
    assert total.String() == str(2**200)
    number, ok = package.NewInt(0).SetString("ff", 16)
    assert ok is True
    assert number.Int64() == 255


def test_netip(public: Public) -> None:
    package = public("net/netip")
    prefix = package.MustParsePrefix("10.0.0.0/8")
    assert prefix.Contains(package.MustParseAddr("10.1.2.3")) is True
    assert package.MustParseAddr("::1").Is6() is True


def test_two_modules_share_one_process(public: Public) -> None:
    first = public("github.com/cespare/xxhash/v2")
    second = public("strings")
    for _ in range(100):
        assert first.Sum64String("a") == 15154266338359012955
        assert second.Repeat("a", 3) == "aaa"


def test_latest_version_from_nothing(tmp_path: Path) -> None:
    code = """
        import usegolib
        print(usegolib.import_("golang.org/x/crypto/bcrypt").DefaultCost)
    """
    assert run_python(code, env={"USEGOLIB_ARTIFACT_DIR": str(tmp_path)}) == "10\n"


def test_a_library_of_another_usegolib_is_built_again(tmp_path: Path) -> None:
    code = """
        import usegolib
        xxhash = usegolib.import_("github.com/cespare/xxhash/v2", version="v2.3.0", build_if_missing=BUILD)
        print(xxhash.Sum64String("a"))
    """
    build, only_load = code.replace("BUILD", "None"), code.replace("BUILD", "False")
    env = {"USEGOLIB_ARTIFACT_DIR": str(tmp_path)}
    expected = run_python(build, env=env)
    file = next(tmp_path.rglob("manifest.json"))
    original = file.read_text(encoding="utf-8")
    # To the library, a manifest with other symbols is one of another encoding.
    file.write_text(original.replace('"Sum64String"', '"Sum65String"'), encoding="utf-8")
    refused = (
        """
        try:
    """
        + only_load.replace("\n        ", "\n            ")
        + """
        except usegolib.errors.LoadError as error:
            print(type(error).__name__, error)
    """
    )
    output = run_python("import usegolib\n" + textwrap.dedent(refused), env=env)
    assert "are not of one build" in output
    assert "usegolib build --force" in output
    assert run_python(build, env=env) == expected
    assert '"Sum64String"' in file.read_text(encoding="utf-8")
