"""What pickles: packages, functions and classes by name, values by what they are. Objects don't."""

from __future__ import annotations

import concurrent.futures
import copy
import multiprocessing
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

import usegolib

pytestmark = pytest.mark.requirement("Python Import API")
Load = Callable[[str], Any]


def again(value: Any) -> Any:
    """The value, pickled and unpickled."""
    return pickle.loads(pickle.dumps(value))


def in_another_process(value: Any, expression: str) -> str:
    """What an expression of ``value``, unpickled in a process of its own, prints."""
    code = f"import pickle, sys; value = pickle.load(sys.stdin.buffer); print({expression})"
    done = subprocess.run([sys.executable, "-c", code], input=pickle.dumps(value), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


class TestByName:
    def test_packages(self, load: Load) -> None:
        package = load("named")
        assert again(package) is package
        assert again(package.typed()) is package.typed()
        assert copy.deepcopy(package) is package

    def test_functions(self, load: Load) -> None:
        package = load("named")
        for function in (package.EchoStatus, package.typed().MakeToken, len):
            assert again(function) is function

    def test_classes(self, load: Load) -> None:
        package = load("named")
        for class_ in (
            package.Status,
            package.Token,
            package.List,
            load("objects").Counter,
            package.typed().types.Token,
        ):
            assert again(class_) is class_

    def test_methods_of_classes(self, load: Load) -> None:
        package = load("named")
        method = again(package.Status.String)
        assert method(package.Running) == "running"

    def test_a_class_of_python(self, load: Load) -> None:
        load("named")
        assert again(Derived) is Derived


class Derived(usegolib.GoObject):
    """A class of this module."""


class TestByValue:
    def test_values_keep_their_class(self, load: Load) -> None:
        package = load("named")
        for value in (package.Running, package.EchoList([1, 2]), package.Celsius(1.5)):
            assert again(value) == value
            assert type(again(value)) is type(value)

    def test_errors(self, load: Load) -> None:
        package = load("failures")
        with pytest.raises(package.exceptions.ErrClosed) as caught:
            package.Fail("wrapped")
        error = again(caught.value)
        assert isinstance(error, package.exceptions.ErrClosed)
        assert error.message == "reading: closed"

    def test_objects_are_refused(self, load: Load) -> None:
        counter = load("objects").NewCounter(1)
        for function in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="Counter"):
                function(counter)


class TestOtherProcesses:
    def test_a_function(self, load: Load) -> None:
        package = load("named")
        assert in_another_process(package.Status.String, "value(1)") == package.Status(1).String()

    def test_a_value(self, load: Load) -> None:
        package = load("named")
        assert in_another_process(package.Running, "value.String()") == "running"

    def test_an_error(self, load: Load) -> None:
        with pytest.raises(usegolib.errors.GoError) as caught:
            load("failures").Fail("joined")
        assert in_another_process(caught.value, "type(value).__name__, len(value.errors)") == "ErrClosed 2"

    def test_a_pool(self, load: Load) -> None:
        package = load("named")
        context = multiprocessing.get_context("spawn")
        with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
            assert list(pool.map(package.Status.String, [package.Running])) == ["running"]
