"""What is reached from objects and package variables is live: changing it changes Go's memory."""

# Values are subclasses of what the tests compare them with.
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import collections.abc
import copy
import dataclasses
import gc
import json
import operator
import pickle
from collections.abc import Callable
from typing import Any

import pytest

import usegolib
from tests.support.store import Store
from usegolib.errors import UnsupportedTypeError

Load = Callable[[str], Any]


@pytest.fixture
def package(load: Load) -> Any:
    return load("live")


@pytest.fixture
def holder(package: Any) -> Any:
    return package.New()


@pytest.fixture(scope="session")
def http(store: Store) -> Any:
    return usegolib.import_("net/http", artifact_dir=store.root, build_if_missing=True)


class TestStructs:
    def test_a_field_of_a_field_is_the_holders(self, holder: Any) -> None:
        holder.Inner.Name = "changed"
        holder.Inner.Point.X = 9
        assert holder.Seen()[0] == "changed"
        assert holder.Inner == {"Name": "changed", "N": 1, "Point": {"X": 9, "Y": 2, "Tags": ["a"]}}

    def test_items_of_it_can_be_assigned(self, holder: Any) -> None:
        holder.Inner["N"] = 5
        assert holder.Inner.N == holder["Inner"]["N"] == dict(holder.items())["Inner"]["N"] == 5
        with pytest.raises(KeyError):
            holder.Inner["Nothing"] = 5

    def test_methods_change_it(self, holder: Any) -> None:
        assert [holder.Counter.Inc(), holder.Counter.Inc()] == [1, 2]
        assert holder.Counter.Count == 2

    def test_it_is_of_its_go_type(self, package: Any, holder: Any) -> None:
        for value, kind in ((holder.Inner, "Inner"), (holder.Plain, "Plain"), (holder.Counter, "Counter")):
            assert isinstance(value, getattr(package, kind))
        assert not isinstance(holder.Plain, package.Inner)
        assert isinstance(package.New().Pointer, package.Inner)

    def test_it_is_passed_as_it_is_to_a_pointer_and_copied_for_a_value(self, package: Any, holder: Any) -> None:
        package.Rename(holder.Inner, "renamed")
        package.Rename(holder.Pointer, "renamed too")
        assert (holder.Inner.Name, holder.Pointer.Name) == ("renamed", "renamed too")
        assert package.Renamed(holder.Inner)["Name"] == "renamed!"
        assert holder.Inner.Name == "renamed"
        assert package.Describe(holder.Inner) == "Inner"
        assert package.AreaOf(holder.Inner.Point) == 2

    def test_equality_is_that_of_its_content(self, package: Any, holder: Any) -> None:
        assert holder.Plain == {"A": 1, "B": 2} == holder.Plain
        assert holder.Plain == package.New().Plain
        assert holder.Plain != package.Empty().Plain
        with pytest.raises(TypeError, match="unhashable"):
            hash(holder.Plain)

    def test_it_keeps_what_it_is_in(self, package: Any) -> None:
        inner = package.New().Inner
        gc.collect()
        inner.Point.X = 3
        assert inner.Point.Sum() == 5

    def test_what_a_pointer_leads_to(self, package: Any, holder: Any) -> None:
        holder.Pointer.Name = "changed"
        holder.Point.X = 4
        assert holder.Pointer.Name == "changed"
        assert holder.Point.Sum() == 4
        assert package.Empty().Point is None
        assert holder.Optional == 5
        holder.Lists.append(3)
        assert holder.Lists == [1, 2, 3]

    def test_assignment_copies(self, holder: Any) -> None:
        holder.Point = holder.Inner.Point
        holder.Inner.Point = {"X": 7, "Y": 7, "Tags": []}
        assert holder.Point.X == 7
        holder.Plain = holder.Plain
        assert holder.Plain == {"A": 1, "B": 2}


