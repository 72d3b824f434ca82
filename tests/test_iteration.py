"""Loops over Go's sequences and channels."""

from __future__ import annotations

import array
import collections
import collections.abc
import gc
import itertools
import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

import usegolib
from tests.support import process
from usegolib.errors import ClosedObjectError, GoError, GoPanicError, UnsupportedTypeError


@pytest.fixture
def sequences(load: Callable[[str], Any]) -> Any:
    module = load("sequences")
    gc.collect()
    module.ProducedSoFar()
    module.EndedSoFar()
    return module


def settle(condition: Callable[[], bool]) -> bool:
    """Whether a condition comes true: goroutines end in their own time."""
    deadline = time.monotonic() + 5
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.001)
    return True


@pytest.mark.parametrize("n", [0, 1, 2, 15, 16, 17, 18, 1000, 20_000])
def test_items(sequences: Any, n: int) -> None:
    assert list(sequences.Count(n)) == list(range(n))


def test_a_sequence_is_an_iterable_that_begins_anew_and_an_iterator(sequences: Any) -> None:
    seq = sequences.Count(3)
    assert isinstance(seq, collections.abc.Iterator)
    assert list(seq) == list(seq) == [0, 1, 2]
    assert sequences.Collect(seq) == [0, 1, 2]
    # Once next() was called it is an iterator as any other.
    assert next(seq) == 0
    assert list(seq) == [1, 2]
    assert next(seq, None) is None
    assert list(seq) == []


def test_kinds_of_items(sequences: Any) -> None:
    assert list(sequences.Letters("aé")) == [(0, "a"), (1, "é")]
    people = list(sequences.People("Ann", "Bo"))
    assert people == [{"Name": "Ann"}, {"Name": "Bo"}]
    assert people[0].Greet() == "I am Ann"
    assert list(sequences.Ticks(3)) == [None, None, None]
    assert dict(sequences.NewSet("a b a")) == {"a": 2, "b": 1}
    [(person, node)] = sequences.Indexed("Ann")
    assert (person, node.Value) == ({"Name": "Ann"}, 0)
    (one, nothing), (_, error) = sequences.Errors()
    assert (one, nothing) == (1, None)
    assert isinstance(error, GoError)


def test_named_sequences(sequences: Any) -> None:
    halves = sequences.Halves(4)
    assert halves.Sum() == 3
    assert list(halves) == [0, 0.5, 1, 1.5]


def test_objects_with_all(sequences: Any) -> None:
    tree = sequences.Tree(100)
    assert [node.Value for node in tree] == list(range(100))
    assert next(iter(tree)) in tree
    assert ("a", 1) in sequences.NewSet("a")
    assert "Value" not in tree
    # It is no mapping of its fields.
    assert not hasattr(tree, "keys")
    with pytest.raises(TypeError):
        len(tree)
    assert bool(tree)


def test_fields_and_elements(sequences: Any) -> None:
    holder = sequences.NewHolder()
    assert list(holder.Seq) == [0, 1, 2]
    assert [list(words) for words in holder.Many] == [["x"], ["y", "z"]]
    assert list(holder.Words) == ["a", "b"]


def test_dynamic_values(sequences: Any) -> None:
    assert list(sequences.Dynamic()) == [0, 1, 2]
    assert list(sequences.Unknown()) == [(1, [{"Name": "Ann"}]), (2, [])]
    with pytest.raises(TypeError, match="can't be iterated over"):
        iter(sequences.NotSequence())


def test_typed_view(sequences: Any) -> None:
    [ann] = sequences.typed().People("Ann")
    assert ann == sequences.typed().types.Person(Name="Ann")


def test_nil(sequences: Any) -> None:
    assert getattr(sequences, "None")() is None


def test_an_early_exit_stops_the_sequence(sequences: Any) -> None:
    for i in sequences.Forever():
        if i == 1000:
            break
    assert settle(lambda: sequences.EndedSoFar() == 1)
    # No more than the batch under way was made in vain.
    assert 1001 <= sequences.ProducedSoFar() < 3000


def test_the_first_item_is_not_produced_with_others(sequences: Any) -> None:
    forever = iter(sequences.Forever())
    assert sequences.ProducedSoFar() == 0
    assert next(forever) == 0
    assert sequences.ProducedSoFar() == 1


