"""What crosses by reference: memory that stays until Go is done with it, and classes that stay what they are."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest

from tests.support.process import run
from tests.support.store import Store

Load = Callable[[str], Any]
pytestmark = [pytest.mark.requirement("Go Object Handles And Exported Methods")]

LARGE = 5000


class Item:
    """An array library's scalar whose `item()` makes a new object each time."""

    dtype = "void"
    shape = ()

    def __init__(self, fill: bytes) -> None:
        self.fill = fill

    def item(self) -> bytes:
        return self.fill * LARGE


def test_what_an_argument_is_converted_to_lives_as_long_as_the_call(load: Load) -> None:
    dynamic = load("dynamic")
    assert dynamic.Two(np.void(b"x" * LARGE), np.void(b"y" * LARGE)) == [b"x" * LARGE, b"y" * LARGE]
    assert dynamic.Two(Item(b"a"), Item(b"b")) == [b"a" * LARGE, b"b" * LARGE]
    assert dynamic.Two([Item(b"a")], {"k": Item(b"b")}) == [[b"a" * LARGE], {"k": b"b" * LARGE}]


def test_what_a_buffer_is_exported_from_lives_as_long_as_the_call(load: Load) -> None:
    variadic = load("variadic")
    blobs = (memoryview(bytes([fill]) * LARGE) for fill in b"abc")
    assert variadic.Concat(*blobs) == b"a" * LARGE + b"b" * LARGE + b"c" * LARGE


class TestClasses:
    def test_the_class_of_an_object_cant_be_assigned(self, load: Load) -> None:
        objects = load("objects")
        counter, opaque = objects.NewCounter(1), objects.NewOpaque(1)
        with pytest.raises(TypeError, match="the __class__ of a Go object can't be assigned"):
            counter.__class__ = type(opaque)
        with pytest.raises(TypeError, match="can't be assigned"):
            object.__setattr__(counter, "__class__", type(opaque))
        assert counter.__class__ is objects.Counter
        assert counter.Inc(1) == 1

    def test_a_method_is_never_looked_up_in_the_table_of_another_class(self, load: Load) -> None:
        objects = load("objects")
        counter = objects.NewCounter(1)
        assign: Any = object.__dict__["__class__"]
        assign.__set__(counter, objects.Opaque)
        with pytest.raises(TypeError, match="the object is not of the Go type that the method is of"):
            counter.Secret()
        assign.__set__(counter, objects.Counter)
        assert counter.Inc(1) == 1

    def test_class_attributes_can_be_patched(self, load: Load) -> None:
        objects = load("objects")
        counter = objects.NewCounter(1)
        with mock.patch.object(objects.Counter, "Inc", return_value=42):
            assert counter.Inc(1) == 42
        assert counter.Inc(1) == 1


def test_an_interpreter_without_its_lock_is_refused() -> None:
    code = "import sys; sys._is_gil_enabled = lambda: False; import usegolib"
    refused = run([sys.executable, "-c", code])
    assert refused.returncode == 1
    assert "ImportError: usegolib relies on the interpreter's lock, which is off" in refused.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_threads_with_large_arguments_leave_little_behind(store: Store, load: Load, tmp_path: Path) -> None:
    library = load("dynamic")
    script = tmp_path / "script.py"
    script.write_text(
        """
import resource, sys, threading
import usegolib

THREADS = 24
dynamic = usegolib.import_(sys.argv[1], artifact_dir=sys.argv[2])
barrier = threading.Barrier(THREADS)

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() >> 20

class Gate:  # all requests are there, 12 MB each, when the last one gets here
    dtype, shape = "void", ()

    def item(self):
        barrier.wait()
        return object()  # and then none of them is sent

def call():
    try:
        dynamic.TypeOf(["w" * 1_000_000] * 12 + [Gate()])
    except usegolib.errors.UnsupportedTypeError:
        refused.append(1)

refused = []
before = resident()
threads = [threading.Thread(target=call) for _ in range(THREADS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(refused), resident() - before)
"""
    )
    done = run([sys.executable, str(script), library.__go_module__, str(store.root)])
    assert done.returncode == 0, done.stderr
    refused, kept = map(int, done.stdout.split())
    assert refused == 24
    assert kept < 150, f"{kept} MiB were kept, of the 288 that were written"