class TestMaps:
    def test_reading_and_writing(self, holder: Any) -> None:
        counts = holder.Counts
        assert isinstance(counts, usegolib.GoMap)
        assert isinstance(counts, collections.abc.MutableMapping)
        counts["three"] = 3
        del counts["one"]
        assert holder.Counts == {"two": 2, "three": 3} == counts
        assert (len(counts), counts["two"], counts.get("one"), counts.get("one", 7)) == (2, 2, None, 7)
        assert "two" in counts
        assert "one" not in counts
        assert 5 not in counts
        for use in (counts.__getitem__, counts.pop):
            with pytest.raises(KeyError, match="one"):
                use("one")
        with pytest.raises(UnsupportedTypeError, match=r"^schema: map\[string\]int\(value\): "):
            counts["x"] = "no number"
        with pytest.raises(UnsupportedTypeError, match=r"^schema: map\[string\]int\(key\): "):
            counts[5] = 5
        with pytest.raises(KeyError):
            counts[5]

    def test_mapping_methods(self, holder: Any) -> None:
        counts = holder.Counts
        assert counts.pop("one") == 1
        assert counts.pop("one", None) is None
        assert counts.setdefault("five", 5) == 5
        counts.update({"six": 6}, seven=7)
        counts |= {"eight": 8}
        assert holder.Counts == {"two": 2, "five": 5, "six": 6, "seven": 7, "eight": 8}
        assert counts | {"two": 0} == {**counts.copy(), "two": 0}
        key, value = counts.popitem()
        assert {**counts, key: value} == {"two": 2, "five": 5, "six": 6, "seven": 7, "eight": 8}
        counts.clear()
        assert holder.Counts == {}
        assert not counts

    def test_iteration(self, holder: Any) -> None:
        holder.Fill(10_000)
        counts = holder.Counts
        plain = counts.copy()
        assert type(plain) is dict
        assert dict(counts.items()) == dict(counts) == plain
        assert sorted(counts.values()) == list(range(10_000))
        assert sorted(counts) == sorted(plain)
        assert len(counts) == len(list(counts)) == 10_000

    def test_a_nil_map_is_empty_until_a_key_is_assigned(self, package: Any) -> None:
        holder = package.Empty()
        assert holder.Counts == {}
        assert list(holder.Counts.items()) == []
        holder.Counts["a"] = 1
        holder.Header["A"] = ["a"]
        holder.Tree["a"] = {"b": {}}
        assert (holder.Counts, holder.Header, holder.Tree) == ({"a": 1}, {"A": ["a"]}, {"a": {"b": {}}})

    def test_methods_of_a_named_map(self, package: Any, holder: Any) -> None:
        header = holder.Header
        assert isinstance(header, package.Header)
        header.Set("B", "c")
        assert (holder.Header.Get("B"), header) == ("c", {"A": ["a", "b"], "B": ["c"]})
        assert isinstance(holder.Bag, package.Bag)
        assert not isinstance(holder.Counts, package.Bag)
        assert header.type_name == "fixture.test/live.Header"

    def test_what_is_in_it_is_live_where_go_can_change_it(self, holder: Any) -> None:
        holder.Header["A"].append("z")
        holder.Header["A"][0] = "y"
        holder.Nested["a"]["c"] = 2
        holder.Nested["nil"]["d"] = 3
        holder.Pointers["p"].X = 5
        assert holder.Header == {"A": ["y", "b", "z"]}
        assert holder.Nested == {"a": {"b": 1, "c": 2}, "nil": {"d": 3}}
        assert holder.Pointers["p"].X == 5
        values = holder.Header["A"]
        holder.Header["A"] = ["new"]
        assert values == ["new"]

    def test_structs_in_it_refuse_to_be_changed(self, package: Any, holder: Any) -> None:
        record = holder.ByName["p"]
        assert isinstance(record, package.Point)
        assert record == {"X": 1, "Y": 0, "Tags": ["t"]}
        assert record.Sum() == 1
        changes: list[Callable[[], Any]] = [
            lambda: record.__setitem__("X", 2),
            lambda: record.update(X=2),
            lambda: setattr(record, "X", 2),
            lambda: record["Tags"].append("u"),
            lambda: record.pop("X"),
            lambda: holder.Arrays["a"].append(3),
            lambda: holder.Things["c"].Inc(),
        ]
        for change in changes:
            with pytest.raises(UnsupportedTypeError, match=r"o\.M\[k\] = record"):
                change()
        changed = record.copy()
        changed["X"] = 2
        changed["Tags"].append("u")
        holder.ByName["p"] = changed
        assert holder.ByName == {"p": {"X": 2, "Y": 0, "Tags": ["t", "u"]}}
        assert copy.copy(record) == copy.deepcopy(record) == pickle.loads(pickle.dumps(record)) == record
        holder.ByName["q"] = record
        assert holder.ByName["q"] == record

    def test_keys_of_all_kinds(self, holder: Any) -> None:
        holder.ByNumber[2] = "two"
        assert holder.ByNumber == {1: "one", 2: "two"}
        assert holder.ByKey[{"A": 1, "B": 2}] == "key"
        (key,) = holder.ByKey
        assert holder.ByKey[key] == "key"
        assert key in holder.ByKey

    def test_it_is_passed_as_it_is(self, package: Any, holder: Any) -> None:
        package.Put(holder.Counts, "put", 5)
        assert holder.Counts["put"] == 5
        package.Put(holder.Bag, "put", 6)
        assert holder.Bag == {"one": 1, "put": 6}
        assert package.Describe(holder.Counts) == "map[string]int"
        assert package.Describe(holder.Header) == "Header"
        holder.Counts = holder.Bag
        holder.Bag["shared"] = 1
        assert holder.Counts["shared"] == 1


