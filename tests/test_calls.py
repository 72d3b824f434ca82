"""Calling: scalars, strings, bytes and slices of them, arguments and their errors, results."""

from __future__ import annotations

import array
import inspect
import math
import sys
from collections import UserList, deque
from collections.abc import Callable
from typing import Any

import msgpack
import numpy as np
import pytest

import usegolib
from tests.support.store import Store

requirement = pytest.mark.requirement
scenario = pytest.mark.scenario
Load = Callable[[str], Any]
Unsupported = usegolib.errors.UnsupportedTypeError

INTEGERS = {
    "Int": (-(2**63), 2**63 - 1),
    "Int8": (-128, 127),
    "Int16": (-(2**15), 2**15 - 1),
    "Int32": (-(2**31), 2**31 - 1),
    "Int64": (-(2**63), 2**63 - 1),
    "Uint": (0, 2**64 - 1),
    "Uint8": (0, 255),
    "Uint16": (0, 2**16 - 1),
    "Uint32": (0, 2**32 - 1),
    "Uint64": (0, 2**64 - 1),
    "Uintptr": (0, 2**64 - 1),
    "Rune": (-(2**31), 2**31 - 1),
    "Byte": (0, 255),
}


class Index:
    """An integer by __index__ only."""

    def __index__(self) -> int:
        return 7


class Floating:
    """A float by __float__ only."""

    def __float__(self) -> float:
        return 2.5


@requirement("ABI Encoding")
class TestAbiEncoding:
    @scenario("Successful call returns a structured response")
    def test_both_ways_are_messagepack(self, lying_library: Callable[..., Any]) -> None:
        # The library records the request it got and answers with the bytes it was given.
        package = lying_library()
        answer = msgpack.packb([0, 5])
        assert package.Int(answer) == 5
        request = msgpack.unpackb(package.LastRequest(), strict_map_key=False)
        assert isinstance(request, list)
        assert isinstance(request[0], int)
        assert request[1:] == [answer]

    def test_error_envelope(self, lying_library: Callable[..., Any]) -> None:
        package = lying_library()
        with pytest.raises(usegolib.errors.GoError, match="from the library"):
            package.Int(msgpack.packb([1, [0, "from the library", "*errors.errorString", "", None]]))
        with pytest.raises(usegolib.errors.GoPanicError, match="gone"):
            package.Int(msgpack.packb([1, [2, "gone", "string", "goroutine 1", None]]))


@requirement("Type Bridge Level 1")
class TestIntegers:
    @pytest.mark.parametrize("name", INTEGERS)
    def test_whole_range(self, load: Load, name: str) -> None:
        function = getattr(load("scalars"), name)
        low, high = INTEGERS[name]
        for value in {low, low + 1, -1, 0, 1, 127, 128, 255, 256, 65535, 65536, 2**31 - 1, 2**32 - 1, high - 1, high}:
            if low <= value <= high:
                result = function(value)
                assert result == value
                assert type(result) is int

    @pytest.mark.parametrize("name", INTEGERS)
    def test_out_of_range(self, load: Load, name: str) -> None:
        function = getattr(load("scalars"), name)
        low, high = INTEGERS[name]
        for value in (low - 1, high + 1, 2**64, -(2**63) - 1, 10**40):
            with pytest.raises(Unsupported, match=rf"^schema: {name}\(v\): "):
                function(value)

    def test_what_counts_as_an_integer(self, load: Load) -> None:
        package = load("scalars")
        assert package.Int64(Index()) == 7
        assert package.Int64(np.int32(-3)) == -3
        assert package.Uint8(np.uint8(200)) == 200
        for value in (True, False, 1.0, "1", b"1", None, [1], 1j):
            with pytest.raises(Unsupported, match=r"^schema: Int64\(v\): "):
                package.Int64(value)


