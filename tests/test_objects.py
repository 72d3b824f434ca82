"""Live references to Go values: methods, fields, identity, lifetime."""

# Values are subclasses of what the tests compare them with.
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import collections.abc
import gc
import threading
from collections.abc import Callable
from typing import Any

import pytest

import usegolib
from tests.support.store import Store

requirement = pytest.mark.requirement
scenario = pytest.mark.scenario
Load = Callable[[str], Any]
Unsupported = usegolib.errors.UnsupportedTypeError


@requirement("Go Object Handles And Exported Methods")
class TestHandles:
    @scenario("Create object handle and call method")
    def test_obj_new_and_obj_call(self, load: Load) -> None:
        package = load("objects")
        handle = package.obj_new("Counter", {"Step": 2})
        assert package.obj_call(handle, "Inc", 5) == 10
        assert package.obj_call(handle, "Inc", 1) == 12
        package.obj_free(handle)

    @scenario("Freeing an object handle makes it unusable")
    def test_obj_free(self, load: Load) -> None:
        package = load("objects")
        handle = package.obj_new("Counter")
        package.obj_free(handle)
        with pytest.raises(usegolib.errors.ClosedObjectError):
            package.obj_call(handle, "Total")
        with pytest.raises(usegolib.errors.ClosedObjectError):
            handle.Total()
        package.obj_free(handle)

    def test_of_a_struct_whose_values_are_records(self, load: Load) -> None:
        package = load("attributes")
        for name in ("Point", package.Point):
            handle = package.obj_new(name, {"X": 2})
            assert isinstance(handle, usegolib.GoObject)
            handle.Y = 3
            assert package.EchoPoint(handle) == {"X": 2, "Y": 3}
            package.obj_free(handle)
            with pytest.raises(usegolib.errors.ClosedObjectError):
                package.EchoPoint(handle)
        vector = load("named").obj_new("Vector", {"X": 1, "Y": 2})
        assert vector.Dot({"X": 1, "Y": 1}) == 3
        assert load("named").obj_call(vector, "Dot", {"X": 1, "Y": 1}) == 3

    @scenario("Create object handle and call method", "Freeing an object handle makes it unusable")
    def test_of_types_with_value_methods(self, load: Load) -> None:
        """Methods of values are called on what the handle leads to, as it is then."""
        package = load("live")
        handle = package.obj_new("Point", {"X": 1, "Y": 2})
        assert package.obj_call(handle, "Sum") == handle.Sum() == 3
        handle.X = 5
        assert package.obj_call(handle, "Sum") == 7
        with pytest.raises(AttributeError):
            package.obj_call(handle, "Missing")
        with pytest.raises(TypeError):
            package.obj_call(handle, "Sum", 1)
        package.obj_free(handle)
        for use in (lambda: package.obj_call(handle, "Sum"), handle.Sum, lambda: handle.X):
            with pytest.raises(usegolib.errors.ClosedObjectError):
                use()
        package.obj_free(handle)

    @pytest.mark.parametrize("name", ["EchoPoint", "Level", "Åre"])
    def test_a_name_that_is_no_struct_is_refused(self, load: Load, name: str) -> None:
        with pytest.raises(TypeError):
            load("attributes").obj_new(name)

    def test_object(self, load: Load) -> None:
        package = load("objects")
        assert package.object("Counter").Total() == 0
        assert package.object("Counter", {"Step": 3}).Inc(1) == 3
        assert isinstance(package.object("Counter"), usegolib.GoObject)
        with pytest.raises((AttributeError, usegolib.errors.UseGoLibError)):
            package.object("Nothing")

    def test_errors(self, load: Load) -> None:
        counter = load("objects").NewCounter(1)
        with pytest.raises(usegolib.errors.GoError, match="failed"):
            counter.Fail()
        with pytest.raises(TypeError, match="Inc"):
            counter.Inc()
        with pytest.raises(Unsupported, match=r"^schema: .*Inc\(n\): "):
            counter.Inc("1")
        with pytest.raises(AttributeError, match="Inc"):
            counter.Incr  # noqa: B018