class TestSlices:
    def test_reading_and_writing(self, holder: Any) -> None:
        ints = holder.Ints
        assert isinstance(ints, usegolib.GoSlice)
        assert isinstance(ints, collections.abc.MutableSequence)
        ints[0] = 10
        ints[-1] = 30
        assert ints == [10, 2, 30] == holder.Ints
        assert holder.Total() == 42
        assert (len(ints), ints[1], ints[-3], ints[1:], ints[::-1], ints[5:]) == (3, 2, 10, [2, 30], [30, 2, 10], [])
        for index in (3, -4):
            with pytest.raises(IndexError):
                ints[index]
            with pytest.raises(IndexError):
                ints[index] = 1
            with pytest.raises(IndexError):
                del ints[index]
        with pytest.raises(UnsupportedTypeError, match=r"^schema: \[\]int\(value\): "):
            ints[0] = "no number"

    def test_sequence_methods(self, holder: Any) -> None:
        ints, mirror = holder.Ints, [1, 2, 3]
        changes: list[Callable[[Any], Any]] = [
            lambda s: s.append(4),
            lambda s: s.extend([6, 5]),
            lambda s: s.insert(0, 0),
            lambda s: s.insert(-1, 9),
            lambda s: s.insert(100, 8),
            lambda s: s.pop(),
            lambda s: s.pop(0),
            lambda s: s.remove(9),
            lambda s: s.reverse(),
            lambda s: s.sort(),
            lambda s: s.sort(reverse=True),
            lambda s: s.__setitem__(slice(1, 3), [7, 7, 7]),
            lambda s: s.__setitem__(slice(None, None, 2), [0] * len(s[::2])),
            lambda s: s.__delitem__(slice(1, 3)),
            lambda s: s.__delitem__(slice(None, None, 2)),
            lambda s: s.__iadd__([1, 2]),
            lambda s: s.extend(s),
            lambda s: s.__setitem__(slice(0, 0), s),
        ]
        for change in changes:
            assert isinstance(change(ints), int) == isinstance(change(mirror), int)
            assert ints == mirror == list(ints)
            assert holder.Total() == sum(mirror)
        assert (ints.index(1), ints.count(1), 2 in ints, "x" in ints) == (mirror.index(1), mirror.count(1), True, False)
        assert ints + [1] == [*mirror, 1]  # noqa: RUF005
        assert list(reversed(ints)) == mirror[::-1]
        ints.clear()
        assert holder.Ints == []

    def test_iteration(self, holder: Any) -> None:
        holder.Fill(10_000)
        assert list(holder.Ints) == list(range(10_000)) == holder.Ints.copy()
        assert [point.X for point in holder.Points] == list(range(10_000))

    def test_structs_in_it_are_live(self, holder: Any) -> None:
        holder.Points[0].X = 8
        holder.Points[1].Tags.append("t")
        assert holder.Points == [{"X": 8, "Y": 0, "Tags": []}, {"X": 2, "Y": 0, "Tags": ["t"]}]
        holder.Counters[1].Inc()
        assert holder.Counters[1].Count == 1
        holder.Grid[1][0] = 5
        holder.Grid[0].append(6)
        assert holder.Grid == [[1, 6], [5, 3]]
        popped = holder.Points.pop()
        assert popped == {"X": 2, "Y": 0, "Tags": ["t"]}

    def test_after_it_grew_an_old_item_is_in_the_old_array_as_in_go(self, holder: Any) -> None:
        old = holder.Points[0]
        for _ in range(100):
            holder.Points.append({"X": 0, "Y": 0, "Tags": []})
        old.X = 77
        assert holder.Points[0].X == 1

    def test_a_nil_slice_is_empty(self, package: Any) -> None:
        holder = package.Empty()
        assert holder.Names == []
        assert list(holder.Ints) == []
        holder.Names.append("a")
        holder.Names.Add("b")
        assert holder.Seen() == ["", "a", "b"]

    def test_methods_of_a_named_slice(self, package: Any, holder: Any) -> None:
        assert isinstance(holder.Names, package.Names)
        holder.Names.Sort()
        holder.Names.Add("c")
        assert holder.Names == ["a", "b", "c"]
        assert package.JoinedOf(holder.Names) == "a,b,c"

    def test_arrays(self, package: Any, holder: Any) -> None:
        holder.Array[0] = 5
        holder.Array[1:] = [6, 7]
        assert holder.Array == [5, 6, 7]
        assert package.SumArray(holder.Array) == 18
        for change in (lambda: holder.Array.append(1), lambda: holder.Array.pop(), lambda: holder.Array.clear()):
            with pytest.raises(UnsupportedTypeError, match="length"):
                change()
        with pytest.raises(ValueError, match="length"):
            holder.Array[1:] = [6]

    def test_it_is_passed_as_it_is(self, package: Any, holder: Any) -> None:
        package.Double(holder.Ints)
        package.Upper(holder.Names)
        package.Push(holder.Ints, 7)
        assert holder.Ints == [2, 4, 6, 7]
        assert holder.Names == ["B", "A"]
        assert package.Describe(holder.Ints) == "[]int"
        assert holder.Ints[0] == 100
        # What Go doesn't assign is taken item by item.
        assert package.SumFloats(holder.Ints) == 117
        assert package.SumFloats(holder.Floats) == 4

    def test_bytes_stay_bytes(self, holder: Any) -> None:
        assert type(holder.Bytes) is bytes
        assert type(holder.Digest) is bytes


