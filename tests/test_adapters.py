"""Times, durations and UUIDs: their Python types in, text and numbers with methods out."""

# Values are subclasses of what the tests compare them with.
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import dataclasses
import datetime
import uuid
from collections.abc import Callable
from typing import Any

import pytest

import usegolib

requirement = pytest.mark.requirement
scenario = pytest.mark.scenario
Load = Callable[[str], Any]
Unsupported = usegolib.errors.UnsupportedTypeError

MOMENT = "2024-02-29T12:30:15.123456789+05:30"
ID = "01020304-0000-4000-8000-00000000000f"
EVENT = {
    "ID": ID,
    "Start": MOMENT,
    "Length": 90,
    "Parent": ID,
    "End": MOMENT,
    "Pause": 5,
    "Marks": [MOMENT],
    "Ranges": {"a": 1},
    "Members": [ID, ID],
}


@requirement("Typed Adapter For time.Time")
class TestTime:
    @scenario("Passing time.Time as a string")
    def test_in(self, load: Load) -> None:
        package = load("adapters")
        assert package.Year(MOMENT) == 2024
        assert package.UnixNano("1970-01-01T00:00:01.000000001Z") == 1_000_000_001
        assert package.IsZero("0001-01-01T00:00:00Z") is True

    @scenario("Returning time.Time as a string")
    def test_out(self, load: Load) -> None:
        package = load("adapters")
        result = package.Moment()
        assert isinstance(result, str)
        assert result == MOMENT
        assert package.ZeroTime() == "0001-01-01T00:00:00Z"
        for text in (MOMENT, "1969-12-31T23:59:59.5Z", "9999-12-31T23:59:59Z", "2024-01-01T00:00:00-11:45"):
            assert package.EchoTime(text) == text

    def test_datetime(self, load: Load) -> None:
        package = load("adapters")
        zone = datetime.timezone(datetime.timedelta(hours=-3))
        assert package.EchoTime(datetime.datetime(2024, 2, 29, 1, 2, 3, 4, zone)) == "2024-02-29T01:02:03.000004-03:00"
        utc = datetime.datetime(2024, 2, 29, 1, 2, 3, tzinfo=datetime.timezone.utc)
        assert package.EchoTime(utc) == "2024-02-29T01:02:03Z"

    def test_methods(self, load: Load) -> None:
        moment = load("adapters").Moment()
        assert moment.Format("2006-01-02") == "2024-02-29"
        assert moment.YearDay() == 60
        assert moment.Add(10**9).Second() == 16

    @pytest.mark.parametrize("value", ["", "yesterday", "2024-02-30T00:00:00Z", "2024-02-29", 5, None, 1.5])
    def test_bad_values(self, load: Load, value: object) -> None:
        with pytest.raises(Unsupported, match=r"^schema: EchoTime\(t\): "):
            load("adapters").EchoTime(value)

    def test_in_other_types(self, load: Load) -> None:
        package = load("adapters")
        assert package.EchoTimePointer(None) is None
        assert package.EchoTimePointer(MOMENT) == MOMENT
        assert package.EchoTimes([MOMENT, "2024-01-01T00:00:00Z"]) == [MOMENT, "2024-01-01T00:00:00Z"]
        assert package.EchoEvent(EVENT) == EVENT
        assert package.Dynamic("time") == MOMENT
        assert package.Dynamic("time").Year() == 2024


