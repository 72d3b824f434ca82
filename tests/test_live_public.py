"""Live objects and honest values on public modules, used as their users would use them."""

# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import usegolib
from usegolib.errors import GoError

pytestmark = pytest.mark.network
Public = Callable[[str], Any]


class TestNetHTTP:
    def test_a_request_is_live(self, public: Public) -> None:
        http = public("net/http")
        request = http.NewRequest("POST", "https://example.com/a?b=c", b"body")
        request.Header.Set("accept", "text/html")
        request.Header["Accept"].append("text/plain")
        request.URL.Path = "/changed"
        query = request.URL.Query()
        query.Add("d", "e")
        request.URL.RawQuery = query.Encode()
        assert request.Header == {"Accept": ["text/html", "text/plain"]}
        assert str(request.URL) == "https://example.com/changed?b=c&d=e"
        assert request.Body.read() == b"body"


class TestStarlark:
    def test_values_keep_their_types(self, public: Public) -> None:
        starlark = public("go.starlark.net/starlark")
        thread = starlark.Thread(Name="main")
        predeclared = {"n": starlark.MakeInt(7), "flag": starlark.True_, "text": starlark.String("a")}
        found = starlark.ExecFile(
            thread, "f.star", "b = not flag\nl = [n, text]\ndef f(x): return x * n\n", predeclared
        )
        assert str(found["b"]) == "False"
        assert found["b"].Type() == "bool"
        assert found["b"] == False  # noqa: E712
        assert found["l"].Len() == len(found["l"]) == 2
        result = starlark.Call(thread, found["f"], (starlark.MakeInt(6),), None)
        assert str(result) == "42"
        assert starlark.Equal(result, starlark.MakeInt(42)) is True

    def test_what_is_set_is_there(self, public: Public) -> None:
        starlark = public("go.starlark.net/starlark")
        table = starlark.NewDict(1)
        table.SetKey(starlark.String("a"), starlark.MakeInt(1))
        value, found = table.Get(starlark.String("a"))
        assert (str(value), found) == ("1", True)
        assert str(table) == '{"a": 1}'

    def test_errors_are_what_they_are(self, public: Public) -> None:
        starlark = public("go.starlark.net/starlark")
        with pytest.raises(starlark.exceptions.EvalError, match="division by zero") as caught:
            starlark.ExecFile(starlark.Thread(Name="t"), "f.star", "1 // 0", None)
        assert "f.star" in caught.value.object.Backtrace()
        with pytest.raises(GoError, match="undefined: x"):
            starlark.ExecFile(starlark.Thread(Name="t"), "f.star", "x", None)

    def test_a_builtin_of_pythons(self, public: Public) -> None:
        starlark = public("go.starlark.net/starlark")

        def double(thread: Any, builtin: Any, args: Any, kwargs: Any) -> Any:
            assert (thread.Name, builtin.Name(), len(kwargs)) == ("t", "double", 0)
            return starlark.MakeInt(2 * args[0].Int64()[0])

        found = starlark.ExecFile(
            starlark.Thread(Name="t"), "f.star", "x = double(21)", {"double": starlark.NewBuiltin("double", double)}
        )
        assert str(found["x"]) == "42"


ADD = bytes.fromhex("0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b")
"""A WebAssembly module that exports add(i32, i32) i32."""


def test_wazero(public: Public) -> None:
    wazero = public("github.com/tetratelabs/wazero")
    runtime = wazero.NewRuntime()
    try:
        module = runtime.Instantiate(ADD)
        assert module.ExportedFunction("add").Call(1, 2) == [3]
        assert module.ExportedFunction("none") is None
        definition = module.ExportedFunction("add").Definition()
        assert definition.ExportNames() == ["add"]
        with pytest.raises(GoError):
            runtime.Instantiate(b"nonsense")
    finally:
        runtime.Close()