class TestBuffers:
    def test_numbers_are_gos_memory(self, holder: Any) -> None:
        with memoryview(holder.Floats).cast("B").cast("d") as view:
            assert (view.format, view.shape, view.readonly) == ("d", (2,), False)
            view[0] = 7.5
        assert holder.Floats == [7.5, 2.5]
        assert memoryview(holder.Array).tolist() == [1, 2, 3]
        assert memoryview(holder.Vector).tolist() == [0.5, 1]
        assert memoryview(holder.Levels).tolist() == [1, 2]

    def test_it_is_held_after_append_made_another(self, holder: Any) -> None:
        view = memoryview(holder.Ints)
        holder.Grow(1000)
        view[0] = 50
        assert holder.Ints[0] == 1
        del holder
        gc.collect()
        assert view.tolist() == [50, 2, 3]

    def test_numpy(self, holder: Any) -> None:
        numpy = pytest.importorskip("numpy")
        array = numpy.asarray(holder.Floats)
        array *= 2
        assert holder.Floats == [3, 5]
        assert numpy.asarray(holder.Ints).dtype == numpy.int64
        assert numpy.asarray(holder.Names).tolist() == ["b", "a"]

    def test_what_are_no_numbers_have_none(self, package: Any, holder: Any) -> None:
        with pytest.raises(BufferError, match="numbers"):
            memoryview(holder.Names)
        assert memoryview(package.Empty().Ints).tolist() == []