@requirement("Type Bridge Level 1")
class TestOtherScalars:
    def test_bool(self, load: Load) -> None:
        package = load("scalars")
        assert package.Bool(True) is True
        assert package.Not(True) is False
        for value in (1, 0, "true", None):
            with pytest.raises(Unsupported, match=r"^schema: Bool\(v\): "):
                package.Bool(value)

    def test_float64(self, load: Load) -> None:
        package = load("scalars")
        for value in (0.0, -0.0, 1.5, math.inf, -math.inf, sys.float_info.max, 5e-324):
            result = package.Float64(value)
            assert result == value
            assert math.copysign(1, result) == math.copysign(1, value)
        assert math.isnan(package.Float64(math.nan))
        assert package.Float64(3) == 3.0
        assert type(package.Float64(3)) is float
        assert package.Float64(Floating()) == 2.5
        assert package.Float64(np.float32(0.5)) == 0.5
        for value in ("1.5", None, 1j, [1.0]):
            with pytest.raises(Unsupported, match=r"^schema: Float64\(v\): "):
                package.Float64(value)

    def test_float32(self, load: Load) -> None:
        package = load("scalars")
        assert package.Float32(0.5) == 0.5
        assert package.Float32(0.1) == float(np.float32(0.1))
        assert package.Float32(math.inf) == math.inf

    def test_complex(self, load: Load) -> None:
        package = load("scalars")
        assert package.Complex128(1 + 2j) == 1 + 2j
        assert package.Complex128(3) == 3 + 0j
        assert package.Complex128(1.5) == 1.5 + 0j
        assert package.Complex64(0.5 - 0.25j) == 0.5 - 0.25j
        with pytest.raises(Unsupported):
            package.Complex128("1")

    def test_nil(self, load: Load) -> None:
        package = load("scalars")
        assert package.Nothing() is None
        assert package.Pointer(None) is None
        assert package.Pointer(-5) == -5
        assert package.IsNil(None) is True
        assert package.IsNil("") is False

    def test_every_argument_arrives_at_its_place(self, load: Load) -> None:
        assert load("scalars").Mix(True, -7, 200, 1.5, "x") == "right"
        assert load("scalars").Mix(s="x", f=1.5, u=200, i=-7, b=True) == "right"


@requirement("Type Bridge Level 1")
class TestTextAndBytes:
    @pytest.mark.parametrize(
        "text", ["", "hello", "größe", "日本", "🎉", "nul\0byte", "x" * 31, "x" * 32, "x" * 70_000]
    )
    def test_strings(self, load: Load, text: str) -> None:
        package = load("text")
        assert package.EchoString(text) == text
        assert package.Bytes(text) == len(text.encode())

    def test_invalid_utf8_is_not_lost(self, load: Load) -> None:
        package = load("text")
        text = package.Invalid()
        assert text.encode("utf-8", "surrogateescape") == b"a\xffb\xc3"
        assert package.Bytes(text) == 4
        assert package.Valid(text) is False
        assert package.EchoString(text) == text
        with pytest.raises(Unsupported, match=r"^schema: EchoString\(s\): "):
            package.EchoString("\ud800")

    @pytest.mark.parametrize("value", [b"text", 1, None, ["x"]])
    def test_not_a_string(self, load: Load, value: object) -> None:
        with pytest.raises(Unsupported, match=r"^schema: EchoString\(s\): "):
            load("text").EchoString(value)

    @scenario("Passing bytes and receiving bytes")
    @pytest.mark.parametrize("length", [0, 1, 255, 256, 65_535, 65_536, 1_000_003])
    def test_bytes(self, load: Load, length: int) -> None:
        package = load("text")
        data = bytes(i * 7 % 256 for i in range(length))
        result = package.EchoBytes(data)
        assert type(result) is bytes
        assert result == data
        assert package.Sum(data) == sum(data)

    def test_buffers(self, load: Load) -> None:
        package = load("text")
        data = bytes(range(10))
        for buffer in (bytearray(data), memoryview(data), array.array("B", data), np.frombuffer(data, np.uint8)):
            assert package.EchoBytes(buffer) == data
        big = bytes(300_000)
        assert package.EchoBytes(memoryview(big)) == big
        for value in ("text", 5, [1, 2], memoryview(data)[::2], array.array("i", [1])):
            with pytest.raises(Unsupported, match=r"^schema: EchoBytes\(b\): "):
                package.EchoBytes(value)

    def test_nil_bytes(self, load: Load) -> None:
        package = load("text")
        assert package.NilBytes() == b""
        assert package.IsNilBytes(None) is True
        assert package.IsNilBytes(b"x") is False

    def test_go_keeps_a_copy(self, load: Load) -> None:
        package = load("text")
        data = bytearray(b"x" * 200_000)
        package.Retain(data)
        data[:] = b"y" * len(data)
        assert package.Retained() == b"x" * 200_000

    def test_byte_arrays(self, load: Load) -> None:
        package = load("text")
        assert package.EchoHash(b"\x01\x02\x03\x04") == b"\x01\x02\x03\x04"
        for value in (b"", b"123", b"12345", None):
            with pytest.raises(Unsupported, match=r"^schema: EchoHash\(h\): "):
                package.EchoHash(value)

    def test_large_results(self, load: Load) -> None:
        package = load("text")
        for size in (0, 100, 5_000_000, 100, 70_000):
            assert package.Fill(size, 7) == b"\x07" * size


