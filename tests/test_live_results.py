"""Maps with methods that a method of an object gives: they are the object's own, and live."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

import pytest

import usegolib
from usegolib.errors import GoError, GoPanicError

Load = Callable[[str], Any]


@pytest.fixture
def package(load: Load) -> Any:
    return load("live")


@pytest.fixture
def holder(package: Any) -> Any:
    return package.New()


class TestMaps:
    def test_are_the_objects_own(self, package: Any, holder: Any) -> None:
        own = holder.Own()
        own.Set("B", "c")
        own["C"] = ["d"]
        own["A"].append("e")
        assert holder.Header == {"A": ["a", "b", "e"], "B": ["c"], "C": ["d"]} == own
        del own["B"]
        own.update(D=["f"])
        assert own.pop("C") == ["d"]
        assert package.OwnOf(holder) == {"A": ["a", "b", "e"], "D": ["f"]}

    def test_are_seen_as_they_are_now(self, holder: Any) -> None:
        own = holder.Own()
        holder.Header.Set("A", "z")
        assert own["A"] == ["z"]
        assert own.Get("A") == "z"

    def test_are_mappings(self, package: Any, holder: Any) -> None:
        own = holder.Own()
        assert isinstance(own, Mapping)
        assert isinstance(own, MutableMapping)
        assert isinstance(own, package.Header)
        assert isinstance(own, usegolib.GoMap)
        assert json.loads(json.dumps(own, default=usegolib.plain)) == {"A": ["a", "b"]}
        assert type(usegolib.plain(own)) is dict
        assert {**own} == dict(own) == own == {"A": ["a", "b"]}

    def test_beside_other_results_and_errors(self, holder: Any) -> None:
        own, two = holder.Both(False)
        own.Set("B", "c")
        assert (holder.Header.Get("B"), two) == ("c", 2)
        with pytest.raises(GoError, match="failed") as caught:
            holder.Both(True)
        caught.value.results[0].Set("C", "d")
        assert holder.Header.Get("C") == "d"

    def test_of_interfaces(self, package: Any, holder: Any) -> None:
        package.AsResponder(holder).Own().Set("B", "c")
        assert holder.Header.Get("B") == "c"

    def test_of_types_that_can_not_be_named(self, package: Any) -> None:
        response = package.Response()
        response.Own().Set("A", "b")
        response.Mark(response)["C"] = ["d"]
        assert response.Own() == {"A": ["b"], "Mark": ["1"], "C": ["d"]}

    def test_in_callables_of_pythons(self, package: Any) -> None:
        def handle(responder: Any) -> None:
            responder.Own().Set("A", "b")
            responder.Own()["C"] = ["d"]

        assert package.Respond(handle) == {"A": ["b"], "C": ["d"]}

    def test_where_there_is_none(self, holder: Any) -> None:
        none = holder.None_() if hasattr(holder, "None_") else getattr(holder, "None")()
        assert none == {}
        for change in (lambda: none.Set("A", "b"), lambda: none.__setitem__("A", ["b"])):
            with pytest.raises(GoPanicError, match="assignment to entry in nil map"):
                change()


class TestWhatStaysACopy:
    def test_maps_without_methods(self, holder: Any) -> None:
        counted = holder.Counted()
        counted["three"] = 3
        assert type(counted) is dict
        assert "three" not in holder.Counts

    def test_what_functions_give(self, package: Any, holder: Any) -> None:
        copied = package.OwnOf(holder)
        copied.Set("B", "c")
        assert copied.Get("B") == "c"
        assert isinstance(copied, dict)
        assert holder.Header.Get("B") == ""

    def test_what_methods_of_records_give(self, package: Any) -> None:
        owner = package.Owner(Header={"A": ["b"]})
        assert type(owner.Own()).__mro__[1] is dict


class TestValuesOfMaps:
    """What Go can't address: a slice in a map is read from there, and stored there when it is another one."""

    def test_methods_see_what_is_there_now(self, package: Any) -> None:
        group = package.NewGroup()
        names = group.Lists["a"]
        group.Put("a", "p", "q", "r")
        assert names.Joined() == "p,q,r"
        names.Sort()
        assert list(names) == ["p", "q", "r"]

    def test_what_methods_append_is_stored(self, package: Any) -> None:
        group = package.NewGroup()
        names = group.Lists["a"]
        names.Add("z")
        assert group.List("a") == "y,x,z"
        group.Put("a", "p")
        names.Add("q")
        assert group.List("a") == "p,q"
        names.Sort()
        assert group.List("a") == "p,q"

    def test_nil_slices_have_methods(self, package: Any) -> None:
        group = package.NewGroup()
        group.Lists["nil"].Add("a")
        assert group.List("nil") == "a"
        assert group.Lists["nil"].Joined() == "a"
        none = package.NoNames()
        none.Add("b")
        assert (none, none.Joined()) == (["b"], "b")

    def test_reading_stores_nothing(self, package: Any) -> None:
        group = package.NewGroup()
        names = group.Lists["a"]
        del group.Lists["a"]
        assert names.Joined() == "y,x"
        assert "a" not in group.Lists

    def test_maps_in_maps(self, package: Any) -> None:
        group = package.NewGroup()
        group.Maps["a"].Set("K", "v")
        assert group.Maps == {"a": {"K": ["v"]}}


@pytest.mark.network
class TestNetHTTP:
    def test_a_recorder(self, public: Load) -> None:
        recorder = public("net/http/httptest").NewRecorder()
        recorder.Header().Set("content-type", "x")
        recorder.Header()["X-Other"] = ["y"]
        assert recorder.Result().Header == {"Content-Type": ["x"], "X-Other": ["y"]}

    def test_a_handler_of_pythons(self, public: Load) -> None:
        def serve(writer: Any, request: Any) -> None:
            writer.Header().Set("Content-Type", "text/x-python")
            writer.Header()["X-Path"] = [request.URL.Path]
            request.Header.Set("Seen", "1")
            writer.WriteHeader(201)
            writer.Write(b"hello " + request.Header.Get("Seen").encode())

        server = public("net/http/httptest").NewServer(serve)
        try:
            with urllib.request.urlopen(server.URL + "/path") as response:
                assert response.status == 201
                assert response.headers["Content-Type"] == "text/x-python"
                assert response.headers["X-Path"] == "/path"
                assert response.read() == b"hello 1"
        finally:
            server.Close()

    def test_a_query_is_built(self, public: Load) -> None:
        request = public("net/http").NewRequest("GET", "https://example.com/?a=b", None)
        query = request.URL.Query()
        query.Add("c", "d e")
        query["f"] = ["g"]
        request.URL.RawQuery = query.Encode()
        assert str(request.URL) == "https://example.com/?a=b&c=d+e&f=g"
