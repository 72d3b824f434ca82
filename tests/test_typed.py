"""The typed package: structs are dataclass instances in every place where one can be."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import weakref
from collections.abc import Callable
from typing import Any, get_type_hints

import msgpack
import pytest

from usegolib.errors import GoError, UnsupportedTypeError

pytestmark = pytest.mark.requirement("Python Typed Struct Wrappers")
Load = Callable[[str], Any]


@pytest.fixture
def package(load: Load) -> Any:
    return load("typed").typed()


@pytest.fixture
def item(package: Any) -> Any:
    return package.types.Item


def check_nested(package: Any, nested: Any) -> None:
    item = package.types.Item
    assert isinstance(nested, package.types.Nested)
    assert nested.One == nested.Pointer == nested.Any == item(1)
    assert nested.List == [item(1)]
    assert nested.ByName == {"a": item(1)}
    assert nested.Pair == [item(1), item(1)]


class TestPlaces:
    def test_fields_items_values_and_pointers(self, package: Any) -> None:
        check_nested(package, package.MakeNested())
        check_nested(package, package.Echo(package.MakeNested()))

    def test_several_results(self, package: Any, item: Any) -> None:
        assert package.Both() == (item(1), 2)

    def test_fields_and_methods_of_objects(self, package: Any, item: Any) -> None:
        holder = package.NewHolder()
        check_nested(package, holder.Record)
        assert holder.Items == [item(2)]
        assert holder.First() == item(2)
        assert holder.Count() == 1

    def test_snapshots(self, package: Any, item: Any) -> None:
        holder = package.NewHolder()
        check_nested(package, holder["Record"])
        entries = dict(holder.items())
        check_nested(package, entries["Record"])
        assert entries["Items"] == [item(2)]
        assert list(holder.values()) == [holder["Record"], [item(2)]]
        check_nested(package, dict(holder)["Record"])

    def test_variables(self, package: Any, item: Any) -> None:
        assert package.Current == item(9)
        package.Current = item(10, "n")
        try:
            assert package.Current == item(10, "n")
        finally:
            package.Current = item(9)

    def test_dynamic_values(self, package: Any, item: Any) -> None:
        assert package.Dynamic("item") == item(1)
        assert package.Dynamic("map") == {"a": item(1)}
        assert package.Dynamic("anys") == [item(1), 5]
        assert package.Dynamic("items") == [item(1)]
        assert package.Dynamic("pointers") == [item(1), None]
        assert package.Dynamic("named") == {"a": [item(1)], "b": []}
        assert package.Dynamic("array") == [item(1)]
        assert package.Dynamic("func")() == [item(1)]

    def test_func_values(self, package: Any, item: Any) -> None:
        assert package.Maker()(4) == item(4)

    def test_objects_of_errors(self, package: Any, item: Any) -> None:
        with pytest.raises(GoError, match=r"^problem$") as caught:
            package.Fail()
        problem: Any = caught.value.object
        assert problem.At == problem["At"] == dict(problem.items())["At"] == item(3)

    def test_the_plain_package_still_gives_dicts(self, load: Load) -> None:
        plain = load("typed")
        assert plain.MakeItem(1, "") == {"ID": 1}
        assert plain.NewHolder()["Items"] == [{"ID": 2}]


class TestInstances:
    def test_what_go_leaves_out_is_zero(self, package: Any, item: Any) -> None:
        made = package.MakeItem(1, "")
        assert (made.ID, made.Note, made.More) == (1, "", {})
        assert package.MakeItem(1, "n") == item(1, "n")

    def test_dataclass_functions(self, package: Any, item: Any) -> None:
        made = package.MakeItem(1, "n")
        assert [one.metadata["go"] for one in dataclasses.fields(made)] == ["ID", "note", "more"]
        assert list(dataclasses.asdict(made).values()) == [1, "n", {}]
        name = dataclasses.fields(made)[0].name
        assert dataclasses.replace(made, **{name: 2}) == item(2, "n")
        assert repr(made).startswith("Item(")
        assert dataclasses.asdict(package.MakeNested())["One"] == dataclasses.asdict(item(1))

    def test_annotations_resolve(self, package: Any, item: Any) -> None:
        nested = package.types.Nested
        assert get_type_hints(nested) == {
            "One": item,
            "List": list[item],
            "ByName": dict[str, item],
            "Pointer": item | None,
            "Pair": list[item],
            "Any": Any,
        }
        assert inspect.get_annotations(item) == {"ID": int, "Note": str, "More": dict[str, int]}
        # Whoever makes something of a dataclass reads them one by one.
        assert item.__annotations__["ID"] is int
        assert dict(package.types.Point.__annotations__) == {"X": int, "Y": int}

    def test_slots(self, package: Any) -> None:
        made = package.MakePoint()
        assert not hasattr(made, "__dict__")
        with pytest.raises(AttributeError):
            made.Z = 1
        assert weakref.ref(made)() is made

    def test_receivers_are_written_back(self, package: Any) -> None:
        point = package.MakePoint()
        assert point.Move(10) is None
        assert point == package.types.Point(11, 12)
        own = package.types.Point(0, 0)
        own.Move(1)
        assert own == package.types.Point(1, 1)

    def test_hidden_state(self, package: Any) -> None:
        token = package.MakeToken(7)
        token.Name = "renamed"
        assert token.Secret() == 7
        assert package.Reveal([token, *package.MakeTokens(8, 9), package.types.Token("new")]) == [7, 8, 9, 0]

    def test_copies(self, package: Any) -> None:
        token = package.MakeToken(7)
        for copied in (copy.copy(token), copy.deepcopy(token)):
            assert type(copied) is type(token)
            copied.Name = "copied"
            assert (copied.Secret(), token.Name) == (7, "token")
        nested = package.MakeNested()
        deep = copy.deepcopy(nested)
        deep.List[0].ID = 100
        check_nested(package, nested)
        shallow = copy.copy(nested)
        assert shallow.List is nested.List

    def test_state_without_what_is_hidden(self, package: Any) -> None:
        token = package.MakeToken(7)
        assert token.__getstate__() == {"Name": "token"}
        again = object.__new__(type(token))
        again.__setstate__(token.__getstate__())
        assert again == token
        assert again.Secret() == 0
        with pytest.raises(TypeError, match="state in Go"):
            pickle.dumps(token)
        plain = pickle.loads(pickle.dumps(package.types.Token("name")))
        assert plain == package.types.Token("name")
        assert type(plain) is package.types.Token

    def test_classes_brought_along(self, load: Load) -> None:
        @dataclasses.dataclass
        class Item:
            number: int = dataclasses.field(metadata={"go": "ID"})
            note: str | None = None
            more: dict[str, int] | None = None
            label: str = dataclasses.field(init=False, default="")

        @dataclasses.dataclass(slots=True)
        class Point:
            X: int
            Y: int

            def __post_init__(self) -> None:
                self.X *= 100  # pyright: ignore[reportConstantRedefinition]

        # A field that Go doesn't know makes it another struct.
        binding = load("typed")._binding
        with pytest.raises(Exception, match="has the fields"):
            binding.typed_with({"fixture.test/typed.Item": Item})
        made = binding.typed_with({"fixture.test/typed.Point": Point}).bind("MakePoint")()
        assert type(made) is Point
        assert (made.X, made.Y) == (100, 2)


def message(*entries: tuple[str, object]) -> bytes:
    """A successful answer: a record with these entries, in this order and as often."""
    pack = msgpack.packb
    packed = b"".join(bytes(pack(key) or b"") + bytes(pack(value) or b"") for key, value in entries)
    return b"\x92\x00" + bytes([0x80 | len(entries)]) + packed


NAME, AGE, TAGS = ("Name", "Ann"), ("Age", 40), ("Tags", ["a"])


class TestUntrustedResults:
    @pytest.mark.parametrize("entries", [(NAME, AGE, TAGS), (TAGS, NAME, AGE), (NAME, TAGS, AGE)])
    def test_in_any_order(self, lying_library: Callable[[], Any], entries: Any) -> None:
        person: Any = lying_library().typed().Person(message(*entries))
        assert dataclasses.asdict(person) == {"Name": "Ann", "Age": 40, "Tags": ["a"]}

    @pytest.mark.parametrize(
        ("entries", "what"),
        [
            ((NAME, AGE, TAGS, NAME), '"Name" is there twice'),
            ((NAME, NAME, TAGS), '"Name" is there twice'),
            ((TAGS, TAGS, NAME, AGE), '"Tags" is there twice'),
            ((NAME, AGE, TAGS, ("Extra", 1)), 'unknown field "Extra"'),
            ((("extra", 1), NAME, AGE, TAGS), 'unknown field "extra"'),
            ((NAME, AGE), 'missing field "Tags"'),
            ((), 'missing field "Name"'),
            ((NAME, ("Age", "40"), TAGS), "Age"),
        ],
    )
    def test_lies(self, lying_library: Callable[[], Any], entries: Any, what: str) -> None:
        with pytest.raises(UnsupportedTypeError, match=what):
            lying_library().typed().Person(message(*entries))