class TestCron:
    def test_a_schedule(self, public: Public) -> None:
        cron = public("github.com/robfig/cron/v3")
        schedule = cron.ParseStandard("30 4 * * *")
        after = schedule.Next(datetime.datetime(2024, 3, 1, 12, tzinfo=datetime.timezone.utc))
        assert after == "2024-03-02T04:30:00Z"
        assert (after.Weekday(), str(after.Weekday())) == (6, "Saturday")

    def test_entries_of_a_cron(self, public: Public) -> None:
        cron = public("github.com/robfig/cron/v3")
        table = cron.New(cron.WithSeconds())
        entry = table.AddFunc("* * * * * *", lambda: None)
        (found,) = table.Entries()
        assert entry == found.ID
        assert found.Schedule.Next(datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)).Second() == 1
        table.Remove(entry)
        assert table.Entries() == []


def test_semver_orders(public: Public) -> None:
    semver = public("github.com/Masterminds/semver/v3")
    versions = [semver.MustParse(text) for text in ("2.0.0", "1.10.0", "1.9.1-rc.1", "1.9.1")]
    assert [str(version) for version in sorted(versions)] == ["1.9.1-rc.1", "1.9.1", "1.10.0", "2.0.0"]
    assert semver.MustParse("v1.2.0") == semver.MustParse("1.2")
    assert max(versions).Original() == "2.0.0"
    constraint = semver.NewConstraint("^1.9")
    ok, reasons = constraint.Validate(versions[0])
    assert not ok
    assert [str(reason) for reason in reasons] == ["2.0.0 does not have same major version as 1.9"]


class TestText:
    def test_tags(self, public: Public) -> None:
        language = public("golang.org/x/text/language")
        tag = language.MustParse("de-CH")
        base, confidence = tag.Base()
        assert (str(base), str(confidence), str(tag)) == ("de", "Exact", "de-CH")
        assert tag == language.Make("de-CH") != language.German
        assert {language.English: "English"}[language.MustParse("en")] == "English"
        matcher = language.NewMatcher([language.English, language.German])
        found, at, _ = matcher.Match(language.MustParse("de-AT"))
        assert (str(found.Parent()), at) == ("de", 1)

    def test_casing(self, public: Public) -> None:
        cases = public("golang.org/x/text/cases")
        language = public("golang.org/x/text/language")
        assert cases.Title(language.Dutch).String("ijsland") == "IJsland"


def test_go_git(public: Public, tmp_path: Path) -> None:
    git = public("github.com/go-git/go-git/v5")
    repository = git.PlainInit(str(tmp_path), False)
    (tmp_path / "a.txt").write_text("hello\n", encoding="utf-8")
    tree = repository.Worktree()
    assert tree.Status()["a.txt"].Worktree == git.Untracked
    tree.Add("a.txt")
    status = tree.Status()
    assert status.File("a.txt").Staging == git.Added
    assert not status.IsClean()
    when = datetime.datetime(2024, 3, 1, 12, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))
    author = {"Name": "Ann", "Email": "ann@example.com", "When": when}
    made = tree.Commit("first\n", git.CommitOptions(Author=author))
    commit = repository.CommitObject(made)
    assert commit.Message == "first\n"
    assert (commit.Author.Name, commit.Author.When) == ("Ann", "2024-03-01T12:00:00+01:00")
    assert commit.File("a.txt").Contents() == "hello\n"
    assert [each.Message for each in iterate(repository.Log(git.LogOptions()))] == ["first\n"]
    assert str(repository.Head().Hash()) == str(made)
    assert tree.Status().IsClean()
    with pytest.raises(git.exceptions.ErrRepositoryAlreadyExists):
        git.PlainInit(str(tmp_path), False)


def iterate(commits: Any) -> list[Any]:
    """What an iterator of go-git's gives to its callback."""
    found: list[Any] = []
    commits.ForEach(found.append)
    return found


