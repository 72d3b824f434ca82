"""Calls of scalars and short strings, against hand-written bindings and the peer package."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from typing import Any

import cffi

from . import workspace
from .measure import Comparison, detail, in_turns, ratio, statement
from .peer import Peer

COUNT_ALLOCATIONS = """
import ctypes, itertools, sys
import usegolib
package = usegolib.import_("bench.test/subject", artifact_dir=sys.argv[1])
count = ctypes.CDLL(None).allocation_count
count.restype = ctypes.c_ulong
add, mallocs, calls = package.Add, package.Mallocs, itertools.repeat(None, 10_000)
for _ in itertools.repeat(None, 1000):
    add(1, 2)
go = mallocs()
before = count()
for _ in calls:
    add(1, 2)
after = count()
print(after - before, mallocs() - go)
"""


def cffi_binding() -> tuple[Callable[[int, int], int], Callable[[str], str]]:
    """Both functions as one writes them with cffi's ABI mode."""
    ffi: Any = cffi.FFI()
    ffi.cdef("long long Add(long long a, long long b); char *EchoString(char *s); void free(void *p);")
    library = ffi.dlopen(str(workspace.binding()))
    echo_string, free, string = library.EchoString, library.free, ffi.string

    def echo(text: str) -> str:
        result = echo_string(text.encode())
        try:
            return string(result).decode()
        finally:
            free(result)

    return library.Add, echo


def ctypes_binding() -> tuple[Callable[[int, int], int], Callable[[str], str]]:
    """Both functions as one writes them with ctypes."""
    library = ctypes.CDLL(str(workspace.binding()))
    library.Add.argtypes = [ctypes.c_longlong, ctypes.c_longlong]
    library.Add.restype = ctypes.c_longlong
    library.EchoString.argtypes = [ctypes.c_char_p]
    library.EchoString.restype = ctypes.c_void_p
    library.free.argtypes = [ctypes.c_void_p]
    library.free.restype = None

    def echo(text: str) -> str:
        result = library.EchoString(text.encode())
        try:
            return ctypes.string_at(result).decode()
        finally:
            library.free(result)

    return library.Add, echo


def allocations() -> tuple[float, float]:
    """Calls of malloc, and objects allocated by Go, per scalar call."""
    counter = workspace.compile_c("count_allocations.c", "-shared", "-fPIC")
    # Python's small objects come from malloc too, so that they are counted.
    env = {"LD_PRELOAD": str(counter), "PYTHONMALLOC": "malloc"}
    output = workspace.run([sys.executable, "-c", COUNT_ALLOCATIONS, str(workspace.store())], env=env)
    native, go = map(int, output.split())
    return native / 10_000, go / 10_000


def compare() -> list[Comparison]:
    """All comparisons of the group."""
    package = workspace.subject()
    cffi_add, cffi_echo = cffi_binding()
    ctypes_add, ctypes_echo = ctypes_binding()
    assert package.Add(1, 2) == cffi_add(1, 2) == ctypes_add(1, 2) == 3
    assert package.EchoString("hello") == cffi_echo("hello") == ctypes_echo("hello") == "hello"
    with Peer(workspace.SUBJECT) as peer:
        add = in_turns(
            {
                "usegolib": statement("f(1, 2)", f=package.Add),
                "cffi": statement("f(1, 2)", f=cffi_add),
                "ctypes": statement("f(1, 2)", f=ctypes_add),
                "peer": peer.batch("Add", 1, 2),
            }
        )
        echo = in_turns(
            {
                "usegolib": statement("f('hello')", f=package.EchoString),
                "cffi": statement("f('hello')", f=cffi_echo),
                "ctypes": statement("f('hello')", f=ctypes_echo),
                "peer": peer.batch("EchoString", "hello"),
            }
        )
    native, go = allocations()
    return [
        Comparison("Add / cffi ABI mode", ratio(add, "usegolib", "cffi"), 0.5, detail=detail(add, "usegolib", "cffi")),
        Comparison("Add / ctypes", ratio(add, "usegolib", "ctypes"), 0.33, detail=detail(add, "ctypes")),
        Comparison("peer / Add", ratio(add, "peer", "usegolib"), 100, at_least=True, detail=detail(add, "peer")),
        Comparison(
            "EchoString / cffi", ratio(echo, "usegolib", "cffi"), 0.5, detail=detail(echo, "usegolib", "cffi", "ctypes")
        ),
        Comparison(
            "peer / EchoString", ratio(echo, "peer", "usegolib"), 100, at_least=True, detail=detail(echo, "peer")
        ),
        Comparison("allocations per Add: C and Python", native, 0.01, detail="the runtimes have threads of their own"),
        Comparison("allocations per Add: Go", go, 0.01, detail="the counting itself allocates a little"),
    ]
