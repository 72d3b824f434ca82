"""Go calling Python: funcs, methods, files, sequences, against callbacks of cffi and ctypes and Python by itself."""

from __future__ import annotations

import ctypes
import resource
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import cffi

from . import workspace
from .measure import Batch, Comparison, detail, in_turns, ratio, statement

FILE_SIZE = 64 << 20
SEQUENCE = 1_000_000


def double(n: int) -> int:
    """What is called back, always the same."""
    return n + n


class Doer:
    """The same as a method."""

    def Do(self, n: int) -> int:  # noqa: N802
        """Go's name."""
        return n + n


@cache
def library() -> Path:
    """A library in which Go calls a C function pointer."""
    output = workspace.folder() / "callbacks.so"
    workspace.run([*workspace.GO_BUILD, "-o", str(output), "."], cwd=workspace.HANDWRITTEN / "callbacks")
    return output


def with_cffi() -> Callable[[int], int]:
    """Go calls a callback of cffi's so many times."""
    ffi: Any = cffi.FFI()
    ffi.cdef("long long Repeat(long long (*f)(long long), long long times);")
    repeat = ffi.dlopen(str(library())).Repeat
    callback = ffi.callback("long long(long long)", double)
    return lambda times: repeat(callback, times)


def with_ctypes() -> Callable[[int], int]:
    """Go calls a callback of ctypes' so many times."""
    repeat = ctypes.CDLL(str(library())).Repeat
    prototype = ctypes.CFUNCTYPE(ctypes.c_longlong, ctypes.c_longlong)
    callback = prototype(double)
    repeat.argtypes, repeat.restype = [prototype, ctypes.c_longlong], ctypes.c_longlong
    return lambda times: repeat(callback, times)


def timed(run: Callable[[int], object]) -> Batch:
    """A batch of something that repeats by itself."""
    return lambda count: statement("run(count)", run=run, count=count)(1)


def growth(package: Any) -> float:
    """How many bytes a process grows for each of 100,000 callbacks of a comparison."""
    values = [hash(str(n)) for n in range(7_000)]

    def less(a: int, b: int) -> bool:
        return values[a] < values[b]

    def sort() -> None:
        package.SortedPositions(len(values), less)

    sort()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(5):
        sort()
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / 500_000


def files(package: Any, folder: Path) -> dict[str, Batch]:
    """Copies of a file by Go and by Python, from a file object to a file object."""
    source, target = folder / "source", folder / "target"
    source.write_bytes(bytes(range(256)) * (FILE_SIZE >> 8))

    def copying(copy: Callable[[Any, Any], object]) -> Batch:
        def run(_count: int) -> None:
            with source.open("rb") as read, target.open("wb") as write:
                copy(read, write)

        return timed(run)

    return {
        "usegolib": copying(lambda read, write: package.Copy(write, read)),
        "shutil": copying(shutil.copyfileobj),
    }


def generate(count: int) -> Iterator[int]:
    """The sequence, written in Python."""
    n = 0
    while n < count:
        yield n
        n += 1


def compare() -> list[Comparison]:
    """All comparisons of the group."""
    package = workspace.subject()
    doer, cffi_repeat, ctypes_repeat = Doer(), with_cffi(), with_ctypes()
    assert package.Repeat(double, 10) == cffi_repeat(10) == ctypes_repeat(10) == package.RepeatMethod(doer, 10) == 90
    assert list(package.Numbers(100)) == list(generate(100))
    called = in_turns(
        {
            "usegolib": timed(lambda times: package.Repeat(double, times)),
            "cffi": timed(cffi_repeat),
            "ctypes": timed(ctypes_repeat),
            "elsewhere": timed(lambda times: package.RepeatElsewhere(double, times)),
            "method": timed(lambda times: package.RepeatMethod(doer, times)),
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        copied = in_turns(files(package, Path(folder)), rounds=7, seconds=0)
    loops = in_turns(
        {
            "usegolib": statement("for n in f(count): pass", f=package.Numbers, count=SEQUENCE),
            "generator": statement("for n in f(count): pass", f=generate, count=SEQUENCE),
            "given": statement("f(range(count))", f=package.Total, count=SEQUENCE),
        },
        rounds=7,
        seconds=0,
    )
    return [
        Comparison(
            "callback / cffi", ratio(called, "usegolib", "cffi"), 1.0, detail=detail(called, "usegolib", "cffi")
        ),
        Comparison("callback / ctypes", ratio(called, "usegolib", "ctypes"), 1.5, detail=detail(called, "ctypes")),
        Comparison(
            "callback from a goroutine / from the call's own",
            ratio(called, "elsewhere", "usegolib"),
            4,
            detail=detail(called, "elsewhere"),
        ),
        Comparison(
            "callback of a method / of a func",
            ratio(called, "method", "usegolib"),
            1.2,
            detail=detail(called, "method"),
        ),
        Comparison("bytes of growth per comparison in a sort", growth(package), 1),
        Comparison(
            "shutil.copyfileobj / Go copying 64 MiB",
            ratio(copied, "shutil", "usegolib"),
            0.6,
            at_least=True,
            detail=detail(copied, "usegolib", "shutil"),
        ),
        Comparison(
            "a million ints of a sequence / of a generator",
            ratio(loops, "usegolib", "generator"),
            2,
            detail=detail(loops, "usegolib", "generator"),
        ),
        Comparison(
            "a million ints given to Go / a generator's",
            ratio(loops, "given", "generator"),
            4,
            detail=detail(loops, "given"),
        ),
    ]
