"""Maps and slices in interfaces that an object's fields reach: they are live, too."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import usegolib
from usegolib.errors import GoPanicError

Load = Callable[[str], Any]


@pytest.fixture
def package(load: Load) -> Any:
    return load("live")


@pytest.fixture
def document(package: Any) -> Any:
    return package.NewDocument()


def seen(document: Any) -> Any:
    """What Go sees."""
    return json.loads(document.JSON())


def test_maps_all_the_way_down(document: Any) -> None:
    document.Data["a"]["b"][1]["c"] = "changed"
    document.Data["new"] = {"x": [1]}
    document.Data["new"]["x"].append(2)
    assert seen(document)[0] == {"a": {"b": [1, {"c": "changed"}]}, "new": {"x": [1, 2]}} == document.Data


def test_slices_that_grow_are_stored(document: Any) -> None:
    document.Data["a"]["b"].append("end")
    document.Fields["list"].append(2)
    document.List[1].append(2)
    document.List.append({"y": 1})
    document.List[2]["y"] = 2
    data, fields, items, *_ = seen(document)
    assert data["a"]["b"] == [1, {"c": "d"}, "end"]
    assert fields["list"] == [1, 2]
    assert items == [{"x": 1}, [1, 2], {"y": 2}]


def test_a_field_that_is_a_slice_grows(document: Any) -> None:
    document.Data = [1]
    document.Data.append(2)
    assert seen(document)[0] == [1, 2] == document.Data
    held = document.Data
    document.Data = [5]
    assert held == [5]


def test_values_of_declared_types(package: Any, document: Any) -> None:
    document.Named.Set("B", "b")
    assert isinstance(document.Named, package.Header)
    document.Fields["names"].Sort()
    document.Fields["names"].Add("c")
    _, fields, _, named, _ = seen(document)
    assert named == {"A": ["a"], "B": ["b"]}
    assert fields["names"] == ["a", "b", "c"]


def test_maps_in_interfaces_with_methods(document: Any) -> None:
    document.Claims["sub"] = "you"
    document.Claims["n"] = {"x": 1}
    document.Claims["n"]["x"] = 2
    assert document.Claims.Subject() == "you"
    assert seen(document)[4] == {"sub": "you", "n": {"x": 2}}


def test_iteration(document: Any) -> None:
    for value in document.Fields.values():
        if isinstance(value, usegolib.GoMap):
            value["x"] = 5
    for item in document.List:
        if isinstance(item, usegolib.GoMap):
            item["x"] = 6
    _, fields, items, *_ = seen(document)
    assert (fields["inner"], items[0]) == ({"x": 5}, {"x": 6})


def test_plain_values(document: Any) -> None:
    copied = usegolib.plain(document.Data)
    assert copied == {"a": {"b": [1, {"c": "d"}]}}
    assert type(copied["a"]["b"]) is list
    assert document.Fields.copy()["inner"] == {"x": 1}
    assert type(document.Fields.copy()["inner"]) is dict
    assert json.loads(json.dumps(document.Data, default=usegolib.plain)) == copied


def test_they_are_given_back(document: Any) -> None:
    document.Fields["again"] = document.Data["a"]
    document.Fields["again"]["b"].append("x")
    assert seen(document)[1]["again"]["b"][-1] == "x"


def test_nil_maps(document: Any) -> None:
    document.Fields["nil"] = None
    assert document.Fields["nil"] is None
    document.Claims = None
    assert document.Claims is None


def test_what_go_puts_into_a_ref_is_plain(load: Load) -> None:
    result = usegolib.ref()
    result.value = {"a": [1]}
    assert result.value == {"a": [1]}


def test_assigning_to_an_unaddressed_nil_map_is_gos_panic(package: Any) -> None:
    none = getattr(package.New(), "None")()
    with pytest.raises(GoPanicError, match="nil map"):
        none["A"] = ["b"]
