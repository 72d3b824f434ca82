"""Errors and panics of Go, as Python's exceptions."""

from __future__ import annotations

import operator
import pickle
from collections.abc import Callable, Mapping
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


class TestClasses:
    """DESIGN, Errors: what errors.Is and errors.As say, as classes."""

    def test_sentinels(self, load: Load) -> None:
        package = load("failures")
        exceptions = package.exceptions
        with pytest.raises(exceptions.ErrClosed):
            package.Fail("sentinel")
        with pytest.raises(exceptions.ErrClosed) as caught:
            package.Fail("wrapped")
        assert not isinstance(caught.value, exceptions.ErrOther)
        joined = raised(package.Fail, "joined")
        assert isinstance(joined, exceptions.ErrClosed)
        assert isinstance(joined, exceptions.ErrOther)
        assert isinstance(raised(package.Fails, "custom Is"), exceptions.ErrOther)
        assert isinstance(package.ErrClosed, exceptions.ErrClosed)
        assert issubclass(exceptions.ErrClosed, GoError)

    def test_types(self, load: Load) -> None:
        package = load("failures")
        exceptions = package.exceptions
        with pytest.raises(exceptions.CodeError) as caught:
            package.Fail("custom")
        assert isinstance(caught.value, exceptions.Coder)
        pointer = raised(package.Fails, "pointer")
        assert isinstance(pointer, exceptions.CodeError)
        assert isinstance(pointer, exceptions.ErrPointer)
        assert isinstance(raised(package.Fails, "value"), exceptions.ErrValue)
        assert isinstance(raised(package.Numbered, 2, True), exceptions.Errno)
        assert not isinstance(raised(package.Fail, "sentinel"), exceptions.CodeError)

    def test_names(self, load: Load) -> None:
        exceptions = load("failures").exceptions
        assert {"ErrClosed", "ErrOther", "CodeError", "Errno", "Coder", "ErrValue"} <= set(dir(exceptions))
        assert "Checker" not in dir(exceptions)
        for name in ("Checker", "Divide", "Absent", "nothing"):
            with pytest.raises(AttributeError, match=name):
                getattr(exceptions, name)

    def test_one_class_for_a_combination(self, load: Load) -> None:
        package = load("failures")
        assert type(raised(package.Fail, "joined")) is type(raised(package.Fail, "joined"))
        assert type(raised(package.Fail, "sentinel")) is package.exceptions.ErrClosed

    def test_assigned_sentinel(self, load: Load) -> None:
        package = load("failures")
        before = package.ErrClosed
        package.SetClosed(package.ErrOther)
        try:
            assert isinstance(raised(package.Fail, "sentinel"), package.exceptions.ErrOther)
        finally:
            package.SetClosed(before)
        assert not isinstance(raised(package.Fail, "sentinel"), package.exceptions.ErrOther)

    def test_system(self, load: Load) -> None:
        error = raised(load("failures").Fail, "path")
        assert isinstance(error, FileNotFoundError)
        assert error.errno == 2
        assert str(error) == "open /none: file does not exist"

    def test_pickle(self, load: Load) -> None:
        package = load("failures")
        for error in (raised(package.Fail, "joined"), raised(package.Fail, "path"), package.ErrClosed):
            again = pickle.loads(pickle.dumps(error))
            assert type(again) is type(error)
            assert str(again) == str(error)
            assert pickle.loads(pickle.dumps(type(error))) is type(error)
        assert pickle.loads(pickle.dumps(raised(package.Fail, "path"))).errno == 2


class TestWrappedErrors:
    def test_cause(self, load: Load) -> None:
        package = load("failures")
        error = raised(package.Fail, "wrapped")
        assert error.__cause__ == package.ErrClosed
        assert str(error.__cause__) == "closed"
        assert raised(package.Fail, "sentinel").__cause__ is None

    def test_joined(self, load: Load) -> None:
        error = raised(load("failures").Fail, "joined")
        assert [str(one) for one in error.errors] == ["closed", "other"]
        assert error.__cause__ is None

    def test_has_an_end(self, load: Load) -> None:
        package = load("failures")
        for kind in ("itself", "chain"):
            error = raised(package.Fails, kind)
            depth = 0
            while error.__cause__ is not None:
                error, depth = error.__cause__, depth + 1
            assert 10 < depth < 100
        assert raised(package.Fails, "itself") != package.Missing

    def test_fields_of_any_type(self, load: Load) -> None:
        held = raised(load("failures").Fails, "hidden").object
        assert held.Line == 3
        assert held.Inner["Code"] == 1
        assert {"Line", "Inner"} <= set(dir(held))
        for name in ("other", "Nothing"):
            with pytest.raises(AttributeError, match=name):
                getattr(held, name)

    def test_values_that_are_no_structs(self, load: Load) -> None:
        package = load("failures")
        problems = raised(package.Fails, "list").object
        assert [str(one) for one in problems] == ["other", "None"]
        assert (len(problems), problems[-1]) == (2, None)
        assert not isinstance(problems, Mapping)
        fields = raised(package.Fails, "map").object
        assert dict(fields) == {"name": "missing"}
        assert fields.get("other", 5) == 5
        number = raised(package.Fails, "number").object
        assert (int(number), list(range(9))[number]) == (7, 7)
        assert package.Message(number) == "error 7"


class TestErrorValues:
    def test_goes_back_as_it_was(self, load: Load) -> None:
        package = load("failures")
        assert package.As(raised(package.Fails, "value"))
        assert raised(package.Fails, "value") == raised(package.Fails, "value")
        assert not package.As(raised(package.Fail, "custom"))

    def test_values_of_error_types(self, load: Load) -> None:
        package = load("failures")
        value = package.ValueError(Code=7)
        assert package.As(value)
        assert package.Message(package.ENOENT) == "errno 2"
        assert package.Message(package.Missing) == "missing"
        report = package.Report(First=value, All=[value, None, "text", raised(package.Fails, "value")])
        assert report.Count() == 3
        with pytest.raises(usegolib.errors.UnsupportedTypeError, match="error"):
            package.Message(package.Report())
        with pytest.raises(usegolib.errors.UnsupportedTypeError, match="error"):
            package.Message(5)


class TestResultsBesideAnError:
    def test_several(self, load: Load) -> None:
        package = load("failures")
        assert package.Partial(1) == (1, ["a", "b"])
        assert raised(package.Partial, 3).results == (3, ["a", "b"])
        assert raised(package.Split, -1).results == (0, 0)

    def test_one(self, load: Load) -> None:
        package = load("failures")
        assert raised(package.Divide, 1, 0).results == (0,)
        (node,) = raised(package.Half, 5).results
        assert node.Value() == 2

    def test_none(self, load: Load) -> None:
        assert raised(load("failures").Fail, "sentinel").results == ()

    def test_what_can_not_cross_does_not_hide_the_error(self, load: Load) -> None:
        package = load("failures")
        error = raised(package.Uncrossable)
        assert isinstance(error, package.exceptions.ErrClosed)
        assert error.results == ()


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
