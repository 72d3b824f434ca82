"""Errors and panics of Go, as Python's exceptions."""

from __future__ import annotations

import operator
import pickle
from collections.abc import Callable
from typing import Any

import pytest

import usegolib

requirement = pytest.mark.requirement
scenario = pytest.mark.scenario
Load = Callable[[str], Any]
GoError = usegolib.errors.GoError


def raised(function: Callable[..., Any], *arguments: object) -> Any:
    """The error that a call raises."""
    with pytest.raises(GoError) as caught:
        function(*arguments)
    return caught.value


@requirement("Error-Only Results Are Treated As Nil On Success")
class TestErrorOnlyResults:
    @scenario("Method returns only error and succeeds")
    def test_success(self, load: Load) -> None:
        package = load("failures")
        assert package.NewChecker(5).Check(5) is None
        assert package.Check(1) is None
        assert package.Fail("none") is None

    @scenario("Method returns only error and fails")
    def test_failure(self, load: Load) -> None:
        package = load("failures")
        assert str(raised(package.NewChecker(5).Check, 6)) == "6 is above 5"
        assert str(raised(package.Check, -1)) == "negative"


class TestGoErrors:
    def test_message_and_type(self, load: Load) -> None:
        package = load("failures")
        error = raised(package.Divide, 1, 0)
        assert str(error) == "division by zero"
        assert error.message == "division by zero"
        assert error.type_name == "*errors.errorString"
        assert raised(package.Fail, "path").type_name.endswith("fs.PathError")
        assert raised(package.Fail, "empty").message == ""

    def test_values_that_are_errors(self, load: Load) -> None:
        package = load("failures")
        for wrapped in (False, True):
            error = raised(package.Numbered, 2, wrapped)
            assert error == package.ENOENT
            assert operator.eq(package.ENOENT, error)
            assert error != package.EIO
            assert error.is_(package.ENOENT)
        # The type has no name outside its package, and no value of it was seen before.
        assert package.Missing.Error() == "missing"
        assert raised(package.Absent) == package.Missing
        assert raised(package.Fail, "sentinel") != package.Missing
        assert raised(package.Absent) != "missing"
        assert raised(package.Absent) != 2

    def test_sentinels(self, load: Load) -> None:
        package = load("failures")
        closed, other = package.ErrClosed, package.ErrOther
        assert isinstance(closed, GoError)
        assert raised(package.Fail, "sentinel") == closed
        assert raised(package.Fail, "wrapped") == closed
        assert raised(package.Fail, "joined") == closed
        assert raised(package.Fail, "joined") == other
        assert raised(package.Fail, "wrapped") != other
        assert raised(package.Split, -1) == other

    def test_eof(self, load: Load) -> None:
        package = load("failures")
        for kind in ("eof", "wrapped eof"):
            error = raised(package.Fail, kind)
            assert isinstance(error, usegolib.errors.GoEOFError)
            assert isinstance(error, EOFError)
        assert not isinstance(raised(package.Fail, "sentinel"), EOFError)

    def test_error_types(self, load: Load) -> None:
        error = raised(load("failures").Fail, "custom")
        assert str(error) == "get: code 404"
        assert error.type_name.endswith("failures.CodeError")
        assert error.object.Code == 404
        assert error.object.Temporary() is True

    def test_invalid_text(self, load: Load) -> None:
        error = raised(load("failures").Fail, "invalid text")
        assert str(error).encode("utf-8", "surrogateescape") == b"bad \xff byte"

    def test_values(self, load: Load) -> None:
        package = load("failures")
        errors = package.AsValue("wrapped")
        assert isinstance(errors[0], GoError)
        assert errors[1] is None
        assert errors[0] == package.ErrClosed
        assert package.Is(errors[0]) is True
        assert package.Is(raised(package.Fail, "wrapped")) is True
        assert package.Is(package.ErrOther) is False
        assert package.Message("from Python") == "from Python"
        assert package.Message(None) == "none"

    def test_hierarchy(self, load: Load) -> None:
        error = raised(load("failures").Check, -1)
        assert isinstance(error, usegolib.errors.UseGoLibError)
        assert isinstance(error, Exception)
        assert not isinstance(error, usegolib.errors.GoPanicError)

    def test_pickle(self, load: Load) -> None:
        error = raised(load("failures").Check, -1)
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error)
        assert str(again) == str(error)


class TestPanics:
    @pytest.mark.parametrize(
        ("kind", "text"),
        [
            ("string", "it went wrong"),
            ("error", "an error inside"),
            ("number", "42"),
            ("stringer", "from String"),
            ("nil dereference", "nil pointer dereference"),
            ("nil map", "assignment to entry in nil map"),
            ("index", "index out of range"),
            ("conversion", "interface conversion"),
            ("nil", "nil"),
            ("huge", "out of range"),
            ("goexit", "Goexit"),
            ("panicking error", ""),
        ],
    )
    def test_is_recovered(self, load: Load, kind: str, text: str) -> None:
        package = load("failures")
        with pytest.raises(usegolib.errors.GoPanicError) as caught:
            package.Panic(kind)
        assert text in str(caught.value)
        assert not isinstance(caught.value, GoError)
        assert package.Divide(6, 3) == 2

    def test_stack(self, load: Load) -> None:
        with pytest.raises(usegolib.errors.GoPanicError) as caught:
            load("failures").Panic("string")
        assert "failures.Panic" in caught.value.stack
        assert "failures.go:" in caught.value.stack

    def test_no_panic(self, load: Load) -> None:
        assert load("failures").Panic("none") == 0