class TestChangedInPlace:
    def test_sort(self, public: Public) -> None:
        sort = public("sort")
        values = [3, 1, 2]
        sort.Ints(values)
        assert values == [1, 2, 3]
        names = ["b", "c", "a"]
        public("slices").Sort(names)
        assert names == ["a", "b", "c"]
        public("slices").Reverse(values)
        assert values == [3, 2, 1]

    def test_json(self, public: Public) -> None:
        json = public("encoding/json")
        result = usegolib.ref()
        json.Unmarshal(b'{"a": [1, {"b": null}]}', result)
        assert result.value == {"a": [1.0, {"b": None}]}
        number = usegolib.ref(0)
        json.Unmarshal(b"5", number)
        assert number.value == 5
        with pytest.raises(json.exceptions.SyntaxError) as caught:
            json.Unmarshal(b"{", result)
        assert caught.value.object.Offset == 1

    def test_toml_and_yaml(self, public: Public) -> None:
        toml, yaml = public("github.com/BurntSushi/toml"), public("gopkg.in/yaml.v3")
        result = usegolib.ref()
        with pytest.raises(GoError):
            toml.Unmarshal(b"a = ", usegolib.ref({}))
        table = usegolib.ref({})
        toml.Unmarshal(b"a = 1\n[b]\nc = [true]\n", table)
        assert table.value == {"a": 1, "b": {"c": [True]}}
        yaml.Unmarshal(b"a: 1\nb: [x, 2]\n", result)
        assert result.value == {"a": 1, "b": ["x", 2]}

    def test_flag(self, public: Public) -> None:
        flag = public("flag")
        flags = flag.NewFlagSet("prog", flag.ContinueOnError)
        verbose, count, name = usegolib.ref(False), usegolib.ref(0), usegolib.ref("")
        flags.BoolVar(verbose, "v", False, "tell more")
        flags.IntVar(count, "n", 3, "how often")
        flags.StringVar(name, "name", "x", "who")
        assert count.value == 3
        flags.Parse(["-v", "-n", "5", "-name", "ann", "rest"])
        assert (verbose.value, count.value, name.value, flags.Args()) == (True, 5, "ann", ["rest"])

    def test_maps(self, public: Public) -> None:
        maps = public("maps")
        target = {"a": 1}
        maps.Copy(target, {"b": 2})
        assert target == {"a": 1, "b": 2}

    def test_floats(self, public: Public) -> None:
        floats = public("gonum.org/v1/gonum/floats")
        numpy = pytest.importorskip("numpy")
        array, values = numpy.array([1.0, 2.0, 3.0]), [1.0, 2.0]
        floats.Scale(2, array)
        floats.AddConst(1, values)
        assert array.tolist() == [2.0, 4.0, 6.0]
        assert values == [2.0, 3.0]
        assert floats.Sum(array) == 12


def test_sqlite(public: Public, tmp_path: Path) -> None:
    """Objects of database/sql that only the library of the driver can make."""
    sql, _ = usegolib.bundle("database/sql", "modernc.org/sqlite@v1.34.4", artifact_dir=tmp_path, build_if_missing=True)
    database = sql.Open("sqlite", ":memory:")
    database.SetMaxOpenConns(1)
    try:
        database.Exec("create table t (n integer, s text)")
        statement = database.Prepare("insert into t values (?, ?)")
        assert [statement.Exec(n, f"s{n}").LastInsertId() for n in range(3)] == [1, 2, 3]
        statement.Close()
        number, text = usegolib.ref(0), usegolib.ref("")
        database.QueryRow("select n, s from t where n = ?", 2).Scan(number, text)
        assert (number.value, text.value) == (2, "s2")
        rows = database.Query("select s from t order by n")
        found: list[str] = []
        while rows.Next():
            rows.Scan(text)
            found.append(text.value)
        assert found == ["s0", "s1", "s2"]
        with pytest.raises(sql.exceptions.ErrNoRows):
            database.QueryRow("select n from t where n = 9").Scan(number)
    finally:
        database.Close()
