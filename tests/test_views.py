"""A package seen otherwise: dataclasses for structs, Python's times, numpy's arrays."""

from __future__ import annotations

import datetime
import pickle
import uuid
from collections.abc import Callable
from typing import Any, get_type_hints

import numpy as np
import pytest

import usegolib

pytestmark = pytest.mark.requirement("Python Typed Struct Wrappers")
Load = Callable[[str], Any]


class TestOptions:
    def test_one_package_for_a_choice(self, load: Load) -> None:
        package = load("typed")
        assert package.view() is package
        assert package.view(structs="dataclass") is package.typed()
        view = package.view(times="python", structs="dataclass")
        assert view is package.view(structs="dataclass", times="python")
        assert view.view(structs="record", times="go") is package
        assert view.view() is package
        assert pickle.loads(pickle.dumps(view)) is view
        assert pickle.loads(pickle.dumps(view.types.Point)) is view.types.Point

    @pytest.mark.parametrize("option", ["structs", "times", "arrays"])
    def test_what_is_no_option(self, load: Load, option: str) -> None:
        with pytest.raises(ValueError, match="structs is 'record' or 'dataclass'"):
            load("typed").view(**{option: "nothing"})


class TestTimes:
    def test_values(self, load: Load) -> None:
        view = load("adapters").view(times="python")
        moment = datetime.datetime(2024, 1, 2, 3, 4, 5, 123456, datetime.timezone(datetime.timedelta(hours=-5)))
        assert view.EchoTime(moment) == moment
        assert view.EchoTime(moment).utcoffset() == moment.utcoffset()
        assert type(view.EchoTime(moment)) is datetime.datetime
        assert view.EchoTime("2024-01-02T03:04:05Z") == datetime.datetime(
            2024, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc
        )
        for took in (datetime.timedelta(days=-1, microseconds=5), datetime.timedelta(hours=30), datetime.timedelta(0)):
            assert view.EchoDuration(took) == took
        one = uuid.uuid4()
        assert view.EchoUUID(one) == one
        assert type(view.EchoUUID(one)) is uuid.UUID

    def test_containers(self, load: Load) -> None:
        view = load("adapters").view(times="python")
        moment = datetime.datetime(2024, 1, 2, tzinfo=datetime.timezone.utc)
        assert view.EchoTimes([moment]) == [moment]
        assert view.EchoDurations({"a": 1000}) == {"a": datetime.timedelta(microseconds=1)}

    def test_what_a_datetime_can_not_say(self, load: Load) -> None:
        view = load("adapters").view(times="python")
        assert view.EchoTime("2024-01-02T03:04:05.123456789Z").microsecond == 123456
        assert view.EchoDuration(-1) == datetime.timedelta(microseconds=-1)

    def test_the_package_stays_as_it_is(self, load: Load) -> None:
        package = load("adapters")
        package.view(times="python")
        assert package.EchoTime("2024-01-02T03:04:05Z") == "2024-01-02T03:04:05Z"


class TestArrays:
    def test_slices(self, load: Load) -> None:
        view = load("numbers").view(arrays="numpy")
        floats = view.EchoFloat64s([1.5, 2.5])
        assert isinstance(floats, np.ndarray)
        assert floats.dtype == np.float64
        assert floats.tolist() == [1.5, 2.5]
        floats[0] = 3
        assert view.EchoFloat64s(floats).tolist() == [3, 2.5]
        assert view.EchoFloat64s(None).shape == (0,)
        assert view.EchoInts([1, -1]).dtype == np.int64
        assert view.EchoUint16s([65535]).dtype == np.uint16

    def test_rows_and_arrays(self, load: Load) -> None:
        view = load("numbers").view(arrays="numpy")
        rows = view.EchoRows([[1.0], [2.0, 3.0]])
        assert [row.tolist() for row in rows] == [[1], [2, 3]]
        assert view.EchoArray([1, 2, 3]).tolist() == [1, 2, 3]

    def test_any(self, load: Load) -> None:
        view = load("numbers").view(arrays="numpy")
        assert view.Any().tolist() == [1, 2, 3]

    def test_values_with_methods_are_lists(self, load: Load) -> None:
        series = load("numbers").view(arrays="numpy").EchoSeries([1, 2])
        assert series == [1, 2]
        assert series.Sum() == 3

    def test_a_million(self, load: Load) -> None:
        view = load("numbers").view(arrays="numpy")
        assert view.Count(1_000_000).sum() == 499_999_500_000


