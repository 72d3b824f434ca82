"""Named types: values that carry their Go type and its methods; constants and package variables."""

# Values are subclasses of what the tests compare them with.
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable
from typing import Any

import pytest

import usegolib
from usegolib.errors import GoError, GoPanicError

Load = Callable[[str], Any]
Unsupported = usegolib.errors.UnsupportedTypeError


class TestNamedTypes:
    def test_without_methods(self, load: Load) -> None:
        result = load("named").EchoLevel(5)
        assert type(result) is int
        assert result == 5

    def test_float(self, load: Load) -> None:
        result = load("named").EchoCelsius(100)
        assert isinstance(result, float)
        assert result == 100.0
        assert result.Fahrenheit() == 212.0
        assert result.Warm(1).Fahrenheit() == pytest.approx(213.8)
        assert result + 1 == 101.0

    def test_enumeration(self, load: Load) -> None:
        package = load("named")
        assert isinstance(package.Running, int)
        assert package.Running == 1
        assert package.Running.String() == "running"
        assert package.EchoStatus(package.Done).String() == "done"
        assert package.EchoStatus(2) == package.Done

    def test_string(self, load: Load) -> None:
        result = load("named").EchoName("ann")
        assert isinstance(result, str)
        assert result == "ann"
        assert result.Shout() == "ann!"

    def test_bool(self, load: Load) -> None:
        result = load("named").EchoFlag(True)
        assert result == True  # noqa: E712
        assert bool(load("named").EchoFlag(False)) is False

    def test_slice(self, load: Load) -> None:
        result = load("named").EchoList([1, 2, 3])
        assert isinstance(result, list)
        assert result == [1, 2, 3]
        assert result.Sum() == 6
        result.Push(4)
        assert result == [1, 2, 3, 4]
        result.Reverse()
        assert result == [4, 3, 2, 1]
        result.append(10)
        assert result.Sum() == 20

    @pytest.mark.parametrize("typed", [False, True])
    def test_what_changed_before_a_failure_has_changed(self, load: Load, typed: bool) -> None:
        package = load("named").typed() if typed else load("named")
        result = package.EchoList([1])
        with pytest.raises(GoError, match="negative"):
            result.PushAll(2, 3, -1, 4)
        assert result == [1, 2, 3]
        with pytest.raises(GoPanicError, match="zero"):
            result.PushAll(4, 0, 5)
        assert result == [1, 2, 3, 4]
        result.PushAll(5)
        assert result == [1, 2, 3, 4, 5]

    def test_map(self, load: Load) -> None:
        result = load("named").EchoHeader({"a": ["x", "y"]})
        assert isinstance(result, dict)
        assert result.Get("a") == "x"
        result.Set("b", "z")
        assert result == {"a": ["x", "y"], "b": ["z"]}

    def test_array(self, load: Load) -> None:
        result = load("named").EchoDigest(b"\x01\x02\x03\x04")
        assert result == b"\x01\x02\x03\x04"
        assert result.Hex() == "1234"

    def test_record(self, load: Load) -> None:
        package = load("named")
        vector = package.EchoVector({"X": 1, "Y": 2})
        assert isinstance(vector, dict)
        assert vector == {"X": 1.0, "Y": 2.0}
        assert vector.Dot({"X": 3, "Y": 4}) == 11.0
        vector.Scale(2)
        assert vector == {"X": 2.0, "Y": 4.0}
        vector["X"] = 10.0
        assert vector.Dot({"X": 1, "Y": 0}) == 10.0

    def test_fields_are_attributes(self, load: Load) -> None:
        vector = load("named").EchoVector({"X": 1, "Y": 2})
        assert vector.X == 1
        with pytest.raises(AttributeError, match=r"'Vector' object has no attribute 'Z'$"):
            _ = vector.Z

    def test_construction(self, load: Load) -> None:
        package = load("named")
        assert package.Celsius(100).Fahrenheit() == 212.0
        assert package.List([1, 2]).Sum() == 3
        assert package.Header({"a": ["b"]}).Get("a") == "b"
        assert package.Status(1).String() == "running"
        assert package.Name("x").Shout() == "x!"

    def test_hidden_state(self, load: Load) -> None:
        package = load("named")
        token = package.MakeToken("a", 7)
        assert token == {"Name": "a"}
        assert token.Secret() == 7
        assert package.Reveal(token) == 7
        token["Name"] = "b"
        again = package.EchoToken(token)
        assert (again["Name"], again.Secret()) == ("b", 7)
        assert package.Reveal({"Name": "new"}) == 0

    def test_copies(self, load: Load) -> None:
        package = load("named")
        token = package.MakeToken("a", 7)
        for copied in (copy.copy(token), copy.deepcopy(token), token.copy()):
            assert type(copied) is type(token)
            copied["Name"] = "b"
            assert (copied.Secret(), token["Name"]) == (7, "a")
        numbers = package.EchoList([1, 2])
        copied = copy.deepcopy(numbers)
        copied.Push(3)
        assert (copied.Sum(), numbers) == (6, [1, 2])
        assert copy.copy(package.Running).String() == "running"
        again = pickle.loads(pickle.dumps([numbers, package.Running]))
        assert again == [numbers, package.Running]
        assert [type(one) for one in again] == [type(numbers), package.Status]
        with pytest.raises(TypeError, match="state in Go"):
            pickle.dumps(token)

    def test_panic_in_a_method(self, load: Load) -> None:
        with pytest.raises(usegolib.errors.GoPanicError, match="index out of range"):
            load("named").EchoStatus(7).String()


class TestConstants:
    def test_values(self, load: Load) -> None:
        package = load("constants")
        assert package.Answer == 42
        assert package.Big == 2**100
        assert package.Negative == -5
        assert package.Pi == math.pi
        assert package.Greeting == "hello"
        assert package.Raw.encode("utf-8", "surrogateescape") == b"\xff\xfe"
        assert package.Yes is True
        assert package.Letter == ord("x")
        assert package.Root == 2j
        assert package.Tiny == 5e-324
        assert (package.Slow, package.Fast) == (1, 2)


class TestVariables:
    def test_live(self, load: Load) -> None:
        package = load("constants")
        before = package.Level
        package.Bump()
        assert package.Level == before + 1
        package.Level = 100
        assert package.Current() == 100
        package.Level = before
        with pytest.raises(Unsupported):
            package.Level = "text"

    def test_data(self, load: Load) -> None:
        package = load("constants")
        assert package.Names == ["a", "b"]
        assert package.Limits == {"low": 1}

    def test_objects(self, load: Load) -> None:
        package = load("constants")
        before = package.Default.Step()
        assert package.Default.Step() == before + 1
        assert package.Hook(21) == 42