class TestPlain:
    def test_copies(self, holder: Any) -> None:
        for value, kind in ((holder.Header, dict), (holder.Names, list), (holder.Ints, list), (holder.Nested, dict)):
            for plain in (value.copy(), copy.copy(value), copy.deepcopy(value), usegolib.plain(value)):
                assert plain == value
                assert isinstance(plain, kind)
                assert not isinstance(plain, (usegolib.GoMap, usegolib.GoSlice))
            assert type(pickle.loads(pickle.dumps(value))) is kind
            assert repr(value) == repr(value.copy()) == str(value) or kind is dict
        points = holder.Points.copy()
        points[0]["X"] = 100
        assert holder.Points[0].X == 1

    def test_plain_goes_all_the_way_down(self, holder: Any) -> None:
        plain = usegolib.plain(holder.Inner)
        assert plain == {"Name": "inner", "N": 1, "Point": {"X": 1, "Y": 2, "Tags": ["a"]}}
        assert type(plain["Point"]) is dict
        assert usegolib.plain([holder.Points, {"a": holder.Names}]) == [
            [{"X": 1, "Y": 0, "Tags": []}, {"X": 2, "Y": 0, "Tags": []}],
            {"a": ["b", "a"]},
        ]
        assert usegolib.plain(holder.Counter) == {"Count": 0}

    def test_json(self, holder: Any) -> None:
        text = json.dumps(
            {"inner": holder.Inner, "header": holder.Header, "counters": holder.Counters}, default=usegolib.plain
        )
        assert json.loads(text) == {
            "inner": {"Name": "inner", "N": 1, "Point": {"X": 1, "Y": 2, "Tags": ["a"]}},
            "header": {"A": ["a", "b"]},
            "counters": [{"Count": 0}, {"Count": 0}],
        }
        with pytest.raises(TypeError):
            json.dumps({"bytes": holder.Bytes}, default=usegolib.plain)
        with pytest.raises(TypeError, match="plain"):
            usegolib.plain(object())

    def test_structs(self, package: Any, holder: Any) -> None:
        record = copy.copy(holder.Inner)
        assert isinstance(record, dict)
        assert isinstance(record, package.Inner)
        record["N"] = 100
        assert holder.Inner.N == 1
        assert copy.deepcopy(holder.Inner) == pickle.loads(pickle.dumps(holder.Inner)) == holder.Inner


class TestVariables:
    def test_package_variables_are_live(self, package: Any) -> None:
        package.Defaults["b"] = 5
        package.Origin.X = 8
        package.Primes.append(7)
        try:
            assert package.Default("b") == 5
            assert package.Origin == {"X": 8, "Y": 1, "Tags": []}
            assert package.Primes == [2, 3, 5, 7]
        finally:
            del package.Defaults["b"]
            package.Origin = {"X": 1, "Y": 1, "Tags": []}
            package.Primes = [2, 3, 5]


class TestDynamicValues:
    def test_structs_in_interfaces_refuse_to_be_changed(self, holder: Any) -> None:
        assert holder.Any == {"A": 1, "B": 2}
        assert holder.Shape.Area() == 6
        for change in (
            lambda: holder.Any.update(A=2),
            lambda: holder.Anys[2].update(A=2),
            lambda: holder.Shape.update(X=1),
        ):
            with pytest.raises(UnsupportedTypeError, match=r"o\.M\[k\] = record"):
                change()
        holder.Any = [1]
        assert holder.Any == [1]


class TestNetHTTP:
    def test_a_request(self, http: Any) -> None:
        request = http.NewRequest("GET", "https://example.com/a?b=c", None)
        request.Header.Set("accept", "text/html")
        request.Header["X-Many"] = ["1"]
        request.Header.Add("X-Many", "2")
        request.Header["X-Many"].append("3")
        request.URL.Path = "/changed"
        request.AddCookie(http.Cookie(Name="name", Value="value"))
        assert isinstance(request.Header, http.Header)
        assert request.Header == {"Accept": ["text/html"], "X-Many": ["1", "2", "3"], "Cookie": ["name=value"]}
        assert request.Header.Get("Accept") == "text/html"
        assert str(request.URL) == "https://example.com/changed?b=c"
        assert request.Cookie("name").Value == "value"
        del request.Header["X-Many"]
        assert sorted(request.Header) == ["Accept", "Cookie"]
        assert json.loads(json.dumps(request.Header, default=usegolib.plain)) == request.Header

    def test_a_variable(self, http: Any) -> None:
        client = http.DefaultClient
        client.Timeout = 5
        assert http.DefaultClient.Timeout == 5
        client.Timeout = 0


