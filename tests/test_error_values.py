"""Errors that are carried about as values: in containers, fields and an `any`, there and back."""

from __future__ import annotations

import copy
import gc
import pickle
from collections.abc import Callable
from typing import Any

import pytest

import usegolib

GoError = usegolib.errors.GoError


@pytest.fixture(scope="module")
def package(load: Callable[[str], Any]) -> Any:
    return load("carried")


def caught(function: Callable[..., Any], *arguments: object) -> Any:
    """What a call raises."""
    try:
        function(*arguments)
    except BaseException as error:
        return error
    return None


KINDS: dict[str, Callable[[Any], Any]] = {
    "object": lambda package: package.New(),
    "caught": lambda package: caught(package.Fail),
    "sentinel": lambda package: package.ErrS,
    "struct": lambda package: caught(package.FailV),
    "not comparable": lambda package: caught(package.FailList),
    "record": lambda package: package.V(Code=3),
    "number": lambda package: package.Seven,
    "text": lambda package: "text",  # noqa: ARG005
    "exception": lambda package: ValueError("e"),  # noqa: ARG005
    "nil": lambda package: None,  # noqa: ARG005
}


@pytest.fixture(params=list(KINDS))
def error(request: pytest.FixtureRequest, package: Any) -> Any:
    """An error of each kind that Go takes one as."""
    return KINDS[request.param](package)


class TestGiven:
    """Errors in arguments that come back as they are after the call."""

    def test_stays_the_same_object_and_open(self, package: Any, error: Any) -> None:
        said = package.Text(error)
        sentinel = package.ErrT
        for give, values in (
            (package.Keep, [error, sentinel, error]),
            (package.KeepMap, {"a": error, "b": sentinel}),
            (package.KeepGroups, [[error], [sentinel, error]]),
            (package.KeepGroups, [(error,), (sentinel, error)]),
        ):
            items = list(values.values()) if isinstance(values, dict) else list(values)
            give(values)
            gc.collect()
            now = list(values.values()) if isinstance(values, dict) else values
            assert all(one is other for one, other in zip(now, items, strict=True))
            assert package.Text(error) == said
            assert package.Text(sentinel) == "t"
        package.KeepV(error, sentinel)
        gc.collect()
        assert (package.Text(error), package.Text(sentinel)) == (said, "t")

    def test_in_any(self, package: Any, error: Any) -> None:
        inner: list[Any] = [error, package.ErrS]
        values: list[Any] = [error, inner, {"a": error}]
        items, inside = list(values), list(inner)
        package.KeepAny(values)
        gc.collect()
        assert all(one is other for one, other in zip(values, items, strict=True))
        assert all(one is other for one, other in zip(inner, inside, strict=True))
        assert values[2]["a"] is error
        assert package.Text(inner[1]) == "s"

    def test_one_error_twice(self, package: Any) -> None:
        # Two objects for one error of Go's.
        values = [package.ErrS, package.ErrS, package.ErrT, package.ErrS]
        items = list(values)
        package.Keep(values)
        gc.collect()
        assert all(one is other for one, other in zip(values, items, strict=True))
        assert [package.Text(one) for one in values] == ["s", "s", "t", "s"]

    def test_what_moves_stays_the_same_object(self, package: Any, error: Any) -> None:
        sentinel = package.ErrT
        values = [sentinel, error, None]
        package.Swap(values)
        gc.collect()
        assert values[0] is error
        assert values[1] is sentinel
        entries = {"a": sentinel, "b": error}
        package.SwapIn(entries)
        gc.collect()
        assert entries["b"] is sentinel
        assert package.Text(entries["a"]) == package.Text(error)

    def test_what_is_put_elsewhere(self, package: Any, error: Any) -> None:
        values = [error, package.ErrS, package.ErrT]
        package.Fill(values)
        gc.collect()
        assert values[0] is error
        assert [package.Text(one) for one in values] == [package.Text(error)] * 3

    def test_what_is_wrapped(self, package: Any) -> None:
        values = [package.ErrS, caught(package.Fail)]
        items = list(values)
        package.WrapAll(values)
        gc.collect()
        assert [str(one) for one in values] == ["w: s", "w: code 8"]
        assert all(one.__cause__ is other for one, other in zip(values, items, strict=True))
        assert [package.Text(one) for one in items] == ["s", "code 8"]

    def test_an_error_as_the_object_that_it_is(self, package: Any) -> None:
        error = caught(package.Fail)
        found: list[Any] = [None]
        package.Point([error], found)
        gc.collect()
        assert isinstance(found[0], package.E)
        assert found[0].Code == 8
        assert package.Text(error) == "code 8"

    def test_another_pointer_is_another_object(self, package: Any) -> None:
        error, found = caught(package.Fail), [package.New()]
        package.Point([error], found)
        assert found[0].Code == 8


