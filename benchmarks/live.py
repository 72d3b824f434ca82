"""Live values, against the scalar call and functions that return copies."""

from __future__ import annotations

from . import workspace
from .measure import Comparison, detail, in_turns, ratio, statement


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
    ]
