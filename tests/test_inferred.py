"""Types that other packages can't name, used as Go's callers use them: by inference."""

from __future__ import annotations

import io
import pickle
import shutil
from collections.abc import Callable
from typing import Any

import pytest

import usegolib
from usegolib.errors import GoError, GoTimeoutError, UnsupportedSignatureError, UnsupportedTypeError


@pytest.fixture
def package(load: Callable[[str], Any]) -> Any:
    return load("inferred")


class TestScalars:
    def test_constants_results_and_variables_are_given(self, package: Any) -> None:
        assert package.Paint(package.Red) == "color 1"
        assert package.Paint(package.Pick()) == "color 2"
        assert package.Paint(package.Blue) == "color 3"

    def test_a_literal_is_what_it_would_be_in_go(self, package: Any) -> None:
        assert package.Paint(7) == "color 7"
        assert package.SetLevel("high") == "high"
        with pytest.raises(UnsupportedTypeError, match=r"Paint\(c\): c: expected int, got str"):
            package.Paint("red")

    def test_containers_of_them(self, package: Any) -> None:
        assert package.Mix(package.Red, package.Green) == 3
        assert package.Mix() == 0
        assert package.Sum([package.Red, 5]) == 6
        assert package.Count({package.Red: "a", package.Green: "b"}) == 2
        assert package.Pair([package.Red, package.Green]) == 3

    def test_they_are_changed_in_place(self, package: Any) -> None:
        colors = [1, 2]
        package.Repaint(colors)
        assert colors == [3, 3]

    def test_methods(self, package: Any) -> None:
        assert package.Low.Describe() == "level low"
        assert package.SetLevel(package.Low) == "low"


class TestStructs:
    def test_fields_and_methods(self, package: Any) -> None:
        config = package.New()
        config.Name = "n"
        config.Tags.append("t")
        assert (config.Name, config.Tags, config.Twice()) == ("n", ["t"], "nn")
        assert dict(config) == {"Name": "n", "Tags": ["t"]}

    def test_pointers_are_given_back(self, package: Any) -> None:
        assert package.Calls(package.New(package.WithName("a"), package.WithName("b"))) == 2

    def test_values_are_given_back(self, package: Any) -> None:
        twice = package.Copy(package.Copy(package.New(package.WithName("a"))))
        assert twice.Name == "a''"
        assert package.T().Like(twice) == "a''"

    def test_nobody_else_makes_one(self, package: Any) -> None:
        with pytest.raises(TypeError, match="cannot create 'config' instances"):
            type(package.New())(Name="x")
        with pytest.raises(UnsupportedTypeError, match=r"Copy\(c\): c: expected inferred.config, got dict"):
            package.Copy({"Name": "x"})

    def test_beside_a_context(self, package: Any) -> None:
        with pytest.raises(GoTimeoutError) as caught:
            package.Within(package.New(package.WithName("n")), timeout=0.02)
        assert caught.value.results == ("n",)


class TestFuncs:
    def test_options(self, package: Any) -> None:
        assert package.New(package.WithName("bob")).Name == "bob"

    def test_pythons_own(self, package: Any) -> None:
        def option(config: Any) -> None:
            config.Name = "py"

        assert package.New(option).Name == "py"

    def test_are_called(self, package: Any) -> None:
        add = package.Adder(10)
        assert add(1) == 11
        assert add(1, 2, 3) == 16
        with pytest.raises(GoError, match="negative"):
            add(-1)
        with pytest.raises(UnsupportedTypeError, match="n: expected int, got str"):
            add("x")

    def test_that_can_be_named_but_take_what_can_not(self, package: Any) -> None:
        config = package.New()
        package.Named("x")(config)
        assert config.Name == "x"
        package.Do(config, package.Named("y"))
        assert config.Name == "y"
        with pytest.raises(GoError, match="no name"):
            package.Named("")(config)

        def fail(config: Any) -> None:
            raise KeyError(config.Name)

        with pytest.raises(KeyError, match="y"):
            package.Do(config, fail)

    def test_in_fields(self, package: Any) -> None:
        t = package.T(Last=package.WithName("z"))
        config = package.New(t.Last)
        assert config.Name == "z"


class TestInterfaces:
    def test_of_unexported_methods(self, package: Any) -> None:
        assert package.Area(package.Square(3), package.Square(2)) == 13
        with pytest.raises(UnsupportedTypeError):
            package.Area(object())

    def test_that_only_go_can_implement(self, package: Any) -> None:
        assert package.Through(package.T()) == "color 1"

        class Painter:
            def Use(self, c: int) -> str:  # noqa: N802
                return str(c)

        with pytest.raises(UnsupportedTypeError):
            package.Through(Painter())


def test_methods_take_them(package: Any) -> None:
    assert package.T().Set(package.Red).Set(package.Green).Color == 2
    assert package.T(Color=package.Blue).Color == 3


class TestGenericAliases:
    def test_name_internal_types(self, package: Any) -> None:
        letters = package.Letters("abca")
        assert letters == {"a": True, "b": True, "c": True}
        assert letters.Has("b")
        assert package.Size(letters) == 3
        assert type(letters).__qualname__ == "Set[string]"
        assert package.Names is type(letters)
        assert isinstance(package.Names({"x": True}), package.Names)

    def test_that_are_more_than_names_are_what_they_stand_for(self, package: Any) -> None:
        pair = package.Swap()
        assert pair == {"First": "a", "Second": 1}
        assert package.Second(pair) == 1

    def test_are_named_by_their_types(self, package: Any) -> None:
        assert package.Set["string"] is package.Names
        assert pickle.loads(pickle.dumps(package.Set["string"])) is package.Names
        with pytest.raises(
            UnsupportedSignatureError, match=r'Set\["int8"\] is not instantiated; there is .*Set\[string\]'
        ):
            package.Set["int8"]


class TestFilesByValue:
    def test_a_record_is_read(self, package: Any) -> None:
        assert package.Open("abc").read() == b"abc"
        reader = package.Open("abcdef")
        assert (reader.read(2), reader.read(2), reader.read(9), reader.read(9)) == (b"ab", b"cd", b"ef", b"")
        assert isinstance(reader, dict)
        assert reader["Name"] == "text"

    def test_by_pythons_own_readers(self, package: Any) -> None:
        lines = io.TextIOWrapper(io.BufferedReader(package.Open("one\ntwo\n" * 9000)))
        assert list(lines) == ["one\n", "two\n"] * 9000
        to = io.BytesIO()
        shutil.copyfileobj(package.Open("x" * 100_000), to)
        assert to.getvalue() == b"x" * 100_000

    def test_what_fails_raises(self, package: Any) -> None:
        reader = package.Failing("abc")
        assert reader.read(9) == b"abc"
        with pytest.raises(GoError, match="broken"):
            reader.read(9)

    def test_a_record_is_written_to(self, package: Any) -> None:
        log = package.NewLog()
        print("abc", file=io.TextIOWrapper(log, write_through=True))
        assert log.To.String() == "abc\n"


def test_plain_names_are_unaffected(package: Any) -> None:
    assert usegolib.import_("strings").ToUpper("a") == "A"
    assert {"Paint", "Mix", "New"} <= set(dir(package))