@requirement("Go Object Handles And Exported Methods")
class TestObjects:
    def test_methods(self, load: Load) -> None:
        counter = load("objects").NewCounter(2)
        assert counter.Inc(3) == 6
        assert counter.Inc(n=1) == 8
        assert counter.Set(5) is None
        assert counter.Split() == (2, 3)
        bound = counter.Inc
        assert bound(1) == 7
        assert bound.__name__ == "Inc"
        assert "adds n steps" in bound.__doc__

    def test_construction(self, load: Load) -> None:
        package = load("objects")
        assert package.Counter(Step=2, Name="a").Inc(1) == 2
        assert package.Counter({"Step": 2, "name": "a"}).Name == "a"
        assert package.Counter().Step == 0
        assert isinstance(package.Counter(), package.Counter)
        with pytest.raises(Unsupported, match=r"^schema: "):
            package.Counter(Step="2")
        with pytest.raises((TypeError, Unsupported), match="Stepp"):
            package.Counter(Stepp=2)

    def test_fields(self, load: Load) -> None:
        counter = load("objects").NewCounter(2)
        assert counter.Step == 2
        counter.Step = 10
        assert counter.Inc(1) == 10
        counter.Name = "größe"
        assert counter.Name == "größe"
        with pytest.raises(Unsupported):
            counter.Step = "x"
        with pytest.raises(AttributeError):
            counter.total  # noqa: B018
        with pytest.raises(AttributeError):
            counter.Inc = 5
        with pytest.raises(AttributeError):
            counter.new_attribute = 5

    def test_mapping(self, load: Load) -> None:
        counter = load("objects").Counter(Step=2, Name="a")
        assert isinstance(counter, collections.abc.Mapping)
        assert dict(counter) == {"Step": 2, "name": "a"}
        assert counter["name"] == "a"
        assert list(counter) == ["Step", "name"]
        assert len(counter) == 2
        assert counter == {"Step": 2, "name": "a"}
        assert counter != {"Step": 3, "name": "a"}
        with pytest.raises(KeyError):
            counter["total"]

    def test_identity(self, load: Load) -> None:
        package = load("objects")
        counter = package.NewCounter(1)
        assert counter.Self() == counter
        assert package.NewCounter(1) != counter
        assert package.Same(counter, counter.Self()) is True
        assert len({counter, package.NewCounter(1)}) == 2

    def test_text(self, load: Load) -> None:
        counter = load("objects").NewCounter(1)
        assert str(counter) == "Counter(0)"
        assert "objects.Counter" in repr(counter)
        assert counter.type_name.endswith("objects.Counter")
        assert type(counter).__name__ == "Counter"
        assert "Counter counts." in (type(counter).__doc__ or "")
        assert {"Inc", "Total", "Step", "Name"} <= set(dir(counter))

    def test_by_value(self, load: Load) -> None:
        package = load("objects")
        counter = package.NewCounter(1)
        counter.Inc(5)
        assert package.TotalOf(counter) == 5

    def test_close(self, load: Load) -> None:
        counter = load("objects").NewCounter(1)
        with counter as same:
            assert same is counter
            counter.Inc(1)
        for use in (lambda: counter.Inc(1), lambda: counter.Step, lambda: dict(counter), lambda: counter["Step"]):
            with pytest.raises(usegolib.errors.ClosedObjectError):
                use()
        counter.close()
        assert "Counter" in repr(counter)

    def test_closed_argument(self, load: Load) -> None:
        package = load("objects")
        counter = package.NewCounter(1)
        counter.close()
        with pytest.raises((usegolib.errors.ClosedObjectError, Unsupported)):
            package.TotalOf(counter)
        with pytest.raises((usegolib.errors.ClosedObjectError, Unsupported)):
            package.Same(counter, package.NewCounter(1))

    def test_wrong_type(self, load: Load) -> None:
        package = load("objects")
        for value in (package.NewOpaque(1), package.NewServer(), 5, "text"):
            with pytest.raises(Unsupported, match=r"^schema: Same\(a\): "):
                package.Same(value, package.NewCounter(1))

    def test_garbage_is_freed(self, load: Load) -> None:
        package = load("objects")

        def live() -> int:
            gc.collect()
            package.Burn(1)  # the next call to the library releases what the collector found
            package.Burn(1)
            (count,) = [n for module, n in live_objects().items() if module == "fixture.test/objects"]
            return count

        before = live()
        kept = [package.NewCounter(n) for n in range(100)]
        assert live() == before + 100
        del kept
        assert live() == before


def live_objects() -> dict[str, int]:
    """Live objects per module."""
    return dict(usegolib.stats())


@requirement("Opaque Pointer Results Use Object Handles")
class TestOpaque:
    @scenario("Function returns *Opaque handle")
    def test_pointer(self, load: Load) -> None:
        package = load("objects")
        opaque = package.NewOpaque(7)
        assert isinstance(opaque, usegolib.GoObject)
        assert opaque.Secret() == 7
        assert package.NoOpaque() is None

    def test_value(self, load: Load) -> None:
        package = load("objects")
        opaque = package.OpaqueValue(7)
        assert isinstance(opaque, usegolib.GoObject)
        assert package.Reveal(opaque) == 7
        assert package.Reveal(package.NewOpaque(8)) == 8


