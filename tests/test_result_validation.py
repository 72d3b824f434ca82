"""Results are checked against the schema, whatever a library answers."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable
from typing import Any

import msgpack
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import usegolib
from tests.support.lying import RESULTS, TAKES

pytestmark = [pytest.mark.requirement("Schema Validation For Results")]
scenario = pytest.mark.scenario
Lying = Callable[[], Any]
PERSON = {"Name": "Ann", "Age": 40, "Tags": ["a"]}


def packed(value: Any) -> bytes:
    """The answer of a successful call."""
    return bytes(msgpack.packb([0, value], use_bin_type=True))  # pyright: ignore[reportArgumentType]


HONEST = [
    ("Nothing", None, None),
    ("Bool", True, True),
    ("Int", -5, -5),
    ("Uint64", 2**64 - 1, 2**64 - 1),
    ("Float", 1.5, 1.5),
    ("Complex", msgpack.ExtType(5, struct.pack("<dd", 1, 2)), 1 + 2j),
    ("String", "text", "text"),
    ("Bytes", b"\x00", b"\x00"),
    ("Hash", b"abcd", b"abcd"),
    ("Ints", msgpack.ExtType(2, bytes([4]) + struct.pack("<2q", 1, -2)), None),
    ("Strings", ["a", "b"], ["a", "b"]),
    ("Strings", None, []),
    ("Nested", [["a"], None], [["a"], []]),
    ("Pair", ["a", "b"], ["a", "b"]),
    ("Map", {"a": 1}, {"a": 1}),
    ("Map", None, {}),
    ("Pointer", None, None),
    ("Pointer", "x", "x"),
    ("Person", PERSON, PERSON),
    ("People", [PERSON, PERSON], [PERSON, PERSON]),
    ("Time", "2024-02-29T12:30:15.123456789+05:30", "2024-02-29T12:30:15.123456789+05:30"),
    ("Duration", 5, 5),
    ("UUID", "01020304-0000-0000-0000-000000000000", "01020304-0000-0000-0000-000000000000"),
    ("Any", {"a": [1, None]}, {"a": [1, None]}),
    ("Two", [1, "x"], (1, "x")),
]


@pytest.mark.parametrize(("name", "answer", "value"), [case for case in HONEST if case[0] != "Ints"])
def test_honest_answers(lying_library: Lying, name: str, answer: Any, value: Any) -> None:
    assert getattr(lying_library(), name)(packed(answer)) == value


@scenario("Runtime rejects schema-invalid results")
@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("Nothing", 1),
        ("Bool", 1),
        ("Bool", None),
        ("Int", "5"),
        ("Int", 1.0),
        ("Int", True),
        ("Int", None),
        ("Int", 2**63),
        ("Int8", 128),
        ("Uint64", -1),
        ("Float", 1),
        ("Float", "1"),
        ("Complex", 1.0),
        ("Complex", msgpack.ExtType(5, b"short")),
        ("String", b"bytes"),
        ("String", None),
        ("Bytes", "text"),
        ("Hash", b"abc"),
        ("Hash", b"abcde"),
        ("Ints", [1, "2"]),
        ("Ints", msgpack.ExtType(2, b"")),
        ("Ints", msgpack.ExtType(2, b"\xee" + bytes(8))),
        ("Floats", msgpack.ExtType(1, bytes(16))),
        ("Strings", ["a", 1]),
        ("Strings", {"a": "b"}),
        ("Strings", "ab"),
        ("Nested", [["a", 5]]),
        ("Pair", ["a"]),
        ("Pair", ["a", "b", "c"]),
        ("Pair", None),
        ("Map", {"a": "1"}),
        ("Map", {1: 1}),
        ("Map", [["a", 1]]),
        ("Pointer", 5),
        ("Person", {"Name": "Ann", "Age": 40}),
        ("Person", PERSON | {"Extra": 1}),
        ("Person", PERSON | {"Age": "40"}),
        ("Person", PERSON | {"Tags": [1]}),
        ("Person", None),
        ("Person", ["Ann", 40, []]),
        ("People", [PERSON, None]),
        ("Duration", "5"),
        ("UUID", b"\x01" * 16),
        ("UUID", "nonsense"),
        ("UUID", "01020304000000000000000000000000"),
        ("UUID", "ABCDEF04-0000-0000-0000-000000000000"),
        ("Time", "yesterday"),
        ("Time", "2024-02-30T00:00:00Z"),
        ("Time", "2024-02-29T12:30:15.50Z"),
        ("Time", "2024-02-29T12:30:15+00:00"),
        ("Time", ["2024-02-29T12:30:15Z", "2024-02-29T12:30:15Z"]),
        ("Two", [1]),
        ("Two", [1, "x", 2]),
        ("Two", ["x", 1]),
        ("Two", 1),
        ("Any", msgpack.ExtType(99, b"?")),
        ("Any", [msgpack.ExtType(4, bytes(8)), 1, 2]),
    ],
)
def test_lies(lying_library: Lying, name: str, answer: Any) -> None:
    with pytest.raises(usegolib.errors.UnsupportedTypeError, match=rf"^schema: {name}"):
        getattr(lying_library(), name)(packed(answer))


def test_path_to_the_bad_value(lying_library: Lying) -> None:
    with pytest.raises(usegolib.errors.UnsupportedTypeError, match=r"^schema: People.*\[1\]\.Tags\[0\]"):
        lying_library().People(packed([PERSON, PERSON | {"Tags": [1]}]))


MALFORMED = {
    "empty": b"",
    "not an array": b"\xc0",
    "empty array": b"\x90",
    "only a kind": b"\x91\x00",
    "unknown kind": b"\x92\x07\xc0",
    "kind is text": b"\x92\xa1x\xc0",
    "truncated": b"\x92\x00\xcd\x01",
    "trailing bytes": b"\x92\x00\x01\x01",
    "reserved byte": b"\x92\x00\xc1",
    "huge string": b"\x92\x00\xdb\xff\xff\xff\xff",
    "huge array": b"\x92\x00\xdd\xff\xff\xff\xff",
    "huge map": b"\x92\x00\xdf\xff\xff\xff\xff",
    "huge bytes": b"\x92\x00\xc6\xff\xff\xff\xff",
    "huge ext": b"\x92\x00\xc9\xff\xff\xff\xff\x02",
    "deep": b"\x92\x00" + b"\x91" * 100_000,
    "bad error": b"\x92\x01\xc0",
    "short error": b"\x92\x01\x92\x00\xa1x",
}


@pytest.mark.parametrize(
    "name", ["Nothing", "Int", "String", "Bytes", "Strings", "Ints", "Map", "Person", "Any", "Two"]
)
@pytest.mark.parametrize("response", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_responses(lying_library: Lying, name: str, response: bytes) -> None:
    with pytest.raises(usegolib.errors.UseGoLibError):
        getattr(lying_library(), name)(response)


@given(name=st.sampled_from(sorted(RESULTS)), response=st.binary(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=500, deadline=None)
def test_hostile_responses(lying_library: Lying, name: str, response: bytes) -> None:
    function = getattr(lying_library(), name)
    for envelope in (response, b"\x92\x00" + response, b"\x92\x01\x95" + response):
        with contextlib.suppress(usegolib.errors.UseGoLibError):
            function(envelope)


@pytest.mark.requirement("Schema Exchange")
@pytest.mark.scenario("Runtime validates struct field types before call", "Missing required fields are rejected")
@pytest.mark.parametrize("name", TAKES)
def test_bad_arguments_never_reach_the_library(lying_library: Lying, name: str) -> None:
    """The library notes every request: of a call with a bad argument there is none."""
    package = lying_library()
    take = getattr(package, f"Take{name}")
    _, good, bad = TAKES[name]
    package.Int(packed(1))
    before = package.LastRequest()
    for value in bad:
        with pytest.raises(usegolib.errors.UnsupportedTypeError, match=r"^schema: "):
            take(packed(None), value)
        assert package.LastRequest() == before, value
    assert take(packed(None), good) is None
    assert package.LastRequest() != before