def test_close_waits_for_the_end(sequences: Any) -> None:
    with closing(iter(sequences.Forever())) as forever:
        assert list(itertools.islice(forever, 100)) == list(range(100))
    assert sequences.EndedSoFar() == 1
    assert list(forever) == []
    forever.close()
    # One that has not begun has nothing to end.
    iter(sequences.Forever()).close()
    assert sequences.EndedSoFar() == 0


def test_no_goroutine_is_left(sequences: Any) -> None:
    before = sequences.Goroutines()
    cycle: list[Any] = []
    for _ in range(20):
        for i in sequences.Forever():
            if i > 20:
                break
        with pytest.raises(ZeroDivisionError):
            [1 // (i - 5) for i in sequences.Forever()]
        next(iter(sequences.Forever()))
        list(sequences.Count(100))
        with pytest.raises(GoPanicError):
            list(sequences.PanicAfter(20))
        cycle = [iter(sequences.Forever())]
        next(cycle[0])
        cycle.append(cycle)
    del cycle
    gc.collect()
    assert settle(lambda: sequences.Goroutines() <= before)


@pytest.mark.parametrize("n", [0, 1, 5, 17, 100])
def test_a_panic_comes_behind_the_items_before_it(sequences: Any, n: int) -> None:
    iterator = iter(sequences.PanicAfter(n))
    assert list(itertools.islice(iterator, n)) == list(range(n))
    with pytest.raises(GoPanicError, match="no more") as caught:
        next(iterator)
    assert "PanicAfter" in str(caught.value.stack)
    assert list(iterator) == []


def test_a_panic_of_the_end_is_raised_by_close(sequences: Any) -> None:
    iterator = iter(sequences.PanicAtEnd())
    assert next(iterator) == 0
    with pytest.raises(GoPanicError, match="stopped"):
        iterator.close()
    iterator.close()


def test_a_slow_sequence_is_not_held_back(sequences: Any) -> None:
    iterator = iter(sequences.OneThenBlock())
    began = time.monotonic()
    assert next(iterator) == "first"
    assert time.monotonic() - began < 1
    threading.Timer(0.05, sequences.Unblock).start()
    assert list(iterator) == ["second"]
    times = []
    for _ in sequences.Slowly(8, 20):
        times.append(time.monotonic())
    assert all(later - earlier > 0.01 for earlier, later in itertools.pairwise(times))


def test_large_items_come_in_small_batches(sequences: Any) -> None:
    strings = iter(sequences.Strings(1000, 100_000))
    for _ in range(40):
        assert len(next(strings)) == 100_000
    assert sequences.ProducedSoFar() <= 41


def test_an_item_that_cannot_cross_is_refused_at_its_place(sequences: Any) -> None:
    iterator = iter(sequences.Deep())
    assert [next(iterator), next(iterator), next(iterator)] == [1, 2, 3]
    with pytest.raises(UnsupportedTypeError, match="nested"):
        next(iterator)
    assert list(iterator) == [4]


def test_channels(sequences: Any) -> None:
    assert list(sequences.Receive(1000)) == list(range(1000))
    buffered = sequences.Buffered(5)
    assert next(iter(buffered)) == 0
    # What is not asked for is left to others.
    assert sequences.Left(buffered) == 4
    assert next(buffered) == 1
    with pytest.raises(TypeError, match="not iterable"):
        iter(sequences.SendOnly())


def test_closed_objects(sequences: Any) -> None:
    seq = sequences.Count(3)
    iterator = iter(seq)
    seq.close()
    with pytest.raises(ClosedObjectError):
        iter(seq)
    assert list(iterator) == [0, 1, 2]


def test_one_thread_at_a_time(sequences: Any) -> None:
    iterator = iter(sequences.OneThenBlock())
    assert next(iterator) == "first"
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.extend(iterator))
    thread.start()
    time.sleep(0.05)
    with pytest.raises(ValueError, match="in use"):
        next(iterator)
    sequences.Unblock()
    thread.join()
    assert found == ["second"]


