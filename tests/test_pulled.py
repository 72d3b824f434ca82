"""What Go pulls from: sequences on coroutines, which a callback's thread can't be switched away from."""

from __future__ import annotations

import gc
import itertools
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from usegolib.errors import UnsupportedTypeError


@pytest.fixture
def pulled(load: Callable[[str], Any]) -> Any:
    return load("pulled")


def double(n: int) -> int:
    return 2 * n


def numbers() -> Iterator[int]:
    yield 1
    yield 2
    yield 3


@pytest.mark.parametrize(
    "make",
    [lambda: [1, 2, 3], lambda: (1, 2, 3), lambda: range(1, 4), lambda: iter([1, 2, 3]), numbers, lambda: {1: 0, 2: 0}],
)
def test_iterables(pulled: Any, make: Callable[[], Any]) -> None:
    assert pulled.Two(make()) == [1, 2]
    assert pulled.All(make()) == list(make())
    assert pulled.Apart(make()) == list(make())


def test_sequences_that_call_python(pulled: Any) -> None:
    assert pulled.Two(pulled.Map([1, 2, 3], double)) == [2, 4]
    assert list(pulled.Zip([1, 2], itertools.count(3))) == [(1, 3), (2, 4)]
    assert list(pulled.Zip(pulled.Map(numbers(), double), pulled.Ints(9))) == [(2, 0), (4, 1), (6, 2)]


def test_an_iterable_that_calls_go(pulled: Any) -> None:
    def again() -> Iterator[int]:
        for n in range(3):
            yield sum(pulled.All(pulled.Map(range(n), double)))

    assert pulled.All(again()) == [0, 0, 2]


def test_a_func_that_yields(pulled: Any) -> None:
    ended = []

    def give(add: Callable[[int], bool]) -> None:
        n = 0
        while n < 5 and add(n):
            n += 1
        ended.append(n)

    assert pulled.Two(give) == [0, 1]
    assert pulled.All(give) == list(range(5))
    assert ended == [1, 5]
    assert list(pulled.Map(give, double)) == [0, 2, 4, 6, 8]

    def fail(add: Callable[[int], bool]) -> None:
        add(1)
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        pulled.All(fail)


def test_what_was_begun_elsewhere(pulled: Any) -> None:
    assert list(pulled.Begun([1, 2, 3])) == [1, 2, 3]
    puller = pulled.NewPuller(range(100))
    assert puller.Next() == (0, True)
    assert pulled.Within(lambda: pulled.Within(lambda: puller.Next()[0])) == 1
    given: list[Any] = []

    def work() -> None:
        given.append(puller.Next())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert given == [(2, True)]
    puller.Stop()
    assert puller.Next() == (0, False)


