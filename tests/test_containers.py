"""Maps, and values of type any."""

from __future__ import annotations

import collections
import math
import threading
import time
import types
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import usegolib

requirement = pytest.mark.requirement
scenario = pytest.mark.scenario
Load = Callable[[str], Any]
Unsupported = usegolib.errors.UnsupportedTypeError


@requirement("Type Bridge Level 2")
class TestMaps:
    @scenario("Passing map[string]int64")
    def test_counts(self, load: Load) -> None:
        package = load("maps")
        assert package.Total({"a": 1, "b": 41}) == 42
        counts = {f"k{n}": n - 500 for n in range(1000)} | {"": 2**63 - 1, "größe": -(2**63)}
        assert package.EchoCounts(counts) == counts

    @scenario("Returning map[string][]byte")
    def test_blobs(self, load: Load) -> None:
        package = load("maps")
        assert package.Blobs() == {"a": b"\x01\x02", "b": b"\xff"}
        assert all(type(blob) is bytes for blob in package.Blobs().values())

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("EchoFloats", {"a": 1.5}),
            ("EchoBlobs", {"a": b"", "b": b"x"}),
            ("EchoLists", {"a": [], "b": ["x", "y"]}),
            ("EchoByInt", {-1: "a", 2**62: "b"}),
            ("EchoByUint8", {0: True, 255: False}),
            ("EchoByBool", {True: "a", False: "b"}),
            ("EchoByFloat", {0.5: "a", math.inf: "b"}),
            ("EchoByArray", {(1, 2): "a"}),
            ("EchoByBytes", {b"ab": "x"}),
            ("EchoNested", {"a": {"b": 1}, "c": {}}),
            ("EchoPoints", {"a": {"X": 1, "Y": 2}}),
        ],
    )
    def test_kinds(self, load: Load, name: str, value: dict[Any, Any]) -> None:
        assert getattr(load("maps"), name)(value) == value

    def test_empty_structs(self, load: Load) -> None:
        package = load("maps")
        found = package.EchoSet({"a": {}})
        found.Add("b")
        assert found == {"a": {}, "b": {}}
        with pytest.raises(Unsupported, match=r"s\['a'\]: unknown field \"x\""):
            package.EchoSet({"a": {"x": 1}})

    def test_other_mappings(self, load: Load) -> None:
        package = load("maps")
        for form in (collections.OrderedDict, types.MappingProxyType, collections.UserDict, collections.ChainMap):
            assert package.Total(form({"a": 1})) == 1

    def test_bad_entries_are_named(self, load: Load) -> None:
        package = load("maps")
        with pytest.raises(Unsupported, match=r"^schema: Total\(m\): m\['?\"?b'?\"?\]: .*str"):
            package.Total({"a": 1, "b": "2"})
        with pytest.raises(Unsupported, match=r"^schema: Total\(m\): "):
            package.Total({1: 1})
        for value in ([("a", 1)], "text", 5):
            with pytest.raises(Unsupported, match=r"^schema: Total\(m\): "):
                package.Total(value)

    def test_nil(self, load: Load) -> None:
        package = load("maps")
        assert package.Nil() == {}
        assert package.IsNil(None) is True