def test_all_at_once(load: Load) -> None:
    view = load("adapters").view("dataclass", "python", "numpy")
    assert isinstance(view, usegolib.Package)
    event = view.types.Event()
    echoed = view.EchoEvent(event)
    assert isinstance(echoed, view.types.Event)
    assert isinstance(echoed.Start, datetime.datetime)
    assert echoed.Start.year == 1


def test_annotations_are_of_what_the_view_gives(load: Load) -> None:
    package = load("adapters")
    plain, seen = package.typed(), package.view(structs="dataclass", times="python", arrays="numpy")
    fields = get_type_hints(plain.types.Event)
    assert issubclass(fields["Start"], str)
    assert issubclass(fields["Length"], int)
    fields = get_type_hints(seen.types.Event)
    assert (fields["Start"], fields["Length"]) == (datetime.datetime, datetime.timedelta)


class TestTypes:
    """isinstance says of every value whether it is of a Go type, whatever view either is from."""

    @pytest.mark.parametrize("structs", ["record", "dataclass"])
    def test_structs(self, load: Load, structs: str) -> None:
        package = load("live")
        view = package.view(structs=structs, times="python")
        classes = [package.Plain, view.Plain, package.typed().types.Plain]
        values = [package.New().Plain, view.New().Plain, package.Plain(A=1), package.typed().types.Plain()]
        for class_ in classes:
            assert all(isinstance(value, class_) for value in values)
            assert not any(isinstance(value, package.Inner) for value in values)
            assert not any(isinstance(value, class_) for value in (1, None, {}, package.New().Inner))

    def test_values_of_types_that_are_objects(self, load: Load) -> None:
        package = load("typed")
        for value in (package.MakePoint(), package.typed().MakePoint(), package.obj_new("Point")):
            for class_ in (package.Point, package.typed().types.Point, package.typed().Point):
                assert isinstance(value, class_)
                assert issubclass(type(value), class_)
            assert not isinstance(value, package.Item)

    def test_containers_and_subclasses(self, load: Load) -> None:
        package = load("live")
        view = package.view(times="python")
        for holder in (package.New(), view.New()):
            assert isinstance(holder.Header, package.Header)
            assert isinstance(holder.Header, view.Header)
            assert not isinstance(holder.Header, package.Names)

        class Own(package.Point):
            pass

        assert isinstance(Own(X=1), package.Point)
        assert not isinstance(package.Point(X=1), Own)


class TestZeros:
    def test_constants(self, public: Load) -> None:
        package = public("time")
        view = package.view(times="python")
        assert view.Second == view.ParseDuration("1s") == datetime.timedelta(seconds=1)
        assert type(view.Second) is datetime.timedelta
        second: Any = package.Second
        assert (second.Seconds(), int(second)) == (1.0, 10**9)

    def test_defaults_of_dataclasses(self, load: Load) -> None:
        event = load("adapters").view(structs="dataclass", times="python").types.Event()
        assert event.Start == datetime.datetime(1, 1, 1, tzinfo=datetime.timezone.utc)
        assert event.Length == datetime.timedelta(0)

    @pytest.mark.parametrize("structs", ["record", "dataclass"])
    def test_nil_slices_stay_nil(self, load: Load, structs: str) -> None:
        package = load("numbers")
        view = package.view(structs=structs, arrays="numpy")
        nil, empty = view.MakeSamples(True), view.MakeSamples(False)
        for samples in (nil, empty):
            assert isinstance(samples.Values, np.ndarray)
            assert (samples.Values.shape, samples.Values.dtype, samples.Pair.tolist()) == ((0,), np.float64, [0, 0])
            assert type(samples.Values + 1) is np.ndarray
        assert (package.IsNil(nil), package.IsNil(empty)) == (True, False)
        assert package.IsNil(pickle.loads(pickle.dumps(nil)))
        if structs == "dataclass":
            zero = view.types.Samples()
            assert package.IsNil(zero)
            assert isinstance(zero.Pair, np.ndarray)
            zero.Values = np.append(zero.Values, [1.5])
            assert not package.IsNil(zero)

    def test_arrays_in_an_any(self, load: Load) -> None:
        package = load("numbers")
        view = package.view(arrays="numpy")
        assert package.AnyArray() == [1, 2]
        assert isinstance(view.AnyArray(), np.ndarray)
        assert view.AnyArray().dtype == np.int16
