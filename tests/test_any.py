"""A value of type any is what it is in signatures, whether or not another function mentions its type."""

from __future__ import annotations

import ctypes
import dataclasses
import datetime
from collections.abc import Callable
from typing import Any

import pytest

import usegolib

pytestmark = pytest.mark.requirement("Schema Exchange")
Load = Callable[[str], Any]


@pytest.fixture
def package(load: Load) -> Any:
    return load("anything")


class TestOut:
    def test_times_and_durations(self, package: Any) -> None:
        for kind in ("time", "*time"):
            time = package.Make(kind)
            assert time.AddDate(0, 0, 1).Format("2006-01-02") == "2024-03-01"
            assert str(time) == "2024-02-29T00:00:00Z"
        assert package.Make("times")[0].Year() == 2024
        assert package.Make("*times") == ["2024-02-29T00:00:00Z", None]
        assert package.Make("*times")[0].Year() == 2024
        for kind in ("duration", "*duration"):
            duration = package.Make(kind)
            assert duration.Seconds() == 1.0
            assert duration + 1 == 10**9 + 1
        assert package.Make("durations")["a"].String() == "1s"

    def test_pointers_are_what_they_point_to(self, package: Any) -> None:
        made = {kind: package.Make(kind) for kind in ("*int", "nil", "*string", "*slice", "ints")}
        assert made == {"*int": 5, "nil": None, "*string": "text", "*slice": [1, 2], "ints": [5, None]}
        assert package.Make("*level").Double() == 12
        assert package.Make("levels")[0].Double() == 12

    def test_a_pointer_with_methods_of_its_own_stays_one(self, package: Any) -> None:
        names = package.Make("*names")
        assert isinstance(names, usegolib.GoObject)
        names.Add("b")
        assert package.Show(names) == "*anything.Names &[a b]"


class TestIn:
    def test_times_and_durations(self, package: Any) -> None:
        utc = datetime.timezone.utc
        assert package.Show(datetime.datetime(2024, 2, 29, tzinfo=utc)) == "time.Time 2024-02-29 00:00:00 +0000 UTC"
        assert package.Show(datetime.timedelta(seconds=90)) == "time.Duration 1m30s"
        assert package.Type([datetime.timedelta(0), package.Make("time")]) == "time.Duration time.Time "

    def test_in_a_module_that_imports_nothing(self, load: Load) -> None:
        bare = load("bare")
        echoed = bare.Echo(datetime.timedelta(seconds=90))
        assert echoed.Minutes() == 1.5
        assert bare.Echo(datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)).Year() == 2024

    @pytest.mark.parametrize(
        ("make", "go_type"),
        [
            ("int8", "int8"),
            ("int16", "int16"),
            ("int32", "int32"),
            ("int64", "int64"),
            ("uint8", "uint8"),
            ("uint16", "uint16"),
            ("uint32", "uint32"),
            ("uint64", "uint64"),
            ("float16", "float64"),
            ("float32", "float32"),
            ("float64", "float64"),
            ("complex64", "complex64"),
            ("complex128", "complex128"),
            ("bool_", "bool"),
            ("str_", "string"),
        ],
    )
    def test_scalars_of_numpy_keep_their_width(self, package: Any, make: str, go_type: str) -> None:
        numpy = pytest.importorskip("numpy")
        value = getattr(numpy, make)(5)
        assert package.Type(value) == go_type
        assert package.Type([value]) == f"{go_type} "
        assert package.Type({"k": value}) == go_type

    def test_the_ends_of_their_ranges(self, package: Any) -> None:
        numpy = pytest.importorskip("numpy")
        assert package.Show(numpy.int8(-128)) == "int8 -128"
        assert package.Show(numpy.int64(-(2**63))) == f"int64 {-(2**63)}"
        assert package.Show(numpy.uint64(2**64 - 1)) == f"uint64 {2**64 - 1}"
        assert package.Show(numpy.float32(1.5)) == "float32 1.5"
        assert package.Show(numpy.complex64(1.5 - 2j)) == "complex64 (1.5-2i)"

    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            (ctypes.c_int8(-5), "int8 -5"),
            (ctypes.c_uint8(5), "uint8 5"),
            (ctypes.c_int16(-5), "int16 -5"),
            (ctypes.c_int32(-5), "int32 -5"),
            (ctypes.c_uint32(2**32 - 1), f"uint32 {2**32 - 1}"),
            (ctypes.c_int64(5), "int64 5"),
            (ctypes.c_uint64(2**64 - 1), f"uint64 {2**64 - 1}"),
            (ctypes.c_float(1.5), "float32 1.5"),
            (ctypes.c_double(1.5), "float64 1.5"),
            (ctypes.c_bool(True), "bool true"),
        ],
    )
    def test_scalars_of_ctypes_keep_their_width(self, package: Any, value: Any, shown: str) -> None:
        assert package.Show(value) == shown

    def test_other_values_of_ctypes_are_refused(self, package: Any) -> None:
        with pytest.raises(usegolib.errors.UnsupportedTypeError, match="any value that Go can take"):
            package.Show(ctypes.c_char_p(b"x"))

    def test_python_numbers_are_of_the_default_types(self, package: Any) -> None:
        assert package.Type([1, 2**63, 1.5, True, 1j, None]) == "int uint64 float64 bool complex128 <nil> "

    def test_records_keep_their_type(self, load: Load) -> None:
        records = load("attributes")
        assert type(records.EchoEvery(records.Every(Anything=records.Point(X=1))).Anything) is records.Point

    def test_ints_are_too_small_for_int64(self, package: Any) -> None:
        with pytest.raises(usegolib.errors.UnsupportedTypeError, match="out of range for int64"):
            package.Show(-(2**63) - 1)

    def test_dataclasses_are_dicts(self, package: Any) -> None:
        nested = [Node(2)]
        assert package.Show(Node(1, nested)) == "map[string]interface {} map[name:1 nodes:[map[name:2 nodes:<nil>]]]"
        assert package.Type([Node(1)]) == "map[string]interface {} "
        with pytest.raises(usegolib.errors.UnsupportedTypeError, match=r"\['nodes'\]\[0\]\['name'\]: "):
            package.Show(Node(1, [Node(object())]))
        ring = Node(1)
        ring.nodes = ring
        with pytest.raises(usegolib.errors.UnsupportedTypeError):
            package.Show(ring)

    def test_what_several_values_can_not_be(self, public: Load) -> None:
        """Also where a single value could be a list of them."""
        package = public("fmt")
        with pytest.raises(usegolib.errors.UnsupportedTypeError, match=r"a\[0\]: expected any value"):
            package.Sprint(object())


@dataclasses.dataclass
class Node:
    name: Any
    nodes: Any = None