@requirement("Support Type `any`")
class TestAny:
    @scenario("Call symbol with any parameter")
    @pytest.mark.parametrize(
        ("value", "go_type"),
        [
            (None, "<nil>"),
            (True, "bool"),
            (1, "int"),
            (-(2**63), "int"),
            (2**63, "uint64"),
            (1.5, "float64"),
            ("x", "string"),
            (b"x", "[]uint8"),
            (bytearray(b"x"), "[]uint8"),
            ([1, "a"], "[]interface {}"),
            ((1,), "[]interface {}"),
            ({"a": 1}, "map[string]interface {}"),
            ({1: "a"}, "map[interface {}]interface {}"),
            (1 + 2j, "complex128"),
            (np.int8(5), "int8"),
            (np.float32(0.5), "float32"),
            (np.bool_(True), "bool"),
        ],
        ids=repr,
    )
    def test_go_type(self, load: Load, value: object, go_type: str) -> None:
        assert load("dynamic").TypeOf(value) == go_type

    @pytest.mark.parametrize(
        "value",
        [
            None,
            False,
            2**64 - 1,
            -(2**63),
            -0.5,
            "",
            "größe",
            b"\x00\xff",
            [],
            [[1, [2, [None]]]],
            {},
            {"a": {"b": [1, {"c": b"d"}]}},
            {1: "a", "b": 2, 2.5: None},
            1j,
        ],
        ids=repr,
    )
    def test_echo(self, load: Load, value: object) -> None:
        assert load("dynamic").Echo(value) == value

    @scenario("Return any result")
    @pytest.mark.parametrize(
        ("kind", "value"),
        [
            ("nothing", None),
            ("bool", True),
            ("int8", -8),
            ("uint64", 2**64 - 1),
            ("int64", -(2**63)),
            ("float32", 0.5),
            ("string", "text"),
            ("bytes", b"\x01\x02"),
            ("ints", [1, 2, 3]),
            ("strings", ["a", "b"]),
            ("nested", {"list": [1, "two", None, {"deep": 3.5}]}),
            ("by int", {1: "one"}),
            ("any map", {1: "one", "two": 2, 2.5: None}),
            ("point", {"X": 1, "Y": 2}),
            ("pointer", {"X": 3, "Y": 4}),
            ("points", [{"X": 1, "Y": 2}]),
            ("kind", 7),
            ("color", "ff0000"),
            ("complex", 1 + 2j),
        ],
    )
    def test_dynamic_results(self, load: Load, kind: str, value: object) -> None:
        assert load("dynamic").Make(kind) == value

    def test_dynamic_type_is_kept(self, load: Load) -> None:
        package = load("dynamic")
        assert package.Make("color").Hex() == "#ff0000"
        assert package.TypeOf(package.Make("color")) == "dynamic.Color"

    def test_what_is_not_data(self, load: Load) -> None:
        package = load("dynamic")
        assert isinstance(package.Make("error"), usegolib.errors.GoError)
        assert "an error as a value" in str(package.Make("error"))
        assert str(package.Make("hidden")) == "hidden 5"
        for kind, go_type in {"hidden": "dynamic.hidden", "func": "func() int", "chan": "chan int"}.items():
            assert package.TypeOf(package.Make(kind)) == go_type
        assert package.Make("anonymous") is not None

    def test_containers(self, load: Load) -> None:
        package = load("dynamic")
        assert package.EchoList([1, "a", None]) == [1, "a", None]
        assert package.EchoMap({"a": [1], "b": None}) == {"a": [1], "b": None}
        assert package.EchoAnyMap({1: 2, "a": "b"}) == {1: 2, "a": "b"}
        assert package.Format({"a": [1, 2]}) == "map[a:[1 2]]"

    def test_values_that_can_not_cross(self, load: Load) -> None:
        package = load("dynamic")
        for value in (object(), 2**64, -(2**63) - 1, [object()], {"a": iter([object()])}):
            with pytest.raises(Unsupported, match=r"^schema: Echo\(v\): "):
                package.Echo(value)

    def test_depth_is_limited(self, load: Load) -> None:
        package = load("dynamic")
        deep: list[Any] = []
        for _ in range(100_000):
            deep = [deep]
        with pytest.raises(Unsupported, match=r"^schema: Echo\(v\): .*(deep|nest)"):
            package.Echo(deep)
        cyclic: list[Any] = []
        cyclic.append(cyclic)
        with pytest.raises(Unsupported, match=r"^schema: Echo\(v\): .*(deep|nest)"):
            package.Echo(cyclic)
        while deep:
            deep = deep[0]

    @staticmethod
    def nested(levels: int, value: Any = 1) -> Any:
        for _ in range(levels):
            value = [value]
        return value

    @pytest.mark.parametrize("levels", [511, 512, 513])
    def test_the_last_level(self, load: Load, levels: int) -> None:
        package = load("dynamic")
        for value in (self.nested(levels), self.nested(levels - 1, {"a": 1})):
            for call in (package.Echo, package.TypeOf, package.EchoList):
                if levels == 511:
                    assert call(value)
                    continue
                with pytest.raises(Unsupported, match=r"^schema: .*: nested deeper than 511 levels"):
                    call(value)

    def test_a_result_that_is_too_deep_is_no_panic(self, load: Load) -> None:
        package = load("dynamic")
        assert package.Deep(500) == self.nested(500)
        for levels in (513, 1000, 100_000):
            with pytest.raises(Unsupported, match=r"^schema: Deep: result: .* nested more than 512 levels deep"):
                package.Deep(levels)

    @pytest.mark.parametrize("levels", [20, 100, 300, 505])
    @pytest.mark.parametrize("size", [64, 128, 192, 8192])
    def test_a_short_stack(self, load: Load, size: int, levels: int) -> None:
        package = load("dynamic")
        outcomes: list[str] = []

        def call() -> None:
            for work in (lambda: package.Format(self.nested(levels)), lambda: package.Deep(levels)):
                try:
                    work()
                except Unsupported as error:
                    outcomes.append(str(error))
                else:
                    outcomes.append("whole")

        before = threading.stack_size(size << 10)
        try:
            thread = threading.Thread(target=call)
            thread.start()
        finally:
            threading.stack_size(before)
        thread.join()
        assert len(outcomes) == 2
        assert all(said == "whole" or "stack is long enough" in said for said in outcomes), outcomes
        if size == 8192:
            assert outcomes == ["whole", "whole"]

    @pytest.mark.parametrize("key", [(1, 2), ((1,),), b"x", time.struct_time(range(9))], ids=repr)
    def test_keys_that_go_can_not_compare(self, load: Load, key: Any) -> None:
        package = load("dynamic")
        hidden = ((("Value", key),),)
        assert package.EchoByPair({(1, "a"): 3}) == {(1, "a"): 3}
        for call, value in (
            (package.EchoAnyMap, {key: 1}),
            (package.EchoAnyMap, {"a": 1, key: 1}),
            (package.Echo, {key: 1}),
            (package.EchoList, [{"a": 1, key: 1}]),
            (package.EchoMap, {"a": {key: 1}}),
            (package.EchoByPair, {(1, key): 1}),
            (package.EchoByKey, {hidden: 1}),
        ):
            with pytest.raises(Unsupported, match=r"^schema: "):
                call(value)