class TestResults:
    def test_results_of_functions_stay_copies(self, package: Any) -> None:
        assert type(package.Points(2)) is list
        assert not isinstance(package.Points(2)[0], usegolib.GoObject)


class TestLifetime:
    def test_references_are_given_back(self, package: Any, holder: Any) -> None:
        def live() -> int:
            gc.collect()
            package.Default("")
            package.Default("")
            return dict(usegolib.stats())["fixture.test/live"]

        before = live()
        kept = [holder.Ints, holder.Header, holder.Inner, holder.Points[0], memoryview(holder.Floats)]
        assert live() > before
        kept.clear()
        assert live() == before


@pytest.mark.parametrize("make", ["NewLabelled", "NewUnexported"])
def test_a_map_that_a_method_shows_is_live(package: Any, make: str) -> None:
    """A method of an object that takes nothing and gives a map with methods, as a `Header()` does."""
    labelled = getattr(package, make)()
    labels = labelled.Labels()
    assert labels == {"a": "1"}
    labels.Put("b", "2")
    labels["c"] = "3"
    assert labelled.Labels() == {"a": "1", "b": "2", "c": "3"}
    assert isinstance(labels, package.Labels)
    # One that is made for the occasion is a copy, as all results are.
    assert type(package.Copied(labels)).__mro__[1] is dict


class TestDataclasses:
    """Dataclass instances that Go can't address refuse to be changed, as records do."""

    @pytest.fixture
    def typed(self, package: Any) -> Any:
        return package.typed()

    def test_what_is_in_a_map_refuses(self, typed: Any) -> None:
        holder = typed.New()
        point = holder.ByName["p"]
        for change in (
            lambda: setattr(point, "X", 5),
            lambda: setattr(next(iter(holder.ByName.values())), "X", 5),
            lambda: setattr(holder.Any, "A", 5),
            lambda: point.Tags.append("x"),
            lambda: delattr(point, "X"),
        ):
            with pytest.raises(UnsupportedTypeError, match=r"o\.M\[k\] = "):
                change()
        assert holder.ByName["p"].X == 1

    def test_a_copy_is_changed_and_assigned(self, typed: Any) -> None:
        holder = typed.New()
        point = copy.copy(holder.ByName["p"])
        point.X = 5
        point.Tags.append("u")
        holder.ByName["p"] = point
        assert holder.ByName["p"] == point
        assert point == holder.ByName["p"]
        holder.ByName["q"] = dataclasses.replace(holder.ByName["p"], X=7)
        assert (holder.ByName["q"].X, holder.ByName["q"].Tags) == (7, ["t", "u"])
        assert copy.deepcopy(holder.ByName["p"]) == pickle.loads(pickle.dumps(holder.ByName["p"])) == point

    def test_it_is_what_it_was(self, typed: Any) -> None:
        point = typed.New().ByName["p"]
        assert isinstance(point, typed.types.Point)
        assert repr(point) == "Point(X=1, Y=0, Tags=['t'])"
        assert point.Sum() == 1
        assert point == typed.types.Point(X=1, Tags=["t"])
        assert point != typed.types.Point(X=2)
        assert dataclasses.asdict(point) == {"X": 1, "Y": 0, "Tags": ["t"]}


