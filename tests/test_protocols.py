"""Python's operators and built-in functions on Go's objects and values, by the methods that stand for them."""

from __future__ import annotations

import collections.abc
import operator
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.requirement("Go Object Handles And Exported Methods")
Load = Callable[[str], Any]


def has_secret(value: Any) -> bool:
    return "secret" in value


def secret(value: Any) -> Any:
    return value["secret"]


class TestOrder:
    def test_compare(self, load: Load) -> None:
        package = load("protocols")
        made = [package.NewVersion(*one) for one in [(1, 10), (1, 2), (0, 5)]]
        assert [str(one) for one in sorted(made)] == ["v0.5", "v1.2", "v1.10"]
        assert made[0] > made[1]
        assert made[0] >= made[0]
        assert made[2] <= made[1]
        assert max(made) is made[0]

    def test_equal_comes_first(self, load: Load) -> None:
        package = load("protocols")
        first, second = package.NewVersion(1, 1), package.NewVersion(1, 2)
        assert first == second
        assert first < second
        assert first != package.NewVersion(2, 1)
        with pytest.raises(TypeError, match="unhashable"):
            hash(first)

    def test_other_types(self, load: Load) -> None:
        package = load("protocols")
        version = package.NewVersion(1, 1)
        assert version != 1
        assert version != package.NewMoment(1)
        with pytest.raises(TypeError):
            operator.lt(version, 1)
        with pytest.raises(TypeError):
            operator.lt(version, package.NewMoment(1))

    def test_before_gives_order_only(self, load: Load) -> None:
        package = load("protocols")
        made = [package.NewMoment(at) for at in (3, 1, 2)]
        assert [one.At() for one in sorted(made)] == [1, 2, 3]
        first, second = package.NewMoment(1), package.NewMoment(1)
        assert first <= second
        assert first >= second
        assert not first < second
        assert not first > second
        assert first != second
        assert len({first, second}) == 2

    def test_sort_interface_is_no_order(self, load: Load) -> None:
        swappable = load("protocols").NewSwappable()
        assert swappable.Less(1, 0) is True
        with pytest.raises(TypeError):
            operator.lt(swappable, swappable)


class TestContainers:
    def test_methods_win_over_fields(self, load: Load) -> None:
        package = load("protocols")
        bag = package.NewBag("a", "b", "a")
        assert len(bag) == 3
        assert "b" in bag
        assert "Label" not in bag
        assert list(bag) == ["a", "b", "a"]
        assert bag.Label == "bag"
        assert not isinstance(bag, collections.abc.Mapping)
        with pytest.raises(TypeError):
            bag["Label"]

    def test_empty_objects_are_true(self, load: Load) -> None:
        bag = load("protocols").NewBag()
        assert len(bag) == 0
        assert bool(bag) is True

    @pytest.mark.parametrize("function", [len, list, dict, has_secret, secret])
    def test_opaque_objects_are_no_mappings(self, load: Load, function: Callable[[Any], Any]) -> None:
        opaque = load("protocols").NewOpaque()
        assert not isinstance(opaque, collections.abc.Mapping)
        with pytest.raises(TypeError):
            function(opaque)

    def test_objects_with_fields_are(self, load: Load) -> None:
        made = load("protocols").NewOpen()
        assert isinstance(made, collections.abc.Mapping)
        assert dict(made) == {"Name": "open"}
        assert made.get("Name") == "open"
        assert made.get("next", 5) == 5
        assert made.items() == [("Name", "open")]
        assert made.values() == ["open"]
        assert 5 not in made


class TestText:
    def test_objects(self, load: Load) -> None:
        package = load("protocols")
        assert str(package.NewVersion(1, 2)) == "v1.2"
        for made in (package.NewOpaque(), package.NewOpen(), package.NewBag("content")):
            assert str(made) == repr(made)
            assert "secret" not in str(made)
            assert "content" not in str(made)

    def test_values(self, load: Load) -> None:
        package = load("protocols")
        assert str(package.High) == f"{package.High}" == "high"
        assert f"{package.High:02d}" == "01"
        assert repr(package.High) == "1"
        assert package.High == 1
        assert str(package.NewHash()) == "abcd"
        assert package.NewHash() == b"\xab\xcd"

    def test_text_is_its_own(self, load: Load) -> None:
        assert str(load("protocols").Text) == "text"


class TestGoCompares:
    """Structs by value that are objects, and say nothing of how they are compared."""

    def test_values(self, load: Load) -> None:
        package = load("protocols")
        tag = package.ParseTag("en")
        assert tag == package.ParseTag("en") == package.Default
        assert tag != package.ParseTag("de")
        assert tag in [package.ParseTag("de"), package.Default]
        assert {tag: 1}[package.Default] == 1
        assert len({tag, package.ParseTag("en"), package.ParseTag("de")}) == 2
        assert tag != "en"

    def test_fields_are_values(self, load: Load) -> None:
        package = load("protocols")
        page = package.NewPage("en")
        assert page.Tag == package.Default == package.NewPage("en").Tag
        assert hash(page.Tag) == hash(package.Default)
        page.Tag = package.ParseTag("de")
        assert page.Tag != package.Default
        assert page.Tag == package.ParseTag("de")

    def test_pointers_are_pointers(self, load: Load) -> None:
        package = load("protocols")
        one, other = package.NewTag("en"), package.NewTag("en")
        assert one != other
        assert len({one, other}) == 2
        assert one != package.ParseTag("en")

    def test_what_changes_has_no_hash(self, load: Load) -> None:
        package = load("protocols")
        meter = package.MakeMeter()
        assert meter == package.MakeMeter()
        meter.Step()
        assert meter != package.MakeMeter()
        with pytest.raises(TypeError, match=r"unhashable type: .*Meter"):
            hash(meter)

    def test_what_can_not_be_compared_is_not_equal(self, load: Load) -> None:
        package = load("protocols")
        assert package.MakeAnything(1) == package.MakeAnything(1)
        assert package.MakeAnything([1]) != package.MakeAnything([1])
        same = package.MakeAnything([1])
        assert same == same
        assert hash(package.MakeAnything([1])) == hash(package.MakeAnything([2]))
