"""Arguments that Go changes in place (docs/guide.md, Arguments changed in place)."""

from __future__ import annotations

import array
import collections
import dataclasses
import random
import types
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.support.store import Store
from usegolib.errors import ABIEncodeError, GoError, GoPanicError, UnsupportedTypeError

Load = Callable[[str], Any]


@pytest.fixture
def package(load: Load) -> Any:
    return load("changes")


def test_the_scanner_tells_what_may_be_changed(store: Store) -> None:
    manifest = store.manifest("changes")
    changes = {f["name"]: [p.get("changes", False) for p in f["params"]] for f in manifest["symbols"]}
    assert changes["Sum"] == [False]
    assert changes["Sort"] == changes["SortRecords"] == changes["RenameAll"][:1] == [True]
    assert changes["Scale"] == changes["ScaleKept"] == [False, True]
    # The compiler does not see what is written into maps; the source may show that nothing is.
    assert changes["Count"] == [False]
    assert changes["First"] == changes["Dynamic"] == [True]
    assert changes["Copy"] == [True, False]


class TestSequences:
    def test_a_list_is_sorted(self, package: Any) -> None:
        values = [3, 1, -(2**40), 2]
        assert package.Sort(values) is None
        assert values == [-(2**40), 1, 2, 3]

    def test_a_large_list_is_sorted(self, package: Any) -> None:
        values = [random.Random(1).randrange(-(2**62), 2**62) for _ in range(20_000)]
        expected = sorted(values)
        package.Sort(values)
        assert values == expected

    def test_items_that_move_stay_the_same_objects(self, package: Any) -> None:
        texts = [f"text {n}" for n in (2, 0, 1)]
        before = list(texts)
        package.SortStrings(texts)
        assert [text is before[n] for text, n in zip(texts, (1, 2, 0), strict=True)] == [True] * 3

    def test_items_that_did_not_change_stay_the_same_objects(self, package: Any) -> None:
        class Integer(int):
            pass

        values = [Integer(1), 5, Integer(7), 6]
        first, third = values[0], values[2]
        package.Sort(values)
        assert values == [1, 5, 6, 7]
        assert values[0] is first
        assert values[2] is not third

    @pytest.mark.parametrize(
        "sequence", [array.array("q", [3, 1, 2]), np.array([3, 1, 2]), collections.UserList([3, 1, 2])], ids=str
    )
    def test_other_sequences_are_sorted(self, package: Any, sequence: Any) -> None:
        package.Sort(sequence)
        assert list(sequence) == [1, 2, 3]

    def test_what_is_immutable_stays(self, package: Any) -> None:
        values = (3, 1, 2)
        package.Sort(values)
        package.Sort(range(3, 0, -1))
        assert values == (3, 1, 2)

    def test_nil_is_none(self, package: Any) -> None:
        package.Sort(None)
        package.Sort([])

    @pytest.mark.parametrize("function", ["Scale", "ScaleKept"])
    @pytest.mark.parametrize("count", [3, 3000])
    def test_arrays_are_scaled(self, package: Any, function: str, count: int) -> None:
        values = np.arange(count, dtype=np.float64)
        getattr(package, function)(2, values)
        assert (values == 2 * np.arange(count)).all()

    def test_a_slice_that_go_keeps_is_its_own(self, package: Any) -> None:
        values = np.array([1.0, 2.0])
        package.ScaleKept(2, values)
        assert package.ScaleOn(10) == [20, 40]
        assert list(values) == [2, 4]

    def test_arrays_of_other_layouts_and_types_are_scaled(self, package: Any) -> None:
        values = np.arange(6, dtype=np.float64)
        package.Scale(2, values[::2])
        assert list(values) == [0, 1, 4, 3, 8, 5]
        package.Scale(2, values[::-1])
        assert list(values) == [0, 2, 8, 6, 16, 10]
        narrow = np.array([1, 2], dtype=np.float32)
        package.Scale(2, narrow)
        assert list(narrow) == [2, 4]
        assert narrow.dtype == np.float32
        big = np.array([1, 2], dtype=">f8")
        package.Scale(2, big)
        assert list(big) == [2, 4]
        small = np.array([5, 3], dtype=np.int16)
        package.Sort(small)
        assert list(small) == [3, 5]

    def test_arrays_that_are_read_only_stay(self, package: Any) -> None:
        values = np.array([1.0, 2.0])
        values.setflags(write=False)
        package.Scale(2, values)
        assert list(values) == [1, 2]

    def test_unaligned_arrays_are_scaled(self, package: Any) -> None:
        memory = bytearray(8 * 4 + 1)
        values = np.frombuffer(memory, dtype=np.float64, offset=1)
        values[:] = [1, 2, 3, 4]
        package.Scale(3, values)
        assert list(values) == [3, 6, 9, 12]

    @pytest.mark.parametrize("size", [0, 5, 5000, 200_000])
    def test_bytearrays_are_filled(self, package: Any, size: int) -> None:
        content = bytearray(size)
        package.Fill(content, 7)
        assert content == b"\7" * size
        view = bytearray(size)
        package.Fill(memoryview(view), 8)
        assert view == b"\10" * size

    def test_bytes_stay(self, package: Any) -> None:
        for size in (5, 5000):
            content = bytes(size)
            package.Fill(content, 7)
            package.FillAll(7, [content])
            assert content == bytes(size)

    def test_arrays_of_bytes_by_pointer_are_filled(self, package: Any) -> None:
        content = bytearray(4)
        package.FillArray(content, 1)
        assert content == b"\1\1\1\1"

    def test_nested_lists(self, package: Any) -> None:
        rows = [[1, 2], [3], []]
        first = rows[0]
        package.Grid(rows, 10)
        assert rows == [[11, 12], [13], []]
        assert rows[0] is first

    def test_lists_in_tuples(self, package: Any) -> None:
        rows = ([1, 2], (3,))
        package.Grid(rows, 10)
        assert rows == ([11, 12], (3,))

    def test_tuples_in_lists_are_replaced(self, package: Any) -> None:
        rows = [(1, 2)]
        package.Grid(rows, 10)
        assert rows == [[11, 12]]

    def test_arrays_in_lists(self, package: Any) -> None:
        rows = [np.array([1, 2]), np.array([3])]
        package.Grid(rows, 10)
        assert [list(row) for row in rows] == [[11, 12], [13]]
        first = rows[0]
        package.Lengthen([first], 5)
        assert list(first) == [11, 12]

    def test_buffers_in_lists(self, package: Any) -> None:
        contents = [bytearray(3), bytes(3)]
        mutable = contents[0]
        package.FillAll(7, contents)
        assert contents == [b"\7\7\7", b"\7\7\7"]
        assert contents[0] is mutable

    def test_inner_lists_grow(self, package: Any) -> None:
        rows = [[1], []]
        inner = list(rows)
        package.Lengthen(rows, 5)
        assert rows == [[1, 5], [5]]
        assert rows[0] is inner[0]
        assert rows[1] is inner[1]

    def test_what_is_appended_is_not_seen(self, package: Any) -> None:
        values = [1, 2]
        assert package.Append(values, 3) == 3
        assert values in ([1, 2], [3, 2])

    def test_what_is_appended_through_a_pointer_is(self, package: Any) -> None:
        values = [1, 2]
        package.AppendTo(values, 3)
        assert values == [1, 2, 3]

    def test_the_same_list_given_twice(self, package: Any) -> None:
        values = [1, 1]
        package.Both(values, values)
        assert values == [2, 2]

    def test_variadic_values(self, package: Any) -> None:
        values = [3, 1, 2]
        package.Variadic(*values)
        assert values == [3, 1, 2]
        package.Variadic(values)
        assert values == [1, 2, 3]
        lists = [[2, 1], [4, 3]]
        package.VariadicLists(*lists)
        assert lists == [[1, 2], [3, 4]]
        lists = [[2, 1], [4, 3]]
        package.VariadicLists(lists)
        assert lists == [[1, 2], [3, 4]]
        single = [2, 1]
        package.VariadicLists(single)
        assert single == [1, 2]

    def test_by_keyword(self, package: Any) -> None:
        values = [2, 1]
        package.Sort(xs=values)
        assert values == [1, 2]

    def test_through_a_func(self, package: Any) -> None:
        values = [2, 1]
        package.Function()(values)
        assert values == [1, 2]

    def test_what_an_exception_in_a_container_says_is_raised(self, package: Any) -> None:
        class Refusing(collections.UserList[int]):
            def __setitem__(self, at: Any, item: Any) -> None:
                raise ValueError("no")

        with pytest.raises(ValueError, match="no"):
            package.Sort(Refusing([2, 1]))

    def test_a_long_list(self, package: Any) -> None:
        values = list(range(100, 0, -1))
        package.Sort(values)
        assert values == list(range(1, 101))