IN_ANY: dict[str, Callable[[Any], Any]] = {
    "slice": lambda package: [package.ErrS, None, package.V(Code=3)],
    "array": lambda package: [package.ErrS],
    "map": lambda package: {"a": package.ErrS, "b": None},
    "groups": lambda package: [[package.ErrS], []],
    "map of slices": lambda package: {1: [package.ErrS]},
    "inside": lambda package: [[package.ErrS], {"a": [package.ErrT]}],
    "keys": lambda package: {package.ErrS: 1},
    "pointer": lambda package: package.ErrS,
    "nil in pointer": lambda package: None,  # noqa: ARG005
    "pointer to slice": lambda package: [package.ErrS],
}


class TestInAny:
    @pytest.mark.parametrize("kind", list(IN_ANY))
    def test_typed_containers(self, package: Any, kind: str) -> None:
        found, wanted = package.Any(kind), IN_ANY[kind](package)
        assert found == wanted
        assert repr(found) == repr(wanted) or kind == "map"


class TestExceptionsOfPython:
    """Exceptions that callbacks raise come back as what they are, wherever the error is."""

    boom = ValueError("boom")

    def fail(self) -> None:
        raise self.boom

    def test_results(self, package: Any) -> None:
        assert package.Middle(self.fail)[1] is self.boom
        assert package.Rec(self.fail).Err is self.boom
        assert package.Hold(self.fail).Err is self.boom
        assert [error for _, error in package.Each(self.fail)] == [self.boom] * 2

    def test_arguments_of_callbacks(self, package: Any) -> None:
        told: list[Any] = []
        package.Notify(self.fail, told.append)
        assert told == [self.boom]

    @pytest.mark.parametrize("function", ["List", "Dynamic"])
    def test_items(self, package: Any, function: str) -> None:
        itself, wrapped = getattr(package, function)(self.fail)
        assert itself is self.boom
        assert isinstance(wrapped, GoError)
        assert str(wrapped) == "w: ValueError: boom"
        assert wrapped.__cause__ is self.boom


class TestIdentity:
    """An exception of Python's is one error in Go, whatever way it comes."""

    error = ValueError("e")

    def fail(self) -> None:
        raise self.error

    def test_given_twice(self, package: Any) -> None:
        assert package.Is(self.error, self.error)
        assert package.Same(self.error, self.error)
        assert package.SameAny(self.error, self.error)
        assert not package.Is(self.error, ValueError("e"))

    def test_raised_and_given(self, package: Any) -> None:
        assert package.IsRaised(self.fail, self.error)
        assert not package.IsRaised(self.fail, ValueError("e"))

    def test_within_a_callback(self, package: Any) -> None:
        said = []

        def f() -> None:
            said.append(package.Is(self.error, self.error))
            raise self.error

        assert package.IsRaised(f, self.error)
        assert said == [True]

    def test_returned(self, package: Any) -> None:
        assert caught(package.Return, self.error) is self.error
        assert caught(package.PanicWith, self.error) is self.error

    def test_wrapped(self, package: Any) -> None:
        wrapped = caught(package.Wrap, self.error)
        assert type(wrapped) is GoError
        assert str(wrapped) == "w: e"
        assert wrapped.__cause__ is self.error
        assert package.Is(wrapped, self.error)
        assert wrapped.is_(self.error)

    def test_raised_and_wrapped(self, package: Any) -> None:
        boom = KeyError("boom")

        def raising() -> None:
            raise boom

        # What a callback raises is what the call raises, once.
        assert caught(package.Retry, raising) is boom
        assert caught(package.Wrap, boom).__cause__ is boom

    def test_what_gives_up_on_an_exception(self, package: Any) -> None:
        tries = []

        def f() -> None:
            tries.append(1)
            package.Permanent(self.error)

        assert caught(package.Retry, f) is self.error
        assert len(tries) == 1

    def test_panics(self, package: Any) -> None:
        panic = caught(package.Must, self.fail)
        assert isinstance(panic, usegolib.errors.GoPanicError)
        assert panic.__cause__ is self.error
        panic = caught(package.PanicWith, caught(package.Wrap, caught(package.Fail)))
        assert str(panic.__cause__) == "code 8"
        panic = caught(package.PanicWith, package.ErrS)
        assert panic.__cause__ is None

    def test_end_of_file(self, package: Any) -> None:
        end = EOFError()
        assert package.IsEnd(end)
        assert package.Text(end) == "EOFError"
        assert caught(package.Return, end) is end


