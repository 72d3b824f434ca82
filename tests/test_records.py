"""Structs of plain data: dicts both ways."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

import pytest

import usegolib
from tests.support.store import Store

requirement = pytest.mark.requirement
scenario = pytest.mark.scenario
Load = Callable[[str], Any]
Unsupported = usegolib.errors.UnsupportedTypeError

ANN = {"Name": "Ann", "Age": 40}
BOB = {"Name": "Bob", "Age": 50}
ADDRESS = {"street_line": "Main", "city": "Bonn", "shown": "yes", "-": "dash"}
COMPANY: dict[str, Any] = {
    "Name": "Acme",
    "Employees": [
        {"Person": ANN, "Title": "CEO", "Tags": ["a", "b"], "Scores": {"x": 1}},
        {"Person": BOB, "Title": "", "Tags": [], "Scores": {}},
    ],
    "Offices": {"main": ADDRESS},
    "Boss": ANN,
}
EVERYTHING = {
    "Bool": True,
    "Int": -1,
    "Uint8": 255,
    "Float": 0.5,
    "Complex": 1j,
    "String": "s",
    "Bytes": b"b",
    "Array": [1, 2],
    "Slice": [{"X": 1.0, "Y": 2.0}],
    "Map": {"k": {"X": 1.0, "Y": 2.0}},
    "Pointer": 5,
    "Record": {"X": 1.0, "Y": 2.0},
    "Any": [1, {"a": None}],
}


@requirement("Type Bridge Level 3 Phase A")
class TestRecordStructs:
    @scenario("Passing a record struct value")
    def test_in(self, load: Load) -> None:
        assert load("records").Describe(ANN) == "Ann is 40"
        assert load("records").Describe(types.MappingProxyType(ANN)) == "Ann is 40"
        assert load("records").Describe(dict(reversed(ANN.items()))) == "Ann is 40"

    @scenario("Returning a record struct value")
    def test_out(self, load: Load) -> None:
        result = load("records").MakePerson("Ann", 40)
        assert result == ANN
        assert isinstance(result, dict)
        assert list(result) == ["Name", "Age"]

    @scenario("Missing required fields are rejected")
    def test_missing(self, load: Load) -> None:
        package = load("records")
        with pytest.raises(Unsupported, match=r"^schema: Describe\(p\): .*Age"):
            package.Describe({"Name": "Ann"})
        with pytest.raises(Unsupported, match=r"^schema: EchoCompany\(c\): c\.Employees\[1\]\.Person: .*Name"):
            package.EchoCompany(
                COMPANY | {"Employees": [COMPANY["Employees"][0], {**BOB_EMPLOYEE, "Person": {"Age": 1}}]}
            )

    def test_unknown_fields(self, load: Load) -> None:
        with pytest.raises(Unsupported, match=r"^schema: Describe\(p\): .*Agee.*Age"):
            load("records").Describe({"Name": "Ann", "Agee": 1, "Age": 1})
        with pytest.raises(Unsupported, match=r"^schema: Describe\(p\): "):
            load("records").Describe({"Name": "Ann", "Age": 1, 5: 1})

    @scenario("Nested record structs are supported")
    def test_nested(self, load: Load) -> None:
        package = load("records")
        assert package.EchoCompany(COMPANY) == COMPANY
        assert package.EchoEverything(EVERYTHING) == EVERYTHING

    @scenario("Containers of record structs are supported")
    def test_containers(self, load: Load) -> None:
        package = load("records")
        assert package.Sum([ANN, BOB]) == 90
        assert package.Oldest({"a": ANN, "b": BOB}) == "b"
        assert package.EchoPeople([]) == []
        assert package.EchoByName({"a": ANN}) == {"a": ANN}
        assert package.EchoPointers([ANN, None]) == [ANN, None]
        assert package.EchoPair([{"X": 1, "Y": 2}, {"X": 3, "Y": 4}]) == [{"X": 1.0, "Y": 2.0}, {"X": 3.0, "Y": 4.0}]

    def test_pointers(self, load: Load) -> None:
        package = load("records")
        assert package.EchoPersonPointer(ANN) == ANN
        assert package.EchoPersonPointer(None) is None
        assert package.NoPerson() is None
        with pytest.raises(Unsupported, match=r"^schema: EchoPerson\(p\): "):
            package.EchoPerson(None)

    def test_constructed(self, load: Load) -> None:
        package = load("records")
        assert package.Describe(package.Person(Name="Ann", Age=40)) == "Ann is 40"
        assert package.Person(Name="Ann") == {"Name": "Ann", "Age": 0}
        assert package.Person() == {"Name": "", "Age": 0}
        assert package.Person(ANN) == ANN
        with pytest.raises(Unsupported):
            package.Person(Name=5)


BOB_EMPLOYEE: dict[str, Any] = COMPANY["Employees"][1]


@requirement("Schema Exchange")
class TestSchemaExchange:
    @scenario("Manifest includes struct field schema")
    def test_manifest(self, store: Store) -> None:
        types_ = {t["name"]: t for t in store.manifest("records")["schema"]["types"]}
        fields = {f["name"]: f for f in types_["fixture.test/records.Address"]["fields"]}
        assert fields["Street"]["key"] == "street_line"
        assert set(fields["Street"]["aliases"]) == {"Street", "street"}
        assert fields["Street"]["type"] == "string"
        assert fields["Street"]["required"] is True
        assert fields["Zip"]["required"] is False
        assert fields["Zip"]["omitempty"] is True
        assert fields["Geo"]["type"] == "*fixture.test/records.Point"

    @scenario("Runtime validates struct field types before call")
    def test_validation(self, load: Load) -> None:
        package = load("records")
        with pytest.raises(Unsupported, match=r"^schema: Describe\(p\): p\.Age: expected int64, got str"):
            package.Describe({"Name": "Ann", "Age": "40"})
        bad = [COMPANY["Employees"][0], BOB_EMPLOYEE | {"Person": {"Name": "x", "Age": 1.5}}]
        with pytest.raises(
            Unsupported, match=r"^schema: EchoCompany\(c\): c\.Employees\[1\]\.Person\.Age: expected int64, got float"
        ):
            package.EchoCompany(COMPANY | {"Employees": bad})


@requirement("Typed Struct Keys")
class TestKeys:
    @scenario("Passing tag-keyed record structs")
    @pytest.mark.parametrize("key", ["street_line", "street", "Street"])
    def test_every_key_is_accepted(self, load: Load, key: str) -> None:
        value = {key: "Main", "City": "Bonn", "shown": "yes", "-": "dash"}
        assert load("records").DescribeAddress(value) == "Main|Bonn||yes|dash"

    @scenario("Returning canonical keys")
    def test_canonical_keys(self, load: Load) -> None:
        result = load("records").EchoAddress({"Street": "Main", "City": "Bonn", "Shown": "yes", "Dash": "dash"})
        assert result == ADDRESS

    def test_the_same_field_twice(self, load: Load) -> None:
        with pytest.raises(Unsupported, match=r"^schema: EchoAddress\(a\): "):
            load("records").EchoAddress(ADDRESS | {"Street": "Other"})


@requirement("Typed Struct Tag Options")
class TestTagOptions:
    @scenario("omitempty fields are optional")
    def test_optional(self, load: Load) -> None:
        assert load("records").DescribeAddress(ADDRESS) == "Main|Bonn||yes|dash"

    @scenario("omitempty fields may be omitted on output")
    def test_left_out(self, load: Load) -> None:
        package = load("records")
        full = ADDRESS | {"zip": "53111", "notes": ["n"], "extra": {"a": "b"}, "geo": {"X": 1.0, "Y": 2.0}}
        assert package.EchoAddress(full) == full
        assert package.EchoAddress(ADDRESS | {"zip": "", "notes": [], "extra": {}, "geo": None}) == ADDRESS

    @scenario("Ignored fields are excluded")
    def test_ignored(self, load: Load, store: Store) -> None:
        package = load("records")
        types_ = {t["name"]: t for t in store.manifest("records")["schema"]["types"]}
        names = {f["name"] for f in types_["fixture.test/records.Address"]["fields"]}
        assert names == {"Street", "City", "Zip", "Notes", "Extra", "Geo", "Shown", "Dash"}
        result = package.MakeAddress()
        assert result == {"street_line": "Main", "city": "Bonn", "shown": "yes", "-": ""}
        for key in ("Secret", "Dropped", "dropped"):
            with pytest.raises(Unsupported, match=rf"^schema: EchoAddress\(a\): .*{key}"):
                package.EchoAddress(ADDRESS | {key: "x"})


@requirement("Typed Struct Embedded Fields")
@scenario("Embedded fields appear in schema and outputs")
def test_embedded(load: Load, store: Store) -> None:
    package = load("records")
    value = {"Base": {"ID": 7}, "label": {"Text": "t"}, "Name": "n"}
    assert package.DescribeDerived(value) == "7|t|n"
    assert package.EchoDerived(value) == value
    types_ = {t["name"]: t for t in store.manifest("records")["schema"]["types"]}
    embedded = {f["name"]: f.get("embedded", False) for f in types_["fixture.test/records.Derived"]["fields"]}
    assert embedded == {"Base": True, "Label": True, "Name": False}


@requirement("Python Typed Struct Wrappers")
class TestTypedWrappers:
    @scenario("Dataclass instances are accepted as inputs")
    def test_in(self, load: Load) -> None:
        typed = load("records").typed()
        person = typed.types.Person(Name="Ann", Age=40)
        assert typed.Describe(person) == "Ann is 40"
        assert load("records").Describe(person) == "Ann is 40"

    @scenario("Struct results decode to dataclasses")
    def test_out(self, load: Load) -> None:
        typed = load("records").typed()
        person = typed.MakePerson("Ann", 40)
        assert type(person) is typed.types.Person
        assert (person.Name, person.Age) == ("Ann", 40)
        people = typed.EchoPeople([person])
        assert people == [person]