class TestFailingCalls:
    def test_an_error(self, package: Any) -> None:
        values = [1, 2]
        with pytest.raises(GoError, match="failed"):
            package.Fail(values)
        assert values == [99, 2]
        numbers = np.array([1, 2])
        with pytest.raises(GoError, match="failed"):
            package.Fail(numbers)
        assert list(numbers) == [99, 2]

    def test_a_panic(self, package: Any) -> None:
        values = [1, 2]
        with pytest.raises(GoPanicError, match="panicked"):
            package.Panic(values)
        assert values == [99, 2]

    def test_an_argument_that_is_refused(self, package: Any) -> None:
        values = [1]
        with pytest.raises(GoPanicError):
            package.Fail([])
        assert values == [1]

    def test_a_call_that_goes_on(self, package: Any) -> None:
        values, entries = [1, 2], {"a": 1}
        with pytest.raises(GoError, match="deadline"):
            package.Slowly(values, entries, timeout=0.05)
        assert values == [99, 2]
        assert entries == {"a": 1, "slow": 1}
        numbers = np.array([1, 2])
        with pytest.raises(GoError, match="deadline"):
            package.Slowly(numbers, {}, timeout=0.05)
        assert list(numbers) == [99, 2]


class TestMaps:
    def test_entries_are_copied(self, package: Any) -> None:
        to, source = {"a": 1, "b": 2}, {"b": 3, "c": 4}
        package.Copy(to, source)
        assert to == {"a": 1, "b": 3, "c": 4}
        assert source == {"b": 3, "c": 4}

    def test_entries_are_deleted(self, package: Any) -> None:
        entries = {"a": 1, "b": 2}
        package.Delete(entries, "a")
        assert entries == {"b": 2}

    def test_mutable_mappings(self, package: Any) -> None:
        to = collections.UserDict({"a": 1})
        package.Copy(to, {"b": 3})
        assert dict(to) == {"a": 1, "b": 3}
        ordered = collections.OrderedDict(b=1, a=2)
        package.Copy(ordered, {"b": 3})
        assert list(ordered.items()) == [("b", 3), ("a", 2)]

    def test_mappings_that_can_t_be_changed_stay(self, package: Any) -> None:
        fixed = types.MappingProxyType({"a": 1})
        package.Copy(fixed, {"b": 3})
        assert fixed == {"a": 1}

    def test_what_did_not_change_stays_the_same(self, package: Any) -> None:
        class Text(str):
            pass

        class Integer(int):
            pass

        key, value = Text("a"), Integer(1)
        entries = {key: value}
        assert package.Count(entries) == 1
        package.Copy(entries, {"b": 2})
        [(same_key, same_value), _] = entries.items()
        assert same_key is key
        assert same_value is value

    def test_maps_and_slices_in_maps(self, package: Any) -> None:
        inner, items = {"a": 1}, [1, 2]
        package.Nested({"x": inner}, {"y": items})
        assert inner == {"a": 1, "new": 1}
        assert items == [2, 3]

    def test_maps_in_slices(self, package: Any) -> None:
        entries: list[dict[str, int]] = [{}]
        inner = entries[0]
        package.First(entries)
        assert entries == [{"a": 1}]
        assert entries[0] is inner

    def test_maps_of_anything(self, package: Any) -> None:
        inner: dict[str, Any] = {"text": "a"}
        items: list[Any] = [1, 2]
        fixed = (1, {"deep": 1})
        entries = {"inner": inner, "list": items, "tuple": fixed}
        package.Dynamic(entries)
        assert entries == {"inner": inner, "list": items, "tuple": fixed, "n": 1}
        assert entries["inner"] is inner
        assert entries["list"] is items
        assert entries["tuple"] is fixed
        assert inner == {"text": "a", "n": 2}
        assert items == ["first", 2]


