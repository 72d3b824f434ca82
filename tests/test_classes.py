"""The Python classes of Go types, and the package object: what Python tools and habits find in them."""

from __future__ import annotations

import collections.abc
import copy
import gc
import inspect
import pickle
import typing
import weakref
from collections.abc import Callable
from typing import Any

import pytest

import usegolib

Load = Callable[[str], Any]
pytestmark = [pytest.mark.requirement("Go Object Handles And Exported Methods")]


def test_signatures_of_methods(load: Load) -> None:
    objects = load("objects")
    counter = objects.NewCounter(1)
    assert str(inspect.signature(counter.Inc)) == "(n)"
    assert str(inspect.signature(objects.Counter.Inc)) == "(self, /, n)"
    assert (counter.Inc.__name__, counter.Inc.__qualname__) == ("Inc", "Counter.Inc")
    assert counter.Inc.__self__ is counter
    assert counter.Inc(n=2) == 2
    with pytest.raises(TypeError, match=r"Counter\.Inc\(\) missing 1 required positional argument: 'n'"):
        counter.Inc()
    with pytest.raises(TypeError, match=r"unbound method Counter\.Inc\(\) needs an argument"):
        objects.Counter.Inc()


def test_methods_take_any_receiver_of_their_type(load: Load) -> None:
    objects = load("objects")
    assert objects.Counter.Inc(objects.NewCounter(2), 1) == 2
    with pytest.raises(TypeError, match="'Inc' for 'Counter' objects doesn't apply to a 'Opaque' object"):
        objects.Counter.Inc(objects.NewOpaque(1), 1)


def test_subclasses(load: Load) -> None:
    objects = load("objects")

    class Counter(objects.Counter):
        def twice(self) -> int:
            self.seen = True
            return self.Inc(1) + self.Inc(1)

    counter = Counter(Step=1)
    assert counter.twice() == 3
    assert counter.seen
    assert objects.Same(counter, counter)


def test_a_class_is_of_one_go_type(load: Load) -> None:
    objects = load("objects")

    class Both(objects.Counter, objects.Opaque):
        pass

    with pytest.raises(TypeError, match=r"'.*Both' is a class of several Go types: objects\.Counter, objects\.Opaque"):
        Both()


def test_objects_are_mappings_with_weak_references(load: Load) -> None:
    counter = load("objects").NewCounter(5)
    assert isinstance(counter, collections.abc.Mapping)
    reference = weakref.ref(counter)
    assert reference() is counter
    del counter
    gc.collect()
    assert reference() is None


def test_unknown_types_have_the_methods_of_their_interface(load: Load) -> None:
    cow = load("objects").NewAnimal("cow", "Elsa")
    assert cow.Sound() == "Elsa moos"


def test_values_pickle_and_copy_with_their_class(load: Load) -> None:
    named = load("named")
    for value in (named.Celsius(1.5), named.Running, named.Name("n"), named.List([1])):
        found = pickle.loads(pickle.dumps(value))
        assert found == value
        assert type(found) is type(value)
        assert copy.deepcopy(value) == value


def test_near_matches(load: Load) -> None:
    objects = load("objects")
    with pytest.raises(AttributeError, match="NewCounter"):
        _ = objects.new_counter
    with pytest.raises(AttributeError, match="Adder"):
        _ = objects.Ader
    assert not hasattr(objects, "__wrapped__")


def test_names(load: Load) -> None:
    objects = load("objects")
    assert {"NewCounter", "Counter", "Animal"} <= set(dir(objects))
    assert {"NewCounter", "Counter"} <= set(objects.__all__)
    assert "base" not in dir(objects)
    assert {"Inc", "Step", "close"} <= set(dir(objects.Counter))
    assert (objects.__go_module__, objects.__version__) == ("fixture.test/objects", "local")


@pytest.mark.requirement("Python Typed Struct Wrappers")
def test_typed_methods_give_dataclasses(load: Load) -> None:
    typed = load("objects").typed()
    assert typed is load("objects").typed()
    assert typed.NewCounter(1).Inc.__doc__ == load("objects").NewCounter(1).Inc.__doc__
    assert isinstance(typed.NewCounter(1), usegolib.GoObject)
    with pytest.raises(AttributeError, match="no struct 'Nothing'"):
        _ = typed.types.Nothing


def test_aliases(load: Load) -> None:
    objects = load("objects")
    assert objects.Meter is objects.Counter
    assert objects.Meter(Step=2).Inc(1) == 2
    assert objects.Location.__module__ == "time"
    assert {"Meter", "Location"} <= set(dir(objects))


def test_functions_of_packages_say_what_they_take(load: Load) -> None:
    package = load("live")
    kind = type(package)
    for name in ("generic", "obj_call", "obj_free", "obj_new", "object", "typed", "view"):
        assert "return" in typing.get_type_hints(getattr(kind, name))
    with pytest.raises(usegolib.errors.UnsupportedTypeError, match="expected an object of Go's, got int"):
        package.obj_free(5)


def test_signatures_of_values(load: Load) -> None:
    package = load("live")
    assert str(inspect.signature(package.Header)) == "(value={}, /)"
    assert str(inspect.signature(package.Names)) == "(value=[], /)"
    assert str(inspect.signature(load("kinds").Truth)) == "(value=False, /)"
