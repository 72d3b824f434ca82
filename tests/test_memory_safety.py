"""What must never reach memory that is gone, another class's methods, or an interpreter without its lock."""

from __future__ import annotations

import array
import dataclasses
import sys
import unittest.mock
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from tests.support.process import run, run_python
from tests.support.store import Store

Load = Callable[[str], Any]
SIZE = 5000
A, B = b"x" * SIZE, b"y" * SIZE


class Fresh(Sequence[Any]):
    """A sequence whose items are made when they are asked for, and kept by no one."""

    def __init__(self, count: int, make: Callable[[int], Any]) -> None:
        self.length, self.make = count, make

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, at: Any) -> Any:
        if at >= self.length:
            raise IndexError
        return self.make(at)


class FreshMapping(Mapping[str, bytes]):
    """The same as a mapping."""

    def __len__(self) -> int:
        return 8

    def __iter__(self) -> Iterator[str]:
        return iter("abcdefgh")

    def __getitem__(self, key: str) -> bytes:
        return key.encode() * SIZE


def numbers(value: bytes) -> array.array[int]:
    return array.array("B", value)


@dataclasses.dataclass
class FreshPair:
    """A record whose fields are properties in effect."""

    A: bytes
    B: bytes
    Text: str

    def __getattribute__(self, name: str) -> Any:
        value = object.__getattribute__(self, name)
        return value * SIZE if name in ("A", "B", "Text") else value


class Scalar:
    """An array library's scalar whose `item()` makes a new object each time."""

    dtype = "void"
    shape = ()

    def __init__(self, fill: bytes) -> None:
        self.fill = fill

    def item(self) -> bytes:
        return self.fill * SIZE


class TestTemporaries:
    """Large values are lent to Go, and so must live until it is done."""

    @pytest.fixture
    def package(self, load: Load) -> Any:
        return load("temporaries")

    def test_scalars_of_numpy(self, package: Any) -> None:
        assert package.Two(np.bytes_(A), np.bytes_(B)) == (A, B)
        assert package.TwoTexts(np.str_("x" * SIZE), np.str_("y" * SIZE)) == ("x" * SIZE, "y" * SIZE)
        assert package.TwoAny(np.void(A), np.void(B)) == (A, B)
        assert package.TwoAny(np.bytes_(A), np.str_("y" * SIZE)) == (A, "y" * SIZE)

    def test_scalars_of_other_libraries(self, package: Any) -> None:
        assert package.TwoAny(Scalar(b"x"), Scalar(b"y")) == (A, B)
        assert package.TwoAny([Scalar(b"x")], {"k": Scalar(b"y")}) == ([A], {"k": B})

    def test_buffers_of_a_generator(self, load: Load) -> None:
        blobs = (memoryview(bytes([fill]) * SIZE) for fill in b"abc")
        assert load("variadic").Concat(*blobs) == b"a" * SIZE + b"b" * SIZE + b"c" * SIZE

    @pytest.mark.parametrize("make", [bytes, bytearray, memoryview, numbers])
    def test_buffers(self, package: Any, make: Callable[[bytes], Any]) -> None:
        assert package.Two(make(A), make(B)) == (A, B)
        # An array of numbers stays one where Go takes anything.
        assert tuple(map(bytes, package.TwoAny(make(A), make(B)))) == (A, B)
        count = 50
        expected = [bytes([at]) * SIZE for at in range(count)]
        for items in (Fresh(count, lambda at: make(expected[at] + b"")), [make(one) for one in expected]):
            assert package.Lists(items) == expected
            assert package.Rest(*items) == expected

    def test_numbers(self, package: Any) -> None:
        one, two = np.full(SIZE, 1.5), np.full(SIZE, 2.5)
        assert package.TwoNumbers(one[::-1], two[::-1]) == ([1.5] * SIZE, [2.5] * SIZE)
        assert package.TwoNumbers(one * 2, two * 2) == ([3.0] * SIZE, [5.0] * SIZE)
        assert package.TwoAny(one.astype("f4"), two.astype("f4")) == ([1.5] * SIZE, [2.5] * SIZE)

    def test_mappings(self, package: Any) -> None:
        expected = {key: key.encode() * SIZE for key in "abcdefgh"}
        assert package.Values(FreshMapping()) == expected
        assert package.TwoAny(FreshMapping(), FreshMapping()) == (expected, expected)

    def test_records(self, package: Any) -> None:
        found = package.TwoPairs(FreshPair(b"x", b"y", "t"), FreshPair(b"v", b"w", "u"))
        assert found == (
            {"A": A, "B": B, "Text": "t" * SIZE},
            {"A": b"v" * SIZE, "B": b"w" * SIZE, "Text": "u" * SIZE},
        )

    def test_objects(self, package: Any) -> None:
        count = 200
        assert package.Starts(Fresh(count, package.NewCounter)) == list(range(count))