class TestRecords:
    def test_a_record_for_a_pointer(self, package: Any) -> None:
        tags, marks = ["x"], {"m": 1}
        record = {"name": "a", "count": 1, "tags": tags, "marks": marks}
        package.Rename(record, "bob")
        assert record == {"name": "bob", "count": 1, "tags": ["x", "bob"], "marks": {"m": 1, "bob": 3}}
        assert record["tags"] is tags
        assert record["marks"] is marks

    def test_fields_that_are_left_out(self, package: Any) -> None:
        record = {"Name": "a", "Count": 1, "notes": {}}
        package.Rename(record, "bob")
        assert record == {"Name": "bob", "Count": 1, "notes": {}, "tags": ["bob"]}
        package.Reset(record)
        assert record == {"Name": "", "Count": 0, "notes": {}}

    def test_a_record_that_go_returned(self, package: Any) -> None:
        record = package.Record(name="a", count=1)
        package.Rename(record, "bob")
        assert record == {"name": "bob", "count": 1, "tags": ["bob"]}

    def test_dataclasses(self, package: Any) -> None:
        typed = package.typed()
        record = typed.Record(Name="a")
        typed.Rename(record, "bob")
        assert (record.Name, record.Tags) == ("bob", ["bob"])
        typed.Reset(record)
        assert record.Name == ""
        assert not record.Tags

        @dataclasses.dataclass
        class Mine:
            name: str
            count: int
            tags: list[str]

        mine = Mine("a", 1, [])
        package.Rename(mine, "bob")
        assert mine == Mine("bob", 1, ["bob"])

        @dataclasses.dataclass(frozen=True)
        class Frozen:
            name: str
            count: int

        frozen = Frozen("a", 1)
        package.Rename(frozen, "bob")
        assert frozen == Frozen("a", 1)

    def test_fields_for_an_object(self, package: Any) -> None:
        fields = {"Name": "a", "N": 1}
        package.RenameObject(fields, "bob")
        assert fields == {"Name": "bob", "N": 1}
        made = package.NewObject("a", 1)
        package.RenameObject(made, "bob")
        assert made.Name == "bob"

    def test_records_in_lists(self, package: Any) -> None:
        records = [{"name": "a", "count": 1}, package.Record(name="b")]
        before = list(records)
        package.RenameAll(records, "c")
        assert [record["name"] for record in records] == ["c", "c"]
        assert records[0] is before[0]
        assert records[1] is before[1]
        package.RenameEach([*records, None], "d")
        assert [record["name"] for record in records] == ["d", "d"]

    def test_records_move_with_their_pointers(self, package: Any) -> None:
        for sort in (package.SortRecords, package.SortPointers):
            records = [{"name": str(n), "count": n} for n in (2, 0, 1)]
            before = list(records)
            sort(records)
            assert [record["count"] for record in records] == [0, 1, 2]
            assert [any(record is one for one in before) for record in records] == [True] * 3

    def test_objects_move(self, package: Any) -> None:
        objects = [package.NewObject(str(n), n) for n in (2, 0, 1)]
        before = list(objects)
        package.SortObjects(objects)
        assert [made.N for made in objects] == [0, 1, 2]
        assert objects[0] is before[1]
        assert objects[1] is before[2]
        assert objects[2] is before[0]

    def test_structs_by_value_hold_what_is_changed(self, package: Any) -> None:
        items, names = [1, 2], {"a": 1}
        holder = {"Items": items, "Names": names, "N": 1}
        package.Use(holder)
        assert holder == {"Items": [7, 2], "Names": {"a": 1, "used": 7}, "N": 1}
        assert holder["Items"] is items
        assert holder["Names"] is names


