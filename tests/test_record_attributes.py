"""Records show their fields as attributes by Go's names, and constructors list them."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
import pydoc
from collections.abc import Callable
from typing import Any

import pytest

from usegolib.errors import UnsupportedTypeError

pytestmark = pytest.mark.requirement("Schema Exchange")
Load = Callable[[str], Any]

SIGN = "\u212bre"
"""The name with the sign of the unit, as Go has it."""


@pytest.fixture
def package(load: Load) -> Any:
    return load("attributes")


class TestFields:
    def test_are_read_and_written(self, package: Any) -> None:
        point = package.EchoPoint({"X": 1, "Y": 2})
        assert (point.X, point.Y) == (1, 2)
        point.X = 5
        assert point == {"X": 5, "Y": 2}
        assert package.EchoPoint(point) == {"X": 5, "Y": 2}
        with pytest.raises(AttributeError, match="cannot delete"):
            del point.X
        with pytest.raises(AttributeError, match=r"'Point' object has no attribute 'Z'$"):
            _ = point.Z
        with pytest.raises(AttributeError, match="'Point' object has no attribute 'Z'"):
            point.Z = 1

    def test_a_value_that_does_not_fit_is_found_on_the_way_to_go(self, package: Any) -> None:
        point = package.EchoPoint({"X": 1, "Y": 2})
        point.X = "one"
        with pytest.raises(UnsupportedTypeError, match=r"EchoPoint\(p\): p\.X: expected int, got str"):
            package.EchoPoint(point)

    def test_records_stay_dicts(self, package: Any) -> None:
        point = package.EchoPoint({"X": 1, "Y": 2})
        assert isinstance(point, dict)
        assert repr(point) == "{'X': 1, 'Y': 2}"
        assert json.loads(json.dumps(point)) == {**point} == {"X": 1, "Y": 2}
        assert list(point.keys()) == ["X", "Y"]
        assert type(pickle.loads(pickle.dumps(point))) is package.Point
        assert type(copy.copy(point)) is type(copy.deepcopy(point)) is package.Point

    def test_have_the_names_of_go_whatever_the_keys_are(self, package: Any) -> None:
        tagged = package.EchoTagged({"name": "a", "count": 3})
        assert (tagged.Name, tagged.Count) == ("a", 3)
        tagged.Name = "b"
        assert tagged == {"name": "b", "count": 3}
        with pytest.raises(AttributeError, match=r"no attribute 'name'.*Go's names.*\['name'\]"):
            _ = tagged.name

    def test_of_a_field_in_fields(self, package: Any) -> None:
        every = package.Every(Pair=[package.Point(X=1), package.Point()])
        again = package.EchoEvery(every)
        assert again.Pair[0].X == 1
        assert again.Record.Y == 0

    def test_promoted_ones(self, package: Any) -> None:
        derived = package.EchoDerived(
            {"Base": {"ID": 1, "Deepest": {"Depth": 2}}, "Point": {"X": 3, "Y": 4}, "Name": "n"}
        )
        assert (derived.ID, derived.Depth, derived.X, derived.Name) == (1, 2, 3, "n")
        derived.Depth = 7
        derived.Y = 8
        assert derived["Base"]["Deepest"]["Depth"] == 7
        assert package.EchoDerived(derived).Y == 8
        nothing = package.EchoDerived({"Base": {"ID": 1, "Deepest": {"Depth": 2}}, "Point": None, "Name": "n"})
        with pytest.raises(AttributeError, match="X is a field of what it embeds, which is nil"):
            _ = nothing.X

    def test_promoted_ones_of_dataclasses(self, package: Any) -> None:
        types = package.typed().types
        derived = types.Derived(Point=types.Point(X=3))
        derived.Depth = derived.Y = 7
        assert (derived.ID, derived.X, derived.Base.Deepest.Depth, derived.Point.Y) == (0, 3, 7, 7)
        assert package.typed().EchoDerived(derived).Depth == 7
        with pytest.raises(AttributeError):
            _ = types.Derived().X

    def test_names_that_python_normalises(self, package: Any) -> None:
        # Python's parser makes the letter of the sign, and so do these names.
        assert package.Ångström(7) == 7
        assert package.Ångström(Åre=7) == 7
        assert package.Åre == 5
        package.Åre = 6
        assert getattr(package, SIGN) == 6
        package.Åre = 5
        signs = package.Signs(Åre=1)
        assert signs.Åre == getattr(signs, SIGN) == 1
        assert signs.Ångström() == 1
        signs.Åre = 2
        assert signs[SIGN] == 2
        assert signs.None_ == 0
        assert package.Signs(None_=5) == package.Signs(**{"None": 5})
        assert package.Other(None_=5).None_ == 5
        holder = package.NewHolder()
        holder.Åre = 4
        assert holder.Ångström() == holder.Åre == 4
        assert package.Holder(Åre=3).Åre == 3
        assert package.typed().types.Signs(Åre=3).Åre == 3


class TestAbsentFields:
    def test_read_as_zero(self, package: Any) -> None:
        tagged = package.EchoTagged({"name": "a"})
        assert tagged == {"name": "a"}
        zeros = (tagged.Flag, tagged.Count, tagged.Ratio, tagged.Note, tagged.Data, tagged.Pointer, tagged.Any)
        assert zeros == (False, 0, 0.0, "", b"", None, None)
        level = tagged.Level
        assert level.Double() == level == 0
        assert tagged == {"name": "a"}

    def test_what_is_put_into_them_is_not_lost(self, package: Any) -> None:
        tagged = package.EchoTagged({"name": "a"})
        tagged.Items.append(1)
        tagged.ByName["x"] = 2
        tagged.Points.append({"X": 1, "Y": 2})
        again = package.EchoTagged(tagged)
        assert (again.Items, again.ByName, again.Points[0].Y) == ([1], {"x": 2}, 2)

    def test_of_dataclasses(self, package: Any) -> None:
        made = package.typed().EchoTagged({"name": "a"})
        assert (made.Flag, made.Count, made.Note, made.Items, made.ByName, made.Pointer) == (False, 0, "", [], {}, None)
        other = package.typed().EchoTagged({"name": "a"})
        made.Items.append(1)
        assert other.Items == []
        assert package.EchoTagged(made).Items == [1]


class TestNil:
    """A record goes back to Go as it was: nil is not empty."""

    def test_fields_of_zero_records(self, package: Any) -> None:
        assert (
            package.JSON(package.Nils()) == '{"List":null,"Numbers":null,"Data":null,"Map":null,"Inner":{"List":null}}'
        )

    def test_fields_of_results(self, package: Any) -> None:
        for made in (package.MakeNils(), package.typed().MakeNils(), package.typed().types.Nils()):
            assert package.JSON(made) == package.JSON(package.Nils())
        assert package.MakeNils() == {"List": [], "Numbers": [], "Data": b"", "Map": {}, "Inner": {"List": []}}

    def test_empty_ones_stay_empty(self, package: Any) -> None:
        made = package.Nils(List=[], Map={}, Data=b"")
        made.Numbers = []
        assert package.JSON(made) == '{"List":[],"Numbers":[],"Data":"","Map":{},"Inner":{"List":null}}'

    def test_what_is_put_into_them_is_there(self, package: Any) -> None:
        made = package.Nils()
        made.List.append("a")
        made.Numbers.extend([1, 2])
        made.Map["k"] = 1
        made.Inner.List.insert(0, "b")
        assert package.JSON(made) == '{"List":["a"],"Numbers":[1,2],"Data":null,"Map":{"k":1},"Inner":{"List":["b"]}}'

    def test_copies(self, package: Any) -> None:
        made = copy.deepcopy(package.MakeNils())
        assert package.JSON(made) == package.JSON(package.Nils())


class TestConstructors:
    def test_their_signatures_list_the_fields(self, package: Any) -> None:
        signature = inspect.signature(package.Point)
        assert str(signature) == "(*, X: 'int' = 0, Y: 'int' = 0)"
        defaults = {name: one.default for name, one in inspect.signature(package.Every).parameters.items()}
        assert defaults == {**package.Every(), "Long": 0}
        assert list(inspect.signature(package.Holder).parameters) == ["Åre", "Point"]

    def test_instances_have_no_signature(self, package: Any) -> None:
        assert not hasattr(package.Point(), "__signature__")
        assert not hasattr(package.NewHolder(), "__signature__")

    def test_a_subclass_with_a_constructor_of_its_own(self, package: Any) -> None:
        class Own(package.Point):
            def __init__(self, across: int) -> None:
                super().__init__(X=across)

        class Same(package.Point):
            pass

        assert list(inspect.signature(Own).parameters) == ["across"]
        assert list(inspect.signature(Same).parameters) == ["X", "Y"]
        assert Own(3).X == 3

    def test_help(self, package: Any) -> None:
        text = pydoc.plain(pydoc.render_doc(package.Point))
        assert "class Point" in text
        assert "Point(*, X: 'int' = 0, Y: 'int' = 0)" in text
        assert "X is across." in text
        assert "X int" in text
        assert "Point attributes.Point" in pydoc.plain(pydoc.render_doc(package.Holder))

    def test_names_of_python_itself(self, package: Any) -> None:
        made = package.Receivers(self=1, cls=2, args=3)
        assert (made.Self, made.Cls, made.Args) == (1, 2, 3)
        assert package.EchoReceivers(made) == {"self": 1, "cls": 2, "args": 3}
        assert package.NewHolder().Call(cls=1, self_=3) == 2
        assert package.NewHolder().Call(3, 1) == 2

    def test_of_dataclasses_default_to_zero_in_the_order_of_go(self, package: Any) -> None:
        types = package.typed().types
        assert types.Point() == types.Point(0, 0)
        assert types.Point(1, 2).Y == 2
        assert list(inspect.signature(types.Tagged).parameters)[:2] == ["Name", "Flag"]
        every = types.Every()
        assert (every.Pair, every.Record, every.Hash, every.List) == (
            [types.Point(), types.Point()],
            types.Point(),
            b"\0\0",
            [],
        )
        assert every.When == "0001-01-01T00:00:00Z"
        assert every.Record is not types.Every().Record
        assert package.EchoEvery(every) == package.Every()


@pytest.mark.network
def test_a_public_module(load: Load) -> None:
    import usegolib

    s2 = usegolib.import_("github.com/golang/geo/s2")
    here = s2.LatLngFromDegrees(52.5, 13.4)
    assert here.Lat.Degrees() == pytest.approx(52.5)
    here.Lng = 0
    assert here.String().startswith("[52.5")
