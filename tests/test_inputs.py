"""What can be given for Go's values besides Python's own types for them."""

from __future__ import annotations

import array
import collections
import datetime
import decimal
import enum
import fractions
import io
import ipaddress
import os
import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import usegolib

pytestmark = pytest.mark.requirement("Type Bridge Level 2")
Load = Callable[[str], Any]
Unsupported = usegolib.errors.UnsupportedTypeError


class Kind(enum.Enum):
    TEXT = "text"
    NUMBER = 3
    RATIO = 0.5
    YES = True


def letters() -> Iterator[str]:
    yield from "abc"


class TestSlices:
    @pytest.mark.parametrize(
        "items",
        [letters, lambda: ("a", "b", "c"), lambda: dict.fromkeys("abc").keys(), lambda: collections.deque("abc")],
    )
    def test_iterables(self, load: Load, items: Callable[[], Any]) -> None:
        assert load("inputs").Join(items()) == "a,b,c"

    def test_sets(self, load: Load) -> None:
        package = load("inputs")
        assert package.Join({"a"}) == "a"
        assert package.Sum({1, 2, 3}) == 6
        assert package.Sum(frozenset({1, 2})) == 3
        assert package.Sum(range(4)) == 6
        assert package.Sum(n * n for n in range(4)) == 14
        assert package.Pair(one for one in "xy") == "xy"

    @pytest.mark.parametrize("items", ["abc", b"abc", {"a": 1}, 5, object()])
    def test_others_are_refused(self, load: Load, items: object) -> None:
        with pytest.raises(Unsupported, match=r"Join\(items\): items: expected \[\]string"):
            load("inputs").Join(items)

    def test_what_an_iterator_raises(self, load: Load) -> None:
        def failing() -> Iterator[str]:
            yield "a"
            raise LookupError("half way")

        with pytest.raises(LookupError, match="half way"):
            load("inputs").Join(failing())

    def test_items_are_told_by_their_place(self, load: Load) -> None:
        with pytest.raises(Unsupported, match=r"items\[1\]: expected string, got int"):
            load("inputs").Join(iter(["a", 1]))

    def test_views_of_two_dimensions(self, load: Load) -> None:
        flat = memoryview(array.array("d", [1, 2, 3, 4]))
        assert load("inputs").Rows(flat.cast("B").cast("d", (2, 2))) == "[[1 2] [3 4]]"


class TestScalars:
    def test_paths(self, load: Load, tmp_path: pathlib.Path) -> None:
        package = load("inputs")
        assert package.Path(tmp_path) == str(tmp_path)
        for entry in os.scandir(pathlib.Path(__file__).parent):
            assert package.Path(entry) == entry.path
        assert package.Join([pathlib.PurePosixPath("/a"), "b"]) == "/a,b"

    def test_members_of_enumerations(self, load: Load) -> None:
        package = load("inputs")
        assert package.Scalars(Kind.NUMBER, Kind.RATIO, Kind.YES, Kind.TEXT) == "3 0.5 truetext"
        with pytest.raises(Unsupported, match="int8"):
            package.Scalars(Kind.TEXT, 1.0, True, "")
        with pytest.raises(Unsupported, match="string"):
            package.Scalars(1, 1.0, True, Kind.NUMBER)

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (decimal.Decimal("1.50"), "string 1.50"),
            (fractions.Fraction(1, 3), "string 1/3"),
            (pathlib.PurePosixPath("/x"), "string /x"),
            ({3}, "[]interface {} [3]"),
            (frozenset({"a"}), "[]interface {} [a]"),
            (Kind.NUMBER, "int 3"),
            (Kind.TEXT, "string text"),
        ],
    )
    def test_any(self, load: Load, value: object, text: str) -> None:
        assert load("inputs").Dynamic(value) == text

    def test_any_takes_what_slices_take(self, load: Load) -> None:
        package, letter = load("inputs"), {"a": 1}
        assert package.Dynamic(letters()) == package.Dynamic(list(letters()))
        for view in (letter.keys(), map(str, "a"), iter(["a"])):
            assert package.Dynamic(view) == "[]interface {} [a]"
        assert package.Dynamic(letter.items()) == "[]interface {} [[a 1]]"
        assert package.Dynamic(len).startswith("func(")
        with pytest.raises(Unsupported, match=r"got _io\.StringIO"):
            package.Dynamic(io.StringIO("line"))

    def test_dates_are_no_instants(self, load: Load) -> None:
        numpy = pytest.importorskip("numpy")
        day, span = numpy.datetime64("2024-01-02"), numpy.timedelta64(5, "ns")
        days = numpy.array([day])
        adapters, anything = load("adapters"), load("anything")
        for value in (datetime.date(2024, 1, 2), day):
            for take, given in ((adapters.EchoTime, value), (anything.Show, value), (anything.Show, [value])):
                with pytest.raises(Unsupported, match="tzinfo"):
                    take(given)
        for take in (adapters.EchoDuration, anything.Show):
            with pytest.raises(Unsupported, match="give a timedelta"):
                take(span)
        with pytest.raises(Unsupported, match=r"\[0\]: .*tzinfo"):
            anything.Show(days)


class TestText:
    def test_numbers_of_any_size(self, load: Load) -> None:
        package = load("inputs")
        assert package.Double("5") == "10"
        assert package.Double(10**30) == str(2 * 10**30)
        assert package.Double(decimal.Decimal(7)) == "14"
        numpy = pytest.importorskip("numpy")
        assert package.Double(numpy.int64(4)) == package.Double(numpy.uint8(4)) == "8"
        assert package.All(["1", 2], {"a": "3"}) == "6"

    def test_what_go_can_not_read(self, load: Load) -> None:
        package = load("inputs")
        with pytest.raises(Unsupported, match=r"Double\(n\): n: 'x' is no big.Int: "):
            package.Double("x")
        with pytest.raises(Unsupported, match=r"numbers\[1\]: 'y' is no big.Int"):
            package.All(["1", "y"], {})
        with pytest.raises(Unsupported, match=r"big\.Int"):
            package.Double(True)
        with pytest.raises(Unsupported, match=r"big\.Int"):
            package.Double(1.5)

    def test_scalars(self, load: Load) -> None:
        package = load("inputs")
        assert package.Level("WARN+1") == "WARN+1"
        assert package.Level(8) == "ERROR"
        with pytest.raises(Unsupported, match=r"is no slog\.Level"):
            package.Level("LOUD")

    def test_addresses(self, load: Load) -> None:
        package = load("inputs")
        assert package.Address("10.0.0.1") is True
        assert package.Address(ipaddress.ip_address("8.8.8.8")) is False
        assert package.Address(ipaddress.ip_address("fd00::1")) is True

    def test_records(self, load: Load) -> None:
        package = load("inputs")
        assert package.Mix("3/4") == 7
        assert package.Mix({"R": 1, "G": 1}) == 2
        with pytest.raises(Unsupported, match=r"is no inputs\.Color: no color"):
            package.Mix("blue")

    def test_a_string_is_itself(self, load: Load) -> None:
        assert load("inputs").Greet("you") == "hello you"