@requirement("Type Bridge Level 1")
class TestSlices:
    @scenario("Passing a list of scalars")
    def test_lists(self, load: Load) -> None:
        package = load("slices")
        assert package.SumInts([1, 2, 3]) == 6
        assert package.SumInts(range(101)) == 5050
        assert package.Join(["a", "b", ""]) == "ab"
        assert package.EchoBools([True, False]) == [True, False]
        assert package.EchoBlobs([b"a", b""]) == [b"a", b""]
        assert package.EchoStrings(["a"] * 70_000) == ["a"] * 70_000

    @pytest.mark.parametrize(
        ("name", "values"),
        [
            ("EchoInts", [-(2**63), 0, 2**63 - 1]),
            ("EchoInt8s", [-128, 127]),
            ("EchoInt16s", [-(2**15), 2**15 - 1]),
            ("EchoInt32s", [-(2**31), 2**31 - 1]),
            ("EchoInt64s", [-(2**63), 2**63 - 1]),
            ("EchoUint16s", [0, 2**16 - 1]),
            ("EchoUint32s", [0, 2**32 - 1]),
            ("EchoUint64s", [0, 2**64 - 1]),
            ("EchoFloat32s", [0.5, -1.25, math.inf]),
            ("EchoFloats", [0.1, -0.0, 1e308]),
            ("EchoComplex", [1 + 1j, -2j]),
        ],
    )
    def test_numbers(self, load: Load, name: str, values: list[Any]) -> None:
        function = getattr(load("slices"), name)
        for form in (list, tuple, deque, UserList):
            result = function(form(values))
            assert result == values
            assert type(result) is list
        assert function([]) == []

    def test_bad_item_is_named(self, load: Load) -> None:
        package = load("slices")
        with pytest.raises(Unsupported, match=r"^schema: EchoInt8s\(v\): v\[1\]: "):
            package.EchoInt8s([1, 128])
        with pytest.raises(Unsupported, match=r"^schema: SumInts\(v\): v\[2\]: .*str"):
            package.SumInts([1, 2, "3"])
        with pytest.raises(Unsupported, match=r"^schema: EchoNested\(v\): v\[0\]\[1\]: "):
            package.EchoNested([[1, None]])
        for value in ("text", b"bytes", 5, {1: 2}, {1}):
            with pytest.raises(Unsupported, match=r"^schema: EchoStrings\(v\): "):
                package.EchoStrings(value)

    @pytest.mark.parametrize(
        ("name", "code", "dtype"),
        [
            ("EchoInt8s", "b", np.int8),
            ("EchoInt16s", "h", np.int16),
            ("EchoInt32s", "i", np.int32),
            ("EchoInt64s", "q", np.int64),
            ("EchoUint16s", "H", np.uint16),
            ("EchoUint32s", "I", np.uint32),
            ("EchoUint64s", "Q", np.uint64),
            ("EchoFloat32s", "f", np.float32),
            ("EchoFloats", "d", np.float64),
        ],
    )
    def test_typed_buffers(self, load: Load, name: str, code: str, dtype: Any) -> None:
        function = getattr(load("slices"), name)
        values = [1, 2, 3, 100]
        assert function(array.array(code, values)) == values
        assert function(np.array(values, dtype)) == values
        assert function(memoryview(array.array(code, values))) == values

    def test_layouts_of_arrays(self, load: Load) -> None:
        package = load("slices")
        grid = np.arange(12, dtype=np.float64).reshape(3, 4)
        assert package.EchoFloats(grid[:, 1]) == [1.0, 5.0, 9.0]
        assert package.EchoFloats(np.arange(5.0)[::-1]) == [4.0, 3.0, 2.0, 1.0, 0.0]
        assert package.EchoFloats(np.arange(3, dtype=">f8")) == [0.0, 1.0, 2.0]
        assert package.EchoFloats(np.arange(3, dtype=np.float32)) == [0.0, 1.0, 2.0]
        assert package.EchoInts(np.arange(3, dtype=np.int16)) == [0, 1, 2]
        with pytest.raises(Unsupported, match=r"^schema: EchoFloats\(v\): "):
            package.EchoFloats(grid)
        with pytest.raises(Unsupported, match=r"^schema: EchoInts\(v\): "):
            package.EchoInts(np.array([1.5]))
        with pytest.raises(Unsupported, match=r"^schema: EchoInt8s\(v\): "):
            package.EchoInt8s(np.array([1000]))

    def test_nested(self, load: Load) -> None:
        package = load("slices")
        assert package.EchoNested([[], [1], [2, 3]]) == [[], [1], [2, 3]]
        assert package.EchoDeep([[["a"]], []]) == [[["a"]], []]
        assert package.EchoPointers([1, None, 3]) == [1, None, 3]

    def test_arrays(self, load: Load) -> None:
        package = load("slices")
        assert package.EchoArray([1, 2, 3]) == [1, 2, 3]
        assert package.EchoGrid([[1, 2], [3, 4]]) == [[1.0, 2.0], [3.0, 4.0]]
        assert package.EchoWords(("a", "b")) == ["a", "b"]
        for value in ([], [1, 2], [1, 2, 3, 4]):
            with pytest.raises(Unsupported, match=r"^schema: EchoArray\(v\): "):
                package.EchoArray(value)

    def test_nil(self, load: Load) -> None:
        package = load("slices")
        assert package.NilStrings() == []
        assert package.IsNil(None) is True
        assert package.SumFloats(None) == 0.0