class TestReceivers:
    def test_values_that_write_through_a_map(self, package: Any) -> None:
        names = package.Set({"a": True})
        names.Add("b")
        assert names == {"a": True, "b": True}

    def test_values_that_write_through_a_slice(self, package: Any) -> None:
        values = package.List([3, 1, 2])
        values.Sort()
        assert values == [1, 2, 3]
        values.Push(4)
        assert values == [1, 2, 3, 4]

    def test_records_that_write_through_what_they_hold(self, package: Any) -> None:
        items, names = [1], {"a": 1}
        holder = package.Holder(Items=items, Names=names, N=1)
        holder.Put("b", 2)
        assert holder == {"Items": [2], "Names": {"a": 1, "b": 2}, "N": 1}
        assert holder.Sum() == 2

    def test_numbers_and_texts_are_refused(self, package: Any) -> None:
        for call in (package.Counter(1).Inc, lambda: package.Text("a").Append("b")):
            with pytest.raises((ABIEncodeError, UnsupportedTypeError), match=r"usegolib\.ref"):
                call()
        assert package.Counter(1).Value() == 1

    def test_bytes_that_were_changed_are_told(self, package: Any) -> None:
        raw = package.Raw(b"\1\2")
        assert raw.Sum() == 3
        with pytest.raises(UnsupportedTypeError, match=r"usegolib\.ref"):
            raw.Clear()