def test_funcs_of_pull(pulled: Any) -> None:
    one, stop = pulled.Funcs([1, 2, 3])
    assert one() == (1, True)
    assert pulled.Within(lambda: one()[0]) == 2
    stop()
    assert one() == (0, False)
    held = pulled.Held([1, 2])
    assert held() == (1, True)
    assert pulled.Within(lambda: held()[0]) == 2


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt, SystemExit])
class TestExceptions:
    """They are raised by whoever asked for the next value, as they are."""

    def test_of_funcs_in_a_sequence(self, pulled: Any, kind: type[BaseException]) -> None:
        def fail(n: int) -> int:
            if n == 2:
                raise error
            return n

        for made in ([1, 2, 3], pulled.Ints(4)):
            error = kind("mine")
            iterator = iter(pulled.Map(made, fail))
            assert next(iterator) in (0, 1)
            with pytest.raises(kind) as raised:
                list(iterator)
            assert raised.value is error
            assert list(iterator) == []

    def test_of_iterables(self, pulled: Any, kind: type[BaseException]) -> None:
        def fail() -> Iterator[int]:
            yield 1
            raise error

        def ranged(s: Any) -> Any:
            return list(pulled.Map(s, double))

        def zipped(s: Any) -> Any:
            return list(pulled.Zip(range(9), s))

        for use in (pulled.All, ranged, zipped):
            error = kind("mine")
            with pytest.raises(kind) as raised:
                use(fail())
            assert raised.value is error

    def test_in_what_is_pulled(self, pulled: Any, kind: type[BaseException]) -> None:
        def fail(_: int) -> int:
            raise error

        error = kind("mine")
        with pytest.raises(kind) as raised:
            pulled.All(pulled.Map([1], fail))
        assert raised.value is error
        with pytest.raises(kind) as raised:
            list(pulled.Zip(pulled.Map([1], fail), [2]))
        assert raised.value is error

    def test_on_a_goroutine_they_are_reported(
        self, pulled: Any, kind: type[BaseException], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail() -> Iterator[int]:
            yield 1
            raise error

        told: list[Any] = []

        def tell(what: Any) -> None:
            told.append(what.exc_value)

        monkeypatch.setattr(sys, "unraisablehook", tell)
        error = kind("mine")
        assert pulled.Apart(fail()) == [1]
        assert told == [error]


def test_no_goroutine_is_left(pulled: Any) -> None:
    def fail(n: int) -> int:
        raise ValueError(n)

    def give(add: Callable[[int], bool]) -> None:
        all(add(n) for n in range(9))

    before = pulled.Goroutines()
    for _ in range(20):
        with pytest.raises(ValueError, match="1"):
            list(pulled.Map([1, 2], fail))
        assert next(iter(pulled.Map([1, 2], double))) == 2
        assert pulled.Two(give) == [0, 1]
    gc.collect()
    deadline = time.monotonic() + 5
    while pulled.Goroutines() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert pulled.Goroutines() <= before


def test_an_early_exit_closes_the_iterator(pulled: Any) -> None:
    closed = []

    class Numbers:
        def __iter__(self) -> Iterator[int]:
            try:
                yield from range(10)
            finally:
                closed.append(True)

    assert pulled.Two(Numbers()) == [0, 1]
    assert next(iter(pulled.Map(Numbers(), double))) == 0
    gc.collect()
    deadline = time.monotonic() + 5
    while len(closed) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert closed == [True, True]


def test_messages_name_the_parameter_and_the_item(load: Callable[[str], Any], pulled: Any) -> None:
    sequences = load("sequences")
    with pytest.raises(UnsupportedTypeError, match=r"^schema: Collect\(seq\): seq\[1\]: expected int, got str$"):
        sequences.Collect([1, "x"])
    with pytest.raises(UnsupportedTypeError, match=r"^schema: Collect\(seq\): seq\[1\]: expected int, got str$"):
        sequences.Collect(n for n in (1, "x"))
    with pytest.raises(UnsupportedTypeError, match=r"^schema: Map\(s\): s\[100\]: expected int, got str$"):
        list(pulled.Map([*range(100), "x"], double))
    with pytest.raises(
        UnsupportedTypeError, match=r"CollectAll\(seq\): seq\[1\]: expected 2 values \(string, int\), got tuple"
    ):
        sequences.CollectAll([("a", 1), ("b",)])
    with pytest.raises(UnsupportedTypeError, match=r"CollectAll\(seq\): seq\[0\]: expected 2 values .* got str"):
        sequences.CollectAll(["ab"])
    with pytest.raises(UnsupportedTypeError, match=r"CollectAll\(seq\): seq\[0\]\[1\]: expected int, got str"):
        sequences.CollectAll({"a": "b"})
    with pytest.raises(
        UnsupportedTypeError, match=r"Collect\(seq\): seq: expected iter.Seq\[int\] \(an iterable\), got int"
    ):
        sequences.Collect(3)
    sequences.Kept = [1]
    with pytest.raises(UnsupportedTypeError, match=r"Kept.*\[0\]: expected string, got int"):
        sequences.Joined()
