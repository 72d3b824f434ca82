"""Random values of random shapes through a loaded library and back."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import usegolib

Load = Callable[[str], Any]
relaxed = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=200
)

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
# Bytes that aren't UTF-8, as they show in Python.
any_text = st.one_of(text, st.binary(max_size=20).map(lambda b: b.decode("utf-8", "surrogateescape")))
int64 = st.integers(-(2**63), 2**63 - 1)
uint64 = st.integers(0, 2**64 - 1)
finite = st.floats(allow_nan=False)


def exactly(value: Any, other: Any) -> bool:
    """Whether two values are equal, with their types, signs of zero and NaN."""
    if isinstance(value, float):
        same_sign = math.copysign(1, value) == math.copysign(1, other)
        return isinstance(other, float) and (
            (value == other and same_sign) or (math.isnan(value) and math.isnan(other))
        )
    if isinstance(value, dict):
        return value.keys() == other.keys() and all(exactly(value[key], other[key]) for key in value)
    if isinstance(value, list):
        return len(value) == len(other) and all(map(exactly, value, other))
    return type(value) is type(other) and value == other


leaf = st.fixed_dictionaries(
    {
        "flag": st.booleans(),
        "small": st.integers(-128, 127),
        "Large": int64,
        "Byte": st.integers(0, 255),
        "Huge": uint64,
        "Ratio": st.floats(),
        "Text": any_text,
        "Blob": st.binary(max_size=30),
    }
)
dynamic = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(), any_text, st.binary(max_size=20)
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(text, inner, max_size=4),
        st.dictionaries(st.one_of(int64, text), inner, max_size=3),
    ),
    max_leaves=20,
)
tree = st.fixed_dictionaries(
    {
        "leaf": leaf,
        "Leaves": st.lists(leaf, max_size=3),
        "ByName": st.dictionaries(text, leaf, max_size=3),
        "Maybe": st.none() | leaf,
        "Grid": st.lists(st.lists(st.integers(-(2**31), 2**31 - 1), max_size=4), max_size=3),
        "Index": st.dictionaries(int64, st.lists(text, max_size=3), max_size=3),
        "Any": dynamic,
    },
    optional={"name": text.filter(bool)},
)


@given(arguments=st.tuples(st.booleans(), int64, uint64, st.floats(), any_text, st.binary(max_size=300)))
@relaxed
def test_scalars(load: Load, arguments: tuple[Any, ...]) -> None:
    assert exactly(list(load("echo").Scalars(*arguments)), list(arguments))


@given(value=leaf)
@relaxed
def test_records(load: Load, value: dict[str, Any]) -> None:
    assert exactly(value, load("echo").EchoLeaf(value))


@given(value=st.lists(tree, max_size=3))
@relaxed
def test_trees(load: Load, value: list[Any]) -> None:
    assert exactly(value, load("echo").EchoTrees(value))


@given(value=dynamic)
@relaxed
def test_any(load: Load, value: Any) -> None:
    assert exactly(value, load("echo").EchoAny(value))


@given(floats=st.lists(st.floats(), max_size=50), integers=st.lists(int64, max_size=50))
@relaxed
def test_numbers(load: Load, floats: list[float], integers: list[int]) -> None:
    assert exactly(floats, load("echo").EchoFloats(floats))
    assert exactly(integers, load("echo").EchoInts(tuple(integers)))


@given(value=st.dictionaries(any_text, st.dictionaries(int64, st.lists(any_text, max_size=3), max_size=3), max_size=4))
@relaxed
def test_nested_maps(load: Load, value: dict[str, Any]) -> None:
    assert exactly(value, load("echo").EchoNested(value))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
)


@given(value=anything)
@relaxed
@pytest.mark.parametrize("name", ["EchoLeaf", "EchoTree", "EchoFloats", "EchoNested", "EchoAny"])
def test_anything_is_taken_or_refused(load: Load, name: str, value: Any) -> None:
    function = getattr(load("echo"), name)
    try:
        function(value)
    except usegolib.errors.UnsupportedTypeError as error:
        assert str(error).startswith(f"schema: {name}(v): ")  # noqa: PT017