class TestInterfaces:
    """What carries its Go type is changed in an interface as it is in Go."""

    def test_maps(self, package: Any) -> None:
        inner = [1]
        claims = package.Claims({"old": 1, "kept": inner})
        assert package.Claim(claims, False) == 2
        assert claims == {"sub": "me", "kept": [1]}
        assert claims["kept"] is inner
        assert isinstance(claims, package.Claims)

    def test_slices(self, package: Any) -> None:
        names = package.Names(["b", "a"])
        assert package.Claim(names, failing=False) == 2
        assert names == ["a", "b"]

    def test_any(self, package: Any) -> None:
        claims = package.Claims()
        package.ClaimAny(claims)
        assert claims == {"sub": "me"}
        plain = {"old": 1}
        package.ClaimAny(plain)
        assert plain == {"old": 1}

    def test_of_a_call_that_fails(self, package: Any) -> None:
        claims = package.Claims({"old": 1})
        with pytest.raises(GoError) as caught:
            package.Claim(claims, True)
        assert caught.value.results == (1,)
        assert claims == {"sub": "me"}

    def test_with_a_context(self, package: Any) -> None:
        claims = package.Claims()
        assert package.ClaimWith(claims, timeout=5) == 1
        assert claims == {"sub": "me"}

    def test_structs_whose_pointer_implements_it(self, package: Any) -> None:
        plain = package.Plain(N=1, Tags=["a"])
        assert package.Claim(plain, False) == 2
        assert (plain.N, plain.Tags) == (2, ["a", "counted"])

    def test_dataclasses(self, package: Any) -> None:
        plain = package.view(structs="dataclass").Plain(N=1, Tags=["a"])
        assert package.Claim(plain, False) == 2
        assert (plain.N, plain.Tags) == (2, ["a", "counted"])

    def test_what_go_sorts(self, package: Any) -> None:
        numbers = package.Ints([3, 1, 2])
        package.SortInterface(numbers)
        assert numbers == [1, 2, 3]

    def test_arguments_that_are_refused(self, package: Any) -> None:
        claims = package.Claims({"old": 1})
        with pytest.raises(UnsupportedTypeError):
            package.Claim(claims, "no")
        assert claims == {"old": 1}


class TestLengths:
    """What Go makes longer or shorter through a pointer is so in Python, or told."""

    @pytest.mark.parametrize("count", [2, 100_000])
    @pytest.mark.parametrize("code", ["q", "b"])
    def test_arrays(self, load: Load, code: str, count: int) -> None:
        package = load("changes")
        values = array.array(code, [1] * count)
        package.Enlarge(values, 3)
        assert values.tolist() == [1] * count + [0, 1, 2]
        package.Curtail(values, 1)
        assert values.tolist() == [-1]
        data = array.array("B", b"ab" * count)
        package.EnlargeBytes(data, "cd")
        assert data.tobytes() == b"ab" * count + b"cd"
        text = bytearray(b"ab" * count)
        package.EnlargeBytes(text, "cd")
        assert text == b"ab" * count + b"cd"

    @pytest.mark.parametrize("make", ["numpy.array", "memoryview"])
    def test_what_keeps_its_length(self, load: Load, make: str) -> None:
        package = load("changes")
        values: Any = np.array([1, 2]) if make == "numpy.array" else memoryview(array.array("q", [1, 2]))
        with pytest.raises(UnsupportedTypeError, match="keeps its length: give a list"):
            package.Enlarge(values, 1)
        with pytest.raises(UnsupportedTypeError, match="keeps its length: give a list"):
            package.Curtail(values, 1)
        package.Curtail(values, 2)
        assert list(values) == [-1, -1]
        with pytest.raises(UnsupportedTypeError, match="keeps its length"):
            package.EnlargeBytes(np.array([1], "uint8"), "a")

    def test_rows_that_are_replaced(self, load: Load) -> None:
        package = load("changes")
        rows = [array.array("q", [1, 2]), array.array("q", [3])]
        package.ReplaceRow(rows)
        assert [list(row) for row in rows] == [[7, 8, 9], [3]]