class TestArguments:
    """Arity, keywords and what a function says of itself."""

    def test_arity(self, load: Load) -> None:
        add = load("scalars").Add
        for arguments in ((), (1,), (1, 2, 3)):
            with pytest.raises(TypeError, match="Add"):
                add(*arguments)
        with pytest.raises(TypeError, match=r"'a'"):
            add(1, a=2)
        with pytest.raises(TypeError, match="nope"):
            add(1, 2, nope=3)
        assert add(1, b=2) == 3

    def test_go_is_not_entered_on_bad_arguments(self, load: Load) -> None:
        package = load("constants")
        before = package.Current()
        with pytest.raises(TypeError):
            package.Bump(1)
        assert package.Current() == before

    def test_attributes(self, load: Load) -> None:
        add = load("scalars").Add
        assert (add.__name__, add.__doc__.split("\n")[0]) == ("Add", add.__doc__.split("\n")[0])
        assert list(inspect.signature(add).parameters) == ["a", "b"]
        assert "Add" in repr(add)

    def test_several_results(self, load: Load) -> None:
        package = load("failures")
        assert package.Split(7) == (3, 4)
        assert package.Divide(7, 2) == 3

    def test_manifest_lists_symbols(self, store: Store) -> None:
        symbols = {symbol["name"]: symbol for symbol in store.manifest("scalars")["symbols"]}
        assert symbols["Add"]["params"] == [{"name": "a", "type": "int64"}, {"name": "b", "type": "int64"}]
        assert symbols["Add"]["results"] == ["int64"]
