"""Measuring several things in turns, and saying how they compare."""

from __future__ import annotations

import statistics
import timeit
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Batch = Callable[[int], float]
"""Does something a number of times and says how many seconds that took."""


@dataclass(frozen=True)
class Comparison:
    """One figure: a ratio and what it should be."""

    name: str
    ratio: float
    target: float
    at_least: bool = False
    detail: str = ""

    @property
    def holds(self) -> bool:
        return self.ratio >= self.target if self.at_least else self.ratio <= self.target


def statement(code: str, **names: Any) -> Batch:
    """A batch that runs a Python statement."""
    return timeit.Timer(code, globals=names).timeit


def in_turns(batches: Mapping[str, Batch], *, rounds: int = 15, seconds: float = 0.02) -> dict[str, list[float]]:
    """Seconds per repetition of each batch, one value per round; every round measures all of them once."""
    repetitions: dict[str, int] = {}
    for name, batch in batches.items():
        count, elapsed = 1, batch(1)
        while elapsed < seconds:
            count = max(count * 2, int(count * seconds / max(elapsed, 1e-9)))
            elapsed = batch(count)
        repetitions[name] = count
    times: dict[str, list[float]] = {name: [] for name in batches}
    for turn in range(rounds):
        order = list(batches)
        if turn % 2:
            order.reverse()
        for name in order:
            times[name].append(batches[name](repetitions[name]) / repetitions[name])
    return times


def ratio(times: Mapping[str, list[float]], numerator: str, denominator: str) -> float:
    """The median over the rounds of one subject's time to another's."""
    return statistics.median(a / b for a, b in zip(times[numerator], times[denominator], strict=True))


def spelled(seconds: float) -> str:
    """A time for people."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def detail(times: Mapping[str, list[float]], *names: str) -> str:
    """The median times of some subjects."""
    return ", ".join(f"{name} {spelled(statistics.median(times[name]))}" for name in names)


def table(comparisons: list[Comparison]) -> str:
    """All figures, one line each."""
    width = max(len(comparison.name) for comparison in comparisons)
    lines = [f"{'':<4} {'comparison':<{width}} {'ratio':>8}  {'target':<10} medians"]
    for comparison in comparisons:
        bound = f"{'>=' if comparison.at_least else '<='} {comparison.target:g}"
        mark = "ok" if comparison.holds else "MISS"
        lines.append(f"{mark:<4} {comparison.name:<{width}} {comparison.ratio:>8.3f}  {bound:<10} {comparison.detail}")
    missed = sum(not comparison.holds for comparison in comparisons)
    lines.append(f"{len(comparisons) - missed} of {len(comparisons)} figures reached")
    return "\n".join(lines)
