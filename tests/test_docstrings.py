"""GoDoc becomes docstrings, of functions, methods, types and packages."""

from __future__ import annotations

import pydoc
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.store import Store

pytestmark = pytest.mark.requirement("GoDoc To Python Docstrings")
scenario = pytest.mark.scenario
Load = Callable[[str], Any]


@scenario("Runtime exposes GoDoc for a function")
def test_functions(load: Load, store: Store) -> None:
    package = load("documented")
    doc = "Documented does something.\n\nIt takes a name and says so."
    assert doc in package.Documented.__doc__
    symbols = {symbol["name"]: symbol for symbol in store.manifest("documented")["symbols"]}
    assert symbols["Documented"]["doc"].strip() == doc


@scenario("Runtime provides signature docstring fallback")
def test_fallback(load: Load) -> None:
    doc = load("documented").Undocumented.__doc__
    assert "Undocumented(name string, times ...int) (string, error)" in doc


@scenario("Typed wrappers preserve docstrings")
def test_typed(load: Load) -> None:
    package = load("documented")
    typed = package.typed()
    for name in ("Documented", "Undocumented", "NewThing"):
        assert getattr(typed, name).__doc__ == getattr(package, name).__doc__
    thing = typed.NewThing(1)
    assert thing.Grow.__doc__ == package.NewThing(1).Grow.__doc__


def test_methods_and_types(load: Load) -> None:
    package = load("documented")
    thing = package.NewThing(1)
    assert "Grow makes it larger." in thing.Grow.__doc__
    assert "Shrink(by int) int" in thing.Shrink.__doc__
    assert "Thing is a thing." in (type(thing).__doc__ or "")
    assert "how large it is" in (type(thing).Size.__doc__ or "")


def test_package(load: Load) -> None:
    package = load("documented")
    assert package.__doc__.startswith("Package documented explains itself.\n\nIn two paragraphs.")


def test_help(load: Load) -> None:
    package = load("documented")
    text = pydoc.plain(pydoc.render_doc(package.Documented))
    assert "Documented does something." in text
    assert "name" in text
    assert "Documented" in pydoc.plain(pydoc.render_doc(package))