class TestWhatIsNotData:
    def test_recursive(self, load: Load) -> None:
        package = load("objects")
        head = package.Chain(5)
        assert head.Sum() == 15
        assert head.Next.Next.Value == 3
        head.Next = None
        assert head.Sum() == 1
        head.Next = package.Node(Value=41)
        assert head.Sum() == 42
        assert package.Chain(0) is None
        head.Children = [head, package.Node()]
        assert head.Children[0] == head

    def test_interfaces(self, load: Load) -> None:
        package = load("objects")
        dog, cat, cow = (package.NewAnimal(kind, "X") for kind in ("dog", "cat", "cow"))
        assert dog.Sound() == "X barks"
        assert dog.Name == "X"
        assert cat.Sound() == "X meows"
        assert cat["Name"] == "X"
        assert cow.Sound() == "X moos"
        assert package.NewAnimal("none", "") is None
        assert package.Chorus([dog, cat, cow]) == ["X barks", "X meows", "X moos"]
        assert package.Listen(None) == "silence"
        assert package.Listen(package.Dog(Name="Rex")) == "Rex barks"
        with pytest.raises(Unsupported, match=r"^schema: Listen\(a\): .*(Counter|Animal)"):
            package.Listen(package.NewCounter(1))
        with pytest.raises(Unsupported, match=r"^schema: Listen\(a\): "):
            package.Listen("cow")

    def test_unexported_types(self, load: Load) -> None:
        package = load("objects")
        cow = package.Hidden("Berta")
        assert cow.Sound() == "Berta moos"
        assert cow.Milk() == 3
        assert package.Listen(cow) == "Berta moos"

    def test_pointers_to_interfaces(self, load: Load) -> None:
        package = load("objects")
        dog, cat = package.NewAnimal("dog", "Rex"), package.NewAnimal("cat", "Tom")
        # The pointer is to a new variable.
        assert package.Replace(dog, cat) == dog
        assert package.Replace(package.Hidden("Berta"), cat).Sound() == "Berta moos"
        with pytest.raises(Unsupported, match=r"p: expected \*objects.Animal, got \*objects.Counter"):
            package.Replace(package.NewCounter(1), cat)

    def test_functional_options(self, load: Load) -> None:
        package = load("objects")
        server = package.NewServer(package.WithPort(8080), package.WithHost("example.test"))
        assert (server.Host, server.Port) == ("example.test", 8080)
        assert package.NewServer([package.WithPort(1)]).Port == 1
        assert package.NewServer().Port == 80

    def test_funcs(self, load: Load) -> None:
        package = load("objects")
        add = package.Adder(5)
        assert add(1) == 6
        assert package.Apply(add, 2) == 7
        with pytest.raises(TypeError):
            add()
        with pytest.raises(Unsupported):
            package.Apply(package.WithPort(1), 2)
        # Go assigns a func without a type name to one with it.
        assert package.Handle(add, 1) == 11
        with pytest.raises(Unsupported, match=r"h: expected objects.Handler, got objects.Option"):
            package.Handle(package.WithPort(1), 2)

    def test_funcs_of_no_declared_type(self, load: Load) -> None:
        package = load("objects")
        helpers = package.Helpers()
        assert helpers["upper"]("abc") == "ABC"
        assert helpers["repeat"]("ab", 2) == "abab"
        assert helpers["sum"](1, 2, 3) == helpers["sum"](6.0) == 6.0
        assert helpers["join"](["a", "b"], {"a": 5}) == ("a+b", 5)
        assert helpers["nothing"]() is None
        counter = package.NewCounter(2)
        assert helpers["counter"](counter, 3) == counter
        assert counter.Total() == 6
        with pytest.raises(usegolib.errors.GoError, match="no parts"):
            helpers["join"]([], {})
        for arguments in [(), ("a", "b"), (1,), (b"a",), (None,), (["a"],)]:
            with pytest.raises(Unsupported, match="func"):
                helpers["upper"](*arguments)
        for arguments in [(1.0, 300), (1.0, -1), (1.0, 1.5), ("1",), (True,)]:
            with pytest.raises(Unsupported, match="func"):
                helpers["sum"](*arguments)
        helpers["nothing"].close()
        with pytest.raises(usegolib.errors.ClosedObjectError):
            helpers["nothing"]()

    def test_channels(self, load: Load) -> None:
        package = load("objects")
        pipe = package.Pipe()
        assert package.Capacity(pipe) == 1
        assert package.Capacity(None) == 0
        package.Send(pipe, 5)
        with pytest.raises(Unsupported):
            package.Send(package.Adder(1), 5)

    def test_promotion(self, load: Load) -> None:
        tower = load("objects").NewTower("T")
        assert tower.Raise() == 1
        assert tower.Raise() == 2
        assert tower.Level == 2
        tower.Level = 10
        assert tower.Raise() == 11

    def test_records_of_objects(self, load: Load) -> None:
        package = load("objects")
        shelf = package.NewShelf()
        shelf["Main"].Inc(5)
        shelf["ByName"]["b"].Inc(1)
        assert shelf["Main"] == shelf["Others"][0]
        assert package.Totals(shelf) == 5 + 5 + 2 + 2
        assert shelf["Animal"].Sound() == "Tom meows"
        assert package.Totals({"Main": shelf["Main"], "Others": [], "ByName": {}}) == 5

    def test_containers_and_pointers(self, load: Load) -> None:
        package = load("objects")
        first, second = package.Pairs()
        assert first.Inc(1) == 1
        assert second is None
        assert package.Undeep(package.Deep()) == 3


