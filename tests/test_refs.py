"""Variables of Go's that Python makes (docs/guide.md, Pointers that Go writes to)."""

from __future__ import annotations

import copy
import gc
from collections.abc import Callable
from typing import Any

import pytest

import usegolib
from usegolib.errors import ABIEncodeError, UnsupportedTypeError

Load = Callable[[str], Any]
REFUSED = (ABIEncodeError, UnsupportedTypeError)


@pytest.fixture
def package(load: Load) -> Any:
    return load("changes")


def test_a_ref_takes_the_type_of_its_parameter(package: Any) -> None:
    number = usegolib.ref()
    assert number.value is None
    assert number.type_name is None
    package.SetInt(number, 5)
    assert number.value == 5
    assert number.type_name == "*int"
    assert repr(number) == "<ref of int>"
    number.value = 6
    assert number.value == 6
    with pytest.raises(REFUSED, match="expected int"):
        number.value = "six"
    for call, argument, value in (
        (package.SetString, "text", "text"),
        (package.SetCounter, 5, package.Counter(5)),
        (package.SetAny, [1, "a"], [1, "a"]),
        (package.SetRecord, "bob", {"name": "bob", "count": 0}),
    ):
        variable = usegolib.ref()
        call(variable, argument)
        assert variable.value == value


def test_refs_of_pointers_slices_and_maps(package: Any) -> None:
    pointer, made = usegolib.ref(), package.NewObject("a", 1)
    package.SetPointer(pointer, made)
    assert pointer.value == made
    assert pointer.value.Name == "a"
    texts = usegolib.ref(["before"])
    package.SetSlice(texts, "a", "b")
    assert texts.value == ["a", "b"]
    entries = usegolib.ref()
    package.SetMap(entries, "a", 1)
    assert entries.value == {"a": 1}


def test_a_ref_is_given_with_its_value(package: Any) -> None:
    values = usegolib.ref([1])
    package.AppendTo(values, 2)
    package.AppendTo(values, 3)
    assert values.value == [1, 2, 3]
    with pytest.raises(REFUSED, match="expected int"):
        package.SetInt(usegolib.ref("text"), 1)


@pytest.mark.parametrize(
    ("value", "type_name", "after"),
    [
        (0, "*int", 42),
        (int, "*int", 42),
        (0.0, "*float64", 1.5),
        ("", "*string", "set"),
        (False, "*bool", True),
        (b"", "*[]byte", b"set"),
        (None, "*any", "any"),
        ([1], "*[]any", [1, "more"]),
        ({}, "*map[string]any", {"set": True}),
    ],
)
def test_a_ref_for_anything_is_of_what_it_holds(package: Any, value: Any, type_name: str, after: Any) -> None:
    variable = usegolib.ref(value)
    assert package.SetTo(variable) == type_name
    assert variable.value == after
    assert isinstance(after, (list, dict)) or type(variable.value) is type(after)


def test_a_ref_of_a_type(package: Any) -> None:
    record = usegolib.ref(package.Record)
    assert package.SetTo(record) == "*Record"
    assert record.value["name"] == "set"
    record.value = {"name": "a", "count": 1}
    package.Rename(record, "b")
    assert record.value["name"] == "b"
    made = usegolib.ref(package.Object)
    assert package.SetTo(made) == "*Object"
    assert made.value.Name == "set"
    package.RenameObject(made, "other")
    assert made.value.Name == "other"
    counter = usegolib.ref(package.Counter)
    assert package.SetTo(counter) == "*Counter"
    assert counter.value == 44


def test_what_is_in_a_ref_is_live(package: Any) -> None:
    record = usegolib.ref(package.Record)
    record.value.Name = "a"
    package.Rename(record, "b")
    assert record.value.Name == "b"
    record.value.Tags.append("c")
    assert record.value.Tags == ["b", "c"]
    values = usegolib.ref([1])
    package.AppendTo(values, 2)
    values.value.append(3)
    package.Sort(values.value)
    assert values.value == [1, 2, 3]
    entries = usegolib.ref()
    package.SetMap(entries, "a", 1)
    package.Copy(entries.value, {"b": 2})
    entries.value["c"] = 3
    assert entries.value == {"a": 1, "b": 2, "c": 3}


def test_methods_change_a_ref(package: Any) -> None:
    counter = usegolib.ref(package.Counter(3))
    assert counter.Inc() == 4
    assert package.Counter.Inc(counter) == 5
    assert counter.value == 5
    assert type(counter.value) is package.Counter
    text = usegolib.ref(package.Text("a"))
    text.Append("b")
    assert text.value == "ab"
    raw = usegolib.ref(package.Raw(b"\1\2"))
    raw.Clear()
    assert raw.value == b"\0\0"
    with pytest.raises(AttributeError, match="value"):
        _ = counter.Missing


def test_go_may_keep_it_and_write_later(package: Any) -> None:
    number = usegolib.ref(1)
    package.KeepInt(number)
    package.SetLater(7)
    assert number.value == 7
    number.value = 8
    del number
    gc.collect()
    package.SetLater(9)


def test_a_ref_of_another_type_is_refused(package: Any) -> None:
    number = usegolib.ref()
    package.SetInt(number, 1)
    with pytest.raises(REFUSED, match=r"expected \*string, got a ref of int"):
        package.SetString(number, "a")
    with pytest.raises(REFUSED, match=r"expected \*any, got a ref of int"):
        package.SetAny(number, "a")
    with pytest.raises(REFUSED, match=r"expected \*Object|expected \*changes\.Object"):
        package.RenameObject(number, "a")


def test_a_ref_of_another_library_is_refused(package: Any, load: Load) -> None:
    number = usegolib.ref()
    package.SetInt(number, 1)
    other = load("dynamic")
    with pytest.raises(REFUSED, match="different libraries"):
        other.Echo(number)


def test_refs_are_themselves(package: Any) -> None:
    one, other = usegolib.ref(1), usegolib.ref(1)
    assert one != other
    assert one == one
    assert len({one, other}) == 2
    assert isinstance(one, usegolib.Ref)
    assert usegolib.Ref[int]
    with pytest.raises(TypeError):
        copy.copy(one)


def test_what_is_no_pointer_to_anything_is_refused(package: Any) -> None:
    for value in ({1}, [1], 1, "a"):
        with pytest.raises(REFUSED, match=r"SetAny\(p\)"):
            package.SetAny(value, 1)


def test_refs_are_given_up(package: Any) -> None:
    gc.collect()
    package.Sum([1])
    before = usegolib.stats()
    for _ in range(100):
        package.SetInt(usegolib.ref(), 1)
    gc.collect()
    package.Sum([1])
    after = usegolib.stats()
    assert after == before or all(after[key] - before.get(key, 0) < 10 for key in after)