@requirement("Typed Adapter For time.Duration")
class TestDuration:
    @scenario("Passing time.Duration as an int")
    def test_in(self, load: Load) -> None:
        package = load("adapters")
        assert package.Spell(90 * 10**9) == "1m30s"
        assert package.Spell(-1) == "-1ns"

    @scenario("Returning time.Duration as an int")
    def test_out(self, load: Load) -> None:
        package = load("adapters")
        result = package.EchoDuration(90 * 10**9)
        assert isinstance(result, int)
        assert result == 90 * 10**9
        assert package.EchoDuration(2**63 - 1) == 2**63 - 1

    def test_timedelta(self, load: Load) -> None:
        package = load("adapters")
        assert package.Spell(datetime.timedelta(hours=1, microseconds=1)) == "1h0m0.000001s"
        assert package.EchoDuration(datetime.timedelta(days=-1)) == -86_400 * 10**9
        with pytest.raises(Unsupported, match=r"^schema: Spell\(d\): "):
            package.Spell(datetime.timedelta(days=999_999_999))

    def test_methods(self, load: Load) -> None:
        result = load("adapters").EchoDuration(90 * 10**9)
        assert result.Seconds() == 90.0
        assert result.String() == "1m30s"

    def test_in_other_types(self, load: Load) -> None:
        package = load("adapters")
        assert package.EchoDurations({"a": 1, "b": datetime.timedelta(microseconds=2)}) == {"a": 1, "b": 2000}
        assert package.Dynamic("duration") == 90 * 10**9
        assert package.Dynamic("duration").Minutes() == 1.5

    @pytest.mark.parametrize("value", ["1s", 1.5, None, 2**63, True])
    def test_bad_values(self, load: Load, value: object) -> None:
        with pytest.raises(Unsupported, match=r"^schema: EchoDuration\(d\): "):
            load("adapters").EchoDuration(value)


@requirement("Typed Adapter For uuid.UUID")
class TestUuid:
    @scenario("Passing uuid.UUID as a string")
    def test_in(self, load: Load) -> None:
        package = load("adapters")
        assert package.Text(ID) == ID
        assert package.Text(ID.upper()) == ID
        assert package.Text(f"urn:uuid:{ID}") == ID
        assert package.Text(f"{{{ID}}}") == ID
        assert package.Text(ID.replace("-", "")) == ID

    @scenario("Returning uuid.UUID as a string")
    def test_out(self, load: Load) -> None:
        result = load("adapters").EchoUUID(ID)
        assert isinstance(result, str)
        assert result == ID
        assert uuid.UUID(result) == uuid.UUID(ID)

    def test_python_uuid(self, load: Load) -> None:
        value = uuid.uuid4()
        assert load("adapters").EchoUUID(value) == str(value)

    def test_methods(self, load: Load) -> None:
        assert load("adapters").EchoUUID(ID).Version() == 4
        assert load("adapters").Dynamic("uuid").String() == "01020304-0000-0000-0000-000000000000"

    def test_in_other_types(self, load: Load) -> None:
        package = load("adapters")
        assert package.EchoUUIDPointer(None) is None
        assert package.EchoUUIDPointer(ID) == ID
        assert package.EchoByUUID({ID: "a"}) == {ID: "a"}
        event = EVENT | {"ID": uuid.UUID(ID), "Members": [], "Parent": None, "End": None, "Pause": None}
        assert package.EchoEvent(event) == event | {"ID": ID}

    @pytest.mark.parametrize("value", ["", "nonsense", ID[:-1], ID + "0", "g" + ID[1:], 5, None, b"x" * 16])
    def test_bad_values(self, load: Load, value: object) -> None:
        with pytest.raises(Unsupported, match=r"^schema: EchoUUID\(u\): "):
            load("adapters").EchoUUID(value)


def test_values_keep_their_type_in_any(load: Load) -> None:
    package = load("adapters")
    for kind in ("time", "duration", "uuid"):
        value = package.Dynamic(kind)
        again = package.EchoAny(value)
        assert again == value
        assert type(again) is type(value)
    assert package.EchoAny(uuid.UUID(ID)) == ID
    assert package.EchoAny(datetime.timedelta(microseconds=1)) == 1000
    assert package.EchoAny(datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)) == "2024-01-01T00:00:00Z"


def test_fields_of_dataclasses_are_annotated(load: Load) -> None:
    fields = dataclasses.fields(load("adapters").typed().types.Event)
    assert {field.name: field.type for field in fields} == {
        "ID": "str",
        "Start": "str",
        "Length": "int",
        "Parent": "str | None",
        "End": "str | None",
        "Pause": "int | None",
        "Marks": "list[str]",
        "Ranges": "dict[str, int]",
        "Members": "list[str]",
    }