class TestThreads:
    def test_one_object_from_many_threads(self, load: Load) -> None:
        server = load("objects").NewServer()
        seen: list[int] = []

        def hit() -> None:
            seen.extend(server.Hit() for _ in range(1000))

        threads = [threading.Thread(target=hit) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(seen) == list(range(1, 8001))

    def test_creating_and_freeing(self, load: Load) -> None:
        package = load("objects")
        failures: list[BaseException] = []

        def churn() -> None:
            try:
                for n in range(2000):
                    counter = package.NewCounter(n)
                    assert counter.Inc(1) == n
                    if n % 3 == 0:
                        counter.close()
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=churn) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []

    def test_calls_release_the_interpreter(self, load: Load) -> None:
        package = load("objects")
        ticks = 0
        done = threading.Event()

        def burn() -> None:
            package.Burn(300_000_000)
            done.set()

        thread = threading.Thread(target=burn)
        thread.start()
        while not done.wait(0.001):
            ticks += 1
        thread.join()
        assert ticks > 5


@requirement("Generic Function Instantiation")
class TestGenerics:
    @scenario("Build instantiates a generic function and Python calls it")
    def test_instantiations(self, load: Load, store: Store) -> None:
        package = load("generics")
        assert package.Id__int64(5) == 5
        assert package.generic("Id", ["int64"])(5) == 5
        assert package.generic("Id", ["string"])("x") == "x"
        assert package.generic("Id", ["[]int"])([1, 2]) == [1, 2]
        assert package.generic("Id", ["map[string]int"])({"a": 1}) == {"a": 1}
        assert package.generic("Id", ["Point"])({"X": 1, "Y": 2}) == {"X": 1, "Y": 2}
        assert package.generic("Sum", ["float64"])([1.5, 2]) == 3.5
        assert package.generic("Max", ["string"])("a", "b") == "b"
        assert package.generic("MakePair", ["string", "int"])("a", 1) == {"Key": "a", "Value": 1}
        generics = store.manifest("generics")["schema"]["generics"]
        entry = {"pkg": "fixture.test/generics", "name": "Id", "type_args": ["int64"], "symbol": "Id__int64"}
        assert entry in generics
        assert package.Plain() == "plain"

    def test_by_name(self, load: Load) -> None:
        package = load("generics")
        assert package.Id["int64"](5) == 5
        assert package.MakePair["string", "int"]("a", 1) == {"Key": "a", "Value": 1}
        assert "Id" in dir(package)
        assert "returns" in package.Id.__doc__
        assert package.Id(5) == 5
        assert package.MakePair("a", 1) == {"Key": "a", "Value": 1}

    @scenario("Calling a non-configured generic instantiation fails")
    def test_not_configured(self, load: Load) -> None:
        package = load("generics")
        with pytest.raises(usegolib.errors.UnsupportedSignatureError) as caught:
            package.generic("Id", ["float32"])
        assert str(caught.value).count("Id[Point]") + str(caught.value).count("generics.Point]") == 1
        with pytest.raises((AttributeError, usegolib.errors.UseGoLibError)):
            package.generic("Nothing", ["int"])
        with pytest.raises(Unsupported):
            package.generic("Id", ["int64"])("text")

    def test_generic_types(self, load: Load) -> None:
        package = load("generics")
        box = package.IntBox(5)
        box.Set(6)
        assert box.Get() == 6
        assert package.EchoPair({"Key": "a", "Value": 1}) == {"Key": "a", "Value": 1}

    def test_uninstantiated_is_explained(self, load: Load) -> None:
        text = load("instances").Text
        with pytest.raises(usegolib.errors.UnsupportedSignatureError, match="not instantiated"):
            text(1)