class TestReferences:
    """What pointers and interfaces in live maps and slices refer to."""

    @pytest.fixture
    def referrer(self, package: Any) -> Any:
        return package.NewReferrer()

    def test_a_default_that_is_set_is_live(self, package: Any, referrer: Any) -> None:
        referrer.Lists.setdefault("a", []).append("b")
        assert referrer.Lists == {"a": ["b"]}
        assert referrer.Lists.setdefault("a", ["other"]) == ["b"]
        node = referrer.ByName.setdefault("new", {"N": 3})
        assert (node.Inc(), referrer.ByName["new"].N) == (4, 4)
        given: dict[str, Any] = {}

        def visit(nodes: Any) -> None:
            nodes.setdefault("n", {"N": 1}).Inc()

        package.Visit(given, visit)
        assert given["n"].N == 2

    def test_copies_refer_to_nothing_of_gos(self, referrer: Any) -> None:
        for copied in (
            (referrer.List.copy(), referrer.ByName.copy(), referrer.Any.copy()),
            (copy.copy(referrer.List), copy.copy(referrer.ByName), copy.copy(referrer.Any)),
            copy.deepcopy((referrer.List, referrer.ByName, referrer.Any)),
            pickle.loads(pickle.dumps((referrer.List, referrer.ByName, referrer.Any))),
        ):
            nodes, by_name, anys = copied
            assert nodes == [{"N": 1, "Next": {"N": 2, "Next": None}}, {"N": 0, "Next": None}]
            assert by_name == {"a": {"N": 1, "Next": None}}
            assert anys == [{"N": 5, "Next": None}, 1]
            by_name["a"]["N"] = 124
        assert referrer.ByName["a"].N == 1

    def test_what_has_no_plain_form_is_told(self, referrer: Any) -> None:
        with pytest.raises(TypeError, match=r"'Sealed' has no plain form"):
            referrer.Sealed.copy()
        with pytest.raises(TypeError, match=r"'Sealed' has no plain form"):
            copy.deepcopy(referrer.Sealed)
        with pytest.raises(ValueError, match=r"'Node' contains itself"):
            referrer.Ring.copy()
        assert "Sealed" in repr(referrer.Sealed)
        assert referrer.Sealed == list(referrer.Sealed)

    def test_pointers_that_are_moved_stay_the_same(self, referrer: Any) -> None:
        first = referrer.List[0]
        referrer.List.sort(key=operator.attrgetter("N"))
        first.Inc()
        assert [node.N for node in referrer.List] == [0, 2]
        referrer.List.reverse()
        assert referrer.List.pop(0) == first
        assert referrer.Sealed.pop().Secret() == 7

    def test_they_print_as_go_does(self, referrer: Any) -> None:
        assert (str(referrer.Marks), f"{referrer.Marks}", repr(referrer.Marks)) == ("marks", "marks", "{'a': 1}")
        assert (str(referrer.Scores), repr(referrer.Scores)) == ("scores", "[1]")

    def test_keys_of_another_type_are_not_there(self, holder: Any) -> None:
        assert holder.ByNumber.get("x", 5) == 5
        assert holder.ByNumber.get(2**70) is None
        for key in ("x", 2**70):
            with pytest.raises(KeyError):
                holder.ByNumber[key]
        with pytest.raises(KeyError):
            holder.ByNumber.pop("x")
        assert holder.ByNumber.pop("x", None) is None
        with pytest.raises(UnsupportedTypeError):
            holder.ByNumber["x"] = "y"
        with pytest.raises(TypeError):
            holder.ByNumber[[]]
        for index in (2**70, -(2**70)):
            with pytest.raises(IndexError):
                holder.Ints[index]
            with pytest.raises(IndexError):
                holder.Ints[index] = 1
            with pytest.raises(IndexError):
                del holder.Ints[index]
        with pytest.raises(UnsupportedTypeError):
            holder.Ints["x"]


def test_what_an_untyped_variable_holds_is_changed_by_assigning(public: Load) -> None:
    variable = usegolib.ref()
    json_package = public("encoding/json")
    json_package.Unmarshal(b'{"a": [1]}', variable)
    with pytest.raises(UnsupportedTypeError) as raised:
        variable.value["z"] = 1
    assert "ref.value = record" in str(raised.value)
    value = variable.value.copy()
    value["z"] = 1
    variable.value = value
    assert json_package.Marshal(variable) == b'{"a":[1],"z":1}'