def test_threads_with_loops_of_their_own(sequences: Any) -> None:
    seq, sums = sequences.Count(10_000), []
    threads = [threading.Thread(target=lambda: sums.append(sum(seq))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sums == [sum(range(10_000))] * 8


def test_iterables_are_sequences(sequences: Any) -> None:
    assert sequences.Collect([1, 2]) == [1, 2]
    assert sequences.Collect(range(1000)) == list(range(1000))
    assert sequences.Collect(i * i for i in range(4)) == [0, 1, 4, 9]
    assert sequences.Collect(set()) == []
    assert sequences.CollectAll({"a": 1}) == {"a": 1}
    assert sequences.CollectAll([("a", 1), ("b", 2)]) == {"a": 1, "b": 2}


def test_go_takes_no_more_than_it_wants(sequences: Any) -> None:
    given = []
    assert sequences.First(given.append(i) or i for i in itertools.count(5)) == 5
    assert given == [5]


def test_an_exception_of_an_iterable_comes_back(sequences: Any) -> None:
    def fail() -> Any:
        yield 1
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        sequences.Collect(fail())
    with pytest.raises(UnsupportedTypeError, match="expected int"):
        sequences.Collect(["a"])


def test_a_sequence_that_go_keeps(sequences: Any) -> None:
    sequences.Kept = ["a", "b"]
    assert sequences.Joined() == sequences.Joined() == "ab"
    assert list(sequences.Kept) == ["a", "b"]


def test_only_what_is_a_sequence_is_taken(sequences: Any) -> None:
    with pytest.raises(UnsupportedTypeError):
        sequences.Collect(5)


def test_ctrl_c(load: Callable[[str], Any], store: Any) -> None:
    load("sequences")
    process.run_python(
        """
        import os, signal, sys, threading, time, usegolib
        sequences = usegolib.import_("fixture.test/sequences", artifact_dir=sys.argv[1])
        for waiting in (sequences.Slowly(1, 60_000), sequences.Buffered(0)):
            iterator = iter(waiting)
            threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
            began = time.monotonic()
            try:
                next(iterator)
            except KeyboardInterrupt:
                assert time.monotonic() - began < 10
            else:
                raise AssertionError("no KeyboardInterrupt")
        iterator = iter(sequences.Slowly(3, 300))
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
        try:
            next(iterator)
        except KeyboardInterrupt:
            pass
        # What it waited for is not lost.
        assert list(iterator) == [0, 1, 2]
        """,
        store.root,
    )


class TestContainersGiven:
    """What is given for a sequence and is there already crosses in batches; all else item by item."""

    def test_all_items(self, sequences: Any) -> None:
        numbers = list(range(10_000))
        for items in (numbers, tuple(numbers), range(10_000), collections.deque(numbers), array.array("q", numbers)):
            assert sequences.Collect(items) == numbers
        assert sorted(sequences.Collect(set(numbers))) == numbers
        assert sequences.Collect({3: 1, 4: 1}) == [3, 4]
        assert sequences.Collect([]) == []
        pairs = {str(n): n for n in numbers}
        for items in (pairs, pairs.items(), list(pairs.items())):
            assert sequences.CollectAll(items) == pairs

    def test_no_more_than_go_wants(self, sequences: Any) -> None:
        assert sequences.First(range(10**9)) == 0
        iterator = iter(range(10))
        assert sequences.First(iterator) == 0
        assert next(iterator) == 1

    def test_items_that_do_not_fit(self, sequences: Any) -> None:
        with pytest.raises(UnsupportedTypeError, match="expected int, got str"):
            sequences.Collect([*range(100), "x"])
        # Go doesn't come to the wrong one.
        assert sequences.First([1, "x"]) == 1
        with pytest.raises((TypeError, UnsupportedTypeError)):
            sequences.CollectAll([("a", 1), ("b",)])

    def test_items_of_other_types(self) -> None:
        slices = usegolib.import_("slices")
        assert slices.Sorted([2.5, 1.5]) == [1.5, 2.5]
        assert slices.Collect(["b", "a"]) == ["b", "a"]
        assert slices.Collect([None, 1, "x"]) == [None, 1, "x"]
        assert usegolib.import_("maps").Collect({"a": 1.5}) == {"a": 1.5}