@requirement("Variadic Parameters")
class TestVariadic:
    @scenario("Call variadic function from Python")
    def test_arguments(self, load: Load) -> None:
        package = load("variadic")
        assert package.Sum() == 0
        assert package.Sum(1) == 1
        assert package.Sum(1, 2, 3) == 6
        assert package.Join("-", "a", "b") == "a-b"
        assert package.Join("-") == ""
        assert package.Widest({"X": 1, "Y": 0}, {"X": 5, "Y": 0}) == 5

    def test_one_list(self, load: Load) -> None:
        package = load("variadic")
        assert package.Sum([1, 2, 3]) == 6
        assert package.Sum((1, 2)) == 3
        assert package.Join("-", ["a", "b"]) == "a-b"
        assert package.Sum([]) == 0

    def test_a_list_that_is_one_argument(self, load: Load) -> None:
        package = load("variadic")
        assert package.Lists([1, 2], [3]) == (2, 3)
        assert package.Concat(b"ab", b"c") == b"abc"
        assert package.Concat(b"ab") == b"ab"

    def test_any(self, load: Load) -> None:
        package = load("variadic")
        assert package.Sprintf("%d %s %v", 1, "a", [1, 2]) == "1 a [1 2]"
        assert package.Sprint("a", 1, 2, "b") == "a1 2b"

    def test_bytes(self, load: Load) -> None:
        package = load("variadic")
        assert package.Blob(1, 2, 255) == b"\x01\x02\xff"
        assert package.Blob([1, 2]) == package.Blob(b"\x01\x02") == package.Blob(bytearray(b"\x01\x02"))
        assert package.Blob() == b""
        with pytest.raises(Unsupported, match=r"items\[1\]: 256 is out of range for uint8"):
            package.Blob(1, 256)
        with pytest.raises(Unsupported, match=r"items\[0\]: expected uint8, got str"):
            package.Blob("text")

    def test_nothing_is_nil(self, load: Load) -> None:
        assert load("variadic").IsNil() is True

    def test_bad_argument_is_named(self, load: Load) -> None:
        with pytest.raises(Unsupported, match=r"^schema: Sum\(numbers\): numbers\[1\]: .*str"):
            load("variadic").Sum(1, "2")