class PythonTagged:
    """Has the methods of the interface, which embeds error."""

    def Error(self) -> str:  # noqa: N802
        return "of Python"

    def Tag(self) -> str:  # noqa: N802
        return "p"


class TestInterfacesThatEmbedError:
    def test_has_its_methods_and_fields(self, package: Any) -> None:
        tagged = package.NewTagged("x")
        assert isinstance(tagged, package.Tagged)
        assert (tagged.Tag(), tagged.Error(), str(tagged), tagged.Rank) == ("x", "tagged x", "tagged x", 3)

    def test_items(self, package: Any) -> None:
        assert [one.Tag() for one in package.AllTagged()] == ["a", "b"]
        tags = caught(package.CheckTags)
        assert isinstance(tags, package.exceptions.Tags)
        assert [one.Tag() for one in tags.object] == ["a", "b"]
        assert tags.object[1].Rank == 3

    def test_is_an_error(self, package: Any) -> None:
        tagged = package.NewTagged("x")
        assert package.Text(tagged) == "tagged x"
        error = caught(package.Return, tagged)
        assert isinstance(error, package.exceptions.Tagged)
        assert error == tagged
        assert tagged == error
        assert tagged != caught(package.Fail)
        assert caught(package.Wrap, tagged).is_(tagged)

    def test_goes_back(self, package: Any) -> None:
        tagged = package.NewTagged("x")
        assert package.TagOf(tagged) == "x"
        assert package.TagOf(caught(package.NewTaggedError, "y")) == "y"
        assert package.Pass(tagged) == tagged

    def test_objects_of_python(self, package: Any) -> None:
        class TaggedError(PythonTagged, Exception): ...

        for given in (PythonTagged(), TaggedError()):
            assert package.TagOf(given) == "p"
            assert package.Pass(given) is given


class TestUndeclared:
    """Objects of types that the module doesn't show."""

    def test_methods_of_interfaces(self, package: Any) -> None:
        error = caught(package.NewTaggedError, "y")
        assert error.object.Tag() == "y"
        assert error.object.Rank == 3
        assert {"Tag", "Rank", "Error"} <= set(dir(error.object))
        with pytest.raises(AttributeError, match=r"\*fixture.test/carried.tagged has no exported field 'Level'"):
            _ = error.object.Level

    def test_conventional_methods(self, package: Any) -> None:
        wrapped = caught(package.Permanent, package.ErrS).object
        assert wrapped.Error() == "s"
        assert wrapped.Unwrap() == package.ErrS
        assert not hasattr(wrapped, "Timeout")
        assert {"Error", "Unwrap"} <= set(dir(wrapped))

    def test_an_error_of_net(self, public: Callable[[str], Any]) -> None:
        error = caught(public("net/http").Get, "http://127.0.0.1:1/")
        assert error.object.Timeout() is False
        assert error.object.Op == "Get"
        assert error.object.Unwrap() == error.__cause__
        assert repr(error.object) == "<*net/url.Error object>"

    def test_repr_names_the_type(self, package: Any) -> None:
        anonymous = package.Any("anonymous")
        assert repr(anonymous) == "<struct{Err error} object>"
        assert anonymous.Err == package.ErrS
        anonymous.close()
        assert "closed" in repr(anonymous)


class TestCopies:
    @pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
    def test_keep_the_error(self, package: Any, duplicate: Callable[[Any], Any]) -> None:
        for error in (
            package.ErrS,
            caught(package.Fail),
            caught(package.FailV),
            caught(package.FailList),
            caught(package.Wrap, package.ErrS),
            caught(package.Retry, lambda: package.Wrap(package.ErrS)),
        ):
            copied = duplicate(error)
            assert copied is not error
            assert type(copied) is type(error)
            assert copied == error
            assert (str(copied), copied.args, copied.results) == (str(error), error.args, error.results)
            assert copied.object is error.object
            assert copied.__cause__ is error.__cause__
            assert package.Text(copied) == package.Text(error)
        assert package.Code(duplicate(caught(package.FailV))) == 9
        assert package.Same(duplicate(package.ErrS), package.ErrS)

    @pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
    def test_of_errors_of_the_system(self, public: Callable[[str], Any], duplicate: Callable[[Any], Any]) -> None:
        error = caught(public("net/http").Get, "http://127.0.0.1:1/")
        copied = duplicate(error)
        assert issubclass(type(copied), ConnectionRefusedError)
        assert (copied.errno, copied.strerror) == (error.errno, error.strerror)
        assert copied.object.Op == "Get"

    def test_the_names_of_a_package_pickle(self, package: Any) -> None:
        assert pickle.loads(pickle.dumps(package.exceptions)) is package.exceptions
        typed = package.view(structs="dataclass")
        assert pickle.loads(pickle.dumps(typed.types)) is typed.types
