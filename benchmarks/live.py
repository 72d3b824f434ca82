"""Live values, against the scalar call and functions that return copies."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np

from . import workspace
from .measure import Comparison, detail, in_turns, ratio, statement


def _caught(fail: Callable[[], Any]) -> Callable[[], None]:
    def call() -> None:
        with contextlib.suppress(Exception):
            fail()

    return call


def _values() -> list[Comparison]:
    """Errors, arrays and maps as arguments."""
    package, sentinels = workspace.subject(), workspace.subject("sentinels")
    many, floats = package.view(arrays="numpy"), np.arange(1_000_000, dtype=np.float64)
    counts = {f"key{n}": n for n in range(1_000)}
    assert package.SumCounts(counts) == package.PassCounts(counts) == sum(counts.values())
    assert many.Million().shape == floats.shape
    errors = in_turns(
        {
            "without": statement("f()", f=_caught(package.Fail)),
            "one of 200": statement("f()", f=_caught(sentinels.Fail)),
            "beside 200": statement("f()", f=_caught(sentinels.FailOtherwise)),
        }
    )
    arrays = in_turns(
        {
            "Million": statement("f()", f=many.Million),
            "copy": statement("x.copy()", x=floats),
        }
    )
    maps = in_turns(
        {
            "read": statement("f(x)", f=package.SumCounts, x=counts),
            "passed on": statement("f(x)", f=package.PassCounts, x=counts),
        }
    )
    return [
        Comparison(
            "error of a package of 200 sentinels / of none",
            ratio(errors, "one of 200", "without"),
            1.3,
            detail=detail(errors, "one of 200", "without"),
        ),
        Comparison(
            "other error of such a package / of none",
            ratio(errors, "beside 200", "without"),
            1.3,
            detail=detail(errors, "beside 200", "without"),
        ),
        Comparison(
            "1 000 000 floats out as numpy / ndarray.copy()",
            ratio(arrays, "Million", "copy"),
            1.5,
            detail=detail(arrays, "Million", "copy"),
        ),
        Comparison(
            "map of 1 000 that is only read / that is compared afterwards",
            ratio(maps, "read", "passed on"),
            0.6,
            detail=detail(maps, "read", "passed on"),
        ),
    ]


def compare() -> list[Comparison]:
    """All comparisons of the group."""
    package = workspace.subject()
    holder = package.NewHolder(10_000, 1_000)
    ints, counts = holder.Ints, holder.Counts
    assert ints[5] == counts["key"] == 5
    assert list(ints) == package.MakeInts(10_000)
    assert holder.Readings.copy() == package.Readings(1_000)
    items = in_turns(
        {
            "Add": statement("f(1, 2)", f=package.Add),
            "slice": statement("x[5]", x=ints),
            "map": statement("x['key']", x=counts),
        }
    )
    wholes = in_turns(
        {
            "iterate": statement("for one in x: pass", x=ints),
            "list": statement("f(10_000)", f=package.MakeInts),
            "copy": statement("x.copy()", x=holder.Readings),
            "records": statement("f(1_000)", f=package.Readings),
        }
    )
    return [
        Comparison("item of a live slice / Add", ratio(items, "slice", "Add"), 1.5, detail=detail(items, "slice")),
        Comparison("item of a live map / Add", ratio(items, "map", "Add"), 1.5, detail=detail(items, "map")),
        Comparison(
            "iterating 10 000 live ints / returning them",
            ratio(wholes, "iterate", "list"),
            2,
            detail=detail(wholes, "iterate", "list"),
        ),
        Comparison(
            "copy() of 1 000 records / returning them",
            ratio(wholes, "copy", "records"),
            1.1,
            detail=detail(wholes, "copy", "records"),
        ),
        *_values(),
    ]
