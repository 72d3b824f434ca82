"""Live objects, against the scalar call; threads; a module with thousands of callables."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from . import workspace
from .measure import Batch, Comparison, detail, in_turns, ratio, spelled, statement

STEPS = 30_000_000


def resident() -> int:
    """The resident memory of this process, in bytes."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    message = "no VmRSS in /proc/self/status"
    raise RuntimeError(message)


def threads(count: int) -> Batch:
    """A batch in which some threads each do the same CPU-bound call."""
    burn = workspace.subject().Burn

    def run(repetitions: int) -> float:
        workers = [threading.Thread(target=lambda: [burn(STEPS) for _ in range(repetitions)]) for _ in range(count)]
        start = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return time.perf_counter() - start

    return run


def memory_growth() -> tuple[float, str]:
    """By which factor resident memory grows while a million objects come and go."""
    new = workspace.subject().NewCounter
    for _ in range(100_000):
        new()
    before = resident()
    start = time.perf_counter()
    for _ in range(1_000_000):
        new()
    elapsed = time.perf_counter() - start
    after = resident()
    return after / before, f"{before >> 20} MiB to {after >> 20} MiB in {spelled(elapsed)}"


def contexts_growth() -> tuple[float, str]:
    """By how many MiB resident memory grows with calls whose contexts have a deadline far away, or a parent."""
    over = workspace.subject().Over
    parent, _ = workspace.subject().Background()
    for _ in range(2_000):
        over(timeout=3600)
        over(ctx=parent)
    grown: list[float] = []
    for keywords in ({"timeout": 3600}, {"ctx": parent}):
        before = resident()
        for _ in range(100_000):
            over(**keywords)
        grown.append((resident() - before) / (1 << 20))
    return max(grown), f"timeout= {grown[0]:.1f} MiB, ctx= {grown[1]:.1f} MiB"


def compare() -> list[Comparison]:
    """All comparisons of the group."""
    package = workspace.subject()
    counter = package.NewCounter()
    assert counter.Step == 1
    calls = in_turns(
        {
            "Add": statement("f(1, 2)", f=package.Add),
            "Inc": statement("c.Inc(1)", c=counter),
            "field": statement("c.Step", c=counter),
            "create and free": statement("f()", f=package.NewCounter),
        }
    )
    burning = in_turns({"one thread": threads(1), "two threads": threads(2)}, rounds=9)
    burning["half of two"] = [seconds / 2 for seconds in burning["two threads"]]
    growth, growth_detail = memory_growth()
    contexts, contexts_detail = contexts_growth()
    return [
        Comparison("method call / Add", ratio(calls, "Inc", "Add"), 1.3, detail=detail(calls, "Inc", "Add")),
        Comparison("field read / Add", ratio(calls, "field", "Add"), 1.2, detail=detail(calls, "field")),
        Comparison(
            "create and free an object / Add",
            ratio(calls, "create and free", "Add"),
            4,
            detail=detail(calls, "create and free"),
        ),
        Comparison("memory after / before 1 000 000 objects", growth, 1.05, detail=growth_detail),
        Comparison("MiB that 100 000 contexts leave", contexts, 8, detail=contexts_detail),
        Comparison(
            "work of two threads / one",
            ratio(burning, "one thread", "half of two"),
            1.8,
            at_least=True,
            detail=detail(burning, "one thread", "two threads"),
        ),
    ]
