"""Declared func types: Go's conversion of a func to one, which gives it the type's methods."""

from __future__ import annotations

from typing import Any

import pytest

from usegolib.errors import UnsupportedTypeError


@pytest.fixture
def callbacks(load: Any) -> Any:
    return load("callbacks")


def test_a_callable_gets_the_methods_of_the_type(callbacks: Any) -> None:
    shout = callbacks.HandlerFunc(str.upper)
    assert isinstance(shout, callbacks.HandlerFunc)
    assert shout.Handle("a") == "A"
    assert shout("b") == "B"
    assert callbacks.Twice(shout, "c") == "C"


def test_decorates_a_function(callbacks: Any) -> None:
    @callbacks.HandlerFunc
    def exclaim(request: str) -> str:
        return request + "!"

    assert callbacks.Twice(exclaim, "a") == "a!!"


def test_converts_what_it_has_converted(callbacks: Any) -> None:
    assert callbacks.HandlerFunc(callbacks.HandlerFunc(str.lower))("A") == "a"


def test_exceptions_cross_unchanged(callbacks: Any) -> None:
    error = ValueError("no")

    def fail(_: str) -> str:
        raise error

    with pytest.raises(ValueError, match="no") as caught:
        callbacks.Twice(callbacks.HandlerFunc(fail), "a")
    assert caught.value is error


def test_takes_one_callable(callbacks: Any) -> None:
    with pytest.raises(TypeError, match=r"HandlerFunc\(\) takes one callable"):
        callbacks.HandlerFunc()
    with pytest.raises(TypeError, match=r"HandlerFunc\(\) takes one callable"):
        callbacks.HandlerFunc(func=len)
    with pytest.raises(TypeError, match=r"takes a callable, not None"):
        callbacks.HandlerFunc(None)
    with pytest.raises(UnsupportedTypeError, match="callable"):
        callbacks.HandlerFunc(5)