class TestClasses:
    def test_the_class_of_an_object_stays(self, load: Load) -> None:
        objects = load("objects")
        counter, tower = objects.NewCounter(1), objects.NewTower("t")
        with pytest.raises(TypeError, match="the __class__ of a Go object can't be assigned"):
            counter.__class__ = type(tower)
        with pytest.raises(TypeError, match="can't be assigned"):
            object.__setattr__(counter, "__class__", type(tower))
        assert type(counter) is counter.__class__ is objects.Counter
        assert counter.Inc(1) == 1

    def test_another_classes_methods_are_out_of_reach(self, load: Load) -> None:
        objects = load("objects")
        assign: Any = object.__dict__["__class__"].__set__
        opaque, server = objects.NewOpaque(1), objects.NewServer()
        for held, other in ((opaque, objects.Counter), (server, objects.Opaque), (objects.NewTower("t"), objects.Node)):
            assign(held, other)
            for name in ("Inc", "Total", "Split", "Self", "Fail", "String", "Secret", "Sum"):
                method = getattr(held, name, None)
                if method is not None:
                    with pytest.raises(TypeError):
                        method(*([1] if name == "Inc" else []))
                    with pytest.raises(TypeError):
                        getattr(type(held), name)(held, *([1] if name == "Inc" else []))
            for name in ("Step", "Name", "Value", "Next"):
                if hasattr(type(held), name):
                    with pytest.raises(TypeError):
                        getattr(held, name)

    def test_another_classes_table_is_out_of_reach(self, load: Load) -> None:
        objects = load("objects")
        assign: Any = object.__dict__["__class__"].__set__
        counter = objects.NewCounter(1)
        assign(counter, objects.Opaque)
        with pytest.raises(TypeError, match="the object is not of the Go type that the method is of"):
            counter.Secret()
        assign(counter, objects.Counter)
        assert counter.Inc(1) == 1

    def test_class_attributes_can_be_patched(self, load: Load) -> None:
        objects = load("objects")
        counter = objects.NewCounter(2)
        with unittest.mock.patch.object(objects.Counter, "Inc", return_value="patched") as patched:
            assert counter.Inc(5) == "patched"
        patched.assert_called_once_with(5)
        assert counter.Inc(1) == 2


def test_an_interpreter_without_its_lock_is_refused() -> None:
    code = """
        import sys
        sys._is_gil_enabled = lambda: False
        try:
            import usegolib
        except ImportError as error:
            print(error)
        else:
            print("imported")
    """
    assert "usegolib relies on the interpreter's lock, which is off" in run_python(code)
    uncaught = run([sys.executable, "-c", "import sys; sys._is_gil_enabled = lambda: False; import usegolib"])
    assert uncaught.returncode == 1
    assert "ImportError: usegolib relies on the interpreter's lock, which is off" in uncaught.stderr
    assert run_python(code.replace("False", "True")) == "imported\n"


def test_threads_with_big_arguments_leave_little(store: Store) -> None:
    store.build("temporaries")
    # Values below the size from which they are lent are copied into the request: 16 MB
    # in each thread, which wait for each other before the last value is in.
    code = """
        import dataclasses, gc, sys, threading
        import usegolib

        def resident():
            with open("/proc/self/statm") as file:
                return int(file.read().split()[1]) * 4096

        @dataclasses.dataclass
        class Last:
            A: bytes
            B: bytes
            Text: str

            def __getattribute__(self, name):
                if name == "Text":
                    barrier.wait(60)
                return object.__getattribute__(self, name)

        package = usegolib.import_("fixture.test/temporaries", artifact_dir=sys.argv[1])
        pair = {"A": b"x" * 4000, "B": b"", "Text": ""}
        package.Count([pair])
        package.Collect()
        before = resident()
        threads, counts = 24, []
        barrier = threading.Barrier(threads)

        def work():
            counts.append(package.Count([pair] * 4000 + [Last(b"", b"", "")]))

        started = [threading.Thread(target=work) for _ in range(threads)]
        for thread in started:
            thread.start()
        for thread in started:
            thread.join()
        assert counts == [16_000_000] * threads, counts
        gc.collect()
        package.Collect()
        print(resident() - before >> 20)
    """
    # Kept are at most 64 MiB; all the requests were 384 MB.
    assert int(run_python(code, store.root)) < 200


def test_threads_whose_big_arguments_are_refused_leave_little(store: Store) -> None:
    store.build("dynamic")
    code = """
        import resource, sys, threading
        import usegolib

        def resident():
            with open("/proc/self/statm") as file:
                return int(file.read().split()[1]) * resource.getpagesize() >> 20

        class Gate:  # all requests are there, 12 MB each, when the last one gets here
            dtype, shape = "void", ()

            def item(self):
                barrier.wait(60)
                return object()  # and then none of them is sent

        def call():
            try:
                dynamic.TypeOf(["w" * 1_000_000] * 12 + [Gate()])
            except usegolib.errors.UnsupportedTypeError:
                refused.append(1)

        dynamic = usegolib.import_("fixture.test/dynamic", artifact_dir=sys.argv[1])
        refused = []
        before = resident()
        barrier = threading.Barrier(24)
        threads = [threading.Thread(target=call) for _ in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(len(refused), resident() - before)
    """
    refused, kept = map(int, run_python(code, store.root).split())
    assert refused == 24
    # 288 MiB were written.
    assert kept < 150
