"""Times are whole: what their text can't say stays with the value."""

from __future__ import annotations

import copy
import datetime
import gc
import pickle
from collections.abc import Callable
from typing import Any

import pytest

import usegolib
from usegolib.errors import UnsupportedTypeError

pytestmark = pytest.mark.requirement("Typed Adapter For time.Time")
Load = Callable[[str], Any]


@pytest.fixture
def package(load: Load) -> Any:
    return load("times")


def whole(package: Any) -> dict[str, Any]:
    """Times of which the text doesn't say all."""
    return {
        "of a place": package.At(package.NewYork),
        "with seconds in the offset": package.Amsterdam(),
        "of five digits": package.Far(12024),
        "before the year 0": package.Far(-5),
        "with a monotonic reading": package.Now(),
        "of an offset with a name": package.Fixed("CET", 3600),
        "of an offset of nothing": package.Fixed("", 0),
    }


class TestPlaces:
    def test_daylight_saving(self, package: Any) -> None:
        noon = package.At(package.NewYork)
        assert str(noon) == "2024-03-09T12:00:00-05:00"
        after = noon.AddDate(0, 0, 1)
        assert str(after) == "2024-03-10T12:00:00-04:00"
        assert after.AddDate(0, 8, 0) == "2024-11-10T12:00:00-05:00"

    def test_their_names(self, package: Any) -> None:
        noon = package.At(package.NewYork)
        assert noon.Format("MST") == "EST"
        assert noon.AddDate(0, 0, 1).Format("MST") == "EDT"
        assert noon.Location().String() == "America/New_York"
        assert noon.Zone() == ("EST", -5 * 3600)
        assert package.Fixed("CET", 3600).Format("MST") == "CET"

    def test_of_the_standard_library(self) -> None:
        time = usegolib.import_("time")
        berlin = time.LoadLocation("Europe/Berlin")
        summer = time.Date(2024, time.July, 1, 12, 0, 0, 0, berlin)
        assert str(summer) == "2024-07-01T12:00:00+02:00"
        assert summer.AddDate(0, 6, 0) == "2025-01-01T12:00:00+01:00"
        assert summer.In(time.UTC) == "2024-07-01T10:00:00Z"
        started = time.Now()
        assert 0 <= time.Since(started) < 60 * 10**9
        assert "m=+" in started.String()
        assert "m=+" not in started.Round(0).String()


class TestRoundTrips:
    def test_go_sees_the_very_same_time(self, package: Any) -> None:
        for what, time in whole(package).items():
            assert package.Same(time, package.Echo(time)), what
            assert package.Echo(time).String() == time.String(), what

    def test_what_the_text_says_is_a_time_of_its_own(self, package: Any) -> None:
        before = sum(usegolib.stats().values())
        times = [package.Far(2024), package.Fixed("", 7200), package.Fixed("", -19800)]
        gc.collect()
        assert sum(usegolib.stats().values()) == before
        for time in times:
            assert package.Alike(time, package.Echo(str(time)))

    def test_in_fields_and_containers(self, package: Any) -> None:
        event = package.MakeEvent()
        again = package.EchoEvent(event)
        assert again == event
        for made in (event, again):
            assert made.When.Location().String() == "America/New_York"
            assert made.More[0].AddDate(0, 0, 1).Format("MST") == "EDT"
            assert made.More[1] == "0001-01-01T00:00:00Z"
        noon = package.At(package.NewYork)
        assert package.Same(package.EchoAll({"a": [noon]})["a"][0], noon)
        assert package.Same(package.EchoPointer(noon), noon)
        typed = package.typed().MakeEvent()
        assert package.typed().EchoEvent(typed).When.Format("MST") == "EST"

    def test_in_any(self, package: Any) -> None:
        noon = package.At(package.NewYork)
        assert package.Describe(noon) == "2024-03-09 12:00:00 -0500 EST"
        assert package.Describe([noon]) == "2024-03-09 12:00:00 -0500 EST"
        assert package.Any().Format("MST") == "EST"
        assert package.Anys()[0].Format("MST") == "EST"
        assert package.Same(package.EchoAny(noon), noon)

    def test_copies_are_the_same_time(self, package: Any) -> None:
        noon = package.At(package.NewYork)
        assert copy.copy(noon).Format("MST") == copy.deepcopy(noon).Format("MST") == "EST"
        assert pickle.loads(pickle.dumps(package.Far(2024))) == "2024-01-01T00:00:00Z"
        with pytest.raises(TypeError, match=r"pickle its text, str\(value\)"):
            pickle.dumps(noon)
        assert pickle.loads(pickle.dumps(str(noon))) == noon

    def test_of_another_library_are_the_instant(self, package: Any, load: Load) -> None:
        noon = package.At(package.NewYork)
        assert load("adapters").EchoTime(noon) == "2024-03-09T12:00:00-05:00"
        with pytest.raises(UnsupportedTypeError, match=r"expected time\.Time"):
            load("adapters").EchoTime(package.Far(12024))

    def test_a_time_of_python(self, package: Any) -> None:
        zone = datetime.timezone(datetime.timedelta(hours=2))
        time = package.Echo(datetime.datetime(2024, 1, 1, tzinfo=zone))
        assert time == "2024-01-01T00:00:00+02:00"
        assert package.Same(time, time) is package.Alike(time, str(time)) is True

    def test_what_python_holds_is_freed(self, package: Any) -> None:
        gc.collect()
        package.Far(1)
        before = sum(usegolib.stats().values())
        times = [package.Now() for _ in range(10)]
        assert sum(usegolib.stats().values()) == before + 10
        del times
        gc.collect()
        package.Far(1)
        assert sum(usegolib.stats().values()) == before
